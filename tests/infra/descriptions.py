"""What infra/ says about containers, read in one form for tests, wherever it is said."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IMAGE = f"exsclaim:{PROJECT['project']['version']}"
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
REQUIRED = {"POSTGRES_PASSWORD": "secret", "PAPERS": "/srv/papers"}  # what somebody has to set for compose.yaml


@dataclass(frozen=True, slots=True)
class Container:
    """A container of compose.yaml or of the Kubernetes manifests."""

    place: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str | None]
    mounts: Mapping[str, bool]  # path → whether it is read-only
    gpu: bool  # whether it is given one

    @property
    def ours(self) -> bool:
        return self.image.startswith("exsclaim")

    @property
    def works(self) -> bool:
        """Whether flows or tasks run in it."""
        return "worker" in self.command


def load(path: Path) -> list[Any]:
    return [document for document in yaml.safe_load_all(path.read_text(encoding="utf-8")) if document]


def compose(given: Mapping[str, str] = REQUIRED) -> dict[str, Any]:
    """compose.yaml with its variables replaced by what is given, and by their defaults."""

    def value(match: re.Match[str]) -> str:
        name, kind, default = match.groups()
        if name in given:
            return given[name]
        if kind != "-":
            raise KeyError(f"{name} is not set: {default}")
        return str(default)

    document: dict[str, Any] = yaml.safe_load(VARIABLE.sub(value, (INFRA / "compose.yaml").read_text(encoding="utf-8")))
    return document


def compose_variables() -> set[str]:
    """Names of all variables that compose.yaml takes from its environment."""
    text = (INFRA / "compose.yaml").read_text(encoding="utf-8")
    services = yaml.safe_load(text)["services"].values()
    passed_on = {name for each in services for name, given in each.get("environment", {}).items() if given is None}
    return {match[1] for match in VARIABLE.finditer(text)} | passed_on


def manifests() -> list[dict[str, Any]]:
    """What kustomization.yaml brings together, before it changes anything in it."""
    folder = INFRA / "kubernetes"
    (kustomization,) = load(folder / "kustomization.yaml")
    return [manifest for name in kustomization["resources"] for manifest in load(folder / name)]


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and specification of all pods that the manifests describe."""
    for manifest in manifests():
        place = f"{manifest['kind']} {manifest['metadata']['name']}"
        spec = manifest.get("spec", {})
        if "template" in spec:
            yield place, spec["template"]["spec"]
        for part in ("scheduler", "worker"):
            if isinstance(spec.get(part), dict):
                yield f"{place} {part}", spec[part]["spec"]


def containers() -> Iterator[Container]:
    """All containers, of compose.yaml and of the manifests."""
    for name, service in compose()["services"].items():
        yield Container(
            f"compose {name}",
            service["image"],
            tuple(service.get("command", ())),
            service.get("environment", {}),
            {volume["target"]: volume.get("read_only", False) for volume in service.get("volumes", ())},
            "devices" in service["deploy"]["resources"].get("reservations", {}),
        )
    for place, pod in pods():
        for container in pod["containers"]:
            yield Container(
                place,
                container["image"],
                tuple(container.get("args", ())),
                {variable["name"]: variable.get("value") for variable in container.get("env", ())},
                {mount["mountPath"]: mount.get("readOnly", False) for mount in container["volumeMounts"]},
                "nvidia.com/gpu" in container["resources"]["limits"],
            )


def image_environment() -> dict[str, str]:
    """The variables that the Dockerfile sets for what runs in the image."""
    last_stage = dockerfile()[dockerfile().index(("FROM", "${PYTHON}")) + 1 :]
    (variables,) = [text for instruction, text in last_stage if instruction == "ENV"]
    return dict(pair.split("=", 1) for pair in variables.split())


def dockerfile() -> list[tuple[str, str]]:
    """Instructions of the Dockerfile with their arguments on one line."""
    text = (INFRA / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.M).replace("\\\n", " ").splitlines()
    return [(words[0], " ".join(words[1:])) for words in map(str.split, lines) if words]
