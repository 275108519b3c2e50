"""Whether this machine has a graphics card for networks, told without loading a library for it."""

from __future__ import annotations

import os

# Of NVIDIA's driver, on Linux and in Windows' Linux.
_DEVICES = ("/dev/nvidiactl", "/dev/dxg")
# Bytes that libraries for a card take of a process's own memory, beside what they take of the card's: an estimate.
LIBRARY_MEMORY = 3 << 30


def own_memory(wanted: bool) -> int:
    """Bytes that a process takes for a card in addition to its other memory; 0 where it is to use none or has none."""
    return LIBRARY_MEMORY if wanted and any(map(os.path.exists, _DEVICES)) else 0
