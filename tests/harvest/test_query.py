"""Queries as EXSCLAIM! writes them, with what was added; what is wrong with others, in a line that names the field."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from exsclaim_core.harvest.query import Query, QueryError, describe_error, read_query
from exsclaim_core.harvest.search import Search

ROD = {"term": "tin rod", "synonyms": ["Sn rod"]}
VERSION_1 = {
    "name": "tin-rods",
    "journal_family": "Nature",
    "maximum_scraped": 7,
    "sortby": "Recent",
    "query": {"search_field_1": ROD, "search_field_2": {"term": "HAADF", "synonyms": []}},
    "open": True,
    "save_format": ["save_subfigures", "visualize", "boxes", "csv"],
    "logging": ["print", "log.txt"],
    "results_dirs": "results",
}
VERSION_2 = VERSION_1 | {
    "journal_family": "ACS",
    "sortby": "exhaustive",
    "save_format": ["subfigures", "csv", "postgres", "mongo"],
    "llm": "some-model",
    "model_key": "drawn",
    "run_id": 12,
    "notifications": {"print": True},
    "pdf_path": "papers",
}


def query(**changes: Any) -> Query:
    """The query of version 1 with other fields; one that is `...` is left out."""
    fields = {name: value for name, value in (VERSION_1 | changes).items() if value is not ...}
    return Query.model_validate(fields)


def error(**changes: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        query(**changes)
    return describe_error(caught.value)


class TestExsclaimsOwn:
    def test_version_1(self, tmp_path: Path) -> None:
        (tmp_path / "query.json").write_text(json.dumps(VERSION_1))
        read = read_query(tmp_path / "query.json")
        assert (read.name, read.all_sources, read.maximum_scraped, read.sortby) == (
            "tin-rods",
            ("nature",),
            7,
            "recent",
        )
        assert (read.open, read.results_dir) == (True, "results")
        assert read.notes() == []

    def test_version_2(self) -> None:
        read = query(**VERSION_2)
        # "exhaustive" goes on until the maximum, as is done here always.
        assert (read.all_sources, read.sortby) == (("acs",), "relevant")
        assert read.notes() == [
            "llm, model_key, run_id, notifications, pdf_path: means nothing here",
            "save_format: postgres, mongo: there is no such format here",
        ]

    @pytest.mark.parametrize("family", ["rsc", "RSC", "Rsc", " rsc "])
    def test_family_in_any_case(self, family: str) -> None:
        assert query(journal_family=family).all_sources == ("rsc",)

    @pytest.mark.parametrize(
        ("folders", "expected"),
        [
            ({"results_dirs": "a"}, "a"),
            ({"results_dirs": ..., "results_dir": "a"}, "a"),
            ({"results_dirs": "a", "results_dir": "a"}, "a"),
            ({"results_dirs": "a", "results_dir": None}, "a"),
            ({"results_dirs": None, "results_dir": "a"}, "a"),
            ({"results_dirs": ...}, None),
        ],
    )
    def test_folder_under_either_name(self, folders: dict[str, Any], expected: str | None) -> None:
        assert query(**folders).results_dir == expected

    @pytest.mark.parametrize("name", ["save_format", "logging", "sources", "folders", "licences", "article_types"])
    def test_lists_of_one_or_none(self, name: str) -> None:
        one = {"sources": "nature", "licences": "CC BY"}.get(name, "print")
        assert getattr(query(**{name: one}), name) == (one,)
        assert getattr(query(**{name: None}), name) == ()

    def test_query_is_the_same_after_writing_it(self) -> None:
        read = query(**VERSION_2, since="2020-01-31", licences="CC BY")
        again = Query.model_validate_json(read.model_dump_json())
        assert again.model_dump_json() == read.model_dump_json()
        assert list(again.searches()) == list(read.searches())

    def test_name_of_the_run(self) -> None:
        assert query(name=" tin\nrods: 1/2 ").folder_name == "tin rods_ 1_2"
        assert query(name="../../rods").folder_name == "_.._rods"


class TestSearches:
    def test_every_combination_with_the_terms_first(self) -> None:
        fields = {
            # By number, and not by letters.
            "search_field_10": {"term": "K"},
            "search_field_2": {"term": "HAADF", "synonyms": ["Z contrast"]},
            "search_field_1": ROD,
        }
        assert [search.terms for search in query(query=fields).searches()] == [
            ("tin rod", "HAADF", "K"),
            ("tin rod", "Z contrast", "K"),
            ("Sn rod", "HAADF", "K"),
            ("Sn rod", "Z contrast", "K"),
        ]

    def test_all_that_a_search_is_told(self) -> None:
        days = {"since": "2019-05-04", "until": "2020-03-02"}
        (search,) = query(query={"search_field_1": {"term": "tin"}}, **days).searches()
        assert search == Search(("tin",), "recent", True, date(2019, 5, 4), date(2020, 3, 2))

    def test_names_are_squeezed_and_searched_once(self) -> None:
        fields = {"search_field_1": {"term": ' "tin"\nrod ', "synonyms": ["tin  rod", "Sn rod", "Sn rod"]}}
        assert [search.terms for search in query(query=fields).searches()] == [("tin rod",), ("Sn rod",)]

    def test_sources_in_their_order_each_once(self) -> None:
        given = ["arXiv", " NATURE ", "arxiv"]
        assert query(sources=given).all_sources == ("arxiv", "nature")
        assert query(sources=given, journal_family=...).all_sources == ("arxiv", "nature")

    def test_folders_alone(self) -> None:
        assert query(journal_family=..., folders=["pages"]).all_sources == ()


class TestErrors:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"name": ...}, "name: is missing"),
            ({"name": "  "}, "name: is empty"),
            ({"name": 5}, "name: input should be a valid string"),
            ({"name": "n" * 121}, "name: string should have at most 120 characters"),
            ({"maximum_scraped": 0}, "maximum_scraped: input should be greater than or equal to 1"),
            ({"maximum_scraped": "many"}, "maximum_scraped: input should be a valid integer"),
            ({"sortby": "best"}, "sortby: input should be 'relevant', 'recent' or 'old'"),
            ({"open": "perhaps"}, "open: input should be a valid boolean"),
            ({"query": ...}, "query: is missing"),
            ({"query": {}}, "query: is empty"),
            ({"query": ["tin"]}, "query: should be an object, with braces"),
            ({"query": {"search_field_1": "tin"}}, "query.search_field_1: should be an object, with braces"),
            ({"query": {"search_field_1": {}}}, "query.search_field_1.term: is missing"),
            ({"query": {"search_field_1": {"term": ' "" '}}}, "query.search_field_1.term: is empty"),
            (
                {"query": {"search_field_1": ROD | {"synonyms": "Sn"}}},
                "query.search_field_1.synonyms: should be a list",
            ),
            ({"query": {"search_field_1": ROD | {"synonyms": [" "]}}}, "query.search_field_1.synonyms: is empty"),
            (
                {"query": {"search_field_1": ROD | {"synonym": []}}},
                "query.search_field_1.synonym: there is no such field; the fields are term, synonyms",
            ),
            (
                {"query": {"field\n1": ROD}},
                "query.field 1: fields of a query are called search_field_1, search_field_2 …",
            ),
            (
                {"journal_family": "Wiley"},
                "journal_family: there is no source wiley; the sources are nature, acs, rsc, ",
            ),
            ({"journal_family": ...}, "sources: none are named; they are nature, acs, rsc, arxiv, "),
            ({"sources": ["nature", "nowhere"]}, "sources.1: input should be 'nature', 'acs', 'rsc', 'arxiv', "),
            ({"sources": {}}, "sources: should be a list"),
            ({"licences": ["CC BY", "free"]}, "licences: 'free' is neither a URL nor a name such as \"CC BY 4.0\""),
            ({"article_types": [" "]}, "article_types: is empty"),
            ({"since": 2020}, "since: 2020 is no day such as 2020-12-31"),
            ({"until": "2020"}, "until: 2020 is no day such as 2020-12-31"),
            ({"since": "yesterday"}, "since: input should be a valid date"),
            ({"llm\nkey": 1}, "llm key: there is no such field; the fields are name, query, journal_family, sources, "),
            ({"Open": True}, "Open: there is no such field; "),
            ({"foreign": ["llm"]}, "foreign: there is no such field"),
        ],
    )
    def test_field_is_named_in_one_line(self, changes: dict[str, Any], expected: str) -> None:
        said = error(**changes)
        assert said.startswith(expected)
        assert "\n" not in said

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"sources": ["acs", "rsc"]}, "journal_family: nature is not among the sources ['acs', 'rsc']"),
            (
                {"since": "2020-01-02", "until": "2020-01-01"},
                "since: 2020-01-02 is later than until, 2020-01-01",
            ),
            (
                {"results_dir": "elsewhere"},
                "results_dir and results_dirs name different folders: give one of them",
            ),
            (
                {
                    "query": {
                        f"search_field_{number}": {"term": "a", "synonyms": list("bcdefgh")} for number in range(3)
                    }
                },
                "query: the synonyms make 512 searches, more than 500: leave some out",
            ),
        ],
    )
    def test_contradictions(self, changes: dict[str, Any], expected: str) -> None:
        assert error(**changes) == expected

    def test_one_day_is_no_contradiction(self) -> None:
        assert query(since="2020-01-01", until="2020-01-01").since == date(2020, 1, 1)


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", "is not JSON: Expecting value"),
            (b'{"name": ', "is not JSON: Expecting value"),
            (b"\xff{}", "is not JSON: 'utf-8' codec can't decode"),
            (b"[" * 100_000, "is not JSON: maximum recursion depth exceeded"),
            (b"[]", "is not a query: a JSON object with the fields name, query and journal_family"),
            (b"{}", "name: is missing"),
            # The first one would be lost without a word.
            (
                b'{"query": {"search_field_1": {"term": "a"}, "search_field_1": {"term": "b"}}}',
                "search_field_1: is given 2 times",
            ),
            (b'{"a\\nb": 1, "a\\nb": 2}', "a b: is given 2 times"),
        ],
    )
    def test_file_and_fault_are_named_in_one_line(self, content: bytes, expected: str, tmp_path: Path) -> None:
        path = tmp_path / "query.json"
        path.write_bytes(content)
        with pytest.raises(QueryError) as caught:
            read_query(path)
        said = str(caught.value).removeprefix(str(path)).lstrip(": ")
        assert said.startswith(expected)
        assert "\n" not in said

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(QueryError, match=r"query\.json: No such file or directory"):
            read_query(tmp_path / "query.json")
        with pytest.raises(QueryError, match="Is a directory"):
            read_query(tmp_path)
