"""The fit of the confidence to captions with a truth, drawn here: short panels are wrong in half of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exsclaim_core.captions.calibration import is_right, word_f1
from flows.command_line import app


def test_words_are_compared_as_bags() -> None:
    assert word_f1(["Dry felt"], ["felt, dry"]) == 1
    assert word_f1(["dry felt"], ["dry wool"]) == 0.5
    assert word_f1(["dry"], []) == 0


def test_a_title_may_be_left_out() -> None:
    assert is_right(["Images of felt", "dry and clean"], ["dry and clean"], ["Images of felt"])
    assert not is_right(["Images of felt", "dry and clean"], ["dry and clean"], [])
    assert not is_right(None, ["dry"], [])


def write_truth(path: Path, captions: int) -> Path:
    """Captions of which every second one has a first panel with other words than it says."""
    rows = []
    for number in range(captions):
        long = f"Image of a felt that was washed {number} times in water"
        truth = "Spectrum" if number % 2 else "Felt"
        panels = {"a": {"text": [truth]}, "b": {"text": [long]}}
        rows.append({"caption": f"(a) Felt. (b) {long}.", "panels": panels, "general": []})
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_what_is_often_wrong_makes_unsure(tmp_path: Path) -> None:
    truth, out = write_truth(tmp_path / "truth.jsonl", 150), tmp_path / "weights.json"
    answer = CliRunner().invoke(app, ["train", "confidence", "--truth", str(truth), "--out", str(out)])
    assert answer.exit_code == 0
    assert "300 panels, 0.750 right" in answer.output
    assert json.loads(out.read_text())["facts"]["few words"] < 0


@pytest.mark.parametrize(
    ("text", "says"), [('{"caption": "x"}', "line 1, has no general and no panels"), ("", "no captions")]
)
def test_a_truth_without_what_is_needed_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "truth.jsonl"
    path.write_text(text, encoding="utf-8")
    answer = CliRunner().invoke(app, ["train", "confidence", "--truth", str(path)])
    assert answer.exit_code == 2
    assert says in " ".join(answer.output.split())


def test_too_few_panels_are_refused(tmp_path: Path) -> None:
    truth = write_truth(tmp_path / "truth.jsonl", 5)
    answer = CliRunner().invoke(app, ["train", "confidence", "--truth", str(truth)])
    assert answer.exit_code == 2
    assert "too few" in answer.output
