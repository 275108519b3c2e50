"""Accuracy, speed and memory of figure extraction, beside PDFFigures 2.0: `python -m tests.bench.figures [RUNS]`.

Reads ../shared/bench. Speed is measured RUNS times (3 unless told) and the median is printed, with the CPU time that
MuPDF alone needs for operators and text on the same machine at the same time, since machines differ and are shared.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.measuring import Cost, measure

BENCH = Path(__file__).parents[3] / "shared" / "bench"
EXSCLAIM = str(Path(sys.executable).with_name("exsclaim"))
FLOOR = """
import sys, pathlib
from exsclaim_core.pdf.mupdf import pymupdf
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.pdf")):
    for page in pymupdf.open(path):
        page.get_bboxlog(layers=True)
        page.get_text("dict", flags=3)
"""


def main() -> int:
    if not BENCH.is_dir():
        print(f"{BENCH} is absent: nothing to measure on. The tests do without it (make test).")
        return 0
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    pdfs = BENCH / "pdfs"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        _extract(pdfs, out / "located", "--no-images")
        _print_accuracy(out / "located")
        pages = _count_pages(out / "located")
        floor = [measure([sys.executable, "-c", FLOOR, str(pdfs)]) for _ in range(runs)]
        print(f"{pages} pages, median of {runs} runs; targets and PDFFigures 2.0 were measured on a quiet machine")
        _print_cost("MuPDF alone, one process (quiet: 6.6 ms)", floor, pages)
        locating = [_extract(pdfs, out / f"locating{run}", "--no-images", "--jobs", "2") for run in range(runs)]
        _print_cost("locating, two jobs (target 12 ms, 7 s, 500 MB; peer 25 ms, 13.6 s)", locating, pages)
        crops = [_extract(pdfs, out / f"crops{run}", "--dpi", "150", "--jobs", "2") for run in range(runs)]
        _print_cost("with PNG at 150 dpi, two jobs (target 30 ms; peer 71 ms)", crops, pages)
        paper = next(path for path in sorted(pdfs.glob("*.pdf")) if path.stem.startswith("fulltext"))
        single = [_extract(paper, out / f"single{run}") for run in range(runs)]
        _print_cost("one paper of ten pages, PNG at 300 dpi (target 1.0 s)", single, 10)
        single = [_extract(paper, out / f"single-json{run}", "--no-images") for run in range(runs)]
        _print_cost("one paper of ten pages, JSON only (target 1.0 s)", single, 10)
        helped = [measure([EXSCLAIM, "--help"]) for _ in range(runs)]
        _print_cost("exsclaim --help (target 0.5 s)", helped, 1)
    return 0


def _extract(source: Path, out: Path, *options: str) -> Cost:
    return measure([EXSCLAIM, "extract", str(source), "--out", str(out), *options])


def _print_accuracy(predictions: Path) -> None:
    for title, truth, extra in (
        ("regions and captions, 51 papers (target F1 0.90; PDFFigures 2.0 0.657)", "boxes_truth", ()),
        ("captions alone, 64 papers (target F1 0.95; PDFFigures 2.0 0.858)", "captions_truth", ("--captions-only",)),
    ):
        print(title)
        _score("score.py", BENCH / truth, BENCH / "pdfs", predictions, *extra)
    with tempfile.TemporaryDirectory() as folder:
        for path in (BENCH / "boxes_truth").glob("icml*.json"):
            (Path(folder) / path.name).symlink_to(path)
        print("the ten CS-150 papers among them (target F1 0.97; PDFFigures 2.0 0.968)")
        _score("score.py", Path(folder), BENCH / "pdfs", predictions)
    print("section titles and mentions (PDFFigures 2.0: titles F1 0.700)")
    _score("score_text.py", BENCH / "captions_truth", predictions)


def _score(scorer: str, *arguments: Path | str) -> None:
    command = [sys.executable, str(BENCH / scorer), *map(str, arguments)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    print("\n".join(f"    {line}" for line in lines), flush=True)


def _count_pages(predictions: Path) -> int:
    return sum(json.loads(path.read_text())["pages"] for path in predictions.glob("*.json"))


def _print_cost(title: str, costs: list[Cost], pages: int) -> None:
    cpu, wall = (statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall"))
    memory = max(cost.memory for cost in costs) / 1e6
    private = max(cost.private for cost in costs) / 1e6
    per_page = f"{cpu / pages * 1000:6.1f} ms CPU a page, " if pages > 1 else f"{cpu * 1000:6.0f} ms CPU, "
    print(
        f"{title}\n    {per_page}{wall:5.2f} s wall, {memory:4.0f} MB resident ({private:.0f} MB, shared counted once)"
    )


if __name__ == "__main__":
    sys.exit(main())
