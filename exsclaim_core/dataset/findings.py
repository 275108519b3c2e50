"""What a run has found in each of its documents, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from pathlib import PurePosixPath

from exsclaim_core.dataset.panels import Panel, join_panels, only_likely
from exsclaim_core.harvested_articles import article_facts, harvested_file, is_article
from exsclaim_core.model import ErrorRecord, Status
from exsclaim_core.runs import Run, Source
from exsclaim_core.stages import shard_stages
from exsclaim_core.tables.arrow import DOCUMENT, Row

FIGURE, TABLE, WITHOUT_REGION, TEXT_BOX = "figure", "table", "caption without region", "text box"


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure, a table, a caption whose region was not found, or a captioned box of text."""

    kind: str  # FIGURE, TABLE, WITHOUT_REGION or TEXT_BOX
    number: int  # in its document, from 1: figures and tables first, then captions without region; 0 for a text box
    record: Row  # as in the table `figures`
    words: Row | None = None  # what its caption says of each panel, as in the table `distribution`
    seen: Row | None = None  # what its picture is made of, as in the table `panels`

    @property
    def panels(self) -> list[Panel]:
        """Its panels: those of its caption in their order, then those that only its picture knows."""
        return join_panels(self.words["panels"] if self.words else (), self.seen["panels"] if self.seen else ())

    @property
    def scale_bars(self) -> list[Row]:
        """Records of the scale bars in its picture."""
        return self.seen["scale_bars"] if self.seen else []


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a document, and what went wrong with it."""

    source: Source
    row: Row | None  # of the table `figures`; None for a document that failed before
    errors: tuple[ErrorRecord, ...]  # of all stages, in their order
    facts: Row | None = None  # of the article, where a harvest has brought it
    distribution: Row | None = None  # of that table; None for a document that failed there or before
    separations: Row | None = None  # of the table `panels`; the same

    @property
    def document(self) -> str:
        return self.source.document

    @property
    def file(self) -> str:
        """The file's name, without the folders: they say something about a machine."""
        return printable(PurePosixPath(self.source.path).name)

    @property
    def status(self) -> Status:
        if self.row is None or self.row["textless"]:
            return "failed"
        return "partial" if self.errors else "success"

    @property
    def from_page(self) -> bool:
        """Whether its figures are those of its publisher's web page or XML: it has no pages."""
        return is_article(self.source.path)

    @property
    def pages(self) -> int:
        return int(self.row["page_count"]) if self.row else self.source.pages

    def entries(self) -> Iterator[Entry]:
        """Figures and tables, then captions without region, then text boxes."""
        if self.row is None:
            return
        numbered = len(self.row["figures"])
        captions = self.distribution["captions"] if self.distribution else []
        words = {(each["column"], each["number"]): each for each in captions}
        seen = {each["number"]: each for each in (self.separations["figures"] if self.separations else ())}
        for place, record in enumerate(self.row["figures"]):
            kind = TABLE if record["type"] == "Table" else FIGURE
            yield Entry(kind, place + 1, record, words.get(("figures", place)), seen.get(place))
        for place, record in enumerate(self.row["captions_without_region"]):
            number = numbered + place + 1
            yield Entry(WITHOUT_REGION, number, record, words.get(("captions_without_region", place)))
        for record in self.row["text_boxes"]:
            yield Entry(TEXT_BOX, 0, record)

    def sections(self) -> list[Row]:
        """Records of its section titles."""
        return self.row["sections"] if self.row else []

    def overlay(self) -> list[str]:
        """Paths of its overlay pages, relative to the run."""
        return self.row["overlay"] if self.row else []


def find_all(run: Run) -> Iterator[Findings]:
    """The findings in all documents of a run, shard by shard in their order; each document is there, failed or not.

    Panels are left out whose words, or whose places in the picture, are less sure than the settings want.
    """
    settings = run.settings.dataset
    facts = article_facts(run)
    for shard in run.shards():
        errors: dict[str, list[ErrorRecord]] = {}
        for stage in shard_stages():
            for error in run.errors(stage.name, shard):
                errors.setdefault(error.document, []).append(error)
        sources = run.sources(shard)
        figures = _rows_of(sources, run.rows("figures", shard))
        words = _rows_of(sources, run.rows("distribution", shard))
        seen = _rows_of(sources, run.rows("panels", shard))
        for source, row, distribution, separations in zip(sources, figures, words, seen, strict=True):
            for caption in distribution["captions"] if distribution else ():
                caption["panels"] = [
                    panel for panel in caption["panels"] if panel["confidence"] >= settings.least_confidence
                ]
            if separations:
                separations["figures"] = [only_likely(each, settings.least_panel) for each in separations["figures"]]
            faults, known = tuple(errors.get(source.document, ())), facts.get(harvested_file(source.path))
            yield Findings(source, row, faults, known, distribution, separations)


def _rows_of(sources: Iterable[Source], rows: Iterator[Row]) -> Iterator[Row | None]:
    """The row of each document; None for documents that are missing in the table."""
    head = next(rows, None)
    for source in sources:
        if head is not None and head[DOCUMENT] == source.document:
            yield head
            head = next(rows, None)
        else:
            yield None


def printable(name: str) -> str:
    """The name of a file or folder with a question mark for bytes in it that are no text."""
    return name.encode(errors="replace").decode()


@dataclass(slots=True)
class DatasetCounts:
    """How much there is in a dataset."""

    documents: int = 0
    success: int = 0
    partial: int = 0
    failed: int = 0
    pages: int = 0
    figures: int = 0
    tables: int = 0
    captions_without_region: int = 0
    text_boxes: int = 0
    panels: int = 0  # in captions, in pictures or in both
    scale_bars: int = 0
    sections: int = 0
    errors: int = 0

    @classmethod
    def of(cls, findings: Findings) -> DatasetCounts:
        """The counts of one document."""
        entries = list(findings.entries())
        kinds = [entry.kind for entry in entries]
        counts = cls(
            documents=1,
            pages=findings.pages,
            figures=kinds.count(FIGURE),
            tables=kinds.count(TABLE),
            captions_without_region=kinds.count(WITHOUT_REGION),
            text_boxes=kinds.count(TEXT_BOX),
            panels=sum(len(entry.panels) for entry in entries),
            scale_bars=sum(len(entry.scale_bars) for entry in entries),
            sections=len(findings.sections()),
            errors=len(findings.errors),
        )
        setattr(counts, findings.status, 1)
        return counts

    def add(self, other: DatasetCounts) -> None:
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))
