"""Papers in random styles: nearly all of their figures and tables are found, and nothing else."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.locate import locate_figures
from tests.drawing.judging import judge
from tests.drawing.located import read
from tests.drawing.random_papers import random_paper
from tests.drawing.random_styles import Kind

SEEDS = range(1000, 1024)  # others than those of tests.bench.calibration
LEAST_FOUND = 0.95


@pytest.mark.parametrize("kind", ["article", "report"])
def test_figures_of_random_papers_are_found_and_none_invented(kind: Kind) -> None:
    total = 0
    faults: list[str] = []
    invented: list[str] = []
    for seed in SEEDS:
        paper, drawn = random_paper(seed, kind)
        pdf = paper.bytes()
        located = locate_figures(read(pdf))
        every = [*located.figures, *located.captions_without_region]
        assert all(0 <= figure.confidence <= 1 for figure in every)
        judgement = judge(pdf, every, drawn)
        total += len(drawn)
        for one, figure in judgement.wrong:
            box = figure.bbox.to_list(0) if figure and figure.bbox else None
            faults.append(f"{kind} {seed}, page {one.page}: {one.name} at {one.region.to_list(0)}, found {box}")
        invented += [f"{kind} {seed}, page {f.page}: {f.name}, {f.caption[:40]}" for f in judgement.invented]
    assert not invented, "\n".join(invented)
    assert len(faults) <= (1 - LEAST_FOUND) * total, "\n".join([f"{len(faults)} of {total} not found", *faults])


def test_a_random_paper_is_the_same_each_time() -> None:
    (first, drawn), (second, drawn_again) = random_paper(7, "report"), random_paper(7, "report")
    assert drawn == drawn_again
    assert first.bytes() == second.bytes()
