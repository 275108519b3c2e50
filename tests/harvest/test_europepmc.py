"""Europe PMC: addresses of searches and full texts, answers to searches, and records that programs have saved."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from exsclaim_core.harvest.apis.europepmc import full_text_url, lookup_url, pmcid, read_search, search_url
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search

ADDRESS = "https://www.ebi.ac.uk/europepmc/webservices/rest/search?query=moss&format=json&pageSize=2&cursorMark=%2A"


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def link(code: str, style: str, site: str, url: str) -> dict[str, str]:
    return {"availabilityCode": code, "documentStyle": style, "site": site, "url": url}


def record(**fields: Any) -> dict[str, Any]:
    return {"id": "471100", "source": "MED", "title": "Moss.", "pubYear": "2021", "isOpenAccess": "N"} | fields


FULL = record(
    pmcid="PMC4711",
    doi="10.5555/Moss.7",
    title="Moss on <i>old</i> stones &amp; walls.",
    authorString="Stein AB, Lund P, Moss Group.",
    authorList={
        "author": [
            {"fullName": "Stein AB", "firstName": "Ada B", "lastName": "Stein", "initials": "AB"},
            {"fullName": "Lund P", "lastName": "Lund", "initials": "P"},
            {"collectiveName": "Moss Group"},
            {"fullName": "Olde C"},
        ]
    },
    journalInfo={"printPublicationDate": "2021-02-01", "journal": {"title": "Journal of Moss"}},
    abstractText="<h4>Aims</h4>To see H<sub>2</sub>O at p < 0.05 and n > 3.<h4>Results</h4>Seen.",
    pubTypeList={"pubType": ["research-article", "Journal Article"]},
    isOpenAccess="Y",
    license="cc by-nc",
    firstPublicationDate="2021-01-15",
    fullTextUrlList={
        "fullTextUrl": [
            link("S", "doi", "DOI", "https://doi.org/10.5555/Moss.7"),
            link("OA", "html", "Europe_PMC", "https://europepmc.org/articles/PMC4711"),
            link("OA", "pdf", "Europe_PMC", "https://europepmc.org/articles/PMC4711?pdf=render"),
        ]
    },
)


def answer(*records: dict[str, Any], **fields: Any) -> bytes:
    whole = {"version": "6.9", "hitCount": len(records), "resultList": {"result": list(records)}} | fields
    return json.dumps(whole).encode()


def page(body: bytes, url: str = ADDRESS) -> SearchPage:
    found = read_search(body, url)
    assert found is not None
    return found


def hit(**fields: Any) -> SearchHit:
    (found,) = page(answer(record(**fields))).hits
    return found


class TestAddresses:
    def test_search(self) -> None:
        url = search_url(Search(("silver moss", "HAADF"), page_size=50))
        assert url.startswith("https://www.ebi.ac.uk/europepmc/webservices/rest/search?")
        assert asked(url) == {
            "query": '"silver moss" AND "HAADF"',
            "format": "json",
            "resultType": "core",
            "pageSize": "50",
            "cursorMark": "*",
        }

    @pytest.mark.parametrize(
        ("search", "condition"),
        [
            (Search(("moss",), open_only=True), '"moss" AND OPEN_ACCESS:y'),
            (
                Search(("moss",), since=date(2020, 1, 2), until=date(2021, 3, 4)),
                '"moss" AND FIRST_PDATE:[2020-01-02 TO 2021-03-04]',
            ),
            (Search(("moss",), since=date(2020, 1, 2)), '"moss" AND FIRST_PDATE:[2020-01-02 TO 3000-12-31]'),
            (Search(("moss",), until=date(2021, 3, 4)), '"moss" AND FIRST_PDATE:[1000-01-01 TO 2021-03-04]'),
            (Search(('the "old"  moss\\',)), '"the old moss"'),
        ],
    )
    def test_conditions(self, search: Search, condition: str) -> None:
        assert asked(search_url(search))["query"] == condition

    def test_order(self) -> None:
        assert "sort" not in asked(search_url(Search(("moss",))))
        assert asked(search_url(Search(("moss",), sort_by="recent")))["sort"] == "P_PDATE_D desc"
        assert asked(search_url(Search(("moss",), sort_by="old")))["sort"] == "P_PDATE_D asc"

    def test_pages_are_no_larger_than_allowed(self) -> None:
        assert asked(search_url(Search(("moss",), page_size=5000)))["pageSize"] == "1000"

    def test_lookup(self) -> None:
        assert asked(lookup_url("10.5555/moss(7)"))["query"] == 'DOI:"10.5555/moss(7)"'

    def test_full_text(self) -> None:
        base = "http://127.0.0.1:8000/europepmc"
        assert full_text_url("PMC4711", base) == f"{base}/webservices/rest/PMC4711/fullTextXML"
        assert full_text_url("4711") == "https://www.ebi.ac.uk/europepmc/webservices/rest/PMC4711/fullTextXML"
        assert full_text_url("PPR12").endswith("/rest/PPR12/fullTextXML")
        assert full_text_url(Article(pdf_url="https://europepmc.org/articles/PMC4711?pdf=render")).endswith(
            "/rest/PMC4711/fullTextXML"
        )
        assert full_text_url(Article(article_url="https://example.org/moss")) == ""


class TestHits:
    def test_all_that_a_record_tells(self) -> None:
        (found,) = page(answer(FULL)).hits
        assert found == SearchHit(
            "https://www.ebi.ac.uk/europepmc/webservices/rest/PMC4711/fullTextXML",
            Article(
                doi="10.5555/moss.7",
                title="Moss on old stones & walls",
                authors=("Ada B Stein", "P Lund", "Moss Group", "C Olde"),
                journal="Journal of Moss",
                date="2021-01-15",
                abstract="Aims To see H2O at p < 0.05 and n > 3. Results Seen.",
                licence="https://creativecommons.org/licenses/by-nc",
                redistribution=True,
                open=True,
                article_url="https://europepmc.org/articles/PMC4711",
                pdf_url="https://europepmc.org/articles/PMC4711?pdf=render",
                article_type="research",
            ),
        )
        assert pmcid(found) == "PMC4711"

    def test_record_without_a_full_text(self) -> None:
        found = hit(doi="10.5555/moss.8")
        assert found.url == found.article.article_url == "https://europepmc.org/article/MED/471100"
        assert (found.article.open, found.article.pdf_url, pmcid(found)) == (None, "", "")

    def test_text_that_is_shown_and_not_handed_out(self) -> None:
        urls = [link("F", "html", "Europe_PMC", "https://europepmc.org/articles/PMC4712")]
        found = hit(pmcid="PMC4712", fullTextUrlList={"fullTextUrl": urls})
        assert found.url == "https://europepmc.org/articles/PMC4712"
        assert found.article.open
        assert pmcid(found) == "PMC4712"

    def test_preprint(self) -> None:
        found = hit(
            id="PPR12",
            source="PPR",
            isOpenAccess="Y",
            fullTextIdList={"fullTextId": ["PPR12"]},
            bookOrReportDetails={"publisher": "Drawn Archive"},
            pubTypeList={"pubType": ["Preprint"]},
        )
        assert found.url.endswith("/rest/PPR12/fullTextXML")
        assert found.article.article_url == "https://europepmc.org/article/PPR/PPR12"
        assert (found.article.publisher, found.article.article_type) == ("Drawn Archive", "preprint")

    def test_authors_of_short_records(self) -> None:
        names = hit(authorString="Stein AB, van der Lund P-Q, Moss Group.").article.authors
        assert names == ("AB Stein", "P-Q van der Lund", "Moss Group")

    @pytest.mark.parametrize(
        ("types", "expected"),
        [
            (["Journal Article", "Review"], "review"),
            (["review-article", "Review", "Journal Article"], "review"),
            (["Research Support, Non-U.S. Gov't", "Journal Article"], ""),
            (["letter"], "letter"),
        ],
    )
    def test_article_type(self, types: list[str], expected: str) -> None:
        assert hit(pubTypeList={"pubType": types}).article.article_type == expected

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"electronicPublicationDate": "2020-12-30"}, "2020-12-30"),
            ({"journalInfo": {"printPublicationDate": "2021-02-01"}}, "2021-02-01"),
            ({"firstPublicationDate": "soon"}, "2021"),
        ],
    )
    def test_date(self, fields: dict[str, Any], expected: str) -> None:
        assert hit(**fields).article.date == expected

    def test_full_texts_lie_where_the_answer_came_from(self) -> None:
        base = "http://127.0.0.1:8000/europepmc"
        (found,) = page(answer(FULL), f"{base}/webservices/rest/search?query=moss").hits
        assert found.url == f"{base}/webservices/rest/PMC4711/fullTextXML"


class TestPages:
    def test_next_page(self) -> None:
        found = page(answer(FULL, record(), hitCount=5, nextCursorMark="AoI/+x=="))
        assert (len(found.hits), found.total) == (2, 5)
        assert asked(found.next_url) == asked(ADDRESS) | {"cursorMark": "AoI/+x=="}

    def test_last_page_points_at_itself(self) -> None:
        url = ADDRESS.replace("%2A", "AoI%2F%2Bx%3D%3D")
        assert page(answer(record(), hitCount=5, nextCursorMark="AoI/+x=="), url).next_url == ""

    @pytest.mark.parametrize("fields", [{}, {"nextCursorMark": "*"}])
    def test_only_page(self, fields: dict[str, Any]) -> None:
        assert page(answer(record(), **fields)).next_url == ""

    def test_nothing_found(self) -> None:
        assert page(answer(nextCursorMark="AoI")) == SearchPage((), 0, "")


class TestSavedRecords:
    def test_one_record_with_each_value_in_a_list(self) -> None:
        def wrapped(value: Any) -> Any:
            if isinstance(value, dict):
                return {
                    name: [wrapped(each)] if not isinstance(each, list) else [*map(wrapped, each)]
                    for name, each in value.items()
                }
            return value

        (expected,) = page(answer(FULL)).hits
        assert page(json.dumps(wrapped(FULL)).encode(), "").hits == (expected,)
        assert page(json.dumps([wrapped(FULL)]).encode(), "").hits == (expected,)

    def test_records_by_their_numbers(self) -> None:
        saved = {"PMC4711": {"downloaded": True, "full": FULL}, "PMC4712": record(pmcid="PMC4712")}
        assert [pmcid(each) for each in page(json.dumps(saved).encode(), "").hits] == ["PMC4711", "PMC4712"]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<article/>",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b"null",
            b"7",
            b"[" * 100_000,
            b'{"message": {"items": []}}',
            b'{"resultList": {"result": []}}',
            b'{"id": "1", "title": "Of another index", "source": "x"}',
        ],
    )
    def test_anything_else_is_no_answer(self, body: bytes) -> None:
        assert read_search(body, ADDRESS) is None

    def test_odd_values_do_not_stop_the_reading(self) -> None:
        odd = record(doi=None, authorList=7, journalInfo=["x"], pubTypeList={"pubType": None}, fullTextUrlList="none")
        (found,) = page(answer(odd)).hits
        assert found.article == Article(
            title="Moss", date="2021", article_url="https://europepmc.org/article/MED/471100"
        )

    def test_real_records(self, shared: Path) -> None:
        files = sorted((shared / "web" / "europepmc").glob("*.json"))
        hits = [each for file in files for each in page(file.read_bytes(), "").hits]
        assert len(hits) == 20  # ten of one record, and one of ten
        for each in hits:
            assert each.url.endswith(f"/{pmcid(each)}/fullTextXML")
            assert each.article.doi.startswith("10.")
            assert each.article.authors
            assert each.article.journal
            assert len(each.article.date) == 10
            assert each.article.open
            assert "<" not in each.article.abstract
