"""Texts of pubs.rsc.org: characters that its pages show as pictures, and blanks that do not belong to a text."""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape

from exsclaim_core.harvest.markup import squeezed
from exsclaim_core.harvest.records import MarkedText, Markup

_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
# char_2009.gif is U+2009, char_0031_0304.gif a 1 with a macron, i_char_e0f5.gif in italics.
_CHARACTERS = re.compile(r"/(?P<style>[a-z]*)_?char_(?P<codes>[0-9a-f]{4,5}(?:_[0-9a-f]{4,5})*)\.(?:gif|png)", re.I)
_PRIVATE = range(0xE000, 0xF900)
_NAMED = {"single bond": "–", "double bond": "=", "triple bond": "≡", "radical dot": "˙", "thin space": "\u2009"}
_STYLED = re.compile(r"(?:bold|italic|script|scr|fraktur|sans serif|small|capital|\s)*(\S)", re.I)
_GREEK = re.compile(r"(?:(?:bold|italic)\s+)*(small|capital)\s+(\w+),\s*Greek\b", re.I)
_COMBINED = re.compile(r"(\S)\s+with\s+combining\s+([\w ]+)", re.I)
# A program that indents a page sets each element on lines of its own.
_INDENTED = re.compile(r"<(?:su[bp]|b|i|small)>\s*\n", re.I)


def with_characters(html: str) -> str:
    """The page with characters in the place of pictures of characters."""
    return _IMAGE.sub(_character, html)


def is_indented(html: str) -> bool:
    """Whether a program has indented the page, so that blanks around its elements mean nothing."""
    return bool(_INDENTED.search(html))


def respaced(text: MarkedText, model: str) -> MarkedText | None:
    """The text with the blanks of another writing of it; None where the two differ in more than blanks."""
    model = squeezed(model)
    if text.text.replace(" ", "") != model.replace(" ", ""):
        return None
    places = [index for index, character in enumerate(model) if character != " "]
    new = iter(places)
    moved = {index: next(new) for index, character in enumerate(text.text) if character != " "}
    # Spans neither begin nor end with a blank.
    markup = tuple(Markup(moved[span.start], moved[span.end - 1] + 1, span.kind) for span in text.markup)
    return MarkedText(model, markup)


def tightened(text: MarkedText) -> MarkedText:
    """The text of an indented page without the blanks that surely were not there before: before marks and indices."""
    written = text.text
    wrong = {match.start() for match in re.finditer(r" (?=[,;.)\]](?!\d))", written)}
    wrong |= {match.start(1) for match in re.finditer(r"[(\[]( )", written)}
    for span in text.markup:
        before = span.start - 1
        if before < 1 or written[before] != " ":
            continue
        # In "the 13 C spectrum" the index belongs to what follows it.
        isotope = (
            written[span.start : span.end].isdigit()
            and written[before - 1].islower()
            and written[span.end : span.end + 2].strip()[:1].isupper()
        )
        raised = span.kind == "superscript" and not isotope and written[before - 1] not in "=≈∼<>"
        if raised or span.kind == "subscript":
            wrong.add(before)
    return respaced(text, "".join(each for index, each in enumerate(written) if index not in wrong)) or text


def _character(image: re.Match[str]) -> str:
    """What such a picture shows; other pictures as they are."""
    attributes = {match[1].lower(): unescape(match[2] or match[3] or "") for match in _ATTRIBUTE.finditer(image[0])}
    found = _CHARACTERS.search(attributes.get("src", ""))
    if found is None:
        return image[0]
    codes = [int(code, 16) for code in found["codes"].split("_")]
    named = attributes.get("alt", "").strip()
    # The publisher's own codes mean nothing elsewhere.
    shown = _named(named.strip("[]")) or named if any(code in _PRIVATE for code in codes) else "".join(map(chr, codes))
    shown = escape(shown)
    return f"<i>{shown}</i>" if "i" in found["style"].lower() or named.lower().startswith("[italic") else shown


def _named(name: str) -> str:
    """The character of such a name; "" where it is not known."""
    if match := _GREEK.match(name):
        try:
            return unicodedata.lookup(f"GREEK {match[1]} LETTER {match[2]}")
        except KeyError:
            return ""
    if match := _COMBINED.fullmatch(name):
        try:
            return match[1] + unicodedata.lookup(f"COMBINING {match[2]}")
        except KeyError:
            return match[1]
    if match := _STYLED.fullmatch(name):
        return match[1]
    return next((character for start, character in _NAMED.items() if name.lower().startswith(start)), "")
