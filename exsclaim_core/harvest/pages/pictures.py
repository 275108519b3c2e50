"""The URLs of the pictures in a part of a page, the largest picture first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from lxml import etree

from exsclaim_core.harvest.pages.blocks import inside, words

_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|webp|svgz?|bmp|eps)(?:$|[?#&])", re.I)
# Links to pictures whose URLs do not end as a file's name would.
_PICTURE_LINK = re.compile(
    r"/(?:original|larger)image\b|representation=(?:png|tif)|[?&]size=(?:large|original|inline)\b", re.I
)
_NO_PICTURE = re.compile(
    r"power-?point|/view-large/|/ppt\b|ppt-slide|downloadfigures|/share|facebook|twitter|mailto:|javascript:|^data:|^#",
    re.I,
)
# What a page shows before the picture has come, and what it decorates itself with.
_DECORATION = re.compile(
    r"lazy-?load|spacer|blank\.|placeholder|transparent|loading|ajax|pixel\.|sprite|(?:^|[/_.-])(?:icons?|logo|arrow"
    r"|button|btn|badge|avatar|crossmark|orcid|search|zoom|table|play)[\w-]*\.(?:png|gif|svg|jpe?g)",
    re.I,
)
_SIZES = (
    (4, re.compile(r"original(?!-)|(?:^|[/_.=-])(?:full|max)(?:[/_.-](?!\d|,)|$)|\.tiff?\b|hi-?res|high-?res", re.I)),
    (3, re.compile(r"large|_lrg|_hr\d?\b|representation=png_l|lightbox|[-_]2x\b", re.I)),
    (1, re.compile(r"medium|_med\b|image_m|representation=png_m|[-_]m\.", re.I)),
    (-0.5, re.compile(r"(?:^|/)m_[^/]+$")),
    (-2, re.compile(r"thumb|_th\.|_t\.|\.sml|[/._=-]small\b|image_t/|representation=png_s|_hg\b|[/-]tiny", re.I)),
)
# A saved page's own copies lie in a folder beside it: no place to fetch them from.
_SAVED = re.compile(r"(?:^|/)[^/]*_files/")
_WIDTH = re.compile(
    r"/(?:lw|w|h|m)(\d{2,4})(?:h\d+)?/|/full/!?(\d*),(\d*)/|[-_](\d{3,4})\.\w+$|[?&](?:w|width)=(\d{2,4})"
)
_LAZY = (
    *("data-full", "data-original", "data-large", "data-lg-src", "data-hi-res-src", "data-zoom-src"),
    "data-viewer-src",
)
_PLAIN = ("data-src", "data-lsrc", "data-img", "data-lazy-src", "src")
_SMALLEST = 40  # pixels: smaller pictures are symbols


def picture_urls(element: etree._Element, apart: Sequence[etree._Element] = ()) -> list[str]:
    """URLs as they stand on the page, of pictures inside an element but not inside those `apart`."""
    ranked: dict[str, tuple[float, float]] = {}
    around = element.getparent()
    links = [around] if around is not None and around.tag == "a" else []
    for part in (*links, *element.iter(etree.Element)):
        if (part.tag != "a" and inside(part, apart)) or _in_table(part, element):
            continue
        for url, rank, width in _offers(part):
            url = url.strip()
            if url and not _NO_PICTURE.search(url) and not _DECORATION.search(_path(url)):
                ranked[url] = max(ranked.get(url, (-9.0, 0.0)), _quality(url, rank, width))
    for url in ranked:
        # "g001-1024.png" is a smaller copy of "g001.png".
        whole = re.sub(r"[-_]\d{3,4}(?=\.\w+$)|\?(?=.*\bwidth=\d).*$", "", url)
        if whole != url and whole in ranked:
            ranked[whole] = max(ranked[whole], (ranked[url][0] + 0.01, 0.0))
    return sorted(ranked, key=lambda url: ranked[url], reverse=True)


def together(*lists: Sequence[str]) -> tuple[str, ...]:
    """The URLs of lists that are each in order, in one: by what the URLs say of the size, then as they come."""
    return tuple(sorted(dict.fromkeys(url for each in lists for url in each), key=_said_size, reverse=True))


def _offers(part: etree._Element) -> Iterator[tuple[str, float, float]]:
    """URLs of an element, each with what its place says of its size: a rank, a width."""
    if part.tag == "img":
        if _is_symbol(part):
            return
        for rank, names in ((0.5, _LAZY), (0.0, _PLAIN)):
            for name in names:
                if part.get(name):
                    yield part.get(name), rank, 0
        yield from _source_set(part.get("srcset") or part.get("data-srcset") or "")
    elif part.tag == "source" and not (part.get("type") or "").startswith(("video", "audio")):
        # The same picture as the others of its element, in a format that fewer programs read.
        unusual = "webp" in (part.get("type") or "") or "avif" in (part.get("type") or "")
        for url, rank, width in _source_set(part.get("srcset") or part.get("data-srcset") or ""):
            yield url, rank - 5 if unusual else rank, width
    elif part.tag == "object" and part.get("data"):
        yield part.get("data"), 0, 0
    elif part.tag == "video" and part.get("poster"):
        yield part.get("poster"), 0, 0
    elif part.tag == "a" and part.get("href"):
        href, said = part.get("href"), " ".join((*words(part), part.get("title") or "", "".join(part.itertext())))
        if _PICTURE.search(_path(href)) or _PICTURE_LINK.search(href):
            yield href, 1.5 if part.get("download") or re.search(r"high|original|full", said, re.I) else 0.6, 0


def _source_set(text: str) -> Iterator[tuple[str, float, float]]:
    # The URLs may hold commas: only one with a blank after it parts them.
    for entry in re.split(r",\s+", text):
        url, _, size = entry.strip().rstrip(",").partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        value = float(number[0]) if number else 0.0
        dense = size.strip().endswith("x")  # "2x", not "1200w"
        yield url, 0.2 + (value / 10 if dense else 0), 0.0 if dense else value


def _quality(url: str, rank: float, width: float) -> tuple[float, float]:
    path = unquote(url)
    if match := _WIDTH.search(path):
        width = max(width, *(float(group or 0) for group in match.groups()))
    return _said_size(url) + rank, width


def _said_size(url: str) -> float:
    path = unquote(url)
    return -4 if _SAVED.search(path) else next((size for size, pattern in _SIZES if pattern.search(path)), 0)


def _path(url: str) -> str:
    return unquote(url.split("?")[0])


def _is_symbol(part: etree._Element) -> bool:
    sizes = [int(size) for name in ("width", "height") if (size := part.get(name) or "").isdigit()]
    return any(size < _SMALLEST for size in sizes) or any("glyph" in word.lower() for word in words(part))


def _in_table(part: etree._Element, element: etree._Element) -> bool:
    """Whether a table's cell holds it: a symbol there. Some pages lay a figure out as a table, though."""
    for around in part.iterancestors():
        if around is element:
            return False
        if around.tag == "table":
            return len(around.findall(".//tr")) > 2
    return False
