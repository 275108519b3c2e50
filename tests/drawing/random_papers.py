"""Random papers whose figures and tables are known: `random_paper(seed, kind)` draws the same one on every machine.

An "article" has one or two columns with floats among headings and equations; a "report" has one column, wide line
spacing at times, lists, footnotes, floats side by side or with text beside them, and captions beside figures.
"""

from __future__ import annotations

import random

from reportlab.pdfbase.pdfmetrics import getAscentDescent

from exsclaim_core.model import Box
from tests.drawing.located import Drawn
from tests.drawing.pages import Paper
from tests.drawing.random_parts import Type, draw_figure, draw_random_table, set_prose, set_text, words
from tests.drawing.random_styles import Kind, Style, random_style

HEADINGS = ("3. Results", "Results and discussion", "2.1 Preparation of films", "METHODS")
EQUATION = "g = g0 exp(−Q / RT) + k (T − T0)"
ROOM = 360.0  # points that must be left on a page for a float


def random_paper(seed: int, kind: Kind, lost: float = 0.0) -> tuple[Paper, list[Drawn]]:
    """A paper of two to four pages, and its figures and tables in the order of drawing.

    Of a share of them, `lost`, only the caption is drawn, and room is left for the rest; these are not returned.
    """
    source = random.Random(f"{kind} {seed}")
    style = random_style(source, kind)
    writer = _Article(source, style, lost) if kind == "article" else _Report(source, style, lost)
    for _ in range(source.choice([2, 3, 4])):
        writer.add_page()
    return writer.paper, writer.drawn


class _Writer:
    """Draws a paper block by block; a block goes to a top left corner and returns where it ends."""

    def __init__(self, source: random.Random, style: Style, lost: float) -> None:
        self.source, self.style, self.lost = source, style, lost
        self.paper = Paper(style.text.regular, style.text.size)
        self.drawn: list[Drawn] = []
        self.pages = 0
        self.figures = self.tables = 0

    def add_page(self) -> None:
        self.paper.page(self.style.width, self.style.height)
        self.pages += 1
        font = self.style.text.regular
        self.paper.text(
            str(self.pages), self.style.width / 2, self.style.height - 33, font=font, size=8, align="center"
        )

    def add_text(self, x: float, y: float, width: float, end: float) -> float:
        """Body text as far as it goes before `end`."""
        style = self.style
        lines = int((end - y) / style.text.leading)
        set_prose(self.paper, self.source, style.text, (x, y), width, lines, indent=style.indent, ragged=style.ragged)
        return y + max(0, lines) * style.text.leading

    def add_heading(self, x: float, y: float, width: float) -> float:
        """A heading and the first lines of its section."""
        size = self.style.text.size + self.source.choice([0, 1, 2])
        self.paper.text(self.source.choice(HEADINGS), x, y + size, font=self.style.text.bold, size=size)
        y += 1.6 * size
        return self.add_text(x, y, width, y + 4.2 * self.style.text.leading)

    def add_equation(self, x: float, y: float, width: float) -> float:
        """A numbered equation between lines of text."""
        text = self.style.text
        y = self.add_text(x, y, width, y + 2.2 * text.leading) + text.leading / 2
        baseline = y + text.size
        self.paper.text(EQUATION, x + width / 2, baseline, font=text.italic, size=text.size, align="center")
        self.paper.text("(3)", x + width, baseline, size=text.size, align="right")
        y += 1.6 * text.leading
        return self.add_text(x, y, width, y + 3.2 * text.leading)

    def add_caption(self, label: str, x: float, y: float, width: float, title_line: bool = False) -> Box:
        style, look = self.style, self.style.caption
        text = words(self.source, self.source.choice([5, 8, 15, 25, 40]))
        if not title_line:
            at = (x, y)
            return set_text(
                self.paper, text, look, at, width, label=label, bold=style.bold_label, align=style.caption_align
            )
        mark, align = len(self.paper.drawn), "center" if style.caption_align == "center" else "left"
        middle = x + width / 2 if align == "center" else x
        font = look.bold if style.bold_label else look.regular
        ascent = getAscentDescent(look.regular, look.size)[0]
        self.paper.text(label, middle, y + ascent, font=font, size=look.size, align=align)
        set_text(self.paper, text, look, (x, y + look.leading), width, align=align)
        return self.paper.since(mark)

    def add_float(self, x: float, y: float, width: float, height: float) -> float:
        """A figure or a table about so high with its caption."""
        style, table = self.style, self.source.random() < 0.4
        lost = self._is_lost()
        if style.float_rules:
            self.paper.rule(x, y, x + width, 0.6)
            y += 6
        if table:
            self.tables += 1
            name, label = f"Table {self.tables}", style.table_label.format(self.tables)
        else:
            self.figures += 1
            name, label = f"Figure {self.figures}", style.figure_label.format(self.figures)
        title_line = table and style.title_line
        if style.caption_above_table if table else style.caption_above_figure:
            caption = self.add_caption(label, x, y, width, title_line)
            top = caption.y1 + (min(9, style.caption_gap) if table else style.caption_gap)
            region = self._draw(table, lost, Box(x, top, x + width, top + max(70, height + y - top)))
        else:
            region = self._draw(table, lost, Box(x, y, x + width, y + max(70, height - 40)))
            caption = self.add_caption(label, x, region.y1 + style.caption_gap, width, title_line)
        if not lost:
            self.drawn.append(Drawn(name, region, caption, self.pages))
        bottom = max(region.y1, caption.y1)
        if style.float_rules:
            self.paper.rule(x, bottom + 6, x + width, 0.6)
            bottom += 7
        return bottom + style.text_gap

    def _is_lost(self) -> bool:
        return self.lost > 0 and self.source.random() < self.lost

    def _draw(self, table: bool, lost: bool, area: Box) -> Box:
        if lost:
            return area
        if not table:
            return draw_figure(self.paper, self.source, area)
        fonts, caption = self.style.text, self.style.caption
        chosen = self.source.choice([fonts, caption])
        look = Type(chosen.regular, chosen.bold, chosen.italic, fonts.size, fonts.leading)
        header = self.source.choice([look.regular, caption.bold])
        return draw_random_table(self.paper, self.source, look, area, self.style.rules, header)


class _Article(_Writer):
    """A paper in one or two columns."""

    def add_page(self) -> None:
        super().add_page()
        style, source = self.style, self.source
        head = "Author et al.: Growth of grains in films"
        self.paper.text(head, style.margin, style.top - 24, font=style.text.italic, size=8)
        y = style.top
        if style.columns == 2 and source.random() < 0.35:
            y = self.add_float(style.margin, y, style.width - 2 * style.margin, source.uniform(110, 260))
        for column in range(style.columns):
            self._fill_column(style.margin + column * (style.column_width + style.gutter), y)

    def _fill_column(self, x: float, y: float) -> None:
        style, source, width = self.style, self.source, self.style.column_width
        while y < style.bottom - ROOM and source.random() < 0.3:
            y = self.add_float(x, y, width, source.uniform(90, 220))
        while (left := style.bottom - y) >= 2 * style.text.leading:
            what = source.choices(["text", "float", "heading", "equation"], [6, 2.2, 1.5, 1])[0]
            if what == "float" and left > ROOM:
                y = self.add_float(x, y + style.text_gap - 0.3 * style.text.leading, width, source.uniform(90, 200))
            elif what == "heading" and left > 110:
                y = self.add_heading(x, y + 6, width)
            elif what == "equation" and left > 130:
                y = self.add_equation(x, y, width)
            else:
                y = self.add_text(x, y, width, min(style.bottom, y + source.uniform(60, 260)) + 2)


class _Report(_Writer):
    """A thesis, a report, a manuscript: one column."""

    def __init__(self, source: random.Random, style: Style, lost: float) -> None:
        super().__init__(source, style, lost)
        self.banner = source.random() < 0.2
        self.arrangements = source.choice(
            [["plain"], ["plain", "pair"], ["plain", "wrap"], ["plain", "side"], ["plain", "pair", "wrap"]]
        )

    def add_page(self) -> None:
        super().add_page()
        style, source, width = self.style, self.source, self.style.column_width
        x, y, bottom = style.margin, style.top, style.bottom
        if self.banner:
            self.paper.frame((0, 0, style.width, 30), 0, fill=(0.1, 0.3, 0.5))
            self.paper.text("Report on films", x, 20, font="Helvetica-Bold", size=11, colour=(1, 1, 1))
        if source.random() < 0.25:
            y = self._add_arranged(x, y, width)
        if source.random() < 0.2:
            self._add_footnote(x, bottom, width)
            bottom -= 34
        while (left := bottom - y) >= 2 * style.text.leading:
            what = source.choices(["text", "float", "heading", "equation", "list"], [6, 3, 1.5, 0.8, 0.8])[0]
            if what == "float" and left > ROOM:
                y = self._add_arranged(x, y + style.text_gap - 0.4 * style.text.leading, width)
            elif what == "heading" and left > 130:
                y = self.add_heading(x, y + 8, width)
            elif what == "equation" and left > 180:
                y = self.add_equation(x, y, width)
            elif what == "list" and left > 260:
                y = self._add_list(x, y + 0.3 * style.text.leading, width)
            else:
                y = self.add_text(x, y, width, min(bottom, y + source.uniform(60, 220)) + 2)

    def _add_footnote(self, x: float, bottom: float, width: float) -> None:
        text, size = self.style.text, self.style.text.size - 2
        self.paper.rule(x, bottom - 26, x + 140)
        look = Type(text.regular, text.bold, text.italic, size, 1.2 * size)
        set_text(self.paper, "1 " + " ".join(words(self.source, 14).split()[:14]), look, (x, bottom - 22), width)

    def _add_list(self, x: float, y: float, width: float) -> float:
        text, mark = self.style.text, self.source.choice(["•", "{}."])
        for number in range(self.source.randint(3, 6)):
            item = words(self.source, self.source.choice([8, 14, 24]))
            box = set_text(self.paper, item, text, (x + 18, y), width - 18)
            self.paper.text(mark.format(number + 1), x + 4, box.y0 + 0.7 * text.size, size=text.size)
            y += text.leading * round((box.height + 0.3 * text.leading) / text.leading)
        return y + 0.3 * text.leading

    def _add_arranged(self, x: float, y: float, width: float) -> float:
        """One float or two side by side, text beside a float, or a caption beside a figure."""
        source = self.source
        arrangement = source.choice(self.arrangements)
        if arrangement == "pair":
            share, gap = source.choice([0.5, 0.5, 0.4, 0.6]), source.uniform(14, 30)
            left = self.add_float(x, y, width * share - gap / 2, source.uniform(110, 180))
            right = self.add_float(
                x + width * share + gap / 2, y, width * (1 - share) - gap / 2, source.uniform(110, 180)
            )
            return max(left, right)
        if arrangement == "wrap":
            return self._add_wrapped(x, y, width)
        if arrangement == "side":
            return self._add_side_caption(x, y, width)
        return self.add_float(x, y, width, source.uniform(110, 240))

    def _add_wrapped(self, x: float, y: float, width: float) -> float:
        own, gap = width * self.source.choice([0.4, 0.45, 0.5]), self.source.uniform(12, 24)
        on_right = self.source.random() < 0.6
        left, beside = (x + width - own, x) if on_right else (x, x + own + gap)
        bottom = self.add_float(left, y + 3, own, self.source.uniform(110, 170)) - self.style.text_gap
        leading = self.style.text.leading
        end = y + (int((bottom - y) / leading) + 1) * leading
        self.add_text(beside, y, width - own - gap, end + 1)
        return end + 0.3 * leading

    def _add_side_caption(self, x: float, y: float, width: float) -> float:
        self.figures += 1
        own, height = width * self.source.uniform(0.55, 0.68), self.source.uniform(120, 200)
        left, beside = (x, x + own + 12) if self.source.random() < 0.5 else (x + width - own, x)
        lost = self._is_lost()
        region = self._draw(False, lost, Box(left, y, left + own, y + height))
        caption = self.add_caption(self.style.figure_label.format(self.figures), beside, y + 2, width - own - 12)
        if not lost:
            self.drawn.append(Drawn(f"Figure {self.figures}", region, caption, self.pages))
        return max(region.y1, caption.y1) + self.style.text_gap
