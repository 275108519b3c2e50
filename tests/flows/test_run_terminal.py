"""What a person sees of runs, with and without a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exsclaim_core.comparison import compare_runs
from exsclaim_core.dataset.export import export_dataset
from exsclaim_core.model import Box, ErrorRecord
from exsclaim_core.run_status import read_status
from flows.run_terminal import MOST_LINES, RunProgress, show_comparison, show_result, show_status
from tests.test_run_status import ERRORS, FINDS, change, figure, make_faulty_run, make_run

Captured = pytest.CaptureFixture[str]


def tables(text: str) -> dict[str, list[str]]:
    """The rows of tables by their first cell."""
    rows = [line.split() for line in text.splitlines() if line.startswith("  ")]
    return {cells[0]: cells[1:] for cells in rows if cells}


class TestStatus:
    def test_stages_and_what_to_do_next(self, tmp_path: Path, capsys: Captured) -> None:
        run = make_run(tmp_path / "run", [{"a": []}, {"b": []}])
        change(run, clusters__margin=5)
        run.forget("figures", "000000")
        show_status(read_status(run))
        out = capsys.readouterr().out
        assert out.startswith(f"{run.url}: 2 documents with 20 pages\n")
        assert tables(out) == {
            "stage": ["done", "outdated", "missing"],
            "read": ["2", "0", "0"],
            "layout": ["2", "0", "0"],
            "captions": ["2", "0", "0"],
            "clusters": ["0", "2", "0"],
            "figures": ["0", "1", "1"],
            "panels": ["0", "2", "0"],
            "distribution": ["0", "2", "0"],
            "dataset": ["0", "0", "1"],
        }
        assert "Documents: 2 unfinished\n" in out
        assert out.endswith(f"Next: 9 results to make: exsclaim run --run {run.url}\n")

    def test_a_finished_run(self, tmp_path: Path, capsys: Captured) -> None:
        run = make_run(tmp_path / "run", [{"a": []}])
        export_dataset(run)
        show_status(read_status(run))
        assert capsys.readouterr().out.endswith(f"All is up to date: {run.url}/dataset\n")

    def test_errors_by_kind(self, tmp_path: Path, capsys: Captured) -> None:
        show_status(read_status(make_faulty_run(tmp_path / "run")))
        out = capsys.readouterr().out
        assert "Documents: 2 failed, 1 partial\n" in out
        assert "1 time corrupt in read, for instance damaged: page 3: page 3 is lost\n" in out

    def test_documents_that_were_too_much_can_be_tried_again(self, tmp_path: Path, capsys: Captured) -> None:
        show_status(read_status(make_faulty_run(tmp_path / "a run")))
        again = f"exsclaim rerun figures --run '{tmp_path / 'a run'}' --again failed"
        assert capsys.readouterr().out.endswith(f"can be tried again: {again}\n")

    def test_nothing_that_a_terminal_would_obey(self, tmp_path: Path, capsys: Captured) -> None:
        errors = [ErrorRecord("a", "read", "corrupt", "red \x1b[31malert\x07")]
        show_status(read_status(make_run(tmp_path / "run", [{"a": None}], errors=errors)))
        assert r"a: red \x1b[31malert\x07" in capsys.readouterr().out


class TestResult:
    def test_counts_faults_and_where_to_look(self, tmp_path: Path, capsys: Captured) -> None:
        run = make_faulty_run(tmp_path / "run")
        assert show_result(run) == 2
        assert capsys.readouterr().out.splitlines()[1:] == [
            "  documents   pages   figures   tables   partial   failed  ",
            " ───────────────────────────────────────────────────────── ",
            "          5      50         2        1         1        2  ",
            " " * 59,
            "failed: /papers/locked.pdf: needs a password",
            "failed: /papers/scanned.pdf: its pages are images",
            "partial: /papers/damaged.pdf: page 3: page 3 is lost (and 1 more)",
            f"Results: {run.url}",
        ]

    def test_a_run_without_faults(self, tmp_path: Path, capsys: Captured) -> None:
        run = make_run(tmp_path / "run", [{"a": [figure()]}], {"output.overlay": True})
        assert show_result(run) == 0
        assert capsys.readouterr().out.endswith(f"Results: {run.url}\nOverlay pages: {run.url}/overlay\n")

    def test_documents_that_are_not_finished(self, tmp_path: Path, capsys: Captured) -> None:
        run = make_run(tmp_path / "run", [FINDS, {"other": []}], errors=ERRORS, textless=["scanned"])
        run.forget("figures", "000000")
        assert show_result(run) == 0
        out = capsys.readouterr().out
        assert "documents   pages   figures   tables   partial   failed   unfinished" in out
        assert "locked" not in out

    def test_many_faults(self, tmp_path: Path, capsys: Captured) -> None:
        names = [f"paper{number:02}" for number in range(MOST_LINES + 3)]
        errors = [ErrorRecord(name, "read", "password", "needs a password") for name in names]
        run = make_run(tmp_path / "run", [dict.fromkeys(names)], errors=errors)
        assert show_result(run) == MOST_LINES + 3
        assert "needs a password\nand 3 more\nResults" in capsys.readouterr().out
        export_dataset(run)
        show_result(run)
        out = capsys.readouterr().out
        assert out.count("failed: ") == MOST_LINES
        assert "and 3 more: see dataset/csv/errors.csv\n" in out
        assert (tmp_path / "run" / "dataset" / "csv" / "errors.csv").is_file()


class TestComparison:
    def test_counts_settings_and_the_first_differences(self, tmp_path: Path, capsys: Captured) -> None:
        wider = Box(50, 100, 450, 200)
        before = make_run(tmp_path / "before", [{"a": [figure(), figure("2", page=2)], "b": []}])
        after = make_run(tmp_path / "after", [{"a": [figure(bbox=wider)], "c": []}], {"captions.line_gap": 2})
        show_comparison(compare_runs(before, after))
        out = capsys.readouterr().out
        assert out.splitlines()[:5] == [
            f"before: {before.url}",
            f"after: {after.url}",
            "captions.line_gap: 1.3 before, 2.0 after",
            "1 document before only, left out",
            "1 document after only, left out",
        ]
        assert tables(out) == {
            "documents": ["unchanged", "appeared", "gone", "changed"],
            "1": ["0", "0", "1", "1"],
        }
        assert out.splitlines()[-2:] == [
            "a: Figure 1, page 1: changed: region 50 % the same",
            "a: Figure 2, page 2: gone",
        ]

    def test_many_differences(self, tmp_path: Path, capsys: Captured) -> None:
        figures = [figure(str(number), page=number) for number in range(1, MOST_LINES + 5)]
        before, after = make_run(tmp_path / "a", [{"a": figures}]), make_run(tmp_path / "b", [{"a": []}])
        show_comparison(compare_runs(before, after))
        out = capsys.readouterr().out
        assert (out.count(": gone\n"), out.splitlines()[-1]) == (MOST_LINES, "and 4 more")


class TestProgress:
    TOTALS = (("read", (1, 3)), ("layout", (0, 1)), ("dataset", (0, 1)))

    def test_a_line_for_each_stage_where_there_is_no_terminal(self, capsys: Captured) -> None:
        with RunProgress() as progress:
            progress.line("Prefect: http://127.0.0.1:4200")
            progress.start(dict(self.TOTALS))
            for stage in ("read", "layout", "read"):
                progress.advance(stage)
        assert capsys.readouterr() == (
            "",
            "Prefect: http://127.0.0.1:4200\nlayout: 1 shard done after 0 s\nread: 3 shards done after 0 s\n",
        )

    def test_a_bar_for_each_stage_on_a_terminal(self, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TTY_COMPATIBLE", "1")
        with RunProgress() as progress:
            progress.start(dict(self.TOTALS))
            progress.advance("read")
            progress.line("halfway")
        shown = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", capsys.readouterr().err)
        assert re.search(r"read +\S+ 2/3 shards 0:00:00", shown)
        assert re.search(r"dataset \S+ 0/1 shards", shown)
        assert "halfway" in shown
        assert "done after" not in shown

    def test_a_stage_that_was_not_announced(self, capsys: Captured) -> None:
        with RunProgress() as progress:
            progress.advance("read")
        assert capsys.readouterr().err == ""

    def test_it_can_begin_again(self, capsys: Captured) -> None:
        with RunProgress() as progress:
            for _ in range(2):
                progress.start({"read": (0, 1)})
                progress.advance("read")
        assert capsys.readouterr().err.count("read: 1 shard done") == 2
