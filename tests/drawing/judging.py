"""What is found in a drawn paper, judged against what was drawn there as the benchmarks judge it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from exsclaim_core.model import Figure
from tests.drawing.located import AGREEMENT, Drawn, ink_of_pages, overlap


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found and is right, what was drawn and is not found right, what was found and was never drawn."""

    right: tuple[Figure, ...]
    wrong: tuple[tuple[Drawn, Figure | None], ...]  # with what was found in its place
    invented: tuple[Figure, ...]


def judge(pdf: bytes, found: Iterable[Figure], drawn: Sequence[Drawn]) -> Judgement:
    """Compare the figures and tables that were found with those that were drawn, by name, page, region and caption."""
    ink = ink_of_pages(pdf, {one.page for one in drawn})
    left = list(found)
    right: list[Figure] = []
    wrong: list[tuple[Drawn, Figure | None]] = []
    for one in drawn:
        figure = next((f for f in left if (f.name, f.page) == (one.name, one.page)), None)
        if figure is None:
            wrong.append((one, None))
            continue
        left.remove(figure)
        caption = overlap(ink[one.page], figure.caption_bbox, one.caption)
        region = overlap(ink[one.page], figure.bbox, one.region) if figure.bbox else 0.0
        if min(caption, region) >= AGREEMENT:
            right.append(figure)
        else:
            wrong.append((one, figure))
    return Judgement(tuple(right), tuple(wrong), tuple(left))
