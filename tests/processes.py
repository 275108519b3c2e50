"""What a test starts, and that nothing of it is left behind, whatever else runs meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

Started = Callable[[], list[psutil.Process]]


@contextmanager
def nothing_left_behind() -> Iterator[Started]:
    """Nothing that is started within the block outlives it; the function that comes back lists what of it there is.

    What was there before belongs to others, and so does what that starts. A process is known by its number and the
    moment of its start: a number that is used again is another process.
    """
    before = set(psutil.Process().children(recursive=True))

    def started() -> list[psutil.Process]:
        found: list[psutil.Process] = []
        parents = [psutil.Process()]
        for parent in parents:  # their children come after them
            with suppress(psutil.NoSuchProcess):
                children = [child for child in parent.children() if child not in before]
                found += children
                parents += children
        return found

    yield started
    assert started() == []
