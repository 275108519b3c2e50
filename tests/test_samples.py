"""The sample papers beside the tests are what their program draws."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.drawing.samples import PAPERS, write_samples

FOLDER = Path(__file__).parent / "data" / "samples"
LARGEST = 300_000  # bytes; the papers travel with every clone


def test_drawing_again_gives_the_same_files(tmp_path: Path) -> None:
    written = write_samples(tmp_path)
    assert sorted(path.name for path in written) == sorted(path.name for path in FOLDER.iterdir())
    for path in written:
        assert path.read_bytes() == (FOLDER / path.name).read_bytes(), (
            f"{path.name} has changed; after looking at it: python -m tests.drawing.samples {FOLDER}"
        )


@pytest.mark.parametrize("name", PAPERS)
def test_sample_is_small(name: str) -> None:
    assert (FOLDER / f"{name}.pdf").stat().st_size < LARGEST


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("two-column-paper", ["Figure 1", "Figure 2", "Figure 3", "Table 1", "Figure 4"]),
        (
            "one-column-report",
            ["Figure 1", "Figure 2", "Figure 3", "Table 1", "Figure Scheme 1", "Table 2", "Table 2", "Table 3"],
        ),
    ],
)
def test_truth_names_every_figure_and_table(name: str, expected: list[str]) -> None:
    truth = json.loads((FOLDER / f"{name}.truth.json").read_text(encoding="utf-8"))
    assert [f"{figure['type']} {figure['label']}" for figure in truth["figures"]] == expected
