"""Files of pictures, as publishers offer them."""

from __future__ import annotations

import io
import warnings

from PIL import Image

MOST_PIXELS = 500_000_000  # of a picture; its header may promise any number


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, without decoding; None for what is no picture that can be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content)) as picture:
                width, height = picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):  # what Pillow raises for damaged files
        return None
    return (width, height) if 0 < width * height <= MOST_PIXELS else None
