"""The fit of what decides between boxes that may be panels, on synthetic figures that no network has learned from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from exsclaim_core.logistic import LogisticModel, fit_logistic
from exsclaim_core.panels.choosing import FACTS, candidates, choose_panels, facts, overlap
from exsclaim_core.panels.networks.reader_network import Reader
from exsclaim_core.panels.networks.seeing import FigureReader
from exsclaim_core.panels.separation import gather_evidence, letter_hints, read_letters
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure

RIGHT = 0.75  # intersection over union from which a box is a panel
PENALTY = 0.001
# Real pictures are stranger to the network than drawn ones: each figure is learned from also as if it saw less there.
BY_NETWORK = [FACTS.index(fact) for fact in ("network", "fit", "divided", "part")]
WEAKENED = (0.2, 0.9)
# Added to what is learned, for the same reason: on drawn figures the network alone is nearly always right, and the fit
# finds little use for gutters and letters. Chosen so that figures drawn, figures marked by hand and figures of PDFs
# whose panels are known from what was drawn come out well together.
REAL_FIGURES = {"chosen": 3.0, "divided": 2.0, "letter": 1.0}


@dataclass(frozen=True, slots=True)
class ChoosingFit:
    """A model, and what it makes of the figures on which it was fitted."""

    model: LogisticModel
    figures: int
    boxes: int
    f1: float  # of panels at RIGHT

    def __str__(self) -> str:
        return f"{self.figures} figures, {self.boxes} boxes; F1 of panels at {RIGHT}: {self.f1:.3f}"


def fit_choosing(figures: Iterable[SyntheticFigure], see: FigureReader, reader: Reader) -> ChoosingFit:
    """The weights of the facts about boxes; ValueError where the figures have no panels or nothing else."""
    rows: list[np.ndarray] = []
    right: list[bool] = []
    known = []
    random = np.random.default_rng(0)
    for figure in figures:
        (marks,) = see.see_marks([figure.pixels])
        hints = letter_hints(read_letters(reader, figure.pixels, marks))
        (seen,) = see.see_panels([figure.pixels], [hints])
        evidence = gather_evidence(figure.pixels, seen, hints)
        boxes = candidates(evidence)
        if not boxes:
            continue
        panels = [panel.box for panel in figure.panels]
        known_facts = facts(evidence, boxes)
        weak = known_facts.copy()
        weak[:, BY_NETWORK] *= random.uniform(*WEAKENED)
        rows += [known_facts, weak]
        right += 2 * [any(overlap(box, panel) >= RIGHT for panel in panels) for box in boxes]
        known.append((evidence, panels))
    if not any(right) or all(right):
        raise ValueError(f"{len(known)} figures with {len(right)} boxes are too few to learn which are panels")
    learned = fit_logistic(np.concatenate(rows), np.array(right, float), PENALTY)
    added = (REAL_FIGURES.get(fact, 0.0) for fact in FACTS)
    model = replace(learned, weights=tuple(map(sum, zip(learned.weights, added, strict=True))))
    hits = found = true = 0
    for evidence, panels in known:
        chosen = [rated.box for rated in choose_panels(evidence, model)]
        hits += sum(any(overlap(box, panel) >= RIGHT for box in chosen) for panel in panels)
        found, true = found + len(chosen), true + len(panels)
    return ChoosingFit(model, len(known), len(right), 2 * hits / (found + true))
