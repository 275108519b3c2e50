"""Figures taken apart: panels with letters and classes, scale bars with their values.

What was drawn decides where a figure comes from a PDF and its operators tell its panels; else its pixels, by gutters
and networks together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.finding import find_bars
from exsclaim_core.panels.choosing import Evidence, Rated, choose_panels
from exsclaim_core.panels.ground import read_drawing
from exsclaim_core.panels.gutters import separate_gutters
from exsclaim_core.panels.images import Pixels, load_image
from exsclaim_core.panels.kinds import PanelKind, weigh_scales
from exsclaim_core.panels.letters.assigning import Letter, assign_letters
from exsclaim_core.panels.letters.evidence import Mark, reading_places
from exsclaim_core.panels.letters.sequences import read_sequence
from exsclaim_core.panels.model import Panel, Separation
from exsclaim_core.panels.order import reading_order
from exsclaim_core.panels.refining import refine_box

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.class_network import Classifier
    from exsclaim_core.panels.networks.panel_network import Hint
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.readings import Reading
    from exsclaim_core.panels.networks.seeing import FigureReader, Marks, Sighting

LEAST_LETTER = 0.1  # chance by the network for marks, from which a mark is read


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
        some = iter(given)
        while batch := list(islice(some, self._see.batch)):
            marks = self._see.see_marks([each.pixels for each in batch])
            letters = [self._letters(each, own) for each, own in zip(batch, marks, strict=True)]
            asked = [number for number, each in enumerate(batch) if not _known_panels(each)]
            seen: dict[int, tuple[Sighting, ...]] = {}
            if asked:
                hints = [letter_hints(letters[number]) for number in asked]
                found = self._see.see_panels([batch[number].pixels for number in asked], hints)
                seen = dict(zip(asked, found, strict=True))
            for number, each in enumerate(batch):
                panels = _known_panels(each) or _panels(each, letters[number], seen[number])
                yield self._joined(each, panels, marks[number])

    def _letters(self, given: Given, marks: Marks) -> list[Letter]:
        return [] if _known_panels(given) else read_letters(self._reader, given.pixels, marks, given.labels)

    def _joined(self, given: Given, panels: Sequence[Panel], marks: Marks) -> Separation:
        """Panels with their classes, and scale bars."""
        pixels = given.pixels
        kinds = self._classifier.classify(pixels, [panel.box for panel in panels])
        known = given.operators.scale_bars if given.operators is not None else ()
        bars = find_bars(pixels, marks, _with_kinds(panels, kinds), self._reader, known)
        panels = _with_kinds(panels, weigh_scales(kinds, bars))
        height, width = pixels.shape[:2]
        return Separation(width, height, tuple(panels), tuple(bars))


def _with_kinds(panels: Sequence[Panel], kinds: Sequence[PanelKind]) -> list[Panel]:
    return [
        replace(panel, kind=kind.kind, kind_confidence=kind.confidence)
        for panel, kind in zip(panels, kinds, strict=True)
    ]


def _known_panels(given: Given) -> tuple[Panel, ...]:
    return given.operators.panels if given.operators is not None else ()


def _panels(given: Given, letters: Sequence[Letter], seen: Sequence[Sighting]) -> list[Panel]:
    evidence = gather_evidence(given.pixels, seen, letter_hints(letters))
    chosen = choose_panels(evidence)
    order = reading_order([rated.box for rated in chosen])
    boxes, chances = [chosen[i].box for i in order], [chosen[i].chance for i in order]
    # Several letters in one panel are words of it; a single one has been read because the caption names it.
    assigned = assign_letters(boxes, letters) if len(boxes) > 1 or len(letters) == 1 else [None]
    return [
        Panel(
            box,
            letter.text if letter else None,
            letter.box if letter else None,
            confidence=chance,
            label_confidence=letter.confidence if letter else 0.0,
        )
        for box, chance, letter in zip(boxes, chances, assigned, strict=True)
    ]


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


def read_letters(reader: Reader, pixels: Pixels, marks: Marks, labels: Sequence[str] = ()) -> list[Letter]:
    """The letters of a figure's panels, as far as they make up a sequence; the caption says which to expect."""
    places = reading_places([(mark.box, mark.chance) for mark in marks.letters if mark.chance >= LEAST_LETTER])
    readings = reader.read_letters(pixels, [box for box, _ in places])
    read = [_mark(box, chance, reading) for (box, chance), reading in zip(places, readings, strict=True)]
    return read_sequence(read, labels)


def letter_hints(letters: Sequence[Letter]) -> list[Hint]:
    """Letters as evidence of panels: that they make up a sequence says more than the chance of each one alone."""
    return [(letter.box, min(1.0, 0.5 + letter.confidence)) for letter in letters]


def gather_evidence(pixels: Pixels, seen: Sequence[Sighting], hints: Sequence[Hint]) -> Evidence:
    """What gutters and networks say of a figure's panels; boxes of the network are brought to exact edges."""
    drawing = read_drawing(pixels)
    gutters = separate_gutters(pixels, drawing)
    height, width = pixels.shape[:2]
    if not gutters.candidates:
        return Evidence(width, height)  # nothing is drawn on it
    return Evidence(
        width,
        height,
        tuple(Rated(refine_box(sighting.box, drawing), sighting.chance) for sighting in seen),
        tuple(Rated(proposal.box, proposal.confidence) for proposal in gutters.best),
        tuple(Rated(proposal.box, proposal.confidence) for proposal in gutters.candidates),
        tuple(Rated(*hint) for hint in hints),
    )


def _mark(box: Box, chance: float, reading: Reading) -> Mark:
    """A place with all that it may read."""
    return Mark(box, chance, reading.texts, reading.printed)
