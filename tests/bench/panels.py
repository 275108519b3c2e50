"""Figures taken apart, beside what a person has marked: `python -m tests.bench.panels [PART ...]`.

Reads ../shared/bench. Each part of the work answers alone, in a process of its own: its accuracy on the marked figures,
seconds a figure on one thread and the peak of its memory. The part "operators" has no marked figures: what it says of
the figures of the PDFs is compared with the answer of the pixels of their crops.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exsclaim_core.figures.locate import locate_figures
from exsclaim_core.model import Box, Figure
from exsclaim_core.panels.crops import frame_crop, separation_of
from exsclaim_core.panels.gutters import separate_gutters
from exsclaim_core.panels.images import Pixels, load_image
from exsclaim_core.panels.model import Panel, Separation
from exsclaim_core.panels.operators import separate_operators
from exsclaim_core.pdf.pages import Page
from exsclaim_core.pdf.reading import open_pdf, read_pages
from exsclaim_core.pdf.rendering import get_display_list, render_png
from exsclaim_core.settings import OutputSettings

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.reader_network import Reader

BENCH = Path(__file__).parents[3] / "shared" / "bench"
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
DPI = 150.0
LEAST_CHANCE = 0.5  # of the network's boxes where it answers alone
SAME = 0.5  # intersection over union at which two answers mean the same panel
SCORES = ("panel_f1_50", "panel_f1_75", "lettered_f1", "class_accuracy", "bar_f1", "scale_f1")


def gutters(pixels: Pixels) -> Separation:
    """What gutters say, with neither letters nor classes."""
    found = separate_gutters(pixels).best
    return Separation(
        pixels.shape[1], pixels.shape[0], tuple(Panel(one.box, confidence=one.confidence) for one in found)
    )


def network(pixels: Pixels) -> Separation:
    """What the network for panels says by itself, told of no letters, at exact edges."""
    return _by_network(pixels, lettered=False)


def network_with_letters(pixels: Pixels) -> Separation:
    """The same, told where letters have been read."""
    return _by_network(pixels, lettered=True)


def _by_network(pixels: Pixels, lettered: bool) -> Separation:
    from exsclaim_core.panels.choosing import OVERLAP
    from exsclaim_core.panels.ground import read_drawing
    from exsclaim_core.panels.networks.seeing import figure_reader
    from exsclaim_core.panels.refining import refine_box
    from exsclaim_core.panels.separation import letter_hints, read_letters

    (marks,) = figure_reader().see_marks([pixels]) if lettered else (None,)
    letters = letter_hints(read_letters(_reader(), pixels, marks)) if marks else []
    (seen,) = figure_reader().see_panels([pixels], [letters])
    drawing = read_drawing(pixels)
    kept: list[Panel] = []
    for sighting in seen:  # the surest first
        box = refine_box(sighting.box, drawing)
        apart = all(box.intersection(one.box) <= OVERLAP * min(box.area, one.box.area) for one in kept)
        if sighting.chance >= LEAST_CHANCE and apart:
            kept.append(Panel(box, confidence=sighting.chance))
    return Separation(pixels.shape[1], pixels.shape[0], tuple(kept))


@cache
def _reader() -> Reader:
    from exsclaim_core.panels.networks.reader_network import Reader

    return Reader()


def joint(pixels: Pixels) -> Separation:
    """The answer of gutters, networks and letters together."""
    from exsclaim_core.panels.separation import separate

    return separate(pixels)


PARTS: dict[str, Callable[[Pixels], Separation]] = {
    "gutters": gutters,
    "network": network,
    "letters": network_with_letters,
    "joint": joint,
}


def main() -> int:
    if not (BENCH / "panels").is_dir():
        print(f"{BENCH / 'panels'} is absent: nothing to measure on. The tests do without it (make test).")
        return 0
    if sys.argv[1:2] == ["--answer"]:
        _answer(PARTS[sys.argv[2]], Path(sys.argv[3]))
        return 0
    wanted = sys.argv[1:] or [*PARTS, "operators"]
    print(f"{'':12}" + "".join(f"{name:>16}" for name in (*SCORES, "s/figure", "most s", "peak MB")))
    for name in wanted:
        if name in PARTS:
            _print_part(name)
    if "operators" in wanted:
        _print_operators()
    return 0


def _print_part(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        answers = Path(folder) / "answers.jsonl"
        command = [sys.executable, "-m", "tests.bench.panels", "--answer", name, str(answers)]
        subprocess.run(command, check=True, env=os.environ | ONE_THREAD)
        rows = [json.loads(line) for line in answers.read_text().splitlines()]
        scorer = [sys.executable, str(BENCH / "score_panels.py"), str(BENCH / "panels" / "dev.jsonl"), str(answers)]
        printed = subprocess.run(scorer, capture_output=True, text=True, check=True).stdout
    scores = json.loads(printed.splitlines()[-1])
    seconds = [row["seconds"] for row in rows]
    numbers = [*(scores[key] or 0.0 for key in SCORES), sum(seconds) / len(rows), max(seconds), rows[-1]["megabytes"]]
    print(f"{name:12}" + "".join(f"{number:16.3f}" for number in numbers), flush=True)


def _answer(separate: Callable[[Pixels], Separation], out: Path) -> None:
    """Write what a part says of each marked figure, with the time it took and the memory so far."""
    with out.open("w") as file:
        for row in map(json.loads, (BENCH / "panels" / "dev.jsonl").read_text().splitlines()):
            start = time.perf_counter()
            answer: dict[str, Any] = separate(load_image(BENCH / "panels" / "images" / row["image"])).to_dict()
            answer |= {"image": row["image"], "seconds": time.perf_counter() - start}
            answer["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            file.write(json.dumps(answer) + "\n")


def _print_operators() -> None:
    counts: Counter[str] = Counter()
    seconds = 0.0
    settings = OutputSettings(dpi=DPI)
    for figure, page, crop in _figures(settings):
        counts["figures"] += 1
        start = time.perf_counter()
        found = separate_operators(figure.bbox, page, figure.direction) if figure.bbox else None
        seconds += time.perf_counter() - start
        if found is None:
            counts["left to the pixels"] += 1
            continue
        exact = separation_of(found, frame_crop(figure, (page.width, page.height), settings.margin))
        seen = joint(load_image(crop))
        counts["several panels" if exact.compound else "one panel"] += 1
        counts["with letters"] += any(panel.label for panel in exact.panels)
        counts["with scale bars"] += bool(exact.scale_bars)
        counts["agreeing with the pixels' answer"] += _agree(exact.panels, seen.panels)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(f"operators of the PDFs: {told}; {seconds / max(1, counts['figures']) * 1000:.1f} ms a figure")


def _figures(settings: OutputSettings) -> Iterator[tuple[Figure, Page, bytes]]:
    """The figures of the PDFs with their pages and crops."""
    for path in sorted((BENCH / "pdfs").glob("*.pdf")):
        try:
            document = open_pdf(path)
            pages = read_pages(document)
        except ValueError:  # damaged and encrypted files are among them
            continue
        by_number = {page.number: page for page in pages}
        for figure in locate_figures(pages).figures:
            if figure.type != "Figure" or figure.bbox is None:
                continue
            crop = render_png(get_display_list(document, figure.page), figure.bbox, figure.direction, settings)
            rendered = Figure(
                *(figure.type, figure.label, figure.page, figure.caption, figure.caption_bbox, figure.bbox),
                direction=figure.direction,
                dpi=crop.dpi,
                pixels=crop.pixels,
            )
            yield rendered, by_number[figure.page], crop.png
        document.close()


def _agree(some: Sequence[Panel], others: Sequence[Panel]) -> bool:
    """Whether two answers have as many panels, each of them the same as one of the other."""
    return len(some) == len(others) and all(any(_iou(a.box, b.box) >= SAME for b in others) for a in some)


def _iou(a: Box, b: Box) -> float:
    common = a.intersection(b)
    return common / max(a.area + b.area - common, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
