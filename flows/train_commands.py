"""The commands `exsclaim train ...`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows.stopping import WRONG_USE, stop

if TYPE_CHECKING:
    from exsclaim_core.captions.training import Measures

app = typer.Typer(name="train", help="Train the networks that come with the program.", no_args_is_help=True)


@app.callback()
def options() -> None:
    """Train the networks that come with the program."""


@app.command()
def captions(
    data: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder with treebank/train.conllu and treebank/dev.conllu.")
    ] = Path("../shared/data"),
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the weights; by default the program's own.", show_default=False),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of all that is drawn at random.")] = 0,
    epochs: Annotated[int, typer.Option(metavar="N", min=1, help="How often the treebank is gone through.")] = 16,
    minutes: Annotated[
        float | None,
        typer.Option(metavar="N", min=0.01, help="End the training after this time.", show_default=False),
    ] = None,
) -> None:
    """Train the pipeline that reads captions, on a treebank.

    The folder of the weights always holds the best so far: a training that is interrupted leaves them.

    Exit status: 0 when all is well, 2 when the command is wrong.
    """
    from exsclaim_core.captions.language import WEIGHTS
    from exsclaim_core.captions.training import TrainingSettings, train_captions

    def report(epoch: int, measures: Measures) -> None:
        typer.echo(f"epoch {epoch}: {measures}")

    folder = out or WEIGHTS
    try:
        best = train_captions(data, folder, TrainingSettings(epochs=epochs, minutes=minutes, seed=seed), report)
    except (FileNotFoundError, ValueError) as error:
        stop(str(error), WRONG_USE)
    typer.echo(f"best, in {folder}: {best}")


DATA = typer.Option(metavar="DIR", help="Folder with figure_layouts.jsonl and images/; without it figures are drawn.")
WORK = typer.Option(metavar="DIR", help="Where drawn figures, curves and the state of an interrupted training lie.")
SEED = typer.Option(metavar="N", help="Seed of all that is drawn at random.")
MINUTES = typer.Option(metavar="N", min=0.01, help="Time for each network; its learning rate falls to nothing by then.")


class PanelPart(StrEnum):
    """What is trained for panels."""

    panels = "panels"
    classes = "classes"
    choosing = "choosing"


class ScalePart(StrEnum):
    """What is trained for letters and scale bars."""

    marks = "marks"
    reader = "reader"


@app.command()
def panels(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    work: Annotated[Path, WORK] = Path("training"),
    only: Annotated[
        PanelPart | None, typer.Option(help="One of them alone; by default all.", show_default=False)
    ] = None,
    seed: Annotated[int, SEED] = 0,
    minutes: Annotated[float, MINUTES] = 60,
) -> None:
    """Train what finds panels and tells their classes, on synthetic figures; then what decides between boxes.

    An interrupted training goes on where it was. The last step needs the networks of `exsclaim train scale` too.

    Exit status: 0 when all is well, 2 when the command is wrong.
    """
    from flows.panel_training import train_choosing, train_one

    for part in (PanelPart.panels, PanelPart.classes) if only is None else (only,):
        if part != PanelPart.choosing:
            train_one(part.value, data, work, seed, minutes)
    if only in (None, PanelPart.choosing):
        try:
            train_choosing(data, work, seed)
        except (FileNotFoundError, ValueError) as error:
            stop(str(error), WRONG_USE)


@app.command()
def scale(
    data: Annotated[Path, DATA] = Path("../shared/data"),
    work: Annotated[Path, WORK] = Path("training"),
    only: Annotated[
        ScalePart | None, typer.Option(help="One of them alone; by default both.", show_default=False)
    ] = None,
    seed: Annotated[int, SEED] = 0,
    minutes: Annotated[float, MINUTES] = 45,
) -> None:
    """Train what finds letters, scale bars and their labels, and what reads them, on synthetic figures.

    An interrupted training goes on where it was.

    Exit status: 0 when all is well, 2 when the command is wrong.
    """
    from flows.panel_training import train_one

    for part in tuple(ScalePart) if only is None else (only,):
        train_one(part.value, data, work, seed, minutes)


@app.command()
def confidence(
    truth: Annotated[
        list[Path], typer.Option(metavar="FILE", help="Captions that people have distributed, one JSON object a line.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where the weights go; by default the program's own.", show_default=False),
    ] = None,
) -> None:
    """Fit how sure the program is of a panel's words to captions that people have distributed.

    Exit status: 0 when all is well, 2 when the command is wrong.
    """
    from exsclaim_core.captions.calibration import fit_confidence, read_truth
    from exsclaim_core.captions.confidence import FEATURES, WEIGHTS
    from exsclaim_core.captions.language import caption_language

    try:
        found = fit_confidence(read_truth(truth), caption_language())
    except (OSError, ValueError) as error:
        stop(str(error), WRONG_USE)
    found.model.save(out or WEIGHTS, FEATURES)
    typer.echo(f"{out or WEIGHTS}: {found}")
