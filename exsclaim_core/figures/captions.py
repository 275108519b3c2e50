"""Captions: rows that begin with a label, judged by their looks and by what the document does elsewhere."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from exsclaim_core.figures.labels import Label, parse_label
from exsclaim_core.layout.rows import Rectangle, Row
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.settings import CaptionSettings

_VERB = re.compile(
    r"^(?:and|or|to|in|of|for|with|is|are|was|were|shows?|showed|illustrates?|presents?|depicts?|displays?|gives?|lists?|"
    r"summari[sz]es?|provides?|compares?|reports?|indicates?|demonstrates?|describes?|contains?|plots?|outlines?|reveals?|"
    r"represents?|we|which|that|where|as|also|can|has|have|below|above|shown|on|at|by|from|details|includes?|suggests?|"
    r"montre|présente|illustre|donne)\b"
)
_PANEL = re.compile(r"^[A-Z](?:[,–-]\s?[A-Z])*\s+(?!\w+ing\b)[a-z]")
_DOI = re.compile(r"^\W*(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)10\.\d{4,}\S+\s*$", re.I)
_LETTERED = re.compile(r"^\s*(?:[a-z]\)|\([a-z]\)|[a-z][,–-])")


@dataclass(frozen=True, slots=True)
class CaptionStart:
    """A row that may begin a caption, with the evidence for it."""

    sheet: Sheet
    row: Row
    label: Label
    score: float
    style: tuple[str, bool, bool, float]  # keyword as printed, delimiter present, bold label, size in half points
    middle: bool  # the row continues a paragraph


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption: its label, its rows on the page and their box (in the frame of the sheet)."""

    sheet: Sheet
    label: Label
    rows: tuple[Row, ...]
    box: Rectangle
    text: str
    score: float


def find_caption_starts(sheet: Sheet, settings: CaptionSettings) -> list[CaptionStart]:
    """Rows of a sheet that begin with a label, each scored by what distinguishes captions from mentions in the text."""
    starts = []
    for row in sheet.rows:
        label = parse_label(row.text)
        if label is not None:
            starts.append(_judge(sheet, row, label, settings))
    return starts


def _judge(sheet: Sheet, row: Row, label: Label, settings: CaptionSettings) -> CaptionStart:
    body = sheet.typography
    lines = sheet.page.lines
    first = row.lines[0]
    spans = sheet.page.spans[lines["span"][first] : lines["span"][first] + lines["spans"][first]]
    bold = bool(spans["bold"][0]) and not (row.bold > 0.95 and label.text != "" and row.font in body.fonts)
    italic = bool(spans["italic"][0])
    plain_font = int(spans["font"][0]) in body.fonts and abs(float(spans["size"][0]) - body.size) <= 0.3
    paragraph = sheet.paragraphs[row.paragraph]
    place = next(i for i, r in enumerate(paragraph.rows) if r is row)
    middle = place > 0
    if middle:
        previous = paragraph.rows[place - 1]
        # A new paragraph may follow without a gap: a short last row, then an indent or a change of font.
        if row.font != previous.font and not plain_font:
            middle = False
        elif not previous.full and previous.box[2] < row.box[2] - 3 * row.size and not plain_font:
            middle = False
    score = 0.0
    if middle:
        score -= 2.5
    if label.delimiter in (".", ":", "|", "∣", "│", "‖", "–", "—", "-", "■", "•") or label.continued:
        score += 1.5 if label.delimiter != "." else 1.0
    elif label.delimiter in (";", ")", ","):
        score -= 1.5
    elif not label.text:
        score += 0.7
    else:
        score += 0.0 if label.text[:1].isupper() or label.text[:1] in "([" else -1.0
    if bold:
        score += 1.5
    if italic and not plain_font:
        score += 0.3
    if label.keyword.isupper() and len(label.keyword) > 2:
        score += 0.7
    if not plain_font:
        score += 0.8
    if abs(row.size - body.size) > 0.06 * body.size:
        score += 0.5
    if _VERB.match(label.text):
        score -= 2.5
    elif _LETTERED.match(label.text) and not label.delimiter and not bold:
        score -= 0.7
    if label.label and label.label[-1].isalpha() and label.label[-1].islower() or _PANEL.match(label.text):
        score -= 1.0  # "Figure 2b" and "Figure 2A shows" mention a panel
    if not label.keyword[0].isupper():
        score -= 2.0
    if sheet.gap_above(row) > 1.35 * body.leading:
        score += 0.8
    style = (label.keyword, label.delimiter != "", bold, round(row.size * 2) / 2)
    return CaptionStart(sheet, row, label, score, style, middle)


def choose_starts(starts: list[CaptionStart], settings: CaptionSettings) -> list[CaptionStart]:
    """The starts of a document's captions: those that look alike, one for each number (PDFFigures 2.0, section 4.1).

    A number that is missing between others is looked for again among the weaker candidates.
    """
    styles: dict[str, Counter[tuple[str, bool, bool, float]]] = defaultdict(Counter)
    for start in starts:
        if start.score >= settings.sure and not start.middle:
            styles[start.label.type][start.style] += 1
    scored = [replace(start, score=start.score + _agreement(start, styles[start.label.type])) for start in starts]
    chosen: list[CaptionStart] = []
    by_label: dict[tuple[str, str], list[CaptionStart]] = defaultdict(list)
    for start in scored:
        by_label[start.label.type, start.label.label.upper()].append(start)
    for candidates in by_label.values():
        accepted = [s for s in candidates if s.score >= settings.threshold]
        if not accepted:
            continue
        best = max(accepted, key=lambda s: s.score)
        chosen.append(best)
        for start in accepted:
            if start is best:
                continue
            repeated = start.label.continued or best.label.continued
            if repeated and (start.sheet.page.number != best.sheet.page.number or start.row is not best.row):
                chosen.append(start)
            elif start.score >= best.score - 0.8 and start.style == best.style and start.score >= settings.sure:
                chosen.append(start)
    have = {(s.label.type, s.label.label.upper()) for s in chosen}
    for kind in {s.label.type for s in chosen}:
        numbers = {int(label) for k, label in have if k == kind and label.isdigit()}
        if not numbers:
            continue
        for number in range(1, max(numbers)):
            if number in numbers:
                continue
            weaker = [s for s in by_label.get((kind, str(number)), []) if s.score >= settings.weak_threshold]
            if weaker:
                chosen.append(max(weaker, key=lambda s: s.score))
    chosen.sort(key=lambda s: (s.sheet.page.number, s.row.box[1]))
    return chosen


def _agreement(start: CaptionStart, styles: Counter[tuple[str, bool, bool, float]]) -> float:
    """How much a start looks like the sure captions of its type: from -1.5 to 1.5."""
    total = sum(styles.values())
    if not total:
        return 0.0
    votes = [0.0, 0.0, 0.0, 0.0]
    for style, count in styles.items():
        for i in range(3):
            votes[i] += count * (style[i] == start.style[i])
        votes[3] += count * (abs(style[3] - start.style[3]) <= 0.5)
    weights = (0.4, 0.5, 0.5, 0.3)
    strength = min(1.0, total / 2)
    return strength * sum(w * (2 * v / total - 1) for w, v in zip(weights, votes, strict=True))


def grow_captions(starts: list[CaptionStart], settings: CaptionSettings) -> list[Caption]:
    """Whole captions from their first rows."""
    first_rows = {id(start.row) for start in starts}
    captions = [_grow(start, first_rows, settings) for start in starts]
    listed = _listed(captions)
    return [caption for caption, drop in zip(captions, listed, strict=True) if not drop]


def _listed(captions: list[Caption]) -> list[bool]:
    """Which captions stand in a list of figures: three or more of one type right below each other."""
    listed = [False] * len(captions)
    by_sheet: dict[int, list[int]] = defaultdict(list)
    for index, caption in enumerate(captions):
        by_sheet[id(caption.sheet)].append(index)
    for indices in by_sheet.values():
        chain: list[int] = []
        for index in sorted(indices, key=lambda i: (round(captions[i].box[0] / 40), captions[i].box[1])):
            box = captions[index].box
            last = captions[chain[-1]].box if chain else None
            if last is not None and not (
                -2 < box[1] - last[3] < 0.9 * captions[index].rows[0].size
                and min(box[2], last[2]) > max(box[0], last[0])
            ):
                chain = []
            chain.append(index)
            if len(chain) >= 3:
                for i in chain:
                    listed[i] = True
    return listed


def _grow(start: CaptionStart, first_rows: set[int], settings: CaptionSettings) -> Caption:
    sheet, row = start.sheet, start.row
    body = sheet.typography
    taken = [row]
    x0, y0, x1, y1 = row.box
    wide = _goes_on_wider(sheet, row, first_rows)
    for other in sheet.rows:  # a label set apart from its title, or words set wide
        if (
            other is not row
            and id(other) not in first_rows
            and abs(other.baseline - row.baseline) < 0.3 * row.size
            and 0 <= other.box[0] - x1 < settings.label_gap * row.size
            # Titles in small capitals are set a fifth smaller.
            and abs(other.size - row.size) < (0.3 if label_only(start.label) else 0.15) * row.size
            and (wide is not None or not sheet.crosses_gutter(x1, other.box[0]))
            and (not label_only(start.label) or len(other.text) > 8)
        ):
            taken.append(other)
            x1 = max(x1, other.box[2])
    lone_label = label_only(start.label) and len(taken) == 1
    last = row
    fonts = {row.font} | _span_fonts(sheet, row)
    steps: list[float] = []
    # Ragged columns differ in their right edge: the widest that begins with the caption counts.
    lane = max((c.x1 for c in sheet.columns if abs(c.x0 - x0) < 8 or row.column >= 0 and c is sheet.columns[row.column]), default=x1)
    if row.column < 0 and sheet.columns and x1 > min(c.x1 for c in sheet.columns):  # set across the columns
        lane = max(lane, max(c.x1 for c in sheet.columns))
    lane = max(lane, wide or lane)
    beside = sheet.cells_beside(row, x0, x1)
    body_like = abs(row.size - body.size) <= 0.3 and row.font in body.fonts and not (row.bold > 0.7)
    for other in sheet.rows:
        if other.baseline <= last.baseline + 0.3 * last.size or other in taken:
            continue
        step = other.baseline - last.baseline
        if step < 0.6 * last.size and len(other.text) <= 3 and other.box[0] >= x0 and other.box[2] <= x1:
            continue  # a root or an accent set apart from its line
        usual = min(steps) if steps else settings.first_step * max(last.size, other.size)
        if body_like:  # nothing but the distance tells the caption from the text below it
            usual = min(usual, body.leading) if not steps else usual
            # After a short line the least bit more than the usual step ends it; inline formulas push full lines apart.
            limit = (1.25 if last.box[2] > lane - 2 * last.size else 1.07) * usual
        else:
            limit = usual * (settings.line_gap if steps else 1.0)
        limit += 0.8 * last.size if lone_label and not steps else 0.0
        if step > max(limit, usual + 0.5):
            # Rows are in order of their baselines: nothing nearer follows in this lane, but rows of others may lie between.
            if step > 4 * body.leading:
                break
            if other.box[2] > x0 and other.box[0] < x1:
                break
            continue
        overlap = min(x1, other.box[2]) - max(x0, other.box[0])
        if overlap < 0.3 * min(x1 - x0, other.box[2] - other.box[0]):
            continue
        right = max(x1, lane, other.box[2] if lone_label and len(taken) == 1 else x1)
        aligned = other.box[0] >= x0 - 1.5 * row.size and other.box[2] <= right + row.size
        centred = abs((other.box[0] + other.box[2]) - (x0 + x1)) < 2.5 * row.size
        if id(other) in first_rows or not (aligned or centred):
            break
        if abs(other.size - last.size) > 0.1 * last.size and not (lone_label and len(taken) == 1):
            break
        if not body_like and abs(other.size - body.size) <= 0.1 and other.font in body.fonts and (
            abs(row.size - body.size) > 0.3 or (last.font not in body.fonts and len(taken) > 1 and other.font not in fonts)
        ):
            break
        if not (lone_label and len(taken) == 1) and sheet.rule_between(last.box[3] - 0.3 * last.size, other.baseline - 0.5 * other.size, x0, x1):
            break
        if start.label.type == "Table" and (not beside and sheet.cells_beside(other, x0, x1) or _changes_style(taken, other, body_like)):
            break
        if sheet.in_graphics(other):
            break
        taken.append(other)
        fonts |= _span_fonts(sheet, other)
        steps.append(step)
        x0, x1 = min(x0, other.box[0]), max(x1, other.box[2])
        last = other
    while len(taken) > 1 and _DOI.match(taken[-1].text):  # set under the figure by some publishers, as its address
        taken.pop()
    taken += _second_column(sheet, taken, first_rows)
    x1 = max(x1, *(r.box[2] for r in taken))
    box = (x0, y0, x1, max(r.box[3] for r in taken))
    return Caption(sheet, start.label, tuple(taken), box, join_rows(r.text for r in taken), start.score)


def _span_fonts(sheet: Sheet, row: Row) -> set[int]:
    """Fonts of all spans of a row."""
    lines, spans = sheet.page.lines, sheet.page.spans
    return {
        font
        for i in row.lines
        for font in spans["font"][lines["span"][i] : lines["span"][i] + lines["spans"][i]].tolist()
    }


def _goes_on_wider(sheet: Sheet, row: Row, first_rows: set[int]) -> float | None:
    """Right edge of the row below when it goes on beyond the column: a wide caption whose first line was cut at a gutter."""
    if row.column < 0:
        return None
    for other in sheet.rows:
        if (
            0.8 * row.size < other.baseline - row.baseline < 1.6 * row.size
            and abs(other.box[0] - row.box[0]) < 1.5 * row.size
            and other.font == row.font
            and abs(other.size - row.size) < 0.05 * row.size
            and other.box[2] > sheet.columns[row.column].x1 + 2 * row.size
            and id(other) not in first_rows
        ):
            return other.box[2]
    return None


def _second_column(sheet: Sheet, taken: list[Row], first_rows: set[int]) -> list[Row]:
    """The rest of a caption that is set in two columns under a wide figure: a paragraph beside it, in step with it."""
    first, last = taken[0], taken[-1]
    body = sheet.typography
    if len(taken) < 2 or abs(first.size - body.size) < 0.3 or not last.full or last.text.endswith((".", "]", ")")):
        return []
    for paragraph in sheet.paragraphs:
        head = paragraph.rows[0]
        if (
            head.box[0] > max(r.box[2] for r in taken)
            and abs(head.baseline - first.baseline) < 0.3 * first.size
            and abs(head.size - first.size) < 0.1
            and head.font in {r.font for r in taken}
            and id(head) not in first_rows
            and len(paragraph.rows) <= len(taken)
            and sheet.crosses_gutter(max(r.box[2] for r in taken), head.box[0])
        ):
            return list(paragraph.rows)
    return []


def label_only(label: Label) -> bool:
    """Whether the row holds the label and nothing more."""
    return len(label.text) < 2


def _changes_style(taken: list[Row], other: Row, body_like: bool) -> bool:
    """Whether bold begins again after plain words: a table's first row, not its title."""
    return len(taken) > 1 and other.bold > 0.9 and taken[-1].bold < 0.5


def join_rows(texts: Iterable[str]) -> str:
    """Rows as running text: a hyphen at the end of a row joins the halves of a word."""
    text = ""
    for piece in texts:
        piece = piece.strip()
        if text.endswith(("-", "\u00ad", "‐")) and piece[:1].islower() and len(text) > 1 and text[-2].isalpha():
            text = text[:-1] + piece
        elif text:
            text += " " + piece
        else:
            text = piece
    return text
