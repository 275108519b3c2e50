"""The report of a run: what its stages took, worked out from what they have noted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.model import ErrorRecord
from exsclaim_core.run_report import write_report
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from tests.test_run_status import change, figure, make_faulty_run, make_run


def report(run: Run, **extra: object) -> dict[str, Any]:
    write_report(run, extra)
    record: dict[str, Any] = json.loads(run.read("report.json"))
    return record


def markdown(run: Run, **extra: object) -> str:
    write_report(run, extra)
    return run.read("report.md").decode()


def rows(text: str) -> list[list[str]]:
    """Cells of the tables."""
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in text.splitlines() if line[:1] == "|"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Two shards with three documents; each stage took 1.5 s of CPU time and 2 s by the clock for each."""
    return make_run(tmp_path / "run", [{"a": [figure("1"), figure("1", "Table")], "b": []}, {"c": [figure("2")]}])


class TestJson:
    def test_a_stage(self, run: Run) -> None:
        assert report(run)["stages"]["layout"] == {
            "shards": 2,
            "all_shards": 2,
            "documents": 3,
            "pages": 30,
            "seconds": 4.0,
            "cpu_seconds": 3.0,
            "cpu_ms_per_page": 100.0,
            "pages_per_cpu_second": 10.0,
            "peak_memory_bytes": 100 << 20,
            "errors": {},
        }
        assert list(report(run)["stages"]) == [
            *("read", "layout", "captions", "clusters", "figures", "panels", "distribution")
        ]

    def test_totals(self, run: Run) -> None:
        assert report(run)["totals"] == {
            "documents": 3,
            "success": 3,
            "partial": 0,
            "failed": 0,
            "unfinished": 0,
            "pages": 30,
            "figures": 2,
            "tables": 1,
            "seconds": 28.0,
            "cpu_seconds": 21.0,
            "cpu_ms_per_page": 700.0,
            "pages_per_cpu_second": 1.4,
            "peak_memory_bytes": 100 << 20,
            "errors": 0,
        }

    def test_what_the_caller_knows(self, run: Run) -> None:
        assert report(run, workers=2, versions={"exsclaim": "0.1"})["run"] == {
            "name": "run",
            "workers": 2,
            "versions": {"exsclaim": "0.1"},
        }

    def test_errors(self, tmp_path: Path) -> None:
        record = report(make_faulty_run(tmp_path / "run"))
        assert (record["totals"]["failed"], record["totals"]["partial"], record["totals"]["errors"]) == (2, 1, 4)
        assert record["stages"]["read"]["errors"] == {"corrupt": 1, "no text": 1, "password": 1}
        assert record["stages"]["figures"]["errors"] == {"memory": 1}
        assert {
            (each["stage"], each["kind"], each["count"], each["example"]["document"]) for each in record["errors"]
        } == {
            ("read", "password", 1, "locked"),
            ("read", "no text", 1, "scanned"),
            ("read", "corrupt", 1, "damaged"),
            ("render", "memory", 1, "damaged"),
        }

    def test_results_for_other_settings_do_not_count(self, run: Run) -> None:
        change(run, clusters__margin=5)
        run.forget("captions", "000001")
        record = report(run)
        shards = {name: (stage["shards"], stage["cpu_seconds"]) for name, stage in record["stages"].items()}
        assert shards == {
            **{"read": (2, 3), "layout": (2, 3), "captions": (1, 1.5)},
            **dict.fromkeys(("clusters", "figures", "panels", "distribution"), (0, 0)),
        }
        assert (record["totals"]["unfinished"], record["totals"]["figures"]) == (3, 0)
        assert record["stages"]["clusters"]["cpu_ms_per_page"] is None

    def test_a_run_without_documents(self, tmp_path: Path) -> None:
        record = report(Run.create(tmp_path / "run", ["/papers"], RunSettings()))
        assert (record["totals"]["documents"], record["totals"]["cpu_ms_per_page"]) == (0, None)


class TestMarkdown:
    def test_it_begins_with_what_was_done(self, run: Run) -> None:
        assert markdown(run).split("\n\n")[:2] == [
            "# Run run",
            "2 figures and 1 table were found in 3 documents with 30 pages. No document failed. That took 21.0 s of "
            "CPU time, 700.0 ms a page: read 14 %, layout 14 %, captions 14 %, clusters 14 %, figures 14 %, "
            "panels 14 %, distribution 14 %.",
        ]

    def test_it_says_what_failed(self, tmp_path: Path) -> None:
        errors = [ErrorRecord(name, "read", "password", "needs a password") for name in "ab"]
        run = make_run(tmp_path / "run", [{"a": None, "b": None, "c": [figure()]}], errors=errors)
        assert "2 documents failed; most often: password in read (2 times)." in markdown(run)
        assert ["read", "password", "2", "a", "needs a password"] in rows(markdown(run))

    def test_it_says_what_is_not_finished(self, run: Run) -> None:
        run.forget("figures", "000001")
        text = markdown(run)
        assert "The run is not finished: 1 document to go." in text
        assert "No document failed" not in text

    def test_a_row_for_each_stage(self, run: Run) -> None:
        assert rows(markdown(run))[2:4] == [
            ["read", "2 of 2", "3", "30", "3.0", "4.0", "100.00", "10", "100", ""],
            ["layout", "2 of 2", "3", "30", "3.0", "4.0", "100.00", "10", "100", ""],
        ]

    def test_how_it_was_run(self, run: Run) -> None:
        text = markdown(run, wall_seconds=12.34, versions={"exsclaim": "0.1", "python": "3.11"})
        assert "The last run of it took 12.3 s by the clock." in text
        assert "- versions: exsclaim 0.1, python 3.11" in text

    def test_messages_and_names_stay_in_their_cells(self, tmp_path: Path) -> None:
        errors = [ErrorRecord("a|b", "read", "corrupt", "half | a\n\ntable <script>")]
        run = make_run(tmp_path / "run", [{"a|b": None}], errors=errors)
        assert r"| read | corrupt | 1 | a\|b | half \| a table \<script\> |" in markdown(run).splitlines()
