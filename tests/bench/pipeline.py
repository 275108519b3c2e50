"""The pipeline beside a plain loop of the library: `python -m tests.bench.pipeline [DOCUMENTS [FOLDER]]`.

Takes the papers of ../shared/bench/pdfs under new names, 2,000 unless told. Measures, one after another: the library
with two processes, the pipeline with two workers, a rerun with unchanged settings, one with another caption setting.
Says what orchestration costs in wall and CPU time, whether the memory of any process grows, and what the Prefect
server keeps.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from tests.bench.figures import BENCH, EXSCLAIM
from tests.bench.processes import Watched, watch

JOBS = "2"
MEGABYTE = 1e6


def main() -> int:
    if not BENCH.is_dir():
        print(f"{BENCH} is absent: nothing to measure on. The tests do without it (make test).")
        return 0
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        pdfs = _papers(documents, folder / "papers")
        data = {"XDG_DATA_HOME": str(folder / "data")}
        loop = watch([EXSCLAIM, "extract", str(pdfs), "--out", str(folder / "loop"), "--jobs", JOBS], folder / "log")
        _print("plain loop of the library, two processes", loop, documents)
        shutil.rmtree(folder / "loop")  # its pictures take as much room as those of the run
        run = ["--run", str(folder / "runs" / "bench"), "--workers", JOBS]
        pipeline = watch([EXSCLAIM, "run", "--pdfs", str(pdfs), *run], folder / "log", data)
        _print("pipeline, two workers", pipeline, documents)
        wall, cpu = pipeline.wall / loop.wall, pipeline.cpu / loop.cpu
        print(f"  orchestration: wall × {wall:.3f}, CPU × {cpu:.3f} (target 1.15)")
        _print_memory(pipeline)
        _print_state(folder / "data", documents)
        _print("rerun of captions, nothing changed (target 5 s)", _rerun(folder, run, data), documents)
        before = {file: file.stat().st_mtime_ns for file in (folder / "runs" / "bench" / "read").iterdir()}
        again = _rerun(folder, run, data, "--set", "captions.line_gap=1.4")
        _print("rerun of captions, another line gap", again, documents)
        after = {file: file.stat().st_mtime_ns for file in (folder / "runs" / "bench" / "read").iterdir()}
        print(f"  reading was {'not ' if before == after else ''}repeated")
    return 0


def _papers(count: int, folder: Path) -> Path:
    """So many papers, the same ones under new names: links, which each stage opens and hashes as files of their own."""
    folder.mkdir(parents=True)
    papers = sorted((BENCH / "pdfs").glob("*.pdf"))
    for number, paper in enumerate(islice(cycle(papers), count)):
        os.symlink(paper, folder / f"{number:05}-{paper.name}")
    return folder


def _rerun(folder: Path, run: list[str], data: dict[str, str], *options: str) -> Watched:
    return watch([EXSCLAIM, "rerun", "captions", *run, *options], folder / "log", data)


def _print(title: str, watched: Watched, documents: int) -> None:
    cpu = 1000 * watched.cpu / documents
    print(f"{title}: {watched.wall:.1f} s, {watched.cpu:.1f} CPU s, {cpu:.0f} ms a document, exit {watched.status}")
    by_role: dict[str, float] = {}
    for process in watched.processes:
        by_role[process.role] = by_role.get(process.role, 0.0) + process.cpu
    print("  CPU s: " + ", ".join(f"{role} {cpu:.1f}" for role, cpu in sorted(by_role.items())), flush=True)


def _print_memory(watched: Watched) -> None:
    print("  memory of its own at most, and late in early: ", end="")
    lasting = [process for process in watched.processes if len(process.memory) >= 20]
    for process in sorted(lasting, key=lambda process: process.role):
        print(f"{process.role} {max(process.memory) / MEGABYTE:.0f} MB × {process.growth:.2f}", end="; ")
    print()


def _print_state(data: Path, documents: int) -> None:
    size = sum(file.stat().st_size for file in data.rglob("*.db*")) / MEGABYTE
    print(f"  Prefect keeps {size:.2f} MB, {1000 * size / documents:.2f} a thousand documents (target 3)")


if __name__ == "__main__":
    sys.exit(main())
