"""Lengths as scale bars print them, in nanometres."""

from __future__ import annotations

import re

NANOMETRES = {"pm": 1e-3, "Å": 0.1, "nm": 1.0, "µm": 1e3, "mm": 1e6, "cm": 1e7, "m": 1e9, "micron": 1e3, "microns": 1e3}
LENGTH = re.compile(
    r"^\W{0,2}(?P<number>\d{1,3}(?:[,\s]\d{3})+|\d+(?:[.,]\d+)?)\s?(?P<unit>pm|Å|A|nm|[µμu]m|mm|cm|m|microns?)\W?$"
)


def read_length(text: str) -> tuple[str, float] | None:
    """A printed length in one form, "5 µm" of "5μm", and in nanometres; None where the text is none."""
    match = LENGTH.match(text.strip().replace("\u212b", "Å").replace("A\u030a", "Å"))
    if match is None:
        return None
    number = re.sub(r"[,\s](?=\d{3}(?!\d))", "", match["number"]).replace(",", ".")
    unit = match["unit"].replace("μ", "µ").replace("um", "µm")
    unit = "Å" if unit == "A" else unit
    return f"{number} {unit}", float(number) * NANOMETRES[unit]
