"""One description of each panel in the caption's own words."""

from __future__ import annotations

import pytest

from tests.captions.taking_apart import statements_of


@pytest.mark.parametrize(
    ("caption", "statements"),
    [
        (
            "Raman (a), infrared (b) and X-ray (c) spectra of felt.",
            {"a": "Raman spectra of felt", "b": "infrared spectra of felt", "c": "X-ray spectra of felt"},
        ),
        ("SEM images: (a) felt; (b) gauze.", {"a": "SEM images: felt", "b": "SEM images: gauze"}),
        ("SEM images of (a) felt and (b) gauze.", {"a": "SEM images of felt", "b": "SEM images of gauze"}),
        (
            "(a, b) SEM and TEM images of felt, respectively.",
            {"a": "SEM images of felt", "b": "TEM images of felt"},
        ),
        ("(a–c) Felt after 0, 3 and 9 h.", {"a": "Felt after 0 h", "b": "Felt after 3 h", "c": "Felt after 9 h"}),
        # Details are none of it
        ("(a) Felt. The arrow marks a hole. (b) Gauze. Its threads are thin.", {"a": "Felt", "b": "Gauze"}),
        ("(a) Felt (scale bar: 2 mm). (b) Gauze; scale bar, 5 mm.", {"a": "Felt", "b": "Gauze"}),
        ("(a) Felt. (b) Gauze. Scale bars: 2 mm (a), 5 mm (b).", {"a": "Felt", "b": "Gauze"}),
        ("(a) Felt; inset shows a thread. (b) Gauze.", {"a": "Felt", "b": "Gauze"}),
        # As written, but for runs of spaces
        ("(a) Felt  at 5 °C. (b) Gauze with 5 % of dye.", {"a": "Felt at 5 °C", "b": "Gauze with 5 % of dye"}),
        # A point may end an abbreviation
        (
            "Plots of (a) load vs. time; (b) length vs. time; and (c) load vs. length.",
            {"a": "Plots of load vs. time", "b": "Plots of length vs. time", "c": "Plots of load vs. length"},
        ),
        (
            "Felts with 5 wt.% (a) and 9 wt.% (b) of dye.",
            {"a": "Felts with 5 wt.% of dye", "b": "Felts with 9 wt.% of dye"},
        ),
        # Nothing is said of b
        (
            "(a) Felt under load. (b) (c) Gauze under load.",
            {"a": "Felt under load", "b": "Gauze under load", "c": "Gauze under load"},
        ),
    ],
)
def test_statements(caption: str, statements: dict[str, str]) -> None:
    assert statements_of(caption) == statements
