"""Where captions begin: rows that start with a label, judged by their looks and by what the document does elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace

from exsclaim_core.labels import Label, parse_label
from exsclaim_core.layout.rows import Row
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.pdf.pages import STROKE
from exsclaim_core.settings import CaptionSettings

_VERB = re.compile(
    r"^(?:and|or|to|in|of|for|with|is|are|was|were|shows?|showed|illustrates?|presents?|depicts?|displays?|gives?|lists?|"
    r"summari[sz]es?|provides?|compares?|reports?|indicates?|demonstrates?|describes?|contains?|plots?|outlines?|reveals?|"
    r"represents?|we|which|that|where|as|also|can|has|have|below|above|shown|on|at|by|from|details|includes?|suggests?|"
    r"montre|présente|illustre|donne|zeigt|muestra|mostra)\b"
)
_LETTERED = re.compile(r"^\s*(?:[a-z]\)|\([a-z]\)|[a-z][,–-])")
_PANEL = re.compile(r"^[A-Z](?:[,–-]\s?[A-Z])*\s+(?!\w+ing\b)[a-z]")
_LEADER = re.compile(r"(?:\.\s?){5,}\s*\d*\s*$")  # of a list of figures
CLOSING = (".", ":", "|", "∣", "│", "‖", "–", "—", "-", "■", "•")  # what sets a caption's label off from its text

# What each sign says for or against a caption, in the unit of CaptionSettings.threshold, set by hand on the dev sets:
# a row of running text that mentions a figure stays below -1, a caption in any common style comes to 2 or more.
IN_PARAGRAPH = -2.5
CLOSED, CLOSED_BY_DOT, WRONGLY_CLOSED, LABEL_ALONE, LOWER_CASE = 1.5, 1.0, -1.5, 0.7, -1.0
BOLD, ITALIC, CAPITALS, OTHER_FONT, OTHER_SIZE = 1.5, 0.3, 0.7, 0.8, 0.5
VERB, PANEL_LETTER, PANEL, SMALL_KEYWORD, SET_OFF = -2.5, -0.7, -1.0, -2.0, 0.8

Style = tuple[str, bool, bool, float]  # keyword as printed, closed by a mark, bold, size to half a point


@dataclass(frozen=True, slots=True)
class CaptionStart:
    """A row that may begin a caption, with the evidence for it."""

    sheet: Sheet
    row: Row
    label: Label
    score: float
    style: Style
    middle: bool  # the row continues a paragraph


def find_caption_starts(sheet: Sheet) -> list[CaptionStart]:
    """Rows of a sheet that begin with a label, each scored by what distinguishes captions from mentions in the text."""
    starts = []
    for row in sheet.rows:
        label = parse_label(row.text)
        if label is not None and not _LEADER.search(row.text):
            starts.append(_judge(sheet, row, label))
    return starts


def _judge(sheet: Sheet, row: Row, label: Label) -> CaptionStart:
    body = sheet.typography
    lines = sheet.page.lines
    first_line = row.lines[0]
    first = sheet.page.spans[lines["span"][first_line]]
    bold = bool(first["bold"]) and not (row.bold > 0.95 and label.text != "" and row.font in body.fonts)
    plain = int(first["font"]) in body.fonts and abs(float(first["size"]) - body.size) <= 0.3
    middle = _continues(sheet, row, plain)
    score = IN_PARAGRAPH if middle else 0.0
    score += _closing(label)
    score += BOLD * bold + ITALIC * (bool(first["italic"]) and not plain) + OTHER_FONT * (not plain)
    score += CAPITALS * (label.keyword.isupper() and len(label.keyword) > 2)
    score += OTHER_SIZE * (abs(row.size - body.size) > 0.06 * body.size)
    if _VERB.match(label.text):
        score += VERB
    elif _LETTERED.match(label.text) and not label.delimiter and not bold:
        score += PANEL_LETTER
    if label.label[-1:].islower() or (not label.delimiter and _PANEL.match(label.text)):
        # "Figure 2b", "Figure 2A shows"
        score += PANEL
    if not label.text and _in_box(sheet, row):  # "Figure 2" in a box of a flow chart
        score += IN_PARAGRAPH
    score += SMALL_KEYWORD * label.keyword[0].islower()
    score += SET_OFF * (sheet.gap_above(row) > 1.35 * body.leading)
    style = (label.keyword, label.delimiter != "", bold, round(row.size * 2) / 2)
    return CaptionStart(sheet, row, label, score, style, middle)


def _continues(sheet: Sheet, row: Row, plain: bool) -> bool:
    """Whether a row stands in the middle of a paragraph.

    A caption may follow without a gap where the font changes, or where the row before ends short of it.
    """
    rows = sheet.paragraphs[row.paragraph].rows
    place = rows.index(row)
    if place == 0:
        return False
    previous = rows[place - 1]
    short = not previous.full and previous.box[2] < row.box[2] - 3 * row.size
    return plain or not (row.font != previous.font or short)


def _in_box(sheet: Sheet, row: Row) -> bool:
    """Whether a frame holds the row and little more; publishers shade labels, but do not frame them."""
    boxes = sheet.drawn["box"][sheet.drawn["kind"] == STROKE]
    x0, y0, x1, y1 = row.box
    low = boxes[:, 3] - boxes[:, 1] < 6 * row.size
    return bool((low & (boxes[:, 0] < x0) & (boxes[:, 1] < y0) & (boxes[:, 2] > x1) & (boxes[:, 3] > y1)).any())


def _closing(label: Label) -> float:
    if label.delimiter.rstrip("–— ") in CLOSING or label.continued or label.delimiter in CLOSING:
        return CLOSED_BY_DOT if label.delimiter == "." else CLOSED
    if label.delimiter in (";", ")", ","):
        return WRONGLY_CLOSED
    if not label.text:
        return LABEL_ALONE
    return LOWER_CASE if label.text[:1].islower() or label.text[:1].isdigit() else 0.0


def choose_starts(starts: list[CaptionStart], settings: CaptionSettings) -> list[CaptionStart]:
    """The starts of a document's captions: those that look alike, one for each number (PDFFigures 2.0, section 4.1).

    A number that is missing between others is looked for again among the weaker candidates.
    """
    styles: dict[str, Counter[Style]] = defaultdict(Counter)
    for start in starts:
        if start.score >= settings.sure and not start.middle:
            styles[start.label.type][start.style] += 1
    by_label: dict[tuple[str, str], list[CaptionStart]] = defaultdict(list)
    for start in starts:
        judged = replace(start, score=start.score + _agreement(start.style, styles[start.label.type]))
        by_label[start.label.type, start.label.label.upper()].append(judged)
    chosen: list[CaptionStart] = []
    for candidates in by_label.values():
        chosen += _accept(candidates, settings)
    chosen += _missing_numbers(chosen, by_label, settings)
    return sorted(chosen, key=lambda s: (s.sheet.page.number, s.row.box[1]))


def _accept(candidates: list[CaptionStart], settings: CaptionSettings) -> list[CaptionStart]:
    """The best start of one label, and others that continue it or repeat it in the same style."""
    accepted = [start for start in candidates if start.score >= settings.threshold]
    if not accepted:
        return []
    best = max(accepted, key=lambda s: s.score)
    # A caption in two languages has its label twice; it begins with the upper one.
    weaker = (start for start in candidates if start is not best and start.score >= settings.weak_threshold)
    upper = next((start for start in weaker if _stands_on(start, best)), None)
    if upper is not None:
        return [replace(upper, score=best.score)]
    return [best] + [
        start
        for start in accepted
        if start is not best
        and (
            start.label.continued
            or best.label.continued
            or (start.style == best.style and start.score >= max(settings.sure, best.score - 0.8))
        )
    ]


def _stands_on(start: CaptionStart, other: CaptionStart) -> bool:
    """Whether a row stands right above another."""
    above, below = start.row, other.row
    return (
        start.sheet is other.sheet
        and 0 < below.baseline - above.baseline < 2.2 * below.size
        and min(above.box[2], below.box[2]) > max(above.box[0], below.box[0])
    )


def _missing_numbers(
    chosen: list[CaptionStart], by_label: dict[tuple[str, str], list[CaptionStart]], settings: CaptionSettings
) -> list[CaptionStart]:
    found = []
    for kind in sorted({start.label.type for start in chosen}):
        numbers = {int(s.label.label) for s in chosen if s.label.type == kind and s.label.label.isdecimal()}
        tried = {int(label) for other, label in by_label if other == kind and label.isdecimal()}
        for number in sorted(n for n in tried - numbers if 0 < n < max(numbers, default=1)):
            weaker = [s for s in by_label.get((kind, str(number)), []) if s.score >= settings.weak_threshold]
            if weaker:
                found.append(max(weaker, key=lambda s: s.score))
    return found


def _agreement(style: Style, styles: Counter[Style]) -> float:
    """How much a start looks like the sure captions of its type: from -1.7 to 1.7."""
    total = sum(styles.values())
    if not total:
        return 0.0
    votes = [0, 0, 0, 0]  # for keyword, closing mark, bold, size
    for other, count in styles.items():
        for index, alike in enumerate(
            (other[0] == style[0], other[1] == style[1], other[2] == style[2], abs(other[3] - style[3]) <= 0.5)
        ):
            votes[index] += count * alike
    weights = (0.4, 0.5, 0.5, 0.3)
    return min(1.0, total / 2) * sum(w * (2 * v / total - 1) for w, v in zip(weights, votes, strict=True))
