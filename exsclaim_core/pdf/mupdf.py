"""The one import of PyMuPDF."""

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

__all__ = ["MuPDFError", "pymupdf"]
