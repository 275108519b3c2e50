"""Which articles a query wants: what is not told of one speaks against it only when nothing more will be told."""

from __future__ import annotations

from typing import Any

import pytest

from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.records import Article
from exsclaim_core.harvest.wanted import beside_the_point, unproven, unwanted

BY = "https://creativecommons.org/licenses/by/4.0"


def query(**fields: Any) -> Query:
    words = {"search_field_1": {"term": "tin"}}
    return Query.model_validate({"name": "tin", "query": words, "sources": "nature"} | fields)


@pytest.mark.parametrize(
    ("open_", "reason"),
    [(True, ""), (None, ""), (False, "not open")],
)
def test_open(open_: bool | None, reason: str) -> None:
    assert unwanted(query(open=True), Article(open=open_)) == reason
    assert unwanted(query(), Article(open=open_)) == ""


@pytest.mark.parametrize(
    ("day", "wanted"),
    [
        ("2019-03-09", False),
        ("2019-03-10", True),
        ("2020-06-20", True),
        ("2020-06-21", False),
        # A month or a year may hold days on both sides.
        ("2019-03", True),
        ("2019-02", False),
        ("2020-07", False),
        ("2019", True),
        ("2020", True),
        ("2018", False),
        ("2021", False),
        ("", True),
        ("in press", True),
    ],
)
def test_day(day: str, wanted: bool) -> None:
    asked = query(since="2019-03-10", until="2020-06-20")
    assert unwanted(asked, Article(date=day)) == ("" if wanted else f"published {day}")


@pytest.mark.parametrize(
    ("licences", "licence", "wanted"),
    [
        ("CC BY", BY, True),
        ("CC BY", "https://creativecommons.org/licenses/by", True),
        ("CC BY", "https://creativecommons.org/licenses/by-nc/4.0", False),
        ("CC BY 3.0", BY, False),
        ("CC BY 4.0", "https://creativecommons.org/licenses/by", False),
        (["CC BY-NC", "CC0"], "https://creativecommons.org/publicdomain/zero/1.0", True),
        ("http://creativecommons.org/licenses/by/4.0/", BY, True),
        ("https://publisher.example/terms", "http://publisher.example/terms/", True),
        ("https://publisher.example/terms", "https://publisher.example/terms-of-use", False),
    ],
)
def test_licence(licences: str | list[str], licence: str, wanted: bool) -> None:
    said = "" if wanted else f"licence {licence}"
    assert unwanted(query(licences=licences), Article(licence=licence)) == said
    assert unproven(query(licences=licences), Article(licence=licence)) == said


def test_licence_that_may_still_be_told() -> None:
    assert unwanted(query(licences="CC BY"), Article()) == ""
    assert unproven(query(licences="CC BY"), Article()) == "no licence is named"
    assert unproven(query(), Article()) == ""


def test_type() -> None:
    asked = query(article_types=["Review", " research "])
    assert unwanted(asked, Article(article_type="review article")) == ""
    assert unwanted(asked, Article(article_type="research-article")) == ""
    assert unwanted(asked, Article(article_type="editorial")) == "type editorial"
    assert unwanted(asked, Article()) == ""


@pytest.mark.parametrize(
    ("title", "abstract", "wanted"),
    [
        ("Rods of tin", "Grown on copper foils.", True),
        ("Tin rods", "", True),  # nothing speaks against it
        ("Rods of tin", "Grown on glass.", False),
        ("Tinned food", "On copper.", False),  # no parts of words
        ("Foils", "", False),
    ],
)
def test_what_a_source_without_phrases_finds(title: str, abstract: str, wanted: bool) -> None:
    words = {"search_field_1": {"term": "tin"}, "search_field_2": {"term": "Cu", "synonyms": ["copper"]}}
    asked = query(query=words)
    assert (beside_the_point(asked, Article(title=title, abstract=abstract)) == "") is wanted
