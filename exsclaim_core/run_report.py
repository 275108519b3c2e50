"""What a run took and what came of it, as report.json and report.md in the run folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exsclaim_core.model import ErrorRecord
from exsclaim_core.run_status import Outcome, State, read_outcomes, shard_states, stage_errors
from exsclaim_core.runs import Run
from exsclaim_core.stages import shard_stages

REPORT_JSON, REPORT_MARKDOWN = "report.json", "report.md"

MEBIBYTE = 1 << 20
LONGEST_MESSAGE = 200  # characters of an error in a table
MARKDOWN_SIGNS = "\\`*_{}[]<>#|~&"


@dataclass(frozen=True, slots=True)
class StageReport:
    """What a stage took for the shards whose results are up to date."""

    stage: str
    shards: int
    all_shards: int
    documents: int
    pages: int
    seconds: float  # of all shards together, which are worked on side by side
    cpu_seconds: float
    peak_memory: int  # bytes of the process that held most
    errors: Mapping[str, int]  # by kind

    @property
    def cpu_ms_per_page(self) -> float | None:
        return round(1000 * self.cpu_seconds / self.pages, 2) if self.pages else None

    @property
    def pages_per_cpu_second(self) -> float | None:
        return round(self.pages / self.cpu_seconds, 1) if self.cpu_seconds else None

    def to_dict(self) -> dict[str, Any]:
        return {
            "shards": self.shards,
            "all_shards": self.all_shards,
            "documents": self.documents,
            "pages": self.pages,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "cpu_ms_per_page": self.cpu_ms_per_page,
            "pages_per_cpu_second": self.pages_per_cpu_second,
            "peak_memory_bytes": self.peak_memory,
            "errors": dict(sorted(self.errors.items())),
        }


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is in a run, and what went wrong."""

    documents: int
    pages: int
    figures: int
    tables: int
    outcomes: Mapping[Outcome, int]
    errors: Mapping[tuple[str, str], tuple[int, ErrorRecord]]  # by stage and kind: how many, and the first


def write_report(run: Run, extra: Mapping[str, object] | None = None) -> None:
    """Write report.json and report.md from what the stages have noted on the way.

    `extra` is what the caller knows beside, under names such as "wall_seconds", "workers" and "versions"; it has to fit
    into JSON.
    """
    states = shard_states(run)
    stages = measure_stages(run, states)
    found = _count(run, states)
    record = _to_record(run, found, stages, dict(extra or {}))
    run.write(REPORT_JSON, (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode(errors="replace"))
    run.write(REPORT_MARKDOWN, _to_markdown(run, found, stages, dict(extra or {})).encode(errors="replace"))


def measure_stages(run: Run, states: Mapping[str, Mapping[str, State]] | None = None) -> list[StageReport]:
    """What each stage took, in order; `states` as of `shard_states`."""
    states = shard_states(run) if states is None else states
    reports = []
    for stage in (stage.name for stage in shard_stages()):
        done = [shard for shard, of in states.items() if of[stage] == "done"]
        usages = [usage for shard in done if (usage := run.usage(stage, shard))]
        reports.append(
            StageReport(
                stage,
                len(done),
                len(states),
                sum(usage.documents for usage in usages),
                sum(usage.pages for usage in usages),
                round(sum(usage.seconds for usage in usages), 3),
                round(sum(usage.cpu_seconds for usage in usages), 3),
                max((usage.peak_memory for usage in usages), default=0),
                Counter(error.kind for shard in done for error in stage_errors(run, stage, shard)),
            )
        )
    return reports


def _count(run: Run, states: Mapping[str, Mapping[str, State]]) -> _Found:
    documents = pages = figures = tables = 0
    outcomes: Counter[Outcome] = Counter()
    errors: dict[tuple[str, str], tuple[int, ErrorRecord]] = {}
    for each in read_outcomes(run, states):
        documents += 1
        pages += each.source.pages
        figures += each.figures
        tables += each.tables
        outcomes[each.outcome] += 1
        for error in each.errors:
            count, first = errors.get((error.stage, error.kind), (0, error))
            errors[error.stage, error.kind] = count + 1, first
    most_first = dict(sorted(errors.items(), key=lambda item: -item[1][0]))
    return _Found(documents, pages, figures, tables, outcomes, most_first)


def _to_record(run: Run, found: _Found, stages: Sequence[StageReport], extra: Mapping[str, object]) -> dict[str, Any]:
    cpu_seconds = sum(stage.cpu_seconds for stage in stages)
    return {
        "run": {"name": run.name, **extra},
        "totals": {
            "documents": found.documents,
            **{name: found.outcomes.get(name, 0) for name in ("success", "partial", "failed", "unfinished")},
            "pages": found.pages,
            "figures": found.figures,
            "tables": found.tables,
            "seconds": round(sum(stage.seconds for stage in stages), 3),
            "cpu_seconds": round(cpu_seconds, 3),
            "cpu_ms_per_page": round(1000 * cpu_seconds / found.pages, 2) if found.pages else None,
            "pages_per_cpu_second": round(found.pages / cpu_seconds, 1) if cpu_seconds else None,
            "peak_memory_bytes": max((stage.peak_memory for stage in stages), default=0),
            "errors": sum(count for count, _ in found.errors.values()),
        },
        "stages": {stage.stage: stage.to_dict() for stage in stages},
        "errors": [
            {"stage": stage, "kind": kind, "count": count, "example": first.to_dict()}
            for (stage, kind), (count, first) in found.errors.items()
        ],
    }


def _to_markdown(run: Run, found: _Found, stages: Sequence[StageReport], extra: Mapping[str, object]) -> str:
    parts = [f"# Run {_escaped(run.name)}", " ".join(_sentences(found, stages, extra))]
    parts += ["## Stages", _stage_table(stages)]
    if found.errors:
        parts += ["## What went wrong", _error_table(found)]
    if extra:
        names = {name: _escaped(name.replace("_", " ")) for name in extra}
        lines = [f"- {names[name]}: {_escaped(_in_a_line(value))}" for name, value in extra.items()]
        parts += ["## How it was run", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _sentences(found: _Found, stages: Sequence[StageReport], extra: Mapping[str, object]) -> Iterator[str]:
    """What was done, what failed, and where the time went."""
    yield (
        f"{_number(found.figures, 'figure')} and {_number(found.tables, 'table')} were found in "
        f"{_number(found.documents, 'document')} with {_number(found.pages, 'page')}."
    )
    if found.outcomes.get("unfinished"):
        yield f"The run is not finished: {_number(found.outcomes['unfinished'], 'document')} to go."
    failed, partial = found.outcomes.get("failed", 0), found.outcomes.get("partial", 0)
    if failed or partial:
        some = [f"{_number(failed, 'document')} failed"] * bool(failed)
        some += [f"{_number(partial, 'document')} came out with faults"] * bool(partial)
        (stage, kind), (count, _) = next(iter(found.errors.items()))
        yield f"{' and '.join(some)}; most often: {_escaped(kind)} in {_escaped(stage)} ({_number(count, 'time')})."
    elif found.documents and not found.outcomes.get("unfinished"):
        yield "No document failed."
    cpu_seconds = sum(stage.cpu_seconds for stage in stages)
    if cpu_seconds and found.pages:
        yield (
            f"That took {cpu_seconds:,.1f} s of CPU time, {1000 * cpu_seconds / found.pages:.1f} ms a page: "
            f"{_shares(stages, cpu_seconds)}."
        )
    # Results that were there before are in the CPU time and not in this.
    if isinstance(wall := extra.get("wall_seconds"), int | float):
        yield f"The last run of it took {wall:,.1f} s by the clock."


def _shares(stages: Iterable[StageReport], cpu_seconds: float) -> str:
    """ "read 54 %, figures 30 %, layout 10 %": the stages that took most first."""
    most_first = sorted(stages, key=lambda stage: -stage.cpu_seconds)
    return ", ".join(f"{stage.stage} {100 * stage.cpu_seconds / cpu_seconds:.0f} %" for stage in most_first)


def _stage_table(stages: Iterable[StageReport]) -> str:
    heads = (
        "stage",
        "shards",
        "documents",
        "pages",
        "CPU, s",
        "wall, all shards, s",
        "CPU a page, ms",
        "pages a CPU second",
        "peak memory, MiB",
        "errors",
    )
    rows = [
        (
            stage.stage,
            f"{stage.shards} of {stage.all_shards}",
            f"{stage.documents:,}",
            f"{stage.pages:,}",
            f"{stage.cpu_seconds:,.1f}",
            f"{stage.seconds:,.1f}",
            "" if stage.cpu_ms_per_page is None else f"{stage.cpu_ms_per_page:.2f}",
            "" if stage.pages_per_cpu_second is None else f"{stage.pages_per_cpu_second:,.0f}",
            f"{stage.peak_memory / MEBIBYTE:,.0f}",
            ", ".join(f"{kind} {count}" for kind, count in sorted(stage.errors.items())),
        )
        for stage in stages
    ]
    return _table(heads, rows, left=(0, len(heads) - 1))


def _error_table(found: _Found) -> str:
    rows = [
        (stage, kind, str(count), first.document, _in_a_line(first.message))
        for (stage, kind), (count, first) in found.errors.items()
    ]
    return _table(("stage", "kind", "times", "for instance", "message"), rows, left=(0, 1, 3, 4))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: Iterable[int]) -> str:
    aligned = ["---" if index in set(left) else "--:" for index in range(len(heads))]
    lines = [heads, aligned, *([_escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _in_a_line(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_in_a_line(inner)}" for name, inner in value.items())
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_MESSAGE else text[:LONGEST_MESSAGE] + " …"


def _escaped(text: str) -> str:
    """The text without what Markdown, or HTML in it, would take for a sign."""
    return "".join(f"\\{sign}" if sign in MARKDOWN_SIGNS else sign for sign in text)
