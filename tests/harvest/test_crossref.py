"""Crossref: addresses of searches, and works with the licence that holds and the links to their full text."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.harvest.apis.answers import doi_in, json_object, text_of, with_parameters, without_tags
from exsclaim_core.harvest.apis.crossref import full_text_links, read_answer, search_url, with_contact, work_url
from exsclaim_core.harvest.records import Article, SearchPage
from exsclaim_core.harvest.search import Search

TODAY = date(2024, 6, 1)
CC_BY = "http://creativecommons.org/licenses/by/4.0/"


def work(**fields: Any) -> dict[str, Any]:
    return {"DOI": "10.5555/Moss.7", "type": "journal-article", "source": "Crossref"} | fields


def licence(url: str, version: str, *start: int) -> dict[str, Any]:
    return {"URL": url, "content-version": version, "start": {"date-parts": [list(start)]}, "delay-in-days": 0}


def link(url: str, kind: str, use: str = "text-mining", version: str = "vor") -> dict[str, str]:
    return {"URL": url, "content-type": kind, "content-version": version, "intended-application": use}


def single(**fields: Any) -> bytes:
    return json.dumps({"status": "ok", "message-type": "work", "message": work(**fields)}).encode()


def article(**fields: Any) -> Article:
    found = read_answer(single(**fields), "", TODAY)
    assert isinstance(found, Article)
    return found


def listed(count: int, total: int, **message: Any) -> bytes:
    items = [work(DOI=f"10.5555/moss.{number}") for number in range(count)]
    return json.dumps(
        {"status": "ok", "message-type": "work-list", "message": {"total-results": total, "items": items} | message}
    ).encode()


def pages(body: bytes, url: str) -> SearchPage:
    found = read_answer(body, url, TODAY)
    assert isinstance(found, SearchPage)
    return found


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_search_asks_for_articles_with_full_text_between_two_days():
    search = Search(("green moss", "HAADF"), "recent", True, date(2020, 1, 2), date(2021, 3, 4), 50)
    url = search_url(search, "http://127.0.0.1:8000")
    assert url.startswith("http://127.0.0.1:8000/works?")
    asked = query(url)
    assert asked["query.bibliographic"] == "green moss HAADF"
    assert asked["filter"].split(",") == [
        "type:journal-article",
        "has-full-text:true",
        "has-license:true",
        "from-pub-date:2020-01-02",
        "until-pub-date:2021-03-04",
    ]
    assert (asked["sort"], asked["order"], asked["rows"], asked["cursor"]) == ("published", "desc", "50", "*")


@pytest.mark.parametrize(
    ("sort_by", "expected"),
    [("relevant", ("relevance", "desc")), ("recent", ("published", "desc")), ("old", ("published", "asc"))],
)
def test_orders(sort_by, expected):
    asked = query(search_url(Search(("moss",), sort_by)))
    assert (asked["sort"], asked["order"]) == expected


def test_a_page_never_has_more_than_a_thousand_works():
    assert query(search_url(Search(("moss",), page_size=5000)))["rows"] == "1000"


def test_address_of_one_work_has_its_doi_as_one_part_of_the_path():
    assert work_url("10.5555/a(1)/b") == "https://api.crossref.org/works/10.5555%2Fa%281%29%2Fb"


def test_contact_is_added_once():
    url = with_contact("https://api.crossref.org/works?rows=2&mailto=old%40example.org", "me@example.org")
    assert url == "https://api.crossref.org/works?rows=2&mailto=me%40example.org"


def test_cursor_leads_to_the_next_page():
    url = "https://api.crossref.org/works?query=moss&rows=2&cursor=%2A"
    found = pages(listed(2, 5, **{"next-cursor": "Ab+/="}), url)
    assert found.total == 5
    assert query(found.next_url) == {"query": "moss", "rows": "2", "cursor": "Ab+/="}


def test_short_page_is_the_last_one_although_it_has_a_cursor():
    url = "https://api.crossref.org/works?query=moss&rows=2&cursor=xyz"
    assert pages(listed(1, 5, **{"next-cursor": "Ab"}), url).next_url == ""
    assert pages(listed(0, 4, **{"next-cursor": "Ab"}), url).next_url == ""


def test_pages_by_offset_end_with_the_total_and_where_crossref_ends_them():
    url = "https://api.crossref.org/works?query=moss&rows=2"
    assert query(pages(listed(2, 5), url).next_url)["offset"] == "2"
    assert query(pages(listed(2, 5), url + "&offset=2").next_url)["offset"] == "4"
    assert pages(listed(1, 5), url + "&offset=4").next_url == ""
    assert pages(listed(2, 90_000), url + "&offset=9998").next_url == ""


def test_saved_page_knows_of_no_next_one():
    assert pages(listed(2, 5), "").next_url == ""


def test_hits_carry_their_articles():
    found = pages(listed(2, 2), "")
    assert [hit.article.doi for hit in found.hits] == ["10.5555/moss.0", "10.5555/moss.1"]
    assert [hit.url for hit in found.hits] == ["https://doi.org/10.5555/moss.0", "https://doi.org/10.5555/moss.1"]


def test_metadata_of_a_work():
    found = article(
        title=["How <i>moss</i> grows"],
        subtitle=["A study"],
        author=[
            {"given": "Ann B.", "family": "Gray", "sequence": "first"},
            {"family": "Lime"},
            {"given": "Cid", "family": "Stone", "suffix": "Jr"},
            {"name": "The Moss Group"},
        ],
        publisher="Invented Press",
        issued={"date-parts": [[2021, 3, 9]]},
        resource={"primary": {"URL": "https://press.example/moss/7"}},
        **{"container-title": ["Journal of Moss"]},
    )
    assert found == Article(
        doi="10.5555/moss.7",
        title="How moss grows: A study",
        authors=("Ann B. Gray", "Lime", "Cid Stone Jr", "The Moss Group"),
        journal="Journal of Moss",
        publisher="Invented Press",
        date="2021-03-09",
        article_url="https://press.example/moss/7",
        article_type="journal-article",
    )


def test_chapter_is_in_its_book_and_preprint_at_its_institution():
    names = {"container-title": ["Moss Series", "The Moss Book"]}
    assert article(type="book-chapter", **names).journal == "The Moss Book"
    assert article(type="posted-content", institution=[{"name": "mossRxiv"}]).journal == "mossRxiv"


def test_first_date_is_told_as_exactly_as_any_date_tells_it():
    online, paper = {"date-parts": [[2021, 1, 14]]}, {"date-parts": [[2021]]}
    assert article(issued=paper, **{"published-print": paper, "published-online": online}).date == "2021-01-14"


def test_date_of_a_later_scan_is_not_the_date_of_publication():
    assert (
        article(issued={"date-parts": [[2003, 2]]}, **{"published-online": {"date-parts": [[2005, 4, 18]]}}).date
        == "2003-02"
    )


@pytest.mark.parametrize("parts", [[[]], [[None]], [], None, [["x", 3]], [[0, 0, 0]]])
def test_dates_that_tell_nothing(parts):
    assert article(issued={"date-parts": parts}).date == ""


def test_day_without_a_month_is_left_out():
    assert article(issued={"date-parts": [[2018, 0, 5]]}).date == "2018"


def test_licence_of_the_published_version_goes_before_that_of_the_manuscript():
    found = article(
        license=[licence(CC_BY, "am", 2020, 1, 1), licence("https://press.example/terms", "vor", 2020, 1, 1)]
    )
    assert (found.licence, found.redistribution, found.open) == ("https://press.example/terms", None, None)


def test_licence_holds_from_its_first_day_on():
    told = [licence("https://press.example/terms", "vor", 2020, 1, 1), licence(CC_BY, "vor", 2024, 6, 1)]
    today = read_answer(single(license=told), "", TODAY)
    before = read_answer(single(license=told), "", date(2024, 5, 31))
    assert isinstance(today, Article)
    assert isinstance(before, Article)
    assert (today.licence, today.redistribution, today.open) == (
        "https://creativecommons.org/licenses/by/4.0",
        True,
        True,
    )
    assert before.licence == "https://press.example/terms"


def test_manuscript_licence_that_has_not_started_is_none():
    assert article(license=[licence(CC_BY, "am", 2030)]).licence == ""


def test_licence_for_text_mining_allows_no_copies():
    found = article(license=[licence("https://press.example/tdm/userlicense/1.0/", "tdm", 2020)])
    assert (found.licence, found.redistribution) == ("https://press.example/tdm/userlicense/1.0/", False)


def test_full_texts_are_sorted_by_version_and_purpose():
    body = single(
        link=[
            link("https://press.example/accepted/7", "application/pdf", "unspecified", "am"),
            link("https://press.example/check/7.pdf", "unspecified", "similarity-checking"),
            link("https://press.example/7.xml", "application/xml"),
            link("https://press.example/7.html", "text/html"),
            link("https://press.example/7.txt", "text/plain"),
            link("https://press.example/7", "unspecified", "syndication"),
            link("https://press.example/7.pdf", "application/pdf"),
            link("https://press.example/7.pdf", "unspecified", "similarity-checking"),
            link("ftp://press.example/7b.pdf", "application/pdf"),
        ]
    )
    assert full_text_links(body) == (
        ("https://press.example/7.xml", "application/xml"),
        ("https://press.example/7.pdf", "application/pdf"),
        ("https://press.example/check/7.pdf", "application/pdf"),
        ("https://press.example/accepted/7", "application/pdf"),
    )
    found = read_answer(body, "", TODAY)
    assert isinstance(found, Article)
    assert found.pdf_url == "https://press.example/7.pdf"


def test_address_tells_the_type_that_the_publisher_does_not_tell():
    body = single(link=[link("https://press.example/content/pdf/10.5555/7?x=1", "unspecified")])
    assert full_text_links(body) == (("https://press.example/content/pdf/10.5555/7?x=1", "application/pdf"),)


def test_no_full_texts_of_anything_but_one_work():
    assert full_text_links(listed(2, 2)) == ()
    assert full_text_links(b"Resource not found.") == ()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            "<jats:title>Abstract</jats:title><jats:p>Moss is <jats:italic>green</jats:italic>.</jats:p>",
            "Moss is green.",
        ),
        ("<jats:sec><jats:title>Aims</jats:title><jats:p>A.</jats:p></jats:sec><jats:p>B.</jats:p>", "Aims A. B."),
        ("CO<jats:sub>2</jats:sub> &amp; H<sub>2</sub>O", "CO2 & H2O"),
        ("p < 0.05 and q > 3, if a<b and c>d", "p < 0.05 and q > 3, if a<b and c>d"),
        (
            "of <jats:inline-formula><jats:alternatives><jats:tex-math>$x$</jats:tex-math><mml:math><mml:mi>x</mml:mi>"
            "</mml:math></jats:alternatives></jats:inline-formula> cm",
            "of x cm",
        ),
        ("of <jats:tex-math>$x$</jats:tex-math> cm", "of $x$ cm"),
        ('see <a href="https://press.example/?a=1&amp;b=2">here</a>', "see here"),
    ],
)
def test_texts_without_tags(told, expected):
    assert without_tags(told) == expected
    assert article(abstract=told).abstract == expected


def test_work_without_its_envelope_is_read_too():
    found = read_answer(json.dumps(work(title="How moss grows")).encode(), "", TODAY)
    assert isinstance(found, Article)
    assert found.title == "How moss grows"


def test_refusal_says_what_crossref_says():
    body = {
        "status": "failed",
        "message-type": "validation-failure",
        "message": [{"type": "parameter-not-allowed", "value": "x", "message": "Filter x is unknown"}],
    }
    with pytest.raises(ValueError, match=r"^Crossref refuses the request: Filter x is unknown$"):
        read_answer(json.dumps(body).encode(), "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Resource not found.",
        b"http_interactions:\n- request:\n    method: get\n",
        b"[]",
        b"{}",
        b'{"message": {"DOI": 3}, "message-type": "work"}',
        b'{"message": [], "message-type": "work-list"}',
        b'{"message-type": "member-list", "message": {"items": []}}',
        single()[:-9],
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"<html></html>",
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_answer(body):
    assert read_answer(body, "") is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("https://[x"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "URL", "date-parts"]), inner),
    max_leaves=4,
)
FIELDS = [
    "DOI",
    "title",
    "author",
    "license",
    "link",
    "issued",
    "abstract",
    "resource",
    "container-title",
    "institution",
]


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_fields_of_unexpected_types_are_passed_over(fields):
    body = single(**({"DOI": "10.5555/7"} | fields))
    assert isinstance(read_answer(body, ""), Article | None)
    full_text_links(body)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes(body):
    assert read_answer(body, "") is None


def test_text_that_no_file_could_hold():
    assert text_of(json_object(b'{"a": "x\\ud800y"}')["a"]) == "x?y"


def test_doi_in_an_address():
    assert doi_in("https://doi.org/10.5555/ABC(1).x.") == "10.5555/abc(1).x"
    assert doi_in("none") == ""


def test_parameters_are_replaced_added_and_taken_away():
    url = "https://example.org/a?x=1&y=2&x=3"
    assert with_parameters(url, x="4", z="5") == "https://example.org/a?y=2&x=4&z=5"
    assert with_parameters(url, y=None) == "https://example.org/a?x=1&x=3"
    assert with_parameters("page.json", x="4") == ""


@pytest.mark.parametrize(
    ("file", "doi"),
    [
        ("2018.3804742.json", "10.1155/2018/3804742"),
        ("9781316535783.011.json", "10.1017/9781316535783.011"),
        ("sample_crossref_record.json", "10.1103/physrevd.93.016005"),
        ("tasc.2017.2776938.json", "10.1109/tasc.2017.2776938"),
    ],
)
def test_recorded_works(shared, file, doi):
    found = read_answer((shared / "web" / "crossref" / file).read_bytes(), "")
    assert isinstance(found, Article)
    assert found.doi == doi
    assert found.title
    assert found.authors


def test_every_recorded_answer_is_a_work_or_nothing(shared):
    kinds = {path.name: read_answer(path.read_bytes(), "") for path in sorted((shared / "web" / "crossref").iterdir())}
    # Recordings of other programs, and one that is no JSON.
    nothing = {"cr_works.yml", "ft_search_crossref.yml", "sd-graph_example.json"}
    assert {name for name, found in kinds.items() if found is None} == nothing & set(kinds)
    assert all(isinstance(found, Article) for name, found in kinds.items() if name not in nothing)
