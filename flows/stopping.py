"""How a command ends before its time: one line on standard error, and an exit status."""

from __future__ import annotations

from typing import NoReturn

import typer

SOME_FAILED, WRONG_USE, INTERRUPTED = 1, 2, 130  # exit statuses


def stop(message: str, status: int) -> NoReturn:
    """End the command."""
    typer.echo(f"exsclaim: {message}", err=True)
    raise typer.Exit(status)
