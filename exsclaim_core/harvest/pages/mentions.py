"""What the running text of a page says of its figures: the links to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.pages.blocks import FigureBlock, words
from exsclaim_core.labels import TYPES, parse_label

_KEYWORD = "|".join(sorted((word for word in TYPES if word.isascii()), key=len, reverse=True))
_BEGINS = re.compile(rf"(?:supp\w*\.?\s+|extended data\s+)?(?:{_KEYWORD})s?\b", re.I)
# "Figs. 1 and <a>2</a>": between the word and the link there may be other numbers.
_BEFORE = re.compile(
    rf"\b(?P<word>(?:(?:supp\w*|extended data)\.?\s+)?(?:{_KEYWORD})s?\.?)[\s(]*"
    r"(?:[A-Z]{0,2}\d+\w?(?:\([a-z]\))?(?:\s*(?:,|;|–|-|and|&|to)\s*)+|[a-z](?:,|\s|–|-|and)+)*$",
    re.I,
)
_AFTER = re.compile(r"(?:\([a-z](?:\s*[-–,]\s*[a-z])*\)|[a-z](?:[-–,][a-z])*)(?![\w])")
# Attributes by which scripts find what a link leads to.
_NAMES = ("id", "name", "data-id", "data-content-id", "content-id")
_TARGETS = ("data-attr-fig-id", "data-open", "data-rid", "reveal-id", "data-jats-rid")
_SINGULAR = re.compile(r"s(?=\.?$)")
_PARAGRAPH = re.compile(r"p|para|.*paragraph|simplepara", re.I)


def mentions(root: etree._Element, blocks: Sequence[FigureBlock]) -> list[tuple[str, ...]]:
    """For each block the links to it in the running text, with the word before them: "Fig. 2b"."""
    targets: dict[str, int] = {}
    within: set[etree._Element] = set()
    for index, block in enumerate(blocks):
        for element in block.element.iter(etree.Element):
            within.add(element)
            for name in map(element.get, _NAMES):
                if name:
                    targets.setdefault("#" + name, index)
            href = element.get("href") if element.tag == "a" else None
            if href and not href.startswith("#"):  # figures with pages of their own
                targets.setdefault(href, index)
    for index, block in enumerate(blocks):
        for around in _own_surroundings(block, blocks):
            targets.setdefault("#" + around.get("id"), index)
    # Links to a supplement of a figure may lead to the figure.
    labels = {block.label.label: index for index, block in enumerate(blocks) if block.label}
    supplements = {label: index for label, index in labels.items() if "supplement" in label}
    found: list[list[str]] = [[] for _ in blocks]
    for link in root.iter("a"):
        index = next((targets[target] for target in _targets(link) if target in targets), -1)
        if index >= 0 and link not in within and (paragraph := _paragraph(link)) is not None:
            text = _said(link, paragraph)
            if text:
                found[supplements.get(_label(text), index)].append(text)
    return [tuple(each) for each in found]


def _targets(link: etree._Element) -> Iterator[str]:
    href = link.get("href") or ""
    yield href
    if "#" in href and "://" not in href:
        yield "#" + href.split("#")[-1]
    for name in _TARGETS:
        if link.get(name):
            yield "#" + link.get(name)


def _label(text: str) -> str:
    label = parse_label(text)
    return label.label if label else ""


def _own_surroundings(block: FigureBlock, blocks: Sequence[FigureBlock]) -> Iterator[etree._Element]:
    """Elements with names around a block that hold no other one: links may lead there."""
    others = {each.element for each in blocks if each is not block}
    for around in block.element.iterancestors():
        if any(each in others for each in around.iter(etree.Element)):
            return
        if around.get("id"):
            yield around


def _paragraph(link: etree._Element) -> etree._Element | None:
    for around in link.iterancestors():
        if around.tag == "p" or any(map(_PARAGRAPH.fullmatch, words(around))):
            return around
    return None


def _said(link: etree._Element, paragraph: etree._Element) -> str:
    text = plain_text(link)
    if not text:
        return ""
    before = " ".join("".join(_strings_before(link, paragraph)).split())
    after = _AFTER.match(link.tail or "") if text[-1:].isdigit() else None
    text += after[0] if after else ""
    if _BEGINS.match(text):
        return text
    match = _BEFORE.search(before)
    return f"{_SINGULAR.sub('', match['word'])} {text}" if match else ""


def _strings_before(link: etree._Element, paragraph: etree._Element) -> list[str]:
    strings = []
    for event, element in etree.iterwalk(paragraph, events=("start", "end")):
        if element is link:
            break
        if event == "start" and isinstance(element.tag, str):
            strings.append(element.text or "")
        elif event == "end" and element is not paragraph:
            strings.append(element.tail or "")
    return strings
