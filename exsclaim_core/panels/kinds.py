"""The class of a panel by its look and by its scale bar: micrographs say micrometres, graphs have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from exsclaim_core.panels.model import CLASSES, PanelClass, ScaleBar

Scale = Literal["fine", "coarse", "reciprocal", "none"]

LARGEST_FINE = 5e5  # nanometres
# Shares of the panels of a class with a scale of each sort, counted on the 7,255 panels of materials science whose
# classes and scale labels people have marked (the layouts of which figures are drawn); of the rest, estimates.
SHARES: dict[PanelClass, dict[Scale, float]] = {
    "microscopy": {"fine": 0.70, "coarse": 0.01, "reciprocal": 0.01, "none": 0.28},
    "diffraction": {"fine": 0.06, "coarse": 0.005, "reciprocal": 0.16, "none": 0.78},
    "graph": {"fine": 0.03, "coarse": 0.005, "reciprocal": 0.005, "none": 0.96},
    "photo": {"fine": 0.02, "coarse": 0.22, "reciprocal": 0.005, "none": 0.76},
    "illustration": {"fine": 0.035, "coarse": 0.015, "reciprocal": 0.005, "none": 0.945},
    "table": {"fine": 0.01, "coarse": 0.005, "reciprocal": 0.005, "none": 0.98},
    "other": {"fine": 0.1, "coarse": 0.05, "reciprocal": 0.005, "none": 0.845},
}
# The look of a panel and its scale are not independent: the network, too, has seen the bar.
TRUST = 0.5


@dataclass(frozen=True, slots=True)
class PanelKind:
    """What kind of picture a panel is."""

    kind: PanelClass
    confidence: float  # chance that it is right, 0 to 1
    chances: tuple[float, ...]  # of all CLASSES


def panel_kind(chances: npt.NDArray[np.floating]) -> PanelKind:
    """The likeliest class; "other" where none has any chance."""
    best = int(chances.argmax()) if chances.any() else CLASSES.index("other")
    return PanelKind(CLASSES[best], float(chances[best]), tuple(float(value) for value in chances))


def weigh_scales(kinds: Sequence[PanelKind], bars: Sequence[ScaleBar]) -> list[PanelKind]:
    """What the network says of panels, in their order, weighed with the scales that are printed on each.

    A bar without a value says nothing.
    """
    found: list[PanelKind] = []
    for number, kind in enumerate(kinds):
        own = [bar for bar in bars if bar.panel == number]
        printed: set[Scale] = {_scale(bar) for bar in own if bar.text} if own else {"none"}
        for scale in sorted(printed):
            kind = _weighed(kind, [SHARES[name][scale] for name in CLASSES])
        found.append(kind)
    return found


def _weighed(kind: PanelKind, shares: Sequence[float]) -> PanelKind:
    """The class after something has been seen that these shares of the classes have (Bayes)."""
    chances = np.array(kind.chances) * np.array(shares) ** TRUST
    return panel_kind(chances / chances.sum()) if chances.any() else kind


def _scale(bar: ScaleBar) -> Scale:
    if bar.text and "1/" in bar.text:
        return "reciprocal"
    return "fine" if (bar.nanometres or 0) <= LARGEST_FINE else "coarse"
