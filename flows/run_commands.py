"""The commands over runs of the pipeline: run, rerun, status, compare."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Literal

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows.stopping import INTERRUPTED, SOME_FAILED, WRONG_USE, stop

if TYPE_CHECKING:
    from exsclaim_core.harvest.harvesting import HarvestCounts
    from exsclaim_core.runs import Run
    from exsclaim_core.settings import RunSettings

RUNS = Path("runs")  # where a run lies whose name is given without a folder

RunOption = Annotated[str, typer.Option("--run", metavar="RUN", help="Run folder, or a URL such as s3://bucket/run.")]
ClusterOption = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Scheduler of a Dask cluster, tcp://host:8786; by default that of DASK_SCHEDULER_ADDRESS, or none.",
        show_default=False,
    ),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, help="Workers on this machine; by default one a processor core.", show_default=False
    ),
]
SettingsOption = Annotated[Path | None, typer.Option(metavar="FILE", help="Settings in a TOML file.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="One setting, as in captions.line_gap=1.4; can be repeated."),
]


def run(
    query: Annotated[
        Path | None,
        typer.Argument(
            metavar="QUERY", help="Query in a JSON file: its articles are collected first.", show_default=False
        ),
    ] = None,
    pdfs: Annotated[
        list[str] | None, typer.Option(metavar="PATH", help="Folder, file or URL of PDFs; can be repeated.")
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="RUN",
            help="Run folder, or a URL such as s3://bucket/run; by default in runs/, under the folder's name.",
            show_default=False,
        ),
    ] = None,
    cluster: ClusterOption = None,
    workers: WorkersOption = None,
    until: Annotated[str, typer.Option(metavar="STAGE", help="The last stage to carry out.")] = "dataset",
    settings: SettingsOption = None,
    set_: SetOption = None,
) -> None:
    """Make a dataset of articles that a query asks for, or of PDFs: the whole pipeline.

    A run that is there goes on where it stopped, and takes what is new in its folders; with its query, what is new at
    the sources of that. Without further ado it starts a Prefect server and Dask workers of its own on this machine, and
    ends them; with PREFECT_API_URL set or --cluster given it uses those.

    Exit status: 0 when all is well, 1 when documents failed or the run stopped, 2 when the command is wrong.
    """
    from exsclaim_core.extraction import default_jobs
    from exsclaim_core.result_names import safe_name
    from exsclaim_core.run_setup import prepare_run
    from exsclaim_core.runs import Run, RunError
    from exsclaim_core.settings import RunSettings
    from exsclaim_core.sources import update_sources
    from exsclaim_core.stages import stage_named

    with one_line():
        if not query and not run and not pdfs:
            raise ValueError("give a query, QUERY.json, the PDFs, --pdfs FOLDER, or a run to go on with, --run RUN")
        stage_named(until)
        if query:
            from exsclaim_core.harvest.query import read_query
            from flows.harvest_commands import collect, prepare_harvest

            asked = read_query(query)
            folder = prepare_harvest(asked, run, settings, set_, pdfs)
            with folder.lock():
                collect(folder, asked)
        else:
            place = run or str(RUNS / safe_name(PurePath((pdfs or [""])[0]).stem))
            chosen = changed_settings(Run(place).settings if Run.exists(place) else RunSettings(), settings, set_)
            folder = prepare_run(place, pdfs or [], chosen)
        with folder.lock():
            # Here and not by the flow, which does it again in no time: without anything to do no server is started.
            update_sources(folder, workers or default_jobs())
        if not folder.shards():
            from exsclaim_core.harvest.harvesting import nothing_brought

            raise RunError(f"{folder.url} has no documents: {nothing_brought(_harvest_counts(folder))}")

        def start() -> None:
            from flows.pipeline import pipeline
            from flows.requests import PipelineRequest

            request = PipelineRequest.model_validate(
                {"run": folder.url, "cluster": cluster, "workers": workers, "until": until}
            )
            pipeline(request)

        _carry_out(folder, until, start)


def rerun(
    stage: Annotated[
        str,
        typer.Argument(
            metavar="STAGE", help="read, layout, captions, clusters, figures, panels, distribution or dataset."
        ),
    ],
    run: RunOption,
    to: Annotated[
        str | None, typer.Option(metavar="RUN", help="Leave the run as it is and make this one.", show_default=False)
    ] = None,
    again: Annotated[
        Literal["changed", "failed", "all"],
        typer.Option(
            help="changed: what other settings change; failed: also where documents took too much time or memory or "
            "crashed; all.",
        ),
    ] = "changed",
    cluster: ClusterOption = None,
    workers: WorkersOption = None,
    settings: SettingsOption = None,
    set_: SetOption = None,
) -> None:
    """Repeat a stage of a run, and what depends on it.

    Only what other settings, files or stages change is done again.

    Exit status: as for run.
    """
    from exsclaim_core.run_setup import copy_run, prepare_rerun
    from exsclaim_core.runs import Run
    from exsclaim_core.stages import stage_named

    # The same command would begin anew with --again, and make no second copy.
    with one_line(f"exsclaim run --run {quote(to or run)}"):
        stage_named(stage)
        folder = Run(run)
        chosen = changed_settings(folder.settings, settings, set_)
        _check_groups(stage, folder.settings, chosen)
        if to:
            folder = copy_run(folder, to, stage)
        with folder.lock():
            prepare_rerun(folder, stage, chosen, again)

        def start() -> None:
            from flows.stage import STAGE_FLOWS

            flow, request = STAGE_FLOWS[stage]
            flow(request(run=folder.url, cluster=cluster, workers=workers))

        _carry_out(folder, "dataset", start)


def status(run: RunOption) -> None:
    """Show how far a run is and what went wrong."""
    from exsclaim_core.run_status import read_status
    from exsclaim_core.runs import Run
    from flows.harvest_terminal import show_counts
    from flows.run_terminal import show_status

    with one_line():
        folder = Run(run)
        show_counts(_harvest_counts(folder))
        show_status(read_status(folder))


def compare(
    run_a: Annotated[str, typer.Argument(metavar="RUN_A", help="A run.")],
    run_b: Annotated[str, typer.Argument(metavar="RUN_B", help="Another one, over the same documents.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the page with both crops of each figure.", show_default=False),
    ] = None,
) -> None:
    """Show what differs between two runs.

    That is figures that appeared or went, regions that changed by more than 5 %, and captions.
    """
    from exsclaim_core.comparison import compare_runs
    from exsclaim_core.comparison_page import write_comparison
    from exsclaim_core.runs import Run
    from flows.run_terminal import show_comparison

    with one_line():
        a, b = Run(run_a), Run(run_b)
        comparison = compare_runs(a, b)
        show_comparison(comparison)
        folder = out or Path(f"comparison-{a.name}-{b.name}")
        write_comparison(a, b, comparison, folder)
        typer.echo(f"Both crops of each: {folder / 'index.html'}")


def _carry_out(folder: Run, until: str, start: Callable[[], None]) -> None:
    """Have a flow bring the run up to date, unless it is, and show what came of it."""
    from exsclaim_core.run_status import unfinished
    from flows.run_terminal import RunProgress, show_result

    if unfinished(folder, until):
        _configure_prefect()
        from flows.progress import observer
        from flows.server import prefect_server

        with RunProgress() as progress, prefect_server() as server:
            progress.line(f"Prefect: {server.dashboard}")
            token = observer.set(progress)
            try:
                start()
            finally:
                observer.reset(token)
    if show_result(folder):
        raise typer.Exit(SOME_FAILED)


def _harvest_counts(folder: Run) -> HarvestCounts:
    """How far the run's harvest is; nothing for a run without one."""
    from exsclaim_core.harvest.harvest_folder import HarvestFolder
    from exsclaim_core.harvest.harvesting import HarvestCounts, read_counts

    return read_counts(HarvestFolder(folder.folder)) if folder.folder else HarvestCounts()


def changed_settings(before: RunSettings, file: Path | None, assignments: list[str] | None) -> RunSettings:
    from exsclaim_core.settings_input import change_settings, parse_assignment

    return change_settings(before, file, [parse_assignment(text) for text in assignments or []])


def _check_groups(stage: str, before: RunSettings, after: RunSettings) -> None:
    """SettingsError where a setting of a stage before this one is changed: that stage would be made again as well."""
    from exsclaim_core.settings_input import SettingsError
    from exsclaim_core.stages import STAGES, dependents_of

    concerned = {each.name for each in dependents_of(stage)}
    for other in STAGES.values():
        changed = [group for group in other.settings if getattr(before, group) != getattr(after, group)]
        if changed and other.name not in concerned:
            raise SettingsError(
                f"settings under {changed[0]} belong to the stage {other.name}, which comes before {stage}: "
                f"exsclaim rerun {other.name}"
            )


@contextmanager
def one_line(next_command: str = "the same command") -> Iterator[None]:
    """Turn what stops a command into a line and an exit status."""
    kept = f"What is finished is kept; {next_command} goes on from there."
    try:
        yield
    except typer.Exit:  # a RuntimeError too
        raise
    except KeyboardInterrupt:
        stop(f"stopped. {kept}", INTERRUPTED)
    except (ValueError, FileNotFoundError) as error:
        stop(_line(error), WRONG_USE)
    except (OSError, RuntimeError) as error:  # of the run, the server, the cluster, the disk
        stop(_line(error), SOME_FAILED)
    except Exception as error:
        # Of the connection to the Prefect server; its modules are loaded only where one is used.
        if type(error).__module__.split(".")[0] not in ("httpx", "httpcore", "prefect"):
            raise
        stop(f"the Prefect server failed or is gone ({type(error).__name__}: {_line(error)}). {kept}", SOME_FAILED)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def _configure_prefect() -> None:
    # Its log stays out of the terminal, where progress is shown; the server and its dashboard have it.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    os.environ.setdefault("PREFECT_INTERNAL_LOGGING_LEVEL", "CRITICAL")
    # Six seconds and not a minute for each call: see flows.waiting.
    os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", "2")
    # Else its senders say on standard error that the server takes no log lines, each time.
    logging.raiseExceptions = False
