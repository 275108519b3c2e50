"""Evidence for a candidate to be the title of a section: its words, its place and what stands above and below it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exsclaim_core.figures.section_names import NO_TITLE, NUMBER, is_known, name_of
from exsclaim_core.figures.title_candidates import RUN_IN, SPACED, UNSTYLED, Candidate, TitleFinder
from exsclaim_core.figures.wording import WORD
from exsclaim_core.labels import LABEL

MOST_CHARS = 260
NEVER = -9.0
FAR_BELOW = 3.2  # leadings; what follows so far below belongs to something else


@dataclass(frozen=True, slots=True)
class JudgedTitle:
    """A candidate with the evidence for it in itself; around 2 for a plain case, NEVER where it can't be a title."""

    candidate: Candidate
    name: str  # without its number
    known: bool  # many papers have a section of this name
    score: float


def judge_title(candidate: Candidate, finder: TitleFinder) -> JudgedTitle:
    """A candidate with the evidence in its words and its surroundings."""
    name = name_of(candidate.text)
    known = is_known(name)
    if not _reads_as_title(candidate, name):
        return JudgedTitle(candidate, name, known, NEVER)
    body = finder.body
    first = finder.text.rows[candidate.first]
    score = 0.7 * bool(NUMBER.match(candidate.text)) + 0.3 * bool(first["bold"] > 0.8)
    if candidate.kind == RUN_IN:
        score += 0.9 if candidate.delimited else 0.4 if known else -0.2
    else:
        score += _evidence_of_ending(candidate, known)
        score += _evidence_of_place(candidate, finder)
        score += _evidence_below(candidate, finder, known)
    if first["size"] > body.size + 0.7:
        score += 0.3
    elif first["size"] < body.size - 0.7 and not known:
        score -= 0.7
    return JudgedTitle(candidate, name, known, score)


def _reads_as_title(candidate: Candidate, name: str) -> bool:
    letters = sum(map(len, WORD.findall(name)))
    if len(name) > MOST_CHARS or letters < max(3, 0.5 * len(name.replace(" ", ""))) or NO_TITLE.match(name):
        return False
    if LABEL.match(candidate.text):  # a caption that was not found
        return False
    if not (name[0].isupper() or name[0] in "“‘'\"" or NUMBER.match(candidate.text)):
        return False
    return candidate.kind == RUN_IN or candidate.text[-1] not in ",;-–"


def _evidence_of_ending(candidate: Candidate, known: bool) -> float:
    """Rows that end as sentences and introductions of lists do are seldom titles."""
    if known:
        return 0.0
    if candidate.text[-1] == ".":
        return 0.0 if NUMBER.match(candidate.text) else -1.0
    return -0.5 if candidate.text[-1] == ":" else 0.0


def _evidence_of_place(candidate: Candidate, finder: TitleFinder) -> float:
    """Titles begin at the left edge of the column or stand in its middle, with white space above them."""
    rows = finder.text.rows
    first, boxes = rows[candidate.first], rows["box"][candidate.first : candidate.last + 1]
    x0, x1 = float(boxes[:, 0].min()), float(boxes[:, 2].max())
    left, right = float(first["lane_x0"]), float(first["lane_x1"])
    placed = abs(x0 - left) < 4 or abs(x0 + x1 - left - right) < 8
    above = float(first["above"]) / finder.body.leading
    return (0.5 if placed else -0.3) + (0.7 if above > SPACED else -0.7 if above < 0.95 else 0.0)


def _evidence_below(candidate: Candidate, finder: TitleFinder, known: bool) -> float:
    """Titles have running text, or another title, right below them."""
    rows, body, following = finder.text.rows, finder.body, candidate.last + 1
    if following == len(rows):
        return -1.0
    below, plain = float(rows["below"][candidate.last]) / body.leading, float(finder.plain_share[following])
    score = 0.5 if plain > 0.5 else 0.2 if rows["chars"][following] >= 25 else 0.0
    if FAR_BELOW < below < np.inf:
        score -= 0.7
    if rows["size"][following] < 0.95 * body.size and plain < 0.5 and not known:
        score -= 0.5
    number = NUMBER.match(candidate.text)
    if candidate.kind == UNSTYLED and not known and not (number and "." in number["number"][:-1]):
        alone = float(rows["above"][candidate.first]) > 1.3 * body.leading and 1.3 < below < 2.5
        fills = bool(rows["box"][following, 2] > rows["lane_x1"][following] - 2 * body.size)
        score -= 0.4 if candidate.style[3] else 1.0
        score -= (not alone) + (not (plain < 0.3 or (plain > 0.6 and fills)))
    return score
