"""What a page offers to its captions: clusters, rules, text and notes, and the obstacles between them."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.content import GRAPHIC, NOTE, RULE, TEXT, Content
from exsclaim_core.figures.text_classes import BODY, CAPTION, HEADING, PROSE
from exsclaim_core.model import Box
from tests.drawing.pages import Paper
from tests.drawing.reading import content_of

CAPTION_WORDS = "Figure 1. Grain size against temperature."


def items(content: Content, kind: int) -> list[list[float]]:
    """Boxes of the items of a kind, from the top, then from the left."""
    return sorted(content.boxes[content.kinds == kind].tolist(), key=lambda box: (round(box[1]), box[0]))


def near(box: Box) -> object:
    return pytest.approx(box.to_list(), abs=1)


def captioned(paper: Paper) -> Paper:
    """A page with a caption at y = 400 and body text below it; there is room above."""
    paper.page()
    paper.caption(CAPTION_WORDS, 150, 400, 310)
    paper.body(top=440)
    return paper


# Clusters and rules


def test_plots_apart_are_clusters_of_their_own(paper: Paper) -> None:
    captioned(paper)
    left, right = paper.image((100, 100, 290, 380)), paper.image((310, 100, 500, 380))
    content = content_of(paper)
    assert items(content, GRAPHIC) == [near(left), near(right)]
    assert content.images[content.kinds == GRAPHIC].all()


def test_a_vector_plot_is_a_cluster_without_image(paper: Paper) -> None:
    captioned(paper)
    plot = paper.plot((150, 100, 450, 380))
    content = content_of(paper)
    (cluster,) = items(content, GRAPHIC)
    assert plot.expand(1).contains(Box(*cluster))
    assert not content.images.any()


def test_horizontal_lines_only_are_a_rule(paper: Paper) -> None:
    captioned(paper)
    single = paper.rule(100, 120, 400)
    double = [paper.rule(100, 200, 400), paper.rule(100, 202, 400)]
    dotted = [paper.rule(x, 300, x + 4) for x in range(100, 400, 6)]
    content = content_of(paper)
    assert items(content, RULE) == [near(single), near(Box.hull(double)), near(Box.hull(dotted))]
    assert items(content, GRAPHIC) == []


def test_a_dash_and_a_strip_of_an_image_are_drawings(paper: Paper) -> None:
    captioned(paper)
    dash, strip = paper.rule(100, 120, 112), paper.image((100, 200, 400, 204))
    assert items(content_of(paper), GRAPHIC) == [near(dash), near(strip)]


def test_a_row_of_marks_is_a_drawing(paper: Paper) -> None:
    captioned(paper)
    bars = [paper.frame((x, 200, x + 8, 240), width=0, fill=(0.2, 0.2, 0.8)) for x in range(100, 200, 10)]
    assert items(content_of(paper), GRAPHIC) == [near(Box.hull(bars))]


def test_every_item_has_a_kind_a_flag_and_a_row(paper: Paper) -> None:
    captioned(paper)
    paper.plot((150, 100, 450, 380))
    paper.image((480, 100, 540, 160))
    paper.rule(480, 200, 540)
    content = content_of(paper)
    assert len(content.boxes) == len(content.kinds) == len(content.images) == len(content.rows)
    assert len(content.obstacles) == len(content.obstacle_kinds)


def test_a_page_without_drawings_has_no_clusters(paper: Paper) -> None:
    content = content_of(captioned(paper))
    assert len(content.boxes) == 0
    assert set(content.obstacle_kinds.tolist()) == {BODY, CAPTION}


# Text


def test_cells_are_text_with_their_rows(paper: Paper) -> None:
    captioned(paper)
    paper.table((150, 200, 450, 380), rows=3, columns=2)
    content = content_of(paper)
    texts = [row.text for row in content.rows if row is not None]
    assert texts == ["Sample", "Quantity 1", "Film 1", "4.8", "Film 2", "6.5"]
    assert len(items(content, TEXT)) == 6
    assert len(items(content, RULE)) == 3


def test_axis_titles_that_run_up_are_text(paper: Paper) -> None:
    captioned(paper)
    title = paper.text("Grain size (nm)", 120, 300, size=8, angle=90)
    content = content_of(paper)
    (item,) = items(content, TEXT)
    assert item == pytest.approx(title.to_list(), abs=2)
    assert content.rows == [None]


def test_a_long_line_that_runs_up_is_a_side_bar(paper: Paper) -> None:
    captioned(paper)
    paper.text(
        "This article is protected by copyright. All rights reserved by the society of films.", 30, 700, angle=90
    )
    assert len(content_of(paper).boxes) == 0


def test_small_prose_is_a_note_and_an_obstacle(paper: Paper) -> None:
    captioned(paper)
    note = paper.body(top=200, lines=3, size=8)
    content = content_of(paper)
    notes = [Box(*box) for box in items(content, NOTE)]
    assert Box.hull(notes).to_list() == pytest.approx(note.to_list(), abs=2)
    assert content.obstacle_kinds.tolist().count(PROSE) == 3


def test_body_headings_and_captions_are_obstacles_only(paper: Paper) -> None:
    paper.page()
    paper.caption(CAPTION_WORDS, 150, 400, 310)
    paper.heading("2. Growth of the grains", 54, 430)
    paper.body(top=450, lines=20)
    content = content_of(paper)
    assert len(content.boxes) == 0
    assert content.obstacle_kinds.tolist() == [CAPTION, HEADING] + [BODY] * 20


def test_invisible_drawings_are_no_items(paper: Paper) -> None:
    captioned(paper)
    paper.frame((100, 100, 300, 300), width=0, fill=(1, 1, 1))
    paper.frame((-100, 100, -20, 300), width=0, fill=(0.2, 0.2, 0.8))
    assert len(content_of(paper).boxes) == 0
