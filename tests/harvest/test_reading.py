"""What a response is, told by what is in it."""

from __future__ import annotations

import json

import pytest
from web_poet import HttpResponse

from exsclaim_core.harvest.reading import read_response
from exsclaim_core.harvest.records import Reading
from tests.harvest.drawn_answers import europepmc_results, jats
from tests.harvest.drawn_articles import invent
from tests.harvest.drawn_pages import challenge, nature_article, nature_search

BASE = "https://www.nature.com"
OPEN, CLOSED = invent("nature", 1, 1), invent("nature", 3, 1)
PAGE = nature_article(OPEN, BASE)
CHALLENGE = challenge(BASE, "/articles/nature.1")
JATS = jats(OPEN)
TOLD = '<meta name="citation_title" content="Grains"/><meta name="citation_doi" content="10.5555/grains.1"/>'
FIGURE = '<figure><img src="/1.png"/><figcaption>Figure 1. Grains of tin.</figcaption></figure>'
SMALL = f"<head>{TOLD}</head><body>{FIGURE}</body>"


def read(body: str | bytes, status: int | None = None, **headers: str) -> Reading:
    content = body if isinstance(body, bytes) else body.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_response(HttpResponse(f"{BASE}/articles/nature.1", content, status=status, headers=named))


def title(reading: Reading) -> str:
    assert reading.article is not None
    return reading.article.title


class TestArticles:
    def test_page(self) -> None:
        reading = read(PAGE)
        assert (reading.kind, reading.layout, reading.reason) == ("article", "nature c-article", "")
        assert reading.article is not None
        assert reading.article.doi == OPEN.doi
        assert len([each for each in reading.article.figures if each.role == "figure"]) == len(OPEN.figures)

    def test_jats(self) -> None:
        reading = read(JATS)
        assert (reading.kind, reading.layout) == ("article", "jats")
        assert reading.article is not None
        assert [each.label for each in reading.article.figures] == [str(each.number) for each in OPEN.figures]

    @pytest.mark.parametrize("first", ["<articles>", "<?xml version='1.0'?><pmc-articleset>"])
    def test_several_articles_of_jats_are_like_the_answer_to_a_search(self, first: str) -> None:
        both = "".join(text[text.index("<article") :] for text in (JATS, jats(CLOSED)))
        reading = read(f"{first}{both}</{first.rpartition('<')[2]}")
        assert (reading.kind, reading.layout, reading.article) == ("search", "jats", None)
        assert reading.search is not None
        assert [hit.article.doi for hit in reading.search.hits] == [OPEN.doi, CLOSED.doi]
        assert [len(hit.article.figures) for hit in reading.search.hits] == [len(OPEN.figures), len(CLOSED.figures)]


class TestSearches:
    def test_page(self) -> None:
        listed = [(1, OPEN), (3, CLOSED)]
        reading = read(nature_search(listed, BASE, "tin", "relevance", 1, 1, 2, 20))
        assert (reading.kind, reading.layout) == ("search", "nature search with cards")
        assert reading.search is not None
        assert [hit.url for hit in reading.search.hits] == [f"{BASE}/articles/nature.1", f"{BASE}/articles/nature.3"]

    def test_answer_of_an_interface(self) -> None:
        answer = europepmc_results([(1, invent("europepmc", 1, 1))], BASE, "tin", "*", "AA", 25, 1)
        reading = read(json.dumps(answer))
        assert (reading.kind, reading.layout) == ("search", "europepmc")
        assert reading.search is not None
        assert [hit.article.doi for hit in reading.search.hits] == ["10.5555/europepmc.1"]


class TestNamesAreNotBelieved:
    """The content tells what it is, whatever a server or the first line calls it."""

    @pytest.mark.parametrize(
        "name", ["text/html", "application/xml", "application/json", "image/png", "application/pdf"]
    )
    def test_content_type(self, name: str) -> None:
        assert read(JATS, Content_Type=name).layout == "jats"
        assert read(PAGE, Content_Type=name).layout == "nature c-article"
        assert read(b"\x89PNG\r\n\x1a\n", Content_Type=name).reason == "neither a page nor data: png"

    @pytest.mark.parametrize(
        "page",
        [
            f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{SMALL}</html>',
            f'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "x.dtd"><html>{SMALL}</html>',
            # No XML at all, although it says so: elements are left open.
            f'<?xml version="1.0"?><page>{SMALL.replace("/>", ">")}<br><div>',
            # Of no known name.
            f"<main>{SMALL}</main>",
        ],
    )
    def test_page_that_begins_as_xml(self, page: str) -> None:
        reading = read(page)
        assert (reading.kind, title(reading)) == ("article", "Grains")
        assert reading.article is not None
        assert [each.caption for each in reading.article.figures] == ["Figure 1. Grains of tin."]

    def test_article_of_jats_inside_a_page_is_none(self) -> None:
        assert read(f"<!DOCTYPE html><html><body>{JATS}</body></html>").layout != "jats"

    def test_xml_of_another_kind(self) -> None:
        assert read('<?xml version="1.0"?><rss><channel/></rss>').kind == "other"
        assert read('<?xml version="1.0"?><article><front>').reason.startswith("no XML: ")


class TestEncodings:
    @pytest.mark.parametrize("name", ["base64", "rot13", "zlib", "undefined", "idna", "nothing"])
    def test_page_that_names_an_encoding_of_no_texts(self, name: str) -> None:
        page = f"<!DOCTYPE html><html>{SMALL}</html>".replace("Grains", "Körner")
        assert title(read(page.replace("<head>", f'<head><meta charset="{name}">'))) == "Körner"
        assert title(read(page, Content_Type=f"text/html; charset={name}")) == "Körner"

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_page_that_names_none(self, encoding: str) -> None:
        page = f"<!DOCTYPE html><html>{SMALL}</html>".replace("Grains", "Körner")
        assert title(read(page.encode(encoding))) == "Körner"


class TestRefusals:
    def test_challenge(self) -> None:
        for status in (None, 200, 403, 503):
            assert read(CHALLENGE, status).kind == "blocked"

    @pytest.mark.parametrize(
        ("body", "status", "kind"),
        [
            ("", 429, "rate limited"),
            (PAGE, 429, "rate limited"),
            ("<html>no</html>", 403, "blocked"),
            ('{"message": "no"}', 403, "blocked"),
            ("<html>no</html>", 401, "closed"),
            ('{"message": "no"}', 401, "closed"),
            ("<error>no</error>", 402, "closed"),
            ("", 402, "closed"),
            (b"\x89PNG\r\n\x1a\n", 401, "closed"),
            ("<html>gone</html>", 404, "other"),
        ],
    )
    def test_status(self, body: str | bytes, status: int, kind: str) -> None:
        reading = read(body, status)
        assert reading.kind == kind
        assert reading.reason

    def test_time_to_come_back(self) -> None:
        reading = read("<html>busy</html>", 503, Retry_After="120")
        assert reading.kind == "rate limited"
        assert "120" in reading.reason

    def test_page_that_shows_its_abstract_only(self) -> None:
        reading = read(nature_article(CLOSED, BASE, closed=True))
        assert (reading.kind, reading.reason) == ("closed", "only the abstract is shown")
        # What it tells all the same is kept: the article is looked for elsewhere.
        assert reading.article is not None
        assert reading.article.doi == CLOSED.doi

    def test_whole_page_is_an_article_whatever_the_status_says(self) -> None:
        assert read(PAGE, 401).kind == "article"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "neither a page nor data: empty"),
        ("words", "neither a page nor data: unknown"),
        (b"%PDF-1.7", "neither a page nor data: pdf"),
        ("{}", "JSON of none of the known kinds"),
        ("[[[", "JSON of none of the known kinds"),
        ("[" * 100_000, "JSON of none of the known kinds"),
        ("<html><p>words</p></html>", "a page of no known layout"),
    ],
)
def test_other(body: str | bytes, reason: str) -> None:
    assert read(body) == Reading("other", reason=reason)
