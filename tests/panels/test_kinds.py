"""Classes of panels by their look and their scale bars."""

from __future__ import annotations

from exsclaim_core.model import Box
from exsclaim_core.panels.kinds import kinds_with_scales
from exsclaim_core.panels.model import CLASSES, Panel, PanelClass, ScaleBar
from exsclaim_core.panels.networks.class_network import PanelKind

HERE = Panel(Box(0, 0, 100, 100))
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
    found = kinds_with_scales([doubtful, doubtful], [HERE, HERE], [micrometres, millimetres])
    assert [panel.kind for panel in found] == ["microscopy", "photo"]
    assert found[0].kind_confidence > 0.8


def test_reciprocal_lengths_belong_to_diffraction() -> None:
    (found,) = kinds_with_scales(
        [looks(microscopy=0.6, diffraction=0.4)], [HERE], [ScaleBar(LINE, 30, "5 1/nm", None, None, 0)]
    )
    assert found.kind == "diffraction"


def test_a_panel_without_a_scale_is_less_likely_a_micrograph() -> None:
    (found,) = kinds_with_scales([looks(microscopy=0.52, photo=0.48)], [HERE], [])
    assert found.kind == "photo"


def test_a_bar_without_a_value_and_what_is_sure_change_nothing() -> None:
    unlabelled = ScaleBar(LINE, 30, None, None, None, 0)
    (found,) = kinds_with_scales([looks(microscopy=0.52, photo=0.48)], [HERE], [unlabelled])
    assert (found.kind, round(found.kind_confidence, 2)) == ("microscopy", 0.52)
    (graph,) = kinds_with_scales(
        [looks(graph=0.99, microscopy=0.01)], [HERE], [ScaleBar(LINE, 30, "5 µm", None, 5_000, 0)]
    )
    assert graph.kind == "graph"


def test_a_panel_of_which_nothing_is_known_stays_so() -> None:
    (found,) = kinds_with_scales([looks()], [HERE], [])
    assert (found.kind, found.kind_confidence) == ("other", 0.0)
