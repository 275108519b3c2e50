"""Mentions: where the running text refers to figures and tables, as in "Figs. 2b-d and 4" or "Tables 1–3"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from exsclaim_core.labels import TYPES, parse_label
from exsclaim_core.layout.running_text import RunningText
from exsclaim_core.model import FigureType, Mention

Key = tuple[FigureType, str]  # type and label

ABBREVIATIONS = {"fig", "tab", "abb", "rys", "рис", "табл"}  # that end with a dot
LONGEST_RANGE = 30  # figures; more are no range
FIRST_IDEOGRAPH = "\u2e80"  # scripts from here on set words without spaces
BEFORE = 40  # characters before a keyword in which "Supplementary" and citations are looked for

# In lower case and without word boundaries: other forms of the search are three times slower.
_STEM = re.compile("|".join(sorted({keyword[:4] for keyword in TYPES}, key=len, reverse=True)))
_DASH = "[-‐‑–—]"
_SPACE = r"\s{0,3}"
_NUMBER = r"(?:(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:\.\d{1,2})*(?!\d)|[IVX]+(?![A-Za-z\d]))"
_IN_BRACKETS = rf"{_SPACE}\([a-zA-Z]{{1,2}}(?:{_SPACE}(?:[,&]|{_DASH}){_SPACE}[a-zA-Z])*\)"
_FIRST_PANEL = rf"(?:{_IN_BRACKETS}|[a-zA-Z](?![^\W_])|\s[A-Z](?![\w’'.]))"
# Panels come in the order of the alphabet: an "a" after another panel is an article.
_NEXT_PANEL = (
    rf"(?:{_SPACE}(?:,{_SPACE}(?:and\s|&)?|{_DASH}|/|&){_SPACE}|\s(?:and|to|or)\s)(?:\([b-zB-Z]\)|[b-zB-Z](?![^\W_]))"
)
_PANELS = rf"(?:{_FIRST_PANEL}(?:{_NEXT_PANEL})*)?"
_JOINT = rf"{_SPACE}(?:,{_SPACE}(?:and|or|&)\s|and\s|or\s|to\s|through\s|[,;&/]|{_DASH}){_SPACE}"
_KEYWORD = "|".join(sorted(TYPES, key=len, reverse=True))
_REFERENCE = re.compile(
    rf"(?P<keyword>(?i:{_KEYWORD}))(?P<plural>(?i:e?s|x|e?n)?)(?P<gap>\.?{_SPACE})"
    rf"(?P<items>{_NUMBER}{_PANELS}(?:{_JOINT}{_NUMBER}{_PANELS})*)"
)
_ITEM = re.compile(rf"(?P<joint>{_JOINT})?(?P<number>{_NUMBER})(?P<panels>{_PANELS})")
_RANGE = re.compile(rf"{_DASH}|to|through")
_SERIES = re.compile(
    r"\b(?:supplementary|supplemental|supporting|suppl?\.?|extended\s+data|appendix\s+[A-Z0-9]+[.,—–-]*)\s+$", re.I
)
# Figures of a supplement with the numbers of the paper: "eFigure 2", "Online Table 1", "Additional file 3: Fig. 1".
_SUPPLEMENT = re.compile(r"(?:\b(?:Online|Web|Additional)(?:\s+file\s\d+[:,]?)?\s+|\be)$")
# "Fig. 2 of ref. 3", "Table 1 in [12]", "Figure 4 of Smith et al."
_ELSEWHERE = re.compile(
    r"\W{0,2}\s?(?:of|in|from)\s(?:the\s)?"
    r"(?:refs?\b|references?\s\d|\[\d|[A-Z][\w’'-]+\s(?:et\sal|and\s[A-Z][\w’'-]+\s?[\[(]))"
)
# "[3, Fig. 2]", "(Smith et al. 2010, Fig. 2)"
_CITED = re.compile(r"(?:\bref(?:s|erence)?\.?\s\[?\d+\]?|\[\d+|\bet al\.,?\s\(?\d{4}[a-z]?),\s?(?:see\s)?$")


@dataclass(frozen=True, slots=True)
class PlacedMention:
    """A mention and the row of the running text in which it begins."""

    mention: Mention
    row: int


def find_mentions(text: RunningText, known: Collection[Key] = ()) -> dict[Key, list[PlacedMention]]:
    """The references of the running text to each figure and table, in reading order.

    The keys are types and labels as `parse_label` gives them. "Figs. 1-3" mentions three figures, "Figure 4A and 4B"
    one figure twice. `known` are the figures that the document has: with a "2b" among them, "Figure 2b" is that figure,
    else panel b of figure 2. Figures of other papers ("Fig. 2 of ref. 3") are left out where the text says so.
    """
    whole, ends = _join(text)
    folded = whole.lower()
    if len(folded) != len(whole):  # a few letters have lower-case forms of two characters
        folded = whole
    numbers = text.pages.numbers[text.rows["page"]].tolist()
    mentions: dict[Key, list[PlacedMention]] = {}
    done = 0
    for stem in _STEM.finditer(folded):
        start = stem.start()
        if start < done or not _begins_word(folded, start):
            continue
        match = _REFERENCE.match(whole, start)
        if match is None:
            continue
        done = match.end()
        before = whole[max(0, start - BEFORE) : start]
        if _ELSEWHERE.match(whole, done) or _CITED.search(before) or _SUPPLEMENT.search(before):
            continue
        row = bisect_right(ends, start)
        found_series = _SERIES.search(before)
        series = found_series.group() if found_series else ""
        head = series + whole[start : match.start("items")]
        for key, items in _referents(match, series, known):
            if key in known or not _doubtful(match):
                mention = Mention(numbers[row], " ".join((head + items).split()))
                mentions.setdefault(key, []).append(PlacedMention(mention, row))
    return mentions


def _join(text: RunningText) -> tuple[str, list[int]]:
    """The running text as one string, broken words joined, and where each row ends in it."""
    pieces: list[str] = []
    ends: list[int] = []
    length = 0
    for this, following in pairwise([*text.texts, ""]):
        broken = this[-1:] in "-\u00ad‐" and this[-2:-1].isalpha() and following[:1].islower()
        piece = this[:-1] if broken else this + " "
        pieces.append(piece)
        length += len(piece)
        ends.append(length)
    return "".join(pieces), ends


def _begins_word(text: str, place: int) -> bool:
    if place == 0 or not text[place - 1].isalpha() or text[place] >= FIRST_IDEOGRAPH:
        return True
    return text[place - 1] == "e" and (place == 1 or not text[place - 2].isalpha())  # "eFigure"


def _doubtful(match: re.Match[str]) -> bool:
    """Whether the number may belong to something else: "the algorithm. 3.2 Results", "algorithm70" and its citation."""
    keyword, gap = match["keyword"], match["gap"]
    if keyword.lower() in ABBREVIATIONS or keyword[0] >= FIRST_IDEOGRAPH:
        return False
    return gap.startswith(".") or (not gap and keyword.islower())


def _referents(match: re.Match[str], series: str, known: Collection[Key]) -> Iterator[tuple[Key, str]]:
    """The figures that a reference names, each with the part of the reference that does so."""
    items = list(_ITEM.finditer(match["items"]))
    place = 0
    while place < len(items):
        item = items[place]
        number, words, between = item["number"], item["number"] + item["panels"], []
        if place and _comma(item) and not match["plural"] and _value(number) != _value(items[place - 1]["number"]) + 1:
            return  # "Fig. 2, 50 mg"
        following = items[place + 1] if place + 1 < len(items) else None
        if following and _RANGE.fullmatch(following["joint"].strip()):
            place += 1
            words += following.group()
            compound = _key(match["keyword"], series, f"{number}-{following['number']}")
            if compound in known:  # "Figure 3-1" where numbers begin with the chapter's
                number = f"{number}-{following['number']}"
            else:
                between = _numbers_after(number, following["number"])
                if not between and number != following["number"]:
                    words = item["number"] + item["panels"]
        place += 1
        for some in (number, *between):
            key = _key(match["keyword"], series, some)
            if len(item["panels"]) == 1 and some == item["number"]:
                with_panel = _key(match["keyword"], series, some + item["panels"])
                key = with_panel if with_panel in known else key
            if key is not None:
                yield key, words


def _comma(item: re.Match[str]) -> bool:
    return item["joint"].strip() in (",", ";", "/")


@lru_cache(maxsize=1024)
def _key(keyword: str, series: str, number: str) -> Key | None:
    label = parse_label(f"{series}{keyword.capitalize()} {number}.")
    return (label.type, label.label) if label else None


def _value(number: str) -> int:
    """The last whole number in the number of a label; -1 for Roman numerals."""
    digits = re.search(r"\d+$", number)
    return int(digits.group()) if digits else -1


def _numbers_after(first: str, last: str) -> list[str]:
    """The numbers from the one after `first` to `last` ("S1" and "S4"); none where they make no range."""
    a, b = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if not a or not b or b[1] not in ("", a[1]) or not 0 < int(b[2]) - int(a[2]) <= LONGEST_RANGE:
        return []
    return [f"{a[1]}{number}" for number in range(int(a[2]) + 1, int(b[2]) + 1)]
