"""The labels of a caption's panels: of all places that might name one, those that agree with each other.

A caption has one convention, form and kind of letters, as captions in a paper have one look. What is written otherwise,
or does not fit the sequence, is a unit, a symbol, a citation, or names something inside a panel.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from exsclaim_core.captions.label_forms import NUMERALS, Form, Sighting, find_sightings, kind_of
from exsclaim_core.captions.sentences import names_display

# How sure a form by itself is: bare letters are words and symbols more often than labels.
WEIGHTS: dict[Form, float] = {
    "bold": 1.3,
    "brackets": 1.0,
    "bracket": 1.0,
    "panel": 0.8,
    "dot": 0.9,
    "colon": 0.9,
    "comma": 0.8,
    "bare": 0.7,
    "loose": 0.5,
    "words": 0.6,
}
# These stand before their text, at the beginning of a sentence or clause: no reference is written like that.
LEADING: tuple[Form, ...] = ("dot", "colon", "comma", "bare", "loose")
# Words and symbols look like these: only those count that follow each other as in the alphabet.
WORDLIKE: tuple[Form, ...] = ("comma", "bare", "loose")
# What may stand for a letter between two of them: "A, Image … Panel B shows … C, Image …".
BRIDGING: tuple[Form, ...] = ("bold", "brackets", "bracket", "panel", "dot", "colon")
_FIRST = {"lower": "a", "upper": "A"}
# What is longer, or holds more letters, is a text or a table, and no caption: nothing of it is taken apart.
LONGEST_CAPTION = 10_000  # characters
MOST_SIGHTINGS = 1_000
MOST_WORDS_OF_A_PART = 4
# Reaction steps are lettered too.
_STEPS = re.compile(r"(?:reagents?|conditions|synthes[ei]s|synthetic\s+route|apparatus|preparation)\b[^.]{0,80}$", re.I)
_CHEMISTRY = re.compile(r"\b(?:yield|reflux|equiv|DCM|THF|DMF|EtOH|MeOH|toluene|anhydride|vacuum|pump)\b", re.I)
# The parts of an apparatus are lettered in its drawing.
_SETUP = re.compile(r"\b(?:set-?up|apparatus|equipment|rig)\b[^.]{0,80}$", re.I)
# "curve a)" and "(sample b)" name what is inside a panel, "I(a)" is a function.
_NAMES = (
    r"(?:curves?|lines?|traces?|peaks?|bands?|samples?|groups?|sites?|atoms?|points?|positions?|spots?|steps?|phases?"
    r"|types?|cases?|lanes?|tracks?|regions?|areas?|arrows?|ax[ei]s)"
)
_THING = re.compile(rf"\b{_NAMES}\s*$", re.I)
_THING_BEHIND = re.compile(rf"\s+(?:and\s+[A-Z]\s+)?{_NAMES}\b", re.I)
_FUNCTION = re.compile(r"(?<![^\W\d_])[^\W\d_]$")
# A year, and no quantity: "(a) 1000, (b) 1500 and (c) 2000 m".
_YEAR = re.compile(
    r"\s*(?:(?:19|20)\d\d\b(?!\s*(?:[%°×]|(?-i:[nµμmck]?m|[mk]?[gVWNJ]|K|h|s|min|[kM]?Hz"
    r"|[km]?eV|ppm|rpm|cycles|times)\b))|©|copyright)",
    re.I,
)
# Before a reference to a figure elsewhere: "Fig. 2(b)", "Ref. (a)", "Eq. (a)".
_ELSEWHERE = re.compile(
    r"\b(?:(?:figs?|figures?|tables?|schemes?|supplementary)\.?\s*S?\d+|(?:refs?|eqs?|equations?)\.?\s*S?\d*)\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a caption names panels."""

    start: int
    end: int
    labels: tuple[str, ...]
    form: Form


def find_labels(
    caption: str, bold: Iterable[tuple[int, int]] = (), letters: Iterable[str] = ()
) -> tuple[list[str], list[Mention]]:
    """The labels of a caption's panels in order, and all places that name some of them.

    `bold` are stretches in bold type, `letters` what was read in the figure: both are evidence. A caption without
    panels has no labels.
    """
    if len(caption) > LONGEST_CAPTION:
        return [], []
    sightings = [each for each in find_sightings(caption, bold) if not _means_something_else(caption, each)]
    if len(sightings) > MOST_SIGHTINGS:
        return [], []
    seen = {letter.casefold() for letter in letters}
    ranked: list[tuple[float, Form, str, list[str], int]] = []
    chains: dict[tuple[Form, str], list[Sighting]] = {}
    for form, kind in dict.fromkeys((each.form, kind_of(each.labels[0])) for each in sightings):
        some = [each for each in sightings if each.form == form and kind_of(each.labels[0]) == kind]
        if form in WORDLIKE:
            bridges = [each for each in sightings if each.form in BRIDGING and kind_of(each.labels[0]) == kind]
            chains[form, kind] = some = _chain(caption, some, bridges, kind)
        labels = _without_strays(caption, some, _sequence(some, kind))
        if score := _score(caption, some, labels, form, seen):
            first = min(each.start for each in some if set(each.labels) & set(labels))
            ranked.append((score, form, kind, labels, first))
    if not ranked:
        mixed = _mixed(caption, sightings)
        return mixed if mixed[0] else _numerals(caption, sightings)
    best = max(ranked)
    if best[2] == "lower":
        # Small letters name parts inside panels where capitals begin before them.
        outer = [each for each in ranked if each[2] == "upper" and each[4] < best[4] and each[1] != "loose"]
        best = max(outer, default=best)
    _, form, kind, labels, _ = best
    before = set(labels)
    labels = _continued(caption, labels, [each for each in sightings if kind_of(each.labels[0]) == kind])
    labels = _with_a_first(caption, labels, sightings)
    added = set(labels) - before
    odd = _misprinted(caption, labels, sightings)
    labels += [each.labels[0] for each in odd]
    wanted = set(labels)
    chained = {each.start for each in chains.get((form, kind), ())}
    mentions = [
        Mention(each.start, each.end, tuple(label for label in each.labels if label in wanted), each.form)
        for each in sightings
        if (
            2 * len(wanted.intersection(each.labels)) > len(each.labels)
            and kind_of(each.labels[0]) == kind
            and (each.start in chained if each.form in WORDLIKE else _goes_with(form, each))
        )
        or each in odd
        or (each.form != form and set(each.labels) <= added and _begins(caption, each.start))
    ]
    return sorted(labels, key=_place_of), _without_overlaps(mentions, form)


def _mixed(caption: str, sightings: Sequence[Sighting]) -> tuple[list[str], list[Mention]]:
    """Labels that begin sentences in the order of the alphabet, some in brackets and some bare: "a Felt; (b) gauze"."""
    for first in _FIRST.values():
        chain: list[Sighting] = []
        for each in sorted(sightings, key=lambda each: each.start):
            expected = chr(ord(chain[-1].labels[-1]) + 1) if chain else first
            begins = re.search(r"(?:^|[.;:])\s*$", caption[: each.start])
            if each.form in (*BRIDGING, "bare") and each.labels[0] == expected and len(each.labels[-1]) == 1 and begins:
                chain.append(each)
        forms = {each.form for each in chain}
        if "bare" in forms and forms & {"brackets", "bracket", "bold"} and not _CHEMISTRY.search(caption):
            labels = [label for each in chain for label in each.labels]
            return labels, [Mention(each.start, each.end, each.labels, each.form) for each in chain]
    return [], []


def _numerals(caption: str, sightings: Sequence[Sighting]) -> tuple[list[str], list[Mention]]:
    """Roman numerals where they are all that a caption has and each begins a sentence; in prose they enumerate."""
    for numerals in (NUMERALS, tuple(each.upper() for each in NUMERALS)):
        some = [
            each
            for each in sightings
            if each.form in ("bold", "brackets", "bracket")
            and set(each.labels) <= set(numerals)
            and (_begins(caption, each.start) and not caption[: each.start].rstrip().endswith(":"))
        ]
        labels = list(dict.fromkeys(label for each in some for label in each.labels))
        chemistry = some and _CHEMISTRY.search(caption, some[0].start) and not names_display(caption)
        if len(labels) > 1 and tuple(labels) == numerals[: len(labels)] and not chemistry:
            form = some[0].form
            return labels, _without_overlaps([Mention(x.start, x.end, x.labels, x.form) for x in some], form)
    return [], []


def _goes_with(form: Form, each: Sighting) -> bool:
    """Whether a sighting of one form may name panels where the convention is another: "In (a) …" beside "a)"."""
    if each.form == form:
        return True
    return each.form not in (*WORDLIKE, "words")


def _without_strays(caption: str, some: Sequence[Sighting], labels: list[str]) -> list[str]:
    """The labels without a last one that is a symbol: it precedes its forerunner, or abbreviates the word before it."""
    found = sorted(labels, key=_place_of)
    while len(found) > 2 and len(found[-1]) == 1:
        last = [each for each in some if found[-1] in each.labels]
        earlier = [each.start for each in some if found[-2] in each.labels]
        alone = [each for each in last if len(each.labels) == 1]
        abbreviates = all(
            re.search(rf"\b{re.escape(found[-1])}[\w-]+\s*$", caption[max(0, each.start - 30) : each.start], re.I)
            and not _begins(caption, each.start)
            for each in last
        )
        # Where the letter before stands behind its text too, so may this one: "area (A) and content (B)".
        abbreviates = abbreviates and any(_begins(caption, place) for place in earlier)
        if len(alone) == len(last) and (min(each.start for each in last) < min(earlier) or abbreviates):
            found.pop()
        else:
            break
    return [label for label in labels if label in found]


def _continued(caption: str, labels: list[str], sightings: Sequence[Sighting]) -> list[str]:
    """The labels with those that go on where they end, in another form that begins a description: "A,B. … (C) …"."""
    found = list(labels)
    if not all(len(label) == 1 for label in found):
        return found
    # An abbreviation that is explained before the last panel is none: "(A) Felt; E, edge. (D) Wool."
    places = [(each.form in WORDLIKE, each.start) for each in sightings if max(found) in each.labels]
    last = min(places)[1]
    others = {
        label
        for each in sightings
        if each.form not in ("bare", "loose", "words")
        and (each.start > last or each.form != "comma")
        and _begins(caption, each.start)
        and _depth(caption, each.start) == 0
        for label in each.labels
    }
    while (following := chr(ord(max(found)) + 1)) in others:
        found.append(following)
    return found


def _with_a_first(caption: str, labels: list[str], sightings: Sequence[Sighting]) -> list[str]:
    """The labels with the first of the alphabet, where they begin with the second.

    It is printed in another form, or lost, and then a sentence that says what is shown stands in its place.
    """
    if len(labels) < 2 or min(labels) not in ("b", "B"):
        return labels
    first = chr(ord(min(labels)) - 1)
    place = min(each.start for each in sightings if min(labels) in each.labels)
    before = caption[:place].rstrip()
    written = any(each.labels == (first,) and each.start < place and _begins(caption, each.start) for each in sightings)
    lost = before.endswith((".", ";")) and names_display(before) and _begins(caption, place)
    return [first, *labels] if written or lost else labels


def _misprinted(caption: str, labels: Sequence[str], sightings: Sequence[Sighting]) -> list[Sighting]:
    """Sightings at the beginning of a sentence that fill a gap: a letter of the other case, or with half a bracket."""
    if len(labels) < 3 or not all(len(label) == 1 for label in labels):
        return []
    codes = {ord(label) for label in labels}
    missing = {chr(code) for code in range(min(codes), max(codes)) if code not in codes}
    gaps = missing | {letter.swapcase() for letter in missing}
    return [
        each
        for each in sightings
        if each.labels[0] in gaps and len(each.labels) == 1 and each.form != "loose" and _begins(caption, each.start)
    ][:1]


def _sequence(some: Sequence[Sighting], kind: str) -> list[str]:
    """The labels that make a sequence from the first letter on, in the order of the alphabet."""
    found = dict.fromkeys(label for each in some for label in each.labels)
    if kind == "words":
        return list(found) if len(found) > 1 else []
    if kind in ("roman", "ROMAN"):
        return []
    stems = {label[0] for label in found}
    first = _FIRST[kind]
    kept, missing = set(), 0
    for code in range(ord(first), ord(first) + 26):
        if chr(code) in stems:
            kept.add(chr(code))
            missing = 0
        else:
            missing += 1
            # One letter may be lost in print; those that follow have to be there then.
            if missing > 1 or chr(code + 1) not in stems or (chr(code + 2) not in stems and len(kept) < 3):
                break
    labels = [label for label in found if label[0] in kept]
    # "a1" beside "a": a misprint of the one, or panels inside the other.
    numbered = {label[0] for label in labels if len(label) > 1 and label[1:].isdigit()}
    plain = {label for label in labels if len(label) == 1}
    if len(plain) > 1:
        # … but "(c1) … (c2)" where there is no "c" are two panels.
        rows = {letter for letter in numbered - plain if {f"{letter}1", f"{letter}2"} <= set(labels)}
        labels = [
            label
            for label in labels
            if len(label) == 1 or label[0] in rows or (label.endswith("'") and label.rstrip("'") in plain)
        ]
    elif numbered and not all(f"{letter}1" in labels for letter in numbered):
        return []  # samples and antibodies are numbered too
    return labels


def _score(caption: str, some: Sequence[Sighting], labels: list[str], form: Form, seen: set[str]) -> float:
    if len(labels) < 2 and not (labels and (form == "bold" or labels[0].casefold() in seen)):
        return 0.0
    places = [each for each in some if set(each.labels) & set(labels)]
    first = min(each.start for each in places)
    if form == "loose" and (len(places) < 3 or len(places) != len(labels)):
        return 0.0
    if form != "words" and _STEPS.search(caption, max(0, first - 120), first) and _CHEMISTRY.search(caption, first):
        return 0.0
    if _SETUP.search(caption, max(0, first - 120), first) and _are_parts(caption, places):
        return 0.0
    agreement = len({label.casefold() for label in labels} & seen) / len(seen) if seen else 0.0
    # Of two sequences the outer one begins first, and names each panel once; the inner one again and again.
    counts = Counter(label for each in places for label in each.labels)
    repeated = sum(count > 2 for count in counts.values()) / len(counts)
    # One list alone ("looms (A to F)") says less than letters that stand at several places.
    number = min(len(labels), 6 if len(places) > 1 else 1)
    score = (number + 2) * WEIGHTS[form] + 4 * agreement - 2 * repeated - 3 * first / max(1, len(caption))
    return max(score, 0.1)


def _chain(caption: str, some: Sequence[Sighting], bridges: Sequence[Sighting], kind: str) -> list[Sighting]:
    """Sightings whose letters follow each other, from the first letter at the beginning of a sentence.

    Letters between two of them are among the `bridges`: the caption writes them otherwise.
    """
    if kind not in _FIRST:
        return []
    best: list[Sighting] = []
    some = sorted(some, key=lambda each: each.start)
    for number, first in enumerate(some):
        if first.labels[0] != _FIRST[kind] or not (first.form == "loose" or _begins(caption, first.start)):
            continue
        chain = [first]
        for each in some[number + 1 :]:
            last, following = chain[-1].labels[-1], each.labels[0]
            if len(last) == len(following) == 1 and ord(following) > ord(last):
                between = _bridged(bridges, chain[-1], each)
                if len(between) == ord(following) - ord(last) - 1:
                    chain += [*between, each]
        # Of two chains of one length the later one begins nearer to its second letter.
        if len(chain) >= max(2, len(best)):
            best = chain
    return best


def _bridged(bridges: Sequence[Sighting], first: Sighting, last: Sighting) -> list[Sighting]:
    """For each letter between two sightings the first place between them where it stands."""
    found: list[Sighting] = []
    for code in range(ord(first.labels[-1]) + 1, ord(last.labels[0])):
        after = found[-1].end if found else first.end
        place = next(
            (each for each in bridges if each.labels == (chr(code),) and after <= each.start < last.start), None
        )
        if place is None:
            return []
        found.append(place)
    return found


def _begins(caption: str, start: int) -> bool:
    """Whether a sentence, or the caption, begins here."""
    before = caption[:start].rstrip()
    return not before or before[-1] in ".;:!?)]" or (before.endswith((" for", " of")))


def _depth(caption: str, place: int) -> int:
    """How many brackets are open at a place."""
    before = caption[:place]
    return max(0, before.count("(") - before.count(")"))


def _means_something_else(caption: str, each: Sighting) -> bool:
    before = caption[max(0, each.start - 40) : each.start]
    if each.form in ("brackets", "bracket"):
        if each.labels in (("c",), ("C",)) and _YEAR.match(caption, each.end):
            return True
        if _ELSEWHERE.search(before):
            return True
        if each.form == "brackets" and _FUNCTION.search(before):
            return True
    if each.form == "loose" and _THING_BEHIND.match(caption, each.end):
        return True
    return each.form in ("bracket", "loose") and bool(_THING.search(before))


def _are_parts(caption: str, places: Sequence[Sighting]) -> bool:
    """Whether what is lettered are mere names: "(A) lamp, (B) lens, (C) detector"."""
    texts = [caption[one.end : two.start] for one, two in pairwise(places)]
    return len(texts) > 1 and not any(names_display(text) or len(text.split()) > MOST_WORDS_OF_A_PART for text in texts)


def _without_overlaps(mentions: Iterable[Mention], form: Form) -> list[Mention]:
    """The mentions in order; of two that share characters the one of the caption's own form, else the longer one."""
    chosen: list[Mention] = []
    ranked = sorted(mentions, key=lambda each: (each.form != form, each.start - each.end))
    for each in ranked:
        if all(each.end <= other.start or each.start >= other.end for other in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.start)


def _place_of(label: str) -> tuple[int, str, int]:
    order = ("top", "left", "middle", "right", "bottom")
    places = [order.index(word) for word in label.split() if word in order]
    if places:
        return places[0], "", places[-1]
    if label.lower() in NUMERALS and len(label) > 1:
        return 0, "i" if label.islower() else "I", NUMERALS.index(label.lower())
    digits = re.sub(r"\D", "", label)
    return 0, label[0], int(digits or label.count("'"))
