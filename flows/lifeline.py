"""The process of a command's own Prefect server: it ends with the command, however that ends.

`flows.server` starts it. Prefect's own `prefect server start` would live on after a command that was killed.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

STOP_SECONDS = 3  # for open requests and connections; a browser that shows the dashboard holds one for ever


def main() -> None:
    """Serve on a socket that listens already; arguments: numbers of the lifeline and of the socket."""
    lifeline, listening = map(int, sys.argv[1:])
    threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
    import uvicorn
    from prefect.server.api.server import create_app

    config = uvicorn.Config(
        # final: routes that the server needs only while it is put together are dropped.
        create_app(final=True),
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listening)])


def _end_with_parent(lifeline: int) -> None:
    """Stop this process once the parent, which alone holds the lifeline's other end, has ended.

    A thread will do, unlike for the children that read documents: no call of the server holds the GIL for long.
    """
    os.read(lifeline, 1)  # nothing is ever written
    os.kill(os.getpid(), signal.SIGTERM)  # the database is closed in order
    time.sleep(2 * STOP_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)
