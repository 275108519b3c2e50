"""A PostgreSQL server of one's own: its files are closed to others, and the system's one is left alone."""

from __future__ import annotations

import stat
import subprocess
from pathlib import Path

import pytest

from infra.postgres import installed, postgres
from tests.infra.conftest import CommandRun
from tests.infra.descriptions import INFRA

pytestmark = pytest.mark.skipif(not installed(), reason="PostgreSQL is not installed")


def test_its_files_are_closed_to_others(command_run: CommandRun) -> None:
    modes = {name: (command_run.folder / name).stat().st_mode for name in ("postgres", "postgres-password")}
    assert {name: stat.S_IMODE(mode) for name, mode in modes.items()} == {"postgres": 0o700, "postgres-password": 0o600}


def test_nobody_is_let_in_without_the_password(command_run: CommandRun) -> None:
    rules = (command_run.folder / "postgres" / "pg_hba.conf").read_text().splitlines()
    methods = {rule.split()[-1] for rule in rules if rule.strip() and not rule.startswith("#")}
    assert methods == {"scram-sha-256"}


def test_a_database_of_a_version_that_is_not_installed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ValueError, match="needs PostgreSQL 9, which is not installed"), postgres(tmp_path, 1):
        pass


def test_installing_changes_nothing_where_it_is_there() -> None:
    script = subprocess.run([INFRA / "install_postgres.sh"], capture_output=True, text=True, check=False)
    assert script.returncode == 0, script.stderr
    assert script.stdout.startswith("PostgreSQL is there: ")
