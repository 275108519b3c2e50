"""Fits the confidence of figures and prints how reliable it is: `python -m tests.bench.calibration [PAPERS]`.

So many random articles and as many random reports (350 unless told) are located three times: as they are; with a part
of their drawings left out, whose captions then own nothing; and, of these, with settings worsened at random. The papers
in ../shared/bench/boxes_truth, where they are, are located with the default settings alone. The weights come from all
papers; the reliability that is printed is that of a fit on papers of odd numbers, seen on those of even numbers.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures import locate
from exsclaim_core.figures.confidence import CONSTANT, WEIGHTS, Doubts, confidence, evidence
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.model import Figure
from exsclaim_core.pdf.pages import Pages
from exsclaim_core.pdf.reading import open_pdf, read_pages
from exsclaim_core.settings import AssignmentSettings, CaptionSettings, ClusterSettings, ProposalSettings, Settings
from tests.drawing.judging import judge
from tests.drawing.located import read
from tests.drawing.random_papers import random_paper
from tests.drawing.random_styles import Kind

BENCH = Path(__file__).parents[3] / "shared" / "bench"
FIRST_SEED = 10_000  # of the random papers; the tests use seeds below it
LOST = 0.15  # share of drawings left out
RIDGE = 1.0  # keeps weights small that few entries speak for
LEVELS = (0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure or table that was found, the doubts about it, and whether it is right."""

    paper: int
    way: str  # "default", "lost", "worsened", "shared"
    doubts: Doubts
    right: bool


def main() -> int:
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 350
    entries = [*_random_entries("article", papers), *_random_entries("report", papers), *_shared_entries()]
    doubts = np.array([entry.doubts for entry in entries], np.float64)
    right = np.array([entry.right for entry in entries], np.float64)
    odd = np.array([entry.paper % 2 == 1 for entry in entries])
    ways = np.array([entry.way for entry in entries])
    for way in sorted(set(ways.tolist())):
        print(f"{way:10s} {(ways == way).sum():5d} entries, {right[ways == way].mean():.4f} right")
    fitted = _fit(doubts[odd], right[odd])
    chance = _predict(fitted, doubts)
    print(f"fitted on odd papers, seen on even ones: AUC {_auc(chance[~odd], right[~odd]):.3f}")
    _print_reliability(chance[~odd], right[~odd])
    usual = ~odd & np.isin(ways, ("default", "shared"))
    print(f"of these, papers as they are and default settings: AUC {_auc(chance[usual], right[usual]):.3f}")
    _print_reliability(chance[usual], right[usual])
    constant, *weights = _fit(doubts, right).tolist()
    print(f"fitted on all: CONSTANT = {constant:.1f}")
    for name, weight, at_present in zip(Doubts._fields, weights, WEIGHTS, strict=True):
        some = doubts[:, Doubts._fields.index(name)]
        print(f"    {name}={weight:.1f},  # now {at_present}; {(some > 0).sum()} entries, {right[some > 0].mean():.3f}")
    present = np.array([confidence(entry.doubts) for entry in entries])
    print(f"as it is in the program (constant {CONSTANT}): AUC {_auc(present, right):.3f}")
    _print_reliability(present, right)
    return 0


def _random_entries(kind: Kind, papers: int) -> Iterator[Entry]:
    rng = np.random.default_rng(0)
    for seed in range(FIRST_SEED, FIRST_SEED + papers):
        worsened = _worsened(rng)
        for lost, ways in ((0.0, {"default": Settings()}), (LOST, {"lost": Settings(), "worsened": worsened})):
            paper, drawn = random_paper(seed, kind, lost)
            pdf = paper.bytes()
            pages = read(pdf)
            for way, settings in ways.items():
                found = _locate(pages, settings)
                right = {id(figure) for figure in judge(pdf, (figure for figure, _ in found), drawn).right}
                for figure, doubts in found:
                    yield Entry(seed, way, doubts, id(figure) in right)


def _shared_entries() -> Iterator[Entry]:
    if not BENCH.is_dir():
        print(f"{BENCH} is absent: random papers alone")
        return
    scorer = _load_scorer()
    for number, path in enumerate(sorted((BENCH / "boxes_truth").glob("*.json"))):
        pdf = BENCH / "pdfs" / f"{path.stem}.pdf"
        found = _locate(read_pages(open_pdf(pdf)), Settings())
        records = [figure.to_dict() for figure, _ in found]
        outcomes = {}
        for _, outcome, record in scorer.score_document(json.loads(path.read_text()), {"figures": records}, pdf, False):
            outcomes[id(record)] = outcome
        for record, (_, doubts) in zip(records, found, strict=True):
            if id(record) in outcomes:  # on a page of which the truth is known
                yield Entry(number, "shared", doubts, outcomes[id(record)] == "right")


def _load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", BENCH / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{BENCH / 'score.py'} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _worsened(rng: np.random.Generator) -> Settings:
    return Settings(
        captions=CaptionSettings(
            threshold=rng.uniform(-0.5, 2), line_gap=rng.uniform(1.1, 1.7), first_step=rng.uniform(1.2, 2)
        ),
        clusters=ClusterSettings(margin=rng.uniform(0.5, 12)),
        proposals=ProposalSettings(band_gap=rng.uniform(3, 20), most_cuts=int(rng.integers(2, 10))),
        assignment=AssignmentSettings(least_score=rng.uniform(-2.5, 0), side_weight=rng.uniform(0, 0.8)),
    )


def _locate(pages: Pages, settings: Settings) -> list[tuple[Figure, Doubts]]:
    """The figures and tables with a region, and the doubts about each."""
    sheets = lay_out(pages).sheets
    captions = locate.find_captions(sheets, settings.captions)
    found = []
    for assigned in locate.assign_regions(locate.gather_contents(sheets, captions, settings.clusters), settings):
        content = assigned.content
        for caption, choice, options in zip(content.captions, assigned.chosen, assigned.options, strict=True):
            if choice and caption.label.type in ("Figure", "Table"):
                figure = locate.make_figure(content, caption, choice, options)
                found.append((figure, evidence(content, caption, choice, options)))
    return found


def _fit(doubts: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Constant and weights of a logistic regression by Newton's method; doubts that would speak for an entry get 0."""
    kept = np.ones(doubts.shape[1] + 1, bool)
    while True:
        weights = np.zeros(len(kept))
        weights[kept] = _fit_freely(np.column_stack([np.ones(len(doubts)), doubts])[:, kept], right)
        wrong = weights > 0
        wrong[0] = False
        if not wrong.any():
            return weights
        kept &= ~wrong


def _fit_freely(x: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    ridge = RIDGE * np.eye(x.shape[1])
    ridge[0, 0] = 0.0
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (right - chance) - ridge @ weights
        step = np.linalg.solve((x * (chance * (1 - chance))[:, None]).T @ x + ridge, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _predict(weights: NDArray[np.float64], doubts: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(weights[0] + doubts @ weights[1:]))))


def _auc(chance: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """The chance that a right entry has more confidence than a wrong one; equal confidences count half."""
    good, bad = chance[right == 1], chance[right == 0]
    if not len(good) or not len(bad):
        return float("nan")
    return float(np.mean((good[:, None] > bad).astype(float) + 0.5 * (good[:, None] == bad)))


def _print_reliability(chance: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    print("    confidence   entries   said    right")
    for low, high in pairwise(LEVELS):
        some = (chance >= low) & (chance < high)
        if some.any():
            print(f"    {low:.2f}-{high:.2f}    {some.sum():7d}   {chance[some].mean():.3f}   {right[some].mean():.3f}")


if __name__ == "__main__":
    sys.exit(main())
