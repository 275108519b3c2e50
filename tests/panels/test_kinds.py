"""Classes of panels by their look and their scale bars."""

from __future__ import annotations

from exsclaim_core.model import Box
from exsclaim_core.panels.kinds import PanelKind, weigh_scales
from exsclaim_core.panels.model import CLASSES, PanelClass, ScaleBar

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
