"""The one import of PyMuPDF, and what its structured text means by some numbers and words."""

import re
import sys

# PyMuPDF 2 loads with it, where they are installed, its neural layout analyser (onnxruntime, 70 MB, 0.3 s) and its
# conversion to Markdown (networkx and more, 35 MB, 0.1 s). Nothing here uses them: an entry of None makes their import
# fail, which PyMuPDF allows for.
_unused = [name for name in ("pymupdf.layout", "pymupdf4llm") if name not in sys.modules]
for _name in _unused:
    sys.modules[_name] = None  # type: ignore[assignment]

import pymupdf  # noqa: E402  (must follow the lines above)

for _name in _unused:
    del sys.modules[_name]

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

# What MuPDF raises: exceptions of its own from its C++ layer, RuntimeError and ValueError from PyMuPDF's.
MuPDFError = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)

TEXT_BLOCK, IMAGE_BLOCK, VECTOR_BLOCK = 0, 1, 3
_IMAGE = re.compile(r"width: (\d+), height: (\d+)")


def image_pixels(content: str) -> tuple[int, int]:
    """Width and height out of an image block's "<image: DeviceRGB, width: 320, height: 177, bpc: 8>"; else 0 and 0."""
    size = _IMAGE.search(content)
    return (int(size[1]), int(size[2])) if size else (0, 0)


__all__ = ["IMAGE_BLOCK", "TEXT_BLOCK", "VECTOR_BLOCK", "MuPDFError", "image_pixels", "pymupdf"]
