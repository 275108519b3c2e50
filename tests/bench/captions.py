"""Captions distributed to their panels, beside what people have read: `python -m tests.bench.captions`.

Reads ../shared/bench/captions. Each error has a kind, with some of the captions in which it stands. Speed is that of
one core, without the start: of the rules alone, and of all that is done with a caption, parse and keywords included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from exsclaim_core.captions.distribution import distribute_many
from exsclaim_core.captions.language import caption_language
from exsclaim_core.pdf.children import ENVIRONMENT
from tests.captions.scoring import Score, read_captions, score_captions
from tests.captions.taking_apart import take_apart

SHARED = Path(__file__).parents[3] / "shared"
SETS = {"materials": (0.90, 0.95), "biomedical": (0.92, 0.95)}  # targets of F1 and of exact labels
MOST_SHOWN = 4  # of the captions with one kind of error
ROUNDS = 3  # the best of so many counts: machines are shared


def main() -> int:
    if not os.environ.keys() >= ENVIRONMENT.keys():  # as in the processes of the pipeline; NumPy reads it at its start
        command = [sys.executable, "-m", "tests.bench.captions"]
        return subprocess.run(command, env={**os.environ, **ENVIRONMENT}, check=False).returncode
    if not (SHARED / "bench" / "captions").is_dir():
        print(f"{SHARED / 'bench' / 'captions'} is absent: nothing to measure on. The tests do without it (make test).")
        return 0
    captions: list[str] = []
    for name, targets in SETS.items():
        _print_score(name, score_captions(SHARED, name), *targets)
        captions += [row["caption"] for row in read_captions(SHARED, name)]
    _print_speed("rules alone", captions, lambda: [take_apart(caption) for caption in captions])
    language = caption_language()
    _print_speed(
        "with parse and keywords (target 150)",
        captions,
        lambda: list(distribute_many(((caption, (), ()) for caption in captions), language=language)),
    )
    return 0


def _print_score(name: str, score: Score, f1: float, labels: float) -> None:
    print(
        f"{name}: {score.captions} captions, {score.true} panels: F1 {score.f1:.4f} (target {f1:.2f}),"
        f" labels exact {score.labels:.4f} (target {labels:.2f}), not verbatim {score.not_verbatim} (target 0)"
    )
    if score.without:
        print(f"  without panels: {score.clean} of {score.without} clean (target {0.98:.0%})")
    right = score.sure_and_right / max(1, score.sure)
    print(f"  confidence of 0.9 and more: {score.sure} of {score.found}, of these right {right:.4f} (target 0.97)")
    wrong = sum(map(len, score.errors.values()))
    print(f"  errors: {wrong}")
    for kind, places in score.errors.items():
        if places:
            shown = "; ".join(places[:MOST_SHOWN]) + ("; …" if len(places) > MOST_SHOWN else "")
            print(f"    {len(places):3d} {kind}: {shown}")


def _print_speed(what: str, captions: Sequence[str], distribute: Callable[[], Any]) -> None:
    distribute()  # what is loaded or compiled on the first call is none of it
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        distribute()
        best = min(best, time.process_time() - start)
    print(f"{what}: {len(captions) / best:.0f} captions/s on one core", flush=True)


if __name__ == "__main__":
    sys.exit(main())
