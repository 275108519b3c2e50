"""`exsclaim harvest` and `exsclaim run QUERY`, as a person types them; the publishers are played on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner, Result

from exsclaim_core.harvest.turns import alone_at
from exsclaim_core.runs import Run
from flows.command_line import app
from flows.harvest_commands import repeated
from infra.local_topology import Topology
from tests.drawing.runs import draw_papers
from tests.flows.commands import Command, Ended, exsclaim
from tests.harvest.harvested import query_for, settings_for, write_command
from tests.harvest.played_publishers import Played, played_publishers

QUERY = {"name": "silver films", "journal_family": "Nature", "query": {"search_field_1": {"term": "silver"}}}


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Publishers with two articles each."""
    with played_publishers(articles=2) as played:
        yield played


@pytest.fixture(scope="module")
def settings(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A settings file with which these are asked; drawn articles are old, so that one looks back far."""
    folder = tmp_path_factory.mktemp("settings")
    write_command(folder, query_for("nature"), settings_for(played, overlap=100_000))
    return folder / "settings.toml"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def type_(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write_query(folder: Path, **fields: Any) -> Path:
    """The query with other fields; those that are None are left out."""
    path = folder / "query.json"
    path.write_text(json.dumps({field: value for field, value in {**QUERY, **fields}.items() if value is not None}))
    return path


def table(text: str) -> dict[str, dict[str, str]]:
    """Numbers of articles by source and status."""
    lines = [line.split() for line in text.splitlines()]
    (head,) = [number for number, cells in enumerate(lines) if cells[:1] == ["source"]]
    rows: dict[str, dict[str, str]] = {}
    for cells in lines[head + 2 :]:
        if not cells:
            break
        rows[cells[0]] = dict(zip(lines[head][1:], cells[1:], strict=True))
    return rows


def complaint(result: Result) -> str:
    """The one line on standard error."""
    (line,) = result.stderr.splitlines()
    return str(line)


class TestHarvest:
    def test_the_run_lies_in_runs_under_the_name_of_the_query(self, here: Path, settings: Path) -> None:
        result = type_("harvest", write_query(here), "--settings", settings)
        assert (result.exit_code, result.stderr) == (0, "")
        assert table(result.stdout) == {"nature": {"done": "2"}}
        last = result.stdout.splitlines()[-1]
        assert re.fullmatch(rf"2 new articles; \d+ pictures and PDFs: {here}/runs/silver films/harvest", last)
        assert Run(here / "runs" / "silver films").settings.harvest.contact == "somebody@example.org"

    def test_or_in_the_folder_that_the_query_names(self, here: Path, settings: Path) -> None:
        query = write_query(here, results_dir=str(here / "mine"), maximum_scraped=1)
        assert type_("harvest", query, "--settings", settings).exit_code == 0
        assert Run.exists(here / "mine" / "silver films")
        assert not (here / "runs").exists()

    def test_fields_that_mean_nothing_are_named(self, here: Path, settings: Path) -> None:
        query = write_query(here, llm="a model", emails=["me@example.org"], save_format=["csv", "postgres"])
        result = type_("harvest", query, "--run", "run", "--settings", settings)
        assert result.exit_code == 0
        assert result.stderr.splitlines() == [
            "exsclaim: llm, emails: means nothing here",
            "exsclaim: save_format: postgres: there is no such format here",
        ]

    def test_nothing_found(self, here: Path) -> None:
        with played_publishers(articles=0) as nobody:
            write_command(here, query_for("nature"), settings_for(nobody))
            arguments = ("query.json", "--run", "run", "--settings", "settings.toml")
            result = type_("harvest", *arguments)
            assert (result.exit_code, result.stdout) == (0, "No articles: nothing was found for this query.\n")
            result = type_("run", *arguments)
        assert result.exit_code == 1
        assert complaint(result) == f"exsclaim: {here}/run has no documents: nothing was found for this query"

    def test_nothing_that_could_be_taken(self, here: Path, settings: Path) -> None:
        query = write_query(here, licences=["CC0"])
        result = type_("run", query, "--run", "run", "--settings", settings)
        assert result.exit_code == 1
        assert complaint(result) == f"exsclaim: {here}/run has no documents: 2 found, of which 2 unwanted"

    def test_a_publisher_that_refuses_a_search_is_named(self, here: Path, settings: Path, played: Played) -> None:
        query = write_query(here, journal_family=None, sources=["nature", "rsc"])
        played.change(blocked={"rsc"})
        result = type_("harvest", query, "--run", "run", "--settings", settings)
        played.change(blocked=())
        assert result.exit_code == 0
        assert table(result.stdout) == {"nature": {"done": "2"}}
        assert "\nrsc: not all that it has was found: blocked: " in result.stdout

    def test_another_harvest_at_the_same_publisher_is_waited_for(
        self, here: Path, settings: Path, played: Played
    ) -> None:
        host = urlsplit(played.base("nature")).netloc
        arguments = ("harvest", write_query(here), "--settings", settings)
        with Command(here, *arguments) as command:
            with alone_at([host]):
                line = f"harvest: waits for another one that is at work at {host}\n"
                command.wait_until(lambda: line in "".join(path.read_text() for path in here.glob("*.err")))
            ended = command.wait()
        assert ended.status == 0
        assert table(ended.out) == {"nature": {"done": "2"}}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"maximum": 3}, "query.json: maximum: there is no such field; the fields are name, query, .*"),
        ({"maximum_scraped": 0}, "query.json: maximum_scraped: .*greater than or equal to 1"),
        ({"sortby": "best"}, "query.json: sortby: .*'relevant', 'recent' or 'old'"),
        ({"query": {"field": {"term": "a"}}}, "query.json: query.field: fields of a query are called search_field_1.*"),
        ({"query": {"search_field_1": {"synonyms": ["a"]}}}, "query.json: query.search_field_1.term: is missing"),
        ({"name": None}, "query.json: name: is missing"),
        ({"journal_family": "wiley"}, "query.json: journal_family: there is no source wiley; .*"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "query.json: since: 2024-02-01 is later than until.*"),
    ],
)
@pytest.mark.parametrize("command", ["harvest", "run"])
def test_a_wrong_query_is_named_with_its_field(here: Path, command: str, fields: dict[str, Any], line: str) -> None:
    write_query(here, **fields)
    result = type_(command, "query.json", "--run", "run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(f"exsclaim: {line}", complaint(result))
    assert not (here / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("harvest", "give a query, QUERY.json, or saved pages to read, --files PATH... --output FILE"),
        ("harvest nowhere.json", "nowhere.json: No such file or directory"),
        ("harvest .", ".: Is a directory"),
        ("harvest text.txt", "text.txt is not JSON: .*"),
        ("harvest list.json", "list.json is not a query: .*"),
        ("harvest query.json --run s3://bucket/run", "s3://bucket/run: a harvest needs a run on a disk: .*"),
        ("harvest query.json --output lines.jsonl", "--output belongs to --files PATH..."),
        ("harvest --files text.txt", "--files needs --output FILE, where to write what they are"),
        ("harvest --files nowhere --output lines.jsonl", "there is no file or folder nowhere"),
        ("harvest query.json --files text.txt --output lines.jsonl", "--files reads saved pages and nothing else: .*"),
        ("harvest query.json --set harvest.hurry=1", "there is no setting harvest.hurry; .*"),
        ("run nowhere.json", "nowhere.json: No such file or directory"),
        ("run query.json --until pictures", "there is no stage pictures; .*"),
    ],
)
def test_a_wrong_command_ends_with_one_line(here: Path, arguments: str, line: str) -> None:
    write_query(here)
    (here / "text.txt").write_text("no query")
    (here / "list.json").write_text("[]")
    result = type_(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.fullmatch(f"exsclaim: {line}", complaint(result))
    assert sorted(path.name for path in here.iterdir()) == ["list.json", "query.json", "text.txt"]


@pytest.mark.parametrize("command", ["harvest", "run"])
def test_a_source_whose_key_is_missing(here: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv("SPRINGER_API_KEY", raising=False)
    query = write_query(here, journal_family=None, sources=["springer"])
    result = type_(command, query, "--run", "run")
    assert result.exit_code == 2
    assert complaint(result).startswith("exsclaim: sources: springer asks for a key: set SPRINGER_API_KEY")
    assert not (here / "run").exists()


class TestFiles:
    def test_several_paths_as_the_shell_gives_them(self, here: Path) -> None:
        (here / "folder").mkdir()
        for name in ("one.html", "two.html", "folder/three.xml", "four.html"):
            (here / name).write_text("<html><title>Nothing</title></html>")
        paths = ("one.html", "two.html", "folder")
        result = type_("harvest", "--files", *paths, "--output", "lines.jsonl", "--files", "four.html")
        assert result.exit_code == 0
        assert result.stdout == "4 files: 4 other\nResults: lines.jsonl\n"
        lines = [json.loads(line) for line in (here / "lines.jsonl").read_text().splitlines()]
        assert [line["path"] for line in lines] == ["one.html", "two.html", "folder/three.xml", "four.html"]
        assert not (here / "runs").exists()

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("--files a b c --output d", "--files a --files b --files c --output d"),
            ("--files=a b --files c", "--files=a --files b --files c"),
            ("--output d --files a -- b", "--output d --files a -- b"),
            ("q.json --run r", "q.json --run r"),
            ("--run r --files - a", "--run r --files - --files a"),
            ("", ""),
        ],
    )
    def test_the_option_before_each_of_its_values(self, typed: str, meant: str) -> None:
        assert list(repeated("--files", typed.split())) == meant.split()

    def test_help(self) -> None:
        text = type_("harvest", "--help").stdout
        assert "exsclaim harvest" in text or "harvest [OPTIONS] [QUERY]" in text
        assert "--files PATH..." in text


@dataclass(frozen=True, slots=True)
class Ran:
    """`exsclaim run QUERY.json --pdfs FOLDER`, and what comes after it."""

    run: Path
    first: Ended
    again: Result  # the same command
    later: Result  # `exsclaim harvest QUERY.json`, when the publisher has another article


@pytest.fixture(scope="module")
def ran(services: Topology, home: Path, played: Played, settings: Path) -> Ran:
    folder = draw_papers(home / "some papers", paper=1)
    query, run = write_query(home), home / "runs" / "silver films"
    command = ("run", query, "--pdfs", folder, "--cluster", services.dask_scheduler, "--settings", settings)
    server = {"PREFECT_API_URL": services.prefect_api_url}
    first, again = exsclaim(home, *command, environment=server), type_(*command, "--run", run)
    played.publish(1)
    return Ran(run, first, again, type_("harvest", query, "--run", run, "--settings", settings))


class TestRun:
    def test_articles_and_papers_together(self, ran: Ran) -> None:
        assert (ran.first.status, ran.first.said) == (0, [])
        assert table(ran.first.out) == {"nature": {"done": "2"}}
        counts = ran.first.table
        assert (counts["documents"], counts["pages"], counts["failed"]) == (3, 1, 0)
        records = json.loads((ran.run / "dataset" / "exsclaim.json").read_bytes())
        titles = {record["article_name"]: bool(record["title"]) for record in records.values()}
        assert titles == {"10.5555_nature.1": True, "10.5555_nature.2": True, "paper": False}

    def test_the_same_again_finds_nothing_new(self, ran: Ran) -> None:
        assert (ran.again.exit_code, ran.again.stderr) == (0, "")  # no server was asked
        assert "0 new articles; " in ran.again.stdout
        assert ran.again.stdout.splitlines()[-5:] == ran.first.out.splitlines()[-5:]

    def test_later_it_takes_what_is_new(self, ran: Ran) -> None:
        assert table(ran.later.stdout) == {"nature": {"done": "3"}}
        assert "1 new article; " in ran.later.stdout

    def test_status_shows_articles_too(self, ran: Ran) -> None:
        result = type_("status", "--run", ran.run)
        assert result.exit_code == 0
        assert table(result.stdout) == {"nature": {"done": "3"}}
        assert f"{ran.run}: 3 documents with 1 page\n" in result.stdout
