"""What the played publishers publish: searches, articles and pictures in the layout of each."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urljoin

import pymupdf
import pytest
from lxml import etree
from parsel import Selector
from PIL import Image

from tests.harvest.asking_played import Got, at, get
from tests.harvest.drawn_articles import PUBLISHERS, DrawnArticle
from tests.harvest.played_publishers import Played, played_publishers


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """45 articles a publisher, of which each fifth of the indices is a publisher's; nothing goes wrong."""
    with played_publishers(articles=45, shared_every=5) as played:
        yield played


# Articles


def test_the_same_number_and_seed_give_the_same_articles_and_other_seeds_others():
    with played_publishers(articles=3, seed=1) as one, played_publishers(articles=3, seed=2) as two:
        first = [
            get(f"{each.base('acs')}/doi/full/10.5555/acs.3").page.css("h1 ::text").get() for each in (one, one, two)
        ]
    assert first[0] == first[1]
    assert first[0] != first[2]


def test_articles_have_two_to_four_figures_dois_of_their_own_and_later_dates_with_higher_numbers(played: Played):
    articles = [article for publisher in ("nature", "acs", "rsc") for article in played.articles(publisher)]
    assert {len(article.figures) for article in articles} == {2, 3, 4}
    assert len({article.doi for article in articles}) == len({article.title for article in articles}) == 3 * 45
    assert {article.open for article in articles} == {True, False}
    dates = [article.date for article in played.articles("nature")]
    assert dates == sorted(set(dates))


def test_each_fifth_article_of_an_index_is_one_of_a_publisher_under_the_same_doi(played: Played):
    dois = {publisher: [article.doi for article in played.articles(publisher)] for publisher in PUBLISHERS}
    # Nine of 45, in turns of ACS, RSC and Nature.
    assert [doi for doi in dois["arxiv"] if "arxiv" not in doi][:4] == [
        "10.5555/acs.5",
        "10.5555/rsc.10",
        "10.5555/nature.15",
        "10.5555/acs.20",
    ]
    assert len(set(dois["arxiv"]) - {f"10.5555/arxiv.{number}" for number in range(1, 46)}) == 9
    assert not set(dois["nature"]) & set(dois["acs"])


# Publishers


def links(page: Selector, css: str, base: str) -> list[str]:
    return [urljoin(base, link) for link in page.css(css).getall()]


@pytest.mark.parametrize(
    ("publisher", "search", "page_name", "first", "css", "address"),
    [
        ("nature", "/search?q=silver", "page", 1, "article h3 a::attr(href)", "/articles/nature.{}"),
        (
            "acs",
            "/action/doSearch?AllField=silver",
            "startPage",
            0,
            ".issue-item_title a::attr(href)",
            "/doi/10.5555/acs.{}",
        ),
        ("rsc", "/en/results?searchtext=silver", "pageno", 1, "a.capsule__action::attr(name)", "/RSC.{}"),
    ],
)
def test_a_search_finds_all_articles_on_pages_of_twenty(
    played: Played, publisher: str, search: str, page_name: str, first: int, css: str, address: str
):
    base, found = played.base(publisher), []
    for page in range(first, first + 3):
        answer = get(f"{base}{search}&{page_name}={page}")
        assert answer.page.css("input::attr(value)").get() == "silver"
        found.append(links(answer.page, css, f"{base}/"))
    assert [len(page) for page in found] == [20, 20, 5]
    assert [link for page in found for link in page] == [base + address.format(number) for number in range(45, 0, -1)]


def test_the_last_page_of_a_search_has_no_next_one(played: Played):
    nature, acs = played.base("nature"), played.base("acs")
    following = ".c-pagination__item[data-page=next] a::attr(href)"
    page = get(f"{nature}/search?q=a&order=date_asc&page=2")
    assert page.page.css(following).get() == "/nature/search?q=a&order=date_asc&page=3"
    assert page.page.css("article h3 a::attr(href)").get() == "/nature/articles/nature.21"
    assert get(f"{nature}/search?q=a&page=3").page.css(following).get() is None
    following = "a.pagination__btn--next::attr(href)"
    link = get(f"{acs}/action/doSearch?AllField=a&pageSize=40").page.css(following).get()
    assert link == "/acs/action/doSearch?AllField=a&pageSize=40&startPage=1&sortBy="
    assert get(urljoin(acs, link)).page.css(following).get() is None
    label = get(f"{played.base('rsc')}/en/results?PageSize=25&pageno=2").page.css(".paging--label::text").get()
    assert label == " - Showing page 2 of 2"


def picture_of(url: str) -> tuple[str | None, tuple[int, int], bytes]:
    got = get(url)
    image = Image.open(io.BytesIO(got.body))
    return got.type, image.size, got.body


def test_a_nature_article_shows_its_captions_with_bold_letters_and_pictures_in_two_sizes(played: Played):
    article = played.articles("nature")[6]
    page = get(f"{played.base('nature')}/articles/nature.7").page
    assert page.css("meta[name=citation_doi]::attr(content)").get() == article.doi == "10.5555/nature.7"
    figures = page.css("div.c-article-section__figure")
    assert len(figures) == len(article.figures)
    bodies = set()
    for figure, drawn in zip(figures, article.figures, strict=True):
        head = "".join(figure.css("figcaption ::text").getall()).strip()
        text = "".join(figure.css(".c-article-section__figure-description p ::text").getall())
        assert f"{head} {text}" == drawn.caption("nature")
        assert "".join(figure.css(".c-article-section__figure-description b::text").getall()) == drawn.letters
        small = "http:" + (figure.css("img::attr(src)").get() or "")
        assert picture_of(small)[:2] == ("image/png", (240, 180))
        kind, size, body = picture_of(small.replace("/lw685/", "/full/"))
        assert (kind, size) == ("image/png", (480, 360))
        bodies.add(body)
    assert len(bodies) == len(article.figures)


def test_an_acs_article_shows_small_pictures_of_which_there_are_larger_ones(played: Played):
    article = played.articles("acs")[6]
    page = get(f"{played.base('acs')}/doi/full/10.5555/acs.7").page
    captions = ["".join(each.css("::text").getall()) for each in page.css(".hlFld-FigureCaption p")]
    assert captions == [drawn.caption("acs") for drawn in article.figures]
    small = urljoin(played.base("acs"), page.css("#fig2 img::attr(src)").get())
    assert picture_of(small)[:2] == ("image/gif", (120, 90))
    assert picture_of(small.replace("/small/", "/medium/"))[:2] == ("image/gif", (240, 180))
    assert picture_of(small.replace("/small/", "/large/").replace(".gif", ".jpeg"))[:2] == ("image/jpeg", (480, 360))
    assert get(small.replace("/small/", "/large/")).status == 404


def test_an_rsc_article_links_to_pictures_of_high_resolution(played: Played):
    article, base = played.articles("rsc")[6], played.base("rsc")
    landing = get(f"{base}/en/content/articlelanding/2010/dr/rsc.7").page
    page = get(urljoin(base, landing.css("a:contains('HTML')::attr(href)").get())).page
    captions = [" ".join("".join(each.css("::text").getall()).split()) for each in page.css(".image_title")]
    assert captions == [drawn.caption("rsc") for drawn in article.figures]
    holder = page.css(".imgHolder")[0]
    assert picture_of(urljoin(base, holder.css("img::attr(src)").get()))[:2] == ("image/gif", (240, 180))
    assert picture_of(urljoin(base, holder.css("a::attr(href)").get()))[:2] == ("image/gif", (480, 360))


def assert_pdf_of(article: DrawnArticle, got: Got) -> None:
    assert (got.status, got.type) == (200, "application/pdf")
    with pymupdf.open(stream=got.body) as document:
        assert len(document) == 1 + len(article.figures)
        assert document[1].get_text().replace("\n", " ").count("Figure 1. ") == 1
        assert document[1].get_drawings()


def test_pdfs_have_a_page_with_each_figure_and_its_caption(played: Played):
    assert_pdf_of(played.articles("nature")[6], at(played, "/nature/articles/nature.7.pdf"))
    assert_pdf_of(played.articles("acs")[0], at(played, "/acs/doi/pdf/10.5555/acs.1"))
    assert_pdf_of(played.articles("rsc")[0], at(played, "/rsc/en/content/articlepdf/2010/dr/rsc.1"))


# Indices


def test_arxiv_answers_with_atom_and_gives_pdfs(played: Played):
    base, names = played.base("arxiv"), {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}
    feed = etree.fromstring(get(f"{base}/api/query?search_query=all:silver&start=40&max_results=20").body)
    assert len(feed.findall("a:entry", names)) == 5
    entry = feed.find("a:entry", names)
    assert entry.find("x:doi", names).text == "10.5555/acs.5"  # number 45 - 40, shared
    link = entry.find("a:link[@title='pdf']", names).get("href")
    assert link == f"{base}/pdf/1001.00005v1"
    assert_pdf_of(played.articles("arxiv")[4], get(link))


def test_europe_pmc_pages_by_marks_that_have_to_be_quoted(played: Played):
    base, mark = f"{played.base('europepmc')}/webservices/rest/search?", "*"
    pages: list[list[str]] = []
    while not pages or pages[-1]:
        answer = get(base + urlencode({"query": "silver", "cursorMark": mark, "pageSize": 30, "format": "json"})).json
        pages.append([each["doi"] for each in answer["resultList"]["result"]])
        mark = answer["nextCursorMark"]
    assert [len(page) for page in pages] == [30, 15, 0]
    assert pages[0][:2] == ["10.5555/nature.45", "10.5555/europepmc.44"]
    assert get(f"{base}query=silver&cursorMark={mark}").status == 400


def test_europe_pmc_has_the_open_articles_of_the_publishers_as_jats_with_pictures(played: Played):
    base, search = played.base("europepmc"), "/webservices/rest/search?query="
    [result] = get(base + search + quote('DOI:"10.5555/ACS.7"')).json["resultList"]["result"]
    assert (result["doi"], result["isOpenAccess"], result["inEPMC"]) == ("10.5555/acs.7", "Y", "Y")
    text = etree.fromstring(get(f"{base}/webservices/rest/{result['pmcid']}/fullTextXML").body)
    captions = [
        " ".join(" ".join(part.xpath("string()") for part in (fig[0], *fig[1])).split()) for fig in text.iter("fig")
    ]
    assert captions == [drawn.caption("europepmc") for drawn in played.articles("acs")[6].figures]
    graphic = text.find(".//graphic").get("{http://www.w3.org/1999/xlink}href")
    assert picture_of(f"{base}/articles/{result['pmcid']}/bin/{graphic}.jpg")[0] == "image/jpeg"
    # Each third article is not open.
    [result] = get(base + search + "doi:10.5555/acs.6").json["resultList"]["result"]
    assert (result["inEPMC"], "pmcid" in result) == ("N", False)
    assert get(base + search + "doi:10.5555/acs.46").json["hitCount"] == 0


def test_crossref_knows_the_licence_and_the_addresses_of_each_article(played: Played):
    base = played.base("crossref")
    work = get(f"{base}/works/10.5555%2Fnature.7").json["message"]
    assert work["license"][0]["URL"] == "https://creativecommons.org/licenses/by/4.0/"
    assert work["link"][0]["URL"] == f"{played.base('nature')}/articles/nature.7.pdf"
    assert get(work["link"][1]["URL"]).status == 200
    assert get(f"{base}/works/10.5555/nature.700").status == 404
    first = get(f"{base}/works?query=silver&rows=40&cursor=*").json["message"]
    rest = get(f"{base}/works?query=silver&rows=40&cursor={quote(first['next-cursor'], safe='')}").json["message"]
    assert (first["total-results"], len(first["items"]), len(rest["items"])) == (45, 40, 5)


def test_inspire_records_hold_figures_with_captions_and_files(played: Played):
    answer = get(f"{played.base('inspire')}/api/literature?q=silver&size=40").json
    assert (answer["hits"]["total"], len(answer["hits"]["hits"])) == (45, 40)
    assert len(get(answer["links"]["next"]).json["hits"]["hits"]) == 5
    record = answer["hits"]["hits"][1]["metadata"]
    drawn = played.articles("inspire")[43].figures
    assert [figure["caption"] for figure in record["figures"]] == [each.caption("inspire") for each in drawn]
    assert picture_of(record["figures"][1]["url"])[0] == "image/png"
    assert_pdf_of(played.articles("inspire")[43], get(record["documents"][0]["url"]))


def test_springer_wants_a_key(played: Played):
    base = played.base("springer")
    assert get(f"{base}/openaccess/json?q=silver").status == 401
    answer = get(f"{base}/openaccess/json?q=silver&api_key=k&p=40").json
    assert (answer["result"][0]["total"], len(answer["records"])) == ("45", 40)
    rest = get(urljoin(base, answer["nextPage"])).json
    assert (len(rest["records"]), "nextPage" in rest) == (5, False)
    jats = etree.fromstring(get(f"{base}/openaccess/jats?q=doi:10.5555/springer.7&api_key=k").body)
    assert [each.text for each in jats.iter("article-id")] == ["10.5555/springer.7"]
    graphic = jats.find(".//graphic").get("{http://www.w3.org/1999/xlink}href")
    assert graphic.startswith(base)
    assert picture_of(graphic)[0] == "image/png"
