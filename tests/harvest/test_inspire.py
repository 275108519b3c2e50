"""INSPIRE: addresses of searches, and records with their figures."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.harvest.apis.inspire import read_answer, search_url
from exsclaim_core.harvest.records import Article, HarvestedFigure, SearchPage
from exsclaim_core.harvest.search import Search

URL = "https://inspirehep.net/api/literature?q=moss&size=2&page={page}"
RESERVED = "http://arxiv.org/licenses/nonexclusive-distrib/1.0/"


def metadata(**fields: Any) -> dict[str, Any]:
    return {"control_number": 7001, "titles": [{"title": "How moss falls", "source": "arXiv"}]} | fields


def single(**fields: Any) -> bytes:
    return json.dumps({"id": "7001", "metadata": metadata(**fields), "links": {}}).encode()


def article(url: str = "", **fields: Any) -> Article:
    found = read_answer(single(**fields), url)
    assert isinstance(found, Article)
    return found


def figure(url: str = "", **fields: Any) -> HarvestedFigure:
    return article(url, figures=[{"key": "ab12", "url": "https://inspirehep.net/files/ab12"} | fields]).figures[0]


def listed(*records: dict[str, Any], total: int) -> bytes:
    hits = [{"id": str(record.get("control_number")), "metadata": record} for record in records]
    links = {"self": "https://inspirehep.net/api/literature/?q=moss&size=2&page=1"}
    return json.dumps({"hits": {"hits": hits, "total": total}, "links": links}).encode()


def page(body: bytes, url: str) -> SearchPage:
    found = read_answer(body, url)
    assert isinstance(found, SearchPage)
    return found


def query(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_search_asks_for_all_phrases_between_two_days():
    search = Search(("dark moss", 'the "lepton"'), "recent", True, date(2020, 1, 2), date(2021, 3, 4), 50)
    url = search_url(search, "http://127.0.0.1:8000")
    assert url.startswith("http://127.0.0.1:8000/api/literature?")
    asked = query(url)
    assert asked["q"] == (
        '"dark moss" and "the lepton" and de >= 2020-01-02 and de <= 2021-03-04 and arxiv_eprints.value:*'
    )
    assert (asked["size"], asked["page"], asked["sort"]) == ("50", "1", "mostrecent")
    assert {"titles", "figures", "license", "arxiv_eprints", "control_number"} <= set(asked["fields"].split(","))


@pytest.mark.parametrize(
    ("sort_by", "expected"), [("relevant", None), ("recent", "mostrecent"), ("old", "leastrecent")]
)
def test_orders(sort_by, expected):
    assert query(search_url(Search(("moss",), sort_by))).get("sort") == expected


def test_pages_end_with_the_total():
    record = metadata()
    first = page(listed(record, metadata(control_number=7002), total=3), URL.format(page=1))
    assert first.total == 3
    assert query(first.next_url) == {"q": "moss", "size": "2", "page": "2"}
    assert page(listed(record, total=3), URL.format(page=2)).next_url == ""
    assert page(listed(record, total=3), "").next_url == ""


def test_pages_end_where_inspire_ends_them():
    assert query(page(listed(metadata(), total=90_000), URL.format(page=4999)).next_url)["page"] == "5000"
    assert page(listed(metadata(), total=90_000), URL.format(page=5000)).next_url == ""


def test_hits_lead_to_the_records_of_the_same_service():
    body = listed(metadata(), total=1)
    assert page(body, "").hits[0].url == "https://inspirehep.net/api/literature/7001"
    local = page(body, "http://127.0.0.1:8000/api/literature?q=moss").hits[0]
    assert local.url == "http://127.0.0.1:8000/api/literature/7001"
    assert local.article.article_url == "https://inspirehep.net/literature/7001"


def test_search_without_results():
    assert page(listed(total=0), "") == SearchPage((), 0)


def test_metadata_of_a_record():
    found = article(
        titles=[{"title": "How <i>moss</i> falls", "subtitle": "A limit"}],
        authors=[
            {"full_name": "Gray, Ann B."},
            {"full_name": "Lime, Cid, Jr."},
            {"full_name": "Rook", "inspire_roles": ["editor"]},
            {"full_name": "Stone, Bea", "inspire_roles": ["supervisor"]},
        ],
        dois=[{"value": "10.5555/ERRATUM", "material": "erratum"}, {"value": "10.5555/Moss.7"}],
        publication_info=[{"year": 2021}, {"journal_title": "J.Moss", "year": 2021}],
        imprints=[{"date": "2021-03-09", "publisher": "Invented Press"}],
        abstracts=[{"value": "<p>Moss falls\nat $g$.</p>", "source": "Invented"}, {"value": "Other"}],
        preprint_date="2020-12-24",
        document_type=["article"],
    )
    assert found == Article(
        doi="10.5555/moss.7",
        title="How moss falls: A limit",
        authors=("Ann B. Gray", "Cid Lime Jr.", "Rook"),
        journal="J.Moss",
        publisher="Invented Press",
        date="2021-03-09",
        abstract="Moss falls at $g$.",
        article_url="https://inspirehep.net/literature/7001",
        article_type="article",
    )


def test_preprint_has_arxivs_doi_and_pdf():
    found = article(arxiv_eprints=[{"value": "2401.00001"}], preprint_date="2024-01-01", license=[{"url": RESERVED}])
    assert (found.doi, found.pdf_url) == ("10.48550/arxiv.2401.00001", "https://arxiv.org/pdf/2401.00001")
    assert (found.date, found.open, found.redistribution) == ("2024-01-01", True, False)


def test_licence_is_that_of_the_version_that_can_be_fetched():
    told = [
        {"url": "http:/creativecommons.org/licenses/by/4.0/", "material": "publication"},
        {"url": RESERVED, "imposing": "arXiv"},
    ]
    assert article(license=told).licence == "https://creativecommons.org/licenses/by/4.0"
    assert article(license=told, arxiv_eprints=[{"value": "2401.00001"}]).licence == RESERVED
    assert article(license=told[:1], arxiv_eprints=[{"value": "2401.00001"}]).redistribution is True


def test_name_of_a_licence_will_do():
    assert article(license=[{"license": "CC BY 4.0"}]).licence == "https://creativecommons.org/licenses/by/4.0"


def test_hidden_documents_are_for_nobody():
    hidden = {"key": "k1", "url": "https://inspirehep.net/files/k1", "filename": "a.pdf", "hidden": True}
    shown = {"key": "k2", "url": "/files/k2", "filename": "b.pdf", "fulltext": True}
    found = article("https://inspirehep.net/api/literature/7001", documents=[hidden, shown])
    assert (found.pdf_url, found.open) == ("https://inspirehep.net/files/k2", True)
    assert (article(documents=[hidden]).pdf_url, article(documents=[hidden]).open) == ("", None)


def test_groups_stand_for_authors_who_are_not_told():
    assert article(collaborations=[{"value": "MOSS"}]).authors == ("MOSS Collaboration",)
    assert article(corporate_author=["Moss Institute"]).authors == ("Moss Institute",)


def test_review_is_told_as_such():
    assert article(document_type=["article"], publication_type=["review"]).article_type == "review"


def test_figure_with_the_key_of_a_reference_has_no_label():
    found = figure(label="fig:moss", caption="A mossy\n stone  at $x^2$.")
    assert found == HarvestedFigure(
        "Figure", "", "A mossy stone at $x^2$.", image_urls=("https://inspirehep.net/files/ab12",)
    )


@pytest.mark.parametrize(
    ("told", "caption", "label", "whole"),
    [
        ("Fig. 3", "A stone.", "3", "Fig. 3 A stone."),
        ("3", "A stone.", "3", "A stone."),
        ("S1a", "A stone.", "S1a", "A stone."),
        ("", "Figure 4: A stone.", "4", "Figure 4: A stone."),
        ("fig:x", "Fig. 2. A stone.", "2", "Fig. 2. A stone."),
        ("", "Figure 4 shows a stone.", "", "Figure 4 shows a stone."),
    ],
)
def test_printed_labels(told, caption, label, whole):
    found = figure(label=told, caption=caption)
    assert (found.label, found.caption) == (label, whole)


def test_pictures_of_one_figure_each_have_the_whole_caption():
    told = [
        {"key": key, "url": f"https://inspirehep.net/files/{key}", "caption": "(a) Moss, (b) fern."} for key in "ab"
    ]
    found = article(figures=told).figures
    assert [each.caption for each in found] == ["(a) Moss, (b) fern."] * 2
    assert [each.image_url for each in found] == ["https://inspirehep.net/files/a", "https://inspirehep.net/files/b"]


def test_address_of_a_figure_is_made_of_its_key_where_it_is_damaged():
    assert figure(url="http:/localhost:5000/files/ab12").image_url == "https://inspirehep.net/files/ab12"
    local = "http://127.0.0.1:8000/api/literature/7001"
    assert article(local, figures=[{"key": "ab12"}]).figures[0].image_url == "http://127.0.0.1:8000/files/ab12"


def test_figure_without_picture_and_caption_is_none():
    assert article(figures=[{"source": "arxiv"}]).figures == ()


def test_record_whose_metadata_stand_by_themselves():
    found = read_answer(
        json.dumps(metadata(**{"$schema": "https://inspirehep.net/schemas/records/hep.json"})).encode(), ""
    )
    assert isinstance(found, Article)


def test_refusal_says_what_inspire_says():
    body = b'{"status": 404, "message": "PID does not exist."}'
    with pytest.raises(ValueError, match=r"^INSPIRE refuses the request: PID does not exist\.$"):
        read_answer(body, "https://inspirehep.net/api/literature/1")
    assert read_answer(body, "https://press.example/api/1") is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html></html>",
        single()[:-5],
        b'{"hits": {"hits": [], "total": 0}}',
        b'{"hits": {"hits": [{"metadata": {"title": "of another service"}}], "total": 1}}',
        json.dumps(metadata(**{"$schema": "https://inspirehep.net/schemas/records/conferences.json"})).encode(),
        json.dumps({"metadata": {"titles": [], "control_number": 7}}).encode(),
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer(body):
    assert read_answer(body, "") is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["value", "url", "title", "year"]), inner)
    ),
    max_leaves=4,
)
FIELDS = ["authors", "dois", "arxiv_eprints", "license", "figures", "documents", "publication_info", "collaborations"]


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from([*FIELDS, "corporate_author", "imprints", "abstracts", "document_type"]), ANYTHING)
)
def test_fields_of_unexpected_types_are_passed_over(fields):
    assert article(**fields).title == "How moss falls"


def test_recorded_records(shared):
    counts = {}
    for path in sorted((shared / "web" / "inspire").glob("*.json")):
        record = json.loads(path.read_bytes())
        found = read_answer(path.read_bytes(), "")
        assert isinstance(found, Article)
        told = record.get("metadata", record)["figures"]
        assert [figure.caption for figure in found.figures] == [" ".join(each["caption"].split()) for each in told]
        assert all(figure.image_url.endswith(each["key"]) for figure, each in zip(found.figures, told, strict=True))
        assert found.doi
        assert found.pdf_url.startswith("https://arxiv.org/pdf/")
        counts[path.stem] = len(found.figures)
    assert sum(counts.values()) == 8 + 20 + 16 + 11
