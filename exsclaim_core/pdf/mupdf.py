"""The one import of PyMuPDF."""

import sys

# PyMuPDF 2 loads its neural layout analyser (onnxruntime, 70 MB, 0.3 s) with the package where it is installed.
# Nothing here uses it: an entry of None makes its import fail, which PyMuPDF allows for.
_layout = sys.modules.get("pymupdf.layout")
if _layout is None:
    sys.modules["pymupdf.layout"] = None  # type: ignore[assignment]

import pymupdf  # noqa: E402  (must follow the line above)

if _layout is None:
    del sys.modules["pymupdf.layout"]

pymupdf.TOOLS.mupdf_display_errors(False)
pymupdf.TOOLS.mupdf_display_warnings(False)

# What MuPDF raises: exceptions of its own from its C++ layer, RuntimeError and ValueError from PyMuPDF's.
MuPDFError = (pymupdf.mupdf.FzErrorBase, RuntimeError, ValueError)

__all__ = ["MuPDFError", "pymupdf"]
