"""The confidence of an entry: high without a doubt, lower with each. Drawn pages: test_locate_figures."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.confidence import Doubts, confidence, overlap

NONE = Doubts(*[0.0] * len(Doubts._fields))


def test_without_a_doubt_it_is_nearly_sure() -> None:
    assert 0.97 < confidence(NONE) < 1


@pytest.mark.parametrize("doubt", Doubts._fields)
def test_each_doubt_lowers_it(doubt: str) -> None:
    half, full = NONE._replace(**{doubt: 0.5}), NONE._replace(**{doubt: 1.0})
    assert confidence(full) < confidence(half) < confidence(NONE)


def test_overlap_is_the_part_of_the_hull_that_both_boxes_cover() -> None:
    assert overlap((0, 0, 10, 10), (5, 0, 15, 10)) == pytest.approx(50 / 150)
    assert overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0
