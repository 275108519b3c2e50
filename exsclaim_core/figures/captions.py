"""Whole captions, grown from their first rows down to where something else begins."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, pairwise

from exsclaim_core.figures.caption_starts import CaptionStart
from exsclaim_core.figures.wording import wordy
from exsclaim_core.labels import Label
from exsclaim_core.layout.rows import Rectangle, Row, hull
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.settings import CaptionSettings

_DOI = re.compile(r"^\W*(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)10\.\d{4,}\S+\s*$", re.I)

CELL_DISTANCE = 8.0  # em; cells of a table lie that near to each other


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption: its label, its rows on the page and their box (in the frame of the sheet)."""

    sheet: Sheet
    label: Label
    rows: tuple[Row, ...]
    box: Rectangle
    text: str
    score: float


def grow_captions(starts: list[CaptionStart], settings: CaptionSettings) -> list[Caption]:
    """Whole captions from their first rows; those that make up a list of figures are left out."""
    first_rows = {id(start.row) for start in starts}
    captions = [_Growth(start, first_rows, settings).grow() for start in starts]
    listed = _listed(captions)
    return [caption for index, caption in enumerate(captions) if index not in listed]


class _Growth:
    """One caption while it grows row by row."""

    def __init__(self, start: CaptionStart, first_rows: set[int], settings: CaptionSettings) -> None:
        self.start, self.settings, self.first_rows = start, settings, first_rows
        self.sheet = start.sheet
        row = start.row
        body = self.sheet.typography
        self.taken = [row]
        self.last = row
        self.x0, self.y0, self.x1, _ = row.box
        self.steps: list[float] = []  # between the baselines of the rows taken
        self.fonts = self._span_fonts(row)
        self.wide = self._goes_on_wider()
        self._take_rest_of_line()
        self.label_alone = len(start.label.text) < 2 and len(self.taken) == 1
        self.lane = self._lane()
        self.beside = self.sheet.cells_beside(row, self.x0, self.x1)
        self.body_like = abs(row.size - body.size) <= 0.3 and row.font in body.fonts and row.bold <= 0.7

    def grow(self) -> Caption:
        below = self.sheet.first_below(self.last.baseline)
        for row in self.sheet.rows[below:]:  # in the order of their baselines
            if row.baseline <= self.last.baseline + 0.3 * self.last.size or row in self.taken:
                continue
            step = row.baseline - self.last.baseline
            if step > 4 * self.sheet.typography.leading:
                break
            if self._is_accent(row, step):
                continue
            if step > self._largest_step(row):
                if row.box[2] > self.x0 and row.box[0] < self.x1:
                    break
                continue
            overlap = min(self.x1, row.box[2]) - max(self.x0, row.box[0])
            if overlap < 0.3 * min(self.x1 - self.x0, row.box[2] - row.box[0]):
                continue  # a row of another lane
            if not self._belongs(row):
                break
            self._take(row, step)
        while len(self.taken) > 1 and _DOI.match(self.taken[-1].text):  # some publishers print the figure's address
            self.taken.pop()
        self.taken += self._second_column()
        box = hull([row.box for row in self.taken])
        text = join_rows(row.text for row in self.taken)
        return Caption(self.sheet, self.start.label, tuple(self.taken), box, text, self.start.score)

    def _take(self, row: Row, step: float) -> None:
        self.taken.append(row)
        self.fonts |= self._span_fonts(row)
        self.steps.append(step)
        self.x0, self.x1 = min(self.x0, row.box[0]), max(self.x1, row.box[2])
        self.last = row

    def _take_rest_of_line(self) -> None:
        """A title set apart from its label, or words set wide, on the first baseline."""
        first = self.start.row
        alone = len(self.start.label.text) < 2
        # Titles in small capitals are set a fifth smaller. Behind words, only words of the same size are the caption's:
        # text may flow round a float.
        size_slack = (0.3 if alone else 0.03) * first.size
        widest = (self.settings.label_gap if alone else 0.55 * self.settings.label_gap) * first.size
        for row in self.sheet.rows_near(first.baseline, 0.3 * first.size):
            if (
                row is not first
                and id(row) not in self.first_rows
                and 0 <= row.box[0] - self.x1 < widest
                and abs(row.size - first.size) < size_slack
                and (self.wide is not None or not self.sheet.crosses_gutter(self.x1, row.box[0]))
                and (not alone or len(row.text) > 8)
            ):
                self.taken.append(row)
                self.x1 = max(self.x1, row.box[2])

    def _lane(self) -> float:
        """How far to the right the caption's rows may reach."""
        row, columns = self.start.row, self.sheet.columns
        # Ragged columns differ in their right edge: the widest that begins with the caption counts.
        edges = [self.x1, *(column.x1 for column in columns if abs(column.x0 - self.x0) < 8)]
        if row.column >= 0:
            edges.append(columns[row.column].x1)
        elif columns and self.x1 > min(column.x1 for column in columns):  # set across the columns
            edges.append(max(column.x1 for column in columns))
        elif columns:  # in the margin
            edges.append(min((column.x0 - 3 for column in columns if column.x0 > self.x1), default=self.x1))
        if self.wide is not None:
            edges.append(self.wide)
        return max(edges)

    def _is_accent(self, row: Row, step: float) -> bool:
        """Roots and accents may stand apart from the line that they belong to."""
        return step < 0.6 * self.last.size and len(row.text) <= 3 and row.box[0] >= self.x0 and row.box[2] <= self.x1

    def _largest_step(self, row: Row) -> float:
        """Distance of baselines beyond which a row is no longer the caption's."""
        usual = min(self.steps) if self.steps else self.settings.first_step * max(self.last.size, row.size)
        if self.body_like:  # nothing but the distance tells the caption from the text below it
            usual = usual if self.steps else max(self.sheet.typography.leading, self._own_leading())
            # After a short line a little more than usual ends it; inline formulas push full lines apart.
            limit = usual * (1.25 if self.last.box[2] > self.lane - 2 * self.last.size else 1.07)
        else:
            limit = usual * (self.settings.line_gap if self.steps else 1.0)
        if self.label_alone and not self.steps:
            limit += 0.8 * self.last.size
        return max(limit, usual + 0.5)

    def _own_leading(self) -> float:
        """Step of the rows below where they keep one step, other than the body's, down to a wider gap; else 0."""
        first = self.start.row
        below = [
            row
            for row in islice(self.sheet.rows, self.sheet.first_below(first.baseline + 0.5 * first.size), None)
            if row.box[2] > self.x0 and row.box[0] < self.x1
        ]
        steps = [after.baseline - before.baseline for before, after in pairwise([first, *below])]
        if not steps or not 0.9 * first.size < steps[0] < 1.7 * first.size:
            return 0.0
        even = next((index for index, step in enumerate(steps) if abs(step - steps[0]) > 0.4), len(steps))
        alike = all(abs(row.size - first.size) < 0.3 for row in below[:even])
        ends = even < len(steps) and steps[even] > 1.25 * steps[0]
        return steps[0] if alike and ends and even >= 1 else 0.0

    def _belongs(self, row: Row) -> bool:
        """Whether the next row in the caption's lane goes on with it."""
        body, first = self.sheet.typography, self.start.row
        titling = self.label_alone and len(self.taken) == 1  # the title may look unlike the label
        right = row.box[2] if titling else max(self.x1, self.lane)
        aligned = row.box[0] >= self.x0 - 1.5 * first.size and row.box[2] <= right + first.size
        centred = abs((row.box[0] + row.box[2]) - (self.x0 + self.x1)) < 2.5 * first.size
        if id(row) in self.first_rows or not (aligned or centred) or self.sheet.in_graphics(row):
            return False
        if titling:
            return not self._is_table_row(row)
        if abs(row.size - self.last.size) > body.size_slack * self.last.size:
            return False
        if not self.body_like and abs(row.size - body.size) <= 0.1 and row.font in body.fonts:
            if abs(first.size - body.size) > 0.3:
                return False
            if self.last.font not in body.fonts and len(self.taken) > 1 and row.font not in self.fonts:
                return False
        top, bottom = self.last.box[3] - 0.3 * self.last.size, row.baseline - 0.5 * row.size
        return not self.sheet.rule_between(top, bottom, self.x0, self.x1) and not self._is_table_row(row)

    def _is_table_row(self, row: Row) -> bool:
        """Whether a row under a table's title is the table's first: cells beside it, or bold after plain words."""
        if self.start.label.type != "Table":
            return False
        first = self.start.row
        as_wide = row.box[2] - row.box[0] > 0.8 * (first.box[2] - first.box[0]) and wordy(row.text)
        if not self.beside and not as_wide and self.sheet.cells_beside(row, self.x0, self.x1, CELL_DISTANCE * row.size):
            return True
        return len(self.taken) > 1 and row.bold > 0.9 and self.last.bold < 0.5

    def _span_fonts(self, row: Row) -> set[int]:
        lines, spans = self.sheet.page.lines, self.sheet.page.spans
        return {
            font
            for i in row.lines
            for font in spans["font"][lines["span"][i] : lines["span"][i] + lines["spans"][i]].tolist()
        }

    def _goes_on_wider(self) -> float | None:
        """Right edge of the next row where it passes the column: the caption's first line was cut at a gutter."""
        first = self.start.row
        if first.column < 0:
            return None
        for row in self.sheet.rows_near(first.baseline + 1.2 * first.size, 0.4 * first.size):
            if (
                abs(row.box[0] - first.box[0]) < 1.5 * first.size
                and row.font == first.font
                and abs(row.size - first.size) < 0.05 * first.size
                and row.box[2] > self.sheet.columns[first.column].x1 + 2 * first.size
                and id(row) not in self.first_rows
            ):
                return row.box[2]
        return None

    def _second_column(self) -> list[Row]:
        """The rest of a caption in two columns under a wide figure: a paragraph beside it, in step with it."""
        first, last = self.taken[0], self.taken[-1]
        unlike_body = abs(first.size - self.sheet.typography.size) >= 0.3
        if len(self.taken) < 2 or not unlike_body or not last.full or last.text.endswith((".", "]", ")")):
            return []
        right = max(row.box[2] for row in self.taken)
        for paragraph in self.sheet.paragraphs:
            head = paragraph.rows[0]
            if (
                head.box[0] > right
                and abs(head.baseline - first.baseline) < 0.3 * first.size
                and abs(head.size - first.size) < 0.1
                and head.font in {row.font for row in self.taken}
                and id(head) not in self.first_rows
                and len(paragraph.rows) <= len(self.taken)
                and self.sheet.crosses_gutter(right, head.box[0])
            ):
                return list(paragraph.rows)
        return []


def _listed(captions: list[Caption]) -> set[int]:
    """Indices of captions that stand in a list of figures: three or more right below each other."""
    listed: set[int] = set()
    by_sheet: dict[int, list[int]] = defaultdict(list)
    for index, caption in enumerate(captions):
        by_sheet[id(caption.sheet)].append(index)
    for indices in by_sheet.values():
        chain: list[int] = []
        for index in sorted(indices, key=lambda i: (round(captions[i].box[0] / 40), captions[i].box[1])):
            if chain and not _right_below(captions[index], captions[chain[-1]]):
                chain = []
            chain.append(index)
            if len(chain) >= 3:
                listed.update(chain)
    return listed


def _right_below(caption: Caption, above: Caption) -> bool:
    gap = caption.box[1] - above.box[3]
    overlap = min(caption.box[2], above.box[2]) - max(caption.box[0], above.box[0])
    return -2 < gap < 0.9 * caption.rows[0].size and overlap > 0


def join_rows(texts: Iterable[str]) -> str:
    """Rows as running text: a hyphen at the end of a row joins the halves of a word."""
    text = ""
    for piece in (some.strip() for some in texts):
        if text.endswith(("-", "\u00ad", "‐")) and piece[:1].islower() and text[-2:-1].isalpha():
            text = text[:-1] + piece
        elif text:
            text += " " + piece
        else:
            text = piece
    return text
