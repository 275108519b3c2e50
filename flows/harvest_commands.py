"""The command `exsclaim harvest`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows.run_commands import RUNS, SetOption, SettingsOption, changed_settings, one_line

if TYPE_CHECKING:
    from exsclaim_core.harvest.query import Query
    from exsclaim_core.runs import Run
    from exsclaim_core.settings import RunSettings


def harvest(
    query: Annotated[
        Path | None, typer.Argument(metavar="QUERY", help="Query in a JSON file.", show_default=False)
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="RUN", help="Run folder; by default in runs/, under the query's name.", show_default=False
        ),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="Saved pages and answers to read instead, without any network; repeatable."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --files: where to write a line of JSON for each file.")
    ] = None,
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="With --files: more of them.", hidden=True)
    ] = None,
    settings: SettingsOption = None,
    set_: SetOption = None,
) -> None:
    """Collect articles with their figures and captions, as a query asks.

    A harvest that was stopped goes on; a finished one takes what is new since then. With --files it only reads pages
    that were saved, and writes what they are.

    Exit status: 0 when all is well, 1 when the harvest stopped, 2 when the command is wrong.
    """
    with one_line():
        if files:
            _read_files([*files, *([query] if query else []), *(paths or [])], output)
        elif query is None:
            raise ValueError("give a query, QUERY.json, or saved pages to read, --files PATH --output FILE")
        elif paths or output:
            raise ValueError("several files and --output belong to --files PATH...")
        else:
            from exsclaim_core.harvest.query import read_query

            asked = read_query(query)
            folder = prepare_harvest(asked, run, settings, set_)
            with folder.lock():
                collect(folder, asked)


def prepare_harvest(
    query: Query, place: str | None, settings: Path | None, set_: list[str] | None, pdfs: list[str] | None = None
) -> Run:
    """The run of a query, made where there is none."""
    from exsclaim_core.run_setup import prepare_run
    from exsclaim_core.runs import Run
    from exsclaim_core.settings import RunSettings

    run = place or str((Path(query.results_dir) if query.results_dir else RUNS) / query.folder_name)
    before: RunSettings = Run(run).settings if Run.exists(run) else RunSettings()
    for note in query.notes():
        typer.echo(f"exsclaim: {note}", err=True)
    return prepare_run(run, pdfs or [], changed_settings(before, settings, set_), harvest=True)


def collect(folder: Run, query: Query) -> None:
    """Carry out a harvest and show what comes of it."""
    from exsclaim_core.harvest.harvesting import harvest as carry_out
    from flows.harvest_terminal import HarvestProgress, show_harvest

    with HarvestProgress() as progress:
        counts = carry_out(folder, query, progress.show)
    show_harvest(folder, counts)


def _read_files(files: list[Path], output: Path | None) -> None:
    from exsclaim_core.harvest.saved import write_lines

    if output is None:
        raise ValueError("--files needs --output FILE, where to write what they are")
    counts = write_lines(files, output)
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
    typer.echo(f"{sum(counts.values())} files: {kinds or 'none'}\nResults: {output}")
