"""A Prefect server that stays away."""

from __future__ import annotations

import pytest
from prefect.settings import PREFECT_API_URL
from prefect.settings.context import temporary_settings

from flows.server import ServerError
from flows.waiting import await_server


def test_a_server_that_stays_away_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.waiting.AWAY_SECONDS", 0.2)
    monkeypatch.setattr("flows.waiting.LOOK_SECONDS", 0.1)
    url = "http://127.0.0.1:1/api"
    with (
        temporary_settings({PREFECT_API_URL: url}),
        pytest.raises(ServerError, match=f"the Prefect server at {url} is gone or does not answer: start it again"),
    ):
        await_server()
