"""Any page of an article: what it says of itself, and its figures without the page's furniture."""

import pytest
from parsel import Selector
from web_poet import HttpResponse

from exsclaim_core.harvest.pages.generic import GenericArticle, written_date
from exsclaim_core.harvest.records import Markup

URL = "https://journal.example.org/articles/10.5555/grains.1"
TOLD = """<meta name="citation_title" content="Grains of &lt;i&gt;drawn&lt;/i&gt; matter">
<meta name="citation_doi" content="doi:10.5555/Grains.1">"""


def page(body: str, head: str = TOLD, url: str = URL) -> GenericArticle:
    text = f"<html><head>{head}</head><body>{body}</body></html>"
    return GenericArticle(HttpResponse(url, body=text.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))


def fits(head: str, body: str = "") -> bool:
    return GenericArticle.fits(Selector(f"<html><head>{head}</head><body>{body}</body></html>"))


@pytest.mark.parametrize(
    "head",
    [
        '<meta name="citation_title" content="Grains">',
        '<meta name="Citation_DOI" content="10.5555/grains.1">',
        '<meta property="og:type" content="article"><meta name="dc.identifier" content="doi:10.5555/grains.1">',
        '<script type="application/ld+json">{"@graph": [{"@type": "ScholarlyArticle", "headline": "Grains"}]}</script>',
    ],
)
def test_a_page_that_says_that_it_is_an_article(head):
    assert fits(head)


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<meta property="og:type" content="article"><meta property="og:title" content="Our new building">',
        '<meta name="citation_title" content="">',
        '<script type="application/ld+json">{"@type": "WebSite", "name": "Journals"}</script>',
        '<script type="application/ld+json">{"@type": "ScholarlyArticle", </script>',
    ],
)
def test_a_page_that_does_not(head):
    assert not fits(head)


def test_a_list_of_articles_is_none():
    item = '<li itemscope itemtype="https://schema.org/ScholarlyArticle">Grains</li>'
    assert fits("", item)
    assert not fits("", item + item)


def test_meta_elements():
    found = page(
        "<p><a rel='license' href='http://creativecommons.org/licenses/by/4.0/'>CC</a></p>",
        TOLD
        + """<meta name="citation_author" content="Inventor, Ada B."><meta name="citation_author" content="Carl Drawn">
        <meta name="citation_journal_title" content="Journal of Drawings"><meta name="citation_publisher" content="Pen">
        <meta name="citation_online_date" content="2016/3/7"><meta name="citation_date" content="2016">
        <meta name="citation_pdf_url" content="/articles/grains.pdf"><link rel="canonical" href="/articles/grains">
        <meta name="citation_article_type" content="Review">""",
    )
    assert found.doi == "10.5555/grains.1"
    assert found.title == "Grains of drawn matter"
    assert found.authors == ("Ada B. Inventor", "Carl Drawn")
    assert (found.journal, found.publisher) == ("Journal of Drawings", "Pen")
    assert found.date == "2016-03-07"
    assert (found.licence, found.open) == ("https://creativecommons.org/licenses/by/4.0", True)
    assert found.pdf_url == "https://journal.example.org/articles/grains.pdf"
    assert found.article_url == "https://journal.example.org/articles/grains"
    assert found.article_type == "review"


def test_authors_in_one_element():
    told = '<meta name="citation_authors" content="Inventor, Ada ; Drawn, Carl">'
    assert page("", told).authors == ("Ada Inventor", "Carl Drawn")


def test_schema_org_data():
    found = page(
        "",
        """<script type="application/ld+json">[{"@type": "BreadcrumbList"}, {"@type": "ScholarlyArticle",
        "headline": "Grains", "identifier": {"@type": "PropertyValue", "value": "https://doi.org/10.5555/grains.2"},
        "author": [{"@type": "Person", "name": "Ada Inventor"}], "datePublished": "2021-05-04T00:00:00Z",
        "isPartOf": {"@type": "Periodical", "name": "Journal of Drawings"}, "isAccessibleForFree": true,
        "license": "https://creativecommons.org/licenses/by-nc/4.0/"}]</script>""",
    )
    assert (found.doi, found.title, found.authors) == ("10.5555/grains.2", "Grains", ("Ada Inventor",))
    assert (found.journal, found.date, found.open) == ("Journal of Drawings", "2021-05-04", True)
    assert found.licence == "https://creativecommons.org/licenses/by-nc/4.0"


def test_doi_from_the_address():
    head = '<meta property="og:type" content="article"><link rel="canonical" href="https://x.example/10.5555/g.3/full">'
    assert page("", head).doi == "10.5555/g.3"


def test_abstract_is_the_text_where_the_meta_element_is_cut():
    body = (
        "<section class='abstract'><h2>Abstract</h2><p>Grains were drawn, and then they were drawn again.</p></section>"
    )
    head = '<meta name="dc.description" content="Grains were drawn, and…">'
    assert page(body, head).abstract == "Grains were drawn, and then they were drawn again."


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2013-11-05", "2013-11-05"),
        ("2013/11", "2013-11"),
        ("Published Online: 05 November 2013", "2013-11-05"),
        ("November 5th, 2013", "2013-11-05"),
        ("November 5, 2013", "2013-11-05"),
        ("February 2017", "2017-02"),
        ("11/02/2013", "2013-11-02"),
        ("15 April–15 May 2014", "2014-05-15"),
        ("soon", ""),
    ],
)
def test_dates_as_publishers_write_them(text, date):
    assert written_date(text) == date


FIGURE = """<p>Grains are round (<a href="#f1">Fig. 1a</a>), as figures <a href="#f1">1</a>b and <a href="#f2">2</a>
show; <a href="#f1">here</a>.</p><figure id="f1"><a href="/img/grains-large.jpg"><img src="/img/grains-small.jpg"></a>
<figcaption><b>Figure 1.</b> Grains of H<sub>2</sub>O: <b>a</b> <i>fresh</i>.
<a href="#">Open in figure viewer</a> <span class="sr-only">Open image in new window</span>
<a href="/ppt">Download PowerPoint slide</a></figcaption></figure>"""


def test_figure_with_caption_markup_pictures_and_mentions():
    (figure,) = page(FIGURE).figures
    assert (figure.type, figure.label, figure.role) == ("Figure", "1", "figure")
    assert figure.caption == "Figure 1. Grains of H2O: a fresh."
    assert figure.markup == (
        Markup(0, 9, "bold"),
        Markup(21, 22, "subscript"),
        Markup(25, 26, "bold"),
        Markup(27, 32, "italic"),
    )
    assert figure.image_urls == (
        "https://journal.example.org/img/grains-large.jpg",
        "https://journal.example.org/img/grains-small.jpg",
    )
    assert figure.mentions == ("Fig. 1a", "figure 1b")


def test_logos_icons_and_teasers_are_no_figures():
    furniture = """<header><figure><img src="/logo.png"><figcaption>Journal of Drawings</figcaption></figure></header>
    <div class="related-articles"><figure><img src="/t.jpg"><figcaption>Older grains</figcaption></figure></div>
    <aside><figure><img src="/cover.jpg"><figcaption>The cover</figcaption></figure></aside>
    <main><figure><img src="/formula.png"></figure><div class="figure"><a href="#f1">1</a></div>
    <p>Figure 7 shows nothing.</p></main>"""
    assert [figure.label for figure in page(furniture + FIGURE).figures] == ["1"]


def test_a_picture_with_a_caption_in_the_article_is_a_figure_without_a_label():
    body = '<main><figure><img src="/g.jpg"><figcaption>Grains at dawn.</figcaption></figure></main>'
    (figure,) = page(body).figures
    assert (figure.label, figure.caption, figure.role) == ("", "Grains at dawn.", "figure")


def test_a_figure_that_the_page_shows_twice_comes_once():
    again = """<div class="modal"><figure><img src="/img/grains-original.jpg">
    <figcaption>Figure 1. Grains of H<sub>2</sub>O: a fresh.</figcaption></figure></div>"""
    (figure,) = page(FIGURE + again).figures
    assert figure.image_url == "https://journal.example.org/img/grains-original.jpg"
    assert len(figure.image_urls) == 3
    assert len(figure.mentions) == 2


def test_figures_side_by_side_in_one_element_are_two():
    body = """<div class="figure-group figure-wrap"><div class="fig"><img src="a.png"><div class="caption">Fig. 1.
    A</div>
    </div><div class="fig"><img src="b.png"><div class="caption">Fig. 2. B</div></div></div>"""
    assert [(figure.label, len(figure.image_urls)) for figure in page(body).figures] == [("1", 1), ("2", 1)]


def test_tables_with_the_pictures_in_their_cells_left_out():
    body = """<div class="table-wrap" id="t1"><div class="caption"><span class="label">Table IV</span>
    <p>Sizes.</p></div><table><tr><td>a<img src="alpha.gif"></td></tr><tr><td>b</td></tr><tr><td>c</td></tr></table>
    <p>Sizes were measured with a ruler that had been drawn for the purpose, and were then forgotten.</p></div>"""
    (table,) = page(body).figures
    assert (table.type, table.label, table.role) == ("Table", "IV", "table")
    assert (table.caption, table.image_urls) == ("Table IV Sizes.", ())


@pytest.mark.parametrize(
    ("body", "role"),
    [
        ('<div class="graphical-abstract"><figure><img src="g.jpg"></figure></div>', "graphical abstract"),
        ('<figure><img src="g.jpg"><figcaption>Graphical Abstract</figcaption></figure>', "graphical abstract"),
        (
            '<div class="author-bio"><figure><img src="a.jpg"><figcaption>Ada</figcaption></figure></div>',
            "author photo",
        ),
        ('<figure><img src="s.jpg"><figcaption>Supplementary Figure 1. A</figcaption></figure>', "supplementary"),
        ('<figure><img src="s.jpg"><figcaption>Figure S1. A</figcaption></figure>', "supplementary"),
        ('<figure><img src="e.jpg"><figcaption>Extended Data Fig. 1 | A</figcaption></figure>', "figure"),
    ],
)
def test_roles(body, role):
    (figure,) = page(body).figures
    assert figure.role == role


def test_a_label_that_the_style_sheet_sets_apart():
    body = '<figure><img src="g.jpg"><figcaption><span>Fig. 9</span><span><b>a</b> Fresh</span></figcaption></figure>'
    (figure,) = page(body).figures
    assert (figure.label, figure.caption) == ("9", "Fig. 9 a Fresh")
    assert figure.markup == (Markup(7, 8, "bold"),)


def test_the_largest_of_the_copies_comes_first():
    body = """<figure><picture><source type="image/webp" srcset="/g.webp 2x"><img src="data:image/gif;base64,R0lG"
    data-src="/g-thumb.jpg" srcset="/g-600.jpg 600w, /g-1200.jpg 1200w" data-full="/g-full.png"></picture>
    <img class="icon" src="/icon-zoom.png"><noscript><img src="/g-600.jpg"></noscript>
    <figcaption>Figure 1. A</figcaption></figure>"""
    (figure,) = page(body).figures
    names = [url.removeprefix("https://journal.example.org/") for url in figure.image_urls]
    assert names == ["g-full.png", "g-1200.jpg", "g-600.jpg", "g-thumb.jpg", "g.webp"]


def test_the_copies_of_a_saved_page_come_last():
    body = (
        '<figure><img src="Grains_files/g.jpg" data-original="/img/g.jpg"><figcaption>Fig. 1. A</figcaption></figure>'
    )
    saved = page(body, TOLD + '<meta property="og:url" content="https://journal.example.org/g">', "file:///tmp/g.html")
    (figure,) = saved.figures
    assert figure.image_url == "https://journal.example.org/img/g.jpg"


def test_formulas_with_prefixed_names():
    body = (
        "<figure><img src='g.jpg'><figcaption>Fig. 1. At <mml:math><mml:mi>x</mml:mi></mml:math>.</figcaption></figure>"
    )
    assert page(body).figures[0].caption == "Fig. 1. At x."
