"""Pages and layout in tables: what comes back is what the algorithms had."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exsclaim_core.layout.document_layout import Layout, lay_out
from exsclaim_core.pdf.pages import Pages
from exsclaim_core.tables.arrow import read_rows, to_parquet
from exsclaim_core.tables.page_tables import LAYOUT, PAGES, pack_layout, pack_pages, unpack_layout, unpack_pages
from tests.drawing.pages import Paper
from tests.drawing.reading import block, pages_of, read
from tests.tables.alike import difference
from tests.tables.papers import PAPERS, drawn


def stored_pages(pages: Pages) -> Pages:
    (row,) = read_rows(PAGES, to_parquet(PAGES, [{"document": "paper", **pack_pages(pages)}], {}))
    return unpack_pages(row)


def stored_layout(layout: Layout, pages: Pages) -> Layout:
    (row,) = read_rows(LAYOUT, to_parquet(LAYOUT, [{"document": "paper", **pack_layout(layout)}], {}))
    return unpack_layout(row, pages)


@pytest.fixture(params=PAPERS)
def pages(request: pytest.FixtureRequest) -> Pages:
    return drawn(request.param)


def test_pages_come_back(pages: Pages) -> None:
    assert difference(pages, stored_pages(pages)) == ""


def test_layout_comes_back(pages: Pages) -> None:
    layout = lay_out(pages)
    assert difference(layout, stored_layout(layout, stored_pages(pages))) == ""


def test_rows_and_paragraphs_hang_together_as_before(pages: Pages) -> None:
    """Captions are known by the identity of their rows."""
    layout = lay_out(pages)
    for before, after in zip(layout.sheets, stored_layout(layout, pages).sheets, strict=True):
        for sheet in (before, after):
            assert all(row in sheet.rows for paragraph in sheet.paragraphs for row in paragraph.rows)
        places = [[[s.rows.index(row) for row in p.rows] for p in s.paragraphs] for s in (before, after)]
        assert places[0] == places[1]
        assert before.separate_columns() == after.separate_columns()


def test_two_writes_give_the_same_bytes(pages: Pages) -> None:
    layout = lay_out(pages)
    for columns, pack in ((PAGES, lambda: pack_pages(pages)), (LAYOUT, lambda: pack_layout(layout))):
        first, second = (to_parquet(columns, [{"document": "paper", **pack()}], {}) for _ in range(2))
        assert first == second


def test_a_page_that_could_not_be_read_is_missing(paper: Paper) -> None:
    paper.page().body()
    paper.page().body()
    pages = read(paper)
    first = Pages(
        pages.numbers[1:],
        pages.sizes[1:],
        pages.rotations[1:],
        pages.lines[pages.line_ends[0] :],
        pages.line_ends[1:] - pages.line_ends[0],
        pages.texts[pages.line_ends[0] :],
        pages.spans[pages.span_ends[0] :],
        pages.span_ends[1:] - pages.span_ends[0],
        pages.span_texts[pages.span_ends[0] :],
        pages.operators[pages.operator_ends[0] :],
        pages.operator_ends[1:] - pages.operator_ends[0],
        pages.fonts,
        2,
    )
    assert difference(first, stored_pages(first)) == ""
    assert (len(stored_pages(first)), stored_pages(first).page_count) == (1, 2)


def test_broken_letters_of_a_font_are_replaced() -> None:
    pages = pages_of(block(54, 300, 80, 3))
    pages.texts[1] = "grain \ud835 boundary"
    assert stored_pages(pages).texts[1] == "grain \ufffd boundary"
    assert stored_pages(pages).texts[0] == pages.texts[0]


@pytest.mark.parametrize("make", [lambda: pages_of(), lambda: pages_of([])], ids=["no pages", "one empty page"])
def test_document_without_lines(make: Callable[[], Pages]) -> None:
    pages = make()
    layout = lay_out(pages)
    assert difference(pages, stored_pages(pages)) == ""
    assert difference(layout, stored_layout(layout, pages)) == ""


def test_text_is_counted_as_missing_only_where_there_is_none() -> None:
    assert pack_pages(pages_of([]))["textless"]
    assert not pack_pages(pages_of(block(54, 300, 80, 1)))["textless"]
