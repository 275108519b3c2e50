"""Logistic models of named facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from exsclaim_core.logistic import LogisticModel, chance, fit_logistic


def test_chances() -> None:
    assert chance(0) == 0.5
    assert chance(np.log(9)) == pytest.approx(0.9)
    assert chance(-1000) == 0


def test_a_model_is_stored_with_the_names_of_its_facts(tmp_path: Path) -> None:
    LogisticModel((1.5, -2.0), 0.25).save(tmp_path / "model.json", ("large", "dark"))
    assert LogisticModel.load(tmp_path / "model.json", ("dark", "large")) == LogisticModel((-2.0, 1.5), 0.25)
    with pytest.raises(KeyError):
        LogisticModel.load(tmp_path / "model.json", ("dark", "round"))


def test_the_fit_finds_how_likely_a_case_is() -> None:
    # Of cases with the fact three of four are true, of those without one of four: logits of +-log 3.
    x = np.repeat([[1.0], [0.0]], 400, axis=0)
    y = np.tile([1.0, 1.0, 1.0, 0.0], 100).tolist() + np.tile([0.0, 0.0, 0.0, 1.0], 100).tolist()
    model = fit_logistic(x, np.array(y), penalty=0.0)
    assert model.logit([1.0]) == pytest.approx(np.log(3), abs=0.01)
    assert model.logit([0.0]) == pytest.approx(-np.log(3), abs=0.01)
