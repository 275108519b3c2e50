"""Terms of a vocabulary or a query in a text, in any of their word forms and spellings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from exsclaim_core.captions.word_forms import regular_base_form

# How much a form says by itself: "unsure" ones need support, "doubtful" ones only where something speaks against them,
# "excluded" ones are other things that begin or end like a term ("gold standard").
Trust = Literal["sure", "doubtful", "unsure", "excluded"]

_DASHES = "\\-‐‑‒–—−\u00ad"
# Words, dashes between blanks, and other signs; blanks and dashes alone only part the words of a term.
_PIECES = re.compile(rf"(?P<word>[^\W_]+(?:_[^\W_]+)*)|\s[{_DASHES}]\s|[^\w\s{_DASHES}]|_")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")
_SPELLINGS = (
    ("aluminium", "aluminum"), ("sulph", "sulf"), ("fibre", "fiber"), ("colour", "color"), ("grey", "gray"),
    ("centre", "center"), ("vapour", "vapor"), ("mould", "mold"), ("channell", "channel"), ("tunnell", "tunnel"),
    ("haemat", "hemat"), ("isation", "ization"), ("ising", "izing"), ("ised", "ized"), ("disc", "disk"), ("μ", "µ"),
)  # fmt: skip
# Shorter joined words are too easily something else: "C V" is not "CV", "in line" not "inline".
_SHORTEST_RESPACED = 8
_SHORTEST_IN_ANY_CASE = 5


class Piece(NamedTuple):
    """A word or sign of a text."""  # a tuple: captions are full of them, and it is made in half the time

    start: int
    end: int
    key: str  # base form in lower case and one spelling; a sign is itself
    cased: str  # the same with its capitals
    is_word: bool
    after_blank: bool  # else the piece before it, or a dash, touches it


@dataclass(frozen=True, slots=True)
class Form:
    """A way to write a term."""

    term: str
    trust: Trust
    group: int  # of all forms of an entry of the vocabulary
    key: str  # its pieces' keys, joined
    cased: str
    exact: tuple[tuple[int, int], ...]  # stretches of `cased` where case counts: abbreviations and symbols
    pieces: int


@dataclass(frozen=True, slots=True)
class Match:
    """A place where a form stands."""

    form: Form
    start: int
    end: int
    first: int  # pieces
    after: int


def pieces_of(text: str) -> list[Piece]:
    """The words and signs of a text in their order."""
    found: list[Piece] = []
    end_before = 0
    for match in _PIECES.finditer(text):
        word = match[0]
        start, end = match.span()
        after_blank = start > end_before and text[end_before:start].isspace()
        if match.lastgroup == "word":
            key, cased = _base(word)
            found.append(Piece(start, end, key, cased, True, after_blank))
        else:
            sign = word.strip()
            found.append(Piece(start, end, sign, sign, False, after_blank))
        end_before = end
    return found


@lru_cache(maxsize=1 << 16)
def _base(word: str) -> tuple[str, str]:
    """A word's base form in lower case, and with its capitals."""
    plain = word.translate(_SUBSCRIPTS)
    ordinary = plain[1:].islower()
    if ordinary and len(plain) <= 3:
        return plain.lower(), plain  # "As" and "gas" are no plurals
    base = regular_base_form(plain, "NNS")
    if plain[1:].islower() or plain.islower():
        for other, ours in _SPELLINGS:
            if other in base:
                base = base.replace(other, ours)
        return base, plain[0] + base[1:]
    return base.lower(), base


def _is_exact(word: str) -> bool:
    """Whether case counts in a word of a term: abbreviations, symbols and formulas."""
    return len(word) > 1 and (
        any(letter.isupper() for letter in word[1:])
        or (word[0].isupper() and len(word) <= 3)
        or (any(letter.isdigit() for letter in word) and any(letter.isalpha() for letter in word))
    )


def make_form(text: str, term: str, trust: Trust = "sure", group: int = 0) -> Form | None:
    """A form out of its spelling; None where it holds no word."""
    pieces = pieces_of(text)
    if not any(piece.is_word for piece in pieces):
        return None
    exact, place = [], 0
    # A symbol or a letter that is a whole term is one as it is written.
    alone = len(pieces) == 1 and len(pieces[0].cased) == 1
    for piece in pieces:
        if alone or (piece.is_word and _is_exact(text[piece.start : piece.end])):
            exact.append((place, place + len(piece.key)))
        place += len(piece.key)
    key, cased = "".join(piece.key for piece in pieces), "".join(piece.cased for piece in pieces)
    return Form(term, trust, group, key, cased, tuple(exact), len(pieces))


class TermIndex:
    """All forms of some terms, to be found in many texts."""

    def __init__(self, forms: Iterable[Form]) -> None:
        by_key: dict[str, list[Form]] = defaultdict(list)
        for form in forms:
            if form not in by_key[form.key]:
                by_key[form.key].append(form)
        self.forms = dict(by_key)
        # Most words begin no term: that is known after one look.
        self.beginnings = frozenset(key[:length] for key in by_key for length in range(1, len(key) + 1))

    def find(self, pieces: Sequence[Piece]) -> list[Match]:
        """Places of forms in their order, the longest first, without overlaps; those of excluded forms, too."""
        found: list[Match] = []
        free = 0
        beginnings = self.beginnings
        for at, piece in enumerate(pieces):
            if at >= free and piece.key in beginnings and (match := self._longest_at(pieces, at)):
                found.append(match)
                free = match.after
        return found

    def _longest_at(self, pieces: Sequence[Piece], at: int) -> Match | None:
        best: Match | None = None
        key = ""
        for last in range(at, len(pieces)):
            key += pieces[last].key
            if key not in self.beginnings:
                break
            for form in self.forms.get(key, ()):
                if _fits(form, pieces[at : last + 1]):
                    best = Match(form, pieces[at].start, pieces[last].end, at, last + 1)
                    break
        return best


def _fits(form: Form, pieces: Sequence[Piece]) -> bool:
    cased = "".join(piece.cased for piece in pieces)
    if any(cased[start:end] != form.cased[start:end] for start, end in form.exact):
        return False
    if len(pieces) == 1 and not form.exact and len(form.key) < _SHORTEST_IN_ANY_CASE and not cased[1:].islower():
        return len(cased) == 1
    if len(pieces) == form.pieces or len(form.key) >= _SHORTEST_RESPACED:
        return True
    if len(pieces) < form.pieces:
        return bool(form.exact)
    # "D-F" is a range of panels and no dark field.
    return not form.exact and not any(piece.after_blank for piece in pieces[1:])
