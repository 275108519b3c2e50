"""What differs between the figures of two runs: other settings, another version, other files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exsclaim_core.comparison_matching import Difference, Found, Kind, compare_document
from exsclaim_core.runs import RUN_FILE, Run, RunError, Source, columns_of
from exsclaim_core.stages import SOURCES, STAGES, fingerprint, stages_until
from exsclaim_core.tables.arrow import DOCUMENT, read_rows

FIGURES = "figures"  # the stage whose results are compared
LISTS = ("figures", "captions_without_region")  # columns of its table

Versions = Mapping[str, Any]  # of the program and of each stage


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side."""

    before: str  # URLs of the runs
    after: str
    documents: int  # that both have
    only_before: tuple[str, ...]  # documents; their figures are not among the differences
    only_after: tuple[str, ...]
    settings: Mapping[str, tuple[Any, Any]]  # by dotted name, those that differ
    versions: Mapping[str, tuple[Any, Any]]  # of the program and of stages, those that differ
    unchanged: int  # figures and tables, and captions without a region in either
    differences: tuple[Difference, ...]

    def count(self, kind: Kind) -> int:
        """Number of differences of one kind."""
        return sum(difference.kind == kind for difference in self.differences)

    def count_changes(self) -> Counter[str]:
        """How often regions, captions and so on have changed; a figure may have changed in several ways."""
        changed = [difference for difference in self.differences if difference.kind == "changed"]
        return Counter(change for difference in changed for change in difference.changes)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON takes it."""
        return {
            "before": self.before,
            "after": self.after,
            "settings": {name: {"before": old, "after": new} for name, (old, new) in self.settings.items()},
            "versions": {name: {"before": old, "after": new} for name, (old, new) in self.versions.items()},
            "documents": {
                "both": self.documents,
                "only_before": list(self.only_before),
                "only_after": list(self.only_after),
            },
            "counts": {
                "unchanged": self.unchanged,
                "appeared": self.count("appeared"),
                "went": self.count("went"),
                "changed": self.count("changed"),
                "changes": dict(self.count_changes()),
            },
            "differences": [difference.to_dict() for difference in self.differences],
        }


def compare_runs(before: Run, after: Run) -> Comparison:
    """What differs between two runs, in documents that both have: the same file, else the same name.

    RunError where a run's figures are not up to date with its settings. The results of an earlier version of the
    program are compared as they are.
    """
    versions = _versions(before), _versions(after)
    old_sources = _sources(before)
    new_sources = _sources(after)
    partners = match_documents(
        [source for sources in old_sources.values() for source in sources],
        [source for sources in new_sources.values() for source in sources],
    )
    shard_of = {source.document: shard for shard, sources in new_sources.items() for source in sources}
    unchanged, differences = 0, []
    for shard, sources in old_sources.items():
        names = [source.document for source in sources if source.document in partners]
        others = {partners[name] for name in names}
        # Where both runs are cut alike, that is one shard of each at a time.
        old = dict(_read_found(before, shard, set(names)))
        new = {
            name: found
            for other in sorted({shard_of[name] for name in others})
            for name, found in _read_found(after, other, others)
        }
        for name in names:
            same, some = compare_document(partners[name], old.get(name, []), new.get(partners[name], []))
            unchanged += same
            differences += some
    known = set(partners.values())
    return Comparison(
        before.url,
        after.url,
        len(partners),
        tuple(each.document for some in old_sources.values() for each in some if each.document not in partners),
        tuple(name for name in shard_of if name not in known),
        _differing(_flat(before.settings.model_dump(mode="json")), _flat(after.settings.model_dump(mode="json"))),
        _differing(*versions),
        unchanged,
        tuple(differences),
    )


def match_documents(before: Sequence[Source], after: Sequence[Source]) -> dict[str, str]:
    """Names in the second run by names in the first, of documents that both have.

    The same file under the same name, else the same file, else the same name.
    """
    keys: tuple[Callable[[Source], tuple[str, ...] | None], ...] = (
        lambda source: (source.document, source.sha256) if source.sha256 else None,
        lambda source: (source.sha256,) if source.sha256 else None,
        lambda source: (source.document,),
    )
    partners: dict[str, str] = {}
    taken: set[str] = set()
    for key in keys:
        offered: dict[tuple[str, ...] | None, list[str]] = {}
        for source in reversed(after):
            if source.document not in taken:
                offered.setdefault(key(source), []).append(source.document)
        offered.pop(None, None)
        for source in before:
            if source.document not in partners and (names := offered.get(key(source))):
                partners[source.document] = names.pop()
                taken.add(partners[source.document])
    return partners


def _sources(run: Run) -> dict[str, list[Source]]:
    return {shard: run.sources(shard) for shard in run.shards()}


def _read_found(run: Run, shard: str, documents: set[str]) -> Iterator[tuple[str, list[Found]]]:
    """What was found in some documents of a shard, with and without a region."""
    columns = {name: kind for name, kind in columns_of(STAGES[FIGURES]).items() if name in (DOCUMENT, *LISTS)}
    for row in read_rows(columns, run.read(f"{FIGURES}/{shard}.parquet")):
        if row[DOCUMENT] in documents:
            yield row[DOCUMENT], [Found.of(record) for name in LISTS for record in row[name]]


def _versions(run: Run) -> Versions:
    """Versions of the program and of the stages that have made the figures: today's, or those of the run's record.

    RunError where the figures are up to date with neither.
    """
    recorded = json.loads(run.read(RUN_FILE)).get("versions")
    recorded = recorded if isinstance(recorded, dict) else {}
    stages = stages_until(FIGURES)
    today = {stage.name: stage.version for stage in stages}
    shards = run.shards()
    if not shards:
        raise RunError(f"{run.url} has no documents: carry the run out, then compare")
    then = {name: recorded.get(name, version) for name, version in today.items()}
    for versions in (today, then):
        if all(run.stored(FIGURES, shard) == _expected(run, shard, versions)[FIGURES] for shard in shards):
            return {"exsclaim": recorded.get("exsclaim"), **versions}
    left = {shard: [name for name in today if run.stored(name, shard) != run.expected(shard)[name]] for shard in shards}
    first = next(name for name in today if any(name in names for names in left.values()))
    count = sum(FIGURES in names for names in left.values())
    raise RunError(
        f"{run.url}: the figures of {count} of {len(shards)} shards are not up to date, from the stage {first} on: "
        "carry the run on to its figures, then compare"
    )


def _expected(run: Run, shard: str, versions: Versions) -> dict[str, str]:
    """The fingerprint by stage that results for a shard have to have if stages of these versions have made them."""
    fingerprints = {SOURCES: run.stored(SOURCES, shard) or ""}
    for stage in stages_until(FIGURES):
        inputs = [fingerprints[name] for name in stage.reads]
        fingerprints[stage.name] = fingerprint(replace(stage, version=versions[stage.name]), run.settings, inputs)
    return fingerprints


def _flat(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings by dotted name."""
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return flat


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys([*before, *after])
    return {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
