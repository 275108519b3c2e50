"""How captions write the labels of panels: "(a)", "a)", "(a–c)", "A.", "(B and D)", "left"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Form = Literal["bold", "brackets", "bracket", "panel", "dot", "colon", "comma", "bare", "loose", "words"]

_PRIME = "['′’]"
_ITEM = rf"(?<![A-Za-z0-9])(?:[A-Za-z]\d{{0,2}}{_PRIME}{{0,2}}|[ivx]{{2,4}}|[IVX]{{2,4}})(?![A-Za-z0-9])"
_BETWEEN = r"\s*(?:,\s*(?:and|&)\s+|,|;|\band\b|(?<=\s)&(?=\s)|/|–|—|‐|-|−|\bto\b|\bthrough\b)\s*"
# A bound: text that is one long list must not be tried from each of its items to its end.
_LIST = rf"{_ITEM}(?:{_BETWEEN}{_ITEM}){{0,25}}"
_PANEL = r"(?:(?:sub-?)?(?:panels?|figs?\.?|figures?|parts?|rows?|columns?)\s+)?"
_RANGE = re.compile(r"\s*(?:–|—|‐|-|−|\bto\b|\bthrough\b)\s*$")
_EACH = re.compile(_ITEM)
NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
# What may stand before a label that begins a description.
_BEGIN = r"(?:^|(?<=[.;:!?)\]]\s)|(?<=[.;:]))\s*"

_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    # Bold as it is written where there is plain text only.
    ("bold", re.compile(rf"\*\*\s*[(\[]?(?P<list>{_LIST})[)\]]?[.,:]?\s*\*\*[.,:)]?")),
    (
        "brackets",
        re.compile(
            rf"[(\[{{]\s*{_PANEL}(?P<list>{_LIST})\.?\s*(?:,?\s*respectively\s*)?[)\]}}]"
            rf"(?:\s*[–—-]\s*[(\[](?P<last>{_ITEM})[)\]])?",
            re.I,
        ),
    ),
    # "(a, scale bar 50 nm)": what follows belongs to the description.
    ("brackets", re.compile(rf"\((?P<list>{_ITEM})(?=\s*[,;:]\s+\w{{2}})", re.I)),
    ("bracket", re.compile(rf"(?<![\w(\[{{,–-])(?<![(\[,]\s)(?P<list>{_LIST})\)(?!\w)")),
    # "Scale bars: a, 10 nm; b, c, 5 nm"
    ("panel", re.compile(rf"(?<=[:;,])\s*(?<!\w)(?P<list>{_LIST})(?=\s?[,:=]?\s+\d[\d.,]*\s?[nµμu]?m\b)")),
    ("panel", re.compile(rf"\b(?:[Pp]anels?|[Ff]igures?)\s+(?P<list>{_LIST})(?=[\s,:;.])")),
    ("dot", re.compile(rf"{_BEGIN}(?P<list>{_LIST})\.(?=\s+[A-Z0-9(\[]|[A-Z])")),
    ("dot", re.compile(rf"{_BEGIN}(?P<list>{_LIST})\.[,:;](?=\s)")),
    # A title may end without a full stop: "Felt under load A,B. Images of …"
    ("dot", re.compile(rf"(?<=[a-z]\s)(?P<list>[A-Z](?:{_BETWEEN}[A-Z])+)\.(?=\s+[A-Z][a-z])")),
    ("colon", re.compile(rf"{_BEGIN}(?P<list>{_LIST})\s?[:|](?=\s)")),
    ("colon", re.compile(r"(?<=,\s)(?P<list>[A-Za-z]):(?=\s)")),
    ("comma", re.compile(rf"{_BEGIN}(?P<list>{_LIST}),(?=\s+[A-Z0-9(\[×x])")),
    ("comma", re.compile(r"(?:^|(?<=[.;:]\s)|(?<=\band\s))(?P<list>[A-Za-z]),(?=\s+[a-z])")),
    # A space may be lost: "… of felt.b Image of gauze"
    ("bare", re.compile(r"(?<=[a-z)]\.)(?P<list>[A-Za-z])(?=\s+[A-Z])")),
    (
        "bare",
        re.compile(
            rf"(?:(?<=^)|(?<=[.;:,)]\s)|(?<=\bfor\s)|(?<=\bof\s)|(?<=\band\s))(?P<list>{_LIST})(?=\s+[\w(\[−≈~]+)"
        ),
    ),
)
_LOOSE = re.compile(r"(?<![\w.–-])(?<!\w\s['’])(?P<letter>[A-Z])(?=\s+[A-Za-z0-9(])")
_PLACES = {
    "left": "left",
    "right": "right",
    "top": "top",
    "bottom": "bottom",
    "middle": "middle",
    "center": "middle",
    "centre": "middle",
    "upper": "top",
    "lower": "bottom",
}
_ONE = "(?:left|right|top|bottom|middle|cent(?:er|re)|upper|lower)"
_PLACE = rf"(?:(?:upper|lower|top|bottom|middle)[\s-]+)?{_ONE}"
_THING = r"(?:\s*(?:-?hand\s*)?(?:side|panels?|plots?|images?|figures?|graphs?|columns?|rows?|pictures?|parts?|inset)?)"
_WORDS = re.compile(
    rf"[(\[]\s*(?:on\s+the\s+)?(?P<inside>{_PLACE}){_THING}\s*[)\]]|{_BEGIN}(?:the\s+)?(?P<before>{_PLACE}){_THING}\s*:"
    rf"|(?:{_BEGIN}|(?<=[,;])\s*|(?<=\b(?:and|the)\s))(?:the\s+)?(?P<shows>{_PLACE})(?:[\s-]*hand)?\s+"
    r"(?:panels?|plots?|images?|graphs?|pictures?)\s+"
    r"(?=(?:shows?|displays?|depicts?|presents?|represents?|illustrates?|gives?|is\s|are\s))",
    re.I,
)


# "The dashed (upper) and dotted (lower) curves" are in one panel.
_OF_THINGS = re.compile(
    r"\s*(?:(?:and|or|,)\s+[\w\s-]{0,30}\([\w\s-]+\)\s*)?(?:curves?|lines?|traces?|symbols?|ax[ei]s|arrows?|scales?)\b"
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place in a caption that may name panels."""

    start: int
    end: int  # behind its brackets
    labels: tuple[str, ...]  # as printed, ranges and lists taken apart
    form: Form

    @property
    def style(self) -> tuple[Form, str]:
        """Form and kind of letters: those of one caption's labels agree in both."""
        return self.form, kind_of(self.labels[0])


def find_sightings(caption: str, bold: Iterable[tuple[int, int]] = ()) -> Iterator[Sighting]:
    """All places that have a form in which labels are written; most of a form that is not the caption's mean nothing.

    `bold` are stretches that the publisher has set in bold type.
    """
    for start, end in bold:
        if match := re.fullmatch(rf"\s*[(\[]?(?P<list>{_LIST})[)\]]?[.,:]?\s*", caption[start:end]):
            yield Sighting(start, end, expand(match["list"]), "bold")
    for form, pattern in _FORMS:
        for match in pattern.finditer(caption):
            text = match["list"]
            if last := match.groupdict().get("last"):
                text += f"–{last}"
            if labels := expand(text):
                start = match.start("list") if form in ("dot", "colon", "comma", "bare", "bracket") else match.start()
                yield Sighting(start, match.end(), labels, form)
    for match in _LOOSE.finditer(caption):
        yield Sighting(match.start(), match.end(), (match["letter"],), "loose")
    for match in _WORDS.finditer(caption):
        if _OF_THINGS.match(caption, match.end()):
            continue
        words = re.split(r"[\s-]+", (match["inside"] or match["before"] or match["shows"]).lower())
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        yield Sighting(start, match.end(), (" ".join(_PLACES[word] for word in words),), "words")


def expand(text: str) -> tuple[str, ...]:
    """The labels of a list such as "a, c–e and g"; empty where a range makes no sense."""
    found: list[str] = []
    last = 0
    for match in _EACH.finditer(text):
        item = re.sub(_PRIME, "'", match[0])
        if found and _RANGE.search(text[last : match.start()]):
            between = _range(found[-1], item)
            if not between:
                return ()
            found += between
        else:
            found.append(item)
        last = match.end()
    return tuple(dict.fromkeys(found))


def kind_of(label: str) -> str:
    """lower, upper, lower1 (a1), roman, words …: labels of one kind go together."""
    if " " in label or len(label) > 4 or label in ("left", "top"):
        return "words"
    if len(label) > 1 and label.isalpha():
        return "roman" if label.islower() else "ROMAN"
    return "lower" if label[0].islower() else "upper"


def _range(first: str, last: str) -> list[str]:
    """The labels behind the first up to the last; none where they have no order."""
    if len(first.rstrip("'")) == len(last.rstrip("'")) == 1 and first.count("'") == last.count("'"):
        start, end, prime = ord(first[0]), ord(last[0]), "'" * first.count("'")
        if start < end <= start + 25 and first[0].islower() == last[0].islower():
            return [chr(code) + prime for code in range(start + 1, end + 1)]
        return []
    if first in NUMERALS and last in NUMERALS:
        return list(NUMERALS[NUMERALS.index(first) + 1 : NUMERALS.index(last) + 1])
    if first.lower() in NUMERALS and last.lower() in NUMERALS and first.isupper() and last.isupper():
        return [each.upper() for each in _range(first.lower(), last.lower())]
    if first[0] == last[0] and first[1:].isdigit() and last[1:].isdigit() and int(first[1:]) < int(last[1:]):
        return [f"{first[0]}{number}" for number in range(int(first[1:]) + 1, int(last[1:]) + 1)]
    return []
