"""Captions taken apart as a test looks at them: words instead of places."""

from __future__ import annotations

from exsclaim_core.captions.labels import find_labels
from exsclaim_core.captions.scales import scales_of
from exsclaim_core.captions.segments import Shares, distribute_spans
from exsclaim_core.captions.statements import make_statement


def take_apart(caption: str) -> Shares:
    """The stretches of a caption by panel."""
    return distribute_spans(caption, *find_labels(caption))


def panels_of(caption: str) -> dict[str, str]:
    """The words of each panel, its stretches joined by " | "."""
    return {label: _words(caption, spans) for label, spans in take_apart(caption).panels.items()}


def general_of(caption: str) -> str:
    """The words of no panel, their stretches joined by " | "."""
    return _words(caption, take_apart(caption).general)


def statements_of(caption: str) -> dict[str, str]:
    shares = take_apart(caption)
    return {label: make_statement(caption, spans, shares.title) for label, spans in shares.panels.items()}


def scales_by_panel(caption: str) -> dict[str, tuple[str, ...]]:
    return {label: scales_of(caption, spans) for label, spans in take_apart(caption).panels.items()}


def _words(caption: str, spans: list[tuple[int, int]]) -> str:
    return " | ".join(caption[start:end] for start, end in spans)
