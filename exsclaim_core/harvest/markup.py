"""Texts out of HTML and XML, with the publisher's inline markup as spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from exsclaim_core.harvest.records import MarkedText, Markup, MarkupKind

KINDS: dict[str, MarkupKind] = {
    "b": "bold",
    "strong": "bold",
    "bold": "bold",
    "i": "italic",
    "em": "italic",
    "italic": "italic",
    "sup": "superscript",
    "sub": "subscript",
}
# Elements that stand apart from what is before and after them.
_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "br", "break", "caption", "dd", "disp-formula", "disp-quote"),
        *("div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("label", "li", "list", "list-item", "ol", "p", "sec", "section", "table", "tbody", "td", "tfoot", "th"),
        *("thead", "title", "tr", "ul"),
    ]
)
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "annotation", "annotation-xml", "tex-math", "object-id")
)

_INVISIBLE = "\u200b\ufeff\u00ad"

Drop = Callable[[etree._Element], bool]
_Piece = tuple[str, frozenset[MarkupKind]]


def marked_text(*elements: etree._Element, drop: Drop | None = None) -> MarkedText:
    """The texts of some elements one after the other, with blanks between them, and their markup.

    `drop` says which elements inside are left out with all that is in them: buttons, links to other sizes.
    """
    pieces: list[_Piece] = []
    for element in elements:
        pieces += [(" ", frozenset()), *_pieces(element, frozenset(), drop)]
    return join_pieces(pieces)


def plain_text(*elements: etree._Element, drop: Drop | None = None) -> str:
    """The same without markup."""
    return marked_text(*elements, drop=drop).text


def joined(*texts: MarkedText, between: str = " ") -> MarkedText:
    """Texts one after the other, with a blank or something else between those that are not empty."""
    text, markup = "", []
    for each in texts:
        if each.text:
            text += between if text else ""
            markup += [Markup(span.start + len(text), span.end + len(text), span.kind) for span in each.markup]
            text += each.text
    return MarkedText(text, tuple(markup))


def join_pieces(pieces: Sequence[_Piece]) -> MarkedText:
    """Pieces of text, each with its markup, as one text with single blanks."""
    text: list[str] = []
    kinds: list[frozenset[MarkupKind]] = []
    for piece, marks in pieces:
        for character in piece:
            if character in _INVISIBLE:
                continue
            if character.isspace():
                if not text or text[-1] == " ":
                    continue
                character = " "
            text.append(character)
            kinds.append(marks)
    while text and text[-1] == " ":
        text.pop()
        kinds.pop()
    return MarkedText("".join(text), tuple(sorted(_spans(text, kinds), key=lambda span: (span.start, span.end))))


def squeezed(text: str) -> str:
    """The text with single blanks, none at its ends."""
    return join_pieces([(text, frozenset())]).text


def _pieces(element: etree._Element, marks: frozenset[MarkupKind], drop: Drop | None) -> Iterator[_Piece]:
    if not isinstance(element.tag, str):  # a comment, a processing instruction, an entity
        return
    # The HTML parser keeps "mml:math" as it is, which is no name to lxml's QName.
    name = re.split(r"[}:]", element.tag)[-1].lower()
    if name in _SILENT or (drop is not None and drop(element)):
        return
    inner = marks | {KINDS[name]} if name in KINDS else marks
    if name == "span":  # some publishers write <span class="bold">
        inner |= {KINDS[each] for each in (element.get("class") or "").lower().split() if each in KINDS}
    if name in _BLOCKS:
        yield " ", inner
    if element.text:
        yield element.text, inner
    for child in element:
        yield from _pieces(child, inner, drop)
        if child.tail:
            yield child.tail, inner
    if name in _BLOCKS:
        yield " ", inner


def _spans(text: Sequence[str], kinds: Sequence[frozenset[MarkupKind]]) -> Iterator[Markup]:
    """Stretches of one kind of markup, without blanks at their ends."""
    for kind in dict.fromkeys(KINDS.values()):
        start = None
        for index in range(len(text) + 1):
            marked = index < len(text) and kind in kinds[index]
            if marked and start is None:
                start = index
            elif not marked and start is not None:
                first, last = start, index
                while first < last and text[first] == " ":
                    first += 1
                while last > first and text[last - 1] == " ":
                    last -= 1
                if last > first:
                    yield Markup(first, last, kind)
                start = None
