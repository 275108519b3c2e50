"""The class of a panel by its look and by its scale bar: micrographs say micrometres, graphs have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from exsclaim_core.panels.model import CLASSES, Panel, PanelClass, ScaleBar

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.class_network import PanelKind

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


def kinds_with_scales(kinds: Sequence[PanelKind], panels: Sequence[Panel], bars: Sequence[ScaleBar]) -> list[Panel]:
    """The panels with their classes: what the network says, weighed with the scales that are printed on each.

    `kinds` are those of the panels, in their order. A bar without a value says nothing.
    """
    found: list[Panel] = []
    for number, (kind, panel) in enumerate(zip(kinds, panels, strict=True)):
        own = [bar for bar in bars if bar.panel == number]
        chances = np.array(kind.chances)
        printed: set[Scale] = {_scale(bar) for bar in own if bar.text}
        if not own:
            printed = {"none"}
        for scale in sorted(printed):
            chances = chances * np.array([SHARES[name][scale] ** TRUST for name in CLASSES])
        if not chances.any():
            found.append(replace(panel, kind=kind.kind, kind_confidence=kind.confidence))
            continue
        best = int(chances.argmax())
        found.append(replace(panel, kind=CLASSES[best], kind_confidence=float(chances[best] / chances.sum())))
    return found


def _scale(bar: ScaleBar) -> Scale:
    if bar.text and "1/" in bar.text:
        return "reciprocal"
    return "fine" if (bar.nanometres or 0) <= LARGEST_FINE else "coarse"
