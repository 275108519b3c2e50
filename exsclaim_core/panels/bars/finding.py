"""Scale bars of a figure: lines that are measured and rated together, beside what their labels say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exsclaim_core.panels.bars.candidates import measure_marks, propose_alike, propose_beside, same_place
from exsclaim_core.panels.bars.chances import pair_candidates, rate_bars
from exsclaim_core.panels.bars.readings import SEEN_SURELY, SURE_READING, agree, read_labels
from exsclaim_core.panels.bars.scales import assign_to_panels
from exsclaim_core.panels.images import Pixels
from exsclaim_core.panels.model import Panel, ScaleBar

if TYPE_CHECKING:
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.seeing import Marks

LEAST_BAR = 0.3  # chance of a bar


def find_bars(
    pixels: Pixels, seen: Marks, panels: Sequence[Panel], reader: Reader, known: Sequence[ScaleBar] = ()
) -> list[ScaleBar]:
    """Scale bars in pictures, measured and with what their labels say, after those that are known already."""
    boxes = [panel.box for panel in panels]
    candidates = measure_marks(pixels, seen.bars)
    labels = read_labels(pixels, seen.bar_labels, candidates, reader)
    candidates += propose_beside(pixels, [one.box for one in labels if one.chance >= SURE_READING], candidates)
    marks = [mark.box for mark in seen.bar_labels if mark.chance >= SEEN_SURELY]
    candidates += propose_alike(pixels, candidates, rate_bars(candidates, labels, marks, panels), boxes)
    candidates = [one for one in candidates if not any(same_place(one.bar.box, other.box) for other in known)]
    chances = rate_bars(candidates, labels, marks, panels)
    chosen: list[int] = []
    for number in sorted(range(len(candidates)), key=lambda number: -chances[number]):
        bar = candidates[number].bar
        if chances[number] >= LEAST_BAR and not any(same_place(bar.box, candidates[i].bar.box) for i in chosen):
            chosen.append(number)
    pairs = pair_candidates(candidates, labels)
    own_labels = [None if (pair := pairs[number]) is None else labels[pair] for number in chosen]
    bars = [candidates[number].bar for number in chosen]
    scales = agree(bars, own_labels)
    places = assign_to_panels([bar.box for bar in bars], boxes)
    found = list(known)
    for number, bar, label, scale, place in zip(chosen, bars, own_labels, scales, places, strict=True):
        text, nanometres = (scale.text, scale.nanometres) if scale else (None, None)
        box = label.box if label else None
        found.append(ScaleBar(bar.box, bar.length, text, box, nanometres, place, chances[number]))
    return found
