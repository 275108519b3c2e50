"""The figures of one document in two runs: which are the same, and what has become of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from exsclaim_core.model import Box, called

SAME_REGION = 0.95  # overlap of two regions from which on they count as one
SAME_PLACE = 0.5  # overlap of captions or regions from which on a figure is known again under another label

Kind = Literal["appeared", "went", "changed"]


@dataclass(frozen=True, slots=True)
class Found:
    """A figure or table, or a caption without a region, as one run has it."""

    type: str
    label: str
    page: int  # from 1; 0 for a figure of a web page
    region: Box | None
    caption: str
    caption_box: Box
    direction: int  # quarter turns counter-clockwise that make it upright
    reason: str  # why there is no region
    picture: str  # path in the run folder, empty where none was made

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Found:
        """Out of a record of the table `figures`; a figure of a web page, which is on no page, is all its picture."""
        region = record["bbox"] or ([0, 0, *record["pixels"]] if record["pixels"] else None)
        return cls(
            record["type"],
            record["label"],
            record["page"] or 0,
            Box(*region) if region else None,
            record["caption"],
            Box(*(record["caption_bbox"] or (0, 0, 0, 0))),
            record["direction"],
            record["reason"] or "",
            record["image"] or record["svg"] or "",
        )

    @property
    def where(self) -> str:
        """ "page 3"; "from the web page"."""
        return f"page {self.page}" if self.page else "from the web page"

    @property
    def name(self) -> str:
        """What it is called: "Figure 3"; "Scheme 2", whose label says itself what it labels."""
        return called(self.type, self.label)

    def to_dict(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "label": self.label,
            "page": self.page or None,
            "bbox": self.region.to_list() if self.region and self.page else None,
            "caption": self.caption,
            "caption_bbox": self.caption_box.to_list() if self.page else None,
            "direction": self.direction,
            "image": self.picture or None,
            **({} if self.region else {"reason": self.reason}),
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure or table that is not the same in both runs.

    It has appeared or gone where one run has its region and the other has not, or, if neither has, where only one has
    its caption.
    """

    document: str  # its name in the second run
    kind: Kind
    before: Found | None
    after: Found | None
    # Where both have its caption: "region" ("picture" for one of a web page), "caption", "direction", "type", "label".
    changes: tuple[str, ...] = ()
    overlap: float | None = None  # of the regions, where both have one: 0 apart, 1 the same

    @property
    def shown(self) -> Found:
        """As the second run has it, else as the first one has."""
        found = self.after or self.before
        if found is None:
            raise ValueError(f"a difference in {self.document} has neither side")
        return found

    @property
    def summary(self) -> str:
        """What is not the same: "region 48 % the same, other caption"; empty for what is there as a whole or not."""
        parts = []
        if self.before and self.after and self.kind != "changed":
            parts.append(f"without a region {'before' if self.kind == 'appeared' else 'now'}")
        elif self.shown.region is None and self.kind != "changed":
            parts.append("a caption without a region")
        for change in self.changes:
            if change == "region" and self.overlap is not None:
                # Rounded down: regions that differ are never 100 % the same.
                parts.append(f"region {int(100 * self.overlap)} % the same")
            elif change in ("type", "label"):
                if self.before and (name := f"{self.before.name} before") not in parts:
                    parts.append(name)
            else:
                parts.append(f"other {change}")
        return ", ".join(parts)

    def to_dict(self) -> dict[str, Any]:
        return {
            "document": self.document,
            "kind": self.kind,
            "changes": list(self.changes),
            "overlap": None if self.overlap is None else round(self.overlap, 3),
            "before": self.before.to_dict() if self.before else None,
            "after": self.after.to_dict() if self.after else None,
        }


def compare_document(document: str, before: Sequence[Found], after: Sequence[Found]) -> tuple[int, list[Difference]]:
    """How many figures of a document are the same in both runs, and the others in reading order."""
    differences, unchanged = [], 0
    for old, new in match_figures(before, after):
        difference = _compare(document, old, new)
        if difference is None:
            unchanged += 1
        else:
            differences.append(difference)
    return unchanged, sorted(differences, key=_place)


def match_figures(before: Sequence[Found], after: Sequence[Found]) -> Iterator[tuple[Found | None, Found | None]]:
    """Pairs of what is the same figure in both runs, and what only one of them has.

    First those of the same type and label that overlap, those that overlap most first: labels may occur twice on a
    page. Then those at the same place, whatever they are called; then those of the same label somewhere on the page.
    Figures of a web page have no places: there it is the caption that is the same or not.
    """
    rounds: tuple[Callable[[Found, Found], float], ...] = (
        lambda old, new: _overlap(old, new) if _key(old) == _key(new) else 0.0,
        lambda old, new: share if (share := _largest_overlap(old, new)) >= SAME_PLACE else 0.0,
        lambda old, new: float(_key(old) == _key(new)),
    )
    left, right = list(range(len(before))), list(range(len(after)))
    for score in rounds:
        scored = [
            (-value, i, j)
            for i in left
            for j in right
            if before[i].page == after[j].page and (value := score(before[i], after[j])) > 0
        ]
        for _, i, j in sorted(scored):
            if i in left and j in right:
                left.remove(i)
                right.remove(j)
                yield before[i], after[j]
    yield from ((before[i], None) for i in left)
    yield from ((None, after[j]) for j in right)


def share_of(one: Box | None, other: Box | None) -> float:
    """The part of what two boxes cover that both cover; 0 where there is only one."""
    if one is None or other is None:
        return 0.0
    if one == other:
        return 1.0
    both = one.intersection(other)
    return both / (one.area + other.area - both) if both else 0.0


def _compare(document: str, before: Found | None, after: Found | None) -> Difference | None:
    if before is None or after is None:
        return Difference(document, "appeared" if before is None else "went", before, after)
    changes = []
    overlap = share_of(before.region, after.region) if before.region and after.region else None
    if overlap is not None and overlap < SAME_REGION:
        changes.append("region" if after.page else "picture")
    if before.caption != after.caption:
        changes.append("caption")
    if overlap is not None and before.direction != after.direction:
        changes.append("direction")
    changes += [name for name in ("type", "label") if getattr(before, name) != getattr(after, name)]
    if (before.region is None) != (after.region is None):
        kind: Kind = "appeared" if after.region else "went"
        return Difference(document, kind, before, after, tuple(changes))
    return Difference(document, "changed", before, after, tuple(changes), overlap) if changes else None


def _place(difference: Difference) -> tuple[int, float, float]:
    found = difference.shown
    return found.page, found.caption_box.y0, found.caption_box.x0


def _key(found: Found) -> tuple[str, str]:
    return found.type, found.label


def _overlap(one: Found, other: Found) -> float:
    return _same_caption(one, other) + share_of(one.region, other.region) + _captions_overlap(one, other)


def _largest_overlap(one: Found, other: Found) -> float:
    if not one.page:  # all its pictures begin at the same corner
        return _same_caption(one, other)
    return max(share_of(one.region, other.region), _captions_overlap(one, other))


def _captions_overlap(one: Found, other: Found) -> float:
    return share_of(one.caption_box, other.caption_box) if one.page else 0.0


def _same_caption(one: Found, other: Found) -> float:
    """1 for two figures of a web page with one caption."""
    return float(not one.page and bool(one.caption) and one.caption == other.caption)
