"""The harvest as a Prefect flow, and in the pipeline: what the server shows, and how a flow ends that is cancelled."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from pydantic import ValidationError

from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.harvesting import read_counts
from exsclaim_core.runs import Run
from flows.requests import HarvestRequest, PipelineRequest
from infra.local_topology import Topology
from tests.flows.commands import ROOT, until
from tests.harvest.harvested import crawls_of, query_for, settings_for
from tests.harvest.played_publishers import Played, played_publishers

START = """
import sys
from flows.{module} import {module}
from flows.requests import {request}
print({module}({request}.model_validate_json(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Publishers with two articles each, of which RSC refuses."""
    with played_publishers(articles=2, blocked={"rsc"}) as played:
        yield played


def request(played: Played, run: Path, *sources: str, **values: Any) -> str:
    """A request as JSON, as somebody gives it who changes what is needed to find the played publishers."""
    changes = settings_for(played, **values.pop("harvest", {})).model_dump(exclude_unset=True)
    query = query_for(*sources, **values.pop("query", {})).model_dump(mode="json", exclude_defaults=True)
    return json.dumps({"run": str(run), "query": query, "settings": {"harvest": changes}, **values})


def start(services: Topology, module: str, given: str) -> subprocess.Popen[str]:
    """The process of a flow, as a Prefect worker starts one."""
    name = {"harvest": "HarvestRequest", "pipeline": "PipelineRequest"}[module]
    environment = {"PREFECT_API_URL": services.prefect_api_url, "PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.Popen(
        [sys.executable, "-c", START.format(module=module, request=name), given],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What a flow has printed that has come to its end."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


def artifacts(services: Topology, run: str) -> dict[str, Any]:
    """The last artifact of each kind that is about a run, by their keys."""
    answer = httpx.post(f"{services.prefect_api_url}/artifacts/filter", json={"sort": "UPDATED_DESC"})
    found: dict[str, Any] = {}
    for each in answer.raise_for_status().json():
        if run in (each["description"] or ""):
            found.setdefault(each["key"], each)
    return found


@dataclass(frozen=True, slots=True)
class Collected:
    run: Run
    out: str


@pytest.fixture(scope="module")
def collected(services: Topology, played: Played, tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """What came of the flow `harvest`; before, somebody has chosen another setting for the run."""
    place = tmp_path_factory.mktemp("flow") / "collected"
    run = Run.create(place, [], Run.create(place.with_name("defaults"), [], _settings(line_gap=1.4)).settings)
    out = ended(start(services, "harvest", request(played, place, "nature", "rsc", "arxiv")))
    return Collected(Run(run.url), out)


def _settings(**captions: float) -> Any:
    from exsclaim_core.settings import RunSettings

    return RunSettings.model_validate({"captions": captions})


class TestHarvest:
    def test_articles_by_source_are_shown(self, services: Topology, collected: Collected) -> None:
        assert collected.out.splitlines()[-1] == collected.run.url
        shown = artifacts(services, "collected")["harvest"]
        assert shown["type"] == "table"
        rows = {row.pop("source"): row for row in json.loads(shown["data"])}
        assert set(rows) == {"arxiv", "nature", "rsc"}
        assert (rows["arxiv"]["done"], rows["nature"]["done"], rows["rsc"]["done"]) == (2, 2, 0)
        assert (rows["arxiv"]["search"], rows["rsc"]["search"].split(":")[0]) == ("answered", "blocked")
        # A column each, in all rows: the table shows the columns of the first.
        assert len({tuple(row) for row in rows.values()}) == 1

    def test_a_request_changes_the_settings_that_it_names_and_no_others(self, collected: Collected) -> None:
        settings = collected.run.settings
        assert (settings.captions.line_gap, settings.harvest.contact) == (1.4, "somebody@example.org")


def test_a_flow_that_is_cancelled_ends_its_crawl_and_keeps_what_there_is(
    services: Topology, played: Played, tmp_path: Path
) -> None:
    # A Prefect worker ends the process of a flow run that is cancelled by SIGTERM.
    # After the search comes a long pause; without robots.txt it is the first thing that is asked for.
    slow = {"delay": 600.0, "longest_delay": 600.0, "robots": False}
    given = request(played, tmp_path / "run", "nature", harvest=slow)
    folder = HarvestFolder(tmp_path / "run")
    with start(services, "harvest", given) as process:
        until(lambda: read_counts(folder).total() or process.poll() is not None)
        (crawl,) = crawls_of(psutil.Process(process.pid))
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode != 0
    assert not crawl.is_running()
    assert (folder.path / "articles.parquet").exists()
    with Run(folder.run).lock():  # nobody works on it
        pass


class TestPipeline:
    @pytest.fixture
    def run(self, services: Topology, played: Played, tmp_path: Path) -> Run:
        given = request(played, tmp_path / "run", "nature", cluster=services.dask_scheduler)
        ended(start(services, "pipeline", given))
        return Run(tmp_path / "run")

    def test_from_a_query_to_the_dataset(self, services: Topology, run: Run) -> None:
        records = json.loads(run.read("dataset/exsclaim.json"))
        assert {record["article_name"] for record in records.values()} == {"10.5555_nature.1", "10.5555_nature.2"}
        assert set(artifacts(services, "run")) >= {"harvest", "stages", "results"}

    def test_words_of_the_query_are_keywords_of_captions(self, run: Run) -> None:
        assert run.settings.distribution.terms == {"drawn": ()}
        assert run.usage("distribution", "000000")
        assert json.loads(run.read("dataset/provenance.json"))["stages"]["distribution"]["settings"] == {
            "distribution": {"terms": {"drawn": []}, "least_letter": 0.7}
        }

    def test_nothing_found_is_no_failure(self, services: Topology, tmp_path: Path) -> None:
        with played_publishers(articles=0) as nobody:
            out = ended(start(services, "pipeline", request(nobody, tmp_path / "no articles", "nature")))
        assert out.splitlines()[-1] == str(tmp_path / "no articles")
        assert artifacts(services, "no articles")["harvest"]["data"] == "Nothing was found for the query."


class TestForms:
    """The JSON schema of a request is the form in Prefect's user interface."""

    @pytest.mark.parametrize("model", [HarvestRequest, PipelineRequest])
    def test_a_query_is_explained_and_bounded(self, model: type[HarvestRequest | PipelineRequest]) -> None:
        definitions = model.model_json_schema()["$defs"]
        fields = definitions["Query"]["properties"]
        assert all(each["description"] and each["title"] for each in fields.values())
        assert fields["maximum_scraped"]["minimum"] == 1
        assert fields["name"]["maxLength"] == 120
        assert fields["sortby"]["enum"] == ["relevant", "recent", "old"]
        assert "arxiv" in fields["sources"]["items"]["enum"]
        assert "nature" in fields["journal_family"]["anyOf"][0]["enum"]
        assert {each["anyOf"][0]["format"] for name, each in fields.items() if name in ("since", "until")} == {"date"}
        # Of queries that were made for other programs: nothing to fill in.
        assert "foreign" not in fields

    def test_search_fields_inside_it(self) -> None:
        definitions = HarvestRequest.model_json_schema()["$defs"]
        query = definitions["Query"]["properties"]["query"]
        assert query["additionalProperties"] == {"$ref": "#/$defs/SearchField"}
        assert query["minProperties"] == 1
        assert query["examples"][0]["search_field_1"]["term"]
        field = definitions["SearchField"]
        assert (field["required"], field["additionalProperties"]) == (["term"], False)
        assert all(each["description"] for each in field["properties"].values())

    def test_folders_mean_the_same_on_every_machine(self) -> None:
        query = query_for(folders=["saved pages"]).model_dump(mode="json", exclude_defaults=True)
        with pytest.raises(ValidationError, match="folders: saved pages is no absolute path"):
            HarvestRequest.model_validate({"run": "/runs/run", "query": query})

    def test_a_harvest_needs_a_disk(self) -> None:
        query = query_for("nature").model_dump(mode="json", exclude_defaults=True)
        with pytest.raises(
            ValidationError, match="a harvest needs a run on a disk, an absolute path and not s3://b/run"
        ):
            PipelineRequest.model_validate({"run": "s3://b/run", "query": query})
        with pytest.raises(ValidationError, match="run"):
            HarvestRequest.model_validate({"run": "s3://b/run", "query": query})
