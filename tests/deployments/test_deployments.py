"""Deployments as `prefect deploy` makes them out of deployments/prefect.yaml, and runs that a worker carries out."""

from __future__ import annotations

import asyncio
import importlib
import tomllib
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from exsclaim_core.harvest.query import read_query
from exsclaim_core.stages import STAGES
from tests.deployments.conftest import CONTACT, ROOT, Installation

SAMPLES = ROOT / "tests" / "data" / "samples"
SPECIFICATION = yaml.safe_load((ROOT / "deployments" / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = {each["name"]: each for each in SPECIFICATION["deployments"]}
# Of deployments that are not named after their flow.
FLOWS = {"folder": "pipeline", "nightly": "pipeline", "nightly-harvest": "pipeline"}
HARVESTS = ("harvest", "nightly-harvest")
NIGHTS = {"nightly": 1, "nightly-harvest": 2}  # the hour by deployment
QUERY = {"name": "silver", "sources": ["arxiv"], "query": {"search_field_1": {"term": "silver"}}}


def full_name(name: str) -> str:
    return f"{FLOWS.get(name, name)}/{name}"


def properties(schema: dict[str, Any], definitions: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and schema of each value in a form, at all depths."""
    for name, inner in schema.get("properties", {}).items():
        here = f"{path}.{name}".lstrip(".")
        options = [resolved(each, definitions) for each in inner.get("anyOf", [inner])]
        groups = [each for each in options if "properties" in each]
        for group in groups:
            yield from properties(group, definitions, here)
        if not groups:
            yield here, inner


def resolved(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "").removeprefix("#/definitions/")
    value: dict[str, Any] = definitions[reference] if reference else schema
    return value


def test_there_is_a_rerun_of_each_stage() -> None:
    others = {"folder", "nightly", "figures", "panels", "distribution", *HARVESTS}
    assert set(DEPLOYMENTS) == others | {f"rerun-{stage}" for stage in STAGES}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_entry_point_is_a_flow(name: str) -> None:
    from prefect import Flow

    module, _, function = DEPLOYMENTS[name]["entrypoint"].rpartition(".")
    assert isinstance(flow := getattr(importlib.import_module(module), function), Flow)
    assert full_name(name) == f"{flow.name}/{name}"


def test_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {each["version"] for each in DEPLOYMENTS.values()} == {project["version"]}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_deployment_is_made(installation: Installation, name: str) -> None:
    made = installation.deployment(full_name(name))
    assert made["work_pool_name"] == "exsclaim"
    assert made["version"] == DEPLOYMENTS[name]["version"]
    assert made["description"] == DEPLOYMENTS[name]["description"]
    assert made["tags"] == DEPLOYMENTS[name]["tags"]
    assert made["global_concurrency_limit"]["limit"] == 1
    assert made["concurrency_options"]["collision_strategy"] == "ENQUEUE"
    assert made["enforce_parameter_schema"]
    assert not made["pull_steps"]
    run = "silver-nanoparticles" if name in HARVESTS else "papers"
    assert made["parameters"]["request"]["run"] == f"{installation.data}/runs/{run}"


def test_only_the_nightly_deployments_have_schedules(installation: Installation) -> None:
    schedules = {name: installation.deployment(full_name(name))["schedules"] for name in DEPLOYMENTS}
    # Publishers are asked for articles only when somebody has switched it on.
    active = {name: [entry["active"] for entry in entries] for name, entries in schedules.items() if entries}
    assert active == {"nightly": [True], "nightly-harvest": [False]}


@pytest.mark.parametrize("name", NIGHTS)
def test_a_schedule_is_for_each_night(installation: Installation, name: str) -> None:
    from prefect.server.schemas.schedules import CronSchedule

    (entry,) = installation.deployment(full_name(name))["schedules"]
    zone = ZoneInfo(entry["schedule"]["timezone"])  # ZoneInfoNotFoundError for a zone that there is not
    start = datetime(2027, 1, 1, 12, tzinfo=zone)
    nights = asyncio.run(CronSchedule(**entry["schedule"]).get_dates(n=3, start=start))
    expected = [datetime(2027, 1, day, NIGHTS[name], tzinfo=zone) for day in (2, 3, 4)]
    assert [night.astimezone(zone) for night in nights] == expected


@pytest.mark.parametrize("name", HARVESTS)
def test_a_harvest_has_a_query_and_says_who_asks(installation: Installation, name: str) -> None:
    from flows.requests import HarvestRequest, PipelineRequest

    given = installation.deployment(full_name(name))["parameters"]["request"]
    request = (HarvestRequest if name == "harvest" else PipelineRequest).model_validate(given)
    assert request.query == read_query(ROOT / "deployments" / "queries" / "example.json")
    assert request.settings is not None
    assert request.settings.harvest.contact == CONTACT
    assert request.settings.model_dump(exclude_unset=True) == {"harvest": {"contact": CONTACT}}


@pytest.mark.xfail(
    [int(part) for part in version("sqlalchemy").split(".")[:2]] >= [2, 1],
    reason="with SQLAlchemy 2.1 the server of Prefect 3.8 makes no scheduled runs",
)
def test_schedule_makes_runs_that_workers_find(installation: Installation) -> None:
    nightly = installation.deployment("pipeline/nightly")["id"]
    # What the server's scheduler, which a server for tests does without, does every few seconds.
    answer = installation.http.post(f"deployments/{nightly}/schedule", json={"min_runs": 2})
    assert answer.is_success, answer.text
    wanted = {"deployments": {"id": {"any_": [nightly]}}}
    runs = installation.http.post("flow_runs/filter", json=wanted).json()
    assert len(runs) >= 2
    assert {(run["state"]["type"], run["auto_scheduled"]) for run in runs} == {("SCHEDULED", True)}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_form_explains_each_value(installation: Installation, name: str) -> None:
    schema = installation.deployment(full_name(name))["parameter_openapi_schema"]
    values = dict(properties(schema, schema["definitions"]))
    assert "request.run" in values
    for path, value in values.items():
        assert value["title"], path
        assert value["description"], path
        # Lists and tables begin empty.
        required = path in ("request.run", "request.query.name", "request.query.query")
        assert required or "default" in value or value["type"] in ("array", "object"), path


@pytest.mark.parametrize("stage", STAGES)
def test_form_of_a_rerun_offers_the_settings_of_its_stage(installation: Installation, stage: str) -> None:
    schema = installation.deployment(f"rerun-{stage}/rerun-{stage}")["parameter_openapi_schema"]
    request = resolved(schema["properties"]["request"], schema["definitions"])
    assert set(request["properties"]) == {"run", "cluster", "workers", "again", *STAGES[stage].settings}


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        ("pipeline/folder", {"until": "crops"}, "request.until"),
        ("pipeline/folder", {"workers": 0}, "request.workers"),
        ("pipeline/folder", {"workers": "many"}, "request.workers"),
        ("pipeline/folder", {"pdfs": "papers"}, "request.pdfs"),
        ("pipeline/folder", {"run": ""}, "request.run"),
        ("pipeline/folder", {"colour": "red"}, "request"),
        ("pipeline/folder", {"query": {"name": "silver"}}, "request.query"),
        ("harvest/harvest", {"query": {**QUERY, "maximum_scraped": 0}}, "request.query"),
        ("harvest/harvest", {"query": {**QUERY, "sources": ["library"]}}, "request.query"),
        ("harvest/harvest", {"query": {**QUERY, "query": {"search_field_1": {"term": ""}}}}, "request.query"),
        ("harvest/harvest", {"query": QUERY, "run": "s3://bucket/run"}, "request.run"),
        ("figures/figures", {"settings": {"output": {"dpi": 5}}}, "request.settings"),
        ("rerun-captions/rerun-captions", {"captions": {"line_gap": 0}}, "request.captions"),
        ("rerun-figures/rerun-figures", {"again": "perhaps"}, "request.again"),
        ("rerun-dataset/rerun-dataset", {"dataset": {"overview_documents": 0}}, "request.dataset"),
    ],
)
def test_wrong_value_is_refused_before_a_run_is_made(
    installation: Installation, name: str, change: dict[str, Any], field: str
) -> None:
    answer = installation.start(name, {"run": "/data/runs/papers", **change})
    assert answer.status_code == 409
    assert f"Validation failed for field '{field}" in answer.json()["detail"]


def test_request_needs_a_run(installation: Installation) -> None:
    answer = installation.start("rerun-read/rerun-read", {})
    assert (answer.status_code, "'run' is a required property" in answer.json()["detail"]) == (409, True)


def test_deploying_again_elsewhere_leaves_a_schedule_switched_off(installation: Installation) -> None:
    # After the tests above, which look at the deployment as it was made.
    before = installation.deployment("pipeline/nightly")
    (schedule,) = before["schedules"]
    place = f"deployments/{before['id']}/schedules/{schedule['id']}"
    assert installation.http.patch(place, json={"active": False}).is_success

    installation.make_pool("elsewhere", "docker")
    installation.deploy("--name", "nightly", "--pool", "elsewhere", "--timezone", "Europe/Paris")

    after = installation.deployment("pipeline/nightly")
    assert after["work_pool_name"] == "elsewhere"
    assert [(each["active"], each["schedule"]["timezone"]) for each in after["schedules"]] == [(False, "Europe/Paris")]


@pytest.mark.parametrize("kind", ["docker", "kubernetes"])
def test_server_takes_the_template_of_a_pool(installation: Installation, kind: str) -> None:
    installation.make_pool(f"exsclaim-{kind}", kind)
    pool = installation.http.get(f"work_pools/exsclaim-{kind}").json()
    assert pool["type"] == kind
    assert set(pool["base_job_template"]["variables"]["properties"]) > {"image", "env"}


def test_worker_makes_a_dataset_of_a_folder(installation: Installation, tmp_path: Path) -> None:
    run = tmp_path / "run"
    answer = installation.start("pipeline/folder", {"run": str(run), "pdfs": [str(SAMPLES)], "workers": 1})
    answer.raise_for_status()

    log = installation.command("worker", "start", "--pool", "exsclaim", "--run-once", "--install-policy", "never")

    flow_run = installation.flow_run(answer.json()["id"])
    assert flow_run["state"]["type"] == "COMPLETED", log.stdout + log.stderr
    assert (run / "dataset" / "provenance.json").exists()
