"""Rows to Parquet and back: structured arrays of any kind, odd text, files that are the same each time."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from exsclaim_core.tables.arrow import BATCH, DOCUMENT, Columns, Row, read_rows, to_parquet
from tests.tables.alike import difference

NUMBERS = ["?", "u1", "i1", "i4", "u4", "i8", "f4", "f8"]
STRUCT = np.dtype([("box", "f4", 4), ("kind", "u1"), ("seen", "?")])
COLUMNS: Columns = {
    DOCUMENT: pa.string(),
    "items": STRUCT,
    "rows": np.dtype("i4"),
    "texts": pa.list_(pa.string()),
    "body": pa.struct([("size", pa.float64()), ("fonts", pa.list_(pa.int32()))]),
    "section": pa.string(),
}


def through(columns: Columns, rows: list[Row]) -> list[Row]:
    """The rows as they come back from a file."""
    return list(read_rows(columns, to_parquet(columns, rows, {})))


def row(name: str, count: int = 2, **values: Any) -> Row:
    items = np.zeros(count, STRUCT)
    items["box"] = np.arange(4 * count).reshape(-1, 4) + len(name)
    items["seen"] = True
    return {
        DOCUMENT: name,
        "items": items,
        "rows": np.arange(count, dtype=np.int32),
        "texts": ["a", ""],
        "body": {"size": 9.5, "fonts": [1, 2]},
        "section": None,
        **values,
    }


def join(high: str, low: str) -> str:
    """The character that two surrogates stand for."""
    return chr(0x10000 + ((ord(high) - 0xD800) << 10) + ord(low) - 0xDC00)


@st.composite
def columns_and_rows(draw: st.DrawFn) -> tuple[Columns, list[Row]]:
    """A table with a few columns of arrays, and rows for it whose arrays are short or empty."""
    scalars = st.sampled_from(NUMBERS).map(np.dtype)
    members = st.one_of(scalars, st.tuples(scalars, st.integers(1, 4)).map(np.dtype))
    structs = st.lists(members, min_size=1, max_size=4).map(
        lambda some: np.dtype([(f"member {i}", kind) for i, kind in enumerate(some)])
    )
    kinds = draw(st.lists(st.one_of(scalars, structs), min_size=1, max_size=3))
    columns = {DOCUMENT: pa.string(), **{f"column {i}": kind for i, kind in enumerate(kinds)}}
    rows = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    DOCUMENT: st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
                    **{
                        name: npst.arrays(kind, st.integers(0, 3))
                        for name, kind in columns.items()
                        if isinstance(kind, np.dtype)
                    },
                }
            ),
            max_size=6,
        )
    )
    return columns, [{name: row[name] for name in columns} for row in rows]


class TestRoundTrip:
    @settings(deadline=None)  # the first example loads what Arrow needs
    @given(columns_and_rows())
    def test_rows_of_any_kind_come_back(self, table: tuple[Columns, list[Row]]) -> None:
        columns, rows = table
        assert difference(rows, through(columns, rows)) == ""

    @pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH])
    def test_any_number_of_documents_comes_back_in_order(self, count: int) -> None:
        rows = [row(f"paper {number}", number % 3) for number in range(count)]
        assert difference(rows, through(COLUMNS, rows)) == ""

    def test_documents_without_anything_come_back(self) -> None:
        nothing = row("nothing", 0, texts=[], body={"size": float("nan"), "fonts": []})
        assert difference([nothing, row("some"), nothing], through(COLUMNS, [nothing, row("some"), nothing])) == ""

    def test_arrays_that_are_parts_of_others_come_back(self) -> None:
        whole = row("whole", 10)
        part = {**whole, "items": whole["items"][2:9:3], "rows": whole["rows"][::-1]}
        assert difference(part, through(COLUMNS, [part])[0]) == ""

    def test_columns_that_are_not_asked_for_are_not_read(self) -> None:
        some: Columns = {DOCUMENT: pa.string(), "rows": np.dtype("i4")}
        (found,) = read_rows(some, to_parquet(COLUMNS, [row("a")], {}))
        assert list(found) == [DOCUMENT, "rows"]


class TestText:
    def test_pairs_of_surrogates_become_their_character(self) -> None:
        (found,) = through(COLUMNS, [row("paper", section="\ud835\udefc = 1")])
        assert found["section"] == "𝛼 = 1"

    def test_half_surrogate_pairs_become_replacement_characters(self) -> None:
        broken = row("paper", texts=["a\ud800b", "\udcff", "fine"], section="\udc00\ud800 end")
        (found,) = through(COLUMNS, [broken])
        assert (found["texts"], found["section"]) == (["a\ufffdb", "\ufffd", "fine"], "\ufffd\ufffd end")

    @settings(deadline=None)
    @given(st.text(st.characters(), max_size=8))
    def test_all_else_in_a_text_stays(self, text: str) -> None:
        # A pair of halves, as a PDF may spell it, is one character.
        whole = re.sub("[\ud800-\udbff][\udc00-\udfff]", lambda pair: join(*pair[0]), text)
        (found,) = through({"text": pa.string()}, [{"text": text}])
        assert found["text"] == re.sub("[\ud800-\udfff]", "\ufffd", whole)

    def test_broken_text_of_one_document_leaves_the_others_alone(self) -> None:
        rows = [row("a"), row("b", section="\ud800"), row("c", section="2. Results – µm 論文")]
        assert [found["section"] for found in through(COLUMNS, rows)] == [None, "\ufffd", "2. Results – µm 論文"]


class TestFile:
    def test_the_same_rows_give_the_same_bytes(self) -> None:
        rows = [row(f"paper {number}", number) for number in range(50)]
        assert to_parquet(COLUMNS, rows, {"a": "1"}) == to_parquet(COLUMNS, iter(rows), {"a": "1"})

    def test_metadata_is_in_the_file(self) -> None:
        content = to_parquet(COLUMNS, [], {"exsclaim.stage": "layout 3"})
        assert pq.read_schema(io.BytesIO(content)).metadata[b"exsclaim.stage"] == b"layout 3"

    def test_other_programs_see_structs(self) -> None:
        table = pq.read_table(io.BytesIO(to_parquet(COLUMNS, [row("paper", 1)], {})))
        assert table.to_pylist()[0]["items"] == [{"box": [5.0, 6.0, 7.0, 8.0], "kind": 0, "seen": True}]

    def test_reading_the_first_document_holds_few_of_them(self) -> None:
        rows = (row(f"paper {number}", rows=np.zeros(100_000, np.int32)) for number in range(6 * BATCH))
        content = to_parquet(COLUMNS, rows, {})
        before = pa.total_allocated_bytes()
        first = next(read_rows(COLUMNS, content))
        # 400 KB a document: 77 MB in all, 13 MB in a batch.
        assert pa.total_allocated_bytes() - before < 30e6
        assert len(first["rows"]) == 100_000

    def test_rows_are_taken_batch_by_batch(self) -> None:
        made = []

        def rows() -> Any:
            for number in range(3 * BATCH):
                made.append(number)
                yield row(f"paper {number}")
                if number == BATCH:
                    raise InterruptedError("the second batch has begun")

        with pytest.raises(InterruptedError):
            to_parquet(COLUMNS, rows(), {})
        assert len(made) == BATCH + 1
