"""How sure it is that a panel has the right words, learned from captions that people have distributed.

A logistic model of a few facts about the place of a panel's label and of what it shares; `exsclaim train confidence`
fits its weights, the model card says to what.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from exsclaim_core.captions.labels import Mention
from exsclaim_core.captions.segments import Shares
from exsclaim_core.logistic import LogisticModel, chance

FEATURES = (
    "begins a sentence",  # the panel's label stands at the beginning of a sentence
    "shared",  # some of its words are also another panel's
    "last",  # it is the last panel, to which sentences on the figure may be added
    "more at the end",  # it is the last panel, and has more stretches and sentences than one
    "panels",  # logarithm of the number of panels
    "left over",  # share of the caption's characters that are not its own and not another panel's
    "in order",  # the labels stand in the order of the alphabet, each once
    "few words",  # fewer than four
)
WEIGHTS = Path(__file__).parent / "confidence.json"


@cache
def fitted_model() -> LogisticModel:
    """The one that comes with the program."""
    return LogisticModel.load(WEIGHTS, FEATURES)


def estimate(
    caption: str,
    labels: Sequence[str],
    mentions: Sequence[Mention],
    shares: Shares,
    label: str,
    letters: Sequence[str] = (),
) -> float:
    """The chance that the words of a panel are the right ones, 0 to 1; lower where the letters in the image differ."""
    values = features(caption, labels, mentions, shares, label)
    right = chance(fitted_model().logit(values))
    if letters and label.casefold() not in {letter.casefold() for letter in letters}:
        right /= 2
    return right


def features(
    caption: str, labels: Sequence[str], mentions: Sequence[Mention], shares: Shares, label: str
) -> tuple[float, ...]:
    """The facts about a panel, in the order of FEATURES."""
    spans = shares.panels[label]
    first = next((each for each in mentions if label in each.labels), None)
    before = caption[: first.start].rstrip() if first else ""
    others = {span for other, some in shares.panels.items() if other != label for span in some}
    text = " ".join(caption[start:end] for start, end in spans)
    last = label == labels[-1]
    covered = sum(end - start for start, end in {*others, *spans})
    return (
        float(not before or before[-1] in ".;:!?"),
        float(any(span in others for span in spans)),
        float(last),
        float(last and len(spans) > 1 and bool(re.search(r"[.!?]\s", text))),
        math.log1p(len(labels)),
        1 - min(1.0, covered / max(1, len(caption))),
        float([each.labels[0] for each in mentions] == sorted({each.labels[0] for each in mentions})),
        float(len(text.split()) < 4),
    )
