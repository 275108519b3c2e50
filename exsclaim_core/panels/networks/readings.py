"""What columns of characters say: texts in the grammar of panel letters or of scale labels, with their chances."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from exsclaim_core.panels.bars.lengths import read_length
from exsclaim_core.panels.letters.assigning import parse_letter
from exsclaim_core.panels.networks.text_beams import LogChances, beams, greedy, likelihoods

Grammar = Literal["any", "letter", "label"]

CHARACTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ()[].,/-' µÅ"
SURE = 0.985  # chance of the texts that are known at once above which no others are looked for
MOST_OTHERS = 6
LEAST = 0.04  # chance of the likeliest reading below which nothing is read
LEAST_OTHER = 0.002  # chance of another reading that is worth telling
# How much likelier than others some units and numbers are on scale bars, where a blurred label leaves a choice.
UNITS = {"nm": 1.0, "µm": 1.0, "mm": 0.5, "cm": 0.3, "Å": 0.3, "1/nm": 0.6, "pm": 0.03, "m": 0.01}
OTHER_UNIT = 0.2
LEADING = re.compile(r"^(?:0\.)?(?:[1-5]|1?5|25|[68])0*$")
OTHER_NUMBER, ZERO = 0.3, 0.001
TOO_FINE = 0.02  # of "1.000 nm": such a point is the comma of thousands

_UNIT = "nm|Å|A|µm|um"
_RECIPROCAL = re.compile(
    rf"^(?P<number>\d+(?:[.,]\d+)?) ?(?:1/ ?(?P<over>{_UNIT})|(?P<unit>{_UNIT}) ?- ?1|/ ?(?P<per>{_UNIT}))$"
)
# As the synthesis prints letters; its fonts are not needed to read.
_PATTERNS = ("{}", "({})", "{})", "{}.", "[{}]")
_ALIKE = {"μ": "µ", "−": "-", "–": "-", "’": "'", "′": "'"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a crop says."""

    text: str  # "" where nothing can be read; letters without brackets, labels as "5 µm"
    confidence: float  # chance that it is right, 0 to 1
    others: tuple[tuple[str, float], ...] = ()  # other readings with their chances, the likeliest first
    printed: str = ""  # with brackets and spaces as printed

    @property
    def texts(self) -> tuple[tuple[str, float], ...]:
        """All that it may be, with the chance of each."""
        return ((self.text, self.confidence), *self.others) if self.text else self.others


def encode(text: str) -> tuple[int, ...]:
    """Numbers of the characters that the network knows; the others are left out."""
    return tuple(CHARACTERS.index(each) + 1 for each in normal(text) if each in CHARACTERS)


def decode(codes: Iterable[int]) -> str:
    """The text of some numbers of characters."""
    return "".join(CHARACTERS[code - 1] for code in codes).strip()


def normal(text: str) -> str:
    """The text with one kind of micro sign, of minus, of apostrophe."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(_ALIKE.get(each, each) for each in composed).strip()


def read_columns(chances: LogChances, grammar: Grammar) -> Reading:
    """What the chances of characters in the columns of a crop say."""
    some = _LETTERS if grammar == "letter" else [greedy(chances)]
    texts = dict(zip(some, np.exp(likelihoods(chances, some)).tolist(), strict=True))
    if sum(texts.values()) < SURE:
        texts = {text: float(np.exp(value)) for text, value in beams(chances)} | texts
    chances_of: dict[str, float] = defaultdict(float)
    for text, value in texts.items():
        chances_of[decode(text)] += value  # spaces at the ends make no other text
    return _summed(chances_of, grammar)


def _summed(texts: Mapping[str, float], grammar: Grammar) -> Reading:
    """One reading of texts with their chances: those of one meaning are taken together."""
    chances: dict[str, float] = defaultdict(float)
    printed: dict[str, tuple[float, str]] = {}
    for text, chance in texts.items():
        meaning = _meaning(text, grammar)
        if meaning is None:
            continue
        chances[meaning] += chance
        printed[meaning] = max(printed.get(meaning, (0.0, text)), (chance, text))
    if grammar == "label" and sum(chances.values()) > 0:
        weighted = {text: chance * _usual(text) for text, chance in chances.items()}
        scale = sum(chances.values()) / max(sum(weighted.values()), 1e-30)
        chances.update({text: chance * scale for text, chance in weighted.items()})
    ranked = sorted(chances.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < LEAST:
        others = tuple(each for each in ranked[:MOST_OTHERS] if each[1] >= LEAST_OTHER)
        return Reading("", max(0.0, 1 - sum(chances.values())), others)
    best, chance = ranked[0]
    others = tuple(each for each in ranked[1 : 1 + MOST_OTHERS] if each[1] >= LEAST_OTHER)
    return Reading(best, min(1.0, chance), others, printed[best][1])


def _usual(label: str) -> float:
    """How usual a scale label is, 1 for the usual ones."""
    number, _, unit = label.partition(" ")
    if float(number) == 0:
        return ZERO
    if len(number.partition(".")[2]) > 2:
        return TOO_FINE
    return (1.0 if LEADING.match(number) else OTHER_NUMBER) * UNITS.get(unit, OTHER_UNIT)


def _meaning(text: str, grammar: Grammar) -> str | None:
    """What a text says in one form; None where the grammar does not know it."""
    if grammar == "any":
        return text
    if grammar == "letter":
        return parse_letter(text)
    length = read_length(text)
    if length:
        return length[0]
    match = _RECIPROCAL.match(text)
    if match is None:
        return None
    unit = (match["over"] or match["unit"] or match["per"]).replace("um", "µm")
    return f"{match['number'].replace(',', '.')} 1/{'Å' if unit == 'A' else unit}"


_LETTERS = [encode(pattern.format(letter)) for pattern in _PATTERNS for letter in CHARACTERS[10:62]]
