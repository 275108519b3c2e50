"""What a worker does with a shard."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger

from exsclaim_core.stage_work import end_children
from tasks.dataset import dataset
from tasks.shard_work import alone
from tasks.table import TASKS
from tests.drawing.runs import draw_papers, quick_run


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    yield
    end_children()


def test_a_task_waits_for_another_one_that_works_on_the_same(tmp_path: Path) -> None:
    run = quick_run(tmp_path / "run", draw_papers(tmp_path / "papers", one=1, two=1), shards=2)
    with ThreadPoolExecutor(1) as pool, disable_run_logger():
        with alone(run, "000000"):
            assert pool.submit(TASKS["read"].fn, run.url, "000001").result(60)
            waiting = pool.submit(TASKS["read"].fn, run.url, "000000")
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
            assert run.stored("read", "000000") is None
        assert waiting.result(60)
        # What the other one has made is not made again.
        assert not pool.submit(TASKS["read"].fn, run.url, "000000").result(60)


def test_so_does_the_one_that_writes_the_dataset(tmp_path: Path) -> None:
    run = quick_run(tmp_path / "run", draw_papers(tmp_path / "papers", one=1))
    with ThreadPoolExecutor(1) as pool, disable_run_logger():
        for stage in TASKS:
            TASKS[stage].fn(run.url, "000000")
        with alone(run, "dataset"):
            waiting = pool.submit(dataset.fn, run.url)
            with pytest.raises(TimeoutError):
                waiting.result(0.5)
        assert waiting.result(60)
