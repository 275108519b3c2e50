"""What captions say of panels, in a table: what comes back is what was found."""

from __future__ import annotations

from exsclaim_core.captions.distribution import Distribution, Keyword, PanelText
from exsclaim_core.tables.arrow import read_rows, to_parquet
from exsclaim_core.tables.distribution_tables import DISTRIBUTION, caption_record, texts_at

CAPTION = "Größe: (a) rods, 5 nm; (b) wires"
FOUND = Distribution(
    CAPTION,
    (
        PanelText("a", ((11, 15), (17, 21)), "rods", 0.98765, ("5 nm",), (Keyword("rods", "rod", "query", 11, 15),)),
        PanelText("b", ((27, 32),), "wires", 1.0),
    ),
    ((0, 5),),
)


def test_every_value_comes_back() -> None:
    rows = [{"document": "paper", "captions": [caption_record("figures", 2, FOUND, "()")]}]
    rows.append({"document": "without figures", "captions": []})
    assert list(read_rows(DISTRIBUTION, to_parquet(DISTRIBUTION, rows, {}))) == rows
    assert rows[0]["captions"] == [
        {
            "column": "figures",
            "number": 2,
            "delimiter": "()",
            "panels": [
                {
                    "label": "a",
                    "spans": [{"start": 11, "end": 15}, {"start": 17, "end": 21}],
                    "statement": "rods",
                    "confidence": 0.988,
                    "scales": ["5 nm"],
                    "keywords": [{"text": "rods", "term": "rod", "kind": "query", "start": 11, "end": 15}],
                },
                {
                    "label": "b",
                    "spans": [{"start": 27, "end": 32}],
                    "statement": "wires",
                    "confidence": 1.0,
                    "scales": [],
                    "keywords": [],
                },
            ],
            "general": [{"start": 0, "end": 5}],
            "keywords": [],
        }
    ]


def test_words_at_places_are_those_of_the_caption() -> None:
    record = caption_record("figures", 0, FOUND, "()")
    assert [texts_at(CAPTION, panel["spans"]) for panel in record["panels"]] == [["rods", "5 nm"], ["wires"]]
    assert texts_at(CAPTION, record["general"]) == ["Größe"]
