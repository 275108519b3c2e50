"""What the parse of a caption says about its parts: clauses of their own, and what is coordinated with what."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from exsclaim_core.captions.wording import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_SUBJECTS = ("nsubj", "nsubj:pass", "expl", "csubj")
_FINITE = ("VBD", "VBZ", "VBP")
_AUXILIARIES = ("aux", "aux:pass", "cop")
_CLAUSES = ("acl:relcl", "advcl", "ccomp")
_RELATIVE = ("WDT", "WP", "WP$", "WRB")
_PREDICATES = ("ROOT", "conj", "parataxis")
# What stands before a word and is shared with those that are coordinated with it.
_BEFORE = ("case", "cc", "punct", "mark", "panel")
MOST_STEPS = 50  # along heads: coordinations are not longer


class Parse:
    """The parse of one caption, asked by places in its text.

    Relations are those of Universal Dependencies, and `panel` from a label to what it names. Words are read on the
    first question: most captions ask none.
    """

    def __init__(self, doc: Doc) -> None:
        self._doc = doc
        self._starts: list[int] | None = None
        self._heads: list[int] = []
        self._relations: list[str] = []

    def is_clause(self, span: Span) -> bool:
        """Whether a stretch has a predicate and a subject of its own: "the load grew", but not "as the load grew"."""
        first, last = self._words(span)
        return any(
            self._relations[word] in _SUBJECTS
            and first <= self._heads[word] < last
            and self._is_principal(self._heads[word], first, last)
            and self._is_finite(self._heads[word], first, last)
            for word in range(first, last)
        )

    def coordinated(self, first: Span, other: Span) -> int | None:
        """Where in the first stretch that begins with which the other one is coordinated; None where it is not.

        In "images of felt (a) and gauze (b)" gauze is coordinated with felt, not with images.
        """
        begin, end = self._words(first)
        for word in range(*self._words(other)):
            head, steps = word, 0
            while self._relations[head] == "conj" and steps < MOST_STEPS:
                head, steps = self._heads[head], steps + 1
            if head != word and begin <= head < end:
                return self._begin(head, begin)
        return None

    def _is_principal(self, predicate: int, first: int, last: int) -> bool:
        """Whether nothing in a stretch subordinates its predicate, as "which" and "while" do."""
        return self._relations[predicate] in _PREDICATES or (
            self._relations[predicate] in _CLAUSES
            and not any(
                self._relations[word] == "mark" or self._doc[word].tag_ in _RELATIVE
                for word in range(first, last)
                if self._heads[word] == predicate
            )
        )

    def _is_finite(self, predicate: int, first: int, last: int) -> bool:
        """Whether a predicate is a verb, or has one beside it: "F = 1" has none."""
        return self._doc[predicate].tag_ in _FINITE or any(
            self._heads[word] == predicate and self._relations[word] in _AUXILIARIES for word in range(first, last)
        )

    def _begin(self, head: int, least: int) -> int:
        """Where a word with its articles, adjectives and the like begins."""
        starts = self._read()
        own = [
            word
            for word in range(least, head)
            if self._heads[word] == head and self._relations[word] not in (*_BEFORE, *_SUBJECTS)
        ]
        return starts[min([*own, head])]

    def _words(self, span: Span) -> tuple[int, int]:
        """The numbers of the words that begin in a stretch, the last one excluded."""
        starts = self._read()
        return bisect_left(starts, span[0]), bisect_left(starts, span[1])

    def _read(self) -> list[int]:
        if self._starts is None:
            words = list(self._doc)
            self._starts = [word.idx for word in words]
            self._heads = [word.head.i for word in words]
            self._relations = [word.dep_ for word in words]
        return self._starts
