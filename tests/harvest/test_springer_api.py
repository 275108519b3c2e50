"""Springer Nature's interfaces: addresses with and without the key, metadata as JSON, articles as JATS."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.harvest.apis.springer import read_answer, search_url, with_key, without_key
from exsclaim_core.harvest.records import Article, SearchPage
from exsclaim_core.harvest.search import Search

KEY = "mosskey123"
URL = f"https://api.springernature.com/openaccess/json?q=moss&s={{start}}&p=2&api_key={KEY}"


def record(**fields: Any) -> dict[str, Any]:
    return {
        "contentType": "Article",
        "identifier": "doi:10.5555/s1-moss",
        "url": [
            {"format": "html", "platform": "web", "value": "http://link.press.example/fulltext?id=doi:10.5555/s1-moss"},
            {"format": "pdf", "platform": "web", "value": "http://link.press.example/pdf?id=doi:10.5555/s1-moss"},
        ],
        "title": "How moss swells",
        "creators": [{"creator": "Gray, Ann B."}, {"creator": "Moss Group"}],
        "publicationName": "Journal of Moss",
        "openaccess": "true",
        "doi": "10.5555/S1-Moss",
        "publisher": "Invented Press",
        "publicationDate": "2021-03-09",
        "genre": ["ReviewPaper", "Review"],
    } | fields


def answer(*records: dict[str, Any], total: int, start: int = 1, query: str = "moss") -> bytes:
    return json.dumps(
        {
            "apiMessage": "This JSON was provided by Springer Nature",
            "query": query,
            "apiKey": KEY,
            "nextPage": f"/openaccess/json?api_key={KEY}&s={start + 2}&p=2&q=moss",
            "result": [
                {"total": str(total), "start": str(start), "pageLength": "2", "recordsDisplayed": str(len(records))}
            ],
            "records": list(records),
        }
    ).encode()


def jats(number: int = 1) -> str:
    return f"""<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article" dtd-version="1.2">
<front><journal-meta><journal-title-group><journal-title>Journal of Moss</journal-title></journal-title-group>
<publisher><publisher-name>Invented Press</publisher-name></publisher></journal-meta>
<article-meta><article-id pub-id-type="doi">10.5555/s{number}-moss</article-id>
<title-group><article-title>How moss swells</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Gray</surname><given-names>Ann B.</given-names></name>
</contrib></contrib-group>
<pub-date date-type="pub" publication-format="electronic"><day>9</day><month>3</month><year>2021</year></pub-date>
<permissions><license license-type="open-access" xlink:href="http://creativecommons.org/licenses/by/4.0/">
<license-p>Open</license-p></license></permissions></article-meta></front>
<body><sec><p>See <xref ref-type="fig" rid="Fig1">Fig. 1</xref>.</p>
<fig id="Fig1"><label>Fig. 1</label><caption><p>A mossy stone.</p></caption>
<graphic xlink:href="MediaObjects/1_Fig1_HTML.png"/></fig></sec></body></article>"""


def xml(*articles: str, total: int, start: int = 1, query: str = "moss") -> bytes:
    return f"""<?xml version="1.0"?>
<?xml-stylesheet type="text/xsl" href="/resources/spdi-xmldata-jats.xsl"?>
<!DOCTYPE response [

<!ENTITY % article SYSTEM "http://jats.example/JATS-archivearticle1.dtd">
]><response><apiMessage>This XML was provided by Springer Nature</apiMessage><query>{query}</query>
<apiKey>{KEY}</apiKey><result><total>{total}</total><start>{start}</start><pageLength>2</pageLength>
<recordsDisplayed>{len(articles)}</recordsDisplayed></result>
<records>{"".join(articles)}</records></response>""".encode()


def page(body: bytes, url: str = "") -> SearchPage:
    found = read_answer(body, url)
    assert isinstance(found, SearchPage)
    return found


def article(**fields: Any) -> Article:
    return page(answer(record(**fields), total=1)).hits[0].article


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_search_asks_for_open_articles_in_full_between_two_days():
    search = Search(("green moss", 'the "HAADF"'), "recent", True, date(2020, 1, 2), date(2021, 3, 4), 10)
    url = search_url(search, "http://127.0.0.1:8000")
    assert url.startswith("http://127.0.0.1:8000/openaccess/jats?")
    assert query_of(url) == {
        "q": '"green moss" "the HAADF" type:Journal onlinedatefrom:2020-01-02 onlinedateto:2021-03-04 sort:date',
        "s": "1",
        "p": "10",
    }


def test_search_for_metadata_can_leave_out_what_is_not_open():
    assert "openaccess:true" not in search_url(Search(("moss",)), interface="meta/v2/json").replace("%3A", ":")
    url = search_url(Search(("moss",), open_only=True, page_size=500), interface="meta/v2/json")
    assert url.startswith("https://api.springernature.com/meta/v2/json?")
    assert query_of(url) == {"q": '"moss" type:Journal openaccess:true', "s": "1", "p": "25"}


def test_key_is_added_and_taken_away():
    url = "https://api.springernature.com/openaccess/json?q=moss&s=1"
    assert with_key(url, KEY) == f"{url}&api_key={KEY}"
    assert without_key(with_key(url, KEY)) == url
    assert with_key(url, "") == url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://api.springernature.com/a?api_key={KEY}", "https://api.springernature.com/a"),
        (f"https://api.springernature.com/a?api_key={KEY}&s=1", "https://api.springernature.com/a?s=1"),
        (f"/meta/v2/json?s=1&api_key={KEY}&p=2", "/meta/v2/json?s=1&p=2"),
        (f"GET https://api.springernature.com/a?s=1&API_KEY={KEY} failed", None),
        ("https://api.springernature.com/a?s=1", "https://api.springernature.com/a?s=1"),
    ],
)
def test_no_address_keeps_its_key(url, expected):
    assert KEY not in without_key(url)
    if expected is not None:
        assert without_key(url) == expected


def test_metadata_of_a_record():
    assert article(abstract={"h1": "Abstract", "p": ["Moss <i>swells</i>.", "Stones don't."]}) == Article(
        doi="10.5555/s1-moss",
        title="How moss swells",
        authors=("Ann B. Gray", "Moss Group"),
        journal="Journal of Moss",
        publisher="Invented Press",
        date="2021-03-09",
        abstract="Moss swells. Stones don't.",
        open=True,
        article_url="https://link.press.example/fulltext?id=doi:10.5555/s1-moss",
        pdf_url="https://link.press.example/pdf?id=doi:10.5555/s1-moss",
        article_type="reviewpaper",
    )


def test_abstract_as_one_text():
    assert article(abstract="<p>Moss swells.</p>").abstract == "Moss swells."
    assert article(abstract={"h1": "Abstract", "p": "Moss swells."}).abstract == "Moss swells."


def test_article_is_at_its_doi_where_only_the_interface_is_told():
    told = [{"format": "html", "value": f"http://api.springernature.com/x?api_key={KEY}"}]
    assert article(url=told).article_url == "https://doi.org/10.5555/s1-moss"
    assert article(url=[{"format": "", "value": "http://dx.doi.org/10.5555/s1-moss"}], doi="").article_url == (
        "https://doi.org/10.5555/s1-moss"
    )


def test_open_or_closed():
    assert article(openaccess="false").open is False
    assert article(openaccess=True).open is True
    assert article(openaccess=None).open is None


def test_chapters_are_left_out():
    assert page(answer(record(contentType="Chapter ConferencePaper"), total=1)).hits == ()


def test_next_page_has_no_key():
    found = page(answer(record(), record(doi="10.5555/s2-moss"), total=3), URL.format(start=1))
    assert found.total == 3
    assert query_of(found.next_url) == {"q": "moss", "p": "2", "s": "3"}
    assert KEY not in json.dumps([hit.article.to_dict() for hit in found.hits])
    assert page(answer(record(), total=3, start=3), URL.format(start=3)).next_url == ""
    assert page(answer(total=0), URL.format(start=1)) == SearchPage((), 0)


def test_articles_in_full_have_their_figures():
    found = page(xml(jats(1), jats(2), total=3), URL.format(start=1))
    assert [hit.article.doi for hit in found.hits] == ["10.5555/s1-moss", "10.5555/s2-moss"]
    assert query_of(found.next_url) == {"q": "moss", "p": "2", "s": "3"}
    first = found.hits[0].article
    assert (first.title, first.authors, first.date) == ("How moss swells", ("Ann B. Gray",), "2021-03-09")
    assert (first.licence, first.redistribution) == ("https://creativecommons.org/licenses/by/4.0", True)
    assert [(figure.label, figure.caption) for figure in first.figures] == [("1", "Fig. 1 A mossy stone.")]
    assert first.figures[0].image_url.endswith("MediaObjects/1_Fig1_HTML.png")


@pytest.mark.parametrize("query", ["doi:10.5555/s1-moss", 'doi:"10.5555/s1-moss"', "(doi:10.5555/s1-moss)"])
def test_one_article_that_was_asked_for_by_its_doi(query):
    for body in (xml(jats(), total=1, query=query), answer(record(), total=1, query=query.replace('"', "'"))):
        found = read_answer(body, URL.format(start=1))
        assert isinstance(found, Article)
        assert found.doi == "10.5555/s1-moss"


def test_search_that_happens_to_find_one_article_is_a_search():
    assert len(page(xml(jats(), total=1)).hits) == 1


def test_refusal_says_what_springer_nature_says_without_the_key():
    body = {
        "status": "Fail",
        "message": f"Access with {KEY} failed.",
        "error": {"error": "Unauthorized", "error_description": "API key is invalid or missing"},
    }
    with pytest.raises(ValueError, match=r"request: Access with … failed\. API key is invalid or missing$"):
        read_answer(json.dumps(body).encode(), URL.format(start=1))
    with pytest.raises(ValueError, match="refuses the request: Rate limit exceeded"):
        read_answer(b"<response><status>Fail</status><message>Rate limit exceeded</message></response>", URL)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"records": []}',
        b'{"status": "fail", "message": "of another service"}',
        b"<response><status>Fail</status></response>",
        b"<response><result/></response>",
        b"<html><h1>Developer Over Rate</h1></html>",
        answer(record(), total=1)[:-3],
        xml(jats(), total=1)[:-30],
        jats().encode(),
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer(body):
    assert read_answer(body, "") is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("https://[x"),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "format", "creator", "p"]), inner)
    ),
    max_leaves=4,
)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from([*list(record())[2:], "abstract", "onlineDate", "copyright"]), ANYTHING))
def test_fields_of_unexpected_types_are_passed_over(fields):
    page(answer(record(**fields), total=1))


def test_recorded_answers(shared):
    folder = shared / "web" / "springernature_api"
    metadata = read_answer((folder / "meta_v1_10.1007_s11306-017-1242-7.redacted.json").read_bytes(), "")
    assert isinstance(metadata, Article)
    assert (metadata.doi, metadata.open, len(metadata.authors)) == ("10.1007/s11306-017-1242-7", True, 5)
    whole = read_answer((folder / "spr_test1.xml").read_bytes(), "")
    assert isinstance(whole, Article)
    assert len([figure for figure in whole.figures if figure.type == "Figure"]) == 28
    assert len([figure for figure in whole.figures if figure.type == "Table"]) == 2
