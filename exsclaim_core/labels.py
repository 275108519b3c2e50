"""Labels of figures and tables as authors write them: "Figure 3.", "TABLE IV", "Extended Data Fig. 2", "Abb. 1"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exsclaim_core.model import FigureType

KEYWORDS: dict[FigureType, tuple[str, ...]] = {
    "Figure": (
        *("figure", "figura", "fig", "abbildung", "abb", "рисунок", "рис", "rys", "图", "図"),
        *("scheme", "chart", "plate", "graph"),
    ),
    "Table": ("tableau", "tabelle", "tabella", "tabla", "tabela", "table", "tab", "quadro", "таблица", "табл", "表"),
    "Box": ("box",),
    "Algorithm": ("algorithm", "listing"),
}
TYPES: dict[str, FigureType] = {word: kind for kind, words in KEYWORDS.items() for word in words}
# Kinds whose name is part of the label, since their numbers run beside those of the figures.
NAMED = {"scheme", "chart", "plate", "graph"}
CHINESE = {"图", "図", "表"}
# Some publishers set these with wide letters, which read as spaces: "TA B LE 2".
SPACED = ("figure", "table", "scheme")

_SERIES = (
    r"(?:supplementary|supplemental|supporting(?:\s+information)?|suppl?\.?|extended\s+data"
    r"|appendix(?:\s+[A-Z0-9]+[.,—–-]*)?|additional|online|web|e(?=fig|tab))\s*"
)
_KEYWORD = "|".join(" ?".join(word) if word in SPACED else word for word in sorted(TYPES, key=len, reverse=True))
# 3, S1, 3.2, A.1, 2b; A.1-2; IV, II.3; A before a mark. Letters are capitals: "Figs. 1" is no figure "s".
_NUMBER = "|".join(
    (
        r"(?:[A-Z]{1,2}[.\-‐–]?)?\d+(?:[.\-‐–]\d+)*[a-z]?",
        r"[A-Z][.\-‐–]\d+(?:[.\-‐–]\d+)*",
        r"[IVXL]+(?![a-z])(?:[.\-‐–]\d+)?",
        r"[A-Z](?=[.:])",
    )
)
LABEL = re.compile(
    rf"^[^\w(\[]{{0,2}}(?P<series>(?:{_SERIES})?)(?P<keyword>{_KEYWORD})(?P<dot>\.)?\s*"
    rf"(?P<number>(?-i:{_NUMBER}))(?![A-Za-z\d]{{2}})(?P<rest>.*)$",
    re.I | re.S,
)
_CONTINUED = r"cont(?:inued|inuation|inues|\.|’d|'d|d)?(?!\w)"
_DELIMITER = re.compile(
    r"^\s*(?P<delimiter>[.:]\s?[–—]|[.:|∣│‖;)■□▪•\u2003、．]|[–-](?=\s)|—(?!\s?(?:fig|tab))"
    rf"|\((?:{_CONTINUED}|suite)[^)]*\)\s*[.:]?|,?\s*{_CONTINUED}[.:]?(?=\s|$))?(?P<text>.*)$",
    re.I | re.S,
)
CONTINUED = re.compile(rf"^\W*[(\[]?\s*(?:{_CONTINUED}|suite)\s*[)\].]*", re.I)
_SUPPLEMENT = re.compile(r"^\s?[—–-]\s?(?P<part>(?:figure supplement|source data|video)\s+\d+)", re.I)
_ROMAN = re.compile(r"[IVXL]+$")


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the start of a text."""

    type: FigureType
    label: str  # "3", "S1", "Scheme 2"
    keyword: str  # as printed, with its dot: "Fig.", "TABLE"
    delimiter: str  # what closes the label: ".", ":", "|", … or "" for a space
    text: str  # what follows
    continued: bool
    series: str  # "", "Supplementary", "Extended Data", …


def parse_label(text: str) -> Label | None:
    """The label that a text begins with; None where it begins otherwise."""
    match = LABEL.match(text)
    if match is None:
        return None
    keyword, number = match["keyword"].replace(" ", ""), match["number"]
    lettered = not any(character.isdigit() for character in number)
    if lettered and not (keyword[0].isupper() and (_ROMAN.match(number) or len(number) == 1)):
        return None
    closing = _DELIMITER.match(match["rest"])
    delimiter = (closing["delimiter"] or "").strip() if closing else ""
    if not delimiter and keyword in CHINESE and match["rest"][:1].isspace():
        delimiter = "|"  # a blank closes the label there: mentions have none
    following = (closing["text"] if closing else match["rest"]).strip()
    part = _SUPPLEMENT.match(match["rest"])
    supplement = ""
    if part:  # "Figure 1—figure supplement 2."
        supplement = "-" + " ".join(part["part"].split()).lower()
        closing = _DELIMITER.match(match["rest"][part.end() :])
        delimiter = (closing["delimiter"] or "").strip() if closing else ""
        following = (closing["text"] if closing else "").strip()
    series = " ".join((match["series"] or "").split())
    return Label(
        TYPES[keyword.lower()],
        _full_label(keyword, re.sub(r"[‐–]", "-", number), series) + supplement,
        keyword + (match["dot"] or ""),
        delimiter,
        following,
        bool(CONTINUED.match(delimiter + following)),
        series,
    )


def _full_label(keyword: str, number: str, series: str) -> str:
    """The number with what tells it from the same number elsewhere: "S1", "Extended Data 2", "Scheme 1"."""
    if keyword.lower() in NAMED:
        return f"{keyword.capitalize()} {number}"
    first = series.split()[0].lower() if series else ""
    if first.startswith("supp") and number[0].isdigit():
        return f"S{number}"
    if first in ("extended", "appendix"):
        return f"{series.rstrip('.,—–-')} {number}"
    if first == "e":
        return f"e{number}"
    return number
