"""The overview of a dataset: web pages on which a person looks through its figures, some documents on each.

Plain HTML without scripts or resources from elsewhere: it works from a folder, without a network, and for long.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from exsclaim_core.dataset.findings import (
    FIGURE,
    TABLE,
    TEXT_BOX,
    WITHOUT_REGION,
    DatasetCounts,
    Entry,
    Findings,
    printable,
)
from exsclaim_core.dataset.provenance import INDEX, PAGES
from exsclaim_core.model import ErrorRecord, called
from exsclaim_core.runs import Run
from exsclaim_core.stages import DATASET
from exsclaim_core.tables.arrow import Row

UNSURE = 0.9  # confidence below which at most every second entry is right, see exsclaim_core.figures.confidence
MOST_LINKS = 100  # to documents with errors of one kind
# Characters that turn the direction of the text behind them, and can't all be kept inside an element.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PAGE_NUMBER = re.compile(r"-page(\d+)\.\w+$")


@dataclass(frozen=True, slots=True)
class Document:
    """A document on a page of the overview."""

    anchor: str
    findings: Findings
    counts: DatasetCounts
    shown: tuple[Entry, ...]  # figures and tables
    without_region: tuple[Entry, ...]
    text_boxes: tuple[Entry, ...]
    unsure: int  # figures and tables

    @classmethod
    def of(cls, number: int, findings: Findings, counts: DatasetCounts) -> Document:
        by_kind: dict[str, list[Entry]] = {FIGURE: [], TABLE: [], WITHOUT_REGION: [], TEXT_BOX: []}
        for entry in findings.entries():
            by_kind[entry.kind].append(entry)
        shown = sorted([*by_kind[FIGURE], *by_kind[TABLE]], key=lambda entry: entry.number)
        return cls(
            f"d{number}",
            findings,
            counts,
            tuple(shown),
            tuple(by_kind[WITHOUT_REGION]),
            tuple(by_kind[TEXT_BOX]),
            sum(is_unsure(entry.record) for entry in shown),
        )


@dataclass(frozen=True, slots=True)
class Page:
    """What the index says of a page of the overview."""

    number: int
    file: str
    first: int  # number of its first document
    first_name: str
    last_name: str
    counts: DatasetCounts
    unsure: int

    @property
    def last(self) -> int:
        return self.first + self.counts.documents - 1


@dataclass(slots=True)
class ErrorKind:
    """Errors of one kind, the first of them with links."""

    count: int = 0
    links: list[tuple[str, ErrorRecord]] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.count - len(self.links)


class Overview:
    """The pages of a run's overview, written as its documents come, and the index, written last."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._name = printable(run.name)
        self._length = run.settings.dataset.overview_documents
        self._documents: list[Document] = []
        self._pages: list[Page] = []
        self._kinds: dict[str, ErrorKind] = {}
        self._total, self._unsure = DatasetCounts(), 0

    def add(self, findings: Findings, counts: DatasetCounts) -> None:
        """Take a document; a page is written before one that no longer fits on it."""
        if len(self._documents) == self._length:
            self._write_page(last=False)
        document = Document.of(self._total.documents + 1, findings, counts)
        self._documents.append(document)
        self._total.add(counts)
        for error in findings.errors:
            kind = self._kinds.setdefault(error.kind, ErrorKind())
            kind.count += 1
            if len(kind.links) < MOST_LINKS:
                kind.links.append((f"{PAGES}/{_file(len(self._pages) + 1)}#{document.anchor}", error))

    def finish(self) -> None:
        """Write the last page and the index, and remove pages of an earlier overview with more of them."""
        if self._documents:
            self._write_page(last=True)
        kinds = sorted(self._kinds.items(), key=lambda item: (-item[1].count, item[0]))
        self._write(
            INDEX,
            "index.html.j2",
            total=self._total,
            unsure=self._unsure,
            pages=self._pages,
            kinds=kinds,
        )
        files = {page.file for page in self._pages}
        for name in self._run.names_in(f"{DATASET}/{PAGES}"):
            if name.endswith(".html") and name not in files:
                self._run.remove(f"{DATASET}/{PAGES}/{name}")

    def _write_page(self, last: bool) -> None:
        some, number = self._documents, len(self._pages) + 1
        counts = DatasetCounts()
        for document in some:
            counts.add(document.counts)
        page = Page(
            number,
            _file(number),
            self._total.documents - len(some) + 1,
            some[0].findings.document,
            some[-1].findings.document,
            counts,
            sum(document.unsure for document in some),
        )
        self._write(
            f"{PAGES}/{page.file}",
            "page.html.j2",
            page=page,
            documents=some,
            before=self._pages[-1].file if self._pages else "",
            after="" if last else _file(number + 1),
        )
        self._pages.append(page)
        self._unsure += page.unsure
        self._documents = []

    def _write(self, path: str, template: str, **values: Any) -> None:
        html = _templates().get_template(template).render(run=self._name, **values)
        self._run.write(f"{DATASET}/{path}", html.encode())


def is_unsure(record: Row) -> bool:
    """Whether a figure's region and caption should be looked at by a person."""
    return bool(record["confidence"] < UNSURE)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader(__package__),
        autoescape=True,  # captions and file names may hold anything
        finalize=_in_its_place,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters.update(
        address=quote,
        some=_some,
        name=_name,
        confidence=_confidence,
        pages=_pages,
        overlay_page=_overlay_page,
        scale=_scale,
    )
    templates.tests.update(unsure=is_unsure, web=_is_web)
    return templates


def _is_web(address: str) -> bool:
    """Whether an address leads to the web: what a publisher's page gives as one may be anything."""
    return re.match(r"https?://", address or "") is not None


def _in_its_place(value: Any) -> Any:
    return _TURNS.sub("", value) if type(value) is str else value


def _file(number: int) -> str:
    return f"{number:04}.html"


def _some(count: int, noun: str, nouns: str = "") -> str:
    """ "1,204 figures": a number with its noun."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def _name(record: Row) -> str:
    """ "Figure 3"; "Scheme 2", whose label says itself what it labels."""
    return called(record["type"], record["label"])


def _confidence(record: Row) -> str:
    """Two digits, rounded down: nothing is as sure as 1.00 reads."""
    return f"{round(record['confidence'] * 1000) // 10 / 100:.2f}"


def _pages(record: Row) -> str:
    """ "3, 5": the pages that mention a figure."""
    return ", ".join(str(page) for page in sorted({mention["page"] for mention in record["mentions"]} - {None}))


def _scale(nm_per_pixel: float) -> str:
    """ "0.42 nm a pixel"."""
    return f"{nm_per_pixel:.3g} nm a pixel"


def _overlay_page(path: str) -> str:
    """The number of the page that an overlay page shows."""
    found = _PAGE_NUMBER.search(path)
    return found[1] if found else path
