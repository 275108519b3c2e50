"""Fits the confidence of figures and prints how reliable it is: `python -m tests.bench.calibration [RUNS]`.

Reads ../shared/bench/boxes_truth. Each run but the first worsens the settings at random (fixed seed).
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures import locate
from exsclaim_core.figures.confidence import confidence, evidence
from exsclaim_core.pdf.pages import Pages
from exsclaim_core.pdf.reading import open_pdf, read_pages
from exsclaim_core.settings import (
    AssignmentSettings,
    CaptionSettings,
    ClusterSettings,
    ProposalSettings,
    Settings,
)

BENCH = Path(__file__).parents[3] / "shared" / "bench"
FOLDS = 5


def main() -> int:
    if not BENCH.is_dir():
        print(f"{BENCH} is absent: the confidence is fitted on the papers in it")
        return 0
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    scorer = _load_scorer()
    papers = [(truth, json.loads(truth.read_text())) for truth in sorted((BENCH / "boxes_truth").glob("*.json"))]
    pages = {path.stem: _read(path.stem) for path, _ in papers}
    rng = np.random.default_rng(0)
    rows: list[tuple[float, ...]] = []  # run, paper, right, signs
    for run in range(runs):
        settings = Settings() if run == 0 else _worsened(rng)
        for index, (path, truth) in enumerate(papers):
            for some, is_right in _judged(scorer, path.stem, truth, pages[path.stem], settings):
                rows.append((run, index, is_right, *some))
    table = np.array(rows, np.float64)
    run_of, paper, right, signs = table[:, 0], table[:, 1], table[:, 2], table[:, 3:]
    print(f"{len(rows)} entries of {runs} runs, {right.mean():.3f} right; of run 0 {right[run_of == 0].mean():.3f}")
    out_of_fold = np.zeros(len(rows))
    for fold in range(FOLDS):
        held = paper % FOLDS == fold
        out_of_fold[held] = _predict(_fit(signs[~held], right[~held]), signs[held])
    print("fitted without the paper:")
    _print_reliability(out_of_fold, right)
    weights = _fit(signs, right)
    print("weights", tuple(round(float(w), 2) for w in weights[1:]), "constant", round(float(weights[0]), 2))
    print("as it is in the program:")
    _print_reliability(np.array([confidence(tuple(some)) for some in signs.tolist()]), right)
    return 0


def _load_scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", BENCH / "score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{BENCH / 'score.py'} is not there")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _read(stem: str) -> Pages:
    return read_pages(open_pdf(BENCH / "pdfs" / f"{stem}.pdf"))


def _worsened(rng: np.random.Generator) -> Settings:
    return Settings(
        captions=CaptionSettings(
            threshold=rng.uniform(-0.5, 2.5), line_gap=rng.uniform(1.05, 1.9), first_step=rng.uniform(1.1, 2.2)
        ),
        clusters=ClusterSettings(margin=rng.uniform(0, 15)),
        proposals=ProposalSettings(band_gap=rng.uniform(2, 25), most_cuts=int(rng.integers(1, 10))),
        assignment=AssignmentSettings(least_score=rng.uniform(-3, 0), side_weight=rng.uniform(0, 0.8)),
    )


def _judged(
    scorer: ModuleType, stem: str, truth: dict[str, Any], pages: Pages, settings: Settings
) -> Iterator[tuple[tuple[float, ...], bool]]:
    """Evidence and outcome of each entry on annotated pages."""
    sheets = locate.make_sheets(pages)
    captions = locate.find_captions(sheets, settings.captions)
    entries, signs = [], []
    for assigned in locate.assign_regions(sheets, captions, settings):
        content = assigned.content
        for caption, choice, options in zip(content.captions, assigned.chosen, assigned.options, strict=True):
            if choice and caption.label.type in ("Figure", "Table"):
                entries.append(locate.make_figure(content, caption, choice, options).to_dict())
                signs.append(evidence(caption, choice, options))
    outcomes = {}
    path = BENCH / "pdfs" / f"{stem}.pdf"
    for _, outcome, entry in scorer.score_document(truth, {"figures": entries}, path, False):
        outcomes[id(entry)] = outcome
    for entry, sign in zip(entries, signs, strict=True):
        if id(entry) in outcomes:
            yield sign, outcomes[id(entry)] == "right"


def _fit(signs: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights of a logistic regression (constant first) by Newton's method, with a little ridge."""
    x = np.column_stack([np.ones(len(signs)), signs])
    weights = np.zeros(x.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (right - chance) - 1.0 * weights
        curvature = (x * (chance * (1 - chance))[:, None]).T @ x + np.eye(x.shape[1])
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _predict(weights: NDArray[np.float64], signs: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(weights[0] + signs @ weights[1:]))))


def _print_reliability(chance: NDArray[np.float64], right: NDArray[np.float64]) -> None:
    print("confidence   entries   said   right")
    for low, high in ((0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01)):
        some = (chance >= low) & (chance < high)
        if some.any():
            print(
                f"{low:.2f}-{min(high, 1):.2f}   {some.sum():7d}   {chance[some].mean():.3f}   {right[some].mean():.3f}"
            )


if __name__ == "__main__":
    sys.exit(main())
