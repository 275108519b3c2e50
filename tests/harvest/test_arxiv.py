"""arXiv: addresses of searches, Atom feeds, and OAI-PMH records with licences."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.harvest.apis.arxiv import read_answer, record_url, search_url
from exsclaim_core.harvest.records import Article, SearchPage
from exsclaim_core.harvest.search import Search

QUERY = "https://export.arxiv.org/api/query?search_query=all%3Amoss&start={start}&max_results=2"
RESERVED = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def entry(identifier: str = "2401.00001v2", more: str = "") -> str:
    return f"""<entry>
    <id>http://arxiv.org/abs/{identifier}</id>
    <title>How moss
  grows on $x^2$</title>
    <updated>2024-02-02T08:00:00Z</updated>
    <link href="https://arxiv.org/abs/{identifier}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{identifier}" rel="related" type="application/pdf" title="pdf"/>
    <summary>  Moss is green,
and &lt; 3 cm high.</summary>
    <category term="cs.IT" scheme="http://arxiv.org/schemas/atom"/>
    <published>2024-01-01T18:00:00Z</published>
    <arxiv:primary_category term="cs.IT"/>
    <author><name>Ann B. Gray</name><arxiv:affiliation>Moss Institute</arxiv:affiliation></author>
    <author><name>Cid Lime</name></author>{more}
  </entry>"""


def feed(*entries: str, total: int, start: int = 0, identifier: str = "https://arxiv.org/api/Abc") -> bytes:
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom">
  <id>{identifier}</id>
  <title>arXiv Query: search_query=all:moss</title>
  <opensearch:itemsPerPage>2</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
  {"".join(entries)}
</feed>""".encode()


def record(metadata: str, header: str = "<header><identifier>oai:arXiv.org:2401.00001</identifier></header>") -> str:
    return f"<record>{header}<metadata>{metadata}</metadata></record>"


def answer(content: str, verb: str = "GetRecord", host: str = "http://export.arxiv.org/oai2") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f'<responseDate>2024-06-01T00:00:00Z</responseDate><request verb="{verb}">{host}</request>{content}</OAI-PMH>'
    ).encode()


def arxiv_record(identifier: str = "2401.00001", more: str = f"<license>{RESERVED}</license>") -> str:
    return (
        f'<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>{identifier}</id><created>2024-01-01</created>'
        "<updated>2024-02-02</updated><authors><author><keyname>Moss Collaboration</keyname></author>"
        "<author><keyname>:</keyname></author>"
        "<author><keyname>Gray</keyname><forenames>Ann B.</forenames><suffix>Jr</suffix>"
        "<affiliation>Moss Institute</affiliation></author></authors><title>How moss\n  grows</title>"
        f"<categories>cs.IT</categories>{more}<abstract>  Moss is\ngreen.\n</abstract></arXiv>"
    )


def page(body: bytes, url: str = "") -> SearchPage:
    found = read_answer(body, url)
    assert isinstance(found, SearchPage)
    return found


def article(body: bytes) -> Article:
    found = read_answer(body, "")
    assert isinstance(found, Article)
    return found


def refusal(body: bytes) -> str:
    """What arXiv gives as its reason where it refuses; "" where it does not."""
    try:
        read_answer(body, "")
    except ValueError as error:
        return str(error)
    return ""


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_search_asks_for_all_phrases_between_two_days():
    url = search_url(Search(("green moss", 'the "HAADF"'), "recent", True, date(2020, 1, 2), date(2021, 3, 4), 50))
    assert url.startswith("https://export.arxiv.org/api/query?")
    assert query(url) == {
        "search_query": 'all:"green moss" AND all:"the HAADF" AND submittedDate:[202001020000 TO 202103042359]',
        "start": "0",
        "max_results": "50",
        "sortBy": "submittedDate",
        "sortOrder": "descending",
    }


@pytest.mark.parametrize(
    ("sort_by", "expected"),
    [
        ("relevant", ("relevance", "descending")),
        ("recent", ("submittedDate", "descending")),
        ("old", ("submittedDate", "ascending")),
    ],
)
def test_orders(sort_by, expected):
    asked = query(search_url(Search(("moss",), sort_by), "http://127.0.0.1:8000"))
    assert (asked["sortBy"], asked["sortOrder"]) == expected
    assert "submittedDate:" not in asked["search_query"]


def test_range_with_one_end_reaches_to_the_beginning_or_far_ahead():
    since = query(search_url(Search(("moss",), since=date(2020, 1, 2))))["search_query"]
    until = query(search_url(Search(("moss",), until=date(2020, 1, 2))))["search_query"]
    assert since == 'all:"moss" AND submittedDate:[202001020000 TO 209912312359]'
    assert until == 'all:"moss" AND submittedDate:[199101010000 TO 202001022359]'


def test_article_of_a_feed():
    found = page(feed(entry(), total=1))
    assert found.total == 1
    assert found.next_url == ""
    assert found.hits[0].url == "https://arxiv.org/abs/2401.00001"
    assert found.hits[0].article == Article(
        doi="10.48550/arxiv.2401.00001",
        title="How moss grows on $x^2$",
        authors=("Ann B. Gray", "Cid Lime"),
        publisher="arXiv",
        date="2024-01-01",
        abstract="Moss is green, and < 3 cm high.",
        open=True,
        article_url="https://arxiv.org/abs/2401.00001",
        pdf_url="https://arxiv.org/pdf/2401.00001",
        article_type="preprint",
    )


def test_doi_and_journal_of_the_publication():
    more = "<arxiv:journal_ref>J. Moss 7 (2024) 1-9</arxiv:journal_ref><arxiv:doi>10.5555/Moss.7</arxiv:doi>"
    found = page(feed(entry(more=more), total=1)).hits[0].article
    assert (found.doi, found.journal, found.publisher) == ("10.5555/moss.7", "J. Moss 7 (2024) 1-9", "")


def test_identifier_with_the_name_of_an_archive():
    found = page(feed(entry("math.GT/0309136v1"), total=1)).hits[0].article
    assert found.doi == "10.48550/arxiv.math.gt/0309136"
    assert found.pdf_url == "https://arxiv.org/pdf/math.GT/0309136"


def test_next_page_begins_behind_what_this_one_shows():
    first = page(feed(entry(), entry("2401.00002v1"), total=3), QUERY.format(start=0))
    assert query(first.next_url) == {"search_query": "all:moss", "max_results": "2", "start": "2"}
    short = page(feed(entry(), total=9, start=4), QUERY.format(start=4))
    assert query(short.next_url)["start"] == "5"
    assert page(feed(entry(), total=3, start=2), QUERY.format(start=2)).next_url == ""


def test_search_without_results():
    assert page(feed(total=0), QUERY.format(start=0)) == SearchPage((), 0, "")


def test_page_that_lacks_its_articles_is_to_be_asked_for_again():
    with pytest.raises(ValueError, match=r"^arXiv gives none of the 90 articles from 4 on$"):
        read_answer(feed(total=90, start=4), QUERY.format(start=4))


def test_page_behind_the_last_one_is_empty():
    assert page(feed(total=3, start=4), QUERY.format(start=4)).next_url == ""


def test_refusal_says_what_arxiv_says():
    error = """<entry><id>https://arxiv.org/api/errors#start_must_be_non-negative</id><title>Error</title>
    <summary>start must be non-negative</summary><author><name>arXiv api core</name></author></entry>"""
    with pytest.raises(ValueError, match=r"^arXiv refuses the request: start must be non-negative$"):
        read_answer(feed(error, total=1, identifier="https://arxiv.org/"), "")


def test_answer_as_a_recorder_of_requests_has_written_it():
    recording = {"url": QUERY.format(start=0), "status_code": 200, "body": feed(entry(), total=2).decode()}
    found = page(json.dumps(recording).encode())
    assert found.hits[0].article.doi == "10.48550/arxiv.2401.00001"
    assert query(found.next_url)["start"] == "1"


def test_recorder_that_took_utf8_for_latin1():
    body = feed(entry(more="<author><name>Zoë Müller</name></author>"), total=1)
    for text in (body.decode("latin-1"), body.decode()):
        recording = json.dumps({"url": "", "body": text}).encode()
        assert page(recording).hits[0].article.authors[2] == "Zoë Müller"


def test_record_with_its_licence():
    found = article(answer(f"<GetRecord>{record(arxiv_record())}</GetRecord>"))
    assert found == Article(
        doi="10.48550/arxiv.2401.00001",
        title="How moss grows",
        authors=("Moss Collaboration", "Ann B. Gray Jr"),
        publisher="arXiv",
        date="2024-01-01",
        abstract="Moss is green.",
        licence=RESERVED,
        redistribution=False,
        open=True,
        article_url="https://arxiv.org/abs/2401.00001",
        pdf_url="https://arxiv.org/pdf/2401.00001",
        article_type="preprint",
    )


def test_record_under_a_free_licence():
    more = (
        "<journal-ref>J. Moss 7, 1</journal-ref><doi>10.5555/Moss.7</doi>"
        "<license>http://creativecommons.org/licenses/by/4.0/</license>"
    )
    found = article(answer(f"<GetRecord>{record(arxiv_record(more=more))}</GetRecord>"))
    assert (found.doi, found.journal) == ("10.5555/moss.7", "J. Moss 7, 1")
    assert (found.licence, found.redistribution) == ("https://creativecommons.org/licenses/by/4.0", True)


def test_record_that_has_lost_its_namespace():
    bare = arxiv_record().replace(' xmlns="http://arxiv.org/OAI/arXiv/"', "")
    assert article(answer(f"<GetRecord>{record(bare)}</GetRecord>")).title == "How moss grows"
    assert article(bare.encode()).title == "How moss grows"


def test_raw_record_has_authors_in_one_line_and_dates_by_version():
    raw = (
        '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>0704.0001</id><submitter>Ann Gray</submitter>'
        '<version version="v1"><date>Mon, 2 Apr 2007 19:18:42 GMT</date><size>9kb</size></version>'
        '<version version="v2"><date>Tue, 24 Jul 2007 20:10:27 GMT</date><size>9kb</size></version>'
        "<title>Moss</title><authors>A. Gray (1), B. Lime, Jr. (1 and 2), C. Stone (for the Moss (and Fern) Group)"
        " and D. Rook ((1) Moss Institute, (2) Fern House)</authors>"
        f"<license>{RESERVED}</license><abstract>Green.</abstract></arXivRaw>"
    )
    found = article(answer(f"<GetRecord>{record(raw)}</GetRecord>"))
    assert found.authors == ("A. Gray", "B. Lime Jr.", "C. Stone", "D. Rook")
    assert found.date == "2007-04-02"
    assert found.doi == "10.48550/arxiv.0704.0001"


def test_list_of_records_goes_on_with_a_token():
    deleted = '<record><header status="deleted"><identifier>oai:arXiv.org:2401.00003</identifier></header></record>'
    token = '<resumptionToken cursor="0" completeListSize="5">abc|2</resumptionToken>'
    content = f"<ListRecords>{record(arxiv_record())}{deleted}{token}</ListRecords>"
    url = "https://oaipmh.arxiv.org/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs"
    found = page(answer(content, "ListRecords"), url)
    assert len(found.hits) == 1
    assert found.total == 5
    assert found.next_url == "https://oaipmh.arxiv.org/oai?verb=ListRecords&resumptionToken=abc%7C2"


def test_last_list_of_records_has_an_empty_token():
    content = f"<ListRecords>{record(arxiv_record())}<resumptionToken/></ListRecords>"
    assert page(answer(content, "ListRecords"), "https://oaipmh.arxiv.org/oai?verb=ListRecords").next_url == ""


def test_refusals_of_records():
    missing = '<error code="idDoesNotExist">no such id</error>'
    with pytest.raises(ValueError, match=r"^arXiv refuses the request: no such id$"):
        read_answer(answer(missing), "")
    assert page(answer('<error code="noRecordsMatch">none</error>', "ListRecords")) == SearchPage((), 0)


def test_address_of_a_record():
    assert query(record_url("2401.00001")) == {
        "verb": "GetRecord",
        "identifier": "oai:arXiv.org:2401.00001",
        "metadataPrefix": "arXiv",
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"url": 1, "body": "x"}',
        b'{"url": "", "body": "\\ud800"}',
        b"<html><body>Moss</body></html>",
        feed(entry(), total=1)[:-20],
        feed(total=1, identifier="https://blog.example/atom").replace(b"arxiv.org/schemas", b"example.org/schemas"),
        answer("<GetRecord/>"),
        answer("<GetRecord><record><metadata><other/></metadata></record></GetRecord>", host="https://oai.example/oai"),
        b"<feed/>",
        b"<OAI-PMH/>",
        b"<arXiv/>",
    ],
)
def test_what_is_no_answer(body):
    assert read_answer(body, "") is None


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2000), st.binary(max_size=4))
def test_damaged_bytes_raise_nothing_but_refusals(place, damage):
    for whole in (feed(entry(), total=1), answer(f"<GetRecord>{record(arxiv_record())}</GetRecord>")):
        assert refusal(whole[:place] + damage + whole[place + len(damage) :])[:6] in ("", "arXiv ")


def test_recorded_feeds(shared):
    folder = shared / "web" / "arxiv" / "atom"
    bodies = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    refused = [name for name, body in bodies.items() if refusal(body)]
    assert [name.partition("_s0")[0] for name in refused] == ["id_abc"]
    for name in bodies.keys() - set(refused):
        found = page(bodies[name])
        assert len(found.hits) == json.loads(bodies[name])["body"].count("<entry>")
        assert all(hit.article.title and hit.article.authors and hit.article.date for hit in found.hits)
        if name.startswith("q_testing_s9_m15"):
            assert query(found.next_url)["start"] == "24"


def test_recorded_records(shared):
    folder = shared / "web" / "arxiv"
    many = page((folder / "sample_arxiv_record.xml").read_bytes())
    assert len(many.hits) == 12
    assert all(hit.article.licence for hit in many.hits)
    assert sum(hit.article.redistribution is True for hit in many.hits) == 2
    for name in ("sample_arxiv_record1.xml", "sample_arxiv_record2.xml"):
        assert article((folder / name).read_bytes()).redistribution is False
