"""Figures taken apart: panels with letters and classes, scale bars with their values.

What was drawn decides where a figure comes from a PDF and its operators tell its panels; else its pixels, by gutters
and networks together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from exsclaim_core.model import Box
from exsclaim_core.panels.bar_measuring import Bar, measure_bar
from exsclaim_core.panels.choosing import Evidence, Rated, choose_panels
from exsclaim_core.panels.ground import read_drawing
from exsclaim_core.panels.gutters import separate_gutters
from exsclaim_core.panels.images import Pixels, load_image
from exsclaim_core.panels.lettering import Letter, assign_letters, read_sequence
from exsclaim_core.panels.model import Panel, PanelClass, ScaleBar, Separation
from exsclaim_core.panels.order import reading_order
from exsclaim_core.panels.refining import refine_box
from exsclaim_core.panels.scales import assign_to_panels, choose_reading, pair_labels

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.class_network import Classifier
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.readings import Reading
    from exsclaim_core.panels.networks.seeing import FigureReader, Seen, Sighting

LEAST_LETTER = 0.2  # chance by the network for marks, from which a mark is read
LEAST_BAR = 0.3
LEAST_LABEL = 0.2
LEAST_BAR_ALONE = 0.5  # … of a bar without a label
UNEXPECTED = 0.3  # what the chance of a letter is multiplied by that the caption does not name
# Bars occur in pictures; what looks like one in a graph is a line of it.
PICTURES: tuple[PanelClass, ...] = ("microscopy", "diffraction", "photo", "other", "illustration")
SAME_PLACE = 0.5  # share of the smaller one, by which two boxes of bars or letters are one


@dataclass(frozen=True, slots=True)
class Given:
    """A figure to take apart, and what is known of it."""

    pixels: Pixels  # (height, width, 3)
    labels: tuple[str, ...] = ()  # of its panels, by its caption
    operators: Separation | None = None  # by what was drawn, in these pixels; None where that does not tell


class Separator:
    """The networks that take figures apart, loaded once; for one thread at a time."""

    def __init__(self, see: FigureReader, reader: Reader, classifier: Classifier) -> None:
        self._see, self._reader, self._classifier = see, reader, classifier

    def separate_many(self, given: Iterable[Given]) -> Iterator[Separation]:
        """What each figure is made of, in their order."""
        some = list(given)
        for each, seen in zip(some, self._see.see(one.pixels for one in some), strict=True):
            yield self._separate(each, seen)

    def _separate(self, given: Given, seen: Seen) -> Separation:
        pixels = given.pixels
        if given.operators is not None and given.operators.panels:
            panels = list(given.operators.panels)
        else:
            panels = self._panels(given, seen)
        kinds = self._classifier.classify(pixels, [panel.box for panel in panels])
        panels = [
            replace(panel, kind=kind.kind, kind_confidence=kind.confidence)
            for panel, kind in zip(panels, kinds, strict=True)
        ]
        known = given.operators.scale_bars if given.operators is not None else ()
        bars = self._bars(pixels, seen, panels, known)
        height, width = pixels.shape[:2]
        return Separation(width, height, tuple(panels), tuple(bars))

    def _panels(self, given: Given, seen: Seen) -> list[Panel]:
        letters = read_letters(self._reader, given.pixels, seen, given.labels)
        evidence = gather_evidence(given.pixels, seen, letters)
        chosen = choose_panels(evidence)
        order = reading_order([rated.box for rated in chosen])
        boxes, chances = [chosen[i].box for i in order], [chosen[i].chance for i in order]
        # A letter in a figure of one panel is a word of it, unless the caption names it.
        assigned = assign_letters(boxes, letters) if len(boxes) > 1 or given.labels else [None]
        return [
            Panel(
                box,
                letter.text if letter else None,
                letter.box if letter else None,
                confidence=chance,
            )
            for box, chance, letter in zip(boxes, chances, assigned, strict=True)
        ]

    def _bars(self, pixels: Pixels, seen: Seen, panels: Sequence[Panel], known: Sequence[ScaleBar]) -> list[ScaleBar]:
        """Scale bars in pictures, measured and with what their labels say, after those that are known already."""
        found: list[ScaleBar] = list(known)
        marks = [mark for mark in seen.bar_labels if mark.chance >= LEAST_LABEL]
        readings = self._reader.read_labels(pixels, [mark.box for mark in marks])
        scales = [
            choose_reading([(reading.text, reading.confidence), *reading.others]) if reading.text else None
            for reading in readings
        ]
        labels = [(mark, scale) for mark, scale in zip(marks, scales, strict=True) if scale is not None]
        bars: list[tuple[Bar, float]] = []
        for mark in sorted(seen.bars, key=lambda one: -one.chance):
            bar = measure_bar(pixels, mark.box) if mark.chance >= LEAST_BAR else None
            if bar is not None and not any(_same(bar.box, other.box) for other, _ in bars):
                bars.append((bar, mark.chance))
        pairs = pair_labels([bar.box for bar, _ in bars], [mark.box for mark, _ in labels])
        places = assign_to_panels([bar.box for bar, _ in bars], [panel.box for panel in panels])
        for (bar, chance), pair, place in zip(bars, pairs, places, strict=True):
            label = labels[pair] if pair is not None else None
            if place is not None and panels[place].kind not in PICTURES and label is None:
                continue
            if (label is None and chance < LEAST_BAR_ALONE) or any(_same(bar.box, other.box) for other in known):
                continue
            scale = label[1][0] if label else None
            found.append(
                ScaleBar(
                    bar.box,
                    bar.length,
                    scale.text if scale else None,
                    label[0].box if label else None,
                    scale.nanometres if scale else None,
                    place,
                    chance,
                )
            )
        return found


@cache
def separator() -> Separator:
    """The networks with the program's own weights."""
    from exsclaim_core.panels.networks.class_network import Classifier
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.seeing import figure_reader

    return Separator(figure_reader(), Reader(), Classifier())


def separate(
    figure: Path | str | bytes | Pixels, labels: Sequence[str] = (), operators: Separation | None = None
) -> Separation:
    """What a figure is made of: a file, its content, or its pixels (height, width, 3).

    `labels` are the letters that its caption names, `operators` what is known from a PDF. Raises ValueError, with the
    reason, for what is no image.
    """
    pixels = load_image(figure) if isinstance(figure, Path | str | bytes) else figure
    (found,) = separator().separate_many([Given(pixels, tuple(labels), operators)])
    return found


def read_letters(reader: Reader, pixels: Pixels, seen: Seen, labels: Sequence[str] = ()) -> list[Letter]:
    """The letters of a figure's panels, as far as they make up a sequence; the caption says which to expect."""
    marks = [mark for mark in seen.letters if mark.chance >= LEAST_LETTER]
    readings = reader.read_letters(pixels, [mark.box for mark in marks])
    letters = [
        expected(_letter(mark, reading), labels) for mark, reading in zip(marks, readings, strict=True) if reading.text
    ]
    return read_sequence(letters)


def gather_evidence(pixels: Pixels, seen: Seen, letters: Sequence[Letter]) -> Evidence:
    """What gutters and networks say of a figure's panels; boxes of the network are brought to exact edges."""
    drawing = read_drawing(pixels)
    gutters = separate_gutters(pixels, drawing)
    height, width = pixels.shape[:2]
    if not gutters.candidates:
        return Evidence(width, height)  # nothing is drawn on it
    return Evidence(
        width,
        height,
        tuple(Rated(refine_box(sighting.box, drawing), sighting.chance) for sighting in seen.panels),
        tuple(Rated(proposal.box, proposal.confidence) for proposal in gutters.best),
        tuple(Rated(proposal.box, proposal.confidence) for proposal in gutters.candidates),
        tuple(Rated(letter.box, min(1.0, 0.5 + letter.confidence)) for letter in letters),
    )


def expected(letter: Letter, labels: Sequence[str]) -> Letter:
    """The letter in the reading that the caption names, if any is; else less sure."""
    wanted = {label.casefold() for label in labels}
    if not wanted or letter.text.casefold() in wanted:
        return letter
    for text, chance in letter.others:
        if text.casefold() in wanted:
            return replace(letter, text=text, confidence=chance, others=((letter.text, letter.confidence),))
    return replace(letter, confidence=UNEXPECTED * letter.confidence)


def _letter(mark: Sighting, reading: Reading) -> Letter:
    """A mark as the letter that it may be; all chances are of both: that it is one, and this one."""
    others = tuple((text, mark.chance * chance) for text, chance in reading.others)
    return Letter(reading.text, mark.box, mark.chance * reading.confidence, others)


def _same(one: Box, other: Box) -> bool:
    return one.intersection(other) > SAME_PLACE * min(one.area, other.area)
