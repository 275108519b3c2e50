"""How far a run has come: which results are up to date, what came of each document, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pyarrow.parquet as pq

from exsclaim_core.dataset.provenance import dataset_fingerprint, expected_results, is_finished
from exsclaim_core.model import ErrorRecord, Status
from exsclaim_core.runs import PROVENANCE, Run, Source, accessing
from exsclaim_core.stages import DATASET, shard_stages, stages_until
from exsclaim_core.tables.arrow import DOCUMENT

State = Literal["done", "outdated", "missing"]  # outdated: made with other settings, of other files, by an older stage
Outcome = Status | Literal["unfinished"]

WHOLE_RUN = ""  # stands for the shard where a stage takes all of them together
LOOKS_AT_A_TIME = 16  # at shards in an object store, which takes its time for each answer

TEXTLESS, TYPES = "textless", "figures.list.element.type"  # columns of the table `figures`


@dataclass(frozen=True, slots=True)
class StageStatus:
    """Numbers of shards, by what there is of a stage's results; the dataset counts as one shard."""

    stage: str
    done: int
    outdated: int
    missing: int


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How often something went wrong, and the first record of it."""

    stage: str
    kind: str
    count: int
    example: ErrorRecord


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How far a run has come. Errors are those of results that are up to date."""

    url: str
    shards: int
    documents: int
    pages: int
    stages: tuple[StageStatus, ...]
    outcomes: Mapping[Outcome, int]  # numbers of documents
    errors: tuple[ErrorCount, ...]  # the most frequent first

    @property
    def left(self) -> int:
        """Number of results that are to be made."""
        return sum(stage.outdated + stage.missing for stage in self.stages)


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """What came of a document: failed where nothing was found out about it, partial where it has errors."""

    source: Source
    outcome: Outcome
    figures: int
    tables: int
    errors: tuple[ErrorRecord, ...]


def read_status(run: Run) -> RunStatus:
    """How far the run has come, from the ends of its tables and from what went wrong."""
    states = shard_states(run)
    outcomes: Counter[Outcome] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], ErrorRecord] = {}
    pages = 0
    with ThreadPoolExecutor(_looks_at_a_time(run)) as pool:
        for sources, errors, found in pool.map(partial(_look_for_faults, run), states.items()):
            pages += sum(source.pages for source in sources)
            outcomes.update(found)
            for error in errors:
                place = (error.stage, error.kind)
                counts[place] += 1
                examples.setdefault(place, error)
    by_stage = {stage.name: [of[stage.name] for of in states.values()] for stage in shard_stages()}
    by_stage[DATASET] = [dataset_state(run)]
    return RunStatus(
        run.url,
        len(states),
        outcomes.total(),
        pages,
        tuple(
            StageStatus(name, some.count("done"), some.count("outdated"), some.count("missing"))
            for name, some in by_stage.items()
        ),
        outcomes,
        tuple(ErrorCount(*place, count, examples[place]) for place, count in counts.most_common()),
    )


def unfinished(run: Run, until: str = DATASET) -> list[tuple[str, str]]:
    """Stage and shard of each result that is not up to date, of the stages that lead to this one.

    Shard by shard, for each its stages in order; a stage that takes all shards together comes last, with WHOLE_RUN.
    ValueError for a stage that there is not.
    """
    stages = stages_until(until)
    todo = [
        (stage.name, shard)
        for shard, states in shard_states(run).items()
        for stage in stages
        if not stage.whole_run and states[stage.name] != "done"
    ]
    if DATASET in (stage.name for stage in stages) and dataset_state(run) != "done":
        todo.append((DATASET, WHOLE_RUN))
    return todo


def shard_states(run: Run) -> dict[str, dict[str, State]]:
    """What there is of the result of each stage, by shard and stage."""
    shards = run.shards()
    with ThreadPoolExecutor(_looks_at_a_time(run)) as pool:
        return dict(zip(shards, pool.map(partial(_states, run), shards), strict=True))


def dataset_state(run: Run) -> State:
    """What there is of the dataset."""
    if is_finished(run, dataset_fingerprint(run, expected_results(run))):
        return "done"
    return "outdated" if PROVENANCE in run.names_in(DATASET) else "missing"


def stage_errors(run: Run, stage: str, shard: str) -> list[ErrorRecord]:
    """What went wrong with documents of a shard in a stage; its table is read only where there may be something."""
    usage = run.usage(stage, shard)
    return [] if usage is not None and usage.errors == 0 else run.errors(stage, shard)


def read_outcomes(run: Run, states: Mapping[str, Mapping[str, State]] | None = None) -> Iterator[DocumentOutcome]:
    """What came of each document of the run, shard by shard; `states` as of `shard_states`."""
    for shard, of in (shard_states(run) if states is None else states).items():
        sources = run.sources(shard)
        errors = _by_document(_errors_of(run, shard, of))
        finished = of["figures"] == "done"
        rows = _figure_columns(run, shard, [TEXTLESS, TYPES]) if finished else {}
        for source in sources:
            row, some = rows.get(source.document), tuple(errors.get(source.document, ()))
            types = [figure["type"] for figure in row["figures"]] if row else []
            outcome = _outcome(finished, row, bool(some))
            yield DocumentOutcome(source, outcome, types.count("Figure"), types.count("Table"), some)


def _looks_at_a_time(run: Run) -> int:
    return LOOKS_AT_A_TIME if run.folder is None else 1


def _states(run: Run, shard: str) -> dict[str, State]:
    expected = run.expected(shard)
    states: dict[str, State] = {}
    for stage in shard_stages():
        stored = run.stored(stage.name, shard)
        states[stage.name] = "missing" if stored is None else "done" if stored == expected[stage.name] else "outdated"
    return states


def _look_for_faults(
    run: Run, shard_and_states: tuple[str, Mapping[str, State]]
) -> tuple[list[Source], list[ErrorRecord], Counter[Outcome]]:
    """The documents of a shard, what went wrong with them, and what came of how many."""
    shard, states = shard_and_states
    sources, errors = run.sources(shard), _errors_of(run, shard, states)
    if states["figures"] != "done":
        return sources, errors, Counter({"unfinished": len(sources)})
    if not errors:  # without one, no document fails
        return sources, errors, Counter({"success": len(sources)})
    rows, faulty = _figure_columns(run, shard, [TEXTLESS]), _by_document(errors)
    return (
        sources,
        errors,
        Counter(_outcome(True, rows.get(source.document), source.document in faulty) for source in sources),
    )


def _errors_of(run: Run, shard: str, states: Mapping[str, State]) -> list[ErrorRecord]:
    return [error for stage, state in states.items() if state == "done" for error in stage_errors(run, stage, shard)]


def _by_document(errors: Iterable[ErrorRecord]) -> dict[str, list[ErrorRecord]]:
    found: dict[str, list[ErrorRecord]] = {}
    for error in errors:
        found.setdefault(error.document, []).append(error)
    return found


def _outcome(finished: bool, row: Mapping[str, Any] | None, faulty: bool) -> Outcome:
    if not finished:
        return "unfinished"
    if row is None or row[TEXTLESS]:
        return "failed"
    return "partial" if faulty else "success"


def _figure_columns(run: Run, shard: str, columns: list[str]) -> dict[str, dict[str, Any]]:
    """Some columns of the table `figures`, by document."""
    path = f"figures/{shard}.parquet"
    with accessing(f"{run.url}/{path}", "read"), run.files.open(f"{run.root}/{path}", "rb") as file:
        table = pq.ParquetFile(file).read(columns=[DOCUMENT, *columns])
    return {row[DOCUMENT]: row for row in table.to_pylist()}
