"""Synthetic figures to look at, with what is true of them drawn over: `python -m tests.bench.synthetic_figures OUT N`.

Uses ../shared/data where it is there. Prints what a figure costs and what occurs in them.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from exsclaim_core.model import Box
from exsclaim_core.panels.synthesis.figures import draw_figure
from exsclaim_core.panels.synthesis.sheet import SyntheticFigure
from exsclaim_core.panels.synthesis.sources import Sources

SHARED = Path(__file__).parents[3] / "shared" / "data"
SEED = 6
PANEL, LETTER, BAR, INSET = (255, 0, 0), (0, 0, 255), (0, 190, 0), (255, 150, 0)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("python -m tests.bench.synthetic_figures OUT N", file=sys.stderr)
        return 2
    out, count = Path(arguments[0]), int(arguments[1])
    out.mkdir(parents=True, exist_ok=True)
    sources = Sources.load(SHARED, "train") if SHARED.is_dir() else Sources.drawn()
    seconds: list[float] = []
    occurring: Counter[str] = Counter()
    for number in range(count):
        start = time.process_time()
        figure = draw_figure(np.random.default_rng((SEED, number)), sources)
        seconds.append(time.process_time() - start)
        occurring.update(panel.kind for panel in figure.panels)
        occurring.update({"panels": len(figure.panels), "bars": len(figure.bars), "insets": len(figure.insets)})
        overlay(figure).save(out / f"{number:04}.png")
    milliseconds = 1000 * np.array(seconds)
    print(f"CPU a figure: mean {milliseconds.mean():.1f} ms, median {np.median(milliseconds):.1f} ms")
    print(", ".join(f"{name} {number}" for name, number in occurring.most_common()))
    return 0


def overlay(figure: SyntheticFigure) -> Image.Image:
    """The figure with panels, letters and scale labels, bars and insets framed."""
    image = Image.fromarray(figure.pixels).copy()
    draw = ImageDraw.Draw(image)

    def frame(box: Box, colour: tuple[int, int, int], out: int = 0) -> None:
        draw.rectangle((box.x0 - out, box.y0 - out, box.x1 - 1 + out, box.y1 - 1 + out), outline=colour)

    for panel in figure.panels:
        frame(panel.box, PANEL)
    for box in figure.insets:
        frame(box, INSET)
    for _, box in figure.words:
        frame(box, LETTER, 1)
    for bar in figure.bars:
        frame(bar.box, BAR, 1)
    return image


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
