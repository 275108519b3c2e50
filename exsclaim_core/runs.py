"""The run folder: sources, settings, and the result of each stage for each shard, on a disk or in an object store.

run.json                               sources, settings, versions: readable, editable, enough to repeat the run
sources/<shard>.parquet                the documents of the shard
<stage>/<shard>.parquet                result; its metadata holds the fingerprint
<stage>/<shard>.errors.parquet         what went wrong with documents of the shard
<stage>/<shard>.usage.json             time and memory that it took
images/, overlay/                      pictures of figures and pages
dataset/                               what a run ends with
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from exsclaim_core.model import ErrorRecord
from exsclaim_core.result_names import write_whole
from exsclaim_core.settings import RunSettings
from exsclaim_core.stages import SOURCES, STAGES, Stage, hash_of, shard_fingerprints
from exsclaim_core.tables.arrow import DOCUMENT, Columns, Row, read_rows, to_parquet

RUN_FILE, LOCK_FILE = "run.json", ".lock"
FORMAT = 1  # of run.json and the folder
FINGERPRINT = "exsclaim.fingerprint"

SOURCE_COLUMNS: Columns = {
    DOCUMENT: pa.string(),  # its name in the run, with which names of pictures begin
    "path": pa.string(),  # of the file: absolute, or a URL
    "size": pa.int64(),  # bytes
    "modified": pa.int64(),  # nanoseconds since 1970; 0 where it is not known
    "sha256": pa.string(),  # "" for a file that could not be read
    "pages": pa.int32(),  # 0 for a file that could not be opened
}
ERROR_COLUMNS: Columns = {
    DOCUMENT: pa.string(),
    "stage": pa.string(),
    "kind": pa.string(),
    "message": pa.string(),
    "page": pa.int32(),
}


class RunError(RuntimeError):
    """A run that can't be used or can't go on; one line that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document of a run."""

    document: str
    path: str
    size: int
    modified: int
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a stage took for a shard."""

    documents: int
    pages: int
    errors: int
    seconds: float
    cpu_seconds: float
    peak_memory: int  # bytes of the process that held most


class Run:
    """A run folder at a path or fsspec URL. RunError where there is none, or one that can't be read."""

    def __init__(self, place: str | Path) -> None:
        self.url, self.files, self.root = _locate(place)
        record = self._read_record()
        self.pdfs: tuple[str, ...] = tuple(record["sources"]["pdfs"])
        try:
            self.settings = RunSettings.model_validate(record["settings"])
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(map(str, first["loc"]))
            raise RunError(f"{self.url}/{RUN_FILE}: settings.{name}: {first['msg']}") from error

    @classmethod
    def create(cls, place: str | Path, pdfs: Iterable[str], settings: RunSettings) -> Run:
        """A new run folder; RunError where there is one already, or it can't be written."""
        url, files, root = _locate(place)
        if files.exists(f"{root}/{RUN_FILE}"):
            raise RunError(f"{url} holds a run already")
        run = cls.__new__(cls)
        run.url, run.files, run.root = url, files, root
        run.pdfs, run.settings = tuple(pdfs), settings
        run.save()
        return run

    @staticmethod
    def exists(place: str | Path) -> bool:
        """Whether there is a run folder."""
        _, files, root = _locate(place)
        return bool(files.exists(f"{root}/{RUN_FILE}"))

    @property
    def name(self) -> str:
        return PurePosixPath(self.root).name

    @property
    def folder(self) -> Path | None:
        """The folder on this machine's disks; None for a run in an object store."""
        return Path(self.root) if _is_local(self.files) else None

    def save(self) -> None:
        """Write run.json."""
        record = {
            "format": FORMAT,
            "sources": {"pdfs": list(self.pdfs)},
            "settings": self.settings.model_dump(mode="json"),
            "versions": {"exsclaim": _version(), **{stage.name: stage.version for stage in STAGES.values()}},
        }
        self.write(RUN_FILE, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode())

    def shards(self) -> list[str]:
        """Names of the shards, in order."""
        return sorted(name.removesuffix(".parquet") for name in self.names_in(SOURCES) if name.endswith(".parquet"))

    def sources(self, shard: str) -> list[Source]:
        """The documents of a shard, in the order of all its tables."""
        return [Source(**row) for row in read_rows(SOURCE_COLUMNS, self.read(f"{SOURCES}/{shard}.parquet"))]

    def write_sources(self, shard: str, sources: Iterable[Source]) -> None:
        """Write the documents of a shard."""
        rows = [asdict(source) for source in sources]
        content = hash_of([[row[DOCUMENT], row["sha256"]] for row in rows])
        self.write(f"{SOURCES}/{shard}.parquet", to_parquet(SOURCE_COLUMNS, rows, {FINGERPRINT: content}))

    def expected(self, shard: str) -> dict[str, str]:
        """The fingerprint by stage that the results for a shard have to have."""
        return shard_fingerprints(self.stored(SOURCES, shard) or "", self.settings)

    def stored(self, stage: str, shard: str) -> str | None:
        """The fingerprint of the result that there is; None where there is none."""
        path = self._path(f"{stage}/{shard}.parquet")
        try:
            with self.files.open(path, "rb", **({} if _is_local(self.files) else {"cache_type": "readahead"})) as file:
                metadata = pq.read_schema(file).metadata or {}
        except (FileNotFoundError, pa.ArrowInvalid):
            return None
        return str(metadata.get(FINGERPRINT.encode(), b"").decode()) or None

    def rows(self, stage: str, shard: str) -> Iterator[Row]:
        """The rows of a stage's table for a shard; FileNotFoundError where there is no result."""
        return read_rows(columns_of(STAGES[stage]), self.read(f"{stage}/{shard}.parquet"))

    def errors(self, stage: str, shard: str) -> list[ErrorRecord]:
        """What went wrong with documents of a shard in a stage."""
        with suppress(FileNotFoundError):
            rows = read_rows(ERROR_COLUMNS, self.read(f"{stage}/{shard}.errors.parquet"))
            return [ErrorRecord(**row) for row in rows]
        return []

    def usage(self, stage: str, shard: str) -> Usage | None:
        """What a stage took for a shard."""
        try:
            return Usage(**json.loads(self.read(f"{stage}/{shard}.usage.json")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write_result(self, stage: str, shard: str, content: bytes, errors: Iterable[ErrorRecord], usage: Usage) -> None:
        """Write what a stage has made of a shard; the table with its fingerprint comes last, and counts."""
        records = [asdict(error) for error in errors]
        self.write(f"{stage}/{shard}.errors.parquet", to_parquet(ERROR_COLUMNS, records, {}))
        self.write(f"{stage}/{shard}.usage.json", json.dumps(asdict(usage)).encode())
        self.write(f"{stage}/{shard}.parquet", content)

    def forget(self, stage: str, shard: str) -> None:
        """Have a stage's result for a shard made again."""
        with suppress(FileNotFoundError):
            self.files.rm_file(self._path(f"{stage}/{shard}.parquet"))

    def names_in(self, folder: str) -> list[str]:
        """Names of the files in a folder of the run."""
        try:
            self.files.invalidate_cache()
            return [PurePosixPath(path).name for path in self.files.ls(self._path(folder), detail=False)]
        except FileNotFoundError:
            return []

    def read(self, path: str) -> bytes:
        """The content of a file of the run."""
        content: bytes = self.files.cat_file(self._path(path))
        return content

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the run as a whole: nobody sees half of one. RunError where it can't be written."""
        place = self._path(path)
        try:
            if _is_local(self.files):
                write_whole(Path(place), content)
            else:  # object stores show a file when all of it is there
                self.files.pipe_file(place, content)
        except OSError as error:
            raise RunError(f"{self.url}/{path} can't be written: {error.strerror or error}") from error

    def upload(self, folder: Path, paths: Iterable[str]) -> None:
        """Bring files below a local folder to the same places of the run."""
        some = list(paths)
        if some:
            self.files.put([str(folder / path) for path in some], [self._path(path) for path in some])

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes of this machine, or of a shared disk, from working on the run meanwhile.

        RunError where one does. Runs in an object store are not locked.
        """
        if self.folder is None:
            yield
            return
        import fcntl

        with (self.folder / LOCK_FILE).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunError(f"another process is at work on the run {self.url}: wait for it or stop it") from error
            yield

    def _path(self, path: str) -> str:
        return f"{self.root}/{path}"

    def _read_record(self) -> Mapping[str, Any]:
        try:
            record = json.loads(self.files.cat_file(f"{self.root}/{RUN_FILE}"))
        except FileNotFoundError as error:
            raise RunError(f"there is no run at {self.url}: its {RUN_FILE} is missing") from error
        except ValueError as error:
            raise RunError(f"{self.url}/{RUN_FILE} is not JSON: {error}") from error
        if not isinstance(record, dict) or not isinstance(record.get("sources"), dict) or "settings" not in record:
            raise RunError(f"{self.url}/{RUN_FILE} is not the record of a run: `sources` or `settings` is missing")
        if record.get("format") != FORMAT:
            raise RunError(
                f"{self.url} was made by another version: its format is {record.get('format')}, not {FORMAT}"
            )
        return record


def columns_of(stage: Stage) -> Columns:
    """The columns of a stage's table."""
    module, _, name = stage.table.partition(":")
    columns: Columns = getattr(import_module(module), name)
    return columns


def _locate(place: str | Path) -> tuple[str, Any, str]:
    """URL, file system and path of a run."""
    try:
        files, root = fsspec.url_to_fs(str(place))
    except (ValueError, ImportError) as error:  # an unknown protocol, or one whose package is not installed
        raise RunError(f"{place}: {error}") from error
    if _is_local(files):
        root = os.path.abspath(root)
        return root, files, root
    root = root.rstrip("/")
    return str(files.unstrip_protocol(root)), files, root


def _is_local(files: Any) -> bool:
    return "file" in (files.protocol if isinstance(files.protocol, tuple) else (files.protocol,))


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("exsclaim")
    except PackageNotFoundError:  # a checkout that is not installed
        return "unknown"
