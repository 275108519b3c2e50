"""What real figures lend to drawn ones: how their panels lie, what their scale labels say, pictures."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from PIL import Image

from exsclaim_core.model import Box
from exsclaim_core.panels.model import PanelClass

Part = Literal["train", "held_out"]

HELD_OUT = 10  # one source in so many is kept for validation
LARGEST_OVERLAP = 0.05  # of a panel by others: more would be panels within panels
KINDS: dict[str, PanelClass] = {
    "microscopy": "microscopy",
    "diffraction": "diffraction",
    "graph": "graph",
    "photo": "photo",
    "basic photo": "photo",
    "illustration": "illustration",
    "table": "table",
    "gel": "other",
    "radiology": "other",
}
_SCALE = re.compile(r"^\d{1,4}(\.\d{1,2})? ?(nm|um|mm|cm|A|1/nm|1/um)$")


@dataclass(frozen=True, slots=True)
class RealPicture:
    """A picture of a known class, still compressed."""

    data: bytes
    kind: PanelClass
    technique: str
    source: str

    def pixels(self, least: int) -> Image.Image:
        """The picture in colours; it may come in half the size or less where that is still at least `least` pixels."""
        image = Image.open(io.BytesIO(self.data))
        image.draft("RGB", (least, least))  # decodes a JPEG at a half, a quarter …: several times as fast
        return image.convert("RGB")


@dataclass(frozen=True, slots=True)
class RealLayout:
    """Where the panels of a real figure lie, in shares of its width; the class where it is known."""

    height: float  # of the figure, in widths
    cells: tuple[tuple[Box, PanelClass | None], ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """Material for figures; without any the figures are drawn throughout."""

    layouts: tuple[RealLayout, ...] = ()
    pictures: dict[PanelClass, tuple[RealPicture, ...]] | None = None
    scale_texts: tuple[str, ...] = ()

    @classmethod
    def drawn(cls) -> Self:
        """No material: random layouts and drawn contents only."""
        return cls()

    @classmethod
    def load(cls, shared_data: Path, part: Part) -> Self:
        """The material below a folder with figure_layouts.jsonl and images/labels.csv, split by source.

        A source is a paper, told by the name of the figure's file or the source in the table of pictures.
        """
        layouts: list[RealLayout] = []
        texts: list[str] = []
        with (shared_data / "figure_layouts.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                if part_of(_paper(record["figure"])) != part:
                    continue
                layout = _layout(record["panels"])
                if layout:
                    layouts.append(layout)
                labels = (label["text"] for label in record.get("scale_labels", ()))
                texts += [text for text in labels if _SCALE.match(text)]
        pictures: dict[PanelClass, list[RealPicture]] = defaultdict(list)
        for picture in _pictures(shared_data / "images"):
            if part_of(picture.source) == part:
                pictures[picture.kind].append(picture)
        return cls(tuple(layouts), {kind: tuple(some) for kind, some in pictures.items()}, tuple(texts))

    def picture(self, random: np.random.Generator, kind: PanelClass) -> RealPicture | None:
        """Any picture of the class, None where there is none."""
        some = (self.pictures or {}).get(kind, ())
        return some[int(random.integers(len(some)))] if some else None


def part_of(source: str) -> Part:
    """The part to which a source belongs: always the same one."""
    return "held_out" if hashlib.sha256(source.encode()).digest()[0] % HELD_OUT == 0 else "train"


def _paper(figure: str) -> str:
    """The paper's part of a file name such as "C3CE26672A_fig4.png" or "1471-2474-11-97-3.jpg"."""
    stem = Path(figure).stem
    return re.split(r"[_-](?=[^_-]*$)", stem)[0]


def _layout(panels: list[dict[str, Any]]) -> RealLayout | None:
    """The layout in shares of the width; None where panels lie within panels or are too small to draw."""
    boxes = [
        Box(*panel["box"])
        for panel in panels
        if panel["box"][2] > panel["box"][0] and panel["box"][3] > panel["box"][1]
    ]
    kinds = [KINDS.get(panel.get("class") or "") for panel in panels]
    if not boxes or len(boxes) != len(panels):
        return None
    for at, box in enumerate(boxes):
        if sum(box.intersection(other) for k, other in enumerate(boxes) if k != at) > LARGEST_OVERLAP * box.area:
            return None
    hull = Box.hull(boxes)
    if not 0.12 < hull.height / hull.width < 2.2 or min(min(b.width, b.height) for b in boxes) < 0.04 * hull.width:
        return None
    scale = 1 / hull.width
    moved = [
        Box((b.x0 - hull.x0) * scale, (b.y0 - hull.y0) * scale, (b.x1 - hull.x0) * scale, (b.y1 - hull.y0) * scale)
        for b in boxes
    ]
    return RealLayout(hull.height * scale, tuple(zip(cut_apart(moved), kinds, strict=True)))


def cut_apart(boxes: list[Box]) -> list[Box]:
    """The boxes cut back where two overlap a little, so that at most they touch."""
    for a in range(len(boxes)):
        for b in range(a + 1, len(boxes)):
            one, two = boxes[a], boxes[b]
            across = min(one.x1, two.x1) - max(one.x0, two.x0)
            down = min(one.y1, two.y1) - max(one.y0, two.y0)
            if across <= 0 or down <= 0:
                continue
            if across < down:
                cut = (min(one.x1, two.x1) + max(one.x0, two.x0)) / 2
                left_first = one.x0 + one.x1 <= two.x0 + two.x1
                left, right = (one, two) if left_first else (two, one)
                left, right = Box(left.x0, left.y0, cut, left.y1), Box(cut, right.y0, right.x1, right.y1)
                boxes[a], boxes[b] = (left, right) if left_first else (right, left)
            else:
                cut = (min(one.y1, two.y1) + max(one.y0, two.y0)) / 2
                top_first = one.y0 + one.y1 <= two.y0 + two.y1
                top, low = (one, two) if top_first else (two, one)
                top, low = Box(top.x0, top.y0, top.x1, cut), Box(low.x0, cut, low.x1, low.y1)
                boxes[a], boxes[b] = (top, low) if top_first else (low, top)
    return boxes


def _pictures(folder: Path) -> Iterator[RealPicture]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            kind = KINDS.get(row["class"])
            # Pictures that are compound figures themselves, or of which the labeller was not sure, would teach errors.
            if kind and row["sure"] == "1":
                yield RealPicture((folder / row["file"]).read_bytes(), kind, row["technique"], row["source"])
