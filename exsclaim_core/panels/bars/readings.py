"""What the labels of a figure's scale bars say: the whole text of each, in several crops where it is doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.candidates import Candidate, alike, equally_long, same_place, wider
from exsclaim_core.panels.bars.labels import whole_text
from exsclaim_core.panels.bars.measuring import Bar
from exsclaim_core.panels.bars.scales import Scale, choose_reading, near_labels
from exsclaim_core.panels.images import Pixels

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.seeing import Sighting

Texts = Sequence[tuple[str, float]]  # readings of one label with their chances

LEAST_LABEL = 0.15  # chance by the network for marks, from which a label beside a line may be read
LEAST_TOGETHER = 0.05  # chance of the label and strength of the line beside it, multiplied
SEEN_SURELY = 0.4  # chance from which a label needs no line beside it
SURE_READING = 0.5  # chance from which a label is not read once more
PADDING = 0.12  # heights of a text around it, when it is read once more
LEAST_READING = 0.05  # chance of a reading that counts
MUCH_SURER = 2.0  # times as sure a reading in a rough box must be to count for more than one of the whole text
STRANGE = 0.15  # weight of a reading that no other bar's label has; theirs weigh their chance more


@dataclass(frozen=True, slots=True)
class Label:
    """A text that says a length."""

    box: Box
    scale: Scale
    chance: float  # of the reading
    texts: tuple[tuple[str, float], ...]  # all readings with their chances


def read_labels(
    pixels: Pixels, marks: Sequence[Sighting], candidates: Sequence[Candidate], reader: Reader
) -> list[Label]:
    """What the labels say that the network saw beside lines, or saw surely; the surest first, each place once."""
    places = _places(pixels, marks, candidates)
    readings: list[Texts] = [reading.texts for reading in reader.read_labels(pixels, [text for _, text in places])]
    doubtful = []
    for number, ((mark, _), texts) in enumerate(zip(places, readings, strict=True)):
        scale = choose_reading(texts)
        # What says nothing and was hardly seen is no label.
        if scale[1] < SURE_READING if scale else mark.chance >= SEEN_SURELY:
            doubtful.append(number)
    more: list[Box] = []
    for number in doubtful:
        mark, text = places[number]
        pad = PADDING * text.height
        more += [wider(text, pad, pad), mark.box if mark.box != text else wider(text, 2 * pad, pad / 2)]
    again = [reading.texts for reading in reader.read_labels(pixels, more)]
    for padded, rough, number in zip(again[::2], again[1::2], doubtful, strict=True):
        readings[number] = _surer(together((readings[number], padded)), rough)
    labels: list[Label] = []
    for (_, text), texts in zip(places, readings, strict=True):
        scale = choose_reading(texts)
        if scale is not None and scale[1] >= LEAST_READING:
            labels.append(Label(text, *scale, tuple(texts)))
    labels.sort(key=lambda label: -label.chance)
    return [one for i, one in enumerate(labels) if not any(same_place(one.box, other.box) for other in labels[:i])]


def _places(pixels: Pixels, marks: Sequence[Sighting], candidates: Sequence[Candidate]) -> list[tuple[Sighting, Box]]:
    """The marks that are worth reading, each with the box of its whole text."""
    some = sorted((mark for mark in marks if mark.chance >= LEAST_LABEL), key=lambda mark: -mark.chance)
    near = near_labels([one.bar.box for one in candidates], [mark.box for mark in some])
    places: list[tuple[Sighting, Box]] = []
    for mark, bars in zip(some, near, strict=True):
        beside = max((candidates[number] for number in bars), key=lambda one: one.strength, default=None)
        likely = mark.chance * beside.strength if beside else 0.0
        if mark.chance < SEEN_SURELY and likely < LEAST_TOGETHER:
            continue
        text = whole_text(pixels, mark.box, beside.bar) if beside else None
        text = text or whole_text(pixels, mark.box) or mark.box
        if not any(same_place(text, other) for _, other in places):
            places.append((mark, text))
    return places


def _surer(whole: Texts, rough: Texts) -> Texts:
    """The readings of the whole text, or those in the rough box where they are much surer.

    Rough boxes often cut off the first characters; they count where the ink was followed too far.
    """
    of_whole, of_rough = choose_reading(whole), choose_reading(rough)
    if of_whole is None or (of_rough is not None and of_rough[1] > MUCH_SURER * of_whole[1]):
        return rough
    return whole


def together(readings: Sequence[Texts]) -> Texts:
    """The mean chance of each text in some readings."""
    chances: dict[str, float] = defaultdict(float)
    for texts in readings:
        for text, chance in texts:
            chances[text] += chance / len(readings)
    return sorted(chances.items(), key=lambda one: -one[1])


def agree(bars: Sequence[Bar], labels: Sequence[Label | None]) -> list[Scale | None]:
    """What each bar stands for; where its label could hardly be read, those of bars as long in its style help."""
    scales = [label.scale if label else None for label in labels]
    for number, (bar, label) in enumerate(zip(bars, labels, strict=True)):
        if label is None or label.chance >= SURE_READING:
            continue
        others = [
            other.texts
            for one, other in zip(bars, labels, strict=True)
            if other and one is not bar and alike(bar, one) and equally_long(bar, one)
        ]
        said = dict(together(others))
        chosen = choose_reading((text, chance * (STRANGE + said.get(text, 0.0))) for text, chance in label.texts)
        if others and chosen:
            scales[number] = chosen[0]
    return scales
