"""The sample papers: python -m tests.drawing.samples OUTDIR draws them, with their truth beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tests.drawing.one_column import draw_report
from tests.drawing.truth import Truth
from tests.drawing.two_column import draw_paper

PAPERS: dict[str, Callable[[], tuple[bytes, Truth]]] = {
    "two-column-paper": draw_paper,
    "one-column-report": draw_report,
}


def write_samples(folder: Path) -> list[Path]:
    """Draw all sample papers into the folder; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, draw in PAPERS.items():
        pdf, truth = draw()
        written += [folder / f"{name}.pdf", folder / f"{name}.truth.json"]
        written[-2].write_bytes(pdf)
        written[-1].write_text(truth.json(), encoding="utf-8")
    return written


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.drawing.samples OUTDIR")
    for path in write_samples(Path(sys.argv[1])):
        print(f"{path}: {path.stat().st_size} bytes")
