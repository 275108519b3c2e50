"""The run folder: made, opened again, locked, never half written, on a disk, in memory and in an object store."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.model import ErrorRecord
from exsclaim_core.runs import FINGERPRINT, RUN_FILE, Run, RunError, Source, Usage
from exsclaim_core.settings import RunSettings
from exsclaim_core.stage_work import end_children
from exsclaim_core.tables.arrow import to_parquet
from exsclaim_core.tables.figure_tables import CAPTIONS
from tests.drawing.runs import start

SETTINGS = RunSettings()
USAGE = Usage(1, 3, 1, 0.25, 0.5, 1 << 20)
SOURCE = Source("paper", "/papers/paper.pdf", 12, 34, "ab" * 32, 3)


@pytest.fixture(scope="module", autouse=True)
def _children() -> Iterator[None]:
    yield
    end_children()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run with one shard and no results."""
    run = Run.create(tmp_path / "run", ["/papers"], SETTINGS)
    run.write_sources("000000", [SOURCE])
    return run


def write_captions(run: Run, captions: list[Any], fingerprint: str = "1") -> None:
    """A result of the stage `captions` for the first shard."""
    content = to_parquet(CAPTIONS, [{"document": "paper", "captions": captions}], {FINGERPRINT: fingerprint})
    run.write_result("captions", "000000", content, [ErrorRecord("paper", "captions", "crash", "it ended", 2)], USAGE)


def only_line(error: pytest.ExceptionInfo[RunError]) -> str:
    """The error's message, which is one line."""
    assert "\n" not in str(error.value)
    return str(error.value)


class TestFolder:
    def test_a_run_is_opened_again_with_its_settings(self, tmp_path: Path) -> None:
        settings = RunSettings.model_validate({"captions": {"line_gap": 1.4}, "execution": {"shard_pages": 10}})
        Run.create(tmp_path / "deep" / "run", ["/papers", "s3://bucket/papers"], settings)
        run = Run(tmp_path / "deep" / "run")
        assert (run.pdfs, run.settings) == (("/papers", "s3://bucket/papers"), settings)
        assert (run.name, run.folder, run.url) == ("run", tmp_path / "deep" / "run", str(tmp_path / "deep" / "run"))

    def test_settings_and_folders_can_be_changed(self, run: Run) -> None:
        run.pdfs = (*run.pdfs, "/more")
        run.settings = RunSettings.model_validate({"output": {"dpi": 72}})
        run.save()
        assert (Run(run.url).pdfs, Run(run.url).settings.output.dpi) == (("/papers", "/more"), 72)

    def test_run_json_can_be_read_and_edited(self, run: Run) -> None:
        text = Path(run.root, RUN_FILE).read_text(encoding="utf-8")
        record = json.loads(text)
        assert (record["format"], record["sources"]) == (1, {"pdfs": ["/papers"]})
        assert record["settings"] == SETTINGS.model_dump(mode="json")
        assert set(record["versions"]) >= {"exsclaim", "read", "figures", "dataset"}
        Path(run.root, RUN_FILE).write_text(text.replace('"dpi": 300', '"dpi": 120'), encoding="utf-8")
        assert Run(run.url).settings.output.dpi == 120

    def test_names_in_any_script_and_in_none(self, tmp_path: Path) -> None:
        folders = ["/Größen/論文", os.fsdecode(b"/f\xfcr")]
        Run.create(tmp_path / "run", folders, SETTINGS)
        assert Run(tmp_path / "run").pdfs == tuple(folders)
        assert "/Größen/論文".encode() in (tmp_path / "run" / RUN_FILE).read_bytes()

    def test_relative_place(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(Path(run.root).parent)
        assert Run("run").url == run.url
        assert Run("run/").url == run.url

    def test_a_run_is_never_made_over_another(self, run: Run) -> None:
        with pytest.raises(RunError, match="holds a run already"):
            Run.create(run.url, [], SETTINGS)
        assert Run(run.url).pdfs == ("/papers",)

    def test_whether_there_is_one(self, run: Run, tmp_path: Path) -> None:
        assert Run.exists(run.url)
        assert not Run.exists(tmp_path)
        assert not Run.exists(tmp_path / "nowhere")
        assert not Run.exists(Path(run.root) / RUN_FILE)


class TestUnusable:
    """One line that names the file, whatever is wrong."""

    def message(self, place: str | Path) -> str:
        with pytest.raises(RunError) as error:
            Run(place)
        return only_line(error)

    def changed(self, run: Run, **values: Any) -> str:
        file = Path(run.root, RUN_FILE)
        record = {**json.loads(file.read_bytes()), **values}
        file.write_text(json.dumps({name: value for name, value in record.items() if value != "missing"}))
        message = self.message(run.url)
        assert str(file) in message
        return message

    def test_no_folder(self, tmp_path: Path) -> None:
        assert self.message(tmp_path / "nowhere") == f"there is no run at {tmp_path}/nowhere: its run.json is missing"

    def test_a_folder_of_something_else(self, tmp_path: Path) -> None:
        assert "its run.json is missing" in self.message(tmp_path)

    def test_a_file_in_place_of_the_folder(self, run: Run) -> None:
        assert f"{run.root}/{RUN_FILE}" in self.message(Path(run.root) / RUN_FILE)

    def test_a_folder_in_place_of_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "run" / RUN_FILE).mkdir(parents=True)
        assert self.message(tmp_path / "run") == f"{tmp_path}/run/run.json can't be read: Is a directory"

    @pytest.mark.parametrize("content", [b"", b"{", b"no JSON", b'{"format": 1,', b"\xff\xfe\x00", b"[" * 10**5])
    def test_broken_json(self, run: Run, content: bytes) -> None:
        Path(run.root, RUN_FILE).write_bytes(content)
        assert self.message(run.url).startswith(f"{run.root}/{RUN_FILE} is not JSON: ")

    @pytest.mark.parametrize("content", ["[]", "null", "{}", '{"name": "a package", "version": "1.2"}'])
    def test_json_of_another_program(self, run: Run, content: str) -> None:
        Path(run.root, RUN_FILE).write_text(content)
        assert self.message(run.url).startswith(f"{run.root}/{RUN_FILE} is not the record of a run")

    @pytest.mark.parametrize("values", [{"format": 2}, {"format": 2, "sources": "missing"}, {"format": None}])
    def test_unknown_format(self, run: Run, values: dict[str, Any]) -> None:
        assert "was written by another version" in self.changed(run, **values)

    @pytest.mark.parametrize("sources", ["missing", [], {}, {"pdfs": "/papers"}, {"pdfs": [1]}, {"pdfs": None}])
    def test_no_list_of_folders(self, run: Run, sources: Any) -> None:
        assert "sources.pdfs" in self.changed(run, sources=sources)

    @pytest.mark.parametrize("settings", ["missing", None, [], 3])
    def test_no_settings(self, run: Run, settings: Any) -> None:
        assert "settings" in self.changed(run, settings=settings)

    def test_unknown_setting(self, run: Run) -> None:
        assert "settings.captions.lime_gap" in self.changed(run, settings={"captions": {"lime_gap": 1}})

    def test_setting_out_of_bounds(self, run: Run) -> None:
        message = self.changed(run, settings={"output": {"dpi": 1}})
        assert "settings.output.dpi: Input should be greater than or equal to 20" in message

    @pytest.mark.parametrize("place", ["nosuchstore://bucket/run", "s4://x"])
    def test_unknown_kind_of_store(self, place: str) -> None:
        assert place in self.message(place)

    @pytest.mark.skipif(os.geteuid() == 0, reason="root reads and writes everything")
    def test_without_permission(self, run: Run) -> None:
        Path(run.root, RUN_FILE).chmod(0)
        assert "Permission denied" in self.message(run.url)

    def test_a_place_below_a_file_cannot_become_a_run(self, run: Run) -> None:
        with pytest.raises(RunError) as error:
            Run.create(Path(run.root) / RUN_FILE / "run", [], SETTINGS)
        assert only_line(error).endswith("can't be written: Not a directory")


class TestFiles:
    def test_a_result_comes_back(self, run: Run) -> None:
        caption = {"sheet": 0, "type": "Figure", "rows": [1, 2], "box": [0.0, 1.0, 2.0, 3.5], "score": 1.5}
        write_captions(run, [caption])
        (row,) = run.rows("captions", "000000")
        assert {name: row["captions"][0][name] for name in caption} == caption
        assert run.stored("captions", "000000") == "1"
        assert run.errors("captions", "000000") == [ErrorRecord("paper", "captions", "crash", "it ended", 2)]
        assert run.usage("captions", "000000") == USAGE

    def test_without_a_result(self, run: Run) -> None:
        assert run.stored("captions", "000000") is None
        assert run.errors("captions", "000000") == []
        assert run.usage("captions", "000000") is None
        with pytest.raises(FileNotFoundError):
            list(run.rows("captions", "000000"))

    def test_a_forgotten_result_is_gone(self, run: Run) -> None:
        write_captions(run, [])
        run.forget("captions", "000000")
        run.forget("captions", "000000")
        assert run.stored("captions", "000000") is None

    def test_documents_come_back_in_order(self, run: Run) -> None:
        some = [SOURCE, Source("other", "s3://bucket/ö.pdf", 0, 0, "", 0)]
        run.write_sources("000001", some)
        assert run.sources("000001") == some
        assert run.shards() == ["000000", "000001"]

    def test_files_of_other_programs_are_no_shards(self, run: Run) -> None:
        for name in (".DS_Store", "000001.parquet.part", "notes.txt"):
            Path(run.root, "sources", name).touch()
        assert run.shards() == ["000000"]

    def test_a_file_that_was_half_written_is_not_taken(self, run: Run) -> None:
        write_captions(run, [])
        result = Path(run.root, "captions", "000000.parquet")
        result.rename(result.with_name("000000.parquet.part"))
        assert run.stored("captions", "000000") is None

    def test_a_write_that_fails_leaves_the_old_file(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        write_captions(run, [], "old")
        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(RunError) as error:
            run.save()
        assert only_line(error) == f"{run.url}/{RUN_FILE} can't be written: No space left on device"
        with pytest.raises(RunError, match="No space left"):
            write_captions(run, [], "new")
        assert Run(run.url).stored("captions", "000000") == "old"
        assert not list(Path(run.root).rglob("*.part"))

    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
    def test_a_full_disk(self, run: Run) -> None:
        Path(run.root, "captions").mkdir()
        Path(run.root, "captions", "000000.parquet.part").symlink_to("/dev/full")
        with pytest.raises(RunError) as error:
            write_captions(run, [])
        assert only_line(error) == f"{run.url}/captions/000000.parquet can't be written: No space left on device"
        assert run.stored("captions", "000000") is None
        write_captions(run, [])
        assert run.stored("captions", "000000") == "1"

    def test_a_damaged_result_counts_as_none(self, run: Run) -> None:
        write_captions(run, [])
        file = Path(run.root, "captions", "000000.parquet")
        whole, source = file.read_bytes(), random.Random(1)
        for content in (b"", whole[:4], whole[: len(whole) // 2], whole[:-1], bytes(len(whole))):
            file.write_bytes(content)
            assert run.stored("captions", "000000") is None
        for _ in range(200):  # the end of the file says what is in it
            place = source.randrange(len(whole) - 400, len(whole))
            file.write_bytes(whole[:place] + source.randbytes(8) + whole[place + 8 :])
            assert run.stored("captions", "000000") != "2"

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"documents": 1}', b'{"colour": 1}'])
    def test_damaged_usage_counts_as_none(self, run: Run, content: bytes) -> None:
        run.write("captions/000000.usage.json", content)
        assert run.usage("captions", "000000") is None


HOLD = """
import sys
from exsclaim_core.runs import Run
with Run(sys.argv[1]).lock():
    print("locked", flush=True)
    sys.stdin.readline()
"""


class TestLock:
    def test_a_second_process_cannot_work_on_the_run(self, run: Run) -> None:
        with start(HOLD, run.url, stdin=subprocess.PIPE) as other:
            assert other.stdout
            assert other.stdout.readline() == "locked\n"
            with pytest.raises(RunError) as error, run.lock():
                pass
            assert only_line(error).startswith(f"another process is at work on the run {run.url}")
            other.kill()
        # A process that has ended, in whatever way, leaves no lock.
        with run.lock():
            pass

    def test_a_second_part_of_the_same_process_cannot_either(self, run: Run) -> None:
        with run.lock(), pytest.raises(RunError), Run(run.url).lock():
            pass
        with run.lock():
            pass

    def test_a_folder_that_has_gone(self, run: Run) -> None:
        shutil.rmtree(run.root)
        with pytest.raises(RunError, match="can't be written"), run.lock():
            pass
