"""The fit of a panel's confidence to captions that people have distributed.

A logistic model of the facts about a panel, made cautious: the values are shifted so that of the panels that it calls
sure, by models that have not seen their captions, as many are right as it promises.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from exsclaim_core.captions.confidence import features
from exsclaim_core.captions.labels import find_labels
from exsclaim_core.captions.parse import Parse
from exsclaim_core.captions.segments import distribute_spans
from exsclaim_core.logistic import LogisticModel, fit_logistic

if TYPE_CHECKING:
    from spacy.language import Language

Floats = npt.NDArray[np.float64]

ALIKE = 0.8  # F1 of the words from which on a panel's text counts as right
SURE = 0.9  # of the panels with so much confidence …
PROMISED = 0.96  # … so many are right
LEAST_SURE = 0.3  # share of all panels that has to be sure for the promise to mean anything
FOLDS = 10
PENALTY = 0.01


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a fit found, by models that had not seen the captions on which they were asked."""

    model: LogisticModel
    panels: int
    right: float  # share of all panels
    sure: float  # share of the panels whose confidence is at least SURE
    sure_right: float  # share of these that is right

    def __str__(self) -> str:
        return (
            f"{self.panels} panels, {self.right:.3f} right; confidence of {SURE} and more for {self.sure:.3f},"
            f" of which {self.sure_right:.3f} are right"
        )


def read_truth(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Rows with `caption`, `panels` by label, each with its `text`, and `general`, one JSON object a line.

    Raises ValueError, with file and line, for a row that lacks one of them.
    """
    rows: list[dict[str, Any]] = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            row = json.loads(line)
            if missing := {"caption", "panels", "general"} - row.keys():
                raise ValueError(f"{path}, line {number}, has no {' and no '.join(sorted(missing))}")
            rows.append(row)
    if not rows:
        raise ValueError("there are no captions to fit the confidence on")
    return rows


def fit_confidence(rows: Sequence[Mapping[str, Any]], language: Language) -> Calibration:
    """The weights for captions whose panels people have described.

    ValueError where the captions have too few panels, or none that is wrong.
    """
    facts: list[tuple[float, ...]] = []
    right: list[bool] = []
    fold: list[int] = []
    for number, (row, doc) in enumerate(zip(rows, language.pipe(str(row["caption"]) for row in rows), strict=True)):
        caption = doc.text
        labels, mentions = find_labels(caption)
        shares = distribute_spans(caption, labels, mentions, Parse(doc))
        truth = {_bare(label): panel["text"] for label, panel in row["panels"].items()}
        for label in labels:
            found = [caption[start:end] for start, end in shares.panels[label]]
            facts.append(features(caption, labels, mentions, shares, label))
            right.append(is_right(truth.get(_bare(label)), found, row["general"]))
            fold.append(number % FOLDS)
    x, y, folds = np.array(facts, float), np.array(right, float), np.array(fold)
    if len(y) < 20 * FOLDS or not 0 < y.mean() < 1:
        raise ValueError(f"{len(y)} panels, {int(y.sum())} of them right, are too few to fit the confidence on")
    unseen = np.zeros(len(y))  # logits of models without the caption's fold
    for number in range(FOLDS):
        model = fit_logistic(x[folds != number], y[folds != number], PENALTY)
        unseen[folds == number] = x[folds == number] @ np.array(model.weights) + model.bias
    slope, shift = _cautious(unseen, y)
    model = fit_logistic(x, y, PENALTY)
    sure = slope * unseen + shift >= np.log(SURE / (1 - SURE))
    return Calibration(
        LogisticModel(tuple(slope * weight for weight in model.weights), slope * model.bias + shift),
        len(y),
        float(y.mean()),
        float(sure.mean()),
        float(y[sure].mean()) if sure.any() else 0.0,
    )


def is_right(truth: Sequence[str] | None, found: Sequence[str], general: Sequence[str]) -> bool:
    """Whether the words of a panel are the true ones; a title that the truth calls general too may be left out."""
    if truth is None:
        return False
    without = [text for text in truth if text not in set(general)]
    return max(word_f1(truth, found), word_f1(without, found)) >= ALIKE


def word_f1(one: Sequence[str], other: Sequence[str]) -> float:
    """F1 of two bags of words, whatever their case."""
    first, second = _words(one), _words(other)
    common = (first & second).total()
    return 2 * common / (first.total() + second.total()) if common else 0.0


def _words(texts: Sequence[str]) -> Counter[str]:
    return Counter(re.findall(r"\w+", " ".join(texts).casefold()))


def _bare(label: str) -> str:
    return re.sub(r"\W", "", label).casefold()


def _cautious(logits: Floats, y: Floats) -> tuple[float, float]:
    """Slope and shift for logits, by which the panels that are called sure keep the promise.

    The least logit from which on all thresholds keep it becomes that of SURE; the middle of the rest stays.
    """
    order = np.argsort(-logits)
    kept = np.cumsum(y[order]) / np.arange(1, len(y) + 1) >= PROMISED
    enough = np.flatnonzero(kept)
    number = int(enough[-1]) + 1 if len(enough) and enough[-1] + 1 >= LEAST_SURE * len(y) else int(LEAST_SURE * len(y))
    limit = float(logits[order[number - 1]])
    target = float(np.log(SURE / (1 - SURE)))
    # Through (0, 0) where that makes it more cautious; never bolder than what was fitted.
    slope = min(1.0, target / limit) if limit > 0 else 1.0
    return slope, min(0.0, target - slope * limit)
