"""Fixtures that many tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drawing.pages import Paper

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture
def paper() -> Paper:
    """A paper without pages: begin with `paper.page()`."""
    return Paper()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the benchmark papers, which lies beside the project where it is there at all."""
    if not SHARED.is_dir():
        pytest.skip("../shared with the benchmark papers is absent")
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that asks for the shared folder, so that `-m "not shared"` leaves it out."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker("shared")
