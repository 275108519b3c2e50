"""Image, compose.yaml and manifests agree with each other, with the programs that they start and with the libraries."""

from __future__ import annotations

import re

import dask.config
import prefect.settings
import pytest
from prefect.settings.legacy import _get_valid_setting_names

from tests.infra.descriptions import PROJECT, ROOT, Container, containers, image_environment

ALL = list(containers())
OURS = [container for container in ALL if container.ours]
DASK_KEYS = {"DASK_SCHEDULER_ADDRESS": "scheduler-address", "DASK_TEMPORARY_DIRECTORY": "temporary-directory"}


@pytest.mark.parametrize("container", OURS, ids=lambda container: container.place)
def test_variables_are_known_to_the_libraries_that_read_them(container: Container) -> None:
    variables = {**image_environment(), **container.environment}
    known = _get_valid_setting_names(prefect.settings.Settings)
    assert {name for name in variables if name.startswith("PREFECT_")} <= known
    assert {name for name in variables if name.startswith("DASK_")} <= set(DASK_KEYS)


@pytest.mark.parametrize("variable", DASK_KEYS)
def test_dask_reads_its_variables(variable: str) -> None:
    config = dask.config.collect_env({variable: "value"})
    assert dask.config.get(DASK_KEYS[variable], config=config) == "value"


def test_all_that_run_flows_or_tasks_see_the_same_files_at_the_same_paths() -> None:
    working = [container for container in OURS if container.works]
    assert len(working) == 6  # a Prefect worker and two kinds of Dask workers, here and there
    for container in working:
        mounts = {path: read_only for path, read_only in container.mounts.items() if path != "/tmp"}
        assert mounts == {"/data/runs": False, "/data/papers": True, "/scratch": False}, container.place
    writable = {"/data/runs", "/data/papers", image_environment()["DASK_TEMPORARY_DIRECTORY"]}
    assert set(working[0].mounts) == writable


def test_all_that_run_flows_or_tasks_find_the_prefect_server() -> None:
    addresses = {container.environment["PREFECT_API_URL"] for container in OURS if container.works}
    assert addresses == {"http://prefect-server:4200/api"}


def test_a_gpu_is_offered_where_there_is_one_and_nowhere_else() -> None:
    for container in ALL:
        offers = " ".join(container.command).endswith("--resources GPU=1")
        assert offers == container.gpu, container.place
    assert sum(container.gpu for container in ALL) == 2


def test_dask_workers_have_one_thread() -> None:
    for container in OURS:
        if container.command[:2] == ("dask", "worker"):
            assert "--nthreads 1 " in " ".join(container.command), container.place


def test_prefect_workers_serve_the_same_pool() -> None:
    pools = [re.findall(r"--pool (\S+) --type (\S+)", " ".join(container.command)) for container in OURS]
    assert [pool for pool in pools if pool] == [[("exsclaim", "process")]] * 2


def test_the_databases_are_of_the_same_version() -> None:
    assert len({container.image for container in ALL if not container.ours}) == 1


def test_libraries_are_pinned_within_the_ranges_of_the_project() -> None:
    pins = dict(
        line.split("==") for line in (ROOT / "constraints.txt").read_text().splitlines() if re.match(r"[\w.-]+==", line)
    )
    pinned = {name.lower().replace("_", "-") for name in pins}
    required = [*PROJECT["project"]["dependencies"], *PROJECT["project"]["optional-dependencies"]["s3"]]
    assert {re.match(r"[\w-]+", requirement)[0].lower() for requirement in required} <= pinned  # type: ignore[index]
