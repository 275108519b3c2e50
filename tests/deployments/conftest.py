"""A Prefect server with a pool and all deployments, which `prefect deploy` makes as it does for an administrator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.server import prefect_server

ROOT = Path(__file__).resolve().parents[2]
CONTACT = "somebody@example.org"
SECONDS = 120  # for a command on a busy machine


@dataclass(frozen=True, slots=True)
class Installation:
    """A Prefect server, and the folder that EXSCLAIM_DATA names."""

    data: Path
    http: httpx.Client  # of the server's interface for programs

    @property
    def variables(self) -> dict[str, str]:
        """What an administrator sets where the file is deployed."""
        return {"PYTHONPATH": str(ROOT), "EXSCLAIM_DATA": str(self.data), "EXSCLAIM_CONTACT": CONTACT}

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """What one of Prefect's commands did; it succeeds."""
        result = subprocess.run(
            # -P: as an installed program, it finds nothing because of the folder where it is started.
            [sys.executable, "-P", "-m", "prefect", "--no-prompt", *arguments],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            cwd=self.data,
            env={**os.environ, **self.variables, **environment},
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result

    def deploy(self, *arguments: str, **environment: str) -> str:
        """The output of `prefect deploy` for the project's file."""
        file = str(ROOT / "deployments" / "prefect.yaml")
        return self.command("deploy", "--prefect-file", file, *arguments, **environment).stdout

    def make_pool(self, name: str, kind: str) -> None:
        """Make a work pool, with the project's template where it has one for that kind."""
        pool: dict[str, Any] = {"name": name, "type": kind}
        template = ROOT / "deployments" / "pools" / f"{kind}.json"
        if template.exists():
            pool["base_job_template"] = json.loads(template.read_text(encoding="utf-8"))
        self.http.post("work_pools/", json=pool).raise_for_status()

    def deployment(self, name: str) -> dict[str, Any]:
        """A deployment, "flow/name"."""
        return self._json(self.http.get(f"deployments/name/{name}"))

    def start(self, name: str, request: dict[str, Any]) -> httpx.Response:
        """The answer of the server when it is asked for a run of a deployment."""
        id_ = self.deployment(name)["id"]
        return self.http.post(f"deployments/{id_}/create_flow_run", json={"parameters": {"request": request}})

    def flow_run(self, id_: str) -> dict[str, Any]:
        """A flow run."""
        return self._json(self.http.get(f"flow_runs/{id_}"))

    @staticmethod
    def _json(answer: httpx.Response) -> dict[str, Any]:
        answer.raise_for_status()
        value: dict[str, Any] = answer.json()
        return value


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server without pools and deployments, whatever server the user has."""
    folder = tmp_path_factory.mktemp("prefect")
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith(("PREFECT_", "DASK_"))]:
            environment.delenv(name)
        environment.setenv("PREFECT_HOME", str(folder))
        environment.setenv("PREFECT_PROFILES_PATH", str(folder / "profiles.toml"))
        data = tmp_path_factory.mktemp("data")
        with prefect_server(folder) as own, httpx.Client(base_url=own.api_url, timeout=60) as client:
            yield Installation(data, client)
    _refresh_settings()


@pytest.fixture(scope="module")
def installation(server: Installation) -> Installation:
    """A server with the process pool exsclaim and all deployments."""
    server.make_pool("exsclaim", "process")
    server.deploy("--all", PREFECT_DEFAULT_WORK_POOL_NAME="exsclaim")
    return server


def _refresh_settings() -> None:
    """Have Prefect, which other tests use, forget the settings of this server."""
    if context := sys.modules.get("prefect.context"):
        context.refresh_global_settings_context()
