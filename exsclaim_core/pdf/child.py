"""The process that works for `exsclaim_core.pdf.children`: one call after another, until its parent closes the pipe.

Every document that has to be killed costs another start: only small modules of the standard library are imported here.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import struct
import sys
import time
from contextlib import suppress
from typing import Any, BinaryIO

REQUEST = struct.Struct("<q")  # bytes of the pickle (function, args) that follows
REPLY = struct.Struct("<cdqqq")  # kind, CPU seconds so far, peak and present memory, size of the body that follows
READY = b"r"  # the modules are imported; no body
PAGES = b"p"  # body: pickled number of pages
VALUE = b"v"  # body: pickled result
ERROR = b"e"  # body: pickled (name of the exception's type, message)
MEMORY = b"m"  # an allocation failed; no body

HEADROOM = 512 << 20  # bytes between the limit that the parent watches and the one that the kernel enforces
GROWTH = 32 << 20  # bytes above what was kept, at which memory is given back: that takes 2 ms
LONGEST_MESSAGE = 500  # characters

_replies: BinaryIO | None = None


def announce_pages(pages: int) -> None:
    """Tell the parent how many pages the running call has before it: that extends its time. No effect elsewhere."""
    if _replies is not None:
        _send(_replies, PAGES, pickle.dumps(pages))


def resident_memory(pid: int) -> int:
    """Bytes of memory that the process holds at present, 0 when it has ended."""
    if sys.platform == "linux":
        try:
            with open(f"/proc/{pid}/statm", "rb") as file:
                return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (FileNotFoundError, ProcessLookupError):
            return 0
    import psutil  # here, because its import takes 20 ms

    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def main() -> None:
    """Serve calls from standard input; arguments: number of the lifeline, bytes of memory, modules to import first."""
    global _replies
    lifeline, memory, *preload = sys.argv[1:]
    _end_with_parent(int(lifeline))
    _limit_memory(int(memory))
    requests, _replies = _take_pipes()
    for module in preload:
        importlib.import_module(module)
    # What lives until the end of the process need not be searched after every call.
    gc.collect()
    gc.freeze()
    _send(_replies, READY)
    kept = resident_memory(os.getpid())
    while len(size := requests.read(REQUEST.size)) == REQUEST.size:
        _forget_peak()
        kind, body = _answer(requests.read(*REQUEST.unpack(size)))
        gc.collect()
        kept = _give_back_memory(kept)
        _send(_replies, kind, body)
        del body  # it would count as memory of the next call


def _answer(request: bytes) -> tuple[bytes, bytes]:
    try:
        name, args = pickle.loads(request)
        module, _, function = name.partition(":")
        value = getattr(importlib.import_module(module), function)(*args)
        return VALUE, _pickled(value)
    except Exception as error:
        text = str(error)
        # MuPDF has an exception of its own: "code=2: malloc (588000000 bytes) failed".
        if isinstance(error, MemoryError) or ("alloc (" in text and text.endswith("bytes) failed")):
            return MEMORY, b""
        message = " ".join(text.split())[:LONGEST_MESSAGE] or type(error).__name__
        return ERROR, pickle.dumps((type(error).__name__, message))


def _pickled(value: Any) -> bytes:
    try:
        return pickle.dumps(value, protocol=5)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise TypeError(f"the result cannot be sent to the parent: {error}") from error


def _send(replies: BinaryIO, kind: bytes, body: bytes = b"") -> None:
    memory = resident_memory(os.getpid()) - len(body)
    replies.write(REPLY.pack(kind, time.process_time(), _peak_memory(), memory, len(body)))
    replies.write(body)
    replies.flush()


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Standard input and output under other numbers; what C libraries print to the latter goes to standard error."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return requests, replies


def _end_with_parent(lifeline: int) -> None:
    """Have the kernel kill this process when the parent, which alone holds the lifeline's other end, ends or closes it.

    A call that hangs never comes back to the pipe and may hold the GIL: no closed pipe and no thread can stop it.
    PR_SET_PDEATHSIG would, but it fires already when the *thread* ends that started the child, as threads of pools do.
    Elsewhere than on Linux such a call outlives a parent that was killed.
    """
    if sys.platform == "linux":
        import fcntl
        import signal

        fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        # Nothing is ever written to the lifeline: its end can be read if the parent ended before the lines above.
        with suppress(BlockingIOError):
            os.read(lifeline, 1)
            sys.exit("the parent has ended")


def _limit_memory(memory: int) -> None:
    """Set the kernel's limits, for what grows faster than the parent looks or while the parent is busy."""
    if sys.platform == "win32":
        return
    import resource

    # A crash of a large process would write its core for seconds.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        # RLIMIT_DATA counts private writable memory. RLIMIT_AS would also count mapped files and the address space that
        # thread stacks, allocator arenas and CUDA reserve and never touch: 480 MB with numpy and PyMuPDF loaded, where
        # 180 MB are private and 140 MB resident.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = memory + HEADROOM if hard == resource.RLIM_INFINITY else min(memory + HEADROOM, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
        # Should the machine run out of memory all the same, the kernel takes a child and not its parent.
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")


def _give_back_memory(kept: int) -> int:
    """Have the allocator return what it holds free, once that may be much; bytes that this process has kept since.

    Between pictures glibc holds on to some 100 MB in pieces, for which this process would be replaced by another one.
    """
    if resident_memory(os.getpid()) > kept + GROWTH and sys.platform == "linux":
        import ctypes  # here, because most children never get so far

        with suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL("libc.so.6").malloc_trim(0)
        return resident_memory(os.getpid())
    return kept


def _forget_peak() -> None:
    """Have the peak count from here, where the system can (Linux)."""
    with suppress(OSError), open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def _peak_memory() -> int:
    if sys.platform == "linux":
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    # `python -m` loads this file as __main__; a function that imports announce_pages meets another copy, without pipes.
    from exsclaim_core.pdf import child

    child.main()
