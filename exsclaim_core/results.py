"""The results' folder: one JSON a document, written last and as a whole, and what of it need not be made again."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exsclaim_core.document import Document, hash_file
from exsclaim_core.result_names import Target, safe_name, same_name, write_whole
from exsclaim_core.settings import Settings

Record = dict[str, Any]  # a document's JSON

# What decides on the content of results, beside the settings' values.
CODE = ("pdf", "layout", "figures", "labels.py", "grid.py", "model.py", "settings.py", "pictures.py", "work.py")
NUMBERED = re.compile(r"(.+)-\d+")
# With line breaks, which no string holds in JSON: what a caption says stays as it is.
NUMBERS = re.compile(r"\[\n\s*(-?[\d.e+-]+(?:,\n\s*-?[\d.e+-]+)*)\n\s*\]")


@dataclass(frozen=True, slots=True)
class Result:
    """What there is of one document in the results' folder."""

    path: Path
    target: Target
    record: Record
    kept: bool = False  # it was there before


class ResultFolder:
    """A folder of results, which may hold some of earlier runs.

    OSError where it can't be made or written to.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self._program = program()
        self.path.mkdir(parents=True, exist_ok=True)
        probe = self.path / f".exsclaim-{os.getpid()}"
        probe.touch()
        probe.unlink()
        self._families: dict[str, list[str]] = {}  # of names that differ in a number at their end
        self._taken: set[str] = set()
        for file in sorted(self.path.glob("*.json")):
            self._take(file.stem)
        self._names: dict[str, dict[str, str]] = {}  # names by source, for each stem that was asked for

    def target(self, source: Path) -> Target:
        """Where the results of a file go: under the name that an earlier run gave it, or under one that is free.

        The name is the file's stem, with a number where another file has that stem.
        """
        stem = safe_name(source.stem)
        place = self._place(source)
        names = self._names.get(same_name(stem))
        if names is None:
            names = self._names[same_name(stem)] = self._recorded(stem)
        if place not in names:
            names[place] = self._free_name(stem, len(names))
        return Target(self.path, names[place])

    def _recorded(self, stem: str) -> dict[str, str]:
        """The names of results that there are for files of that stem, by the files' places."""
        records = {name: read_record(self.path / f"{name}.json") for name in self._families.get(same_name(stem), [])}
        return {record["source"]["path"]: name for name, record in records.items() if record}

    def _free_name(self, stem: str, number: int) -> str:
        name = stem
        while same_name(name) in self._taken:
            number += 1
            name = f"{stem}-{max(2, number)}"
        self._take(name)
        return name

    def finished(self, target: Target, source: Path, settings: Settings) -> Record | None:
        """The result that need not be made again: of the same file, with the same settings, by the same program."""
        record = read_record(target.json)
        if record is None or record["status"] == "failed" or not _is_same_file(source, record["source"]):
            return None
        if record["settings"] != _settings_record(settings) or record["program"] != self._program:
            return None
        pictures = [figure[kind] for figure in record["figures"] for kind in ("image", "svg") if figure[kind]]
        return record if all((self.path / path).is_file() for path in (*pictures, *record["overlay"])) else None

    def write(self, target: Target, document: Document, settings: Settings) -> Record:
        """Write the document's JSON, from which on its result counts as finished, and return what it holds."""
        record = {
            **document.to_dict(),
            "overlay": list(document.overlay),
            "source": {"path": self._place(document.path), **(asdict(document.file) if document.file else {})},
            "settings": _settings_record(settings),
            "program": self._program,
        }
        write_whole(target.json, to_json(record))
        return record

    def _take(self, name: str) -> None:
        self._taken.add(same_name(name))
        numbered = NUMBERED.fullmatch(name)
        for stem in (name, numbered[1]) if numbered else (name,):
            self._families.setdefault(same_name(stem), []).append(name)

    def _place(self, source: Path) -> str:
        """Path of a file from the folder: it holds when both are moved together, and says nothing about the machine."""
        return Path(os.path.relpath(source.absolute(), self.path)).as_posix()


def read_record(path: Path) -> Record | None:
    """A document's JSON, None where there is none or it is a file of another kind."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    keys = {
        "document",
        "status",
        "pages",
        "figures",
        "captions_without_region",
        "errors",
        "source",
        "settings",
        "program",
        "overlay",
    }
    return record if isinstance(record, dict) and keys <= record.keys() else None


def to_json(record: Record) -> bytes:
    """Indented JSON in UTF-8, with boxes on one line."""
    text = json.dumps(record, ensure_ascii=False, indent=2)
    text = NUMBERS.sub(lambda numbers: f"[{' '.join(numbers[1].split())}]", text)
    try:
        return text.encode() + b"\n"
    except UnicodeEncodeError:  # half a surrogate pair, out of a broken font or a file name
        return json.dumps(record, indent=2).encode() + b"\n"


@cache
def program() -> str:
    """Version of the program, and of the very code that makes results: those of other code are made again."""
    folder = Path(__file__).parent
    code = hashlib.sha256()
    for part in CODE:
        for file in sorted((folder / part).rglob("*.py") if (folder / part).is_dir() else [folder / part]):
            code.update(file.read_bytes())
    from importlib.metadata import PackageNotFoundError, version  # here, because its import takes 10 ms

    try:
        number = version("exsclaim")
    except PackageNotFoundError:  # a checkout that is not installed
        number = "unknown"
    return f"exsclaim {number} ({code.hexdigest()[:12]})"


def _settings_record(settings: Settings) -> Record:
    """The settings that are not the defaults; time and memory limits change no result."""
    return settings.model_dump(mode="json", exclude_defaults=True, exclude={"limits"})


def _is_same_file(path: Path, record: Record) -> bool:
    """Whether the file is the one of the record: by size and time, else by size and content."""
    try:
        status = path.stat()
        if status.st_size != record.get("size"):
            return False
        return status.st_mtime_ns == record.get("modified") or hash_file(path) == record.get("sha256")
    except OSError:
        return False
