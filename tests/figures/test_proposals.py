"""Regions that a caption may own: bands of drawings and float text, until something that is neither."""

from __future__ import annotations

import numpy as np
import pytest

from exsclaim_core.figures.content import RULE, Content
from exsclaim_core.figures.lanes import ABOVE, BELOW, LEFT_OF, RIGHT_OF
from exsclaim_core.figures.proposals import Proposal, propose
from exsclaim_core.model import Box
from exsclaim_core.settings import ProposalSettings
from tests.drawing.located import content_of
from tests.drawing.pages import Paper

WORDS = "Grain size of the film against the temperature of the annealing."


def proposals_of(
    content: Content, side: int, label: str = "1", settings: ProposalSettings | None = None
) -> list[Proposal]:
    (index,) = [i for i, caption in enumerate(content.captions) if caption.label.label == label]
    return [one for one in propose(content, settings or ProposalSettings())[index] if one.side == side]


def heights(proposals: list[Proposal]) -> list[tuple[int, int]]:
    """Top and bottom of the proposals, whole points, the smallest first."""
    return sorted({(round(one.box[1]), round(one.box[3])) for one in proposals}, key=lambda ends: ends[1] - ends[0])


def three_images(paper: Paper) -> Box:
    """Images one below the other, 20 points apart, above a caption and body text; the caption's box."""
    paper.page(columns=2)
    for y in (72, 142, 212):
        paper.image((54, y, 297, y + 50))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 270, 243)
    paper.body(column=0, top=310)
    paper.body(column=1)
    return caption


def test_bands_are_offered_from_the_caption_outwards(paper: Paper) -> None:
    three_images(paper)
    proposals = proposals_of(content_of(paper), ABOVE)
    assert heights(proposals) == [(212, 262), (142, 262), (72, 262)]


def test_the_share_grows_with_the_bands(paper: Paper) -> None:
    three_images(paper)
    proposals = proposals_of(content_of(paper), ABOVE)
    shares = [round(one.share, 2) for one in sorted(proposals, key=lambda one: -one.box[1])]
    assert shares == [0.33, 0.67, 1.0]


def test_gaps_and_distance_are_measured(paper: Paper) -> None:
    caption = three_images(paper)
    whole = max(proposals_of(content_of(paper), ABOVE), key=lambda one: one.share)
    assert whole.distance == pytest.approx(caption.y0 - 262, abs=1.5)
    assert whole.tail_gap == pytest.approx(20, abs=1)
    assert whole.widest_gap == pytest.approx(20, abs=1)


def test_a_band_gap_below_the_setting_does_not_divide(paper: Paper) -> None:
    three_images(paper)
    settings = ProposalSettings(band_gap=25)
    assert heights(proposals_of(content_of(paper), ABOVE, settings=settings)) == [(72, 262)]


def test_no_more_bands_than_the_setting_allows(paper: Paper) -> None:
    three_images(paper)
    settings = ProposalSettings(most_cuts=1)
    assert len(heights(proposals_of(content_of(paper), ABOVE, settings=settings))) == 2  # one cut, and no cut


def test_regions_end_at_body_text(paper: Paper) -> None:
    paper.page(columns=2)
    paper.image((54, 72, 297, 120))
    end = paper.body(column=0, top=130, lines=6).y1
    paper.image((54, end + 12, 297, end + 112))
    paper.caption(f"Figure 1. {WORDS}", 54, end + 120, 243)
    paper.body(column=0, top=end + 160)
    paper.body(column=1)
    tops = {round(one.box[1]) for one in proposals_of(content_of(paper), ABOVE)}
    assert tops == {round(end + 12)}


def test_regions_end_at_other_captions(paper: Paper) -> None:
    paper.page(columns=2)
    for number, y in enumerate((72, 200)):
        paper.image((54, y, 297, y + 100))
        paper.caption(f"Figure {number + 1}. {WORDS}", 54, y + 106, 243)
    paper.body(column=0, top=350)
    paper.body(column=1)
    content = content_of(paper)
    assert heights(proposals_of(content, ABOVE, "2")) == [(200, 300)]
    assert heights(proposals_of(content, BELOW, "1")) == [(200, 300)]


def test_an_item_is_never_offered_twice_in_the_same_company(paper: Paper) -> None:
    three_images(paper)
    content = content_of(paper)
    for some in propose(content, ProposalSettings()):
        keys = [(one.items, one.side) for one in some]
        assert len(keys) == len(set(keys))


def test_the_mask_names_the_members(paper: Paper) -> None:
    three_images(paper)
    for one in proposals_of(content_of(paper), ABOVE):
        assert one.items == sum(1 << member for member in one.members.tolist())


def test_what_stands_beside_a_caption_is_offered(paper: Paper) -> None:
    paper.page()
    paper.body(lines=8)
    paper.image((54, 200, 300, 330))
    paper.caption(f"Figure 1. {WORDS} {WORDS}", 320, 230, 200)
    paper.body(top=350)
    content = content_of(paper)
    (left,) = proposals_of(content, LEFT_OF)
    assert [round(v) for v in left.box] == [54, 200, 300, 330]
    assert not proposals_of(content, RIGHT_OF)


def test_a_strip_too_narrow_for_a_figure_is_not_offered(paper: Paper) -> None:
    paper.page()
    paper.body(lines=8)
    paper.image((54, 200, 90, 260))  # an icon in a strip of 40 points
    paper.caption(f"Figure 1. {WORDS} {WORDS}", 94, 200, 300)
    paper.body(top=280)
    assert all(one.box[2] - one.box[0] > 60 for one in proposals_of(content_of(paper), RIGHT_OF))


def test_small_prose_is_offered_to_tables_alone(paper: Paper) -> None:
    paper.page(columns=2)
    paper.caption("Table 1. Properties of the films.", 54, 72, 243)
    table = paper.table((54, 86, 297, 170))
    notes = paper.caption(f"{WORDS} {WORDS} {WORDS} {WORDS}", 54, table.y1 + 4, 243, size=7)
    paper.plot((54, notes.y1 + 12, 297, notes.y1 + 140))
    paper.caption(f"Figure 1. {WORDS}", 54, notes.y1 + 148, 243)
    paper.body(column=0, top=notes.y1 + 190)
    paper.body(column=1)
    content = content_of(paper)
    captions = {caption.label.type: index for index, caption in enumerate(content.captions)}
    offered = propose(content, ProposalSettings())
    of_table = [one for one in offered[captions["Table"]] if one.side == BELOW]
    of_figure = [one for one in offered[captions["Figure"]] if one.side == ABOVE]
    assert any(one.box[3] == pytest.approx(notes.y1, abs=2) for one in of_table)
    assert all(one.box[1] >= notes.y1 for one in of_figure)


def test_rules_round_floats_belong_to_no_figure(paper: Paper) -> None:
    paper.page(columns=2)
    paper.rule(54, 72, 297)
    paper.image((64, 84, 287, 200))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 208, 243)
    paper.rule(54, caption.y1 + 6, 297)
    paper.body(column=0, top=caption.y1 + 16)
    paper.body(column=1)
    assert heights(proposals_of(content_of(paper), ABOVE)) == [(84, 200)]


def test_the_rules_of_a_table_belong_to_it(paper: Paper) -> None:
    paper.page(columns=2)
    paper.caption("Table 1. Properties of the films.", 54, 72, 243)
    paper.table((54, 86, 297, 170))
    paper.body(column=0, top=190)
    paper.body(column=1)
    content = content_of(paper)
    whole = max(proposals_of(content, BELOW), key=lambda one: one.share)
    assert int(np.sum(content.kinds[whole.members] == RULE)) == 3
    assert (round(whole.box[1]), round(whole.box[3])) == (86, 170)


def test_a_region_that_drawings_of_another_lane_reach_into_is_known(paper: Paper) -> None:
    paper.page(columns=2)
    paper.image((54, 72, 200, 200))
    paper.image((210, 72, 558, 200))  # from the first column into the second
    paper.caption(f"Figure 1. {WORDS}", 54, 208, 243)
    paper.body(column=0, top=250)
    paper.body(column=1, top=212)
    cut = {round(one.box[2]): one.cut for one in proposals_of(content_of(paper), ABOVE)}
    assert cut == {200: True, 558: False}
