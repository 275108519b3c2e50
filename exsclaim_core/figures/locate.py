"""Figures and tables of a document with their captions: the stages in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from exsclaim_core.figures.assignment import assign, learn_sides
from exsclaim_core.figures.caption_starts import choose_starts, find_caption_starts
from exsclaim_core.figures.captions import Caption, grow_captions
from exsclaim_core.figures.confidence import confidence, evidence
from exsclaim_core.figures.content import Content, gather_content
from exsclaim_core.figures.mentions import find_mentions
from exsclaim_core.figures.proposals import propose
from exsclaim_core.figures.scoring import Option, score_proposals
from exsclaim_core.figures.section_titles import find_outline, section_of
from exsclaim_core.layout.document_layout import Layout, lay_out
from exsclaim_core.layout.rows import Rectangle
from exsclaim_core.layout.running_text import lines_of_figures, read_running_text
from exsclaim_core.layout.sheet import Sheet
from exsclaim_core.layout.typography import Typography
from exsclaim_core.model import Box, Figure, Located, PageMarks
from exsclaim_core.pdf.pages import Pages, turn_boxes
from exsclaim_core.settings import CaptionSettings, ClusterSettings, Settings


def find_captions(sheets: list[Sheet], settings: CaptionSettings) -> list[Caption]:
    """The captions of a document, page by page."""
    starts = [start for sheet in sheets for start in find_caption_starts(sheet)]
    return grow_captions(choose_starts(starts, settings), settings)


@dataclass(frozen=True, slots=True)
class AssignedSheet:
    """A sheet with the region chosen for each of its captions."""

    content: Content
    options: list[list[Option]]
    chosen: list[Option | None]


def gather_contents(sheets: list[Sheet], captions: list[Caption], settings: ClusterSettings) -> list[Content]:
    """What figures are made of on each sheet that has captions, in the order of the sheets."""
    by_sheet: dict[int, list[Caption]] = {}
    for caption in captions:
        by_sheet.setdefault(id(caption.sheet), []).append(caption)
    return [gather_content(sheet, by_sheet[id(sheet)], settings) for sheet in sheets if id(sheet) in by_sheet]


def assign_regions(contents: list[Content], settings: Settings) -> list[AssignedSheet]:
    """The region of each caption, by the score of its proposals and the document's habit."""
    scored = [
        (content, [score_proposals(content, proposals) for proposals in propose(content, settings.proposals)])
        for content in contents
    ]
    habit = learn_sides(scored, settings.assignment)
    result = []
    for content, raw in scored:
        options = [
            [Option(o.score + habit.get((caption.label.type, o.proposal.side), 0.0), o.proposal) for o in some]
            for caption, some in zip(content.captions, raw, strict=True)
        ]
        result.append(AssignedSheet(content, options, assign(options, settings.assignment)))
    return result


def locate_figures(pages: Pages, settings: Settings | None = None, marks: bool = False) -> Located:
    """Figures and tables of a document with their captions; `marks` adds what overlay pages show."""
    settings = settings or Settings()
    layout = lay_out(pages)
    captions = find_captions(layout.sheets, settings.captions)
    contents = gather_contents(layout.sheets, captions, settings.clusters)
    return make_figures(pages, layout, contents, settings, marks)


def make_figures(
    pages: Pages, layout: Layout, contents: list[Content], settings: Settings, marks: bool = False
) -> Located:
    """Figures and tables out of the contents of the sheets, with sections and mentions from the running text."""
    figures: list[Figure] = []
    lost: list[Figure] = []
    text_boxes: list[Figure] = []
    page_marks: list[PageMarks] = []
    for assigned in assign_regions(contents, settings):
        content = assigned.content
        for caption, choice, options in zip(content.captions, assigned.chosen, assigned.options, strict=True):
            figure = make_figure(content, caption, choice, options)
            if figure.type in ("Box", "Algorithm"):
                text_boxes.append(figure)
            else:
                (lost if figure.bbox is None else figures).append(figure)
        if marks:
            page_marks.append(_marks(content))
    located = Located(tuple(figures), tuple(lost), tuple(text_boxes), (), tuple(page_marks))
    return _with_text(located, pages, layout.typography, layout.line_furniture)


def _with_text(located: Located, pages: Pages, typography: Typography, furniture: NDArray[np.bool_]) -> Located:
    """What was located with its sections, and with the sections and mentions of each figure."""
    every = (*located.figures, *located.captions_without_region, *located.text_boxes)
    text = read_running_text(pages, typography, furniture | lines_of_figures(pages, every))
    outline = find_outline(text)
    mentions = find_mentions(text, {(figure.type, figure.label) for figure in every})

    def told(figure: Figure) -> Figure:
        some = mentions.get((figure.type, figure.label), [])
        section = section_of(figure, some, outline, text)
        return replace(figure, mentions=tuple(m.mention for m in some), section=section.title if section else None)

    return replace(
        located,
        figures=tuple(map(told, located.figures)),
        captions_without_region=tuple(map(told, located.captions_without_region)),
        text_boxes=tuple(map(told, located.text_boxes)),
        sections=outline.sections,
    )


def make_figure(content: Content, caption: Caption, choice: Option | None, options: list[Option]) -> Figure:
    """The record of a caption and the region chosen among its options."""
    sheet = content.sheet
    return Figure(
        caption.label.type,
        caption.label.label,
        sheet.page.number,
        caption.text,
        _page_box(sheet, caption.box),
        _page_box(sheet, choice.proposal.box) if choice else None,
        confidence=confidence(evidence(content, caption, choice, options)) if choice else 0.0,
        reason="" if choice else "no drawing, image or table next to the caption",
        continued=caption.label.continued,
        direction=sheet.turns,
    )


def _page_box(sheet: Sheet, box: Rectangle) -> Box:
    """A box of the sheet's frame in the coordinates of the displayed page."""
    turned = turn_boxes(np.array([box], np.float32), sheet.page.width, sheet.page.height, (4 - sheet.turns) % 4)
    x0, y0, x1, y1 = turned[0].tolist()
    return Box(x0, y0, x1, y1)


def _marks(content: Content) -> PageMarks:
    names = ("cluster", "text", "rule", "note")
    marks = [
        (names[kind], _page_box(content.sheet, tuple(box)))
        for kind, box in zip(content.kinds.tolist(), content.boxes.tolist(), strict=True)
    ]
    marks += [("body", _page_box(content.sheet, tuple(box))) for box in content.obstacles.tolist()]
    return PageMarks(content.sheet.page.number, tuple(marks))
