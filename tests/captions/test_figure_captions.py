"""The captions of one document's figures, taken together: which of them, with which evidence, and what goes wrong."""

from __future__ import annotations

from typing import Any

from exsclaim_core.captions.figure_captions import distribute_captions, find_delimiter
from exsclaim_core.settings import DistributionSettings
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.distribution_tables import texts_at

SETTINGS = DistributionSettings()
RODS = "Figure 1. (a) SEM image of silver rods; (b) TEM image of gold wires. Scale bars: 200 nm (a), 5 nm (b)."


def figure(caption: str, label: str = "1", **values: Any) -> Row:
    """As much of a record of the table `figures` as the stage looks at."""
    return {"type": "Figure", "label": label, "page": 3, "caption": caption, "markup": [], **values}


def figures(*found: Row, lost: tuple[Row, ...] = ()) -> Row:
    return {"figures": list(found), "captions_without_region": list(lost)}


def test_panels_with_their_words_scales_and_keywords() -> None:
    row, faults = distribute_captions(figures(figure(RODS)), SETTINGS)
    (caption,) = row["captions"]
    assert faults == []
    assert caption["delimiter"] == "()"
    assert [(panel["label"], panel["statement"], panel["scales"]) for panel in caption["panels"]] == [
        ("a", "SEM image of silver rods", ["200 nm"]),
        ("b", "TEM image of gold wires", ["5 nm"]),
    ]
    first = caption["panels"][0]
    assert texts_at(RODS, first["spans"])[0] == "SEM image of silver rods"
    assert 0 < first["confidence"] <= 1
    (technique,) = [each for each in first["keywords"] if each["kind"] == "technique"]
    assert (technique["text"], technique["term"]) == ("SEM", "scanning electron microscopy")
    assert RODS[technique["start"] : technique["end"]] == "SEM"


def test_figures_and_captions_without_region_know_their_places_and_tables_are_left_out() -> None:
    table = figure("Table 1. (a) Rods and (b) wires.", type="Table")
    row, _ = distribute_captions(figures(table, figure(RODS), lost=(figure("Figure 2. Films.", "2"), table)), SETTINGS)
    assert [(each["column"], each["number"], len(each["panels"])) for each in row["captions"]] == [
        ("figures", 1, 2),
        ("captions_without_region", 0, 0),
    ]
    assert texts_at("Figure 2. Films.", row["captions"][1]["general"]) == ["Films"]


def test_bold_letters_of_the_publisher_are_evidence() -> None:
    caption = "Fig. 1 Grains a as grown b after two hours"
    starts = (14, 25)
    assert [caption[start] for start in starts] == ["a", "b"]
    bold = [{"start": start, "end": start + 1, "kind": "bold"} for start in starts]
    plain, marked = (
        distribute_captions(figures(figure(caption, markup=markup)), SETTINGS)[0]["captions"][0]
        for markup in ([], bold)
    )
    assert plain["panels"] == []
    assert [panel["label"] for panel in marked["panels"]] == ["a", "b"]


def test_terms_of_the_query_and_their_synonyms_are_keywords() -> None:
    settings = DistributionSettings(terms={"nanowire": ("wire",), "copper": ()})
    row, _ = distribute_captions(figures(figure(RODS)), settings)
    found = [[each for each in panel["keywords"] if each["kind"] == "query"] for panel in row["captions"][0]["panels"]]
    assert [[(each["text"], each["term"]) for each in some] for some in found] == [[], [("wires", "nanowire")]]


def test_a_bad_caption_is_a_fault_and_the_others_go_on() -> None:
    damaged = figure(RODS, "7", markup=[{"start": None, "end": 3, "kind": "bold"}])
    row, faults = distribute_captions(figures(figure(RODS), damaged, figure(RODS, "9")), SETTINGS)
    assert [(each["number"], len(each["panels"])) for each in row["captions"]] == [(0, 2), (2, 2)]
    assert [(kind, message.partition(": ")[0], page) for kind, message, page in faults] == [
        ("internal", "caption of Figure 7", 3)
    ]
    assert "TypeError" in faults[0][1]


def test_what_is_too_long_for_a_caption_is_general() -> None:
    endless = "word " * 250_000  # more than spaCy takes
    row, faults = distribute_captions(figures(figure(endless, "8"), figure(RODS, "9")), SETTINGS)
    assert faults == []
    assert [len(each["panels"]) for each in row["captions"]] == [0, 2]
    assert row["captions"][0]["general"] == [{"start": 0, "end": len(endless.rstrip())}]


def test_document_without_figures() -> None:
    assert distribute_captions(figures(), SETTINGS) == ({"captions": []}, [])


def test_what_sets_letters_apart() -> None:
    captions = ["(a) Rods; (b, c) wires.", "[a] Rods; [b] wires.", "a) Rods; b) wires.", "a. Rods. b. Wires.", "Rods."]
    assert [find_delimiter(caption, []) for caption in captions] == ["()", "[]", ")", ".", ""]
