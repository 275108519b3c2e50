"""The stage `dataset`: everything that a run has found, in the forms in which people and programs take it on."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import IO

from exsclaim_core.dataset.columns import (
    TABLES,
    document_row,
    error_row,
    figure_row,
    panel_row,
    scale_bar_row,
    section_row,
)
from exsclaim_core.dataset.exsclaim_files import ExsclaimFiles, figure_name
from exsclaim_core.dataset.findings import DatasetCounts, Findings, find_all, printable
from exsclaim_core.dataset.overview import Overview
from exsclaim_core.dataset.provenance import (
    dataset_fingerprint,
    expected_results,
    is_finished,
    parquet_metadata,
    write_provenance,
)
from exsclaim_core.dataset.table_files import TableFiles
from exsclaim_core.runs import Run, RunError
from exsclaim_core.stages import DATASET, STAGES


def export_dataset(run: Run) -> DatasetCounts | None:
    """Write the run's dataset, and say how much is in it; None where there is one that is up to date.

    The files depend on the run's name, its files and its settings alone. RunError where the results of a shard are
    missing or not up to date, or where a file can't be written.
    """
    expected = expected_results(run)
    fingerprint = dataset_fingerprint(run, expected)
    if is_finished(run, fingerprint):
        return None
    _check_results(run, expected)
    run.forget_dataset()  # until it is finished, what is there may be half old, half new
    try:
        counts = _write_files(run, fingerprint)
    except OSError as error:
        raise RunError(f"{run.url}: the dataset can't be written: {error.strerror or error}") from error
    write_provenance(run, fingerprint, counts)
    return counts


def _check_results(run: Run, expected: Mapping[tuple[str, str], str]) -> None:
    if not expected:
        raise RunError(f"{run.url} has no documents yet: carry the run out first")
    for stage in STAGES[DATASET].reads:
        shards = {shard: fingerprint for (shard, name), fingerprint in expected.items() if name == stage}
        missing = [shard for shard, fingerprint in shards.items() if run.stored(stage, shard) != fingerprint]
        if missing:
            raise RunError(
                f"{run.url}: the result of {stage} is missing or not up to date for {len(missing)} of {len(shards)} "
                f"shards, the first of them {missing[0]}: carry the run on, it makes what is missing"
            )


def _write_files(run: Run, fingerprint: str) -> DatasetCounts:
    """Write all files but provenance.json, document after document."""
    total = DatasetCounts()
    with ExitStack() as stack:

        def open_file(name: str) -> IO[bytes]:
            return stack.enter_context(run.open_whole(f"{DATASET}/{name}"))

        metadata = parquet_metadata(fingerprint, run.settings)
        tables = {}
        for name, columns in TABLES.items():
            files = open_file(f"parquet/{name}.parquet"), open_file(f"csv/{name}.csv")
            tables[name] = stack.enter_context(TableFiles(*files, columns, metadata))
        exsclaim = stack.enter_context(ExsclaimFiles(printable(run.name), open_file))
        overview = Overview(run)
        for findings in find_all(run):
            counts = DatasetCounts.of(findings)
            total.add(counts)
            _add_rows(tables, findings, counts)
            exsclaim.add(findings)
            overview.add(findings, counts)
        overview.finish()
    return total


def _add_rows(tables: dict[str, TableFiles], findings: Findings, counts: DatasetCounts) -> None:
    document = findings.document
    tables["documents"].add(document_row(findings, counts))
    for entry in findings.entries():
        name = figure_name(document, entry)
        tables["figures"].add(figure_row(document, entry, name))
        for panel in entry.panels:
            tables["panels"].add(panel_row(document, entry, panel, name))
        for bar in entry.scale_bars:
            tables["scale_bars"].add(scale_bar_row(document, entry, bar, name))
    for section in findings.sections():
        tables["sections"].add(section_row(document, section))
    for error in findings.errors:
        tables["errors"].add(error_row(error))
