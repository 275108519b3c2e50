"""Logistic models of a few named facts: stored as JSON, fitted by gradient descent."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

STEPS = 3000
RATE = 0.5


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Weights of facts, and a bias."""

    weights: tuple[float, ...]  # in the order in which the facts are asked for
    bias: float

    def logit(self, values: Sequence[float]) -> float:
        """The weighted sum of a case's facts."""
        return self.bias + sum(weight * value for weight, value in zip(self.weights, values, strict=True))

    def save(self, path: Path, facts: Sequence[str]) -> None:
        """Write the weights with the names of the facts."""
        named = {fact: round(weight, 4) for fact, weight in zip(facts, self.weights, strict=True)}
        stored = {"bias": round(self.bias, 4), "facts": named}
        path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path, facts: Sequence[str]) -> Self:
        """The weights of a file, in the order of the facts."""
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(tuple(stored["facts"][fact] for fact in facts), stored["bias"])


def chance(logit: float) -> float:
    """The chance that belongs to a logit."""
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def fit_logistic(x: Floats, y: Floats, penalty: float) -> LogisticModel:
    """The model for cases `x` (cases, facts) of which those with `y` = 1 are true.

    The mean log loss is made small, and `penalty` times the squares of the weights of facts with deviation 1.
    """
    import numpy as np

    mean, deviation = x.mean(0), x.std(0) + 1e-9
    z = (x - mean) / deviation
    weights, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-(z @ weights + bias))) - y
        weights -= RATE * (z.T @ error / len(y) + penalty * weights)
        bias -= RATE * float(error.mean())
    weights = weights / deviation
    return LogisticModel(tuple(float(weight) for weight in weights), bias - float(weights @ mean))
