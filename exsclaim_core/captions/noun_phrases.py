"""Noun phrases of a parse in Universal Dependencies; spaCy's own for English knows other relations."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

_MODIFIERS = frozenset(
    ("det", "amod", "compound", "nummod", "nmod:poss", "nmod:desc", "advmod", "flat", "nmod:unmarked", "det:predet")
)
_INSIDE = frozenset(("compound", "flat", "fixed", "goeswith", "nmod:desc"))


def noun_phrases(doclike: Doc | Span) -> Iterator[tuple[int, int, str]]:
    """Places of noun phrases (first word, word after the last, label "NP"), without what follows the noun.

    This is what `doc.noun_chunks` iterates over. Phrases do not overlap.
    """
    doc = doclike.doc
    label = "NP"
    end_before = 0
    for word in doclike:
        if word.pos_ not in ("NOUN", "PROPN") or _first_of_row(word).dep_ in _MODIFIERS | _INSIDE:
            continue
        start = word.i
        # From the noun to the left, as far as its modifiers reach without a gap.
        for child in sorted(word.lefts, key=lambda left: -left.i):
            hyphen = child.tag_ == "HYPH"
            # A row of modifiers, "SEM (a) and TEM (b) images", is no part: the phrase would be several.
            row = any(right.dep_ == "conj" for right in child.rights)
            if row or not (hyphen or child.dep_ in _MODIFIERS) or child.right_edge.i != start - 1:
                break
            start = child.left_edge.i
        end = word.i + 1
        for child in word.rights:
            if child.dep_ not in ("flat", "compound") or child.left_edge.i != end:
                break
            end = child.right_edge.i + 1
        while start < word.i and doc[start].is_punct:
            start += 1
        if start >= end_before:
            yield start, end, label
            end_before = end


def _first_of_row(word: Token) -> Token:
    """The first of the coordinated words that a word belongs to: it has the relation of them all."""
    while word.dep_ == "conj" and word.head != word:
        word = word.head
    return word
