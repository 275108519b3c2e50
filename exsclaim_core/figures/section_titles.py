"""Section titles of the running text, and the section that a figure belongs to.

After Clark and Divvala (2016), PDFFigures 2.0: the titles of a document agree in their style. Here names that most
papers share ("Methods") say which styles those are, and titles that begin a paragraph ("Plant material. The …") count.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exsclaim_core.figures.mentions import PlacedMention
from exsclaim_core.figures.section_names import ABSTRACT, BACK_MATTER, MAIN, NUMBER, REFERENCES, STATEMENT, depth_of
from exsclaim_core.figures.title_candidates import RUN_IN, Candidate, Style, TitleFinder
from exsclaim_core.figures.title_evidence import NEVER, JudgedTitle, judge_title
from exsclaim_core.layout.body_text import measure_body
from exsclaim_core.layout.running_text import RunningText
from exsclaim_core.model import Box, Figure, Section

ENOUGH = 1.5  # evidence for a title
FRONT_PAGES = 3  # on which title page, contents and abstract end
PARAGRAPH = 4  # long rows; titles of sections don't stand far above the first paragraph
LONG_ROW = 40  # characters
FIRST_ROWS = 150  # among which the first paragraph is looked for


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections of a document and the row of the running text in which each begins."""

    sections: tuple[Section, ...]
    rows: tuple[int, ...]

    def at(self, row: int) -> Section | None:
        """The section that a row lies in."""
        place = int(np.searchsorted(self.rows, row, side="right")) - 1
        return self.sections[place] if place >= 0 else None


def find_outline(text: RunningText) -> Outline:
    """The titles of a document's sections, of all levels, in reading order."""
    if not len(text.rows):
        return Outline((), ())
    finder = TitleFinder(text, measure_body(text))
    chosen = _agreeing([judge_title(candidate, finder) for candidate in finder()], text)
    chosen = _without_front_matter(chosen, text, _first_paragraph(finder))
    chosen = _without_items_of_back_matter(chosen)
    sections = (_section(one.candidate, level, text) for one, level in zip(chosen, _levels(chosen), strict=True))
    return Outline(tuple(sections), tuple(one.candidate.first for one in chosen))


def section_of(
    figure: Figure, mentions: Sequence[PlacedMention], outline: Outline, text: RunningText
) -> Section | None:
    """The section in which the text first mentions a figure, or else that in which its caption stands."""
    if mentions:
        return outline.at(mentions[0].row)
    return outline.at(text.row_before(figure.page, figure.caption_bbox))


def _agreeing(judged: list[JudgedTitle], text: RunningText) -> list[JudgedTitle]:
    """The candidates with enough evidence, that of the others in their style added."""
    styles: dict[Style, list[JudgedTitle]] = defaultdict(list)
    for one in judged:
        styles[one.candidate.style].append(one)
    start = _first_main_title(judged, text)
    chosen = []
    for members in styles.values():
        good = [one for one in members if one.score > 0]
        names = {one.name.casefold() for one in members if one.known and one.score > -1}
        style = 0.6 * min(len(names), 3) + 0.3 * min(len(good) - 1, 4) + 2 * (len(good) / len(members) - 0.6)
        early = all(one.candidate.first < start for one in good)
        statements = any(STATEMENT.match(one.candidate.text) for one in members)
        for one in members:
            score = one.score + style - 0.4 * (one.candidate.kind == RUN_IN)
            score += 1.5 if one.known else -1.0 * early - 2.0 * statements
            if one.score > NEVER and score > ENOUGH:
                chosen.append(one)
    return sorted(chosen, key=lambda one: one.candidate.first)


def _first_main_title(judged: list[JudgedTitle], text: RunningText) -> int:
    """The row of the first main title by name, or where that is not on the first page, the end of that page."""
    rows = [one.candidate.first for one in judged if one.candidate.kind != RUN_IN and MAIN.fullmatch(one.name)]
    return min([*rows, int(np.searchsorted(text.rows["page"], 1))])


def _first_paragraph(finder: TitleFinder) -> int:
    """The row at which the first paragraph of long rows begins; 0 where there is none."""
    rows = finder.text.rows[:FIRST_ROWS]
    long = (rows["chars"] >= LONG_ROW).tolist()
    fonts, sizes = rows["font"].tolist(), rows["size"].tolist()
    run = 0
    for row in range(len(rows)):
        same = run > 0 and fonts[row] == fonts[row - 1] and abs(sizes[row] - sizes[row - 1]) < 0.3
        run = run + 1 if long[row] and same and finder.follows(row) else int(long[row])
        if run == PARAGRAPH:
            return row - PARAGRAPH + 1
    return 0


def _main_style(chosen: Sequence[JudgedTitle]) -> Style | None:
    """The style in which most of the names of main sections are set."""
    names: dict[Style, set[str]] = defaultdict(set)
    for one in chosen:
        if one.candidate.kind != RUN_IN and MAIN.fullmatch(one.name):
            names[one.candidate.style].add(one.name.casefold())
    return max(names, key=lambda style: len(names[style])) if names else None


def _without_front_matter(chosen: list[JudgedTitle], text: RunningText, first_paragraph: int) -> list[JudgedTitle]:
    """Without the paper's title, its authors and the parts of its abstract: what precedes the first main section."""
    chosen = [one for one in chosen if one.known or one.candidate.last >= first_paragraph - 1]
    main = _main_style(chosen)
    starts = [one.candidate.first for one in chosen if one.candidate.style == main and MAIN.fullmatch(one.name)]
    if not starts or text.rows["page"][starts[0]] >= FRONT_PAGES:
        return chosen
    kept = []
    for one in chosen:
        title = one.candidate.text
        in_main_style = one.candidate.style == main and (depth_of(title) or not NUMBER.match(title))
        if one.candidate.first >= starts[0] or in_main_style or ABSTRACT.fullmatch(one.name):
            kept.append(one)
    return kept


def _without_items_of_back_matter(chosen: list[JudgedTitle]) -> list[JudgedTitle]:
    """Without what begins like a title in lists of references, contributions and the like."""
    kept: list[JudgedTitle] = []
    section: JudgedTitle | None = None  # of the back matter
    for one in chosen:
        in_back_matter = BACK_MATTER.fullmatch(one.name) is not None
        if section is not None and not in_back_matter:
            if one.candidate.kind == RUN_IN and (not one.known or MAIN.fullmatch(one.name)):
                continue
            in_references = REFERENCES.fullmatch(section.name) is not None
            if in_references and not one.known and one.candidate.style != section.candidate.style:
                continue
        kept.append(one)
        if one.candidate.kind != RUN_IN:
            section = one if in_back_matter else None
    return kept


def _levels(chosen: list[JudgedTitle]) -> list[int]:
    """The level of each title: the depth of its number, or else that of its style.

    A style is one level below the title that it first follows, unless its letters are larger than those of main titles.
    Titles of the back matter are of the first level, whatever their style.
    """
    main = _main_style(chosen)
    of_style: dict[Style, int] = {main: 1} if main else {}
    levels: list[int] = []
    for one in chosen:
        style, depth = one.candidate.style, depth_of(one.candidate.text)
        if not depth and (BACK_MATTER.fullmatch(one.name) or ABSTRACT.fullmatch(one.name)):
            levels.append(1)
            continue
        # Small capitals pass for smaller letters than they are.
        larger = main is None or (style[1] > main[1] + 0.3 and not main[3])
        level = depth or of_style.get(style) or (1 if larger or not levels else levels[-1] + 1)
        of_style.setdefault(style, level)
        levels.append(level)
    return levels


def _section(candidate: Candidate, level: int, text: RunningText) -> Section:
    rows = text.rows[candidate.first : candidate.last + 1]
    x0, y0 = rows["box"][:, :2].min(axis=0).tolist()
    x1, y1 = rows["box"][:, 2:].max(axis=0).tolist()
    title = re.sub(r"\s*[|│]\s*", " ", candidate.text).rstrip(" .:—–")
    return Section(title, level, int(text.pages.numbers[rows["page"][0]]), Box(x0, y0, x1, y1))
