"""Captions' ways in a treebank of running text: phrases that stand alone, panel letters, no full stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from exsclaim_core.captions.treebank import ROOT, Sentence, Word

PANEL = "panel"
"""Relation of a panel's letter to the head of what it stands at; brackets and commas are punctuation of the letter."""

_NOUNS = frozenset(("NOUN", "PROPN"))
_LABELLED = frozenset(("NOUN", "PROPN", "ADJ", "NUM"))
# What stands before a label and not behind it: "of (a) copper and (b) gold".
_BEFORE_LABELS = frozenset(("case", "cc", "mark", "punct", "cc:preconj"))
_LONGEST_FRAGMENT = 25


def vary(sentence: Sentence, random: Random) -> Sentence:
    """The sentence as a caption might hold it; about half of them stay as they are."""
    chance = random.random()
    if chance < 0.25:
        sentence = (
            with_label_before(sentence, random) if random.random() < 0.55 else with_label_behind(sentence, random)
        )
    elif chance < 0.30:
        # Several panels in one sentence.
        for _ in range(random.randint(2, 4)):
            sentence = with_label_behind(sentence, random) if chance < 0.275 else with_label_inside(sentence, random)
    if random.random() < 0.12:
        sentence = without_full_stop(sentence)
    if random.random() < 0.15:
        sentence = with_other_first_letter(sentence)
    if random.random() < 0.02:
        sentence = with_white_space(sentence, random)
    return sentence


def noun_phrase(sentence: Sentence, random: Random) -> Sentence | None:
    """A noun phrase of the sentence as a sentence of its own, None where it has none of some length."""
    found = [
        (head, start, end)
        for head, word in enumerate(sentence)
        if word.word_class in _NOUNS and word.head != ROOT and word.relation not in ("compound", "flat")
        for start, end in [_reach(sentence, head)]
        if 2 <= end - start <= _LONGEST_FRAGMENT
    ]
    if not found:
        return None
    head, start, end = random.choice(found)
    words = [
        replace(word, head=ROOT, relation="root") if place == head else replace(word, head=word.head - start)
        for place, word in enumerate(sentence[start:end], start)
    ]
    first, last = words[0], words[-1]
    if first.tag not in ("NNP", "NNPS") and random.random() < 0.8:
        words[0] = replace(first, form=first.form[0].upper() + first.form[1:])
    stop = random.random() < 0.75
    words[-1] = replace(last, space=not stop)
    if stop:
        words.append(Word(".", ".", "PUNCT", ".", head - start, "punct"))
    return tuple(words)


def _reach(sentence: Sentence, head: int) -> tuple[int, int]:
    """First and last word of a noun's phrase without prepositions before it; (0, 0) where others stand between."""
    inside = {head}
    for place in [*range(head - 1, -1, -1), *range(head + 1, len(sentence))] * 2:
        word = sentence[place]
        own = word.head == head and (
            word.relation in ("case", "cc", "mark", "cop", "cc:preconj", "nsubj")
            or (word.relation == "punct" and place < head)
        )
        if word.head in inside and not own:
            inside.add(place)
    while sentence[max(inside)].word_class == "PUNCT" and max(inside) > head:
        if any(sentence[place].head == max(inside) for place in inside):
            return 0, 0
        inside.discard(max(inside))
    # A phrase with a gap, or whose words hang on what was left out, is none.
    start, end = min(inside), max(inside) + 1
    whole = len(inside) == end - start and all(sentence[place].head in inside for place in inside - {head})
    return (start, end) if whole else (0, 0)


def with_label_before(sentence: Sentence, random: Random) -> Sentence:
    """A panel's letter at the beginning: "(a) Images of ...", "b, Images of ..."."""
    root = next(place for place, word in enumerate(sentence) if word.head == ROOT)
    return _insert(sentence, 0, panel_letters(random, random.choice(("()", "()", "()", ")", ",", "", ".", ":"))), root)


def with_label_inside(sentence: Sentence, random: Random) -> Sentence:
    """A panel's letter before a phrase within the sentence: "spectra of (a) copper"."""
    heads = [place for place, word in enumerate(sentence) if word.word_class in _LABELLED and place]
    if not heads:
        return sentence
    head = random.choice(heads)
    start = head
    while start and sentence[start - 1].relation not in _BEFORE_LABELS and sentence[start - 1].head == head:
        start -= 1
    return _insert(sentence, start, panel_letters(random, random.choice(("()", "()", ")"))), head)


def with_label_behind(sentence: Sentence, random: Random) -> Sentence:
    """A panel's letter behind what it stands for: "bright-field (a) and dark-field (b) images"."""
    heads = [place for place, word in enumerate(sentence) if word.word_class in _LABELLED and word.relation != "flat"]
    if not heads:
        return sentence
    head = random.choice(heads)
    end = head + 1
    if random.random() < 0.7:
        start, whole_end = _reach(sentence, head)
        end = whole_end if start != whole_end else end
    return _insert(sentence, end, panel_letters(random, "()"), head)


def panel_letters(random: Random, style: str) -> list[Word]:
    """A letter, a pair, a range or more; heads count from the label's first word, ROOT is what it stands at."""
    letters = "abcdefgh" if random.random() < 0.7 else "ABCDEFGH"
    first = random.randrange(7)
    names = [letters[first]]
    joints: list[tuple[str, str, str]] = []
    if random.random() < (0.35 if style == "()" else 0.1):
        last = random.randrange(first + 1, 8)
        kind = random.random()
        if kind < 0.5:
            names.append(letters[last])
            joints.append((random.choice("–-"), ":", "punct"))
        else:
            names += letters[first + 1 : min(last, first + 2) + 1]
            joints += [(",", ",", "punct")] * (len(names) - 1)
            if kind > 0.8:
                joints[-1] = ("and", "CC", "cc")
    elif random.random() < 0.08:
        names = [random.choice(("i", "ii", "iii", "iv", "a1", "b2", "a'", "left", "right", "top", "bottom", "middle"))]
    words = [Word("(", "(", "PUNCT", "-LRB-", 1, "punct", False)] if style == "()" else []
    main = len(words)
    tag = {"left": "JJ", "right": "JJ", "top": "JJ", "bottom": "JJ", "middle": "JJ"}.get(names[0], "LS")
    words.append(Word(names[0], names[0], "X", tag, ROOT, PANEL))
    blank = random.random() < 0.75
    for name, (joint, joint_tag, relation) in zip(names[1:], joints, strict=True):
        spaced = joint_tag == "CC"
        words[-1] = replace(words[-1], space=spaced)
        place = len(words) + 1
        word_class = "CCONJ" if spaced else "PUNCT"
        words.append(Word(joint, joint, word_class, joint_tag, place, relation, spaced or (joint == "," and blank)))
        words.append(Word(name, name, "X", "LS", main, "conj"))
    if style:
        closing = ")" if style == "()" else style
        words[-1] = replace(words[-1], space=False)
        tag = {")": "-RRB-", ":": ":"}.get(closing, closing)
        words.append(Word(closing, closing, "PUNCT", tag, main, "punct"))
    return words


def _insert(sentence: Sentence, start: int, label: Sequence[Word], head: int) -> Sentence:
    """The sentence with a label before the word at `start`, hung on the word `head`."""
    shift = len(label)

    def moved(place: int) -> int:
        return place + shift if place >= start else place

    words = [word if word.head == ROOT else replace(word, head=moved(word.head)) for word in sentence]
    new = [replace(word, head=moved(head) if word.head == ROOT else start + word.head) for word in label]
    if start:
        new[-1] = replace(new[-1], space=words[start - 1].space)
        words[start - 1] = replace(words[start - 1], space=True)
    return (*words[:start], *new, *words[start:])


def without_full_stop(sentence: Sentence) -> Sentence:
    last = len(sentence) - 1
    if last < 1 or sentence[last].form != "." or any(word.head == last for word in sentence):
        return sentence
    return (*sentence[: last - 1], replace(sentence[last - 1], space=True))


def with_other_first_letter(sentence: Sentence) -> Sentence:
    """The sentence with a small first letter in place of a capital, and the other way round."""
    first = sentence[0]
    if not first.form[0].isalpha() or not first.form[1:].islower():
        return sentence
    return (replace(first, form=first.form[0].swapcase() + first.form[1:]), *sentence[1:])


def with_white_space(sentence: Sentence, random: Random) -> Sentence:
    """The sentence with a narrow blank or a line's end as a word, as texts of pages and PDFs have them."""
    places = [place for place, word in enumerate(sentence) if word.space][:-1]
    if not places:
        return sentence
    place = random.choice(places)
    blank = random.choice(("\u2009", "\u00a0", "\n", " ", "\u202f"))
    # A second blank follows the first one, which belongs to the word before.
    before = replace(sentence[place], space=blank == " ")
    word = Word(blank, blank, "SPACE", "_SP", ROOT, "dep", False)
    cut = (*sentence[:place], before, *sentence[place + 1 :])
    inserted = _insert(cut, place + 1, [word], place)
    return tuple(
        replace(word, space=False) if at == place + 1 else replace(word, space=blank == " ") if at == place else word
        for at, word in enumerate(inserted)
    )
