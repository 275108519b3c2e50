"""The trainings of `exsclaim train panels` and `exsclaim train scale`, with what they print."""

from __future__ import annotations

from pathlib import Path

import typer

from exsclaim_core.panels.choosing import FACTS
from exsclaim_core.panels.choosing import WEIGHTS as CHOOSING
from exsclaim_core.panels.networks.choosing_training import fit_choosing
from exsclaim_core.panels.networks.examples import Figures
from exsclaim_core.panels.networks.reader_network import Reader
from exsclaim_core.panels.networks.reading_training import ReadingSettings, train_classes, train_reader
from exsclaim_core.panels.networks.seeing import FigureReader
from exsclaim_core.panels.networks.serving import WEIGHTS, Kind
from exsclaim_core.panels.networks.training import TrainingSettings, train

FITTED_FIGURES = 250  # synthetic ones of sources that no network has learned from
FIRST_FITTED = 10_000  # number of the first of them: those before measure the trainings


def train_one(part: str, data: Path, work: Path, seed: int, minutes: float) -> None:
    """Train one network and print how it goes; its weights are the program's own from then on."""

    def report(step: int, loss: float, seconds: float) -> None:
        typer.echo(f"{part}: step {step}, {seconds / 60:.1f} minutes, loss {loss:.4f}")

    out = WEIGHTS / f"{part}.pt"
    if part in ("panels", "marks"):
        settings = TrainingSettings(steps=1_000_000, minutes=minutes, seed=seed)
        kind: Kind = "panels" if part == "panels" else "marks"
        measured: object = train(kind, data, out, work, settings, report)
    else:
        one = train_reader if part == "reader" else train_classes
        measured = one(data, out, work, ReadingSettings(steps=1_000_000, minutes=minutes, seed=seed), report)
    typer.echo(f"{part}: {out}: {measured}")


def train_choosing(data: Path, work: Path, seed: int) -> None:
    """Fit what decides between boxes that may be panels, with the program's own networks.

    Raises FileNotFoundError where one of them is missing.
    """
    figures = Figures(work / "figures", seed, "held_out", data)
    some = (figures.figure(number) for number in range(FIRST_FITTED, FIRST_FITTED + FITTED_FIGURES))
    found = fit_choosing(some, FigureReader(), Reader())
    found.model.save(CHOOSING, FACTS)
    typer.echo(f"choosing: {CHOOSING}: {found}")
