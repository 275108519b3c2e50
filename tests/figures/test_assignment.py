"""The choice of one region for each caption: no item twice, and the best sum of the scores."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.figures.assignment import assign, learn_sides
from exsclaim_core.figures.lanes import ABOVE, BELOW
from exsclaim_core.figures.locate import assign_regions, find_captions, gather_contents
from exsclaim_core.figures.proposals import Proposal
from exsclaim_core.figures.scoring import Option
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.settings import AssignmentSettings, Settings
from tests.drawing.located import read
from tests.drawing.pages import Paper

SETTINGS = AssignmentSettings()
LEAST = SETTINGS.least_score
FEW_STEPS = 200


def option(score: float, *items: int, side: int = ABOVE) -> Option:
    """A proposal that owns those items."""
    mask = sum(1 << item for item in items)
    members = np.array(items, np.int64)
    return Option(score, Proposal(0, side, mask, members, (0, 0, 1, 1), distance=0.0, share=1.0, area=1.0))


def total(chosen: list[Option | None]) -> float:
    """What the choice gains over leaving every caption without a region."""
    return sum(one.score - LEAST for one in chosen if one is not None)


def best_total(options: list[list[Option]]) -> float:
    """The best total of all choices, tried one by one."""
    best = -math.inf
    choices = [[None, *(o for o in some if o.score > LEAST)] for some in options]
    for choice in itertools.product(*choices):
        items = [item for one in choice if one is not None for item in one.proposal.members.tolist()]
        if len(items) == len(set(items)):
            best = max(best, total(list(choice)))
    return best


@st.composite
def instances(draw: st.DrawFn) -> list[list[Option]]:
    """Up to five captions with up to four proposals each, of seven items."""
    items = st.sets(st.integers(0, 6), min_size=1, max_size=4)
    proposals = st.lists(st.tuples(st.integers(-20, 60), items), max_size=4)
    return [[option(score / 10, *some) for score, some in draw(proposals)] for _ in range(draw(st.integers(1, 5)))]


def test_a_caption_takes_its_best_proposal() -> None:
    best = option(3.0, 0, 1)
    assert assign([[option(2.0, 0), best, option(1.0, 1)]], SETTINGS) == [best]


def test_a_caption_without_proposals_stays_without_a_region() -> None:
    assert assign([[], [option(LEAST - 0.1, 0)]], SETTINGS) == [None, None]


def test_nothing_is_chosen_from_nothing() -> None:
    assert assign([], SETTINGS) == []


def test_the_best_sum_wins_over_the_best_single_score() -> None:
    both, left, right = option(3.0, 0, 1), option(2.5, 0), option(2.4, 1)
    assert assign([[both, left], [right]], SETTINGS) == [left, right]


def test_two_regions_are_better_than_one_good_one() -> None:
    # 3.0 for the first alone; 1.0 and 0.5 for both, and each region counts from the least score on.
    large, small, other = option(1.0, 0, 1), option(0.5, 0), option(0.2, 1)
    assert assign([[large, small], [other]], SETTINGS) == [small, other]


def test_captions_that_share_nothing_are_solved_apart() -> None:
    options = [[option(3.0, n), option(2.0, n, n + 1)] for n in range(0, 200, 2)]
    chosen = assign(options, AssignmentSettings(most_steps=100))
    assert chosen == [some[0] for some in options]


def test_when_the_steps_run_out_no_item_is_owned_twice() -> None:
    options = [[option(1 + 0.01 * (a * b % 7), a, b) for b in range(12) if b != a] for a in range(12)]
    chosen = assign(options, AssignmentSettings(most_steps=100))
    items = [item for one in chosen if one is not None for item in one.proposal.members.tolist()]
    assert items
    assert len(items) == len(set(items))


@given(instances())
def test_no_item_has_two_owners(options: list[list[Option]]) -> None:
    chosen = assign(options, SETTINGS)
    items = [item for one in chosen if one is not None for item in one.proposal.members.tolist()]
    assert len(items) == len(set(items))


@given(instances())
def test_a_caption_gets_one_of_its_own_proposals(options: list[list[Option]]) -> None:
    for one, some in zip(assign(options, SETTINGS), options, strict=True):
        assert one is None or any(one is own for own in some)


@settings(deadline=None)
@given(instances())
def test_the_total_is_that_of_trying_all_choices(options: list[list[Option]]) -> None:
    assert total(assign(options, SETTINGS)) == pytest.approx(max(0.0, best_total(options)))


@given(instances())
def test_beyond_the_search_nothing_free_is_left_over(options: list[list[Option]]) -> None:
    chosen = assign(options, AssignmentSettings(most_searched=1))
    owned = [item for one in chosen if one is not None for item in one.proposal.members.tolist()]
    assert len(owned) == len(set(owned))
    for one, some in zip(chosen, options, strict=True):
        free = [o for o in some if o.score > LEAST and not set(o.proposal.members.tolist()) & set(owned)]
        assert one is not None or not free


@pytest.mark.parametrize(("rows", "columns"), [(1, 6), (1, 40), (5, 4), (10, 7)])
def test_regions_of_whole_rows_give_way_to_those_of_their_captions(rows: int, columns: int) -> None:
    options = []
    for number in range(rows * columns):
        row = range(number - number % columns, number - number % columns + columns)
        options.append([option(3.6, *row), option(3.4, number)])  # above the caption
        if number + columns < rows * columns:
            options[-1] += [option(2.7, *(item + columns for item in row)), option(2.5, number + columns)]  # below
    chosen = assign(options, SETTINGS)
    assert chosen == [some[1] for some in options]


@given(instances(), st.randoms(use_true_random=False))
def test_the_order_of_captions_does_not_matter(options: list[list[Option]], source: object) -> None:
    order = list(range(len(options)))
    source.shuffle(order)  # type: ignore[attr-defined]  # hypothesis's randoms are random.Random
    turned = assign([options[i] for i in order], SETTINGS)
    assert total(turned) == pytest.approx(total(assign(options, SETTINGS)))


def test_a_page_of_twenty_captions_takes_few_steps() -> None:
    paper = Paper(size=9).page()
    for number in range(20):
        row, column = divmod(number, 4)
        x, y = 40 + 134 * column, 40 + 144 * row
        paper.plot((x, y, x + 126, y + 105), curves=1)
        paper.caption(f"Figure {number + 1}. Size of sample {number + 1} against temperature.", x, y + 109, 126, size=7)
    few = Settings(assignment=AssignmentSettings(most_steps=FEW_STEPS))
    sheets = lay_out(read(paper.bytes())).sheets
    (assigned,) = assign_regions(gather_contents(sheets, find_captions(sheets, few.captions), few.clusters), few)
    boxes = [choice.proposal.box for choice in assigned.chosen if choice is not None]
    assert len(boxes) == 20
    assert all(box[2] - box[0] < 134 and box[3] - box[1] < 110 for box in boxes)


def test_the_habit_of_clear_figures_favours_their_side() -> None:
    paper = Paper().page(columns=2)
    for column in (0, 1):
        x = 54 + 261 * column
        paper.plot((x, 72, x + 243, 220))
        paper.caption(f"Figure {column + 1}. Grain size of the film.", x, 228, 243)
        paper.body(column=column, top=260)
    whole = Settings()
    sheets = lay_out(read(paper.bytes())).sheets
    assigned = assign_regions(gather_contents(sheets, find_captions(sheets, whole.captions), whole.clusters), whole)
    habit = learn_sides([(one.content, one.options) for one in assigned], whole.assignment)
    assert 0 < habit["Figure", ABOVE] <= whole.assignment.side_weight
    assert habit["Figure", BELOW] == pytest.approx(-habit["Figure", ABOVE])
    assert ("Table", BELOW) not in habit


def test_without_clear_figures_there_is_no_habit() -> None:
    assert learn_sides([], SETTINGS) == {}
