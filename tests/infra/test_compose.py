"""compose.yaml fits the specification, and every service is pinned, limited, watched and without rights."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from typing import Any

import pytest

from tests.infra.descriptions import IMAGE, INFRA, REQUIRED, compose, compose_variables, dockerfile

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
FILE = INFRA / "compose.yaml"


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> dict[str, Any]:
    return SERVICES[request.param]


@pytest.mark.skipif(not find_spec("check_jsonschema"), reason="check-jsonschema, which brings the schema, is absent")
def test_the_file_fits_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_docker_reads_the_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("there is no docker client with compose")
    command = [docker, "compose", "--file", str(FILE), "--profile", "gpu", "config", "--quiet"]
    result = subprocess.run(command, env=REQUIRED, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", REQUIRED)
def test_nothing_starts_without_what_has_to_be_set(name: str) -> None:
    with pytest.raises(KeyError, match=name):
        compose({other: value for other, value in REQUIRED.items() if other != name})


def test_the_example_names_all_variables_and_gives_no_secret() -> None:
    lines = (INFRA / "example.env").read_text(encoding="utf-8").splitlines()
    named = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?\w+=", line))
    assert set(named) == compose_variables()
    assert not any(named[name] for name in named if re.search("PASSWORD|KEY|PAPERS", name))
    services = (INFRA / "compose.yaml").read_text(encoding="utf-8")
    assert all(f"${{{name}:-{value}}}" in services for name, value in named.items() if value)


def test_the_file_with_the_secrets_stays_out_of_git_and_of_the_image() -> None:
    assert ".env" in (INFRA / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_images_are_pinned(service: dict[str, Any]) -> None:
    assert service["image"] == IMAGE or re.fullmatch(r"postgres:16\.\d+-\w+", service["image"])
    assert ("build" in service) == (service["image"] == IMAGE)


def test_the_image_is_built_from_the_projects_folder(service: dict[str, Any]) -> None:
    if build := service.get("build"):
        assert (INFRA / build["context"] / build["dockerfile"]).resolve() == INFRA / "Dockerfile"


def test_services_have_no_rights(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"]
    assert "/tmp" in service["tmpfs"]
    assert "privileged" not in service


def test_services_start_again_and_have_limits(service: dict[str, Any]) -> None:
    assert service["restart"] == "unless-stopped"
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}


def test_services_are_watched(service: dict[str, Any]) -> None:
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    if command[0] == "pg_isready":
        return
    # The copy in the image, and not the one in this folder.
    assert ("COPY", f"infra/healthy.py {command[3]}") in dockerfile()
    address = re.fullmatch(r"http://127\.0\.0\.1:(\d+)/(health|api/ready)", command[4])
    assert address is not None
    serves = " ".join(service["command"])
    ports = {"prefect server": "4200", "prefect worker": "8080"}
    in_command = re.search(r"--dashboard-address :(\d+)", serves)
    assert address[1] == (in_command[1] if in_command else ports[" ".join(service["command"][:2])])


def test_services_wait_for_healthy_ones(service: dict[str, Any]) -> None:
    for name, condition in service.get("depends_on", {}).items():
        assert condition == {"condition": "service_healthy"}
        assert "profiles" not in SERVICES[name]


def test_hosts_in_addresses_are_services(service: dict[str, Any]) -> None:
    text = " ".join([*service.get("command", ()), *map(str, service.get("environment", {}).values())])
    hosts = {host for host in re.findall(r"\w+://([\w.-]+)", text) if host not in ("127.0.0.1", "localhost")}
    assert hosts <= set(SERVICES)


def test_ports_are_open_to_this_machine_only(service: dict[str, Any]) -> None:
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in service.get("ports", ()))


def test_the_database_and_the_scheduler_are_reached_from_containers_only() -> None:
    assert "ports" not in SERVICES["postgres"]
    assert all(not port.endswith(":8786") for port in SERVICES["scheduler"]["ports"])
    assert compose()["networks"][SERVICES["postgres"]["networks"][0]]["internal"]


def test_the_password_is_the_same_at_both_ends() -> None:
    expected = SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD"]
    assert SERVICES["prefect-server"]["environment"]["PREFECT_SERVER_DATABASE_PASSWORD"] == expected


def test_volumes_are_declared() -> None:
    named = {
        volume["source"]
        for service in SERVICES.values()
        for volume in service.get("volumes", ())
        if volume["type"] == "volume" and "source" in volume
    }
    assert named == set(compose()["volumes"])


def test_without_the_profile_no_service_asks_for_a_gpu() -> None:
    asking = [name for name, service in SERVICES.items() if "devices" in str(service["deploy"])]
    assert asking == ["gpu-worker"]
    assert SERVICES["gpu-worker"]["profiles"] == ["gpu"]
