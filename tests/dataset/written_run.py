"""Runs whose results are written directly: the dataset shows what stands in them and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from exsclaim_core.model import Box, ErrorRecord, Figure, Located, Mention, Section
from exsclaim_core.runs import FINGERPRINT, Run, Source, Usage
from exsclaim_core.settings import RunSettings
from exsclaim_core.tables.arrow import DOCUMENT, Row, to_parquet
from exsclaim_core.tables.distribution_tables import DISTRIBUTION
from exsclaim_core.tables.figure_tables import FIGURES, pack_figures
from exsclaim_core.tables.panel_tables import SEPARATIONS

NOTHING = Usage(0, 0, 0, 0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of a run; one in which nothing was located has failed before the stage `figures`."""

    name: str
    located: Located | None = None
    textless: bool = False
    overlay: tuple[str, ...] = ()
    read_errors: tuple[ErrorRecord, ...] = ()
    figure_errors: tuple[ErrorRecord, ...] = ()
    words: tuple[Row, ...] | None = ()  # of the table `distribution`; None where that stage has failed
    word_errors: tuple[ErrorRecord, ...] = ()
    seen: tuple[Row, ...] | None = ()  # of the table `panels`; the same
    panel_errors: tuple[ErrorRecord, ...] = ()

    @property
    def source(self) -> Source:
        content = sha256(self.name.encode()).hexdigest()
        return Source(self.name, f"/papers/{self.name}.pdf", 1000, 0, content, 5 if self.located else 0)


def figure(label: str = "1", caption: str = "", **values: object) -> Figure:
    """A sure figure on page 3 with a picture."""
    plain = Figure(
        "Figure",
        label,
        3,
        caption or f"Figure {label}. Grain size against temperature.",
        Box(72, 300, 280, 320),
        Box(72, 100, 280, 290),
        confidence=0.98,
        section="Results",
        mentions=(Mention(4, f"Fig. {label}"), Mention(3, f"Figure {label}a"), Mention(4, f"Figure {label}")),
        image_path=f"images/paper/paper-Figure{label}-1.png",
        dpi=300.0,
        pixels=(866, 791),
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def lost(label: str = "2", caption: str = "", **values: object) -> Figure:
    """A caption whose figure was not found."""
    missing = dict.fromkeys(("bbox", "section", "image_path", "dpi", "pixels"))
    reason = "nothing is drawn next to it"
    return figure(label, caption, **{**missing, "confidence": 0.0, "reason": reason, **values})


def located(*figures: Figure, lost: Sequence[Figure] = (), boxes: Sequence[Figure] = ()) -> Located:
    return Located(figures, tuple(lost), tuple(boxes), (Section("Results", 1, 2, Box(72, 80, 130, 92)),))


def write_run(place: Path | str, *shards: Sequence[Paper], settings: RunSettings | None = None) -> Run:
    """A run with these documents in its shards, carried out but for the dataset."""
    run = Run.create(place, ["/papers"], settings or RunSettings())
    for number, papers in enumerate(shards):
        write_shard(run, f"{number:06}", papers)
    return run


def write_shard(run: Run, shard: str, papers: Sequence[Paper]) -> None:
    run.write_sources(shard, [paper.source for paper in papers])
    run.write_result("read", shard, b"", [error for paper in papers for error in paper.read_errors], NOTHING)
    rows = [
        {DOCUMENT: paper.name, **pack_figures(paper.located, 5, paper.textless, paper.overlay)}
        for paper in papers
        if paper.located is not None
    ]
    expected = run.expected(shard)
    content = to_parquet(FIGURES, rows, {FINGERPRINT: expected["figures"]})
    run.write_result("figures", shard, content, [error for paper in papers for error in paper.figure_errors], NOTHING)
    rows = [
        {DOCUMENT: paper.name, "figures": list(paper.seen)}
        for paper in papers
        if paper.located is not None and paper.seen is not None
    ]
    content = to_parquet(SEPARATIONS, rows, {FINGERPRINT: expected["panels"]})
    run.write_result("panels", shard, content, [error for paper in papers for error in paper.panel_errors], NOTHING)
    rows = [
        {DOCUMENT: paper.name, "captions": list(paper.words)}
        for paper in papers
        if paper.located is not None and paper.words is not None
    ]
    content = to_parquet(DISTRIBUTION, rows, {FINGERPRINT: expected["distribution"]})
    errors = [error for paper in papers for error in paper.word_errors]
    run.write_result("distribution", shard, content, errors, NOTHING)
