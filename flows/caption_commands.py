"""The command `exsclaim caption`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

# Everything else is imported by the command that needs it: help has to appear at once.
import typer

from flows.stopping import WRONG_USE, stop

if TYPE_CHECKING:
    from exsclaim_core.captions.distribution import Distribution

COLOURS = ("cyan", "yellow", "green", "magenta", "blue", "red")


def caption(
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="A caption.", show_default=False)] = None,
    input_: Annotated[
        Path | None,
        typer.Option("--input", metavar="FILE", help="Captions instead: lines of JSON with id and caption."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write a line of JSON for each of them.")
    ] = None,
) -> None:
    """Give each panel of a figure the words of the caption that describe it.

    Exit status: 0 when all is well, 2 when the command is wrong.
    """
    from exsclaim_core.pdf.children import ENVIRONMENT

    for name, value in ENVIRONMENT.items():  # the networks are small: threads of BLAS would wait for each other
        os.environ.setdefault(name, value)
    if text is not None and input_ is None and output is None:
        from exsclaim_core.captions.distribution import distribute

        _show(distribute(text))
    elif text is None and input_ and output:
        try:
            count = _write(input_, output)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            stop(f"{getattr(error, 'filename', None) or input_}: {reason or error}", WRONG_USE)
        typer.echo(f"{count} captions: {output}")
    else:
        stop("give a caption, or --input FILE and --output FILE", WRONG_USE)


def _write(input_: Path, output: Path) -> int:
    from exsclaim_core.captions.distribution import distribute_many
    from exsclaim_core.result_names import unfinished

    rows = list(_rows(input_))
    given = ((row["caption"], row.get("markup") or (), row.get("letters") or ()) for row in rows)
    with unfinished(output).open("w", encoding="utf-8") as lines:
        for row, found in zip(rows, distribute_many(given), strict=True):
            lines.write(json.dumps({"id": row["id"], **found.to_dict()}, ensure_ascii=False) + "\n")
    unfinished(output).replace(output)
    return len(rows)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file; ValueError, which names the line, for one that is no caption."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ValueError(f"line {number} is not JSON: {error}") from error
            if not isinstance(row, dict) or not isinstance(row.get("caption"), str) or "id" not in row:
                raise ValueError(f'line {number} is not of the form {{"id": …, "caption": "…"}}')
            yield row


def _show(found: Distribution) -> None:
    """Print the caption with each panel's words in its colour, and a table of the panels."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    coloured = Text(found.caption)
    for number, panel in enumerate(found.panels):
        for start, end in panel.spans:
            shared = sum((start, end) in other.spans for other in found.panels) > 1
            coloured.stylize("bold" if shared else COLOURS[number % len(COLOURS)], start, end)
    console.print(coloured, soft_wrap=True)
    if not found.panels:
        console.print("No panels: the caption is about the whole figure.")
        return
    table = Table(box=SIMPLE_HEAD)
    for name in ("panel", "statement", "scale", "keywords", "sure"):
        table.add_column(name, justify="right" if name == "sure" else "left")
    for number, panel in enumerate(found.panels):
        terms = dict.fromkeys(keyword.term for keyword in panel.keywords if keyword.kind != "phrase")
        table.add_row(
            Text(panel.label, COLOURS[number % len(COLOURS)]),
            Text(panel.statement),
            Text(", ".join(panel.scales)),
            Text(", ".join(terms)),
            f"{int(panel.confidence * 100) / 100:.2f}",
        )
    console.print(table)
