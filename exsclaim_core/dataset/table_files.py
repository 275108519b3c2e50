"""Tables as Parquet and CSV files, written a few thousand rows at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from exsclaim_core.dataset.columns import Column
from exsclaim_core.tables.arrow import Row

ROW_GROUP = 2_000  # rows of a Parquet file that are in memory at a time: 8 MB of figures


class CsvFile:
    """A CSV file in the making, in UTF-8 with a header row; lists in it are JSON, what is not known is empty."""

    def __init__(self, file: IO[bytes], columns: Iterable[str]) -> None:
        self._columns = tuple(columns)
        self._writer = csv.writer(_Encoded(file))
        self._writer.writerow(self._columns)

    def add(self, row: Row) -> None:
        self._writer.writerow([_in_csv(row[name]) for name in self._columns])


class TableFiles:
    """A table in the making, as Parquet and as CSV; the Parquet file's metadata says which stage each column is from.

    Leaving its block without an exception completes the files.
    """

    def __init__(
        self, parquet: IO[bytes], text: IO[bytes], columns: Sequence[Column], metadata: Mapping[str, str]
    ) -> None:
        fields = [
            pa.field(column.name, column.type, metadata={"stage": column.stage, "about": column.about})
            for column in columns
        ]
        self._schema = pa.schema(fields, dict(metadata))
        self._parquet = pq.ParquetWriter(parquet, self._schema, compression="zstd")
        self._csv = CsvFile(text, self._schema.names)
        self._rows: list[Row] = []

    def __enter__(self) -> TableFiles:
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is None and self._rows:
            self._write_rows()
        self._parquet.close()

    def add(self, row: Row) -> None:
        self._csv.add(row)
        self._rows.append(row)
        if len(self._rows) == ROW_GROUP:
            self._write_rows()

    def _write_rows(self) -> None:
        arrays = [pa.array([row[field.name] for row in self._rows], field.type) for field in self._schema]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()


class _Encoded:
    """What csv.writer writes to, for a file of bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._file.write(text.encode())


def _in_csv(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value
