"""Running text for the sample papers: paragraphs that flow through columns, captions with their boxes."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.pdfbase.pdfmetrics import getAscentDescent
from reportlab.platypus import Flowable, Paragraph

from exsclaim_core.model import Box
from tests.drawing.sheets import Sheets


class Display:
    """Something drawn between paragraphs, an equation for instance, `height` points high."""

    def __init__(self, height: float, draw: Callable[[Box], object]) -> None:
        self.height, self.draw = height, draw


Story = deque[Flowable | Display]


PROSE = Path(__file__).parent / "prose"
KINDS = {"#": "heading", "##": "subheading", ">": "abstract", "=": "display"}


def read_prose(name: str) -> list[tuple[str, str]]:
    """The paragraphs of a sample paper: the kind of each, and its words in ReportLab's markup."""
    entries = []
    for paragraph in (PROSE / f"{name}.txt").read_text(encoding="utf-8").strip().split("\n\n"):
        # No line ends between a number and its unit.
        words = re.sub(
            r"(?<=\d) (?=(nm|mm|µm|K|kV|W|Pa|MPa|eV|sccm|%)\b|%)", "\N{NO-BREAK SPACE}", " ".join(paragraph.split("\n"))
        )
        sign, _, rest = words.partition(" ")
        if sign in KINDS:
            entries.append((KINDS[sign], rest))
        else:
            entries.append(("reference" if words.startswith("[") else "text", words))
    return entries


def flow(sheet: Sheets, story: Story, columns: Sequence[Box]) -> None:
    """Fill the columns with the story's beginning, which is taken off it."""
    for column in columns:
        y = column.y0
        while story:
            part = story[0]
            if isinstance(part, Display):
                if part.height > column.y1 - y:
                    break
                part.draw(Box(column.x0, y, column.x1, y + part.height))
                y += part.height
                story.popleft()
                continue
            if not isinstance(part, Paragraph):
                raise TypeError(f"{part!r} is neither a paragraph nor a display")
            y += part.style.spaceBefore if y > column.y0 else 0
            height = part.wrap(column.width, column.y1 - y)[1]
            # A heading stays with the first two lines of what follows it.
            heading = bool(part.getKeepWithNext())
            if y + height + (3 * part.style.leading if heading else 0) <= column.y1:
                _draw(sheet, part, column.x0, y, height)
                y += height + part.style.spaceAfter
                story.popleft()
                continue
            halves = [] if heading else part.split(column.width, column.y1 - y)
            if len(halves) == 2:
                _draw(sheet, halves[0], column.x0, y, halves[0].wrap(column.width, column.y1 - y)[1])
                story[0] = halves[1]
            break


def set_paragraph(sheet: Sheets, paragraph: Paragraph, x: float, y: float, width: float) -> Box:
    """Draw a paragraph with its top at `y`; the box of its text."""
    _, height = paragraph.wrap(width, 10_000)
    _draw(sheet, paragraph, x, y, height)
    look = paragraph.style
    ascent, descent = getAscentDescent(look.fontName, look.fontSize)
    lines = paragraph.getActualLineWidths0()
    widest = width if look.alignment == TA_JUSTIFY and len(lines) > 1 else max(lines)
    left = x + (width - widest) / 2 if look.alignment == TA_CENTER else x
    # ReportLab puts the first baseline one font size below the paragraph's top.
    top, bottom = y + look.fontSize - ascent, y + look.fontSize + height - look.leading - descent
    return sheet.drew(Box(left, top, left + widest, bottom))


def _draw(sheet: Sheets, paragraph: Flowable, x: float, y: float, height: float) -> None:
    paragraph.drawOn(sheet.canvas, x, sheet.flip(y + height))
