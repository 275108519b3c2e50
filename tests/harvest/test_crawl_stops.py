"""A harvest that is stopped, whoever stops it, goes on where it was: nothing is lost, nothing asked for twice."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from exsclaim_core.harvest.harvest_folder import HarvestFolder
from tests.harvest.drawn_articles import picture
from tests.harvest.harvested import (
    Ended,
    Harvested,
    carry_out,
    crawls_of,
    harvest_into,
    query_for,
    settings_for,
    wait_until,
    write_command,
)
from tests.harvest.played_publishers import Played, played_publishers

PICTURES = {"nature": ("full", "PNG"), "acs": ("small", "GIF"), "rsc": ("large", "GIF")}
ARTICLES = 5  # of each
EACH = 10  # requests between two disturbances
WAITING = 0.03  # seconds before each answer


@dataclass
class Stopped:
    """A harvest that was stopped again and again until it was at its end."""

    played: Played
    run: Path
    disk: Harvested
    asked: list[int] = field(default_factory=list)  # requests at each disturbance
    commands: dict[str, Ended] = field(default_factory=dict)  # by what has stopped them
    alive: list[psutil.Process] = field(default_factory=list)  # that crawl on for commands which have ended
    killed: Harvested | None = None
    last: Harvested | None = None


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stopped]:
    """Stopped by the disk, by Ctrl-C, by the death of the command, and by that of the process that crawls."""
    folder = tmp_path_factory.mktemp("stopped")
    run, query = folder / "run", query_for("nature", "acs", "rsc")
    # A disk that takes no pictures: there is a file where their folder should be.
    images = HarvestFolder(run).path / "images"
    with played_publishers(articles=ARTICLES, answer_delay=WAITING) as played:
        settings = settings_for(played, tries=3)
        command = write_command(folder, query, settings)
        images.parent.mkdir(parents=True)
        images.write_bytes(b"")
        stopped = Stopped(played, run, harvest_into(run, query, settings))
        images.unlink()

        def wait() -> None:
            before = len(played.requests)
            wait_until(lambda: len(played.requests) >= before + EACH)
            stopped.asked.append(len(played.requests))

        for name, signal_ in (("Ctrl-C", signal.SIGINT), ("death", signal.SIGKILL)):
            crawls: list[psutil.Process] = []

            def disturb(process: psutil.Process, signal_: signal.Signals = signal_) -> None:
                wait()
                crawls[:] = crawls_of(process)  # noqa: B023  used before the next turn
                process.send_signal(signal_)

            stopped.commands[name] = carry_out(command, disturb)
            stopped.alive += psutil.wait_procs(crawls, timeout=20)[1]

        def kill() -> None:
            wait()
            for crawl in crawls_of(psutil.Process()):
                crawl.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        stopped.killed = harvest_into(run, query, settings)
        killer.join()
        stopped.last = harvest_into(run, query, settings)
        yield stopped


def test_there_was_something_left_to_do_each_time(stopped: Stopped):
    total = len(stopped.played.requests)
    assert sorted(stopped.asked) == stopped.asked
    assert stopped.asked[-1] < total - 5


def test_a_disk_that_takes_nothing_stops_it_with_a_sentence(stopped: Stopped):
    start = f"{stopped.run}: the harvest stopped: {stopped.run}/harvest/images"
    assert stopped.disk.error.startswith(start)
    assert stopped.disk.error.endswith("; the same command goes on with it")
    assert "Traceback" not in stopped.disk.error
    assert "\n" not in stopped.disk.error


def test_ctrl_c_stops_it_in_order(stopped: Stopped):
    said = "exsclaim: stopped. What is finished is kept; the same command goes on from there.\n"
    assert stopped.commands["Ctrl-C"] == Ended(130, said)


def test_the_crawl_does_not_outlive_the_command(stopped: Stopped):
    assert stopped.commands["death"].status == -signal.SIGKILL
    assert stopped.alive == []


def test_the_death_of_the_crawl_stops_it_with_a_sentence(stopped: Stopped):
    assert stopped.killed
    reason = "its process was ended by SIGKILL; the same command goes on with it"
    assert stopped.killed.error == f"{stopped.run}: the harvest stopped: {reason}"


def test_in_the_end_everything_is_there_once(stopped: Stopped):
    assert stopped.last
    assert stopped.last.error == ""
    names = sorted(f"{name}.{number}" for name in PICTURES for number in range(1, ARTICLES + 1))
    assert stopped.last.named("done") == names
    assert len(stopped.last.articles) == len(names)
    for name in names:
        article, rows = stopped.played.literature.by_name(name), stopped.last.figures_of(name)
        assert [row["caption"] for row in rows] == [each.caption(article.publisher) for each in article.figures]
        for figure, row in zip(article.figures, rows, strict=True):
            content = (stopped.last.folder / row["file"]).read_bytes()
            assert content == picture(article, figure.number, *PICTURES[article.publisher])


def test_nothing_is_asked_for_again_whose_answer_was_used(stopped: Stopped):
    # Each of the four ends has taken away at most the one answer of each publisher that was on its way, or that the
    # disk did not take.
    addresses = Counter(each.address for each in stopped.played.requests if each.path != "/robots.txt")
    again = Counter[str]()
    for address, number in addresses.items():
        again[address.split("/")[1]] += number - 1
    assert max(again.values()) <= 4


def test_no_half_of_a_file_is_left(stopped: Stopped):
    assert [path for path in (stopped.run / "harvest").rglob("*.part") if path.is_file()] == []
