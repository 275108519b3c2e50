"""PNG files from pixels, three times as fast as MuPDF writes them and no larger."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# On 430 million pixels of figures, zlib's level 2 after the filter "up" makes files 5 % smaller than MuPDF's writer in
# a third of its time; level 6 would take as long as MuPDF for another 5 %.
LEVEL = 2
UP = 2
BAND_ROWS = 256
SAMPLE_STEP = 101  # a prime: no regular pattern hides from it
METRES_PER_INCH = 0.0254
GREY, RGB = 0, 2  # PNG's colour types
HEADER_BYTES = 8 + 25 + 8 + 4  # signature, IHDR, and of pHYs its head and first number


def write_png(pixels: NDArray[np.uint8], dpi: float) -> bytes:
    """A PNG file of RGB pixels (height, width, 3), in grey when they are all grey; `dpi` is recorded in it."""
    height, width, _ = pixels.shape
    # In bands all along: one more copy of all pixels can take 100 MB.
    bands = [pixels[top : top + BAND_ROWS] for top in range(0, height, BAND_ROWS)]
    grey = all(_is_grey(band) for band in bands)
    depth = 1 if grey else 3
    compressor = zlib.compressobj(LEVEL)
    filtered = np.empty((min(height, BAND_ROWS), 1 + width * depth), np.uint8)
    filtered[:, 0] = UP
    above = np.zeros((1, width * depth), np.uint8)
    parts = []
    for band in bands:
        rows = (band[:, :, 0] if grey else band).reshape(len(band), width * depth)
        target = filtered[: len(band)]
        np.subtract(rows[:1], above, out=target[:1, 1:])
        np.subtract(rows[1:], rows[:-1], out=target[1:, 1:])
        parts.append(compressor.compress(target.data))
        above = rows[-1:]
    parts.append(compressor.flush())
    per_metre = round(dpi / METRES_PER_INCH)
    file = [b"\x89PNG\r\n\x1a\n"]
    file += _chunk(b"IHDR", [struct.pack(">IIBBBBB", width, height, 8, GREY if grey else RGB, 0, 0, 0)])
    file += _chunk(b"pHYs", [struct.pack(">IIB", per_metre, per_metre, 1)])
    file += _chunk(b"IDAT", parts)
    file += _chunk(b"IEND", [])
    return b"".join(file)


def _is_grey(pixels: NDArray[np.uint8]) -> bool:
    flat = pixels.reshape(-1, 3)
    sample = flat[::SAMPLE_STEP]
    return all(bool((part[:, 0] == part[:, i]).all()) for part in (sample, flat) for i in (1, 2))


def _chunk(kind: bytes, content: list[bytes]) -> list[bytes]:
    checksum = zlib.crc32(kind)
    for part in content:
        checksum = zlib.crc32(part, checksum)
    return [struct.pack(">I", sum(map(len, content))), kind, *content, struct.pack(">I", checksum)]


def read_size(path: Path) -> tuple[float, tuple[int, int]]:
    """Resolution in dpi, and width and height in pixels, of a file that write_png has made."""
    with path.open("rb") as file:
        start = file.read(HEADER_BYTES)
    width, height = struct.unpack_from(">II", start, 16)
    (per_metre,) = struct.unpack_from(">I", start, HEADER_BYTES - 4)
    return per_metre * METRES_PER_INCH, (width, height)
