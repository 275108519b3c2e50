"""Waiting for a Prefect server that is away for a while: it is being restarted, or the network is down."""

from __future__ import annotations

import time

from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_REQUEST_TIMEOUT, PREFECT_CLIENT_MAX_RETRIES, get_current_settings
from prefect.settings.context import temporary_settings

from flows.server import ServerError

AWAY_SECONDS = 60.0  # a server in a container is back after half of that
ANSWER_SECONDS = 10.0
LOOK_SECONDS = 1.0


def await_server() -> None:
    """Come back as soon as the server answers; ServerError where it does not for a minute.

    Called where Prefect is about to tell the server that a flow begins or has ended. Prefect tries as long by itself,
    but again with each of the calls that follow from one that has failed.
    """
    end = time.monotonic() + AWAY_SECONDS
    patience = {PREFECT_CLIENT_MAX_RETRIES: 0, PREFECT_API_REQUEST_TIMEOUT: ANSWER_SECONDS}
    with temporary_settings(patience), get_client(sync_client=True) as client:
        while client.api_healthcheck() is not None:
            if time.monotonic() > end:
                who = f"the Prefect server at {get_current_settings().api.url}"
                raise ServerError(f"{who} is gone or does not answer: start it again, and the same command goes on")
            time.sleep(LOOK_SECONDS)
