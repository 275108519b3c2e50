"""The plain data that the stages hand on: boxes, captions, figures, documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Self

FigureType = Literal["Figure", "Table", "Box", "Algorithm"]
Status = Literal["success", "partial", "failed"]


def called(kind: str, label: str) -> str:
    """What a figure is called: "Figure 3"; "Scheme 2", whose label says itself what it labels."""
    return label if " " in label else f"{kind} {label}".strip()


@dataclass(frozen=True, slots=True)
class Box:
    """Rectangle in page points (or image pixels), origin at the top left of the displayed page."""

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        if self.x1 < self.x0 or self.y1 < self.y0:
            raise ValueError(f"Box({self.x0}, {self.y0}, {self.x1}, {self.y1}) has a negative width or height")

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return self.width * self.height

    def intersection(self, other: Box) -> float:
        """Area that both boxes cover, in square units."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return width * height if width > 0 and height > 0 else 0.0

    def contains(self, other: Box, slack: float = 0.0) -> bool:
        """Whether the other box lies inside this one, give or take `slack` units on each side."""
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and self.x1 + slack >= other.x1
            and self.y1 + slack >= other.y1
        )

    def expand(self, by: float) -> Box:
        """The box with `by` units more on each side."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def scale(self, across: float, down: float) -> Box:
        """The box in a picture that is so many times as wide and as high."""
        return Box(self.x0 * across, self.y0 * down, self.x1 * across, self.y1 * down)

    def clip(self, other: Box) -> Box | None:
        """The part of this box inside the other; None where they do not meet."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Box(x0, y0, x1, y1) if x1 >= x0 and y1 >= y0 else None

    @classmethod
    def hull(cls, boxes: Iterable[Box]) -> Self:
        """Smallest box that holds all given ones; ValueError when there is none."""
        some = list(boxes)
        if not some:
            raise ValueError("the hull of no boxes is not defined")
        return cls(min(b.x0 for b in some), min(b.y0 for b in some), max(b.x1 for b in some), max(b.y1 for b in some))

    def to_list(self, digits: int = 2) -> list[float]:
        """[x0, y0, x1, y1], rounded."""
        return [round(v, digits) for v in (self.x0, self.y0, self.x1, self.y1)]


@dataclass(frozen=True, slots=True)
class Mention:
    """A reference to a figure or table in the running text."""

    page: int  # from 1
    text: str  # "Figs. 2b-d"

    def to_dict(self) -> dict[str, Any]:
        return {"page": self.page, "text": self.text}


@dataclass(frozen=True, slots=True)
class Section:
    """A section title of the running text."""

    title: str
    level: int  # from 1
    page: int  # from 1
    bbox: Box

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "level": self.level, "page": self.page, "bbox": self.bbox.to_list()}


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure or table with its caption; boxes in page points, origin at the top left of the displayed page."""

    type: FigureType
    label: str  # "3", "S1", "Scheme 2", "" for a part that continues another without a label of its own
    page: int  # from 1
    caption: str
    caption_bbox: Box
    bbox: Box | None = None  # None: a caption whose region was not found
    confidence: float = 0.0  # chance that region and caption are both right
    reason: str = ""  # why there is no region
    continued: bool = False
    direction: int = 0  # quarter turns counter-clockwise that make it upright: 1 where text runs down, 3 where up
    section: str | None = None
    mentions: tuple[Mention, ...] = ()
    image_path: str | None = None  # of the PNG, relative to the JSON's folder
    svg_path: str | None = None
    dpi: float | None = None  # of the PNG
    pixels: tuple[int, int] | None = None  # width and height of the PNG

    @property
    def name(self) -> str:
        """What it is called: "Figure 3"; "Scheme 2", whose label says itself what it labels."""
        return called(self.type, self.label)

    def to_dict(self) -> dict[str, Any]:
        """The figure record of the JSON results."""
        record: dict[str, Any] = {
            "type": self.type,
            "label": self.label,
            "page": self.page,
            "bbox": self.bbox.to_list() if self.bbox else None,
            "caption": self.caption,
            "caption_bbox": self.caption_bbox.to_list(),
            "confidence": round(self.confidence, 3),
            "continued": self.continued,
            "direction": self.direction,
            "section": self.section,
            "mentions": [mention.to_dict() for mention in self.mentions],
            "image": self.image_path,
            "svg": self.svg_path,
            "dpi": round(self.dpi, 2) if self.dpi else None,
            "pixels": list(self.pixels) if self.pixels else None,
        }
        if self.bbox is None:
            record["reason"] = self.reason
        return record


@dataclass(frozen=True, slots=True)
class PageMarks:
    """What an overlay page draws beside regions and captions: (kind, box) with kind "cluster", "body", "column" …"""

    page: int
    marks: tuple[tuple[str, Box], ...]


@dataclass(frozen=True, slots=True)
class Located:
    """What was found in the pages of one document."""

    figures: tuple[Figure, ...]  # figures and tables with a region
    captions_without_region: tuple[Figure, ...]
    text_boxes: tuple[Figure, ...]  # captioned boxes of text and algorithms
    sections: tuple[Section, ...]
    marks: tuple[PageMarks, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """What went wrong with a document, where, and in which stage."""

    document: str
    stage: str
    kind: str  # password, corrupt, empty, unreadable, no text, timeout, memory, crash, render, output, internal
    message: str
    page: int | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "document": self.document,
            "stage": self.stage,
            "kind": self.kind,
            "message": self.message,
            "page": self.page,
        }
