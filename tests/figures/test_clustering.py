"""Clusters of boxes: a partition that depends on the boxes alone, whose hulls lie apart."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from exsclaim_core.figures import clustering
from exsclaim_core.figures.clustering import FEW, cluster_boxes, cluster_hulls, split_by_stream_distance

Boxes = NDArray[np.float32]
MARGIN = 3.0
modest = settings(max_examples=60, deadline=None)


def boxes_at(*some: tuple[float, float, float, float]) -> Boxes:
    return np.array(some, np.float32).reshape(-1, 4)


@st.composite
def boxes(draw: st.DrawFn, most: int = 80) -> Boxes:
    """Boxes anywhere on a page, some of them lines or points; enough for either way of comparing."""
    count = draw(st.integers(1, most))
    source = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    corners = source.integers(0, draw(st.sampled_from([100, 400, 800])), (count, 2))
    sides = source.integers(0, draw(st.sampled_from([4, 20, 60])), (count, 2))
    return np.concatenate([corners, corners + sides], axis=1).astype(np.float32)


@st.composite
def boxes_clearly_near_or_apart(draw: st.DrawFn) -> Boxes:
    """Boxes on a lattice of 20 points: a wide one touches its neighbours, a narrow one ends 8 points before them."""
    places = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=70, unique=True))
    sides = draw(st.lists(st.sampled_from([12, 20]), min_size=len(places), max_size=len(places)))
    return boxes_at(*((20 * x, 20 * y, 20 * x + s, 20 * y + s) for (x, y), s in zip(places, sides, strict=True)))


def partition(labels: NDArray[np.int64]) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist())}


@modest
@given(boxes())
def test_every_box_is_in_one_cluster_and_no_number_is_left_out(some: Boxes) -> None:
    labels = cluster_boxes(some, MARGIN)
    assert labels.shape == (len(some),)
    assert set(labels.tolist()) == set(range(int(labels.max()) + 1))


@modest
@given(boxes(), st.randoms(use_true_random=False))
def test_order_of_the_boxes_does_not_matter(some: Boxes, source: random.Random) -> None:
    order = list(range(len(some)))
    source.shuffle(order)
    shuffled = np.empty(len(some), np.int64)
    shuffled[order] = cluster_boxes(some[order], MARGIN)
    assert partition(shuffled) == partition(cluster_boxes(some, MARGIN))


@modest
@given(boxes())
def test_a_box_lies_in_the_hull_of_its_cluster(some: Boxes) -> None:
    labels = cluster_boxes(some, MARGIN)
    hulls = cluster_hulls(some, labels)[labels]
    assert (hulls[:, :2] <= some[:, :2]).all()
    assert (hulls[:, 2:] >= some[:, 2:]).all()


@modest
@given(boxes())
def test_hulls_of_clusters_do_not_meet(some: Boxes) -> None:
    hulls = cluster_hulls(some, cluster_boxes(some, MARGIN))
    low = np.maximum(hulls[:, None, :2], hulls[None, :, :2])
    high = np.minimum(hulls[:, None, 2:], hulls[None, :, 2:])
    meet = (low <= high).all(axis=2)
    assert not (meet & ~np.eye(len(hulls), dtype=bool)).any()


@modest
@given(boxes(most=FEW), st.floats(0, 10), st.floats(0, 10))  # more of them are compared on a grid that shifts
def test_a_larger_margin_never_parts_boxes(some: Boxes, one: float, other: float) -> None:
    small, large = sorted((one, other))
    finer, coarser = partition(cluster_boxes(some, small)), partition(cluster_boxes(some, large))
    assert all(any(part <= whole for whole in coarser) for part in finer)


@modest
@given(boxes_clearly_near_or_apart())
def test_few_boxes_and_many_are_clustered_alike(some: Boxes) -> None:
    found = []
    for few in (0, len(some)):  # painted on a grid, compared pair by pair
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clustering, "FEW", few)
            found.append(partition(cluster_boxes(some, MARGIN)))
    assert found[0] == found[1]


def test_a_chain_of_boxes_is_one_cluster() -> None:
    dashes = boxes_at(*((7 * n, 100, 7 * n + 5, 100) for n in range(30)))  # gaps of 2 points
    assert cluster_boxes(dashes, MARGIN).tolist() == [0] * 30


def test_boxes_further_apart_than_the_margin_stay_apart() -> None:
    assert len(partition(cluster_boxes(boxes_at((0, 0, 10, 10), (13.5, 0, 20, 10)), MARGIN))) == 2


def test_axes_without_height_or_width_meet_their_curve() -> None:
    x_axis, y_axis, curve = (100, 300, 300, 300), (100, 100, 100, 300), (102, 120, 290, 298)
    assert len(partition(cluster_boxes(boxes_at(x_axis, y_axis, curve), MARGIN))) == 1


def test_an_inset_belongs_to_the_plot_round_it() -> None:
    left, right, top, bottom = (0, 0, 1, 200), (199, 0, 200, 200), (0, 0, 200, 1), (0, 199, 200, 200)
    inset = (120, 60, 160, 90)
    assert len(partition(cluster_boxes(boxes_at(left, right, top, bottom, inset), MARGIN))) == 1


def test_hulls_that_meet_only_once_joined_are_joined_in_turn() -> None:
    # The staple's hull takes in the square; the hull of both meets the bar's.
    staple = [(0, 0, 100, 2), (0, 0, 2, 100)]
    square, bar = (60, 60, 140, 90), (120, 20, 130, 50)
    labels = cluster_boxes(boxes_at(*staple, square, bar), MARGIN)
    assert labels.tolist() == [0, 0, 0, 0]


def test_no_boxes_make_no_clusters() -> None:
    assert cluster_boxes(boxes_at(), MARGIN).tolist() == []


def test_two_hundred_thousand_dots_in_four_plots_are_four_clusters() -> None:
    dots = np.arange(224, dtype=np.float32)  # 224 by 224 dots a plot, a point apart
    x, y = (grid.ravel() for grid in np.meshgrid(dots, dots))
    plots = [
        np.stack([x + left, y + top, x + left + 0.5, y + top + 0.5], axis=1) for left in (40, 320) for top in (60, 400)
    ]
    labels = cluster_boxes(np.concatenate(plots), MARGIN)
    assert len(labels) == 4 * 224 * 224
    clusters = [set(part.tolist()) for part in np.split(labels, 4)]
    assert [len(cluster) for cluster in clusters] == [1, 1, 1, 1]
    assert set.union(*clusters) == {0, 1, 2, 3}


@modest
@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.integers(1, 60))
def test_the_stream_is_cut_exactly_at_larger_gaps(places: list[int], largest: int) -> None:
    parts = split_by_stream_distance(np.array(places, np.float32), largest)
    pairs = sorted(zip(places, parts.tolist(), strict=True))
    assert pairs[0][1] == 0
    for (place, part), (next_place, next_part) in pairwise(pairs):
        assert next_part - part == int(next_place - place > largest)


def test_an_empty_cluster_has_no_parts() -> None:
    assert split_by_stream_distance(np.zeros(0, np.float32), 40).tolist() == []
