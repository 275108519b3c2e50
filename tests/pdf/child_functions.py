"""What the child processes of test_children.py run: work, and every way of going wrong."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time

from exsclaim_core.pdf.child import announce_pages

MEGABYTE = 1 << 20
kept: list[bytes] = []


def echo(value: object) -> object:
    return value


def process_id() -> int:
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def sleep_over_pages(seconds: float, pages: int) -> float:
    announce_pages(pages)
    time.sleep(seconds)
    return seconds


def spin(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def hang_in_c() -> None:
    """Sleep in C without giving the GIL back, so that neither a signal handler nor a thread of Python can run."""
    ctypes.PyDLL(None).sleep(60)


def fail() -> None:
    raise ValueError("page 3 has\nno operators")


def read_null_pointer() -> None:
    ctypes.string_at(0)


def end(status: int) -> None:
    os._exit(status)


def end_with_a_word() -> None:
    os.write(2, b"\nfirst line\ncorrupted size\n")
    os.abort()


def fill(size: int) -> int:
    """Touch every page of this much memory."""
    return len([b"x" * MEGABYTE for _ in range(size // MEGABYTE)])


def allocate_at_once(size: int) -> int:
    return len(bytearray(size))


def render_large_page() -> None:
    """Ask MuPDF for one allocation of 660 MB."""
    from exsclaim_core.pdf.mupdf import pymupdf

    with pymupdf.open() as document:
        document.new_page(width=14000, height=14000).get_pixmap(alpha=False, matrix=pymupdf.Matrix(1.06, 1.06))


def keep(size: int) -> int:
    kept.append(b"x" * size)
    return os.getpid()


def print_from_c() -> str:
    library = ctypes.CDLL(None)
    for _ in range(1000):
        library.puts(b"warning: not a frame of the protocol")
    library.fflush(None)
    os.write(1, b"\0" * 100)
    print("from Python", flush=True)
    return "done"


def write_errors(size: int) -> str:
    for _ in range(size // MEGABYTE):
        os.write(2, b"w" * MEGABYTE)
    return "done"


def return_a_lock() -> object:
    return threading.Lock()


def surroundings() -> tuple[str | None, bool, int, str]:
    return os.environ.get("OMP_NUM_THREADS"), "numpy" in sys.modules, os.getsid(0), sys.stdin.read()


class NeverRead:
    """Its pickle cannot be loaded."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return int, ("not a number",)


def return_what_cannot_be_read() -> NeverRead:
    return NeverRead()
