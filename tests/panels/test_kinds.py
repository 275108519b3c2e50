"""Classes of panels by their look, their scale bars and their axes."""

from __future__ import annotations

import numpy as np
import pytest

from exsclaim_core.model import Box
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.kinds import weigh_axes, weigh_scales
from exsclaim_core.panels.model import CLASSES, PanelClass, ScaleBar
from exsclaim_core.panels.networks.class_network import PanelKind
from exsclaim_core.panels.plot_axes import has_axes

LINE = Box(10, 90, 40, 92)


def looks(**chances: float) -> PanelKind:
    """What the network says: the classes named, nothing for the others."""
    values = tuple(chances.get(name, 0.0) for name in CLASSES)
    best: PanelClass = CLASSES[values.index(max(values))] if any(values) else "other"
    return PanelKind(best, max(values), values)


def test_micrometres_make_a_doubtful_panel_a_micrograph_and_millimetres_a_photograph() -> None:
    doubtful = looks(microscopy=0.45, photo=0.55)
    micrometres = ScaleBar(LINE, 30, "5 µm", None, 5_000, 0)
    millimetres = ScaleBar(LINE, 30, "1 cm", None, 1e7, 1)
    found = weigh_scales([doubtful, doubtful], [micrometres, millimetres])
    assert [panel.kind for panel in found] == ["microscopy", "photo"]
    assert found[0].confidence > 0.8


def test_reciprocal_lengths_belong_to_diffraction() -> None:
    (found,) = weigh_scales([looks(microscopy=0.6, diffraction=0.4)], [ScaleBar(LINE, 30, "5 1/nm", None, None, 0)])
    assert found.kind == "diffraction"


def test_a_panel_without_a_scale_is_less_likely_a_micrograph() -> None:
    (found,) = weigh_scales([looks(microscopy=0.52, photo=0.48)], [])
    assert found.kind == "photo"


def test_a_bar_without_a_value_and_what_is_sure_change_nothing() -> None:
    unlabelled = ScaleBar(LINE, 30, None, None, None, 0)
    (found,) = weigh_scales([looks(microscopy=0.52, photo=0.48)], [unlabelled])
    assert (found.kind, round(found.confidence, 2)) == ("microscopy", 0.52)
    (graph,) = weigh_scales([looks(graph=0.99, microscopy=0.01)], [ScaleBar(LINE, 30, "5 µm", None, 5_000, 0)])
    assert graph.kind == "graph"


def test_a_panel_of_which_nothing_is_known_stays_so() -> None:
    (found,) = weigh_scales([looks()], [])
    assert (found.kind, found.confidence) == ("other", 0.0)


def test_axes_make_a_doubtful_panel_a_graph() -> None:
    doubtful = looks(illustration=0.6, graph=0.4)
    found = weigh_axes([doubtful, doubtful], [True, False])
    assert [kind.kind for kind in found] == ["graph", "illustration"]
    assert found[0].confidence > 0.75
    assert found[1].confidence > 0.6


def panel(*lines: tuple[int, int, int, int], ground: int = 255) -> Pixels:
    """200 by 150 pixels with bars of ink (x0, y0, x1, y1)."""
    pixels = np.full((150, 200, 3), ground, np.uint8)
    for x0, y0, x1, y1 in lines:
        pixels[y0:y1, x0:x1] = 255 - ground
    return pixels


UPRIGHT, LEVEL = (30, 10, 32, 122), (30, 120, 190, 122)
NUMBERS = tuple((x, 130, x + 6, 138) for x in range(40, 190, 30))


@pytest.mark.parametrize("ground", [255, 0])
def test_axes_are_two_lines_that_meet_beside_their_numbers(ground: int) -> None:
    assert has_axes(panel(UPRIGHT, LEVEL, *NUMBERS, ground=ground))


def test_what_is_no_plot_has_no_axes() -> None:
    assert not has_axes(panel())
    assert not has_axes(panel(UPRIGHT, LEVEL))  # a corner without anything beside it
    assert not has_axes(panel(LEVEL, *NUMBERS))
    assert not has_axes(panel((150, 10, 152, 122), LEVEL, *NUMBERS))  # they meet elsewhere
    assert not has_axes(panel((20, 10, 190, 122), *NUMBERS))  # a filled box
    assert not has_axes(panel(UPRIGHT, LEVEL, *NUMBERS)[:20, :20])
    assert not has_axes(panel()[:0])
