"""What running text looks like once figures are taken away: the fonts of its paragraphs, its size and its leading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from exsclaim_core.layout.running_text import RunningText

PARAGRAPH = 4  # rows that follow each other in one font: running text rather than a title
MOST_LEADING = 2.6  # font sizes; manuscripts are double-spaced
IN_PARAGRAPHS = 0.4  # share of a font's characters that stand in paragraphs where it is one of running text
TEXT_SHARE = 0.06  # of all characters, from which a font counts as one of running text
LARGE_TEXT_SHARE = 0.2  # the same for larger letters than the body's: an abstract may be set as titles are
SAME_SIZE = 1.06  # ratio of sizes up to which letters pass for equal


@dataclass(frozen=True, slots=True)
class Body:
    """How the running text is set."""

    fonts: dict[int, float]  # and the largest size of each, points
    size: float  # of most of it
    bold: bool
    italic: bool
    leading: float  # points


def measure_body(text: RunningText) -> Body:
    """The fonts of the rows that stand in paragraphs, and the measures of most of them; ValueError without rows."""
    rows = text.rows
    if not len(rows):
        raise ValueError("there is no running text to measure")
    halves = np.clip(np.round(rows["size"] * 2), 0, 1023).astype(np.int64)  # posters have letters of 600 points
    keys, which = np.unique(rows["font"].astype(np.int64) * 1024 + halves, return_inverse=True)
    goes_on = np.zeros(len(rows), bool)
    goes_on[1:] = (which[1:] == which[:-1]) & (rows["above"][1:] < MOST_LEADING * rows["size"][1:])
    run = np.cumsum(~goes_on)
    in_paragraph = np.bincount(run)[run] >= PARAGRAPH
    chars = np.bincount(which, weights=rows["chars"])
    prose = np.bincount(which, weights=rows["chars"] * in_paragraph)
    most = int(prose.argmax())
    main = rows[which == most]
    size = float(np.median(main["size"]))
    least = np.where(keys % 1024 / 2 <= SAME_SIZE * size, TEXT_SHARE, LARGE_TEXT_SHARE)
    of_text = (prose >= IN_PARAGRAPHS * chars) & (chars >= least * chars.sum())
    of_text[most] = True
    steps = main["below"][(main["below"] > 0.9 * size) & (main["below"] < MOST_LEADING * size)]
    return Body(
        # The keys rise with the size: the largest of a font comes last.
        {int(key) // 1024: max(size, int(key) % 1024 / 2) for key in keys[of_text]},
        size,
        float(np.mean(main["bold"])) > 0.5,
        float(np.mean(main["italic"])) > 0.5,
        float(np.median(steps)) if len(steps) else 1.2 * size,
    )
