"""The tables of a shard inside a child process: they come once, and are read on as documents follow each other.

Handing each document its rows from the parent instead would take a tenth of the whole work.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from exsclaim_core.settings import RunSettings
from exsclaim_core.stage_functions import Answer, Job
from exsclaim_core.tables.arrow import DOCUMENT, NAMES, Columns, Row, read_rows


class _Tables:
    """Tables whose rows follow the order of the shard; some documents may be missing in some of them."""

    def __init__(self, key: str, contents: Mapping[str, tuple[Columns, bytes]]) -> None:
        self.key = key
        self._rows: dict[str, Iterator[Row]] = {
            name: read_rows(columns, content) for name, (columns, content) in contents.items()
        }
        self._documents = {
            name: {row[DOCUMENT] for row in read_rows(NAMES, content)} for name, (_, content) in contents.items()
        }
        self._current: dict[str, Row] = {}

    def rows_of(self, document: str) -> dict[str, Row]:
        """The document's row in each table that has one; documents are asked for in their order, some of them again."""
        present = [name for name, documents in self._documents.items() if document in documents]
        for name in present:
            rows = self._rows[name]
            while name not in self._current or self._current[name][DOCUMENT] != document:
                self._current[name] = next(rows)
        return {name: self._current[name] for name in present}


_open: _Tables | None = None  # of the shard that this process works on


def answer(
    key: str,
    function: str,
    job: Job,
    settings: RunSettings,
    contents: Mapping[str, tuple[Columns, bytes]] | None = None,
) -> Answer | None:
    """What a function of a stage, "package.module:name", makes of a document; None where its tables are not here.

    `contents` brings them: by stage, the columns and the Parquet file. They come with a document and not beforehand,
    because between two calls this process may be replaced by another one.
    """
    global _open
    if contents is not None:
        _open = None  # first of all: both together may be too much
        _open = _Tables(key, contents)
    if _open is None or _open.key != key:
        return None
    module, _, name = function.partition(":")
    call: Any = getattr(import_module(module), name)
    result: Answer = call(job, _open.rows_of(job.document), settings)
    return result
