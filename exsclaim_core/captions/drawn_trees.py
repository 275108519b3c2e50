"""Trees of drawn captions: phrases that hang on each other, and the sentence that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from exsclaim_core.captions.augmentation import panel_letters
from exsclaim_core.captions.treebank import ROOT, Sentence, Word


@dataclass(slots=True)
class Phrase:
    """A word with the phrases that hang on it, on its left and on its right in their order."""

    form: str
    tag: str
    relation: str = "root"
    left: list[Phrase] = field(default_factory=list)
    right: list[Phrase] = field(default_factory=list)
    tight: bool = False
    """Whether nothing is between this word and the next one."""

    def as_(self, relation: str) -> Phrase:
        self.relation = relation
        return self


_CLASSES = {
    "NN": "NOUN", "NNS": "NOUN", "JJ": "ADJ", "IN": "ADP", "CC": "CCONJ", "CD": "NUM", "DT": "DET", "VBN": "VERB",
    "VBG": "VERB", "VBZ": "VERB", "VBP": "VERB", "SYM": "SYM", "TO": "ADP", "LS": "X",
}  # fmt: skip


def as_sentence(root: Phrase, random: Random, stop: bool) -> Sentence:
    """The words of a tree in their order, mostly with a capital at the beginning, and with a full stop where asked."""
    words: list[Word] = []

    def place(phrase: Phrase) -> int:
        """Append a phrase; the position of its head. Its children learn of that position once it is known."""
        children = [place(child) for child in phrase.left]
        own = len(words)
        word_class = _CLASSES.get(phrase.tag, "PUNCT")
        words.append(Word(phrase.form, phrase.form, word_class, phrase.tag, ROOT, phrase.relation, not phrase.tight))
        children += [place(child) for child in phrase.right]
        for child in children:
            words[child] = replace(words[child], head=own)
        return own

    head = place(root)
    for number, word in enumerate(words[1:]):
        if word.tag in (",", ":", "-RRB-") and word.form not in "–-":
            words[number] = replace(words[number], space=False)
    first = words[0]
    if first.form.islower() and first.form.isalpha() and random.random() < 0.92:
        words[0] = replace(first, form=first.form.capitalize())
    words[-1] = replace(words[-1], space=not stop)
    if stop:
        words.append(Word(".", ".", "PUNCT", ".", head, "punct"))
    return tuple(words)


def panel(random: Random) -> Phrase:
    """A panel's letter or several, in brackets."""
    words = panel_letters(random, "()")
    phrases = [Phrase(word.form, word.tag, word.relation, tight=not word.space) for word in words]
    for number, word in enumerate(words):
        if word.head != ROOT:
            parent = phrases[word.head]
            (parent.left if number < word.head else parent.right).append(phrases[number])
    return next(phrase for phrase, word in zip(phrases, words, strict=True) if word.head == ROOT)


_NOTES = (
    *("solid lines", "dashed line", "left axis", "right axis", "top row", "bottom row", "red curve", "black squares"),
    *("open circles", "left panel", "right column", "upper half", "inset", "lines", "symbols", "top", "bottom"),
    *("red", "blue", "green", "left", "right"),
)


def note(random: Random) -> Phrase:
    """What a legend says in brackets: "(solid lines)"."""
    *before, last = random.choice(_NOTES).split()
    tag = "NNS" if last.endswith("s") else "JJ" if last in ("red", "blue", "green", "left", "right") else "NN"
    left = [Phrase("(", "-LRB-", "punct", tight=True), *(Phrase(word, "JJ", "amod") for word in before)]
    return Phrase(last, tag, "appos", left=left, right=[Phrase(")", "-RRB-", "punct")])


def case(form: str) -> Phrase:
    """A preposition."""
    return Phrase(form, "TO" if form == "to" else "IN", "case")


def compound(form: str) -> Phrase:
    """A noun before a noun."""
    return Phrase(form, "NN", "compound")


_NOUNS_BEHIND_HYPHENS = frozenset(("field", "view", "resolution", "magnification", "area", "shell", "color"))
_NOUNS_BEFORE_HYPHENS = frozenset(("time", "temperature", "nitrogen", "Al", "core", "plan", "side", "top"))


def modifier(form: str) -> list[Phrase]:
    """An adjective, cut at its hyphens as the tokenizer does."""
    if "-" not in form or form.startswith("cross-") or form in ("I-V",):
        tag = "VBN" if form.endswith("ed") else "VBG" if form.endswith("ning") else "JJ"
        return [Phrase(form, tag, "amod")]
    first, last = form.split("-", 1)
    tag = "VBN" if last.endswith("ed") else "NN" if last in _NOUNS_BEHIND_HYPHENS else "JJ"
    first_tag = "NN" if first in _NOUNS_BEFORE_HYPHENS else "IN" if first in ("as", "in") else "JJ"
    relation = {"as": "mark", "in": "case"}.get(first, "compound" if first_tag == "NN" else "amod")
    hyphen = Phrase("-", "HYPH", "punct", tight=True)
    left = Phrase(first, first_tag, relation, right=[hyphen], tight=True)
    return [Phrase(last, tag, "compound" if tag == "NN" else "amod", left=[left])]


def join(random: Random, items: Sequence[Phrase], labelled: bool) -> Phrase:
    """Items in a row with commas and "and", each with its letter, or a note, where they are labelled."""
    mark = note if random.random() < 0.25 else panel
    head = items[0]
    tail: list[Phrase] = []
    oxford = random.random() < 0.4
    comma = ";" if labelled and random.random() < 0.1 else ","
    for number, item in enumerate(items[1:], 1):
        last = number == len(items) - 1
        if not last or (oxford and len(items) > 2):
            item.left.insert(0, Phrase(comma, "," if comma == "," else ":", "punct"))
        if last:
            behind_comma = bool(item.left) and item.left[0].form == comma
            item.left.insert(int(behind_comma), Phrase("and", "CC", "cc"))
        if labelled:
            item.right.insert(0, mark(random))
        tail.append(item.as_("conj"))
    head.right += [mark(random), *tail] if labelled else tail
    return head
