"""Dependency trees out of CoNLL-U files, as the training of the caption parser needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

ROOT = -1
"""The head of a sentence's root."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence with its Penn tag, its universal class, and the position of its head in the sentence."""

    form: str
    lemma: str
    word_class: str
    tag: str
    head: int
    relation: str
    space: bool = True


Sentence = tuple[Word, ...]


def read_treebank(path: Path) -> list[list[Sentence]]:
    """The documents of a CoNLL-U file, each as its sentences.

    Raises ValueError with the line where the file is no CoNLL-U.
    """
    documents: list[list[Sentence]] = []
    rows: list[list[str]] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            text = line.rstrip("\n")
            if text.startswith("#"):
                if text.startswith("# newdoc"):
                    documents.append([])
            elif text:
                row = text.split("\t")
                if len(row) != 10:
                    raise ValueError(f"line {number} of {path} has {len(row)} columns, CoNLL-U has 10: {text[:80]!r}")
                rows.append(row)
            elif rows:
                if not documents:
                    documents.append([])
                documents[-1].append(_sentence(rows, path, number))
                rows = []
    if rows:
        raise ValueError(f"the last sentence of {path} does not end with an empty line")
    return documents


def _sentence(rows: list[list[str]], path: Path, number: int) -> Sentence:
    words: list[Word] = []
    joined_until, space_after_joined = 0, True
    for row in rows:
        place = row[0]
        space = "SpaceAfter=No" not in row[9]
        if "-" in place:
            # "don't" is written as one and counted as two.
            joined_until, space_after_joined = int(place.split("-")[1]), space
        elif "." not in place:
            position = int(place)
            if position <= joined_until:
                space = space_after_joined if position == joined_until else False
            try:
                head = int(row[6]) - 1
            except ValueError:
                raise ValueError(f"the sentence before line {number} of {path} has the head {row[6]!r}") from None
            words.append(Word(row[1], row[2], row[3], row[4], head, row[7], space))
    if sum(word.head == ROOT for word in words) != 1 or any(not ROOT <= word.head < len(words) for word in words):
        raise ValueError(f"the sentence before line {number} of {path} is no tree")
    return tuple(words)


def as_document(vocab: Vocab, sentences: Sequence[Sentence]) -> Doc:
    """A spaCy document of sentences, which follow each other with a blank where their last word has one."""
    words = [word for sentence in sentences for word in sentence]
    heads: list[int] = []
    for sentence in sentences:
        first = len(heads)
        heads += [first + (place if word.head == ROOT else word.head) for place, word in enumerate(sentence)]
    return Doc(
        vocab,
        words=[word.form for word in words],
        spaces=[word.space for word in words],
        tags=[word.tag for word in words],
        pos=[word.word_class for word in words],
        lemmas=[word.lemma for word in words],
        heads=heads,
        # spaCy knows a root by its name in capitals.
        deps=["ROOT" if word.head == ROOT else word.relation for word in words],
    )


def group_sentences(document: Sequence[Sentence], sizes: Iterable[int]) -> Iterator[Sequence[Sentence]]:
    """Cut a document into runs of sentences of the given sizes, until it ends."""
    start = 0
    for size in sizes:
        if start >= len(document):
            return
        yield document[start : start + size]
        start += size
