"""Title candidates: rows, or beginnings of paragraphs, that differ from the running text as titles of sections do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from exsclaim_core.figures.captions import join_rows
from exsclaim_core.figures.section_names import MAIN, NUMBER, in_capitals, is_known, name_of
from exsclaim_core.figures.wording import WORD
from exsclaim_core.layout.body_text import SAME_SIZE, Body
from exsclaim_core.layout.running_text import RunningText

MOST_ROWS = 4
MOST_UNSTYLED_ROWS = 2
MOST_INSERTED = 40  # characters of plain text inside a title, as a species' name in an italic one
SPACED = 1.25  # leadings; more white space above than between lines
LEAST_SIZE = 0.65  # of the size of the running text
LEAST_COLOR = 64  # difference of the red, green and blue of colours that are no shade of grey
WIDEST_GAP = 4.0  # font sizes, between a number and its title

OWN_ROWS, RUN_IN, UNSTYLED = range(3)  # UNSTYLED: on rows of its own in the font of the running text

Look = tuple[int, float, int]  # font, size in half points, colour
Style = tuple[int, float, int, bool, bool]  # a look, capitals, run-in

_MARKS = re.compile(r"^[■□▪●•►▶◆\s]+")
_ENDS_SENTENCE = (".", "?", "!", ":", ";", ")", "]", "”")
_DELIMITERS = (".", ":", "?", "!", "—", "–")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Text that may be a title: whole rows, or the beginning of the first row of a paragraph."""

    first: int  # row
    last: int
    text: str
    kind: int
    style: Style
    delimited: bool  # a run-in title that ends with a full stop or colon


class TitleFinder:
    """Finds candidates in a running text.

    `plain_share` is the share of each row's width that is set as running text is.
    """

    def __init__(self, text: RunningText, body: Body) -> None:
        self.text, self.body = text, body
        pages, rows, spans = text.pages, text.rows, text.pages.spans
        largest = np.zeros(max(len(pages.fonts), 1), np.float32)
        largest[list(body.fonts)] = list(body.fonts.values())
        channels = np.stack([spans["color"] >> shift & 255 for shift in (16, 8, 0)]).astype(np.int16)
        # Small print is set in the fonts of running text too; a title in them is larger, bold, italic or coloured.
        self._plain = spans["size"] <= SAME_SIZE * largest[spans["font"]]
        self._plain &= channels.max(axis=0) - channels.min(axis=0) < LEAST_COLOR
        self._plain &= (spans["bold"] <= body.bold) & (spans["italic"] <= body.italic)
        page = pages.pages_of_lines()[text.order]
        starts = np.concatenate([[0], pages.span_ends])[page] + pages.lines["span"][text.order]
        ends = starts + pages.lines["spans"][text.order]
        width = spans["box"][:, 2] - spans["box"][:, 0]
        total, plain = (np.concatenate([[0.0], np.cumsum(some)]) for some in (width, width * self._plain))
        firsts = rows["first"]
        all_of_row = np.add.reduceat(total[ends] - total[starts], firsts)
        self.plain_share = np.add.reduceat(plain[ends] - plain[starts], firsts) / np.maximum(all_of_row, 0.1)
        self._span_ranges = list(zip(starts.tolist(), ends.tolist(), strict=True))
        begins = starts[firsts]
        self._begins_plain = self._plain[begins]
        self._begins_otherwise = spans["font"][begins] != rows["font"]
        self._short = rows["box"][:, 2] < rows["lane_x1"] - 0.12 * (rows["lane_x1"] - rows["lane_x0"])
        self._find_paragraphs()

    def _find_paragraphs(self) -> None:
        """Mark the rows at which paragraphs begin by their place, and those at which they may after a full stop."""
        rows = self.text.rows
        before = np.maximum(np.arange(len(rows)) - 1, 0)
        above, top = rows["above"], np.isinf(rows["above"])
        left_over = (rows["lane_x1"] - rows["box"][:, 2])[before]
        self._set_apart = ~top & (above > SPACED * self.body.leading)
        self._set_apart |= left_over > 0.2 * (rows["lane_x1"] - rows["lane_x0"])[before]
        # At the top of a column the paragraph before may go on behind a figure.
        self._set_apart |= top & (self.plain_share < 0.1) & self._short
        self._set_apart[0] = True
        indent = rows["box"][:, 0] - rows["box"][before, 0]
        self._may_begin = top | (indent > 0.6 * rows["size"]) | (left_over > 1.5 * rows["size"])

    def __call__(self) -> list[Candidate]:
        """All candidates, in reading order."""
        rows, texts = self.text.rows, self.text.texts
        digit = np.array([text[:1].isdigit() for text in texts], bool)
        usable = (
            (rows["size"] > LEAST_SIZE * self.body.size)
            & (rows["gap"] < WIDEST_GAP * rows["size"])
            & (rows["chars"] >= 2)
        )
        found: list[Candidate] = []
        done = -1
        styled = ~self._begins_plain | digit | self._begins_otherwise
        for row in np.flatnonzero(usable & (styled | self._short)).tolist():
            if row <= done:
                continue
            candidate = None
            if styled[row]:
                candidate = self._styled(row)
            if candidate is None and self._short[row]:
                candidate = self._unstyled(row)
            if candidate is not None:
                found.append(candidate)
                done = candidate.last
        return found

    def follows(self, row: int) -> bool:
        """Whether a row follows the one before at the distance of lines."""
        rows, body = self.text.rows, self.body
        size = max(float(rows["size"][row]), float(rows["size"][row - 1]))
        return float(rows["above"][row]) <= 1.35 * size * max(1.0, body.leading / body.size / 1.2)

    def _starts_paragraph(self, row: int) -> bool:
        """Whether a paragraph begins at a row: after white space, after a short row or a title, or with an indent."""
        if self._set_apart[row]:
            return True
        before = self.text.texts[row - 1]
        if self.plain_share[row - 1] < 0.3 and before[-1:] not in ",-":
            return True
        return bool(self._may_begin[row]) and before.endswith(_ENDS_SENTENCE)

    def _styled(self, row: int) -> Candidate | None:
        """A title that differs from the text in font, size or colour, on rows of its own or run into a paragraph."""
        if not self._starts_paragraph(row):
            return None
        texts = self.text.texts
        looks: Counter[Look] = Counter()
        pieces: list[str] = []
        last, rest = row, ""
        for current in range(row, min(row + MOST_ROWS + 1, len(texts))):
            if current > row and not self._goes_on(current, looks):
                break
            if current == row + MOST_ROWS:
                return None
            end = self._title_end(current, looks)
            if not end:
                break
            pieces.append(texts[current][:end])
            last, rest = current, texts[current][end:].strip()
            if rest:
                break
        if not looks:
            return None
        title = _tidy(pieces)
        delimited = title.endswith(_DELIMITERS) or rest.startswith(_DELIMITERS)
        if rest and not delimited and not rest[:1].isupper():
            return None
        look = looks.most_common(1)[0][0]
        style = (*look, in_capitals(title), bool(rest))
        return Candidate(row, last, title, RUN_IN if rest else OWN_ROWS, style, delimited)

    def _goes_on(self, row: int, looks: Counter[Look]) -> bool:
        """Whether a title goes on in a row."""
        this, before = self.text.texts[row], self.text.texts[row - 1]
        first = self._spans(row)[0][0]
        if not self.follows(row) or self._plain[first]:
            return False
        # A second title may follow without white space: numbered, or in small letters below one in capitals.
        if NUMBER.match(this) or MAIN.fullmatch(name_of(before)):
            return False
        if before.isupper() != this.isupper() and len(this.split()) > 1:
            return False
        font, size, color = self._look(first)
        _, usual_size, usual_color = looks.most_common(1)[0][0]
        return abs(size - usual_size) <= 0.5 and color == usual_color and font in {look[0] for look in looks}

    def _title_end(self, row: int, looks: Counter[Look]) -> int:
        """Where a title that begins or goes on in a row ends in its text; 0 where the row begins with plain words.

        `looks` counts the characters of the title in each look.
        """
        whole = self.text.texts[row]
        end = 0
        for span, start, stop in self._spans(row):
            known = start == 0 and self._begins_otherwise[row] and is_known(name_of(whole[:stop]))
            if self._plain[span] and not known:
                if not looks and WORD.search(whole[start:stop]):
                    return 0
                continue
            look, inserted = self._look(span), whole[end:start]
            if WORD.search(inserted) and looks:
                ended = whole[:end].rstrip().endswith((".", ":"))
                if ended or len(inserted) > MOST_INSERTED or "." in inserted or ":" in inserted:
                    break
                if look[0] not in {font for font, _, _ in looks} or not WORD.search(whole[start:stop]):
                    break
            looks[look] += stop - start
            end = stop
        return len(whole) if end and not WORD.search(whole[end:]) else end

    def _unstyled(self, row: int) -> Candidate | None:
        """A title in the font of the text, alone between white space or in capitals."""
        rows, texts = self.text.rows, self.text.texts
        text = texts[row]
        number = NUMBER.match(text)
        if not (number or text[:1].isupper()) or text[-1:] in ",;-." or not WORD.search(text):
            return None
        capitals = in_capitals(text)
        if rows["above"][row] < 1.3 * self.body.leading and not capitals:
            return None
        last = row
        while last + 1 < len(rows) and self.follows(last + 1):
            last += 1
            if last - row >= MOST_UNSTYLED_ROWS:
                return None
        if not self._short[last]:
            return None
        title = _tidy(texts[row : last + 1])
        look = (int(rows["font"][row]), _halves(rows["size"][row]), int(rows["color"][row]))
        return Candidate(row, last, title, UNSTYLED, (*look, capitals, False), False)

    def _spans(self, row: int) -> list[tuple[int, int, int]]:
        """The spans of a row, each with its start and end in the row's text."""
        whole, texts, rows = self.text.texts[row], self.text.pages.span_texts, self.text.rows
        found, at = [], 0
        for line in range(int(rows["first"][row]), int(rows["end"][row])):
            for span in range(*self._span_ranges[line]):
                piece = texts[span].strip()
                start = max(whole.find(piece, at), at)
                at = start + len(piece)
                found.append((span, start, at))
        return found

    def _look(self, span: int) -> Look:
        this = self.text.pages.spans[span]
        return int(this["font"]), _halves(this["size"]), int(this["color"])


def _halves(size: float) -> float:
    return round(float(size) * 2) / 2


def _tidy(pieces: list[str]) -> str:
    return _MARKS.sub("", " ".join(join_rows(pieces).replace("\u00ad", "").split()))
