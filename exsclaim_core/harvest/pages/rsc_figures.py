"""Figures of pubs.rsc.org: what the names of their files and anchors tell, and the URLs of their pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from parsel import Selector

from exsclaim_core.harvest.records import FigureRole, HarvestedFigure, MarkedText
from exsclaim_core.labels import NAMED, TYPES, parse_label

# …/b999999x-f1.gif: of manuscript B999999X the first figure; -p photos, -s schemes, -c charts, -t formulae.
FILE = re.compile(r"(?P<stem>[a-z]\d[a-z0-9]{2}\d{3,5}[a-z]-(?P<kind>[a-z]+)\d*)(?:_hi-res)?\.[a-z]+(?:$|[?#])", re.I)
PICTURE = re.compile(r"\.(?:gif|jpe?g|png|tiff?|svg|webp)(?:$|[?#])|/image/article/|/image/get\?", re.I)
_PLACEHOLDER = re.compile(r"^data:|loadingbackground|ajax-?loader|blank\.gif|spacer|/newimages/|openurlimage", re.I)
_REFERENCE = re.compile(
    r"(?P<keyword>fig(?:ure)?|scheme|table|chart|plate|graph)s?\.?\s*(?P<numbers>\d.*)$", re.I | re.S
)
_NUMBERS = re.compile(r"(?<![\w.])(\d{1,3})[a-z]?(?:\s*[–-]\s*(\d{1,3}))?")


def image_urls(unit: Selector, absolute: Callable[[str], str]) -> tuple[str, ...]:
    """URLs of a unit's first picture, the highest resolution first."""
    given: list[str] = []
    for image in unit.xpath("descendant-or-self::img"):
        given += image.xpath("ancestor::a/@href").getall()
        given += [image.attrib.get(name, "") for name in ("data-original", "data-src", "src")]
    given += [url for url in unit.css("a::attr(href)").getall() if "hi-res" in url]
    urls = dict.fromkeys(absolute(url) for url in given if PICTURE.search(url) and not _PLACEHOLDER.search(url))
    first = [url for url in urls if _stem(url) == _stem(next(iter(urls)))]
    return tuple(sorted(first, key=lambda url: "hi-res" not in url))


def figure_of(caption: MarkedText, images: tuple[str, ...]) -> HarvestedFigure | None:
    """A figure of these; None where neither the caption nor the file's name tells that it is one."""
    file = FILE.search(images[0]) if images else None
    kind = file["kind"].lower() if file else ""
    if images and "imagetype=ga" in images[0].lower():
        kind = "ga"
    if not caption.text and kind not in ("p", "ga"):
        return None
    label = parse_label(caption.text)
    role: FigureRole = "figure"
    if label and label.series.lower().startswith("supp"):
        role = "supplementary"
    elif label and label.type == "Table":
        role = "table"
    elif kind == "p" and label is None:
        role = "author photo"
    elif kind == "ga":
        role = "graphical abstract"
    return HarvestedFigure(
        label.type if label else "Figure",
        label.label if label else "",
        caption.text,
        caption.markup,
        images,
        role,
    )


def is_same(one: HarvestedFigure, other: HarvestedFigure) -> bool:
    """Whether a page shows one figure twice."""
    if one.image_urls or other.image_urls:
        return bool(set(one.image_urls) & set(other.image_urls))
    return (one.type, one.label, one.caption) == (other.type, other.label, other.caption)


def names_in(reference: str) -> set[str]:
    """What a reference such as "Figs. 2b and 5–7" or "Scheme 1" names: "Figure 2", "Figure 5", …, "Scheme 1"."""
    match = _REFERENCE.match(reference)
    if match is None:
        return set()
    keyword = match["keyword"].lower()
    kind = keyword.capitalize() if keyword in NAMED else TYPES[keyword]
    names: set[str] = set()
    for first, last in _NUMBERS.findall(match["numbers"]):
        # A long way from the first to the last is no range: 2-120 is a name of something else.
        numbers = range(int(first), int(last) + 1) if last and int(last) - int(first) < 20 else (int(first),)
        names |= {f"{kind} {number}" for number in numbers}
    return names


def anchors(unit: Selector) -> Iterable[str]:
    """Names by which links find a unit."""
    names = unit.xpath("descendant-or-self::*/@id | descendant-or-self::a/@name").getall()
    return dict.fromkeys(anchor_name(name) for name in names)


def anchor_name(name: str) -> str:
    """An anchor's name in one form: links lead to a picture, imgfig1, or to its caption, fig1."""
    return name.lower().removeprefix("img")


def _stem(url: str) -> str:
    """What the files of one picture have in common."""
    file = FILE.search(url)
    return file["stem"].lower() if file else url
