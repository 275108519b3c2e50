from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import psutil
import pytest
from prefect.client.orchestration import get_client
from prefect.settings import get_current_settings

from flows.server import Server, ServerError, prefect_server
from tests.flows.own_servers import first_start, folder_with_database, nobody_names_a_server, soon

ROOT = Path(__file__).resolve().parents[2]
NAMED = ("PREFECT_API_URL", "PREFECT_SERVER_EPHEMERAL_ENABLED")


@pytest.fixture(autouse=True, scope="module")
def _no_settings() -> Iterator[None]:
    with nobody_names_a_server():
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_with_database(tmp_path_factory.mktemp("server"), "prefect-2")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Server]:
    """A server of this process, started while another command uses the first database of the folder."""
    with open(folder / "prefect.lock", "wb") as lock, pytest.MonkeyPatch.context() as patch:
        fcntl.flock(lock, fcntl.LOCK_EX)
        patch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # nobody is there
        with prefect_server(folder) as server:
            yield server


def test_this_process_and_those_that_it_starts_use_the_own_server(running: Server) -> None:
    assert running.own
    assert [os.environ[name] for name in NAMED] == [running.api_url, "false"]
    assert get_current_settings().api.url == running.api_url
    with get_client(sync_client=True) as client:
        assert client.api_healthcheck() is None


def test_the_own_server_shows_its_pages_on_the_loopback_interface_only(running: Server) -> None:
    assert "<title>Prefect" in httpx.get(running.dashboard, headers={"Accept": "text/html"}, follow_redirects=True).text
    assert running.process_id
    listening = [c.laddr.ip for c in psutil.Process(running.process_id).net_connections() if c.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


def test_the_own_server_reports_to_nobody(running: Server) -> None:
    with get_client(sync_client=True) as client:
        settings = client.request("GET", "/admin/settings").json()
    assert settings["server"]["analytics_enabled"] is False
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_pages_of_others_may_not_read_the_own_server(running: Server) -> None:
    with get_client(sync_client=True) as client:
        answer = client.request("GET", "/health", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers


def test_ctrl_c_in_a_terminal_does_not_reach_the_own_server(running: Server) -> None:
    assert running.process_id
    assert os.getpgid(running.process_id) != os.getpgid(0)


def test_two_commands_at_once_use_two_databases(running: Server, folder: Path) -> None:
    assert running.process_id
    opened = {Path(file.path).name for file in psutil.Process(running.process_id).open_files()}
    assert "prefect-2.db" in opened
    assert "prefect.db" not in opened


def test_a_server_that_the_environment_names_is_used_and_left_running(running: Server) -> None:
    with prefect_server(Path("/nowhere")) as server:
        assert server == Server(running.api_url, running.dashboard, own=False)
    assert httpx.get(f"{running.api_url}/health").json() is True


def test_a_server_that_the_profile_names_is_used(
    running: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(f'active = "mine"\n[profiles.mine]\nPREFECT_API_URL = "{running.api_url}"\n')
    monkeypatch.setenv("PREFECT_PROFILES_PATH", str(profiles))
    monkeypatch.delenv("PREFECT_API_URL")
    with prefect_server(Path("/nowhere")) as server:
        assert not server.own
        assert server.api_url == running.api_url


def test_the_address_of_the_pages_is_not_that_of_the_server(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", running.dashboard)
    with pytest.raises(ServerError, match="404; the addresses of servers end in /api"), prefect_server():
        pytest.fail("pages were taken for a server")


def test_a_named_server_that_is_not_there_is_an_error_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    with pytest.raises(ServerError) as error, prefect_server():
        pytest.fail("there is no server")
    assert str(error.value).startswith("no Prefect server answers at http://127.0.0.1:1/api (")
    assert "Connection refused): start it, or remove PREFECT_API_URL" in str(error.value)
    assert "\n" not in str(error.value)
    assert os.environ["PREFECT_API_URL"] == "http://127.0.0.1:1/api"


def test_nothing_is_left_behind() -> None:
    start = first_start()
    assert start.server.process_id
    assert not psutil.pid_exists(start.server.process_id)
    assert start.after == start.before
    with closing(sqlite3.connect(start.folder / "prefect.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with open(start.folder / "prefect.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_settings_return_to_what_they_were(running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with prefect_server():
        assert get_current_settings().api.url == running.api_url
    monkeypatch.delenv("PREFECT_API_URL")
    with pytest.raises(ServerError), prefect_server(Path(os.devnull)):
        pytest.fail("this is no folder")
    assert get_current_settings().api.url is None


def test_the_server_ends_when_its_command_is_killed(tmp_path: Path) -> None:
    program = (
        "import time, sys; from pathlib import Path; from flows.server import prefect_server\n"
        "with prefect_server(Path(sys.argv[1])) as server:\n"
        "    print(server.process_id, flush=True)\n"
        "    time.sleep(600)"
    )
    command = [sys.executable, "-c", program, str(folder_with_database(tmp_path))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout
        server = psutil.Process(int(process.stdout.readline()))
        assert server.is_running()
        process.kill()
    assert soon(lambda: not server.is_running() or server.status() == psutil.STATUS_ZOMBIE)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in NAMED}


def test_a_broken_database_is_an_error_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "prefect.db").write_bytes(b"no database" * 1000)
    with (
        pytest.raises(ServerError, match=r"did not start: .*file is not a database") as error,
        prefect_server(tmp_path),
    ):
        pytest.fail("a server with a broken database has started")
    assert str(tmp_path / "prefect.log") in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    (tmp_path / "file").touch()
    with pytest.raises(ServerError, match="cannot be started with its files in"), prefect_server(tmp_path / "file"):
        pytest.fail("a file was taken for a folder")
