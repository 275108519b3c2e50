"""The command line: results, exit statuses, and one clear line for every mistake."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner, Result

from exsclaim_core import extraction
from flows.command_line import app
from tests.test_extraction import draw

ROOT = Path(__file__).resolve().parents[1]
START = "from flows.command_line import main; main()"
FAULTY = f"from exsclaim_core import extraction; extraction.WORK = 'tests.faulty_work'; {START}"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def extract(out: Path, *arguments: object, jobs: int = 1) -> Result:
    return run("extract", "--out", out, "--jobs", jobs, *arguments)


def record(out: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / f"{name}.json").read_bytes())
    return found


def counts(result: Result) -> dict[str, int]:
    """The closing table."""
    names, numbers = (line.split() for line in result.stdout.splitlines() if re.match(r" +(documents|\d+) ", line))
    return dict(zip(names, map(int, numbers), strict=True))


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    """A run of its own, as from a terminal."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def cpu_seconds_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with two papers, of three figures together."""
    draw(tmp_path / "papers" / "one.pdf")
    draw(tmp_path / "papers" / "more" / "two.PDF", figures=2)
    return tmp_path / "papers"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


class TestExtract:
    def test_a_folder(self, papers: Path, out: Path) -> None:
        result = extract(out, papers, jobs=2)
        assert result.exit_code == 0, result.output
        assert counts(result) == {"documents": 2, "pages": 3, "figures": 3, "tables": 0, "partial": 0, "failed": 0}
        assert sorted(file.name for file in out.iterdir()) == ["images", "one.json", "two.json"]
        assert [figure["image"] for figure in record(out, "two")["figures"]] == [
            "images/two/two-Figure1-1.png",
            "images/two/two-Figure2-1.png",
        ]
        assert result.stdout.endswith(f"Results: {out}\n")

    def test_switches(self, papers: Path, out: Path) -> None:
        result = extract(out, papers / "one.pdf", "--svg", "--dpi", 72, "--set", "output.margin=0")
        assert result.exit_code == 0, result.output
        (figure,) = record(out, "one")["figures"]
        assert figure["dpi"] == 72
        assert (out / figure["svg"]).is_file()
        assert record(out, "one")["settings"] == {"output": {"dpi": 72.0, "margin": 0.0, "svg": True}}

    def test_no_images(self, papers: Path, out: Path) -> None:
        assert extract(out, papers, "--no-images").exit_code == 0
        assert [figure["image"] for figure in record(out, "two")["figures"]] == [None, None]
        assert not (out / "images").exists()

    def test_overlay_pages_and_their_index(self, papers: Path, out: Path) -> None:
        result = extract(out, papers, "--overlay", "--no-images")
        assert f"Overlay pages: {out / 'overlay' / 'index.html'}" in result.stdout
        index = (out / "overlay" / "index.html").read_text()
        linked = set(re.findall(r'src="([^"]+)"', index))
        assert linked == {"one/one-page1.png", "two/two-page1.png", "two/two-page2.png"}
        assert all((out / "overlay" / path).is_file() for path in linked)
        assert "http" not in index

    def test_settings_file(self, papers: Path, out: Path, tmp_path: Path) -> None:
        file = tmp_path / "settings.toml"
        file.write_text("[output]\nimages = false\n")
        assert extract(out, papers, "--settings", file).exit_code == 0
        assert not (out / "images").exists()

    def test_equal_stems(self, papers: Path, out: Path) -> None:
        draw(papers / "deep" / "one.pdf", figures=3)
        assert extract(out, papers, "--no-images").exit_code == 0
        by_source = {record(out, name)["source"]["path"]: name for name in ("one", "one-2", "two")}
        assert len(by_source) == 3
        assert extract(out, papers, "--no-images", "--set", "output.margin=2").exit_code == 0
        assert {record(out, name)["source"]["path"]: name for name in ("one", "one-2", "two")} == by_source


class TestTroubles:
    def test_bad_documents_are_named_with_their_reasons(self, papers: Path, out: Path) -> None:
        (papers / "empty.pdf").touch()
        (papers / "notes.pdf").write_text("These are notes.")
        draw(papers / "secret.pdf", password="sesame")
        result = extract(out, papers, "--no-images")
        assert result.exit_code == 1
        assert counts(result)["documents"] == 5
        assert counts(result)["failed"] == 3
        lines = result.stdout.splitlines()
        assert f"failed: {papers / 'empty.pdf'}: the file is empty" in lines
        assert f"failed: {papers / 'notes.pdf'}: not a readable PDF: no objects found" in lines
        assert any(line.startswith(f"failed: {papers / 'secret.pdf'}: needs a password") for line in lines)
        assert record(out, "empty")["errors"][0]["kind"] == "empty"

    def test_partial_documents_are_no_failure(self, papers: Path, out: Path) -> None:
        file = draw(papers / "damaged.pdf")
        file.write_bytes(file.read_bytes().partition(b"\nxref")[0])
        result = extract(out, file)
        assert (result.exit_code, counts(result)["partial"]) == (0, 1)
        assert f"partial: {file}: the file is damaged and was repaired" in result.stdout

    def test_password(self, papers: Path, out: Path) -> None:
        file = draw(papers / "secret.pdf", password="sesame")
        assert extract(out, file, "--password", "sesame").exit_code == 0
        assert "sesame" not in (out / "secret.json").read_text()

    def test_names_that_a_terminal_would_obey(self, papers: Path, out: Path) -> None:
        (papers / "red\x1b[31m\nalert.pdf").touch()
        result = extract(out, papers, "--no-images")
        assert "\x1b[31m" not in result.stdout
        assert r"red\x1b[31m\nalert.pdf: the file is empty" in result.stdout


class TestWrongUse:
    def fails(self, result: Result, message: str) -> None:
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert message in result.stderr

    def test_nothing_there(self, tmp_path: Path, out: Path) -> None:
        self.fails(extract(out, tmp_path / "nowhere"), "no file or folder")

    def test_folder_without_pdfs(self, tmp_path: Path, out: Path) -> None:
        (tmp_path / "notes.txt").touch()
        self.fails(extract(out, tmp_path), "no PDF in the folder")
        assert not out.exists()

    def test_unknown_setting(self, papers: Path, out: Path) -> None:
        result = extract(out, papers, "--set", "captions.linegap=1.4")
        self.fails(result, "no setting captions.linegap; near it are captions.line_gap")

    def test_value_out_of_bounds(self, papers: Path, out: Path) -> None:
        self.fails(extract(out, papers, "--dpi", 100_000), "output.dpi = 100000.0: input should be less than")

    def test_settings_file_that_cannot_be_read(self, papers: Path, out: Path) -> None:
        self.fails(extract(out, papers, "--settings", papers / "none.toml"), "No such file")

    @pytest.mark.parametrize("place", ["file", "file/below"])
    def test_output_folder_that_cannot_be_written(self, papers: Path, tmp_path: Path, place: str) -> None:
        (tmp_path / "file").touch()
        self.fails(extract(tmp_path / place, papers), "results cannot be written to")

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
    def test_read_only_output_folder(self, papers: Path, out: Path) -> None:
        out.mkdir(mode=0o555)
        self.fails(extract(out, papers), "Permission denied")

    @pytest.mark.parametrize(
        "arguments", [["--wrong"], ["--jobs", "0"], ["--jobs", "many"], ["--dpi"], ["--dpi", "fine"]]
    )
    def test_mistyped_options(self, papers: Path, out: Path, arguments: list[str]) -> None:
        result = extract(out, papers, *arguments)
        assert result.exit_code == 2
        assert "Error: " in result.stderr

    @pytest.mark.parametrize("arguments", [["extract"], ["extract", "paper.pdf"], ["extrakt"], []])
    def test_incomplete_commands(self, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2


class TestContinuing:
    def stamp(self, out: Path) -> dict[str, int]:
        return {file.name: file.stat().st_mtime_ns for file in out.rglob("*") if file.is_file()}

    def test_finished_results_are_kept(self, papers: Path, out: Path) -> None:
        extract(out, papers)
        before = self.stamp(out)
        result = extract(out, papers)
        assert (result.exit_code, self.stamp(out)) == (0, before)
        assert counts(result)["figures"] == 3
        assert "2 of 2 documents were finished before" in result.stdout

    def test_new_files_are_added(self, papers: Path, out: Path) -> None:
        extract(out, papers)
        before = self.stamp(out)
        draw(papers / "three.pdf")
        assert "2 of 3 documents were finished before" in extract(out, papers).stdout
        assert before.items() <= self.stamp(out).items()

    def test_another_setting_makes_them_again(self, papers: Path, out: Path) -> None:
        extract(out, papers)
        assert "finished before" not in extract(out, papers, "--dpi", 100).stdout
        assert record(out, "one")["figures"][0]["dpi"] == 100

    def test_failed_documents_are_tried_again(self, papers: Path, out: Path) -> None:
        draw(papers / "secret.pdf", password="sesame")
        assert extract(out, papers).exit_code == 1
        result = extract(out, papers, "--password", "sesame")
        assert (result.exit_code, counts(result)["failed"]) == (0, 0)
        assert "2 of 3 documents were finished before" in result.stdout

    def test_pictures_of_other_settings_do_not_stay(self, papers: Path, out: Path) -> None:
        extract(out, papers, "--svg", "--overlay")
        extract(out, papers, "--no-images")
        assert sorted(file.name for file in out.rglob("*") if file.is_file()) == ["index.html", "one.json", "two.json"]
        assert "img src" not in (out / "overlay" / "index.html").read_text()


class TestInterruption:
    def test_ctrl_c_keeps_what_is_finished_and_the_same_command_goes_on(self, papers: Path, out: Path) -> None:
        draw(papers / "zz" / "hang while rendering.pdf", figures=2)
        arguments = ("extract", papers, "--out", out, "--jobs", 2)
        process = start(FAULTY, *arguments)
        hanging = out / "images" / "hang while rendering"
        wait_for(lambda: len(list(out.glob("*.json"))) == 2 and any(hanging.glob("*.png")))
        children = psutil.Process(process.pid).children(recursive=True)
        assert children

        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=10)
        assert time.monotonic() - began < 1
        assert process.returncode == 130
        assert not any(child.is_running() for child in children)
        assert (output, errors.strip()) == (
            "",
            "exsclaim: stopped. 2 of 3 documents are finished; the same command goes on from there.",
        )
        assert sorted(file.name for file in out.glob("*.json")) == ["one.json", "two.json"]
        assert not hanging.exists()

        result = run(*arguments)
        assert result.exit_code == 0, result.output
        assert "2 of 3 documents were finished before" in result.stdout
        assert len(record(out, "hang while rendering")["figures"]) == 2

    def test_killed_run_leaves_no_process(self, papers: Path, out: Path) -> None:
        draw(papers / "hang while reading.pdf")
        process = start(FAULTY, "extract", papers, "--out", out, "--jobs", 2)
        wait_for(lambda: len(list(out.glob("*.json"))) == 2)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.communicate(timeout=10)
        wait_for(lambda: not any(child.is_running() for child in children))


class TestProgram:
    @pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"]])
    def test_help_appears_at_once(self, arguments: list[str]) -> None:
        seconds = []
        for _ in range(3):  # the first may have to compile
            before = cpu_seconds_of_children()
            process = start(START, *arguments)
            output, _ = process.communicate()
            seconds.append(cpu_seconds_of_children() - before)  # of the processor: others may be at work as well
            assert process.returncode == 0
            assert "Usage: " in output
        assert min(seconds) < 0.5

    def test_help_loads_nothing_that_it_does_not_need(self) -> None:
        program = "import sys, flows.command_line; print(*sys.modules)"
        output, errors = start(program).communicate()
        assert {"numpy", "pymupdf", "pydantic", "rich"}.isdisjoint(output.split()), errors

    def test_the_parent_needs_neither_numpy_nor_pymupdf(self, papers: Path, out: Path) -> None:
        program = f"""
import sys
try:
    {START}
finally:
    print(*sys.modules)
"""
        output, errors = start(program, "extract", papers, "--out", out).communicate()
        assert "Results: " in output, errors
        assert {"numpy", "pymupdf"}.isdisjoint(output.splitlines()[-1].split())

    def test_version(self) -> None:
        assert re.fullmatch(r"exsclaim \d+\.\d+\.\d+\n", run("--version").stdout)

    def test_children_that_do_not_start(self, papers: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(extraction, "WORK", "tests.no_such_module")
        result = extract(out, papers)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert "child processes in a row did not start" in result.stderr


def wait_for(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.mark.shared
@pytest.mark.usefixtures("started")  # nothing is left behind
def test_awkward_files_get_a_result_or_a_line(shared: Path, out: Path) -> None:
    result = run("extract", shared / "bench" / "awkward", "--out", out, "--no-images")
    files = sorted((shared / "bench" / "awkward").glob("*.pdf"))
    assert result.exit_code == 1
    assert counts(result)["documents"] == len(files) == len(list(out.glob("*.json")))
    for file in files:
        status = record(out, file.stem)["status"]
        assert status == "success" or f"{status}: {file}: " in result.stdout
        assert (status == "success") == (record(out, file.stem)["errors"] == [])
