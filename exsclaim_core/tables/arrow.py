"""Tables of a shard as Parquet: one row a document, with its lines, operators and captions as nested lists.

A column is a structured numpy array (on disk a list of structs), a plain numpy array (a list of numbers), or what an
Arrow type describes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Row = dict[str, Any]  # what a stage knows of one document, by column
Columns = Mapping[str, np.dtype[Any] | pa.DataType]

OFFSET = np.dtype(np.int32)
DOCUMENT = "document"  # the column that each table begins with
NAMES: Columns = {DOCUMENT: pa.string()}  # that column alone
BATCH = 32  # documents of a row group, and in memory at a time
# The fastest level, and neither dictionaries nor statistics: half the time to write for a tenth more bytes.
WRITING: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 1,
    "use_dictionary": False,
    "write_statistics": False,
}


def to_parquet(columns: Columns, rows: Iterable[Row], metadata: Mapping[str, str]) -> bytes:
    """A Parquet file with a row a document; the same rows and metadata give the same bytes."""
    sink = io.BytesIO()
    write_parquet(sink, columns, rows, metadata)
    return sink.getvalue()


def write_parquet(sink: IO[bytes], columns: Columns, rows: Iterable[Row], metadata: Mapping[str, str]) -> None:
    """Write such a file as the rows come."""
    schema = make_schema(columns, metadata)
    with pq.ParquetWriter(sink, schema, **WRITING) as writer:
        for some in _batches(rows):
            writer.write_table(to_table(columns, some, schema))


def read_rows(columns: Columns, content: bytes) -> Iterator[Row]:
    """The rows of a Parquet file that `to_parquet` has made; its batches are read as they are asked for."""
    file = pq.ParquetFile(pa.BufferReader(content))
    for batch in file.iter_batches(BATCH, columns=list(columns)):
        yield from _rows(columns, batch)


def make_schema(columns: Columns, metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """The Arrow schema of a table."""
    fields = [
        pa.field(name, _list_type(kind) if isinstance(kind, np.dtype) else kind) for name, kind in columns.items()
    ]
    return pa.schema(fields, {name: value.encode() for name, value in (metadata or {}).items()})


def to_table(columns: Columns, rows: list[Row], schema: pa.Schema | None = None) -> pa.Table:
    """An Arrow table of the rows."""
    arrays = []
    for name, kind in columns.items():
        values = [row[name] for row in rows]
        arrays.append(_list_array(values, kind) if isinstance(kind, np.dtype) else _plain_array(values, kind))
    return pa.Table.from_arrays(arrays, schema=schema or make_schema(columns))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def _rows(columns: Columns, batch: pa.RecordBatch) -> Iterator[Row]:
    flat = {
        name: (_numbers(batch.column(name).offsets, OFFSET), _from_arrow(batch.column(name).values, kind))
        for name, kind in columns.items()
        if isinstance(kind, np.dtype)
    }
    for index in range(batch.num_rows):
        row: Row = {}
        for name in columns:
            if name in flat:
                ends, values = flat[name]
                row[name] = values[ends[index] : ends[index + 1]]
            else:
                row[name] = batch.column(name)[index].as_py()
        yield row


def _list_type(kind: np.dtype[Any]) -> pa.DataType:
    return pa.list_(_type(kind))


def _type(kind: np.dtype[Any]) -> pa.DataType:
    if kind.names:
        return pa.struct([(name, _type(kind[name])) for name in kind.names])
    if kind.subdtype:
        inner, shape = kind.subdtype
        return pa.list_(_type(inner), shape[0])
    return pa.from_numpy_dtype(kind)


def _list_array(values: list[NDArray[Any]], kind: np.dtype[Any]) -> pa.ListArray:
    offsets = np.zeros(len(values) + 1, np.int32)
    np.cumsum([len(value) for value in values], out=offsets[1:])
    flat = np.concatenate([np.zeros(0, kind), *values]).astype(kind, copy=False)
    return pa.ListArray.from_arrays(pa.array(offsets), _to_arrow(flat), type=_list_type(kind))


def _to_arrow(values: NDArray[Any]) -> pa.Array:
    kind = values.dtype
    if kind.names:
        children = [_to_arrow(np.ascontiguousarray(values[name])) for name in kind.names]
        return pa.StructArray.from_arrays(children, fields=[pa.field(name, _type(kind[name])) for name in kind.names])
    if values.ndim == 2:
        return pa.FixedSizeListArray.from_arrays(pa.array(values.reshape(-1)), values.shape[1])
    return pa.array(values)


def _from_arrow(array: pa.Array, kind: np.dtype[Any]) -> NDArray[Any]:
    if kind.names:
        values = np.empty(len(array), kind)
        for index, name in enumerate(kind.names):
            values[name] = _from_arrow(array.field(index), kind[name])
        return values
    if kind.subdtype:
        inner, shape = kind.subdtype
        return _from_arrow(array.values, inner).reshape(-1, shape[0])
    return _numbers(array, kind)


def _numbers(array: pa.Array, kind: np.dtype[Any]) -> NDArray[Any]:
    """The numbers of an array without gaps. Arrow's own to_numpy() loads pandas: half a second and 50 MB a process."""
    values = array.buffers()[1]
    if values is None:  # of no numbers
        return np.zeros(0, kind)
    if kind == np.bool_:  # packed
        bits = np.unpackbits(np.frombuffer(values, np.uint8), bitorder="little")
        return bits[array.offset : array.offset + len(array)].astype(bool)
    return np.frombuffer(values, kind, len(array), array.offset * kind.itemsize)


def _plain_array(values: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except UnicodeEncodeError:  # half a surrogate pair, out of a broken font
        return pa.array([_encodable(value) for value in values], kind)


def _encodable(value: Any) -> Any:
    """The value with a replacement character for what UTF-8 can't hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {key: _encodable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(inner) for inner in value]
    return value
