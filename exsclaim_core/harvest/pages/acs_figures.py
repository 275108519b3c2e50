"""What a block of a page at pubs.acs.org shows: its role, the addresses of its picture, the links to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from lxml import etree

from exsclaim_core.harvest.markup import plain_text, squeezed
from exsclaim_core.harvest.records import FigureRole, HarvestedFigure
from exsclaim_core.labels import parse_label

# Panes and windows that show the figures of the text once more, and parts of the page that belong to other articles.
_REPEATS = re.compile(r"tab__pane|figure-?viewer|modal|lightbox|carousel", re.I)
_ELSEWHERE = re.compile(
    r"drawer|sidebar|recommended|recsys|(?:^|[-_])(?:related|cited|share)|citedby|issue-item|cover-image|mendeley"
    r"|login-bar",
    re.I,
)
_ABSTRACT = re.compile(
    r"^(?:abstract|graphical-abstract|article_abstract(?:-.*)?|hlFld-Abstract|abstractBox|f?_?(?:tgr|toc|ga)\d*)$", re.I
)
_CONTENTS_GRAPHIC = re.compile(r"(?:graphical abstract|toc graphic|(?:for )?table of contents)\b", re.I)
_BIOGRAPHY = re.compile(r"(?:^|[-_])(?:bios?|biograph(?:y|ies)|author-?(?:photo|image))(?=$|[-_\d])", re.I)
_SUPPLEMENT = re.compile(r"supp?-?info|article_si\b|figshare", re.I)
_BUTTON = re.compile(
    r"(?:view |download |open )?(?:high[- ]resolution image|hi-?res image|(?:to )?(?:ms[- ]?)?power ?point(?: slide)?"
    r"|view large|slide|figure viewer|open in (?:new tab|figure viewer|a new window))$",
    re.I,
)
_BUTTON_CLASS = re.compile(r"figure-bottom-links|download-|figure-links|figure-viewer|\boverlay\b", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|webp|svg)$", re.I)
# Silverchair's link to a slide names the whole picture; its "/view-large/" is a page.
_SLIDE = re.compile(r"[?&]image=(https?.+?)(?:&(?:sec|ar|xsltPath|imagename|siteId)=|$)", re.I)
_SIZES = ((re.compile(r"/large/"), 0), (re.compile(r"/medium/|/m_[^/]+$"), 2), (re.compile(r"/small/|/s_[^/]+$"), 3))
_PANELS = re.compile(r"\s?\([A-Za-z](?:[,–−-]\s?[A-Za-z])*\)|[A-Za-z](?:[,–−-][A-Za-z])*(?!\w)")


def _names(element: etree._Element) -> list[str]:
    """Its classes and its id."""
    return [*element.get("class", "").split(), *filter(None, [element.get("id")])]


def _within(element: etree._Element, pattern: re.Pattern[str]) -> bool:
    """Whether the name of the element, or of one that it is in, fits the pattern."""
    frame = ("html", "body", "main", "article")  # their names say what else is on the page
    parts = (each for each in (element, *element.iterancestors()) if each.tag not in frame)
    return any(pattern.search(name) for each in parts for name in _names(each))


def is_repeat(element: etree._Element) -> bool:
    return _within(element, _REPEATS)


def is_elsewhere(element: etree._Element) -> bool:
    return _within(element, _ELSEWHERE) or any(
        above.tag in ("header", "footer", "nav", "aside") for above in element.iterancestors()
    )


def is_button(element: etree._Element) -> bool:
    if element.tag == "button" or _BUTTON_CLASS.search(element.get("class", "")):
        return True
    return element.tag in ("a", "li", "span") and bool(_BUTTON.match(squeezed("".join(element.itertext()))))


def role_of(block: etree._Element, caption: str) -> FigureRole:
    if _within(block, _SUPPLEMENT):
        return "supplementary"
    alternatives = [image.get("alt", "") for image in block.iter("img")]
    if parse_label(caption) is None:
        if _within(block, _ABSTRACT) or _CONTENTS_GRAPHIC.match(caption) or "Abstract Image" in alternatives:
            return "graphical abstract"
        if _within(block, _BIOGRAPHY) or _heading(block).startswith("biograph"):
            return "author photo"
    return "figure"


def _heading(block: etree._Element) -> str:
    """The title of the section that the block is in, in lower case."""
    for above in block.iterancestors():
        for child in above:
            if child.tag in ("h2", "h3", "h4"):
                return plain_text(child).lower()
    return ""


def picture_links(element: etree._Element) -> Iterator[str]:
    """The addresses of pictures that a link or an image holds."""
    if element.tag == "a":
        link = element.get("href", "")
        if match := _SLIDE.search(link):
            yield unquote(match[1]) if "://" not in match[1] else match[1]
        elif _PICTURE.search(urlsplit(link).path) and "/view-large/" not in link:
            yield link
        return
    if "inline-graphic" in element.getparent().get("class", ""):
        return  # a formula
    for name in ("data-lg-src", "data-hi-res-src", "data-src", "data-original", "src"):
        link = element.get(name, "").strip()
        # The copies of a page that a browser has saved lie in a folder beside it: no place to fetch them from.
        if link and not link.startswith(("data:", "blob:")) and "_files/" not in link:
            yield link


def largest_first(urls: list[str]) -> tuple[str, ...]:
    def rank(url: str) -> int:
        return next((size for pattern, size in _SIZES if pattern.search(urlsplit(url).path)), 1)

    return tuple(sorted(dict.fromkeys(urls), key=rank))


def same_figure(figure: HarvestedFigure, other: HarvestedFigure, repeat: bool) -> bool:
    """Whether two blocks show one figure: the same file in any size, or in a side pane the same label."""
    stems, others = ({PurePosixPath(urlsplit(url).path).stem for url in each.image_urls} for each in (figure, other))
    labelled = bool(figure.label) and (figure.type, figure.label) == (other.type, other.label)
    return bool(stems & others) or (labelled and (repeat or figure.caption == other.caption))


def fragment(anchor: etree._Element) -> str:
    return unquote(urlsplit(anchor.get("href", "")).fragment)


def continues(anchor: etree._Element) -> bool:
    """Whether the link before it leads to the same place: nested links are read as neighbours."""
    before = anchor.getprevious()
    return (
        before is not None
        and before.tag == "a"
        and not (before.tail or "").strip()
        and (fragment(before) == fragment(anchor))
    )


def link_text(anchor: etree._Element) -> str:
    """The text of a link, of those that continue it, and the letters of panels right behind them."""
    text = "".join(anchor.itertext())
    while (after := anchor.getnext()) is not None and continues(after):
        text += (anchor.tail or "") + "".join(after.itertext())
        anchor = after
    panels = _PANELS.match(anchor.tail or "") if text.strip() else None
    return squeezed(text.rstrip() + (panels[0] if panels else ""))
