"""The command `exsclaim harvest`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

# Everything else is imported by the command that needs it: help has to appear at once.
import typer
from typer.core import TyperCommand

from flows.run_commands import RUNS, SetOption, SettingsOption, changed_settings, one_line

if TYPE_CHECKING:
    from exsclaim_core.harvest.query import Query
    from exsclaim_core.runs import Run
    from exsclaim_core.settings import RunSettings


class SeveralFiles(TyperCommand):
    """A command whose option --files takes all values that follow it, as the shell gives them for *.html."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(repeated("--files", args)))


def repeated(option: str, arguments: list[str]) -> Iterator[str]:
    """The arguments with an option before each of its values: "--files a b" as "--files a --files b"."""
    open_ = False  # whether a value here belongs to the option
    values = 0
    for number, argument in enumerate(arguments):
        if argument == "--":
            yield from arguments[number:]
            return
        if argument.startswith("-") and argument != "-":
            open_, values = argument == option or argument.startswith(f"{option}="), int("=" in argument)
        elif open_:
            if values:
                yield option
            values += 1
        yield argument


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
        typer.Option(
            metavar="PATH...",
            help="In place of a query: files and folders with saved pages and answers to read, without any network.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --files: where to write a line of JSON for each file.")
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
        if files and (query or run or settings or set_):
            raise ValueError("--files reads saved pages and nothing else: leave out query, run and settings")
        if files:
            _read_files(files, output)
        elif query is None:
            raise ValueError("give a query, QUERY.json, or saved pages to read, --files PATH... --output FILE")
        elif output:
            raise ValueError("--output belongs to --files PATH...")
        else:
            from exsclaim_core.harvest.query import read_query

            asked = read_query(query)
            folder = prepare_harvest(asked, run, settings, set_)
            with folder.lock():
                collect(folder, asked)


def prepare_harvest(
    query: Query, place: str | None, settings: Path | None, set_: list[str] | None, pdfs: list[str] | None = None
) -> Run:
    """The run of a query, made where there is none. ValueError where the query can't be carried out there."""
    from exsclaim_core.harvest.harvesting import require_keys
    from exsclaim_core.run_setup import prepare_run
    from exsclaim_core.runs import Run
    from exsclaim_core.settings import RunSettings
    from exsclaim_core.sources import is_url

    run = place or str((Path(query.results_dir) if query.results_dir else RUNS) / query.folder_name)
    if is_url(run):
        raise ValueError(f"{run}: a harvest needs a run on a disk: harvest there and copy the run's folder")
    require_keys(query)
    before: RunSettings = Run(run).settings if Run.exists(run) else RunSettings()
    for note in query.notes():
        typer.echo(f"exsclaim: {note}", err=True)
    return prepare_run(run, pdfs or [], changed_settings(before, settings, set_), query)


def collect(folder: Run, query: Query) -> None:
    """Carry out a harvest and show what comes of it."""
    from exsclaim_core.harvest.harvest_folder import HarvestFolder
    from exsclaim_core.harvest.harvesting import harvest as carry_out
    from exsclaim_core.harvest.harvesting import read_counts
    from flows.harvest_terminal import HarvestProgress, show_harvest

    before = read_counts(HarvestFolder(Path(folder.root)))
    with HarvestProgress() as progress:
        counts = carry_out(folder, query, progress.show)
    show_harvest(folder, counts, counts.total("done") - before.total("done"))


def _read_files(files: list[Path], output: Path | None) -> None:
    from exsclaim_core.harvest.saved import write_lines

    if output is None:
        raise ValueError("--files needs --output FILE, where to write what they are")
    counts = write_lines(files, output)
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(counts.items()))
    typer.echo(f"{sum(counts.values())} files: {kinds or 'none'}\nResults: {output}")
