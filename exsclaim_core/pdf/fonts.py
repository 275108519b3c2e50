"""The fonts that come with PyMuPDF, as files for other programs to draw with."""

from __future__ import annotations

import importlib.util
from functools import cache

import pymupdf


@cache
def font_file(name: str) -> bytes:
    """The bytes of a font by its short name in MuPDF: "helv", "hebo", "tiro" …; ValueError for an unknown name."""
    try:
        return bytes(pymupdf.Font(name).buffer)
    except RuntimeError as error:  # pymupdf.FZ_ERROR_ARGUMENT and its kin
        raise ValueError(f"{name!r} is no font of PyMuPDF: {error}") from error


def has_more_fonts() -> bool:
    """Whether the package pymupdf-fonts is there, which knows "notos", "figo", "ubuntu" …"""
    return importlib.util.find_spec("pymupdf_fonts") is not None
