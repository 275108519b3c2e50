"""Pages of pubs.acs.org in each layout, drawn with invented articles, and searches there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from web_poet import HttpResponse
from web_poet.fields import item_from_fields_sync

from exsclaim_core.harvest.pages.acs import LAYOUTS, is_closed
from exsclaim_core.harvest.pages.acs_search import SEARCH_LAYOUTS, search_url
from exsclaim_core.harvest.records import Article, HarvestedFigure, Markup, SearchPage
from exsclaim_core.harvest.search import Search

METAS = """
<meta name="dc.Title" content="Drawn rods of tin">
<meta name="dc.Creator" content="Ada
 Drawn,*&#8224; and"><meta name="dc.Creator" content="Bo N. Sketch">
<meta name="dc.Publisher" content="American Chemical Society">
<meta name="dc.Date" content="March 7, 2021"><meta name="dc.Type" content="research-article">
<meta name="dc.Identifier" content="10.5555/Drawn.1">
"""
FILES = "/cms/10.5555/drawn.1/asset/images"


def respond(body: str, url: str = "saved.html", head: str = METAS) -> HttpResponse:
    title = "Drawn rods of tin | ACS Drawings"
    page = f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return HttpResponse(url, page.encode(), encoding="utf-8")


def read(response: HttpResponse) -> tuple[str, Article]:
    """The name of the only layout that fits, and what it reads."""
    (layout,) = [layout for layout in LAYOUTS if layout.fits(response.selector)]
    article: Article = item_from_fields_sync(layout(response), Article)
    return layout.name, article


def figures_of(body: str) -> tuple[HarvestedFigure, ...]:
    return read(respond(body))[1].figures


def inline_figure(number: int | str, caption: str, name: str = "dr_0001", label: str = "Figure") -> str:
    return f"""
    <figure id="fig{number}" class="article__inlineFigure"><h2 class="fig-label">{label} {number}</h2>
      <button class="figure-viewer__trigger"><img class="inline-fig internalNav" alt="{label} {number}"
        src="{FILES}/medium/{name}.gif" data-lg-src="{FILES}/large/{name}.jpeg"></button>
      <figcaption class="hlFld-FigureCaption caption">{caption}</figcaption>
      <div class="figure-bottom-links">
        <div class="download-hi-res-img"><a title="High Resolution Image" href="{FILES}/large/{name}.jpeg">High
        Resolution Image</a></div><div class="download-ppt"><a href="#">Download MS PowerPoint Slide</a></div>
      </div>
    </figure>"""


def inline_page(text: str, icons: str = "", after: str = "") -> str:
    return f"""
    <main class="content article"><article><div class="article_header">
      <h1 class="article_header-title"><span class="hlFld-Title">Drawn rods of tin</span></h1>
      <ul class="access__control--list">{icons}</ul>
      <div class="article_header-links"><a href="/doi/pdf/10.5555/drawn.1?ref=article_openPDF" title="PDF">PDF</a></div>
    </div>
    <div class="article_abstract"><div class="article_abstract-content hlFld-Abstract" id="abstractBox">
      <figure id="_i1" class="article_abstract-img"><img alt="Abstract Image"
        src="{FILES}/medium/dr_0009.gif"></figure>
      <p class="articleBody_abstractText">Rods of tin (SnO<sub>2</sub>) were drawn.</p></div></div>
    <div class="article_content"><div class="article_content-left"><div class="hlFld-Fulltext">
      <div class="NLM_sec NLM_sec_level_1" id="sec1"><h2>Results</h2>{text}</div></div></div></div></article></main>
    {after}"""


def thumbnail(name: str, caption: str, footnote: str = "") -> str:
    return f"""
    <div class="figure" id="{name}"><a title="Open Figure Viewer" href="#" class="thumbnail showFiguresEvent">
      <img alt="figure" src="/appl/literatum/publisher/achs/journals/images/small/{name}.gif">
      <span class="overlay"></span></a><div class="hlFld-FigureCaption caption">{caption}</div>{footnote}</div>"""


def thumbnail_page(text: str) -> str:
    return f"""
    <div class="publication-tabs"><article class="article"><h1 class="articleTitle">Drawn rods of tin</h1>
    <div id="articleMeta"><div id="pubDate">Publication Date (Web): March 7, 2021</div></div><div id="articleBody">
      <div class="hlFld-Abstract"><div id="abstractBox"><div class="figure" id="_i1"><a class="showFiguresEvent"
        id="absImg" href="#"><img alt="Abstract Image"
        src="/appl/literatum/publisher/achs/journals/images/medium/dr_0009.gif"></a></div></div></div>
      <div class="hlFld-Fulltext"><div class="NLM_sec NLM_sec_level_1">{text}</div></div></div></article></div>"""


def test_an_article_since_2019_with_its_data():
    icon = (
        '<li class="access__control--item"><a class="access__control--link" '
        'href="https://creativecommons.org/licenses/by/4.0/"><img alt="Open Access" src="/oa.svg"></a></li>'
    )
    name, article = read(respond(inline_page("<div class='NLM_p'>Text.</div>", icon)))
    assert name == "acs inline figures"
    assert (article.doi, article.title) == ("10.5555/drawn.1", "Drawn rods of tin")
    assert article.authors == ("Ada Drawn", "Bo N. Sketch")
    assert (article.journal, article.publisher) == ("ACS Drawings", "American Chemical Society")
    assert (article.date, article.article_type) == ("2021-03-07", "research")
    assert article.abstract == "Rods of tin (SnO2) were drawn."
    assert article.licence == "https://creativecommons.org/licenses/by/4.0"
    assert (article.open, article.redistribution) == (True, True)
    assert article.article_url == "https://pubs.acs.org/doi/10.5555/drawn.1"
    assert article.pdf_url == "https://pubs.acs.org/doi/pdf/10.5555/drawn.1?ref=article_openPDF"


def test_a_figure_since_2019_has_its_largest_picture_first_and_no_buttons_in_its_caption():
    text = '<div class="NLM_p">Rods (<a class="ref internalNav" href="#fig2">Figure 2</a>b,c) were drawn.</div>'
    caption = "<p>Figure 2. Rods of tin. (<b>a</b>) Long ones.</p>"
    graphical, figure = figures_of(inline_page(text + inline_figure(2, caption)))
    assert figure == HarvestedFigure(
        type="Figure",
        label="2",
        caption="Figure 2. Rods of tin. (a) Long ones.",
        markup=(Markup(24, 25, "bold"),),
        image_urls=(
            "https://pubs.acs.org/cms/10.5555/drawn.1/asset/images/large/dr_0001.jpeg",
            "https://pubs.acs.org/cms/10.5555/drawn.1/asset/images/medium/dr_0001.gif",
        ),
        mentions=("Figure 2b,c",),
    )
    assert (graphical.role, graphical.label, graphical.caption) == ("graphical abstract", "", "")
    assert graphical.image_url == "https://pubs.acs.org/cms/10.5555/drawn.1/asset/images/medium/dr_0009.gif"


def test_a_label_that_stands_apart_comes_before_its_caption():
    (_, figure) = figures_of(inline_page(inline_figure(1, "<p>Bars of tin.</p>", label="Scheme")))
    assert (figure.label, figure.caption) == ("Scheme 1", "Scheme 1 Bars of tin.")


def test_figures_of_a_side_pane_are_not_told_twice():
    figure = inline_figure(1, "<p>Figure 1. Rods.</p>")
    pane = f"""
    <div class="tab__pane-figures">{figure.replace("medium", "small")}
      {inline_figure(7, "<p>Figure 7. Only here.</p>", "dr_0007")}</div>
    <div class="recommended"><figure><img src="/other/images/medium/xx_0001.gif"></figure></div>
    <div class="figure-viewer"><figure><img src="" alt="Figure 1"></figure></div>"""
    found = figures_of(inline_page(figure, after=pane))
    assert [(each.label, len(each.image_urls)) for each in found] == [("", 1), ("1", 3), ("7", 2)]


def test_tables_author_photos_and_supporting_figures_are_told_apart():
    text = f"""
    <div class="NLM_table-wrap" id="tbl1"><div class="hlFld-FigureCaption"><div class="NLM_caption"><div
      class="title2">Table 1. Sizes of Rods<a class="ref" href="#t1fn1"><sup>a</sup></a></div></div></div>
      <div class="scrollable-table-wrap"><table><tr><td><img src="{FILES}/medium/cell.gif"></td></tr></table>
      </div></div>
    <div class="NLM_table-wrap" id="tbl2"><div class="hlFld-FigureCaption"><div class="NLM_caption"><div
      class="title2">Table 2. Drawn</div></div></div><img src="{FILES}/medium/dr_0005.gif"></div>
    <div class="NLM_table-wrap" id="matrix"><div class="hlFld-FigureCaption"></div><table><tr><td>1</td></tr></table>
    </div>
    <div class="NLM_sec"><h2>Biographies</h2><figure class="article__inlineFigure"><img src="{FILES}/medium/ada.gif">
      </figure><p>Ada Drawn draws.</p></div>
    <div class="article_si-figshare-container">{inline_figure("S1", "<p>Figure S1. More.</p>", "dr_s1")}</div>"""
    found = figures_of(inline_page(text))[1:]
    assert [(each.type, each.label, each.role) for each in found] == [
        ("Table", "1", "table"),
        ("Table", "2", "table"),
        ("Figure", "", "author photo"),
        ("Figure", "S1", "supplementary"),
    ]
    assert found[0].caption == "Table 1. Sizes of Rodsa"
    assert found[0].image_urls == ()
    assert found[1].image_urls == ("https://pubs.acs.org/cms/10.5555/drawn.1/asset/images/medium/dr_0005.gif",)


@pytest.mark.parametrize(
    ("link", "licence", "redistribution"),
    [
        ("/page/policy/authorchoice_ccby_termsofuse.html", "https://creativecommons.org/licenses/by/4.0", True),
        (
            "/page/policy/authorchoice_ccbyncnd_termsofuse.html",
            "https://creativecommons.org/licenses/by-nc-nd/4.0",
            True,
        ),
        ("/page/policy/authorchoice/index.html", "https://pubs.acs.org/page/policy/authorchoice/index.html", True),
        ("/page/policy/articlesonrequest/index.html", "", None),
    ],
)
def test_licences_of_the_publishers_own(link: str, licence: str, redistribution: bool | None):
    icon = f'<li class="access__control--item"><a href="{link}"><img alt="" src="/oa.svg"></a></li>'
    article = read(respond(inline_page("", icon)))[1]
    assert (article.licence, article.redistribution) == (licence, redistribution)
    assert article.open is (True if licence else None)


def test_an_article_that_somebody_has_subscribed_to_is_not_open():
    icon = '<li class="access__control--item"><img alt="Subscribed" src="/lock.svg"></li>'
    assert read(respond(inline_page("", icon)))[1].open is False


def test_an_article_until_2018():
    text = (
        '<div class="NLM_p">Rods (<a class="ref" href="#fig1">Figure <a class="ref" href="#fig1">1</a></a>A) and bars.'
        '<a class="ref" href="#sch1"></a>. </div>'
        + thumbnail("fig1", '<p class="first last">Figure 1. Rods along <i>b</i>.</p>')
        + thumbnail(
            "sch1",
            '<div class="title2">Scheme 1. Bars<sup>a</sup></div>',
            '<p class="last"><sup>a</sup>Of tin.</p>',
        )
        + thumbnail("eq1", "")
    )
    name, article = read(respond(thumbnail_page(text)))
    assert (name, article.date, article.open) == ("acs thumbnails", "2021-03-07", None)
    graphical, figure, scheme, bare = article.figures
    small = "https://pubs.acs.org/appl/literatum/publisher/achs/journals/images/small"
    assert graphical.role == "graphical abstract"
    assert (figure.label, figure.caption) == ("1", "Figure 1. Rods along b.")
    assert (figure.image_urls, figure.mentions) == ((f"{small}/fig1.gif",), ("Figure 1A",))
    assert (scheme.label, scheme.caption, scheme.mentions) == ("Scheme 1", "Scheme 1. Barsa", ("Scheme 1",))
    assert (bare.label, bare.caption, bare.role) == ("", "", "figure")


def test_formulas_inside_a_caption_are_not_its_picture():
    formula = '<span class="NLM_inline-graphic"><img src="/achs/images/medium/e1.gif" alt=""></span>'
    (_, figure) = figures_of(thumbnail_page(thumbnail("fig1", f"<p>Figure 1 Levels {formula}of tin.</p>")))
    assert (figure.label, figure.caption, len(figure.image_urls)) == ("1", "Figure 1 Levels of tin.", 1)


LANDING = f"""
<header class="header"><div class="user-login-bar"><a href="/login">Log in to ACS</a></div></header>
<main class="content article"><article><div class="article_header"><h1 class="article_header-title">Drawn rods</h1>
  <div class="article_header-links"><a href="/doi/full/10.5555/drawn.1">Read Online</a></div></div>
  <div class="article_abstract"><div class="article_abstract-content hlFld-Abstract" id="abstractBox">
    <div class="article_abstract-img" id="_i1"><img alt="Abstract Image" src="{FILES}/medium/dr_0009.gif"></div>
    <p class="articleBody_abstractText">Rods were drawn.</p></div></div>
  %s<input type="hidden" value="true" class="isAccessDeniedOrAbstract"></article></main>
<div class="achs-mendeley"><button>Login with ACS ID</button></div>"""


def test_an_abstract_since_2019_is_not_closed_by_itself():
    response = respond(LANDING % "")
    name, article = read(response)
    assert (name, article.open, is_closed(response.selector)) == ("acs landing", None, False)
    assert [each.role for each in article.figures] == ["graphical abstract"]


@pytest.mark.parametrize(
    "wall",
    [
        "<div><h2>Get Access To This Article</h2></div>",
        '<div class="literatumAccessDenial">You need a subscription.</div>',
        "<h3>Purchase access</h3><p>Read this article for 48 hours.</p>",
        "<section><a href='/x'>Access through your institution</a></section>",
    ],
)
def test_an_abstract_with_a_paywall_is_closed(wall: str):
    response = respond(LANDING % wall)
    assert is_closed(response.selector)
    assert read(response)[1].open is False


def test_a_full_text_is_not_closed_by_an_offer():
    page = inline_page("<div class='NLM_p'>Text.</div>", after="<div><a>Purchase access</a> to other journals</div>")
    assert not is_closed(respond(page).selector)


def test_a_first_page_until_2018():
    body = (
        '<h1 class="articleTitle">Drawn</h1><div id="articleMeta"></div><div id="articleBody"><div id="abstractBox">'
        '<img alt="First page image" src="/appl/x.gif"></div></div><div class="accessDenialBox">Purchase</div>'
    )
    response = respond(body)
    assert read(response)[0] == "acs abstract"
    assert is_closed(response.selector)


def test_an_article_since_2026():
    cdn = "https://acs.silverchair-cdn.com/acs/jacsat/1"
    body = f"""
    <div class="widget-ArticleMainView"><h1 class="wi-article-title article-title-main">Drawn rods of tin</h1>
    <div class="widget-ArticleFulltext"><p class="chapter-para">As in <a class="link-ref fig-link"
      href="javascript:;" reveal-id="f1">Fig. 1</a> and <a class="fig-link" href="#f1">Fig. 1b</a>.</p>
    <div class="fig fig-section js-fig-section" id="f1" data-id="f1"><div class="graphic-wrap">
      <img class="content-image" src="{cdn}/m_dr1.jpeg?Expires=1&amp;Signature=a">
      <a class="fig-view-orig" href="/view-large/figure/9/dr1.jpeg">View large</a>
      <a class="download-slide"
        href="/DownloadFile/DownloadImage.aspx?image={cdn}/dr1.jpeg?Expires=1&amp;Signature=b&amp;sec=1&amp;ar=2">
        Download slide</a></div>
      <div class="label fig-label">Figure 1.</div><div class="caption fig-caption"><p>Rods <b>a</b>.</p></div></div>
    <div class="fig fig-modal reveal-modal"><img src="{cdn}/dr1.jpeg?Expires=1&amp;Signature=b">
      <div class="label fig-label">Figure 1.</div><div class="caption fig-caption"><p>Rods <b>a</b>.</p></div></div>
    <div class="table-full-width-wrap"><div class="table-wrap"><div class="table-wrap-title" id="t1">
      <span class="label title-label">Table 1.</span><div class="caption"><p>Sizes.</p></div></div>
      <table><tr><td>1</td></tr></table></div></div></div></div>"""
    name, article = read(respond(body))
    assert name == "acs silverchair"
    figure, table = article.figures
    assert (figure.label, figure.caption) == ("1", "Figure 1. Rods a.")
    assert figure.image_urls == (
        f"{cdn}/dr1.jpeg?Expires=1&Signature=b",
        f"{cdn}/m_dr1.jpeg?Expires=1&Signature=a",
    )
    assert figure.mentions == ("Fig. 1b",)
    assert (table.type, table.label, table.caption, table.role) == ("Table", "1", "Table 1. Sizes.", "table")


def test_pages_of_other_publishers_fit_no_layout():
    other = '<meta name="dc.Publisher" content="Drawn Press">'
    assert not any(layout.fits(respond(inline_page(""), head=other).selector) for layout in LAYOUTS)


def search_item(doi: str, title: str, icon: str = "") -> str:
    return f"""
    <li class="search-item clearfix"><div class="issue-item clearfix"><div class="issue-item_metadata">
      <span class="hlFld-Title"><h2 class="issue-item_title"><a href="/doi/{doi}">{title}</a></h2></span>
      <ul class="issue-item_loa loa"><li><span class="hlFld-ContribAuthor">Ada Drawn*</span></li>
        <li><span class="hlFld-ContribAuthor">Bo Sketch</span></li></ul>
      <div class="issue-item_info"><span class="issue-item_jour-name"><i>ACS Draw.</i></span>
        <span class="pub-date-value">May 4, 2020</span></div>
      <div class="issue-item_footer">{icon}<ul class="issue-item_buttons-list">
        <li><a href="/doi/abs/{doi}" title="Abstract">Abstract</a></li>
        <li><a href="/doi/pdf/{doi}" title="PDF">PDF</a></li></ul></div></div></div></li>"""


def search_results(items: str, after: str = "", url: str = "saved.html") -> SearchPage:
    body = f"""
    <div class="search-result">
    <div class="result__count-section">1 - 2 of <span class="result__count">1,234</span></div>
    <ul class="rlist search-result__body items-results">{items}</ul>{after}</div>
    <footer><a href="https://pubs.acs.org/about">About</a></footer>"""
    response = respond(body, url, head="")
    (layout,) = [layout for layout in SEARCH_LAYOUTS if layout.fits(response.selector)]
    return layout(response).search_page()


def test_a_page_of_a_search():
    icon = '<img class="access__control--img" alt="Open Access" src="/oa.svg">'
    onward = "/action/doSearch?AllField=x&startPage=1"
    after = f'<ul class="pagination"><a class="pagination__btn--next" href="{onward}">»</a></ul>'
    advertisement = (
        '<div class="issue-item"><h2 class="issue-item_title"><a href="/page/jobs">Draw for us</a></h2></div>'
    )
    page = search_results(
        search_item("10.5555/A.1", "Rods", icon) + advertisement + search_item("10.5555/a.2", "Bars"), after
    )
    assert [(hit.article.doi, hit.article.title, hit.article.open) for hit in page.hits] == [
        ("10.5555/a.1", "Rods", True),
        ("10.5555/a.2", "Bars", None),
    ]
    first = page.hits[0]
    assert first.url == "https://pubs.acs.org/doi/10.5555/A.1"
    assert first.article.authors == ("Ada Drawn", "Bo Sketch")
    assert (first.article.date, first.article.journal) == ("2020-05-04", "ACS Draw.")
    assert first.article.pdf_url == "https://pubs.acs.org/doi/pdf/10.5555/A.1"
    assert page.total == 1234
    assert page.next_url == f"https://pubs.acs.org{onward}"


def test_the_next_page_of_a_search_is_counted_on_where_no_link_leads_to_it():
    items = search_item("10.5555/a.1", "Rods") + search_item("10.5555/a.2", "Bars")
    url = "https://pubs.acs.org/action/doSearch?AllField=x&pageSize=20&startPage=3"
    assert search_results(items, url=url).next_url.endswith("AllField=x&pageSize=20&startPage=4")
    assert search_results("", url=url).next_url == ""


def test_a_page_of_a_search_since_2026():
    item = """
    <div class="sr-list al-article-box al-normal clearfix content-type-journal-articles">
      <h4 class="al-title"><i class="icon-availability_open" title="Open Access"></i>
        <a href="/drawin/article/1/2/3/99/Rods-of-Tin">Rods of Tin</a></h4>
      <div class="al-authors-list"><a>Ada Drawn</a>, <a>Bo Sketch</a></div>
      <div class="al-citation-list"><a href="https://doi.org/10.5555/a.3">https://doi.org/10.5555/a.3</a></div>
      <div class="al-pub-date">4 May 2026</div></div>"""
    body = f"""
    <div class="sr-statistics at-sr-statistics">1-20 of 45</div>{item}
    <button class="btn-as-link sr-nav-next al-nav-next">Next</button><a href="https://pubs.acs.org/">ACS</a>"""
    response = respond(body, "https://pubs.acs.org/search-results?page=1&q=tin", head="")
    (layout,) = [layout for layout in SEARCH_LAYOUTS if layout.fits(response.selector)]
    page = layout(response).search_page()
    (hit,) = page.hits
    assert hit.url == "https://pubs.acs.org/drawin/article/1/2/3/99/Rods-of-Tin"
    assert (hit.article.doi, hit.article.date, hit.article.open) == ("10.5555/a.3", "2026-05-04", True)
    assert hit.article.authors == ("Ada Drawn", "Bo Sketch")
    assert (page.total, page.next_url) == (45, "https://pubs.acs.org/search-results?page=2&q=tin")


def test_an_article_is_no_answer_to_a_search():
    assert not any(layout.fits(respond(inline_page("")).selector) for layout in SEARCH_LAYOUTS)


def test_the_address_of_a_search():
    assert search_url(Search(("tin oxide", "rods"))) == (
        "https://pubs.acs.org/action/doSearch?AllField=%22tin+oxide%22+%22rods%22&accessType=allContent"
        "&pageSize=20&startPage=0&sortBy=relevancy"
    )
    search = Search(("tin",), "recent", open_only=True, since=date(2020, 2, 1), until=date(2021, 3, 4), page_size=100)
    assert search_url(search, "http://127.0.0.1:8000/") == (
        "http://127.0.0.1:8000/action/doSearch?AllField=%22tin%22&openAccess=18&accessType=openAccess"
        "&Earliest=%5B20200201+TO+20210304%5D&pageSize=100&startPage=0&sortBy=Earliest"
    )
    assert "sortBy=Earliest_asc" in search_url(Search(("tin",), "old"))


def test_every_figure_of_the_benchmark(shared: Path):
    """Label, caption and picture as the manifest has them, without regard to blanks."""
    pages = [json.loads(line) for line in (shared / "web" / "manifest.jsonl").read_text().splitlines()]
    for page in pages:
        if page["publisher"] != "acs" or not page["figures"]:
            continue
        response = HttpResponse(page["path"], (shared / "web" / page["path"]).read_bytes(), encoding="utf-8")
        found = {"".join(each.caption.split()): each for each in read(response)[1].figures}
        for figure in page["figures"]:
            mine = found["".join(figure["caption"].split())]
            assert figure["caption"].startswith(mine.label if " " in mine.label else f"Figure {mine.label}")
            assert mine.image_url == f"https://pubs.acs.org{figure['img']}"
