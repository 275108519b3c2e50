"""The parts of an article's page that show one figure or table each, whatever names the publisher has for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from exsclaim_core.labels import Label, parse_label

# A word of a class attribute that says: here is a figure. "figs" and "figures" are lists of them.
_BLOCK = re.compile(
    r"(?:[\w-]*[-_])?(?:fig|figure|table|inline-?figure|nlm_fig|tableview|articletable)(?:desc)?"
    r"(?:(?:-|_|__)?(?:wrap(?:per)?|box|block|container|content|section|expansion|inline|view(?:er)?|image-content))?"
    r"|tables|captioned-asset|asset-viewer-inline|boxout|graphic|abstract-graphical|image_table",
    re.I,
)
_CAPTION = re.compile(
    r"(?!(?:with|no|has|hide|show|toggle|menu)-)(?:[\w-]*[-_]|(?:short|group|fig|figure|table|img|image)*)"
    r"(?:captions?|legends?|captioncontent|figcap)"
    r"|image_title|c-article-section__figure-description|html-(?:fig|table)_(?:wrap_)?d[ei]scription",
    re.I,
)
_LABEL = re.compile(r"label|number|title|heading|prominent|header", re.I)
# What belongs to the page and not to a caption: links to other sizes and formats, hints for screen readers.
_CONTROL = re.compile(
    r"(?:.*[-_])?(?:doi|object-id|callout|callout-links|ppt|powerpoint|sr-only|visuallyhidden|screenreader-only"
    r"|btn|button|menubutton(?:links)?|figure-extra|figcaption-footer|figuredownloadlinks|figure-links?"
    r"|inline-figure__list|links-for-figure|download-links?|figure-inline-download|fig-services|pill-button"
    r"|ppt-figure-link|open-figure-link|caption_object|caption_target|figpopup|tablepopup|fullsizetable)(?:--.*)?",
    re.I,
)
_CONTROL_TEXT = re.compile(
    r"(?:[([]?\s*(?:open|view|click|download|see|show|enlarge|expand|display|larger|full[ -]?size|high[ -]?res"
    r"|ppt|power\s?point|original|in (?:this|a new) (?:window|tab))\b[^.;]{0,60}"
    r"|\W*(?:doi:?\s*)?(?:(?:https?://)?(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+)\s*[])]?",
    re.I,
)
_CONTROL_TAGS = frozenset(("a", "button", "p", "span", "li", "ul", "div", "small"))
_NEVER_SHOWN = frozenset(("script", "style", "template", "input", "select", "svg", "object", "video", "button"))
_MOVIE = re.compile(r"(?:animation|audio|movie|video)(?: file)? \d+[.:]?", re.I)
_INVISIBLE = {0x200B: None, 0xFEFF: None, 0xAD: None}
_LONGEST_LABEL = 60  # characters
_LONGEST_CONTROL = 160
_LONGEST_STRAY_TEXT = 200  # characters in paragraphs beside the caption: more of it is the running text
_FARTHEST_PICTURE = 4  # steps from a caption without a block up to what holds its picture too


@dataclass(frozen=True, slots=True)
class FigureBlock:
    """An element that shows one figure or table."""

    element: etree._Element
    captions: tuple[etree._Element, ...]  # that make up its caption; none where it has none
    heading: etree._Element | None = None  # its label, where it stands apart from the caption
    label: Label | None = None


def figure_blocks(root: etree._Element) -> list[FigureBlock]:
    """The blocks of a page in their order; a block is the widest element around a caption that holds no other's."""
    widest: dict[etree._Element, FigureBlock] = {}
    for element in root.iter(etree.Element):
        if not _is_block(element):
            continue
        block = _read_block(element)
        if block is None:
            continue
        key = block.captions[0] if block.captions else element
        if key not in widest or not _is_clean(widest[key]):
            widest[key] = block
    taken = {caption for block in widest.values() for caption in block.captions}
    # Where a caption comes in two elements, there may be a narrower block around the second one.
    seconds = {caption for block in widest.values() for caption in block.captions[1:]}
    blocks = [
        block
        for block in widest.values()
        if (block.captions[0] not in seconds if block.captions else not _holds(block.element, taken))
    ]
    blocks += _lone_captions(root, {each for block in blocks for each in block.element.iter(etree.Element)})
    order = {element: index for index, element in enumerate(root.iter(etree.Element))}
    return sorted(blocks, key=lambda block: order[block.element])


def is_control(element: etree._Element) -> bool:
    """Whether this part of a caption is for using the page: not for readers of the caption."""
    if not isinstance(element.tag, str):
        return False
    if element.tag in _NEVER_SHOWN or any(_CONTROL.fullmatch(word) for word in words(element)):
        return True
    if element.tag not in _CONTROL_TAGS:
        return False
    text = ""
    for string in element.itertext():
        text += string
        if len(text.strip()) > _LONGEST_CONTROL:
            return False
    return _CONTROL_TEXT.fullmatch(" ".join(text.split())) is not None


def words(element: etree._Element) -> list[str]:
    """The words of its class attribute."""
    return (element.get("class") or "").split()


def readable(element: etree._Element) -> str:
    """Its text without controls."""
    return " ".join("".join(_strings(element)).translate(_INVISIBLE).split())


def inside(element: etree._Element, containers: Sequence[etree._Element]) -> bool:
    """Whether it is one of these or lies in one of them."""
    return any(each in containers for each in (element, *element.iterancestors()))


def printed_label(element: etree._Element) -> Label | None:
    """The label that is all that an element says; None where it says something else or more."""
    text = readable(element)
    if len(text) > _LONGEST_LABEL:
        return None
    label = parse_label(text)
    return label if label and not label.text.strip(" .:|") else None


def is_movie(element: etree._Element) -> bool:
    """Whether an element says "Video 1" and no more."""
    return _MOVIE.fullmatch(readable(element)) is not None


def _strings(element: etree._Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or is_control(element):
        return
    apart = " " if element.tag in ("br", "p", "div", "h4", "h5", "h6") else ""
    yield apart + (element.text or "")
    for child in element:
        yield from _strings(child)
        yield child.tail or ""
    yield apart


def _is_block(element: etree._Element) -> bool:
    if element.tag == "table":
        return any(True for _ in _parts(element, _is_caption))
    return element.tag == "figure" or any(_BLOCK.fullmatch(word) for word in words(element))


def _is_caption(element: etree._Element) -> bool:
    return element.tag in ("figcaption", "caption") or (
        element.tag not in ("a", "img", "input", "figure") and any(_CAPTION.fullmatch(word) for word in words(element))
    )


def _read_block(element: etree._Element) -> FigureBlock | None:
    captions = [part for part in _parts(element, _is_caption) if readable(part)]
    if not captions:
        captions = _caption_paragraphs(element)
        if not captions:
            pictured = element.tag in ("figure", "dl") and element.find(".//img") is not None
            return FigureBlock(element, ()) if pictured else None
    captions = _without_repetition([*captions, *_continuation(captions[-1])])
    labels = [label for label in map(_label_of, captions) if label]
    if len({(label.type, label.label) for label in labels}) > 1:
        return None
    if labels:
        return FigureBlock(element, tuple(captions), label=labels[0])
    heading = next((each for each in _headings(element, captions) if printed_label(each) or is_movie(each)), None)
    return FigureBlock(element, tuple(captions), heading, printed_label(heading) if heading is not None else None)


def _parts(element: etree._Element, wanted: Callable[[etree._Element], bool]) -> Iterator[etree._Element]:
    """Elements inside that are wanted; of nested ones the outermost."""
    for child in element:
        if isinstance(child.tag, str):
            if wanted(child):
                yield child
            else:
                yield from _parts(child, wanted)


def _label_of(caption: etree._Element) -> Label | None:
    """The label that a caption begins with, from the element that holds the label alone where there is one."""
    text = readable(caption)
    for part in caption.iter(etree.Element):
        if part is not caption and (alone := printed_label(part)) and text.startswith(readable(part)):
            return alone
    return parse_label(text)


def _caption_paragraphs(element: etree._Element) -> list[etree._Element]:
    """In a block without a caption by name: its paragraphs from the one that begins with a label."""
    found: list[etree._Element] = []
    for part in _parts(element, lambda each: each.tag in ("p", "h3", "h4", "h5", "h6", "table")):
        if part.tag != "table" and readable(part):
            label = _label_of(part)
            # "Figure 2 shows …" begins a paragraph of the text.
            if found or (label and (label.delimiter or any(map(printed_label, part.iter(etree.Element))))):
                found.append(part)
    return found


def _continuation(caption: etree._Element) -> list[etree._Element]:
    """Paragraphs after a caption that holds the title alone."""
    if caption.tag != "div" or "figcaption" not in words(caption) or caption.find("p") is not None:
        return []
    return [each for each in caption.itersiblings("p") if readable(each)]


def _without_repetition(captions: Sequence[etree._Element]) -> list[etree._Element]:
    """Pages show a caption again beside the enlarged picture."""
    texts: list[str] = []
    kept = []
    for caption in captions:
        text = readable(caption)
        if not any(text in earlier for earlier in texts):
            texts.append(text)
            kept.append(caption)
    return kept


def _headings(element: etree._Element, captions: Sequence[etree._Element]) -> Iterator[etree._Element]:
    for part in element.iter(etree.Element):
        named = part.tag in ("h2", "h3", "h4", "h5", "h6", "b", "strong") or any(map(_LABEL.search, words(part)))
        if named and not inside(part, captions):
            yield part


def _is_clean(block: FigureBlock) -> bool:
    """Whether there is no running text beside the caption."""
    stray = 0
    for part in _parts(block.element, lambda each: each.tag in ("p", "table") or each in block.captions):
        stray += len(readable(part)) if part.tag == "p" and part not in block.captions else 0
    return stray <= _LONGEST_STRAY_TEXT


def _holds(element: etree._Element, parts: set[etree._Element]) -> bool:
    return any(each in parts for each in element.iter(etree.Element))


def _lone_captions(root: etree._Element, known: set[etree._Element]) -> Iterator[FigureBlock]:
    """Blocks around captions that no element claims as its own."""
    for caption in _parts(root, _is_caption):
        label = None if caption in known else _label_of(caption)
        if label is None:
            continue
        for around in list(caption.iterancestors())[:_FARTHEST_PICTURE]:
            block = _read_block(around)
            if block is None or not _is_clean(block) or around.tag in ("body", "main", "article"):
                break
            if around.find(".//img") is not None or around.find(".//table") is not None:
                yield block
                break
