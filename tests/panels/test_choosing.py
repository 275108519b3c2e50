"""Which of the boxes that gutters and network offer are the panels of a figure."""

from __future__ import annotations

from exsclaim_core.logistic import LogisticModel
from exsclaim_core.model import Box
from exsclaim_core.panels.choosing import FACTS, Evidence, Rated, candidates, choose_panels, facts

LEFT, RIGHT = Box(0, 0, 95, 100), Box(105, 0, 200, 100)
BOTH = Box(0, 0, 200, 100)
# The network's word counts, a letter more, and what is divided is no panel.
WEIGHTS = {"network": 4.0, "letter": 3.0, "no letter": -3.0, "divided": -4.0}
MODEL = LogisticModel(tuple(WEIGHTS.get(fact, 0.0) for fact in FACTS), -2.0)


def rated(chance: float, *boxes: Box) -> tuple[Rated, ...]:
    return tuple(Rated(box, chance) for box in boxes)


def chosen(evidence: Evidence) -> list[Box]:
    return sorted((each.box for each in choose_panels(evidence, MODEL)), key=lambda box: box.x0)


def test_the_two_halves_rather_than_the_whole() -> None:
    assert chosen(Evidence(200, 100, (*rated(0.9, LEFT, RIGHT), Rated(BOTH, 0.6)))) == [LEFT, RIGHT]


def test_the_whole_rather_than_two_doubtful_halves() -> None:
    assert chosen(Evidence(200, 100, (*rated(0.2, LEFT, RIGHT), Rated(BOTH, 0.9)))) == [BOTH]


def test_letters_decide_where_the_network_does_not() -> None:
    letters = rated(0.9, Box(2, 2, 10, 12), Box(107, 2, 115, 12))
    unsure = (*rated(0.4, LEFT, RIGHT), Rated(BOTH, 0.55))
    assert chosen(Evidence(200, 100, unsure, letters=letters)) == [LEFT, RIGHT]
    assert chosen(Evidence(200, 100, unsure, letters=letters[:1])) == [LEFT]


def test_panels_leave_each_other_alone() -> None:
    shifted = Box(40, 0, 140, 100)
    assert chosen(Evidence(200, 100, (*rated(0.9, LEFT, RIGHT), Rated(shifted, 0.95)))) == [LEFT, RIGHT]


def test_of_two_boxes_that_are_the_same_the_exact_one_is_taken() -> None:
    rough = Box(1, 1, 96, 101)
    assert candidates(Evidence(200, 100, rated(0.9, rough), cuts=rated(0.3, LEFT))) == [LEFT]


def test_a_figure_in_which_nothing_is_found_is_one_panel() -> None:
    assert chosen(Evidence(200, 100)) == [BOTH]


def test_the_facts_of_a_box() -> None:
    evidence = Evidence(200, 100, rated(0.8, LEFT), cuts=rated(0.3, LEFT), letters=rated(0.5, Box(2, 2, 10, 12)))
    (row,) = facts(evidence, [LEFT]).tolist()
    known = dict(zip(FACTS, row, strict=True))
    assert (known["network"], known["fit"], known["cut"], known["chosen"]) == (0.8, 1.0, 1.0, 0.0)
    assert (known["letter"], known["no letter"], known["more letters"]) == (0.5, 0.0, 0.0)
    assert (known["divided"], known["part"]) == (0.0, 0.0)
