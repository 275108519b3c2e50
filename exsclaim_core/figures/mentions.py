"""Mentions: where the running text refers to a figure or table, "Figs. 2b-d and 4", "Tables 1–3", "Supplementary Fig. 1"."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection
from itertools import pairwise

from exsclaim_core.figures.labels import KEYWORDS, parse_label
from exsclaim_core.layout.running_text import RunningText
from exsclaim_core.model import FigureType, Mention

Key = tuple[FigureType, str]  # type and label

LONGEST_RANGE = 30  # figures; a wider "range" is none

# One alternation in lower case without word boundary: the only form that `re` scans quickly.
_STEM = re.compile("|".join(sorted({re.escape(keyword[:4]) for keyword in KEYWORDS}, key=len, reverse=True)))
_DASH = "[-‐‑–—]"
_SPACE = r"\s{0,3}"
_NUMBER = r"(?:(?:[A-Z]{1,2}[.-]?)?\d{1,3}(?:\.\d{1,2})*(?!\d)|[IVX]+(?![A-Za-z\d]))"
_IN_BRACKETS = rf"{_SPACE}\([a-zA-Z]{{1,2}}(?:{_SPACE}(?:[,&]|{_DASH}){_SPACE}[a-zA-Z])*\)"
_FIRST_PANEL = rf"(?:{_IN_BRACKETS}|[a-zA-Z](?![^\W_])|\s[A-Z](?![\w’'.]))"
# Panels come in alphabetical order: an "a" after another panel is an article.
_NEXT_PANEL = rf"(?:{_SPACE}(?:,{_SPACE}(?:and\s|&)?|{_DASH}|/|&){_SPACE}|\s(?:and|to|or)\s)(?:\([b-zB-Z]\)|[b-zB-Z](?![^\W_]))"
_PANELS = rf"(?:{_FIRST_PANEL}(?:{_NEXT_PANEL})*)?"
_JOINT = rf"{_SPACE}(?:,{_SPACE}(?:and|or|&)\s|and\s|or\s|to\s|through\s|[,;&/]|{_DASH}){_SPACE}"
_KEYWORD = "|".join(sorted(KEYWORDS, key=len, reverse=True))
_REFERENCE = re.compile(
    rf"(?P<keyword>(?i:{_KEYWORD}))(?P<plural>(?i:e?s|x|e?n)?)(?P<gap>\.?{_SPACE})"
    rf"(?P<items>{_NUMBER}{_PANELS}(?:{_JOINT}{_NUMBER}{_PANELS})*)"
)
_ITEM = re.compile(rf"(?P<joint>{_JOINT})?(?P<number>{_NUMBER})(?P<panels>{_PANELS})")
_ABBREVIATION = re.compile(r"(?:fig|tab|abb)s?", re.I)
_SERIES = re.compile(
    r"(?:\b(?:supplementary|supplemental|supporting|suppl?\.?|extended\s+data|additional|online|web)\s+|\be)$", re.I
)
# "Fig. 2 of ref. 3", "Table 1 in [12]", "Figure 4 of Smith et al."
_ELSEWHERE = re.compile(
    r"\W{0,2}\s?(?:of|in|from)\s(?:the\s)?(?:refs?\b|references?\s\d|\[\d|[A-Z][\w’'-]+\s(?:et\sal|and\s[A-Z][\w’'-]+\s?[\[(]))"
)
_CITED = re.compile(r"(?:\bref(?:s|erence)?\.?\s\[?\d+\]?|\[\d+|\bet al\.,?\s\(?\d{4}[a-z]?),\s?(?:see\s)?$")


def find_mentions(text: RunningText, known: Collection[Key] = ()) -> dict[Key, list[Mention]]:
    """The references of the running text to each figure and table, by type and label as `parse_label` gives them.

    "Figs. 1-3" mentions three figures, "Figure 4A and 4B" one figure twice. `known` are the labels that the document has:
    with a "2b" among them, "Figure 2b" is that figure, else panel b of figure 2. References to figures of other papers
    ("Fig. 2 of ref. 3") are left out where the text says so.
    """
    whole, ends, pages = _join(text)
    folded = whole.lower()
    if len(folded) != len(whole):  # a few letters of other scripts have no single lower-case form
        folded = whole
    mentions: dict[Key, list[Mention]] = {}
    end = 0
    for stem in _STEM.finditer(folded):
        start = stem.start()
        if start < end or (start and folded[start - 1].isalpha() and not _follows_e(folded, start)):
            continue
        match = _REFERENCE.match(whole, start)
        if match is None:
            continue
        end = match.end()
        before = whole[max(0, start - 40) : start]
        if _ELSEWHERE.match(whole, end) or _CITED.search(before):
            continue
        series = _SERIES.search(before)
        page = pages[bisect_right(ends, start)]
        head = (series.group() if series else "") + whole[start : match.start("items")]
        doubtful = _doubtful(match)
        for key, items in _referents(match, series.group() if series else "", known):
            if key in known or not doubtful:
                mentions.setdefault(key, []).append(Mention(page, " ".join((head + items).split())))
    return mentions


def _join(text: RunningText) -> tuple[str, list[int], list[int]]:
    """The running text as one string, words that break at a line's end joined; the end and page number of each row in it."""
    rows = text.rows
    numbers = text.pages.numbers[rows["page"]].tolist()
    pieces: list[str] = []
    ends: list[int] = []
    length = 0
    for this, following in pairwise([*text.texts, ""]):
        if this[-1:] in "-\u00ad‐" and this[-2:-1].isalpha() and following[:1].islower():
            this = this[:-1]
        else:
            this += " "
        pieces.append(this)
        length += len(this)
        ends.append(length)
    return "".join(pieces), ends, numbers


def _doubtful(match: re.Match[str]) -> bool:
    """Whether the number may belong to something else: "the algorithm. 3.2 Results", "algorithm70" with its citation."""
    if _ABBREVIATION.fullmatch(match["keyword"]):
        return False
    return match["gap"] != " " and (match["gap"].startswith(".") or not match["gap"] and match["keyword"].islower())


def _follows_e(text: str, start: int) -> bool:
    """Whether the keyword at `start` is that of an "eFigure"."""
    return text[start - 1] == "e" and not text[max(0, start - 2)].isalpha()


def _referents(match: re.Match[str], series: str, known: Collection[Key]) -> list[tuple[Key, str]]:
    """The figures that a reference names, each with the part of the reference that does so."""
    keyword, plural = match["keyword"], bool(match["plural"])
    found: list[tuple[Key, str]] = []
    last: tuple[str, str] | None = None  # number and text of the item before
    for item in _ITEM.finditer(match["items"]):
        number, panels, joint = item["number"], item["panels"], (item["joint"] or "").strip()
        words = number + panels
        if last and joint and re.fullmatch(f"{_DASH}|to|through", joint):
            between = _numbers_between(last[0], number)
            compound = _key(keyword, series, f"{last[0]}-{number}")
            if compound in known and compound is not None:  # "Figure 3-1" of a report that numbers by chapter
                found[-1] = (compound, f"{last[0]}-{number}")
                last = None
                continue
            if between is None:
                break  # "Table 1 - 2 mg"
            span = f"{last[1]}{item['joint']}{words}"
            found[-1] = (found[-1][0], span)
            more = [*between, number]
            words, numbers = span, more
        elif last and joint in (",", ";", "/") and not plural and _value(number) != _value(last[0]) + 1:
            break  # "Fig. 2, 50 mg"
        else:
            numbers = [number]
        for some in numbers:
            key = _key(keyword, series, some)
            with_panel = _key(keyword, series, some + panels) if len(panels) == 1 and some == number else None
            if with_panel is not None and with_panel in known:
                key = with_panel
            if key is not None:
                found.append((key, words))
        last = (number, number + panels)
    return found


def _key(keyword: str, series: str, number: str) -> Key | None:
    label = parse_label(f"{series} {keyword.capitalize()} {number}.".lstrip())
    return (label.type, label.label) if label else None


def _value(number: str) -> int:
    """The last whole number in a label's number; -1 for Roman numerals."""
    digits = re.search(r"\d+$", number)
    return int(digits.group()) if digits else -1


def _numbers_between(first: str, last: str) -> list[str] | None:
    """The numbers strictly between two of one kind ("S1" and "S4"); None where they make no range."""
    a, b = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if not a or not b or b[1] not in ("", a[1]) or not 0 < int(b[2]) - int(a[2]) <= LONGEST_RANGE:
        return None
    return [f"{a[1]}{number}" for number in range(int(a[2]) + 1, int(b[2]))]
