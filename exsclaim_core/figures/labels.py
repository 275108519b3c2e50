"""Labels of figures and tables as authors write them: "Figure 3.", "TABLE IV", "Extended Data Fig. 2", "Abb. 1"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from exsclaim_core.model import FigureType

KEYWORDS: dict[str, FigureType] = {
    "figure": "Figure",
    "fig": "Figure",
    "figura": "Figure",
    "abbildung": "Figure",
    "abb": "Figure",
    "scheme": "Figure",
    "chart": "Figure",
    "plate": "Figure",
    "graph": "Figure",
    "table": "Table",
    "tab": "Table",
    "tabelle": "Table",
    "tableau": "Table",
    "tabla": "Table",
    "tabela": "Table",
    "box": "Box",
    "tabella": "Table",
    "quadro": "Table",
    "rys": "Figure",
    "рис": "Figure",
    "рисунок": "Figure",
    "таблица": "Table",
    "табл": "Table",
    "图": "Figure",
    "図": "Figure",
    "表": "Table",
    "algorithm": "Algorithm",
    "listing": "Algorithm",
}
# Kinds whose name is part of the label, since their numbers run beside those of the figures.
NAMED = {"scheme", "chart", "plate", "graph"}

# Letters of numbers are capitals: "Figs. 1" has none, "fig. s1" is too rare to give up "figures in".
_NUMBER = r"(?-i:(?:[A-Z]{1,2}[.\-‐–]?)?\d+(?:[.\-‐–]\d+)*[a-z]?|[A-Z][.\-‐–]\d+(?:[.\-‐–]\d+)*|[IVXL]+(?:[.\-‐–]\d+)?|[A-Z](?=[.:]))"
LABEL = re.compile(
    r"^[^\w(\[]{0,2}"
    r"(?P<series>(?:supplementary|supplemental|supporting|suppl?\.?|extended\s+data|appendix\s+[A-Z0-9]+[.,—–-]*|additional|online|web|e(?=fig|tab))\s*)?"
    # Some publishers set the keyword with wide letters, which read as spaces: "TA B LE 2".
    r"(?P<keyword>f ?i ?g ?u ?r ?e|t ?a ?b ?l ?e|s ?c ?h ?e ?m ?e|fig|figura|abbildung|abb|chart|plate|graph|tableau|tabelle|tabla|tabela|tabella|quadro|rys|рисунок|рис|таблица|табл|图|図|表|tab|box|algorithm|listing)"
    r"(?P<dot>\.)?\s*"
    rf"(?P<number>{_NUMBER})(?![A-Za-z\d]{{2}})"
    r"(?P<rest>.*)$",
    re.I | re.S,
)
_ROMAN = re.compile(r"[IVXL]+$")
_DELIMITER = re.compile(
    r"^\s*(?P<delimiter>[.:|∣│‖;]|[–—-](?=\s)|\((?:cont\w*|suite)[^)]*\)\s*[.:]?|[,]?\s*(?:cont(?:inued|\.|’d|'d)?)[.:]?(?=\s|$)|\)|■|□|▪|•|\u2003)?(?P<text>.*)$",
    re.I | re.S,
)
CONTINUED = re.compile(r"^\W*[(\[]?\s*(?:cont(?:inued|inuation|inues|\.|’d|'d|d)?|suite)\s*[)\].]*", re.I)


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
    keyword = match["keyword"].replace(" ", "")
    number = match["number"]
    if not any(c.isdigit() for c in number) and not (keyword[0].isupper() and (_ROMAN.match(number) or len(number) == 1)):
        return None
    rest = match["rest"]
    delimiter_match = _DELIMITER.match(rest)
    delimiter = (delimiter_match["delimiter"] or "").strip() if delimiter_match else ""
    following = (delimiter_match["text"] if delimiter_match else rest).strip()
    continued = bool(CONTINUED.match(delimiter + following))
    name = keyword.lower()
    series = " ".join((match["series"] or "").split())
    label = re.sub(r"[‐–]", "-", number)
    if name in NAMED:
        label = f"{keyword.capitalize()} {label}"
    if series and not re.match(r"^[A-Z]?S\d|^S", label):
        first = series.split()[0].lower()
        if first.startswith("supp"):
            label = f"S{label}" if label[0].isdigit() else label
        elif first in ("extended", "appendix"):
            label = f"{series.rstrip('.,—–-')} {label}"
    return Label(KEYWORDS[name], label, keyword + (match["dot"] or ""), delimiter, following, continued, series)
