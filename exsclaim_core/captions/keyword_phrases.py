"""Noun phrases of a caption's parse as its keywords."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from spacy.tokens import Doc, Token

from exsclaim_core.captions.distribution import Keyword
from exsclaim_core.captions.noun_phrases import noun_phrases
from exsclaim_core.captions.vocabulary import phrase_words

_LONGEST_PHRASE = 6  # words
_GENERAL, _LEADING_WORDS = phrase_words()
# What is left away at the beginning of a phrase.
_LEADING_CLASSES = frozenset(
    ("DET", "PRON", "ADP", "CCONJ", "SCONJ", "PUNCT", "SYM", "AUX", "PART", "INTJ", "SPACE", "NUM")
)
_CREDIT = re.compile(
    r"(?:(?:Re(?:produced|printed|used)|Adapted|Modified|Taken) (?:with|from|by|under)"
    r"|Copyright|©|https?://|doi\b|\bet al\.)"
    r"[^;]*?(?:[a-z\d)]\.(?=\s+[A-Z(]|$)|$)"
)
_NO_PHRASE = re.compile(r"[\[\]{};:(),—=∼~<>≈±]|\s[-–—/+×|]\s|\s{2}|\n|[A-Z]\.|\d$|\d [nµμmck]?[mMgLVA]$")
_TELLING = re.compile(r"[^\W\d_]{3}")


def find_phrases(doc: Doc, text: str, keywords: Sequence[Keyword]) -> list[Keyword]:
    """Base noun phrases of a caption, with its text, that say more than a keyword inside them."""
    named = sorted({(keyword.start, keyword.end) for keyword in keywords})
    exactly = frozenset(named)
    techniques = sorted((keyword.start, keyword.end) for keyword in keywords if keyword.kind == "technique")
    credits_ = [match.span() for match in _CREDIT.finditer(text)]
    phrases = []
    for first_word, behind, _ in noun_phrases(doc):  # not doc.noun_chunks, which looks at all words first
        if behind - first_word == 1:
            continue
        words = _trimmed([doc[place] for place in range(first_word, behind)])
        if not 2 <= sum(not word.is_punct for word in words) <= _LONGEST_PHRASE:
            continue
        start, end = _word_start(text, words[0].idx), words[-1].idx + len(words[-1])
        phrase = text[start:end]
        if (start, end) in exactly or " " not in phrase or _NO_PHRASE.search(_BRACKETS_IN_WORDS.sub("", phrase)):
            continue
        if any(first < end and start < after for first, after in credits_):
            continue
        telling = [word for word in words if _TELLING.search(word.text) or _covered(word, named)]
        telling = [word for word in telling if not {word.lower_, word.lemma_.lower()} & _GENERAL]
        # "SEM images" says no more than "SEM".
        if not telling or all(_covered(word, techniques) for word in telling):
            continue
        term = text[start : words[0].idx] + _phrase_term(words)
        phrases.append(Keyword(phrase, term, "phrase", start, end))
    return phrases


_HYPHENATED = re.compile(r"(?:\w+[-‐‑])+$")


def _word_start(text: str, start: int) -> int:
    """Where the word begins: the parse may leave the "as" of "as-deposited" outside of a phrase."""
    if text[start - 1 : start] not in ("-", "‐", "‑"):
        return start
    before = _HYPHENATED.search(text, max(0, start - 30), start)
    return before.start() if before else start


def _phrase_term(words: Sequence[Token]) -> str:
    """A phrase with its noun in the base form, in small letters where it begins a sentence."""
    parts = [word.text_with_ws for word in words[:-1]]
    if _PLAIN_CAPITAL.fullmatch(words[0].text) and words[0].pos_ != "PROPN":
        parts[0] = parts[0].lower()
    last = words[-1].lemma_ if words[-1].tag_ == "NNS" else words[-1].text
    return " ".join(("".join(parts) + last).split())


_PLAIN_CAPITAL = re.compile(r"[A-Z][a-z]{3,}(?:-[a-z]+)*")
_BRACKETS_IN_WORDS = re.compile(r"(?<=\w)\(\w+\)|\(\w+\)(?=\w)")


def _trimmed(words: list[Token]) -> list[Token]:
    """Words without articles, numbers, units and panel letters at their beginning."""
    start, end = 0, len(words)
    while start < end and _is_leading(words[start], words[start + 1 : start + 2]):
        start += 1
    while start < end and (words[end - 1].is_punct or words[end - 1].is_space):
        end -= 1
    return words[start:end]


def _is_leading(word: Token, behind: Sequence[Token]) -> bool:
    if len(word) == 1 and not (behind and behind[0].text in "-‐‑–"):
        return True
    return (
        word.pos_ in _LEADING_CLASSES or word.like_num or word.text in _LEADING_WORDS or word.lower_ in _LEADING_WORDS
    )


def _covered(word: Token, spans: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(spans, (word.idx + 1, 0)) - 1
    return at >= 0 and spans[at][0] <= word.idx and word.idx + len(word) <= spans[at][1]
