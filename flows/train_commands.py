"""The commands `exsclaim train ...`."""

from __future__ import annotations

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
