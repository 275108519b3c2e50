"""The command `exsclaim separate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows.stopping import INTERRUPTED, SOME_FAILED, WRONG_USE, stop

RESULTS = "panels.jsonl"


def separate(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="IMAGE_OR_FOLDER", help="Pictures of figures, and folders to search for them."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the results; those that it has are replaced.")],
    crops: Annotated[bool, typer.Option("--crops/--no-crops", help="Make a picture of each panel.")] = True,
    overlays: Annotated[
        bool, typer.Option("--overlays", help="Make pictures on which everything that was found is drawn.")
    ] = False,
    labels: Annotated[
        str, typer.Option(metavar="A,B,C", help="Letters of panels that the caption names.", show_default=False)
    ] = "",
    jobs: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="Figures at a time; by default one a core, 8 at most.", show_default=False
        ),
    ] = None,
    device: Annotated[str, typer.Option(metavar="NAME", help="cpu, cuda, or auto: a GPU where there is one.")] = "auto",
    seconds: Annotated[float, typer.Option(metavar="N", min=0.1, help="Most time for a figure.")] = 60.0,
) -> None:
    """Take figures apart: their panels with letters and classes, and their scale bars.

    Exit status: 0 when all is well, 1 when some pictures could not be read, 2 when the command is wrong.
    """
    from contextlib import closing
    from typing import cast

    from exsclaim_core.extraction import default_jobs
    from exsclaim_core.panels.picture_folders import Device, Work, find_pictures
    from exsclaim_core.panels.separating import Separating, forget_results, write_line

    if device not in ("auto", "cpu", "cuda"):
        stop(f"there is no device {device}: choose auto, cpu or cuda", WRONG_USE)
    try:
        pictures = find_pictures(paths, out)
    except FileNotFoundError as error:
        stop(str(error), WRONG_USE)
    some = min(jobs or default_jobs(), len(pictures))
    letters = tuple(filter(None, (label.strip() for label in labels.split(","))))
    work = Work(out.absolute(), crops, overlays, letters, cast(Device, device), max(1, default_jobs() // some))
    with Separating(work, some, seconds) as separating:
        # Imported while the first child process starts.
        from flows.panel_report import PanelReport

        report = PanelReport(len(pictures))
        try:
            out.mkdir(parents=True, exist_ok=True)
            forget_results(out, pictures)
            lines = (out / RESULTS).open("w", encoding="utf-8")
        except OSError as error:
            reason = "it is a file" if isinstance(error, FileExistsError) else error.strerror
            stop(f"results cannot be written to {out}: {reason}", WRONG_USE)
        try:
            with lines, report.progress(), closing(separating.answers(pictures)) as answers:
                for picture, answer in answers:
                    write_line(lines, picture, answer)
                    report.add(picture, answer)
        except KeyboardInterrupt:
            stop(report.interruption(), INTERRUPTED)
        except (OSError, RuntimeError) as error:  # a full disk; networks that are missing
            stop(str(error).partition("\n")[0], SOME_FAILED)
    report.show(out)
    if report.failed:
        raise typer.Exit(SOME_FAILED)
