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
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from exsclaim_core.model import ErrorRecord
from exsclaim_core.result_names import unfinished, write_whole
from exsclaim_core.settings import RunSettings
from exsclaim_core.stages import DATASET, SOURCES, STAGES, Stage, hash_of, shard_fingerprints
from exsclaim_core.tables.arrow import DOCUMENT, Columns, Row, read_rows, to_parquet

RUN_FILE, LOCK_FILE = "run.json", ".lock"
PROVENANCE = "provenance.json"  # of the dataset, written last: it holds its fingerprint
FORMAT = 1  # of run.json and the folder
FINGERPRINT = "exsclaim.fingerprint"

SOURCE_COLUMNS: Columns = {
    DOCUMENT: pa.string(),  # its name in the run, with which names of pictures begin
    "path": pa.string(),  # of the file: absolute, or a URL
    "path_bytes": pa.binary(),  # of a path that is no UTF-8, as the names out of old archives; else null
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
            name = ".".join(map(str, ("settings", *first["loc"])))
            raise RunError(f"{self.url}/{RUN_FILE}: {name}: {first['msg']}") from error

    @classmethod
    def create(cls, place: str | Path, pdfs: Iterable[str], settings: RunSettings) -> Run:
        """A new run folder; RunError where there is one already, or it can't be written."""
        url, files, root = _locate(place)
        if cls.exists(place):
            raise RunError(f"{url} holds a run already")
        run = cls.__new__(cls)
        run.url, run.files, run.root = url, files, root
        run.pdfs, run.settings = tuple(pdfs), settings
        run.save()
        return run

    @staticmethod
    def exists(place: str | Path) -> bool:
        """Whether there is a run folder."""
        url, files, root = _locate(place)
        with accessing(url, "read"):
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
        # What is no UTF-8 in a folder's name comes back out of half surrogate pairs.
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        self.write(RUN_FILE, text.encode(errors="surrogatepass"))

    def shards(self) -> list[str]:
        """Names of the shards, in order."""
        return sorted(name.removesuffix(".parquet") for name in self.names_in(SOURCES) if name.endswith(".parquet"))

    def sources(self, shard: str) -> list[Source]:
        """The documents of a shard, in the order of all its tables."""
        return [_source(row) for row in read_rows(SOURCE_COLUMNS, self.read(f"{SOURCES}/{shard}.parquet"))]

    def write_sources(self, shard: str, sources: Iterable[Source]) -> None:
        """Write the documents of a shard."""
        rows = [{**asdict(source), "path_bytes": _path_bytes(source.path)} for source in sources]
        content = hash_of([[row[DOCUMENT], row["sha256"]] for row in rows])
        self.write(f"{SOURCES}/{shard}.parquet", to_parquet(SOURCE_COLUMNS, rows, {FINGERPRINT: content}))

    def expected(self, shard: str) -> dict[str, str]:
        """The fingerprint by stage that the results for a shard have to have."""
        return shard_fingerprints(self.stored(SOURCES, shard) or "", self.settings)

    def stored(self, stage: str, shard: str) -> str | None:
        """The fingerprint of the result that there is; None where there is none."""
        path = f"{stage}/{shard}.parquet"
        options = {} if _is_local(self.files) else {"cache_type": "readahead"}
        with suppress(FileNotFoundError), accessing(f"{self.url}/{path}", "read"):
            try:
                with self.files.open(self._path(path), "rb", **options) as file:
                    metadata = pq.read_schema(file).metadata or {}
            except pa.ArrowException:
                return None
            except OSError as error:
                if type(error) is OSError and error.errno is None:  # Arrow's own, of a damaged file
                    return None
                raise
            return str(metadata.get(FINGERPRINT.encode(), b"").decode(errors="replace")) or None
        return None

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
        self.remove(f"{stage}/{shard}.parquet")

    def forget_dataset(self) -> None:
        """Have the dataset made again."""
        self.remove(f"{DATASET}/{PROVENANCE}")

    def names_in(self, folder: str) -> list[str]:
        """Names of the files in a folder of the run."""
        with suppress(FileNotFoundError), accessing(f"{self.url}/{folder}", "read"):
            return [PurePosixPath(path).name for path in self.files.ls(self._path(folder), detail=False)]
        return []

    def read(self, path: str) -> bytes:
        """The content of a file of the run; FileNotFoundError where there is none, RunError where it can't be read."""
        with accessing(f"{self.url}/{path}", "read"):
            content: bytes = self.files.cat_file(self._path(path))
        return content

    def write(self, path: str, content: bytes) -> None:
        """Write a file of the run as a whole: nobody sees half of one. RunError where it can't be written."""
        place = self._path(path)
        with self._writing(path):
            if _is_local(self.files):
                write_whole(Path(place), content)
            else:  # object stores show a file when all of it is there
                self.files.pipe_file(place, content)

    @contextmanager
    def open_whole(self, path: str) -> Iterator[IO[bytes]]:
        """A file to write piece by piece, which takes its place in the run when the block ends without an exception.

        For an object store it is kept on this machine's disk meanwhile. RunError where it can't be made or put there.
        """
        place = self._path(path)
        with ExitStack() as stack:
            if _is_local(self.files):
                beside = unfinished(Path(place))
            else:
                beside = Path(stack.enter_context(TemporaryDirectory(prefix="exsclaim-")), "file")
            with self._writing(path):
                beside.parent.mkdir(parents=True, exist_ok=True)
                file = beside.open("wb")
            try:
                with file:
                    yield file
                with self._writing(path):
                    if _is_local(self.files):
                        os.replace(beside, place)
                    else:
                        self.files.put_file(str(beside), place)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise

    def upload(self, folder: Path, paths: Iterable[str]) -> None:
        """Bring files below a local folder to the same places of the run."""
        some = list(paths)
        if some:
            with self._writing(some[0]):
                self.files.put([str(folder / path) for path in some], [self._path(path) for path in some])

    def remove(self, path: str) -> None:
        """Remove a file of the run, if it is there."""
        with suppress(FileNotFoundError), accessing(f"{self.url}/{path}", "removed"):
            self.files.rm_file(self._path(path))

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other processes of this machine, or of a shared disk, from working on the run meanwhile.

        RunError where one does. Runs in an object store are not locked.
        """
        if self.folder is None:
            yield
            return
        import fcntl

        with ExitStack() as stack:
            with self._writing(LOCK_FILE):
                file = stack.enter_context((self.folder / LOCK_FILE).open("w"))
            try:
                with accessing(f"{self.url}/{LOCK_FILE}", "locked"):
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise RunError(f"another process is at work on the run {self.url}: wait for it or stop it") from error
            yield

    @contextmanager
    def _writing(self, path: str) -> Iterator[None]:
        """Turn what prevents a file's writing into a RunError."""
        try:
            with accessing(f"{self.url}/{path}", "written"):
                yield
        except FileNotFoundError as error:  # a bucket that there is not
            raise RunError(f"{self.url}/{path} can't be written: {error.strerror or error}") from error

    def _path(self, path: str) -> str:
        return f"{self.root}/{path}"

    def _read_record(self) -> Mapping[str, Any]:
        file = f"{self.url}/{RUN_FILE}"
        try:
            record = json.loads(self.read(RUN_FILE))
        except FileNotFoundError as error:
            raise RunError(f"there is no run at {self.url}: its {RUN_FILE} is missing") from error
        except (ValueError, RecursionError) as error:
            raise RunError(f"{file} is not JSON: {error}") from error
        if not isinstance(record, dict) or "format" not in record:
            raise RunError(f"{file} is not the record of a run: its `format` is missing")
        if record["format"] != FORMAT:
            raise RunError(f"{file} was written by another version: its format is {record['format']}, not {FORMAT}")
        pdfs = record["sources"].get("pdfs") if isinstance(record.get("sources"), dict) else None
        if not isinstance(pdfs, list) or not all(isinstance(path, str) for path in pdfs):
            raise RunError(f"{file}: `sources.pdfs` is not a list of paths")
        if "settings" not in record:
            raise RunError(f"{file}: `settings` is missing")
        return record


@contextmanager
def accessing(place: str, what: str) -> Iterator[None]:
    """RunError for whatever keeps a file from being read, written or the like; what says that there is none passes."""
    try:
        yield
    except (FileNotFoundError, BlockingIOError, RunError):
        raise
    except Exception as error:  # OSErrors, and what the libraries of object stores raise: each has its own kinds
        reason = (error.strerror if isinstance(error, OSError) else None) or error or type(error).__name__
        raise RunError(f"{place} can't be {what}: {' '.join(str(reason).split())}") from error


def columns_of(stage: Stage) -> Columns:
    """The columns of a stage's table."""
    module, _, name = stage.table.partition(":")
    columns: Columns = getattr(import_module(module), name)
    return columns


def locate_files(url: str) -> tuple[Any, str]:
    """File system and path of a path or URL; RunError where its kind is not known, or the package for it not there."""
    try:
        # Other processes write too: what a folder held a while ago, or how large a file was, may be wrong.
        files, path = fsspec.url_to_fs(url, use_listings_cache=False)
    except (ValueError, ImportError) as error:
        raise RunError(f"{url}: {error}") from error
    return files, path


def _locate(place: str | Path) -> tuple[str, Any, str]:
    """URL, file system and path of a run."""
    files, root = locate_files(str(place))
    if _is_local(files):
        root = os.path.abspath(root)
        return root, files, root
    root = root.rstrip("/")
    return str(files.unstrip_protocol(root)), files, root


def _path_bytes(path: str) -> bytes | None:
    """The path's bytes where they are no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return path.encode(errors="surrogateescape")
    return None


def _source(row: Row) -> Source:
    content: bytes | None = row.pop("path_bytes")
    return Source(**row if content is None else {**row, "path": content.decode(errors="surrogateescape")})


def _is_local(files: Any) -> bool:
    return "file" in (files.protocol if isinstance(files.protocol, tuple) else (files.protocol,))


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("exsclaim")
    except PackageNotFoundError:  # a checkout that is not installed
        return "unknown"
