"""Noun phrases of a parse in Universal Dependencies; spaCy's own for English knows other relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span


def _numbers(names: Iterable[str]) -> frozenset[int]:
    """What spaCy has in place of the names of relations, tags and classes."""
    return frozenset(get_string_id(name) for name in names)


_MODIFIERS = _numbers(
    ("det", "amod", "compound", "nummod", "nmod:poss", "nmod:desc", "advmod", "flat", "nmod:unmarked", "det:predet")
)
_PARTS = _MODIFIERS | _numbers(("compound", "flat", "fixed", "goeswith", "nmod:desc"))
_NAME_PARTS = _numbers(("flat", "compound"))
_CONJ = _numbers(("conj",))
_HYPHEN = _numbers(("HYPH",))
_NOUNS = _numbers(("NOUN", "PROPN"))


def noun_phrases(doclike: Doc | Span) -> Iterator[tuple[int, int, str]]:
    """Places of noun phrases (first word, word after the last, label "NP"), without what follows the noun.

    This is what `doc.noun_chunks` iterates over. Phrases do not overlap.
    """
    label = "NP"
    end_before = 0
    tree = _Tree(doclike.doc)
    first, behind = (doclike.start, doclike.end) if isinstance(doclike, Span) else (0, len(doclike))
    for noun in range(first, behind):
        if tree.classes[noun] not in _NOUNS or tree.relations[tree.first_of_row(noun)] in _PARTS:
            continue
        start, end = tree.reach(noun) if noun in tree.children else (noun, noun + 1)
        if start >= end_before:
            yield start, end, label
            end_before = end


class _Tree:
    """A parse in numbers: to ask spaCy's words for it takes several times as long."""

    def __init__(self, doc: Doc) -> None:
        columns = doc.to_array(["POS", "DEP", "TAG", "IS_PUNCT", "HEAD"]).reshape(-1, 5).T  # (5, words)
        self.classes, self.relations, self.tags, self.punctuation = columns[:4].tolist()
        # Heads count from the word itself.
        self.heads: list[int] = (columns[4].astype(np.int64) + np.arange(len(doc))).tolist()
        self.children: dict[int, list[int]] = defaultdict(list)
        for word, head in enumerate(self.heads):
            if head != word:
                self.children[head].append(word)

    def first_of_row(self, word: int) -> int:
        """The first of the coordinated words that a word belongs to: it has the relation of them all."""
        while self.relations[word] in _CONJ and self.heads[word] != word:
            word = self.heads[word]
        return word

    def reach(self, noun: int) -> tuple[int, int]:
        """From the noun to the left as far as its modifiers reach without a gap, and to the end of its name."""
        children = self.children[noun]
        start, end = noun, noun + 1
        for child in reversed(children):
            if child > noun:
                continue
            # A row of modifiers, "SEM (a) and TEM (b) images", is no part: the phrase would be several.
            row = any(one > child and self.relations[one] in _CONJ for one in self.children.get(child, ()))
            fits = self.relations[child] in _MODIFIERS or self.tags[child] in _HYPHEN
            if row or not fits or self._edges(child)[1] != start - 1:
                break
            start = self._edges(child)[0]
        for child in children:
            if child < noun:
                continue
            if self.relations[child] not in _NAME_PARTS or self._edges(child)[0] != end:
                break
            end = self._edges(child)[1] + 1
        while start < noun and self.punctuation[start]:
            start += 1
        return start, end

    def _edges(self, word: int) -> tuple[int, int]:
        """First and last of the words that hang on a word, directly or not, with the word itself."""
        first = last = word
        for child in self.children.get(word, ()):
            start, end = self._edges(child)
            first, last = min(first, start), max(last, end)
        return first, last
