"""The command `exsclaim`: what a person starts in a terminal."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows import caption_commands, harvest_commands, panel_commands, run_commands, train_commands
from flows.stopping import INTERRUPTED, SOME_FAILED, WRONG_USE, stop

app = typer.Typer(
    name="exsclaim",
    help="Turn scientific literature into a labelled image dataset.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    try:
        app()
    except SystemExit as end:
        if not isinstance(end.code, int):
            raise
        # All is closed by now, and the interpreter's own end has two faults: a thread of Arrow's that lets go of a
        # Python object just then aborts the process, once in some hundred times; and Prefect waits some seconds for
        # each event that a server does not take which is gone.
        with suppress(BrokenPipeError):
            sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"exsclaim {version('exsclaim')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Turn scientific literature into a labelled image dataset."""


@app.command()
def extract(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="PDF files, and folders to search for them.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results; one that has some is continued.")],
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Documents at a time; by default one a processor core, 8 at most.",
            show_default=False,
        ),
    ] = None,
    dpi: Annotated[
        float | None, typer.Option(metavar="N", help="Resolution of the pictures, 300 by default.", show_default=False)
    ] = None,
    svg: Annotated[bool, typer.Option("--svg", help="Make vector graphics of figures as well.")] = False,
    no_images: Annotated[bool, typer.Option("--no-images", help="Make no pictures.")] = False,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Make pages on which everything that was found is drawn.")
    ] = False,
    password: Annotated[str | None, typer.Option(metavar="TEXT", help="Password of protected PDFs.")] = None,
    settings: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings in a TOML file.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="One setting, as in captions.line_gap=1.4; can be repeated."),
    ] = None,
) -> None:
    """Take figures and tables with their captions out of PDFs.

    Exit status: 0 when all is well, 1 when some documents failed, 2 when the command is wrong.
    """
    from contextlib import closing

    from exsclaim_core.extraction import Extractor, find_pdfs
    from exsclaim_core.settings_input import SettingsError, parse_assignment, read_settings

    switches = {
        "output.dpi": dpi,
        "output.svg": svg or None,
        "output.images": False if no_images else None,
        "output.overlay": overlay or None,
    }
    try:
        values = [parse_assignment(text) for text in set_ or []]
        chosen = read_settings(settings, [*values, *((name, v) for name, v in switches.items() if v is not None)])
        pdfs = find_pdfs(paths)
    except (SettingsError, FileNotFoundError) as error:
        stop(str(error), WRONG_USE)
    with Extractor(jobs, chosen, password) as extractor:
        # Imported while the first child process starts.
        from exsclaim_core.overlay_index import INDEX, write_index
        from exsclaim_core.results import ResultFolder
        from flows.terminal import Report

        report = Report(len(pdfs))
        try:
            folder = ResultFolder(out)
        except OSError as error:
            reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror
            stop(f"results cannot be written to {out}: {reason}", WRONG_USE)
        try:
            with report.progress(), closing(extractor.results(folder, pdfs)) as results:
                for result in results:
                    report.add(result)
            if chosen.output.overlay or (folder.path / INDEX).exists():
                write_index(folder.path)
        except KeyboardInterrupt:
            stop(report.interruption(), INTERRUPTED)
        except (OSError, RuntimeError) as error:  # a full disk; child processes that do not start
            stop(str(error).partition("\n")[0], SOME_FAILED)
    report.show(out, out / INDEX if chosen.output.overlay else None)
    if report.failed:
        raise typer.Exit(SOME_FAILED)


app.command(cls=harvest_commands.SeveralFiles)(harvest_commands.harvest)
for command in (run_commands.run, run_commands.rerun, run_commands.status, run_commands.compare):
    app.command()(command)
app.command()(caption_commands.caption)
app.command()(panel_commands.separate)
app.add_typer(train_commands.app)
