"""Harvests of one machine take turns at a publisher.

Politeness is owed to a publisher, and not by a run: two harvests that ask it at once ask twice as often as the delay
between requests allows. A lock on a file of the machine, and no concurrency limit of Prefect's: it holds for commands
and for runs of all deployments alike, needs no server, and the kernel lets go of it however its process ends. What it
does not see are other machines, and containers with temporary folders of their own; publishers see these under
addresses of their own, and a work pool can be limited to one run at a time.

The indices that an article is looked up at when its publisher refuses (Europe PMC, Crossref) are not locked for that:
they allow far more requests than a few harvests with a delay make.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from exsclaim_core.result_names import safe_name

LOOK_EVERY = 0.5  # seconds between two looks whether it is one's turn


@contextmanager
def alone_at(
    hosts: Iterable[str], waiting: Callable[[str], None] = lambda host: None, folder: Path | None = None
) -> Iterator[None]:
    """Wait until no other harvest of this machine is at work at some hosts, and keep others away from them meanwhile.

    `waiting` is called again and again with the host that is waited for. OSError where a lock can't be made.
    """
    place = folder or Path(tempfile.gettempdir())
    with ExitStack() as held:
        # In one order: two harvests never wait for each other.
        for host in sorted(set(hosts)):
            lock = _open(place / f"exsclaim-harvest-{safe_name(host)}.lock")
            held.callback(os.close, lock)
            while not _locked(lock):
                waiting(host)
                time.sleep(LOOK_EVERY)
        yield


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    """A descriptor of the file, made where it is missing; to read only: the file may be another user's."""
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        pass
    try:
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:  # another process was quicker
        return os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
