"""Captions, contents and figures in tables: what comes back is what the algorithms had."""

from __future__ import annotations

import numpy as np
import pytest

from exsclaim_core.figures.locate import find_captions, gather_contents, locate_figures, make_figures
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.model import Box, Figure, Located, Mention, Section
from exsclaim_core.pdf.pages import Pages
from exsclaim_core.settings import Settings
from exsclaim_core.tables.arrow import Columns, Row, read_rows, to_parquet
from exsclaim_core.tables.figure_tables import (
    CAPTIONS,
    CLUSTERS,
    FIGURES,
    pack_captions,
    pack_contents,
    pack_figures,
    unpack_captions,
    unpack_contents,
    unpack_figures,
)
from exsclaim_core.tables.page_tables import LAYOUT, pack_layout, unpack_layout
from tests.tables.alike import difference
from tests.tables.papers import PAPERS, drawn

SETTINGS = Settings()


def stored(columns: Columns, row: Row) -> Row:
    (found,) = read_rows(columns, to_parquet(columns, [{"document": "paper", **row}], {}))
    return found


@pytest.fixture(params=PAPERS)
def pages(request: pytest.FixtureRequest) -> Pages:
    return drawn(request.param)


def test_captions_come_back(pages: Pages) -> None:
    sheets = lay_out(pages).sheets
    captions = find_captions(sheets, SETTINGS.captions)
    found = unpack_captions(stored(CAPTIONS, pack_captions(captions, sheets)), sheets)
    assert difference(captions, found) == ""
    # Later stages know sheets and rows by their identity.
    assert all(one.sheet is other.sheet for one, other in zip(captions, found, strict=True))
    assert all(
        row is other
        for caption, again in zip(captions, found, strict=True)
        for row, other in zip(caption.rows, again.rows, strict=True)
    )


def test_contents_come_back(pages: Pages) -> None:
    sheets = lay_out(pages).sheets
    captions = find_captions(sheets, SETTINGS.captions)
    contents = gather_contents(sheets, captions, SETTINGS.clusters)
    found = unpack_contents(stored(CLUSTERS, pack_contents(contents, sheets)), sheets, captions)
    assert difference(contents, found) == ""
    assert all(
        row is other
        for content, again in zip(contents, found, strict=True)
        for row, other in zip(content.rows, again.rows, strict=True)
    )


def test_figures_out_of_tables_are_those_of_the_whole_document_at_once(pages: Pages) -> None:
    layout = lay_out(pages)
    layout = unpack_layout(stored(LAYOUT, pack_layout(layout)), pages)
    captions = find_captions(layout.sheets, SETTINGS.captions)
    captions = unpack_captions(stored(CAPTIONS, pack_captions(captions, layout.sheets)), layout.sheets)
    contents = gather_contents(layout.sheets, captions, SETTINGS.clusters)
    contents = unpack_contents(stored(CLUSTERS, pack_contents(contents, layout.sheets)), layout.sheets, captions)
    assert (
        difference(locate_figures(pages, SETTINGS, True), make_figures(pages, layout, contents, SETTINGS, True)) == ""
    )


def test_records_of_figures_come_back(pages: Pages) -> None:
    located = locate_figures(pages, SETTINGS)
    row = stored(FIGURES, pack_figures(located, pages.page_count, False, ["overlay/paper/paper-page1.png"]))
    found = unpack_figures(row)
    for name in ("figures", "captions_without_region", "text_boxes", "sections"):
        first, second = ([one.to_dict() for one in getattr(some, name)] for some in (located, found))
        assert difference(first, second) == ""
    assert (row["page_count"], row["overlay"]) == (pages.page_count, ["overlay/paper/paper-page1.png"])


def test_every_value_of_a_figure_comes_back() -> None:
    caption, region = Box(54.25, 490.5, 558.75, 510), Box(130, 280, 480.5, 480)
    whole = Figure(
        "Table", "S1", 7, "Table S1: Größe in µm", caption, region, 0.875, "", True, 3, "2. Results",
        (Mention(2, "Tables S1, S2"), Mention(9, "Table S1")), "images/a/a-TableS1-1.png", "images/a/a-TableS1-1.svg",
        287.5, (1461, 833),
    )  # fmt: skip
    lost = Figure("Figure", "", 1, "", caption, reason="no drawing next to the caption")
    box = Figure("Algorithm", "2", 3, "Algorithm 2", caption, region, 0.5)
    located = Located((whole,), (lost,), (box,), (Section("2. Results", 1, 2, Box(54, 60, 200, 72)),))
    assert unpack_figures(stored(FIGURES, pack_figures(located, 9, False))) == located


def test_document_without_captions() -> None:
    assert unpack_captions(stored(CAPTIONS, pack_captions([], [])), []) == []
    assert unpack_contents(stored(CLUSTERS, pack_contents([], [])), [], []) == []
    assert unpack_figures(stored(FIGURES, pack_figures(Located((), (), (), ()), 0, True))) == Located((), (), (), ())


def test_two_writes_give_the_same_bytes(pages: Pages) -> None:
    def tables() -> list[bytes]:
        sheets = lay_out(pages).sheets
        captions = find_captions(sheets, SETTINGS.captions)
        contents = gather_contents(sheets, captions, SETTINGS.clusters)
        some: list[tuple[Columns, Row]] = [
            (CAPTIONS, pack_captions(captions, sheets)),
            (CLUSTERS, pack_contents(contents, sheets)),
            (FIGURES, pack_figures(locate_figures(pages), pages.page_count, False)),
        ]
        return [to_parquet(columns, [{"document": "paper", **row}], {}) for columns, row in some]

    assert tables() == tables()


def test_boxes_stay_single_precision() -> None:
    """Thresholds are compared with the same numbers whether a table lies between two stages or not."""
    (content,) = gather_contents(
        sheets := lay_out(drawn("plot")).sheets, find_captions(sheets, SETTINGS.captions), SETTINGS.clusters
    )
    assert content.boxes.dtype == content.obstacles.dtype == np.float32
