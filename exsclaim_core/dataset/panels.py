"""The panels of a figure: what its caption says of each and what was seen in its picture, joined by their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from exsclaim_core.tables.arrow import Row

FoundIn = Literal["both", "caption", "picture"]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel of a figure, as its caption, its picture or both know it."""

    label: str | None  # as printed; None for one without a letter
    words: Row | None = None  # as in the table `distribution`
    seen: Row | None = None  # as in the table `panels`
    number: int | None = None  # its place in the picture, in reading order from 0

    @property
    def found_in(self) -> FoundIn:
        if self.words and self.seen:
            return "both"
        return "caption" if self.words else "picture"


def join_panels(words: Sequence[Row], seen: Sequence[Row]) -> list[Panel]:
    """All panels of a figure: those of its caption in their order, then those that only its picture knows.

    Letters that differ in case alone are one where no other fits: "(A)" in a caption, "a" in the picture.
    """
    left = dict(enumerate(seen))
    found = []
    for said in words:
        same = [number for number, panel in left.items() if panel["label"] == said["label"]] or [
            number
            for number, panel in left.items()
            if panel["label"] and panel["label"].casefold() == said["label"].casefold()
        ]
        if same:
            found.append(Panel(said["label"], said, left.pop(same[0]), same[0]))
        else:
            found.append(Panel(said["label"], said))
    return [*found, *(Panel(panel["label"], None, panel, number) for number, panel in left.items())]


def only_likely(separation: Row, least: float) -> Row:
    """The record of a figure in the table `panels` without those panels that are less likely to be one."""
    kept = [number for number, panel in enumerate(separation["panels"]) if panel["confidence"] >= least]
    places = {number: place for place, number in enumerate(kept)}
    panels = [separation["panels"][number] for number in kept]
    return {
        **separation,
        "panels": [{**panel, "inset_of": places.get(panel["inset_of"])} for panel in panels],
        "scale_bars": [{**bar, "panel": places.get(bar["panel"])} for bar in separation["scale_bars"]],
    }
