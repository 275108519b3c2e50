"""What a figure is made of: panels with letters and classes, scale bars; boxes in pixels of the figure's image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from exsclaim_core.model import Box

PanelClass = Literal["microscopy", "diffraction", "graph", "photo", "illustration", "table", "other"]
CLASSES: tuple[PanelClass, ...] = (
    "microscopy",
    "diffraction",
    "graph",
    "photo",
    "illustration",
    "table",
    "other",
)


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a figure that its caption can speak of."""

    box: Box  # with its axes, its legend and its letter; x1 and y1 exclusive
    label: str | None = None  # the letter as printed, without brackets: "a", "B", "a2"
    label_box: Box | None = None  # of the printed letter, brackets included
    kind: PanelClass = "other"
    confidence: float = 1.0  # chance that the box is a panel, 0 to 1
    kind_confidence: float = 0.0  # chance that the class is right, 0 to 1
    inset_of: int | None = None  # number of the panel in which it lies
    label_confidence: float = 0.0  # chance that the letter is right, 0 to 1; 0 without a letter


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A line of known length in a picture."""

    box: Box  # of the line, end ticks included
    length: float  # along the line, pixels
    text: str | None = None  # as printed: "200 nm"
    label_box: Box | None = None
    nanometres: float | None = None  # None where no value is printed or it could not be read
    panel: int | None = None  # number of the panel in which it lies
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Separation:
    """A figure taken apart."""

    width: int  # of the image, pixels
    height: int
    panels: tuple[Panel, ...]  # in reading order
    scale_bars: tuple[ScaleBar, ...] = ()

    @property
    def compound(self) -> bool:
        """Whether the figure has several panels."""
        return len(self.panels) > 1

    def to_dict(self) -> dict[str, Any]:
        """As JSON values, in the form in which separations are scored."""
        return {
            "size": [self.width, self.height],
            "compound": self.compound,
            "panels": [_panel(panel) for panel in self.panels],
            "scale_bars": [_scale_bar(bar) for bar in self.scale_bars],
        }


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "label": panel.label,
        "label_box": panel.label_box.to_list(1) if panel.label_box else None,
        "box": panel.box.to_list(1),
        "class": panel.kind,
        "label_confidence": round(panel.label_confidence, 3),
        "confidence": round(panel.confidence, 3),
        "class_confidence": round(panel.kind_confidence, 3),
        "inset_of": panel.inset_of,
    }


def _scale_bar(bar: ScaleBar) -> dict[str, Any]:
    return {
        "box": bar.box.to_list(1),
        "length_px": round(bar.length, 2),
        "text": bar.text,
        "label_box": bar.label_box.to_list(1) if bar.label_box else None,
        "nm": bar.nanometres,
        "panel": bar.panel,
        "confidence": round(bar.confidence, 3),
    }
