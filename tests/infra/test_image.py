"""The image's description names things that exist, and makes the image that the other descriptions expect."""

from __future__ import annotations

import re

import pytest
from packaging.specifiers import SpecifierSet

from tests.infra.descriptions import INFRA, PROJECT, ROOT, dockerfile

IGNORED = (INFRA / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
# Copied from the project's folder, not from another stage.
SOURCES = [
    source
    for instruction, text in dockerfile()
    if instruction == "COPY" and not text.startswith("--from")
    for source in text.split()[:-1]
]


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_is_there_and_reaches_the_builder(source: str) -> None:
    assert (ROOT / source).exists()
    assert f"!{source}" in IGNORED


def test_nothing_else_reaches_the_builder() -> None:
    assert IGNORED[1] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == set(SOURCES)


def test_all_packages_are_copied() -> None:
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= set(SOURCES)
    (stubs,) = re.findall(r"for package in ([\w ]+);", " ".join(text for _, text in dockerfile()))
    assert stubs.split() == packages


def test_the_build_needs_no_file_that_is_copied_later() -> None:
    project = PROJECT["project"]
    assert {project["readme"], *project["license-files"], "pyproject.toml"} <= set(SOURCES)


def test_both_stages_start_from_the_same_pinned_python() -> None:
    instructions = dockerfile()
    ((_, argument),) = [pair for pair in instructions if pair[0] == "ARG"]
    name, base = argument.split("=")
    assert [text.split()[0] for instruction, text in instructions if instruction == "FROM"] == [f"${{{name}}}"] * 2
    match = re.fullmatch(r"python:(\d+\.\d+\.\d+)-slim-\w+", base)
    assert match is not None
    assert match[1] in SpecifierSet(PROJECT["project"]["requires-python"])
    assert match[1].startswith("3.11.")


def test_dependencies_are_those_that_the_project_is_tested_with() -> None:
    ((_, installing),) = [pair for pair in dockerfile() if "--constraint constraints.txt" in pair[1]]
    (extra,) = re.findall(r"\.\[(\w+)\]", installing)
    assert extra in PROJECT["project"]["optional-dependencies"]


def test_the_entry_commands_exist() -> None:
    instructions = dict(dockerfile())
    assert instructions["ENTRYPOINT"] == '["tini", "--"]'
    assert "apt-get install --yes --no-install-recommends tini " in instructions["RUN"]
    (command,) = re.findall(r'\["(\w+)"', instructions["CMD"])
    assert command in PROJECT["project"]["scripts"]


def test_nothing_runs_as_root() -> None:
    instructions = dockerfile()
    assert instructions[-4] == ("USER", "10001:10001")
    assert "useradd --uid 10001 --gid 10001" in dict(instructions)["RUN"]
