"""One search at a source: a choice of one word of each field of a query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

SortBy = Literal["relevant", "recent", "old"]


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of a source."""

    terms: tuple[str, ...]  # phrases that all have to be in the article
    sort_by: SortBy = "relevant"
    open_only: bool = False
    since: date | None = None  # first day of publication
    until: date | None = None  # last day
    page_size: int = 20  # articles on one page of the answer, where the source lets it be chosen
