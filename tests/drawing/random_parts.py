"""Parts of random papers: prose, captions, drawings and tables, each with the box of what was drawn."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getAscentDescent, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from exsclaim_core.model import Box
from tests.drawing import charts, tables
from tests.drawing.pages import VOCABULARY, Paper

WORDS = VOCABULARY.split()
NOTES = (
    "a Measured at room temperature. b After annealing.",
    "Note: Values are means of three films, measured at room temperature after annealing for two hours in air.",
    "* p < 0.05; ** p < 0.01; films were annealed in air for two hours before the measurement.",
)
MENTIONS = ("Figure 1", "Fig. 2", "Table 1", "Figures 1 and 2", "Figure 3a", "Table 2")
MENTIONING = 0.3  # share of paragraphs
WIDEST_SPACE = 8.0  # points that justification may add to a space

# ReportLab brings these with it, so that they are there on every machine.
for _file, _name in (("Vera", "Vera"), ("VeraBd", "Vera-Bold"), ("VeraIt", "Vera-Italic")):
    registerFont(TTFont(_name, f"{_file}.ttf"))


@dataclass(frozen=True, slots=True)
class Type:
    """How text is set: fonts, size and distance of the lines in points."""

    regular: str
    bold: str
    italic: str
    size: float
    leading: float


def words(source: random.Random, least: int) -> str:
    """At least so many random words, as sentences."""
    sentences: list[str] = []
    while least > 0:
        length = source.randint(8, 20)
        sentences.append(" ".join(source.choices(WORDS, k=length)).capitalize() + ".")
        least -= length
    return " ".join(sentences)


def paragraph(source: random.Random, least: int) -> str:
    """At least so many random words, in which a figure or table is mentioned now and then."""
    text = words(source, least)
    if source.random() < MENTIONING:
        sentences = text.split(". ")
        mention = source.choice(MENTIONS)
        if source.random() < 0.3:
            sentences[0] = f"{mention} shows {sentences[0].lower()}"
        else:
            sentences[source.randrange(len(sentences) - 1)] += f" in {mention}"
        text = ". ".join(sentences)
    return text


def wrap(text: str, font: str, size: float, width: float, indent: float = 0) -> list[str]:
    """Lines no wider than the width; the first one leaves room for an indent."""
    first: str = simpleSplit(text, font, size, width - indent)[0]
    return [first, *simpleSplit(text[len(first) :].strip(), font, size, width)]


def set_prose(
    paper: Paper,
    source: random.Random,
    look: Type,
    at: tuple[float, float],
    width: float,
    lines: int,
    *,
    indent: float = 12,
    ragged: bool = False,
) -> None:
    """So many lines of body text from a top left corner on, in paragraphs whose last lines are short."""
    x, top = at
    baseline = top + getAscentDescent(look.regular, look.size)[0]
    usual = source.randint(4, 12)
    while lines > 0:
        count = min(usual, lines)
        text = paragraph(source, int(count * width / look.size) + 30)
        ends = count == usual
        for number, line in enumerate(wrap(text, look.regular, look.size, width, indent)[:count]):
            last = ends and number == count - 1
            if last:
                parts = line.split()
                line = " ".join(parts[: max(2, int(len(parts) * 0.6))]) + "."
            left = x + (indent if number == 0 else 0)
            stretch = None if ragged or last else x + width - left
            paper.text(line, left, baseline, font=look.regular, size=look.size, justify_to=stretch)
            baseline += look.leading
        lines -= count


def set_text(
    paper: Paper,
    text: str,
    look: Type,
    at: tuple[float, float],
    width: float,
    *,
    label: str = "",
    bold: bool = False,
    align: str = "left",
) -> Box:
    """Text that is wrapped to the width, after a label that may be bold; centred text is so only without a label or
    on one line."""
    x, top = at
    mark = len(paper.drawn)
    font = look.bold if bold else look.regular
    indent = stringWidth(f"{label} ", font, look.size) if label else 0.0
    lines = wrap(text, look.regular, look.size, width, indent)
    baseline = top + getAscentDescent(look.regular, look.size)[0]
    centred = align == "center" and (not label or len(lines) == 1)
    for number, line in enumerate(lines):
        own = stringWidth(line, look.regular, look.size)
        room = width - (indent if number == 0 else 0)
        left = x + (room - own) / 2 if centred else x
        if label and number == 0:
            paper.text(label, left, baseline, font=font, size=look.size)
            left += indent
        stretched = align == "justify" and number < len(lines) - 1 and room - own < WIDEST_SPACE * line.count(" ")
        paper.text(line, left, baseline, font=look.regular, size=look.size, justify_to=room if stretched else None)
        baseline += look.leading
    return paper.since(mark)


def draw_figure(paper: Paper, source: random.Random, area: Box) -> Box:
    """A drawing of a random kind that fills the area or part of its width."""
    mark = len(paper.drawn)
    source.choice(_DRAWINGS)(paper, source, area)
    return paper.since(mark)


def _plot(paper: Paper, source: random.Random, area: Box) -> None:
    paper.plot(_narrowed(area, source.choice([1, 1, 0.8, 0.6])), source.randint(1, 3))


def _image(paper: Paper, source: random.Random, area: Box) -> None:
    paper.image(_narrowed(area, source.choice([1, 0.9, 0.6])))


def _images(paper: Paper, source: random.Random, area: Box) -> None:
    _panels(paper, source, area, lambda number: False)


def _plots(paper: Paper, source: random.Random, area: Box) -> None:
    _panels(paper, source, area, lambda number: True)


def _images_and_plots(paper: Paper, source: random.Random, area: Box) -> None:
    _panels(paper, source, area, lambda number: number % 2 == 1)


def _panels(paper: Paper, source: random.Random, area: Box, is_plot: Callable[[int], bool]) -> None:
    """Rows of panels, some with a letter."""
    columns = source.choice([2, 3] if area.width < 300 else [2, 3, 4])
    rows = source.choice([1, 2, 2]) if area.height > 120 else 1
    gap = source.uniform(2, 14)
    width, height = (area.width - gap * (columns - 1)) / columns, (area.height - gap * (rows - 1)) / rows
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        x, y = area.x0 + column * (width + gap), area.y0 + row * (height + gap)
        panel = Box(x, y, x + width, y + height)
        if is_plot(number) and width > 60 and height > 50:
            paper.plot(panel, 2)
        else:
            paper.image(panel)
        if source.random() < 0.5:
            paper.text("abcdefgh"[number % 8], x + 3, y + 10, font="Helvetica-Bold", size=9)


def _bars(paper: Paper, source: random.Random, area: Box) -> None:
    """Horizontal bars with their names on the left."""
    axis, step = area.x0 + 0.465 * area.width, 16
    count = max(3, int(area.height / step))
    for number in range(count):
        y = area.y0 + step * number
        name = " ".join(source.sample(WORDS, 3))
        paper.text(name, axis - 0.015 * area.width, y + 9, font="Helvetica", size=7, align="right")
        length = 0.5 * area.width * source.random() + 4
        paper.frame((axis + 2, y + 1, axis + 2 + length, y + 11), 0.3, fill=charts.COLOURS[number % 4])
    paper.line([(axis, area.y0), (axis, area.y0 + step * count)])


def _scatter(paper: Paper, source: random.Random, area: Box) -> None:
    """Sixty marks between two axes with numbers and titles."""
    left, bottom = area.x0 + 30, area.y1 - 24
    paper.line([(left, area.y0), (left, bottom), (area.x1, bottom)], 0.6)
    for number in range(60):
        x = left + 4 + (area.width - 40) * source.random()
        y = area.y0 + 4 + (area.height - 32) * source.random()
        paper.frame((x - 1.2, y - 1.2, x + 1.2, y + 1.2), 0.3, fill=charts.COLOURS[number % 4])
    for number in range(5):
        y, x = bottom + 3 - number * (area.height - 30) / 4, left + 4 + number * (area.width - 40) / 4
        paper.text(str(number * 25), left - 4, y, font="Helvetica", size=7, align="right")
        paper.text(str(number * 10), x, bottom + 10, font="Helvetica", size=7, align="center")
    middle = area.y0 + area.height / 2
    paper.text("size (nm)", area.x0 + 7, middle, font="Helvetica", size=7, align="center", angle=90)
    middle = area.x0 + area.width / 2
    paper.text("temperature (K)", middle, area.y1 - 3, font="Helvetica", size=7, align="center")


def _flow_chart(paper: Paper, source: random.Random, area: Box) -> None:
    """Rows of framed words with lines between them."""
    columns, rows = (2 if area.width < 300 else 4), max(1, int(area.height / 50))
    width, height = area.width / columns, area.height / rows
    for row in range(rows):
        for column in range(columns):
            x, y = area.x0 + column * width + 2, area.y0 + row * height + 2
            box = Box(x, y, x + width - 16, y + height - 16)
            paper.frame(box, 0.7, fill=(1, 1, 0.9) if source.random() < 0.3 else None)
            name = " ".join(source.sample(WORDS, source.randint(2, 6)))
            middle = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            for number, line in enumerate(wrap(name, "Helvetica", 8, box.width - 6)[:2]):
                paper.text(line, middle[0], box.y0 + 13 + 9.5 * number, font="Helvetica", size=8, align="center")
            if column:
                paper.line([(box.x0 - 12, middle[1]), (box.x0, middle[1])], 0.7)
            if row:
                paper.line([(middle[0], box.y0 - 12), (middle[0], box.y0)], 0.7)


_DRAWINGS = (_plot, _plot, _image, _images, _plots, _images_and_plots, _bars, _scatter, _flow_chart)


def _narrowed(area: Box, share: float) -> Box:
    """The middle of the area's width."""
    margin = area.width * (1 - share) / 2
    return Box(area.x0 + margin, area.y0, area.x1 - margin, area.y1)


def draw_random_table(paper: Paper, source: random.Random, look: Type, area: Box, rules: str, header: str) -> Box:
    """A table of random size at the top of the area, "three", "all", "none" or a "grid" of rules; notes below some."""
    mark = len(paper.drawn)
    size = max(7, look.size - source.choice([0, 1, 1.5, 2]))
    step = round(size * source.choice([1.2, 1.3, 1.5]), 1)
    columns = source.randint(2, 4 if area.width < 300 else 7)
    rows = max(4, min(16, int(area.height / step) - 2))
    x, width = area.x0, area.width
    if source.random() < 0.2:
        x, width = x + width / 8, width * 0.75
    first = 0.34 if columns < 6 else 0.24
    widths = [width * first, *[width * (1 - first) / (columns - 1)] * (columns - 1)]
    align = source.choice(["left", "center"])
    cells = _cells(source, rows, columns)
    tables.draw_table(
        paper, x, area.y0, widths, cells, step=step, rules=False, size=size, font=look.regular, header_font=header,
        align=align,
    )  # fmt: skip
    for row in {"three": [0, 1, rows], "none": []}.get(rules, range(rows + 1)):
        paper.rule(x, area.y0 + row * step, x + width, 0.6)
    if rules == "grid":
        for column in range(columns + 1):
            at = x + sum(widths[:column])
            paper.line([(at, area.y0), (at, area.y0 + rows * step)])
    if rules != "none" and source.random() < 0.35:
        small = max(6.5, size - 1)
        notes = Type(look.regular, look.bold, look.italic, small, 1.2 * small)
        set_text(paper, source.choice(NOTES), notes, (x, paper.since(mark).y1 + 3), width)
    return paper.since(mark)


def _cells(source: random.Random, rows: int, columns: int) -> list[Sequence[str]]:
    """A header, rows of a name and numbers, and now and then a row that names a group."""
    quantities = [f"{source.choice(['Size', 'Rate', 'Stress', 'Value'])} {column}" for column in range(1, columns)]
    cells: list[Sequence[str]] = [["Sample", *quantities]]
    for row in range(1, rows):
        name = f"{source.choice(['Film', 'Oxide', 'Sample', 'Phase'])} {row}"
        cells.append([name, *(_value(source) for _ in range(columns - 1))])
    if source.random() < 0.15:
        cells[rows // 2] = [source.choice(["Films on silicon", "Bulk samples"]), *[""] * (columns - 1)]
    return cells


def _value(source: random.Random) -> str:
    value = source.random()
    return source.choice([f"{value * 90:.2f}", str(int(value * 900)), f"{value:.2f} ± .0{source.randint(1, 9)}", "–"])
