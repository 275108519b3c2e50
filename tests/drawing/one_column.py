"""A report in one column, as theses are set: a framed figure, figures side by side, equations, tables of four kinds."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from exsclaim_core.model import Box
from tests.drawing.charts import Axis, Series, data_box, line_plot
from tests.drawing.schemes import exchange_of_groups, flow_chart
from tests.drawing.sheets import Sheets
from tests.drawing.tables import draw_table
from tests.drawing.truth import Truth
from tests.drawing.typesetting import Display, Story, flow, read_prose, set_paragraph

WIDTH, HEIGHT = 612, 792
LEFT, RIGHT = 86, 526
TOP, BOTTOM = 84, 706

TEXT = ParagraphStyle(
    "text",
    fontName="Helvetica",
    fontSize=10,
    leading=14.5,
    alignment=TA_JUSTIFY,
    spaceAfter=7,
    allowWidows=0,
    allowOrphans=0,
)
HEADING = ParagraphStyle(
    "heading", fontName="Helvetica-Bold", fontSize=14, leading=18, spaceBefore=12, spaceAfter=6, keepWithNext=1
)
CAPTION = ParagraphStyle("caption", fontName="Helvetica", fontSize=8.5, leading=11)
CENTRED = ParagraphStyle("centred", parent=CAPTION, alignment=TA_CENTER)
TITLE = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=20, leading=25)
AUTHOR = ParagraphStyle("author", fontName="Helvetica", fontSize=11, leading=15)

CAPTIONS = {
    "Figure 1": "From powder to fired plate. Dashed arrows: what is returned.",
    "Figure 2": "Loss of mass during drying for layers of three thicknesses, relative to the water in the slip.",
    "Figure 3": "Stress in the layers of Figure 2. Crosses mark the moment at which the surface falls dry.",
    "Table 1": "Largest thickness without cracks, in micrometres, at three humidities.",
    "Scheme 1": "How a carboxylate group of the dispersant replaces a hydroxyl group of the surface.",
    "Table 2": "Slips prepared in the second year.",
    "Table 3": "Measurements on layers of 200 µm, for all dispersants and temperatures.",
}

CRACKS = [
    ["Dispersant", "40 %", "60 %", "80 %"],
    ["Polymeric acid (P)", "310", "340", "360"],
    ["Citric acid (C)", "290", "310", "345"],
    ["Comb polymer (K)", "450", "480", "490"],
]

SLIP_HEADER = ["Slip", "Dispersant", "Addition (%)", "Solids (vol. %)", "Viscosity (mPa s)", "Remark"]
SLIPS = [
    ["S1", "P", "0.2", "44", "310", "settles within a day"],
    ["S2", "P", "0.3", "44", "140", "stable"],
    ["S3", "P", "0.4", "44", "120", "stable"],
    ["S4", "P", "0.4", "46", "190", "stable"],
    ["S5", "P", "0.4", "48", "420", "blade leaves streaks"],
    ["S6", "C", "0.1", "44", "260", "settles within a day"],
    ["S7", "C", "0.2", "44", "95", "stable"],
    ["S8", "C", "0.3", "44", "90", "stable"],
    ["S9", "C", "0.3", "46", "150", "stable"],
    ["S10", "C", "0.5", "46", "380", "thickens on standing"],
    ["S11", "C", "0.3", "48", "350", "blade leaves streaks"],
    ["S12", "K", "0.4", "44", "280", "stable"],
    ["S13", "K", "0.6", "44", "130", "stable"],
    ["S14", "K", "0.8", "44", "125", "stable"],
    ["S15", "K", "0.8", "46", "160", "stable"],
    ["S16", "K", "0.8", "48", "220", "stable"],
    ["S17", "K", "0.8", "50", "330", "stable"],
    ["S18", "K", "1.0", "52", "510", "flows, but foams"],
]

MEASUREMENTS = [
    ["Layer", "Dispersant", "T (K)", "Humidity (%)", "Rate (g/m²h)", "Stress (MPa)", "Time (min)", "Plates", "Sound"],
    ["L1", "P", "298", "40", "182", "1.9", "44", "12", "7"],
    ["L2", "P", "298", "60", "121", "1.7", "66", "12", "9"],
    ["L3", "P", "298", "80", "58", "1.6", "139", "12", "10"],
    ["L4", "P", "313", "60", "207", "2.1", "39", "8", "3"],
    ["L5", "C", "298", "40", "185", "2.0", "43", "12", "6"],
    ["L6", "C", "298", "60", "119", "1.8", "67", "12", "8"],
    ["L7", "C", "298", "80", "60", "1.6", "135", "12", "9"],
    ["L8", "C", "313", "60", "211", "2.3", "38", "8", "2"],
    ["L9", "K", "298", "40", "180", "1.3", "45", "12", "11"],
    ["L10", "K", "298", "60", "123", "1.1", "65", "12", "12"],
    ["L11", "K", "298", "80", "57", "1.1", "141", "12", "12"],
    ["L12", "K", "313", "60", "204", "1.5", "40", "8", "7"],
]
MEASUREMENT_NOTES = "Time: until the surface falls dry. Sound: plates without a crack after firing."


def draw_report() -> tuple[bytes, Truth]:
    """The report, and where its figures and tables are."""
    sheet, truth = Sheets(font="Helvetica"), Truth(pages=5)
    sheet.canvas.setTitle("Drying cracks in cast layers of alumina (an invented report)")
    story = _story(sheet)

    _page(sheet, 1)
    bottom = set_paragraph(
        sheet, Paragraph("Drying cracks in cast layers of alumina", TITLE), LEFT, 96, RIGHT - LEFT
    ).y1
    words = "Report on the second year of the project, by E. Case"
    bottom = set_paragraph(sheet, Paragraph(words, AUTHOR), LEFT, bottom + 6, RIGHT - LEFT).y1
    frame = Box(LEFT + 20, BOTTOM - 190, RIGHT - 20, BOTTOM - 24)
    flow(sheet, story, [Box(LEFT, bottom + 20, RIGHT, frame.y0 - 14)])
    _caption(sheet, truth, "Figure 1", 1, flow_chart(sheet, frame))

    _page(sheet, 2)
    below = _drying(sheet, truth, 2) + 20
    flow(sheet, story, [Box(LEFT, below, RIGHT, BOTTOM - 100)])
    _table(sheet, truth, "Table 1", 2, BOTTOM - 86, [160, 70, 70, 70], CRACKS, rules=False)

    _page(sheet, 3)
    mark = len(sheet.drawn)
    exchange_of_groups(sheet, Box(LEFT + 40, TOP, RIGHT - 40, TOP + 110))
    below = _caption(sheet, truth, "Scheme 1", 3, sheet.since(mark)).y1 + 18
    slips_top = BOTTOM - 178
    flow(sheet, story, [Box(LEFT, below, RIGHT, slips_top - 14)])
    widths = [36, 62, 72, 80, 92, 98]
    _table(sheet, truth, "Table 2", 3, slips_top, widths, [SLIP_HEADER, *SLIPS[:9]])

    _page(sheet, 4)
    region = _table(sheet, truth, "Table 2", 4, TOP, widths, [SLIP_HEADER, *SLIPS[9:]], continued=True)
    flow(sheet, story, [Box(LEFT, region.y1 + 24, RIGHT, BOTTOM)])

    _page(sheet, 5)
    _sideways(sheet, truth, 5)
    if story:
        raise ValueError(f"{len(story)} paragraphs have no room in the report")
    return sheet.bytes(), truth


def _story(sheet: Sheets) -> Story:
    """The report's text with its equations between the paragraphs."""
    equations = iter((Display(44, lambda box: _pressure(sheet, box)), Display(44, lambda box: _deflection(sheet, box))))
    story: Story = deque()
    for kind, words in read_prose("one-column-report"):
        if kind == "display":
            story.append(next(equations))
        else:
            story.append(Paragraph(words, HEADING if kind == "heading" else TEXT))
    return story


def _page(sheet: Sheets, page: int) -> None:
    """Begin a page: the chapter's name over a rule, the number in the middle of the foot."""
    sheet.page(WIDTH, HEIGHT)
    if page > 1:
        sheet.text(
            "Drying cracks in cast layers of alumina", RIGHT, 58, font="Helvetica-Oblique", size=8.5, align="right"
        )
        sheet.rule(LEFT, 63, RIGHT)
    sheet.text(str(page), WIDTH / 2, 748, size=10, align="center")


def _words(label: str, look: ParagraphStyle) -> Paragraph:
    return Paragraph(f"<b>{label}:</b> {CAPTIONS[label]}", look)


def _caption(
    sheet: Sheets, truth: Truth, label: str, page: int, region: Box, x0: float = LEFT, x1: float = RIGHT
) -> Box:
    """A caption below its figure, centred between x0 and x1."""
    paragraph = _words(label, CENTRED)
    box = set_paragraph(sheet, paragraph, x0, region.y1 + 6, x1 - x0)
    truth.add("Figure", label.removeprefix("Figure "), page, region, paragraph, box)
    return box


def _table(
    sheet: Sheets,
    truth: Truth,
    label: str,
    page: int,
    y: float,
    widths: Sequence[float],
    rows: Sequence[Sequence[str]],
    rules: bool = True,
    continued: bool = False,
) -> Box:
    """A table with its caption above."""
    paragraph = Paragraph(f"<b>{label}</b> (continued)", CAPTION) if continued else _words(label, CAPTION)
    caption = set_paragraph(sheet, paragraph, LEFT, y, RIGHT - LEFT)
    region = draw_table(
        sheet, LEFT, caption.y1 + 6, widths, rows, step=15, rules=rules, size=9, header_font="Helvetica-Bold"
    )
    truth.add("Table", label.removeprefix("Table "), page, region, paragraph, caption, continued)
    return region


def _drying(sheet: Sheets, truth: Truth, page: int) -> float:
    """Figures 2 and 3 side by side, each with a caption of its own; where both end."""
    half, minutes = (RIGHT - LEFT - 24) / 2, Axis(0, 180, 30)
    times = range(0, 181, 2)
    dry_after = {"100 µm": (33, 1.8), "200 µm": (66, 1.43), "300 µm": (99, 1.1)}  # minutes, and a measure of the stress
    mass = [Series(name, [(t, 100 * math.tanh(t / dry)) for t in times]) for name, (dry, _) in dry_after.items()]
    left = Box(LEFT, TOP, LEFT + half, TOP + 150)
    region = line_plot(sheet, left, mass, minutes, Axis(0, 110, 20), "Time (min)", "Loss of mass (%)")
    bottom = _caption(sheet, truth, "Figure 2", page, region, LEFT, LEFT + half).y1

    mark, megapascals = len(sheet.drawn), Axis(0, 2.5, 0.5, 1)
    series = [Series(name, [(t, _stress(t, *dry)) for t in times]) for name, dry in dry_after.items()]
    right = Box(RIGHT - half, TOP, RIGHT, TOP + 150)
    line_plot(sheet, right, series, minutes, megapascals, "Time (min)", "Stress (MPa)", legend="upper right")
    inner = data_box(right)
    for dry, level in dry_after.values():
        x = inner.x0 + minutes.share(dry) * inner.width
        y = inner.y1 - megapascals.share(_stress(dry, dry, level)) * inner.height
        sheet.line([(x - 3, y - 3), (x + 3, y + 3)], 0.8)
        sheet.line([(x - 3, y + 3), (x + 3, y - 3)], 0.8)
    return max(bottom, _caption(sheet, truth, "Figure 3", page, sheet.since(mark), RIGHT - half, RIGHT).y1)


def _stress(time: float, dry: float, level: float) -> float:
    """A peak somewhat after the surface has fallen dry, on a slow rise."""
    part = 0.8 * time / dry
    return level * (part**4 * math.exp(1 - part**4) + 0.4 * math.tanh(part / 2))


def _fraction(sheet: Sheets, x: float, y: float, over: str, under: str) -> float:
    """A fraction whose line lies at `y`; where it ends."""
    width = 8 + 6.2 * max(len(over), len(under))
    sheet.text(over, x + width / 2, y - 5, size=12, font="Times-Italic", align="center")
    sheet.text(under, x + width / 2, y + 12, size=12, font="Times-Italic", align="center")
    sheet.rule(x, y, x + width)
    return x + width


def _pressure(sheet: Sheets, box: Box) -> None:
    middle, x = (box.y0 + box.y1) / 2 - 4, (box.x0 + box.x1) / 2 - 40
    sheet.text("p  =", x, middle + 4, font="Times-Italic", size=12)
    _fraction(sheet, x + 26, middle, "2 γ cos θ", "r")
    sheet.text("(1)", box.x1, middle + 4, font="Helvetica", size=10, align="right")


def _deflection(sheet: Sheets, box: Box) -> None:
    middle, x = (box.y0 + box.y1) / 2 - 4, (box.x0 + box.x1) / 2 - 50
    sheet.text("σ  =", x, middle + 4, font="Times-Italic", size=12)
    end = _fraction(sheet, x + 28, middle, "E t³ d", "3 L² h (t + h)")
    sheet.text(",", end + 3, middle + 4, font="Times-Roman", size=12)
    sheet.text("(2)", box.x1, middle + 4, font="Helvetica", size=10, align="right")


def _sideways(sheet: Sheets, truth: Truth, page: int) -> None:
    """Table 3 turned by 90°, to be read from the right, on an upright page."""
    with sheet.turned((LEFT + 70, TOP + 20, RIGHT - 60, BOTTOM - 20)) as frame:
        caption = _words("Table 3", CAPTION)
        caption_box = set_paragraph(sheet, caption, 0, 0, frame.width)
        mark, widths = len(sheet.drawn), [44, 66, 50, 76, 80, 80, 70, 54, 54]
        draw_table(sheet, 0, 16, widths, MEASUREMENTS, step=18, size=9, header_font="Helvetica-Bold", align="center")
        sheet.text(MEASUREMENT_NOTES, 2, 16 + 18 * len(MEASUREMENTS) + 12, size=8)
        truth.add("Table", "3", page, sheet.since(mark), caption, caption_box)
