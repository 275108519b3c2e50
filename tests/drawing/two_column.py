"""A paper in a journal's two-column style: plots, a compound figure across the page, a table with notes."""

from __future__ import annotations

import math
from collections import deque

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from exsclaim_core.model import Box
from tests.drawing import textures
from tests.drawing.charts import COLOURS, FONT, Axis, Series, bar_chart, line_plot
from tests.drawing.sheets import Sheets
from tests.drawing.tables import draw_table
from tests.drawing.truth import Truth
from tests.drawing.typesetting import Story, flow, read_prose, set_paragraph

WIDTH, HEIGHT = 595, 842
LEFT, MIDDLE, RIGHT = 48, (288, 307), 547  # margins, and the gutter between the columns
TOP, BOTTOM = 66, 790
FIRST_PAGE = 211

TEXT = ParagraphStyle(
    "text", fontName="Times-Roman", fontSize=10, leading=12, alignment=TA_JUSTIFY, firstLineIndent=10, allowWidows=0,
    allowOrphans=0,
)  # fmt: skip
STYLES = {
    "text": TEXT,
    "heading": ParagraphStyle(
        "heading", fontName="Times-Bold", fontSize=10.5, leading=13, spaceBefore=10, spaceAfter=3, keepWithNext=1
    ),
    "subheading": ParagraphStyle(
        "subheading", fontName="Times-Italic", fontSize=10, leading=12, spaceBefore=7, spaceAfter=2, keepWithNext=1
    ),
    "reference": ParagraphStyle(
        "reference", parent=TEXT, fontSize=8.5, leading=10, alignment=TA_LEFT, leftIndent=14, firstLineIndent=-14
    ),
}
CAPTION = ParagraphStyle("caption", fontName="Times-Roman", fontSize=8.5, leading=10.2, alignment=TA_JUSTIFY)
NOTE = ParagraphStyle("note", fontName="Times-Roman", fontSize=7.5, leading=9, alignment=TA_JUSTIFY)
TITLE = ParagraphStyle("title", fontName="Times-Bold", fontSize=17, leading=20, alignment=TA_CENTER)
AUTHORS = ParagraphStyle("authors", fontName="Times-Roman", fontSize=11, leading=14, alignment=TA_CENTER)
AFFILIATION = ParagraphStyle("affiliation", fontName="Times-Italic", fontSize=9, leading=11, alignment=TA_CENTER)
ABSTRACT = ParagraphStyle("abstract", fontName="Times-Roman", fontSize=9, leading=11, alignment=TA_JUSTIFY)

FIGURE_CAPTIONS = {
    1: "Grain size after one hour of annealing in air, for films of four thicknesses deposited at an oxygen flow of "
    "4 sccm. Lines guide the eye.",
    2: "Microscopy of a film of 80 nm after annealing at 800 K. (a) Dark-field image in plan view. (b) Lattice fringes "
    "on both sides of a boundary. (c) Diffraction pattern of the same area; the ring of the (220) reflection is the "
    "strongest one. (d) Map of the oxygen content, bright where it is higher. Scale bars: (a) 200 nm, (b) 2 nm, "
    "(d) 100 nm.",
    3: "Texture coefficients of films deposited at 4 sccm. A value of one means no texture.",
    4: "(a) Resistivity against reciprocal temperature for the finest and the coarsest grain. (b) Stress in the films "
    "before and after annealing at 800 K; negative values are compressive.",
}

TABLE_CAPTION = "Deposition conditions of the five series, and the grain size of the films of 320 nm."
TABLE = [
    ["Series", "Flow (sccm)", "Rate (nm/min)", "Pores/µm³^a", "Grain (nm)"],
    ["A", "2", "14.1", "< 5", "270"],
    ["B", "4", "11.8", "300", "148"],
    ["C", "6", "9.2", "750", "117"],
    ["D", "8", "7.7", "1370", "84"],
    ["E", "10", "6.9", "n.d.", "61^b"],
]
TABLE_NOTES = (
    "<super>a</super> Counted on cross sections; n.d.: not determined. <super>b</super> Contains the spinel as a "
    "second phase and is left out of the discussion."
)


def draw_paper() -> tuple[bytes, Truth]:
    """The paper, and where its figures and tables are."""
    sheet, truth = Sheets(), Truth(pages=3)
    sheet.canvas.setTitle("Oxygen flow, grain growth and texture in sputtered cobalt oxide films (an invented paper)")
    (_, abstract), *prose = read_prose("two-column-paper")
    story: Story = deque(Paragraph(words, STYLES[kind]) for kind, words in prose)

    _page(sheet, 1)
    top = _title(sheet, abstract)
    plot_top = BOTTOM - 200
    flow(sheet, story, [Box(LEFT, top, MIDDLE[0], BOTTOM), Box(MIDDLE[1], top, RIGHT, plot_top - 12)])
    region = _grain_size(sheet, Box(MIDDLE[1], plot_top, RIGHT, plot_top + 165))
    _caption(sheet, truth, 1, 1, region, MIDDLE[1], RIGHT)

    _page(sheet, 2)
    region = _microscopy(sheet, TOP)
    below = _caption(sheet, truth, 2, 2, region, LEFT, RIGHT).y1 + 16
    flow(sheet, story, [Box(LEFT, below, MIDDLE[0], BOTTOM), Box(MIDDLE[1], below, RIGHT, BOTTOM)])

    _page(sheet, 3)
    wide_top = BOTTOM - 195
    region = _texture(sheet, Box(MIDDLE[1], TOP, RIGHT, TOP + 155))
    below = _caption(sheet, truth, 3, 3, region, MIDDLE[1], RIGHT).y1 + 16
    below_table = _conditions(sheet, truth, 3).y1 + 16
    columns = [Box(LEFT, below_table, MIDDLE[0], wide_top - 12), Box(MIDDLE[1], below, RIGHT, wide_top - 12)]
    flow(sheet, story, columns)
    region = _resistivity_and_stress(sheet, wide_top)
    _caption(sheet, truth, 3, 4, region, LEFT, RIGHT)
    if story:
        raise ValueError(f"{len(story)} paragraphs have no room in the paper")
    return sheet.bytes(), truth


def _page(sheet: Sheets, page: int) -> None:
    """Begin a page with its running head: the title over odd pages, the authors over even ones, the number outside."""
    sheet.page(WIDTH, HEIGHT)
    number = FIRST_PAGE + page - 1
    if page == 1:
        sheet.text("Journal of Invented Films 21 (2024) 211–213", LEFT, 44, size=8, font="Times-Italic")
        sheet.text(str(number), WIDTH / 2, 816, size=9, align="center")
    elif page % 2:
        sheet.text("Grain growth in sputtered cobalt oxide films", WIDTH / 2, 44, size=8, align="center")
        sheet.text(str(number), RIGHT, 44, size=9, align="right")
    else:
        sheet.text("A. Example, B. Sample and C. Specimen", WIDTH / 2, 44, size=8, align="center")
        sheet.text(str(number), LEFT, 44, size=9)
    sheet.rule(LEFT, 49, RIGHT, 0.4)


def _title(sheet: Sheets, abstract: str) -> float:
    """Title, authors and abstract across the page; where the columns begin."""
    width = RIGHT - LEFT
    words = "Oxygen flow, grain growth and texture in sputtered cobalt oxide films"
    bottom = set_paragraph(sheet, Paragraph(words, TITLE), LEFT + 40, 72, width - 80).y1
    bottom = set_paragraph(
        sheet, Paragraph("A. Example, B. Sample and C. Specimen", AUTHORS), LEFT, bottom + 8, width
    ).y1
    words = "Institute for Invented Measurements, Drawing"
    bottom = set_paragraph(sheet, Paragraph(words, AFFILIATION), LEFT, bottom + 4, width).y1
    sheet.rule(LEFT, bottom + 12, RIGHT, 0.4)
    words = f"<b>Abstract.</b> {abstract}"
    bottom = set_paragraph(sheet, Paragraph(words, ABSTRACT), LEFT + 24, bottom + 19, width - 48).y1
    sheet.rule(LEFT, bottom + 9, RIGHT, 0.4)
    return bottom + 24


def _caption(sheet: Sheets, truth: Truth, page: int, number: int, region: Box, x0: float, x1: float) -> Box:
    paragraph = Paragraph(f"<b>Fig. {number}.</b> {FIGURE_CAPTIONS[number]}", CAPTION)
    box = set_paragraph(sheet, paragraph, x0, region.y1 + 7, x1 - x0)
    truth.add("Figure", str(number), page, region, paragraph, box)
    return box


def _grain_size(sheet: Sheets, box: Box) -> Box:
    """Figure 1: grain size against temperature for four thicknesses, with markers."""

    def grown(limit: float) -> list[tuple[float, float]]:
        return [(t, 12 + (limit - 12) / (1 + math.exp((705 - t) / 24))) for t in range(500, 901, 40)]

    limits = {"40 nm": 37, "80 nm": 72, "160 nm": 138, "320 nm": 148}
    series = [Series(name, grown(limit), markers=True) for name, limit in limits.items()]
    x, y = Axis(480, 920, 80), Axis(0, 175, 25)
    return line_plot(sheet, box, series, x, y, "Annealing temperature (K)", "Grain size (nm)", legend="upper left")


def _microscopy(sheet: Sheets, top: float) -> Box:
    """Figure 2: four micrographs side by side with letters, three with scale bars."""
    mark, gap = len(sheet.drawn), 8.0
    side = (RIGHT - LEFT - 3 * gap) / 4
    panels = [
        ("(a)", textures.particles(300, 300, count=90), "200 nm", 0.30),
        ("(b)", textures.fringes(300, 300), "2 nm", 0.25),
        ("(c)", textures.rings(300, 300), "", 0.0),
        ("(d)", textures.gradient(300, 300), "100 nm", 1 / 6),
    ]
    for place, (letter, jpeg, scale, share) in enumerate(panels):
        x = LEFT + place * (side + gap)
        sheet.image((x, top, x + side, top + side), jpeg)
        sheet.frame((x + 3, top + 3, x + 19, top + 16), 0, fill=(1, 1, 1))
        sheet.text(letter, x + 11, top + 12.6, font="Helvetica-Bold", size=9, align="center")
        if scale:
            bottom = top + side - 6
            sheet.frame((x + 6, bottom - 3, x + 6 + share * side, bottom), 0, fill=(1, 1, 1))
            sheet.text(scale, x + 6, bottom - 6, font="Helvetica-Bold", size=8, colour=(1, 1, 1))
    return sheet.since(mark)


def _conditions(sheet: Sheets, truth: Truth, page: int) -> Box:
    """Table 1 in the left column: caption above, rules, notes below."""
    width = MIDDLE[0] - LEFT
    caption = Paragraph(f"<b>Table 1.</b> {TABLE_CAPTION}", CAPTION)
    caption_box = set_paragraph(sheet, caption, LEFT, TOP, width)
    mark, top, widths = len(sheet.drawn), caption_box.y1 + 5, [34, 50, 56, 54, width - 194]
    body = draw_table(sheet, LEFT, top, widths, TABLE, step=14, size=8, align="center")
    set_paragraph(sheet, Paragraph(TABLE_NOTES, NOTE), LEFT, body.y1 + 2, width)
    region = sheet.since(mark)
    truth.add("Table", "1", page, region, caption, caption_box)
    return region


def _texture(sheet: Sheets, box: Box) -> Box:
    """Figure 3: bars with error bars and a legend above them."""
    mark = len(sheet.drawn)
    for place, name in enumerate(("(111)", "(200)", "(220)")):
        x = box.x0 + 60 + place * 58
        sheet.frame((x, box.y0 + 1, x + 8, box.y0 + 8), 0.4, fill=COLOURS[place])
        sheet.text(name, x + 12, box.y0 + 7.5, font=FONT, size=7)
    groups = [
        ("40 nm", (2.4, 0.3, 0.3)),
        ("80 nm", (2.2, 0.4, 0.4)),
        ("160 nm", (1.5, 0.7, 0.8)),
        ("320 nm", (1.2, 0.9, 0.9)),
    ]
    bar_chart(sheet, Box(box.x0, box.y0 + 12, box.x1, box.y1), groups, Axis(0, 3, 0.5, 1), "Texture coefficient")
    return sheet.since(mark)


def _resistivity_and_stress(sheet: Sheets, top: float) -> Box:
    """Figure 4: two plots across the page, their letters above the axes' corners."""
    mark, width = len(sheet.drawn), (RIGHT - LEFT - 20) / 2
    left, right = Box(LEFT, top, LEFT + width, top + 160), Box(RIGHT - width, top, RIGHT, top + 160)
    fine = [(1.1 + 0.1 * n, 0.2 + 1.56 * (0.1 * n)) for n in range(24)]
    coarse = [(1.1 + 0.1 * n, -0.55 + 1.41 * (0.1 * n)) for n in range(24)]
    lines = [Series("37 nm", fine), Series("270 nm", coarse, dash=(4, 2))]
    titles = ("1000/T (1/K)", "log resistivity (ohm cm)")
    line_plot(sheet, left, lines, Axis(1, 3.5, 0.5, 1), Axis(-1, 4, 1), *titles, legend="lower right")
    before = [(t, -0.35 - 0.9 * math.exp(-t / 110)) for t in range(40, 321, 40)]
    after = [(t, 0.25 + 0.5 * math.exp(-t / 140)) for t in range(40, 321, 40)]
    points = [Series("before", before, markers=True), Series("after", after, markers=True, dash=(4, 2))]
    axes = (Axis(0, 360, 60), Axis(-1.5, 1, 0.5, 1))
    line_plot(sheet, right, points, *axes, "Thickness (nm)", "Stress (GPa)", legend="lower right")
    for letter, x in (("(a)", LEFT + 34), ("(b)", RIGHT - width + 34)):
        sheet.text(letter, x, top + 18, font="Helvetica-Bold", size=9)
    return sheet.since(mark)
