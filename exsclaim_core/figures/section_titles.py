"""Section titles (prototype)."""
from __future__ import annotations
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
import numpy as np
from numpy.typing import NDArray
from exsclaim_core.figures.captions import join_rows
from exsclaim_core.layout.running_text import RunningText
from exsclaim_core.layout.typography import Typography
from exsclaim_core.model import Box, Section

_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,4}[.)]?|[IVX]{1,5}[.)]|[A-Z][.)]|[ivx]{1,4}[.)]|[a-h]\)|\(\w{1,3}\)|[A-Z]\.\d+(?:\.\d+)*\.?)(?:\s+[|│]?\s*|[|│]\s*)(?=[^\W\d_])")
_NUMBER_ONLY = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,4}|[IVX]{1,5}|[A-Z])[.)]?$")
_KNOWN = re.compile(
    r"(?:abstract|summary|introduction|background|literature review|related works?|preliminaries|objectives?|aims?|purpose|"
    r"(?:(?:patients?|subjects?|materials?|methods?|participants|experimental)(?:,| and|/| &)? ?)*(?:methods?|materials|design|methodology)|methodology|"
    r"experiment(?:al|s)?(?: (?:section|procedures?|methods?|details?|setup|results?|part))?|theory|model|"
    r"results?(?: and discussions?| & discussions?)?|discussions?(?: and conclusions?)?|conclusions?(?: and .{4,30})?|conclusion remarks|concluding remarks|limitations?|"
    r"future (?:works?|prospects|directions)|outlook|references?(?: and notes)?|bibliography|literature cited|"
    r"acknowledge?ments?|abbreviations?|(?:appendix|appendices)(?: [a-z0-9])?|supplementary (?:materials?|information|data)|"
    r"supporting information(?: available)?|additional (?:information|files?)|(?:authors?['’]? ?)?contribut(?:ions?|ors)|authors?['’] contributions?|author contributions? statement|"
    r"(?:conflicts?|declarations?) of (?:competing )?interests?(?: statement)?|(?:declaration of )?(?:competing|financial) interests?(?: statement)?|competing financial interests|disclosures?|funding(?: information| sources?)?|"
    r"data (?:availability|sharing|accessibility)(?: statement)?|availability of data and materials?|"
    r"ethics(?: (?:statement|approval.*))?|ethical (?:approval|standards|issues|considerations?)|consent for publication|publisher['’]s note|"
    r"study (?:design|population|limitations)|statistical analys[ie]s|declarations?)",
    re.I,
)
_NEVER = re.compile(r"^(?:open access|citation|copyright|key ?words?|index terms|article info|correspondence|corresponding author|\*|edited by|reviewed by|received|accepted|published|author details|how to cite|doi|https?:|www\.|e-?mail|editor|academic editor|to cite|specialty section|article history|original (?:article|research|paper)|research article|review(?: article)?$|full paper|contents$|highlights$|check for updates)", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
MOST_ROWS = 4
MOST_CHARS = 260


@dataclass(slots=True)
class _Candidate:
    first: int
    last: int
    text: str
    style: Any
    run_in: bool = False
    known: bool = False
    numbered: str = ""
    good: float = 0.0
    box: Any = None
    why: list = field(default_factory=list)


def plain_shares(text: RunningText, body: "_Body"):
    pages = text.pages
    spans, lines = pages.spans, pages.lines
    widths = spans["box"][:, 2] - spans["box"][:, 0]
    fonts = np.zeros(len(pages.fonts), bool)
    fonts[list(body.fonts)] = True
    plain = fonts[spans["font"]] & (np.abs(spans["size"] - body.size) <= 0.06*body.size) & (spans["color"] == body.color)
    if not body.bold: plain &= ~spans["bold"]
    if not body.italic: plain &= ~spans["italic"]
    total = np.concatenate([[0.0], np.cumsum(widths)])
    plains = np.concatenate([[0.0], np.cumsum(widths * plain)])
    order = text.order
    page = np.searchsorted(pages.line_ends, order, side="right")
    starts = np.concatenate([[0], pages.span_ends])[page] + lines["span"][order]
    ends = starts + lines["spans"][order]
    first = text.rows["first"]
    t = np.add.reduceat(total[ends] - total[starts], first)
    p = np.add.reduceat(plains[ends] - plains[starts], first)
    return p / np.maximum(t, 0.1), starts, ends, plain


@dataclass
class _Body:
    fonts: set
    size: float
    color: int
    bold: bool
    italic: bool
    leading: float


def measure_body(text: RunningText, typography: Typography) -> _Body:
    rows = text.rows
    long = rows[(rows["chars"] >= 30)]
    if len(long) < 5: long = rows
    counts = Counter()
    key = long["font"].astype(np.int64) * 4000 + np.round(long["size"] * 4).astype(np.int64)
    values, inverse = np.unique(key, return_inverse=True)
    chars = np.bincount(inverse, weights=long["chars"])
    main = int(values[chars.argmax()])
    size = (main % 4000) / 4
    near = np.abs((values % 4000) / 4 - size) <= 0.06*size
    fonts = {int(v) // 4000 for v, c in zip(values[near], chars[near]) if c >= 0.15 * chars[near].sum()}
    mine = long[inverse == chars.argmax()]
    colors, n = np.unique(mine["color"], return_counts=True)
    step = mine["below"]; step = step[(step > 0.9*size) & (step < 2.6*size)]
    return _Body(fonts, size, int(colors[n.argmax()]), bool(np.mean(mine["bold"]) > 0.5), bool(np.mean(mine["italic"]) > 0.5), float(np.median(step)) if len(step) else 1.2*size)


def known_name(title: str) -> bool:
    return _KNOWN.fullmatch(_NUMBERED.sub("", title).strip(" .:")) is not None


def find_sections(text: RunningText, typography: Typography, debug=None) -> list[Section]:
    rows = text.rows
    if not len(rows):
        return []
    body = measure_body(text, typography)
    plain, span_starts, span_ends, span_plain = plain_shares(text, body)
    texts = text.texts
    pre = ((plain < 0.4) & (rows["chars"] >= 3) & (rows["chars"] <= 160) & (rows["size"] >= 0.7 * body.size) & (rows["gap"] <= 3.5 * rows["size"]))
    candidates = []
    numbers = np.flatnonzero(pre).tolist()
    blocks = []
    def style(i):
        r = rows[i]
        s = texts[i]
        return (int(r["font"]), round(float(r["size"])*2)/2, int(r["color"]), _NUMBERED.sub("", s).isupper())
    i = 0
    last_i = -9
    for i in numbers:
        st = style(i)
        if blocks and i == blocks[-1][-1] + 1 and rows["above"][i] <= 1.4 * rows["size"][i] and style(blocks[-1][0])[:3] == st[:3] and (style(blocks[-1][0])[3]==st[3]) and not _NUMBERED.match(texts[i]):
            blocks[-1].append(i)
        else:
            blocks.append([i])
    found = []
    for block in blocks:
        c = judge(text, body, plain, block, style(block[0]), texts)
        found.append(c)
    styles = defaultdict(list)
    for c in found: styles[c.style].append(c)
    accepted = []
    for st, members in styles.items():
        good = [c for c in members if c.good > 0]
        known = len({c.text.casefold() for c in members if c.known and c.good > -1})
        purity = len(good) / len(members)
        for c in members:
            if c.good <= -5: continue
            s = c.good + min(known, 3) * 0.8 + min(len(good), 4) * 0.3 + (purity - 0.6) * 2 + (1.5 if c.known else 0) 
            c.why.append(f'known{known} n{len(members)} pur{purity:.2f} = {s:.2f}')
            if s > 1.5: accepted.append(c)
    accepted.sort(key=lambda c: c.first)
    accepted = drop_front_matter(accepted, text)
    if debug is not None: debug.extend((c, c in accepted) for c in found)
    return [Section(re.sub(r"\s*[|│]\s*", " ", c.text), 1, int(text.pages.numbers[rows["page"][c.first]]), c.box) for c in accepted]


def drop_front_matter(accepted, text):
    by = defaultdict(set)
    for c in accepted:
        if c.known and not c.run_in and text.rows["page"][c.first]>=0:
            by[c.style].add(c.text.casefold())
    if not by: return [c for c in accepted]
    main = max(by, key=lambda s: len(by[s]))
    first = next((c.first for c in accepted if c.style == main and (not re.match('abstract|summary',c.text,re.I))), None)
    if first is None: return accepted
    if text.rows["page"][first] > 2: 
        return accepted
    return [c for c in accepted if c.first >= first]


def judge(text, body, plain, block, style, texts):
    rows = text.rows
    first, last = block[0], block[-1]
    r = rows[first]
    title = join_rows(texts[i] for i in block).replace("\u00ad", "").strip()
    box = Box(*(float(f(rows[n][block])) for f, n in ((np.min, "x0"), (np.min, "y0"), (np.max, "x1"), (np.max, "y1"))))
    c = _Candidate(first, last, title, style, box=box)
    m = _NUMBERED.match(title)
    c.numbered = m.group().strip() if m else ""
    bare = title[m.end():] if m else title
    c.known = known_name(title)
    letters = sum(map(len, _WORD.findall(bare)))
    if len(block) > MOST_ROWS or len(title) > MOST_CHARS or letters < 3 or letters < 0.5 * len(bare.replace(" ", "")):
        c.good = -9; c.why.append('form'); return c
    if _NEVER.match(bare) or not (bare[0].isupper() or m or bare[0] in "“‘'\"") :
        c.good = -9; c.why.append('never'); return c
    if title[-1] in ",;-–" :
        c.good = -9; c.why.append('end'); return c
    s = 0.0
    if title[-1] == "." and not c.known: s -= 1.0; c.why.append('dot')
    if title[-1] == ":" and not c.known: s -= 0.5
    # place
    lane_x0, lane_x1 = float(r["lane_x0"]), float(r["lane_x1"])
    left = abs(box.x0 - lane_x0) < 4 
    centred = abs(box.x0 + box.x1 - lane_x0 - lane_x1) < 8
    if left or centred: s += 0.5
    else: s -= 0.3; c.why.append('place')
    # above
    above = float(r["above"])
    if above > 1.25 * body.leading: s += 0.7
    elif above < 0.95*body.leading: s -= 0.7; c.why.append('above')
    # below
    nxt = last + 1
    if nxt >= len(rows): s -= 1; c.why.append('end of text')
    else:
        n = rows[nxt]
        below = float(rows["below"][last])
        if below > 3.2 * body.leading and np.isfinite(below): s -= 0.7; c.why.append('far below')
        if plain[nxt] > 0.5: s += 0.5
        elif n["chars"] >= 25: s += 0.2
        if n["size"] < 0.95*body.size and plain[nxt] < 0.5 and not c.known: s -= 0.5; c.why.append('small below')
    if r["size"] < body.size - 0.7 and not c.known: s -= 0.7
    if m: s += 0.7
    if r["bold"] > 0.8: s += 0.3
    if r["size"] > body.size + 0.7: s += 0.3
    c.good = s
    c.why.append(f'{s:.1f}')
    return c
