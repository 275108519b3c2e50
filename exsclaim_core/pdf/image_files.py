"""Files of pictures, as publishers offer them."""

from __future__ import annotations

from exsclaim_core.pdf.mupdf import MuPDFError, pymupdf


def picture_size(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, without decoding; None for what is no picture that can be read."""
    try:
        profile = pymupdf.image_profile(content)
    except MuPDFError:
        return None
    if not profile or profile["width"] <= 0 or profile["height"] <= 0:
        return None
    return int(profile["width"]), int(profile["height"])
