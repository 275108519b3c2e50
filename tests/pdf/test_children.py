"""Child processes: what comes back, what each failure is called, and that no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from exsclaim_core.pdf import children as children_module
from exsclaim_core.pdf.child import HEADROOM, announce_pages
from exsclaim_core.pdf.children import Call, Children, Failure, Limits, Outcome
from tests.processes import Started

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="children need POSIX pipes and signals"),
    pytest.mark.usefixtures("started"),  # nothing is left behind
]

FUNCTIONS = "tests.pdf.child_functions"
CHECKOUT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20
LIMITS = Limits(seconds=20, memory=200 * MEGABYTE)
HASTY = Limits(seconds=0.3, seconds_per_page=1, memory=200 * MEGABYTE)


def call(function: str, *args: object, key: object = None) -> Call:
    return Call(key, f"{FUNCTIONS}:{function}", args)


def outcome(children: Children, function: str, *args: object) -> Outcome:
    (only,) = children.run([call(function, *args)])
    return only


def failure(limits: Limits, function: str, *args: object) -> Failure:
    with Children(1, limits) as children:
        found = outcome(children, function, *args).failure
    assert found is not None
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


class TestValues:
    def test_value_comes_back_with_its_key(self) -> None:
        with Children(1, LIMITS) as children:
            (found,) = children.run([call("echo", {"pages": 2}, key=("paper.pdf", 1))])
        assert (found.key, found.value, found.failure) == (("paper.pdf", 1), {"pages": 2}, None)

    def test_outcomes_come_as_they_finish(self) -> None:
        with Children(2, LIMITS, early=2) as children:
            list(children.run([call("echo", 1), call("echo", 2)]))
            calls = [call("sleep", 0.4, key="slow"), call("sleep", 0.1, key="quick"), call("sleep", 0.1, key="next")]
            assert [found.key for found in children.run(calls)] == ["quick", "next", "slow"]

    def test_arguments_and_values_larger_than_a_pipe(self) -> None:
        value = os.urandom(5 * MEGABYTE)
        with Children(1, LIMITS) as children:
            assert outcome(children, "echo", value).value == value

    def test_cpu_time_and_peak_memory_are_those_of_the_call(self) -> None:
        with Children(1, Limits(recycle_share=1)) as children:
            spun, filled, idle = children.run([call("spin", 0.2), call("fill", 100 * MEGABYTE), call("sleep", 0.2)])
        assert 0.2 <= spun.cpu_seconds < 0.4
        assert 100 * MEGABYTE < filled.peak_memory < 150 * MEGABYTE
        assert idle.cpu_seconds < 0.1
        if sys.platform == "linux":
            assert idle.peak_memory < 100 * MEGABYTE

    def test_calls_are_drawn_as_children_become_free(self) -> None:
        drawn = []

        def calls() -> Iterable[Call]:
            for number in range(20):
                drawn.append(number)
                yield call("echo", number)

        with Children(2, LIMITS) as children:
            for received, _ in enumerate(children.run(calls()), start=1):
                assert len(drawn) - received <= 4  # two with the children, two finished
        assert len(drawn) == 20

    def test_no_more_calls_in_flight_than_jobs(self, started: Started) -> None:
        with Children(2, LIMITS) as children:
            pids = {found.value for found in children.run(call("process_id") for _ in range(30))}
            assert len(pids) <= 2
            assert len(started()) <= 2

    def test_each_thread_may_have_children_of_its_own(self) -> None:
        def work(number: int) -> list[object]:
            with Children(1, LIMITS) as children:
                return [found.value for found in children.run([call("echo", number)] * 5)]

        with ThreadPoolExecutor(3) as threads:
            assert list(threads.map(work, range(3))) == [[0] * 5, [1] * 5, [2] * 5]

    def test_children_outlive_the_thread_that_started_them(self) -> None:
        with ThreadPoolExecutor(1) as thread:
            children = thread.submit(Children, 1, LIMITS).result()
            before = thread.submit(outcome, children, "process_id").result()
        time.sleep(0.1)
        with children:
            assert outcome(children, "process_id").value == before.value


class TestSurroundings:
    def test_one_thread_modules_imported_ahead_own_session_empty_input(self) -> None:
        with Children(1, LIMITS, preload=["numpy"]) as children:
            threads, numpy_is_there, session, standard_input = outcome(children, "surroundings").value
        assert (threads, numpy_is_there, standard_input) == ("1", True, "")
        assert session != os.getsid(0)

    def test_what_c_prints_does_not_meet_the_replies(self, capfd: pytest.CaptureFixture[str]) -> None:
        with Children(1, LIMITS) as children:
            assert [found.value for found in children.run([call("print_from_c")] * 2)] == ["done", "done"]
        assert capfd.readouterr() == ("", "")

    def test_much_standard_error_neither_blocks_nor_stays(self) -> None:
        with Children(1, LIMITS) as children:
            assert outcome(children, "write_errors", 50 * MEGABYTE).value == "done"
            assert outcome(children, "echo", 1).value == 1
            (child,) = children._children
            assert os.fstat(child.errors.fileno()).st_size == 0

    def test_announced_pages_mean_nothing_outside_a_child(self) -> None:
        announce_pages(3)

    def test_import_of_the_parent_side_loads_no_large_library(self) -> None:
        code = "import sys; import exsclaim_core.pdf.children; print({'numpy', 'pymupdf', 'psutil'} & set(sys.modules))"
        found = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
        assert found.stdout.strip() == "set()"


class TestErrors:
    def test_exception_is_an_error_with_its_type(self) -> None:
        assert failure(LIMITS, "fail") == Failure("error", "page 3 has no operators", "ValueError")

    def test_missing_function_and_missing_module_are_errors(self) -> None:
        with Children(1, LIMITS) as children:
            no_function, no_module = children.run([call("absent"), Call(2, "no_such_package.module:name")])
        assert no_function.failure == Failure(
            "error", f"module '{FUNCTIONS}' has no attribute 'absent'", "AttributeError"
        )
        assert no_module.failure == Failure("error", "No module named 'no_such_package'", "ModuleNotFoundError")

    def test_value_that_cannot_be_pickled_is_an_error(self) -> None:
        found = failure(LIMITS, "return_a_lock")
        assert found.kind == "error"
        assert found.message.startswith("the result cannot be sent to the parent: cannot pickle")

    def test_value_that_cannot_be_unpickled_is_an_error(self) -> None:
        with Children(1, LIMITS) as children:
            found, after = children.run([call("return_what_cannot_be_read"), call("echo", 1)])
        assert found.failure is not None
        assert found.failure.message.startswith("the result cannot be read: invalid literal for int()")
        assert after.value == 1

    def test_arguments_that_cannot_be_pickled_are_an_error(self) -> None:
        with Children(1, LIMITS) as children:
            found, after = children.run([call("echo", threading.Lock(), key=1), call("echo", 1, key=2)])
        assert (found.key, found.failure and found.failure.exception) == (1, "TypeError")
        assert (after.key, after.value) == (2, 1)


class TestCrashes:
    def test_null_pointer_is_a_crash_and_the_next_call_gets_a_fresh_child(self) -> None:
        with Children(1, LIMITS) as children:
            before, crash, after = children.run([call("process_id"), call("read_null_pointer"), call("process_id")])
        assert crash.failure == Failure("crash", "the process ended with SIGSEGV")
        assert after.value != before.value

    def test_exit_is_a_crash_with_its_status(self) -> None:
        assert failure(LIMITS, "end", 3) == Failure("crash", "the process ended with exit status 3")

    def test_last_line_of_standard_error_is_part_of_the_message(self) -> None:
        assert failure(LIMITS, "end_with_a_word").message == "the process ended with SIGABRT: corrupted size"

    def test_child_that_was_killed_while_idle_costs_no_call(self) -> None:
        with Children(1, LIMITS) as children:
            first = outcome(children, "process_id").value
            os.kill(first, signal.SIGKILL)
            time.sleep(0.1)
            found = outcome(children, "process_id")
        assert found.failure is None
        assert found.value != first


class TestTime:
    def test_hang_in_c_that_holds_the_gil_is_a_timeout(self) -> None:
        start = time.monotonic()
        assert failure(HASTY, "hang_in_c") == Failure("timeout", "took longer than 0.3 s")
        assert time.monotonic() - start < 2

    def test_announced_pages_extend_the_time(self) -> None:
        with Children(1, HASTY) as children:
            assert outcome(children, "sleep_over_pages", 0.8, 2).value == 0.8

    def test_announced_pages_are_named_in_the_message(self) -> None:
        found = failure(Limits(seconds=0.2, seconds_per_page=0.1), "sleep_over_pages", 20, 2)
        assert found == Failure("timeout", "took longer than 0.4 s (0.2 s and 0.1 s for each of 2 pages)")

    def test_pages_of_one_call_do_not_extend_the_next(self) -> None:
        with Children(1, HASTY) as children:
            _, late = children.run([call("sleep_over_pages", 0, 100), call("sleep", 20)])
        assert late.failure == Failure("timeout", "took longer than 0.3 s")

    def test_cpu_time_of_a_killed_call_is_known(self) -> None:
        with Children(1, HASTY) as children:
            assert 0.15 < outcome(children, "spin", 20).cpu_seconds < 1

    def test_next_call_runs_while_the_consumer_works(self) -> None:
        with Children(1, LIMITS) as children:
            outcomes = children.run([call("sleep", 0), call("sleep", 0.3)])
            next(outcomes)
            time.sleep(0.5)
            start = time.monotonic()
            next(outcomes)
            assert time.monotonic() - start < 0.1

    def test_other_calls_go_on_beside_a_hanging_one(self) -> None:
        with Children(2, Limits(seconds=0.5)) as children:
            found = [found.value for found in children.run([call("hang_in_c")] + [call("echo", n) for n in range(10)])]
        assert found == [*range(10), None]

    def test_answer_that_waits_for_a_slow_consumer_is_not_late(self) -> None:
        with Children(2, HASTY) as children:
            found = []
            for each in children.run([call("echo", 1), call("echo", b"x" * MEGABYTE), call("echo", 3)]):
                time.sleep(0.5)
                found.append(each.failure)
        assert found == [None, None, None]


class TestMemory:
    def test_memory_eater_is_killed_near_the_limit(self) -> None:
        with Children(1, LIMITS) as children:
            found, after = children.run([call("fill", 10240 * MEGABYTE), call("echo", 1)])
        assert found.failure == Failure("memory", "needed more than 0.2 GiB")
        assert 200 * MEGABYTE < found.peak_memory < LIMITS.memory + HEADROOM
        assert after.value == 1

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_DATA")
    def test_kernel_stops_a_memory_eater_when_the_parent_does_not_look(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(children_module, "LOOK_SECONDS", 1000)
        with Children(1, LIMITS) as children:
            (found,) = children.run([call("fill", 10240 * MEGABYTE)])
        assert found.failure == Failure("memory", "needed more than 0.2 GiB")
        assert found.peak_memory < LIMITS.memory + HEADROOM + 50 * MEGABYTE  # files mapped into memory do not count

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_DATA")
    def test_allocation_beyond_the_limit_fails_and_the_child_goes_on(self) -> None:
        with Children(1, LIMITS) as children:
            calls = [call("process_id"), call("allocate_at_once", 10240 * MEGABYTE), call("process_id")]
            before, found, after = children.run(calls)
        assert found.failure == Failure("memory", "needed more than 0.2 GiB")
        assert before.value == after.value

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux enforces RLIMIT_DATA")
    def test_failed_allocation_in_mupdf_is_a_lack_of_memory(self) -> None:
        assert failure(LIMITS, "render_large_page") == Failure("memory", "needed more than 0.2 GiB")

    def test_child_is_used_again(self) -> None:
        with Children(1, LIMITS) as children:
            pids = [found.value for found in children.run([call("process_id")] * 3)]
            pids += [outcome(children, "process_id").value, outcome(children, "keep", MEGABYTE).value]
        assert len(set(pids)) == 1

    def test_child_that_keeps_much_memory_is_replaced(self) -> None:
        with Children(1, LIMITS) as children:
            before, after = children.run([call("keep", 100 * MEGABYTE), call("process_id")])
        assert before.failure is None
        assert before.value != after.value


class TestStart:
    def test_import_error_in_every_child_is_raised_with_its_traceback(self) -> None:
        with (
            Children(1, LIMITS, preload=["no_such_package"]) as children,
            pytest.raises(RuntimeError, match=r"(?s)3 child processes in a row did not start.*'no_such_package'"),
        ):
            outcome(children, "echo", 1)

    def test_start_that_never_ends_is_given_up(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        (tmp_path / "endless_import.py").write_text("import time\ntime.sleep(60)\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setattr(children_module, "START_SECONDS", 0.1)
        with (
            Children(1, LIMITS, preload=["endless_import"]) as children,
            pytest.raises(RuntimeError, match="the last one took too long"),
        ):
            outcome(children, "echo", 1)

    def test_children_start_early_and_only_as_many_as_there_is_work_for(self, started: Started) -> None:
        with Children(4, LIMITS, early=2) as children:
            assert len(started()) == 2
            outcome(children, "echo", 1)
            assert len(started()) == 2
            list(children.run([call("sleep", 0.1)] * 8))
            assert len(started()) == 4

    def test_settings_without_sense_are_refused(self) -> None:
        with pytest.raises(ValueError, match="0 jobs"):
            Children(0, LIMITS)
        with pytest.raises(ValueError, match="memory=-1"):
            Limits(memory=-1)


class TestNothingIsLeftBehind:
    """The fixture `started` checks the same after every other test."""

    def test_generator_closed_early(self) -> None:
        with Children(2, LIMITS, early=2) as children:
            outcomes = children.run([call("echo", 1), call("hang_in_c"), call("hang_in_c")])
            assert next(outcomes).value == 1
            outcomes.close()  # type: ignore[attr-defined]
            assert all(child.call is None for child in children._children)
            assert outcome(children, "echo", 2).value == 2

    def test_error_in_the_consumer(self) -> None:
        def consume() -> None:
            with Children(2, LIMITS) as children:
                for found in children.run([call("echo", 0), call("hang_in_c")]):
                    print(1 / found.value)

        with pytest.raises(ZeroDivisionError):
            consume()

    def test_error_in_the_calls(self) -> None:
        def calls() -> Iterator[Call]:
            yield call("hang_in_c")
            raise ZeroDivisionError

        with Children(2, LIMITS) as children, pytest.raises(ZeroDivisionError):
            list(children.run(calls()))

    def test_second_run_while_one_is_under_way_is_refused(self) -> None:
        with Children(1, LIMITS) as children:
            first = children.run([call("echo", 1), call("hang_in_c")])
            next(first)
            with pytest.raises(RuntimeError, match="under way"):
                outcome(children, "echo", 2)

    def test_no_run_after_close(self) -> None:
        children = Children(1, LIMITS)
        children.close()
        children.close()
        with pytest.raises(RuntimeError, match="closed"):
            outcome(children, "echo", 1)

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a call that hangs in C outlives a killed parent")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_parent_that_gets_a_signal(self, number: signal.Signals) -> None:
        code = f"""
from exsclaim_core.pdf.children import *
with Children(2, Limits(), early=2) as children:
    for outcome in children.run([Call(0, "os:getpid")] + [Call(1, "{FUNCTIONS}:hang_in_c")] * 2):
        print("running", flush=True)
"""
        command, pipe, nothing = [sys.executable, "-c", code], subprocess.PIPE, subprocess.DEVNULL
        with subprocess.Popen(command, cwd=CHECKOUT, stdout=pipe, stderr=nothing, start_new_session=True) as parent:
            assert parent.stdout is not None
            assert parent.stdout.readline() == b"running\n"
            assert wait_until(lambda: len(psutil.Process(parent.pid).children()) == 2)
            running = psutil.Process(parent.pid).children()
            time.sleep(0.1)
            os.killpg(parent.pid, number)  # as a terminal does for Ctrl-C
            assert parent.wait(5) == -number
        if number == signal.SIGINT:
            assert not any(process.is_running() for process in running)
        else:
            assert wait_until(lambda: not any(map(_runs, running)))


def _runs(process: psutil.Process) -> bool:
    # Where nothing reaps orphans, as in a container without init, the killed child stays in the table as a zombie.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
