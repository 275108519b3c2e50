"""Commands whose parts are killed, cut off or left without room: no finished result is lost, and no half one kept."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from exsclaim_core.run_report import REPORT_JSON, REPORT_MARKDOWN
from exsclaim_core.runs import Run
from infra.local_topology import Topology
from tasks.shard_work import LOCKS
from tests.drawing.runs import contents
from tests.flows.commands import Command, Ended
from tests.flows.conftest import SHARD_PAGES
from tests.flows.disturbed_command import GPU_STAGES, Note, hold, noted

KEPT = "What is finished is kept; the same command goes on from there."
# A document is held for as long as a busy machine needs.
SETTINGS = ("--set", f"execution.shard_pages={SHARD_PAGES}", "--set", "limits.seconds=600")
Arguments = Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Interruption:
    """What came of Ctrl-C."""

    ended: Ended
    seconds: float
    finished: dict[str, int]  # results that were there before, and when they were written


def results(run: Run) -> dict[str, bytes]:
    """All that a run has come to; not what it took."""
    beside = (REPORT_JSON, REPORT_MARKDOWN, f"{LOCKS}/")
    return {name: content for name, content in contents(run).items() if not name.startswith(beside)}


def finished_results(run: Path) -> dict[str, int]:
    """Results of stages for shards, and when they were written."""
    return {str(path.relative_to(run)): path.stat().st_mtime_ns for path in run.glob("*/??????.parquet")}


def finished_shards(run: Path) -> int:
    return len(list(run.glob("figures/??????.parquet")))


@pytest.fixture(scope="module")
def held(held_papers: Path) -> Path:
    """The paper that can be held."""
    return held_papers / "d-held.pdf"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("disturbed") / "run"


@pytest.fixture(scope="module")
def arguments(held_papers: Path, run: Path) -> Arguments:
    return ("run", "--pdfs", held_papers, "--run", run, "--workers", "2", *SETTINGS)


@pytest.fixture(scope="module")
def interrupted(home: Path, arguments: Arguments, held: Path, run: Path) -> Interruption:
    hold(held.parent, "read")
    with Command(home, *arguments, disturbed=True) as command:
        command.wait_until(lambda: noted(held, "read") and finished_shards(run) == 3)
        before = finished_results(run)
        command.interrupt()
        began = time.monotonic()
        return Interruption(command.wait(), time.monotonic() - began, before)


@pytest.fixture(scope="module")
def killed(home: Path, arguments: Arguments, held: Path, interrupted: Interruption) -> None:
    hold(held.parent, "figures")
    with Command(home, *arguments, disturbed=True) as command:
        command.wait_until(lambda: noted(held, "figures"))
        command.kill()
        command.wait_for_processes()


@pytest.fixture(scope="module")
def ended(services: Topology, home: Path, arguments: Arguments, held: Path, run: Path, killed: None) -> Ended:
    """On a Prefect server that is there; one stage is for GPU workers, of which there are none."""

    def begun_by_another_than(before: Note | None) -> Note:
        command.wait_until(lambda: noted(held, "figures") not in (None, before))
        note = noted(held, "figures")
        assert note
        return note

    hold(held.parent, "figures")
    environment = {"PREFECT_API_URL": services.prefect_api_url, GPU_STAGES: "figures"}
    with Command(home, *arguments, disturbed=True, environment=environment) as command:
        first = begun_by_another_than(None)
        psutil.Process(first.worker).kill()
        second = begun_by_another_than(first)
        for worker in command.workers():
            worker.kill()
        begun_by_another_than(second)
        services.kill("prefect-server")
        hold(held.parent)
        command.wait_until(lambda: finished_shards(run) == 4)  # it is not needed for what is under way
        services.start("prefect-server")
        return command.wait()


class TestOnOneMachine:
    """The same command three times: stopped with Ctrl-C, killed, and left without its workers and its server."""

    def test_ctrl_c_ends_a_command_with_one_line(self, interrupted: Interruption) -> None:
        assert interrupted.ended.status == 130
        assert interrupted.ended.said == [f"exsclaim: stopped. {KEPT}"]
        assert interrupted.ended.out == ""

    def test_ctrl_c_ends_a_command_within_seconds(self, interrupted: Interruption) -> None:
        assert interrupted.seconds < 15

    def test_a_run_survives_the_end_of_its_workers_and_its_server(self, ended: Ended) -> None:
        assert (ended.status, ended.said) == (0, [])
        assert ended.table["documents"] == ended.table["figures"] == 6

    def test_what_was_finished_before_is_not_made_again(
        self, interrupted: Interruption, ended: Ended, run: Path
    ) -> None:
        after = finished_results(run)
        assert len(interrupted.finished) == 3 * 5 + 4  # results of the stages, and the sources
        assert {name: after[name] for name in interrupted.finished} == interrupted.finished

    def test_the_result_is_that_of_an_undisturbed_run(self, ended: Ended, run: Path, undisturbed: Run) -> None:
        assert results(Run(run)) == results(undisturbed)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of 120 kB where disks can be mounted, else a folder."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = mount("-t", "tmpfs", "-o", "size=120k", "exsclaim", folder)
    yield folder
    if mounted:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="module")
def on_services(services: Topology, home: Path, held: Path, disk: Path) -> Callable[[], Command]:
    """A command, to be started again and again, that uses the services and writes to the disk."""
    place = ("--cluster", services.dask_scheduler, "--workers", "2", "--run", disk / "run")
    environment = {"PREFECT_API_URL": services.prefect_api_url}
    return lambda: Command(
        home, "run", "--pdfs", held.parent, *place, *SETTINGS, disturbed=True, environment=environment
    )


@pytest.fixture(scope="module")
def full(on_services: Callable[[], Command], held: Path, disk: Path) -> Ended | None:
    """What comes of it on a full disk; None where no disk can be mounted."""
    if not disk.is_mount():
        return None
    hold(held.parent)
    with on_services() as command:
        ended = command.wait()
    mount("-o", "remount,size=20m", disk)
    return ended


@pytest.fixture(scope="module")
def deserted(services: Topology, on_services: Callable[[], Command], held: Path, full: Ended | None) -> Ended:
    """What comes of it when the scheduler is killed, which is started again later."""
    hold(held.parent, "figures")
    with on_services() as command:
        command.wait_until(lambda: noted(held, "figures"))
        services.kill("scheduler")
        ended = command.wait(30)
    workers = [name for name in services.processes.programs if "worker" in name]
    for name in workers:
        services.kill(name)  # by themselves they end half a minute after their scheduler
    for name in ("scheduler", *workers):
        services.start(name)
    return ended


def mount(*arguments: str | Path) -> bool:
    try:
        return subprocess.run(["mount", *arguments], stderr=subprocess.DEVNULL).returncode == 0
    except FileNotFoundError:
        return False


class TestOnServices:
    """The same command three times, on a Prefect server and a Dask cluster that are there."""

    def test_a_full_disk_ends_a_command_with_one_line(self, full: Ended | None, disk: Path) -> None:
        if full is None:
            pytest.skip("no disk can be mounted here")
        assert full.status == 1
        (line,) = full.said
        assert f"{disk / 'run'}/" in line
        assert "No space left on device" in line

    def test_the_end_of_the_scheduler_ends_a_command_with_one_line(self, deserted: Ended, services: Topology) -> None:
        assert deserted.status == 1
        (line,) = deserted.said
        assert line.startswith(
            f"exsclaim: the Dask scheduler at {services.dask_scheduler} is gone or does not answer ("
        )
        assert line.endswith("): start it again, and the same command goes on")

    def test_the_same_command_goes_on(
        self, deserted: Ended, on_services: Callable[[], Command], held: Path, disk: Path, undisturbed: Run
    ) -> None:
        before = finished_results(disk / "run")
        assert len(before) > 4  # those are the sources
        hold(held.parent)
        with on_services() as command:
            ended = command.wait()
        assert (ended.status, ended.said) == (0, [])
        after = finished_results(disk / "run")
        assert {name: after[name] for name in before} == before
        assert results(Run(disk / "run")) == results(undisturbed)
