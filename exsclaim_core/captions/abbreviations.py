"""Abbreviations that a caption explains: what "WC" means where "wood chips (WC)" is written."""

from __future__ import annotations

import re

_IN_BRACKETS = re.compile(r"[(\[](?P<short>[A-Z][A-Za-z]{1,5}?)s?[)\],;]")
_IN_A_LIST = re.compile(
    r"(?<![\w-])(?P<short>[A-Z][A-Za-z]{1,5}?)s?(?: ?[,:=] ?| ?[–-] )"
    r"(?P<long>[A-Za-z][A-Za-z]{3,}(?:[ -][A-Za-z][\w-]*){0,5})"
)
_CLAUSE = re.compile(r"[^()\[\];:.]*$")
_LONGEST_CLAUSE = 80  # characters


def explained(text: str) -> dict[str, str]:
    """Abbreviations that a text explains, with the words that they stand for.

    An abbreviation's letters stand in these words in their order, the first one at the beginning (Schwartz and
    Hearst 2003).
    """
    found: dict[str, str] = {}
    for match in _IN_BRACKETS.finditer(text):
        start = match.start()
        clause = _CLAUSE.search(text, max(0, start - _LONGEST_CLAUSE), start)
        short, words = match["short"], clause[0].split() if clause else []
        most = min(len(short) + 5, 2 * len(short))
        if words and (long := _long_form(short, " ".join(words[-most:]))):
            found.setdefault(short, long)
    for match in _IN_A_LIST.finditer(text):
        short, long = match["short"], match["long"]
        if long[0].lower() == short[0].lower() and _long_form(short, long) == long:
            found.setdefault(short, long)
    return found


def _long_form(short: str, text: str) -> str | None:
    """The end of a text, from where its letters go with an abbreviation's."""
    at = len(text)
    for place, letter in reversed(list(enumerate(short.lower()))):
        at = text.lower().rfind(letter, 0, at)
        while at > 0 and place == 0 and text[at - 1].isalnum():
            at = text.lower().rfind(letter, 0, at)
        if at < 0:
            return None
    return text[at:] if at >= 0 else None
