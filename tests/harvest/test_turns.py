"""Harvests of one machine take turns at a publisher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from exsclaim_core.harvest import turns
from exsclaim_core.harvest.turns import alone_at

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys
from pathlib import Path
from exsclaim_core.harvest.turns import alone_at
with alone_at(sys.argv[2:], folder=Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holding(folder: Path, *hosts: str) -> subprocess.Popen[str]:
    """A process that is at work at some hosts until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), *hosts],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LOOK_EVERY", 0.01)


def test_the_second_waits_for_the_first(tmp_path: Path) -> None:
    waited: list[str] = []

    def waiting(host: str) -> None:
        if not waited and other.stdin:
            other.stdin.close()  # it comes to its end
        waited.append(host)

    with (
        holding(tmp_path, "drawn.example") as other,
        alone_at(["another.example", "drawn.example"], waiting, tmp_path),
    ):
        assert other.wait() == 0
    assert set(waited) == {"drawn.example"}


def test_other_publishers_are_not_waited_for(tmp_path: Path) -> None:
    with alone_at(["drawn.example"], folder=tmp_path), alone_at(["another.example"], pytest.fail, tmp_path):
        pass


def test_one_that_is_killed_holds_nobody_up(tmp_path: Path) -> None:
    with holding(tmp_path, "drawn.example") as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        with alone_at(["drawn.example"], pytest.fail, tmp_path):
            pass


def test_two_that_want_the_same_never_wait_for_each_other(tmp_path: Path) -> None:
    done: list[int] = []

    def harvest(hosts: list[str]) -> None:
        for number in range(50):
            with alone_at(hosts, folder=tmp_path):
                done.append(number)

    threads = [threading.Thread(target=harvest, args=[hosts], daemon=True) for hosts in (["a", "b"], ["b", "a", "b"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(done) == 100


def test_whoever_stops_waiting_leaves_nothing_locked(tmp_path: Path) -> None:
    def stop(host: str) -> None:
        raise KeyboardInterrupt

    with alone_at(["b.example"], folder=tmp_path):
        with pytest.raises(KeyboardInterrupt), alone_at(["a.example", "b.example"], stop, tmp_path):
            pass
        with alone_at(["a.example"], pytest.fail, tmp_path):
            pass


def test_a_lock_is_a_file_and_no_link_that_somebody_has_laid(tmp_path: Path) -> None:
    (tmp_path / "exsclaim-harvest-drawn.example.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"), alone_at(["drawn.example"], folder=tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()
