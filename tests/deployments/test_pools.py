"""Templates of work pools: complete, and in agreement with the places that infra/ describes."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.deployments.conftest import ROOT

POOLS = sorted((ROOT / "deployments" / "pools").glob("*.json"))
DOCKER, KUBERNETES = (json.loads(path.read_text(encoding="utf-8")) for path in POOLS)


def defaults(template: dict[str, Any]) -> dict[str, Any]:
    return {name: each["default"] for name, each in template["variables"]["properties"].items() if "default" in each}


def environment_of_programs(defaults_: dict[str, Any]) -> dict[str, str]:
    """The variables that all programs of a place are given, without those about Prefect's own files."""
    names = ("PREFECT_API_URL", "DASK_SCHEDULER_ADDRESS")
    return {name: defaults_["env"][name] for name in names}


def test_pools_are_of_kinds_that_prefect_knows() -> None:
    assert [path.stem for path in POOLS] == ["docker", "kubernetes"]


@pytest.mark.parametrize("template", [DOCKER, KUBERNETES], ids=["docker", "kubernetes"])
def test_variables_have_forms_and_sound_defaults(template: dict[str, Any]) -> None:
    from prefect.utilities.schema_tools import validate
    from prefect.utilities.templating import find_placeholders

    variables = template["variables"]
    used = {placeholder.name for placeholder in find_placeholders(template["job_configuration"])}
    assert used == set(variables["properties"])
    assert all(each["title"] and each["description"] for each in variables["properties"].values())
    validate(defaults(template), variables, raise_on_error=True)


def test_docker_containers_are_like_those_of_compose() -> None:
    compose = yaml.safe_load((ROOT / "infra" / "compose.yaml").read_text(encoding="utf-8"))
    worker, pool = compose["services"]["prefect-worker"], defaults(DOCKER)
    assert pool["image"] == worker["image"]
    assert pool["networks"] == [f"{compose['name']}_default"]
    assert worker["environment"].items() >= environment_of_programs(pool).items()
    mounts = {mount["target"]: mount.get("source") for mount in worker["volumes"]}
    runs, papers = (volume.split(":") for volume in pool["volumes"])
    assert runs == [f"{compose['name']}_{mounts['/data/runs']}", "/data/runs"]
    assert papers[1:] == ["/data/papers", "ro"]
    assert "/data/papers" in mounts
    kwargs = DOCKER["job_configuration"]["container_create_kwargs"]
    assert {name: kwargs[name] for name in ("read_only", "cap_drop", "security_opt")} == {
        name: worker[name] for name in ("read_only", "cap_drop", "security_opt")
    }


def test_kubernetes_jobs_are_like_the_worker_of_the_manifests() -> None:
    folder = ROOT / "infra" / "kubernetes"
    (worker,) = (
        each["spec"]["template"]["spec"]
        for each in yaml.safe_load_all((folder / "prefect-worker.yaml").read_text(encoding="utf-8"))
        if each["kind"] == "Deployment"
    )
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))
    job = KUBERNETES["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    pool = defaults(KUBERNETES)
    assert pool["namespace"] == kustomization["namespace"]
    assert pool["image"] == f"{worker['containers'][0]['image']}:{kustomization['images'][0]['newTag']}"
    assert {each["name"]: each.get("value") for each in worker["containers"][0]["env"]}.items() >= (
        environment_of_programs(pool).items()
    )
    assert job["securityContext"] == worker["securityContext"]
    for name in ("securityContext", "volumeMounts", "envFrom"):
        assert job["containers"][0][name] == worker["containers"][0][name]
    claims = {each["name"]: each.get("persistentVolumeClaim") for each in worker["volumes"]}
    assert claims["runs"] == {"claimName": pool["runs_claim"]}
    assert claims["papers"] == {"claimName": pool["papers_claim"]}
    assert [each["name"] for each in job["volumes"]] == [each["name"] for each in worker["volumes"]]
