"""The table `panels` as Parquet: what goes in comes out."""

from __future__ import annotations

from exsclaim_core.model import Box
from exsclaim_core.panels.model import Panel, ScaleBar, Separation
from exsclaim_core.tables.arrow import DOCUMENT, read_rows, to_parquet
from exsclaim_core.tables.panel_tables import SEPARATIONS, figure_record, lacking_record

FOUND = Separation(
    200,
    100,
    (
        Panel(Box(0, 0, 95.24, 100), "a", Box(2, 2, 12, 14), "microscopy", 0.98765, 0.9, label_confidence=0.8712),
        Panel(Box(10, 50, 40, 90), None, None, "graph", 0.5, 0.25, inset_of=0),
    ),
    (ScaleBar(Box(60, 90, 90, 92), 30, "2 µm", Box(65, 80, 85, 88), 2000.0, 0, 0.75),),
)


def test_a_figure_comes_back() -> None:
    row = {DOCUMENT: "paper", "figures": [figure_record(3, FOUND, "operators", [66.7, None]), lacking_record(4, "no")]}
    (found,) = read_rows(SEPARATIONS, to_parquet(SEPARATIONS, [row], {}))
    assert found == row
    first = found["figures"][0]
    assert (first["number"], first["route"], first["width"], first["height"]) == (3, "operators", 200, 100)
    assert first["panels"][0] == {
        "label": "a",
        "box": [0, 0, 95.2, 100],
        "label_box": [2, 2, 12, 14],
        "label_confidence": 0.871,
        "class": "microscopy",
        "confidence": 0.988,
        "class_confidence": 0.9,
        "inset_of": None,
        "nm_per_pixel": 66.7,
        "image": None,
    }
    assert (first["panels"][1]["inset_of"], first["panels"][1]["label_box"]) == (0, None)
    assert (first["scale_bars"][0]["nm"], first["scale_bars"][0]["panel"]) == (2000, 0)
    assert found["figures"][1]["reason"] == "no"


def test_a_document_without_figures() -> None:
    row = {DOCUMENT: "paper", "figures": []}
    assert list(read_rows(SEPARATIONS, to_parquet(SEPARATIONS, [row], {}))) == [row]


def test_the_chance_of_a_letter_is_written() -> None:
    assert [panel["label_confidence"] for panel in FOUND.to_dict()["panels"]] == [0.871, 0]
