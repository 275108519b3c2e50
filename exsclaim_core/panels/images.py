"""Image files of every kind as RGB pixels, within memory limits."""

from __future__ import annotations

import io
import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

log = logging.getLogger(__name__)

Pixels = NDArray[np.uint8]  # (height, width, 3)

MOST_PIXELS = 40_000_000
MOST_DECODED = 600_000_000  # bytes of an image as Pillow holds it, before it is made smaller
# Others run programs (EPS), are no pictures, or nobody publishes them.
FORMATS = ("PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP", "JPEG2000", "PPM", "AVIF", "ICO")
SAMPLE_BYTES = {"I": 4, "F": 4, "I;16": 2, "I;16B": 2, "I;16L": 2, "I;16N": 2, "1": 1, "L": 1, "P": 1, "LA": 4}
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")
DARKEST, BRIGHTEST = 0.1, 99.9  # percentiles that become black and white where samples have more than 8 bits
_switches = threading.Lock()  # Pillow's limits are variables of its modules


@dataclass(frozen=True, slots=True)
class Raster:
    """An upright image, made smaller where it has too many pixels."""

    pixels: Pixels
    width: int  # of the file's image, upright, in its own pixels
    height: int


def load_image(source: Path | str | bytes, most_pixels: int = MOST_PIXELS) -> Pixels:
    """RGB pixels (height, width, 3) of an image file or of its content, as in `read_raster`."""
    return read_raster(source, most_pixels).pixels


def read_raster(source: Path | str | bytes, most_pixels: int = MOST_PIXELS) -> Raster:
    """The first frame of an image, turned as its EXIF says, transparent parts white, with its full size.

    More than `most_pixels` pixels are averaged in blocks. Of truncated files comes what is there. ValueError, with the
    name of the file and the reason, where nothing can be read or decoding would take too much memory.
    """
    name = "the image" if isinstance(source, bytes) else str(source)
    try:
        content = source if isinstance(source, bytes) else _read(Path(source))
        with _limits():
            try:
                return _decode(content, most_pixels)
            except _TooLargeError:
                raise
            except (OSError, SyntaxError, EOFError):  # whatever a decoder says where data end or are damaged
                ImageFile.LOAD_TRUNCATED_IMAGES = True
                raster = _decode(content, most_pixels)
    except Exception as error:  # the file's edge: decoders raise whatever they like
        reason = str(error) or type(error).__name__
        if isinstance(error, UnidentifiedImageError):
            reason = "it is no image of a known kind"
        if isinstance(error, OSError) and error.strerror:
            reason = error.strerror
        raise ValueError(f"{name} could not be read: {reason}") from error
    log.warning("%s is damaged or truncated; the part that could be read is used", name)
    return raster


class _TooLargeError(ValueError):
    """An image that would take too much memory."""


def _read(path: Path) -> bytes:
    if not path.is_file():  # a named pipe would make us wait for ever
        raise ValueError("it is no file" if path.exists() else "there is no such file")
    return path.read_bytes()


@contextmanager
def _limits() -> Iterator[None]:
    """Lift Pillow's own limit of pixels, which knows nothing of reduced decoding, and put its switches back."""
    with _switches, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # damaged metadata
        before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = None, False
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = before


def _decode(content: bytes, most_pixels: int) -> Raster:
    Image.init()  # else Pillow knows the commonest formats only
    with Image.open(io.BytesIO(content), formats=[name for name in FORMATS if name in Image.OPEN]) as image:
        width, height = image.size
        if width < 1 or height < 1:
            raise ValueError("it has no pixels")
        _ask_for_less(image, most_pixels)
        decoded = image.size[0] * image.size[1] * SAMPLE_BYTES.get(image.mode, 4)
        if decoded > MOST_DECODED:
            raise _TooLargeError(f"{width} x {height} pixels take {decoded / 1e9:.1f} GB of memory")
        image.load()
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        upright = ImageOps.exif_transpose(_reduce(image, most_pixels))
        pixels = _to_rgb(upright)
    return Raster(pixels, height, width) if turned else Raster(pixels, width, height)


def _ask_for_less(image: Image.Image, most_pixels: int) -> None:
    """Have the decoder leave out detail where it can: half, a quarter, an eighth … of width and height."""
    width, height = image.size
    excess = (width * height / most_pixels) ** 0.5
    if excess <= 1:
        return
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (round(width / excess), round(height / excess)))
    elif image.format == "JPEG2000":
        image.reduce = max(0, int(np.log2(excess)))  # type: ignore[method-assign, assignment]  # Pillow's way to ask


def _reduce(image: Image.Image, most_pixels: int) -> Image.Image:
    """The image averaged in blocks, as far as it has too many pixels."""
    factor = int(np.ceil((image.size[0] * image.size[1] / most_pixels) ** 0.5 - 1e-9))
    if factor <= 1:
        return image
    exif = image.getexif()
    if image.mode in DEEP:
        small = image.resize([max(1, side // factor) for side in image.size], Image.Resampling.NEAREST)
    else:
        if image.mode in ("P", "1", "PA"):
            # Indices have no mean. In strips: all of it in RGBA might take too much.
            return _reduce_indexed(image, factor)
        small = Image.Image.reduce(image, factor)  # JPEG 2000 files have a number of that name
    small.info = dict(image.info)
    small.getexif().update(exif)
    return small


def _reduce_indexed(image: Image.Image, factor: int) -> Image.Image:
    width, height = image.size
    rows = factor * max(1, 4_000_000 // (width * factor))
    mode = "RGBA" if image.mode != "1" else "L"
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        small.paste(strip.convert(mode).reduce(factor), (0, top // factor))
    small.getexif().update(image.getexif())
    return small


def _to_rgb(image: Image.Image) -> Pixels:
    if image.mode in DEEP:
        return _stretch(np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        white.alpha_composite(layer)
        image = white
    elif image.mode == "LAB":  # Pillow cannot convert it without colour profiles
        image = image.getchannel(0)
    return np.array(image.convert("RGB"))


def _stretch(samples: NDArray[np.generic]) -> Pixels:
    """Grey pixels out of deep samples: 8-bit values as they are, others from their darkest to their brightest."""
    values = np.nan_to_num(samples.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = 0.0, 255.0
    if values.max() > high or values.min() < low or (samples.dtype.kind == "f" and values.max() <= 1):
        low, high = np.percentile(values, (DARKEST, BRIGHTEST)).tolist()
    grey = np.clip((values - low) * (255 / max(high - low, 1e-6)), 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
