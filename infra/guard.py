"""The process that ends what `infra.processes` has started, should that process be killed itself.

It reads lines from standard input: "+PID SIGNAL" for a process group that is to get the signal, "-PID" for one that has
ended. The end of input is the end of the parent. Only the standard library is imported: it costs 10 MB and 30 ms.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

GRACE_SECONDS = 10.0  # to end in order


def main() -> None:
    """Take note of groups until the input ends, then end those that are left."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        pid, *number = map(int, line[1:].split())
        if line.startswith("+"):
            groups[pid] = number[0]
        else:
            groups.pop(pid, None)
    for pid in groups:
        _signal(pid, groups[pid])
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until and any(_signal(pid, 0) for pid in groups):
        time.sleep(0.1)
    for pid in groups:
        _signal(pid, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


if __name__ == "__main__":
    main()
