"""Captions of real papers, whose panels people have described; the scores are floors."""

from __future__ import annotations

from pathlib import Path

from tests.captions.scoring import score_captions


def test_captions_of_materials_science(shared: Path) -> None:
    score = score_captions(shared, "materials")
    assert score.f1 >= 0.93
    assert score.labels >= 0.95
    assert score.clean >= 0.98 * score.without
    assert score.not_verbatim == 0


def test_captions_of_biomedicine(shared: Path) -> None:
    score = score_captions(shared, "biomedical")
    assert score.f1 >= 0.90
    assert score.labels >= 0.95
    assert score.not_verbatim == 0
