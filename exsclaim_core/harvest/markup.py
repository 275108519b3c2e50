"""Texts out of HTML and XML, with the publisher's inline markup as spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

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

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\ufeff\u00ad"))

Drop = Callable[[etree._Element], bool]
_Piece = tuple[str, frozenset[MarkupKind]]


def marked_text(*elements: etree._Element, drop: Drop | None = None) -> MarkedText:
    """The texts of some elements one after the other, with blanks between them, and their markup.

    `drop` says which elements inside are left out with all that is in them: buttons, links to other sizes.
    """
    pieces: list[_Piece] = []
    for element in elements:
        pieces += [(" ", frozenset()), *_pieces(element, drop)]
    return join_pieces(pieces)


def plain_text(*elements: etree._Element, drop: Drop | None = None) -> str:
    """The same without markup."""
    return squeezed(" ".join("".join(piece for piece, _ in _pieces(each, drop)) for each in elements))


def joined(*texts: MarkedText, between: str = " ") -> MarkedText:
    """Texts one after the other, with a blank or something else between those that are not empty."""
    text, markup = "", []
    for each in texts:
        if each.text:
            text += between if text else ""
            markup += [Markup(span.start + len(text), span.end + len(text), span.kind) for span in each.markup]
            text += each.text
    return MarkedText(text, tuple(markup))


def join_pieces(pieces: Iterable[_Piece]) -> MarkedText:
    """Pieces of text, each with its markup, as one text with single blanks."""
    parts: list[tuple[str, frozenset[MarkupKind]]] = []
    apart = True  # whether there is a blank already, or nothing
    for piece, marks in pieces:
        shown = piece.translate(_INVISIBLE)
        if not shown:
            continue
        words = " ".join(shown.split())
        before = "" if apart or not shown[0].isspace() else " "
        after = " " if words and shown[-1].isspace() else ""
        if part := before + words + after:
            parts.append((part, marks))
            apart = part.endswith(" ")
    text = "".join(part for part, _ in parts).rstrip(" ")
    return MarkedText(text, tuple(sorted(_spans(text, parts), key=lambda span: (span.start, span.end, span.kind))))


def squeezed(text: str) -> str:
    """The text with single blanks, none at its ends."""
    return " ".join(text.translate(_INVISIBLE).split())


def _pieces(element: etree._Element, drop: Drop | None) -> Iterator[_Piece]:
    """The texts in an element, each with its markup. Without recursion: tags that nobody closes make deep trees."""
    none: frozenset[MarkupKind] = frozenset()
    # What is still to come, the next of it last: elements with the markup around them, and texts.
    stack: list[tuple[etree._Element | str, frozenset[MarkupKind]]] = [(element, none)]
    while stack:
        item, marks = stack.pop()
        if isinstance(item, str):
            yield item, marks
            continue
        if not isinstance(item.tag, str):  # a comment, a processing instruction, an entity
            continue
        # The HTML parser keeps "mml:math" as it is, which is no name to lxml's QName.
        name = re.split(r"[}:]", item.tag)[-1].lower()
        if name in _SILENT or (drop is not None and drop(item)):
            continue
        inner = marks | {KINDS[name]} if name in KINDS else marks
        if name == "span":  # some publishers write <span class="bold">
            inner |= {KINDS[each] for each in (item.get("class") or "").lower().split() if each in KINDS}
        inside: list[tuple[etree._Element | str, frozenset[MarkupKind]]] = [(item.text or "", inner)]
        for child in item:
            inside += [(child, inner), (child.tail or "", inner)]
        if name in _BLOCKS:
            inside = [(" ", inner), *inside, (" ", inner)]
        stack += reversed(inside)


def _spans(text: str, parts: Iterable[_Piece]) -> Iterator[Markup]:
    """Stretches of one kind of markup, without blanks at their ends."""
    begun: dict[MarkupKind, int] = {}
    place = 0
    for part, marks in [*parts, ("", frozenset())]:
        for kind in [kind for kind in begun if kind not in marks]:
            start = begun.pop(kind)
            stretch = text[start:place]
            first, last = start + len(stretch) - len(stretch.lstrip(" ")), start + len(stretch.rstrip(" "))
            if first < last:
                yield Markup(first, last, kind)
        for kind in marks:
            begun.setdefault(kind, place)
        place += len(part)
