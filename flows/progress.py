"""Who wants to know how a run gets on: the command line, while the flow runs in its process."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Protocol


class Observer(Protocol):
    """Told of stages and their shards."""

    def line(self, text: str) -> None:
        """Something to know at once, as where the dashboards are."""

    def start(self, totals: Mapping[str, tuple[int, int]]) -> None:
        """By stage, the shards that were done before and all shards."""

    def advance(self, stage: str) -> None:
        """One more shard of a stage is done."""


observer: ContextVar[Observer | None] = ContextVar("observer", default=None)
