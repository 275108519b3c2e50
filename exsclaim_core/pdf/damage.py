"""Signs that a PDF which could be read is damaged: MuPDF repairs what it can and only warns."""

from __future__ import annotations

import re
from typing import Any

from exsclaim_core.pdf.mupdf import MuPDFError, pymupdf

# Among MuPDF's warnings; others, about fonts or links, come with every tenth paper and mean nothing for its figures.
LOST_CONTENT = ("page may not be correct", "read error; treating as end of file")


def forget_warnings() -> None:
    """Forget the warnings of documents before."""
    pymupdf.TOOLS.reset_mupdf_warnings()


def find_damage(document: Any) -> str | None:
    """What is wrong with a document that has been read since forget_warnings, None where nothing is known."""
    try:
        repaired = pymupdf.mupdf.pdf_was_repaired(pymupdf.mupdf.pdf_document_from_fz_document(document))
    except MuPDFError:
        repaired = False
    if repaired:
        return "the file is damaged and was repaired: parts of it may be missing"
    warnings = pymupdf.TOOLS.mupdf_warnings()
    lost = any(sign in warnings for sign in LOST_CONTENT)
    return "its pages are damaged: text or drawings are missing" if lost else None


def plain_message(error: object) -> str:
    """An error of MuPDF's in one line, without its number."""
    return re.sub(r"^code=\d+: ", "", " ".join(str(error).split()))
