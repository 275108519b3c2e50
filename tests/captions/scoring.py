"""Captions of the benchmark beside their truth, by the rules of its own scorer, with the kind of each error."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from exsclaim_core.captions.distribution import distribute_many

SURE = 0.9
ALIKE = 0.8  # F1 of the words from which on a panel is right
KINDS = (
    "label missing",
    "label invented",
    "general sentence given to a panel",
    "panel's sentence called general",
    "head missing",
    "tail missing",
    "other",
)


@dataclass(slots=True)
class Score:
    """What of a set of captions is right."""

    captions: int = 0
    exact: int = 0  # captions with the right labels
    without: int = 0  # captions without panels
    clean: int = 0  # of these, those in which none was found
    true: int = 0
    found: int = 0
    right: int = 0
    sure: int = 0  # panels with a confidence of SURE and more
    sure_and_right: int = 0
    not_verbatim: int = 0
    errors: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.true + self.found) if self.right else 0.0

    @property
    def labels(self) -> float:
        """Share of captions whose labels are the true ones."""
        return self.exact / self.captions


def read_captions(shared: Path, name: str) -> Iterator[dict[str, Any]]:
    with (shared / "bench" / "captions" / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def score_captions(shared: Path, name: str) -> Score:
    """The captions of a set, "materials" or "biomedical", distributed and compared with their truth."""
    scorer = _scorer(shared)
    score = Score()
    rows = list(read_captions(shared, name))
    for row, distribution in zip(rows, distribute_many((row["caption"], (), ()) for row in rows), strict=True):
        found = {scorer.canonical(panel.label): distribution.texts(panel.spans) for panel in distribution.panels}
        sure = {scorer.canonical(panel.label) for panel in distribution.panels if panel.confidence >= SURE}
        _compare(scorer, row, found, distribution.texts(distribution.general), sure, score)
    return score


def _compare(
    scorer: ModuleType,
    row: Mapping[str, Any],
    found: Mapping[str, list[str]],
    general: list[str],
    sure: set[str],
    score: Score,
) -> None:
    wanted = {scorer.canonical(label): panel["text"] for label, panel in row["panels"].items()}
    title = set(row.get("general", []))
    score.captions += 1
    score.exact += wanted.keys() == found.keys()
    score.without += not wanted
    score.clean += not wanted and not found
    score.true += len(wanted)
    score.found += len(found)
    score.sure += len(sure)
    score.not_verbatim += sum(text not in row["caption"] for texts in (*found.values(), general) for text in texts)
    for label in sorted(wanted.keys() | found.keys()):
        if label not in found or label not in wanted:
            kind = "label missing" if label in wanted else "label invented"
        else:
            texts = wanted[label]
            own = [text for text in texts if text not in title]
            if max(scorer.word_f1(texts, found[label]), scorer.word_f1(own, found[label])) >= ALIKE:
                score.right += 1
                score.sure_and_right += label in sure
                continue
            kind = _kind_of_error(scorer, own or texts, found[label], title, general)
        score.errors[kind].append(f"{row['id']} {label}")


def _kind_of_error(
    scorer: ModuleType, wanted: Sequence[str], found: Sequence[str], true_general: set[str], general: Sequence[str]
) -> str:
    """What is wrong with most of the words that are missing, or too many."""
    want, got = scorer.words(wanted), scorer.words(found)
    missing, extra = want - got, got - want
    if extra.total() > missing.total():
        return KINDS[2] if _is_most_of(extra, scorer.words(true_general)) else "other"
    if _is_most_of(missing, scorer.words(general)):
        return KINDS[3]
    if len(wanted) > 1:
        for kind, piece in (("head missing", wanted[0]), ("tail missing", wanted[-1])):
            words = scorer.words([piece])
            if 2 * (words & missing).total() > words.total():
                return kind
    return "other"


def _is_most_of(words: Counter[str], of: Counter[str]) -> bool:
    return 2 * (words & of).total() > words.total()


def _scorer(shared: Path) -> ModuleType:
    """The benchmark's own scorer, which is a file and no module."""
    spec = importlib.util.spec_from_file_location("score_captions", shared / "bench" / "score_captions.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{shared} has no scorer of captions")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
