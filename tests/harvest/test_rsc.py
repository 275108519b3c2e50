"""Pages of pubs.rsc.org: full texts of several generations, landing pages, answers to searches."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from parsel import Selector
from web_poet import HttpResponse

from exsclaim_core.harvest.pages.rsc import LAYOUTS, RscArticleHtml, RscLanding, RscTables, is_closed
from exsclaim_core.harvest.pages.rsc_figures import names_in
from exsclaim_core.harvest.pages.rsc_search import SEARCH_LAYOUTS, RscOldSearch, RscSearch, search_url
from exsclaim_core.harvest.pages.rsc_text import respaced, tightened, with_characters
from exsclaim_core.harvest.records import HarvestedFigure, MarkedText, Markup
from exsclaim_core.harvest.search import Search

URL = "https://pubs.rsc.org/en/content/articlehtml/2017/zz/x7xx00001x"
IMAGES = "/image/article/2017/ZZ/x7xx00001x/x7xx00001x"
HEAD = """<html><head>
<meta name="citation_title" content="Clay bowls of H 2 O">
<meta name="citation_author" content="Ada\xa0Potter"><meta name="citation_author" content="Bo\xa0Kiln">
<meta name="citation_online_date" content="2017/10/02"><meta name="citation_journal_title" content="Pottery Letters">
<meta name="citation_doi" content="10.5555/X7XX00001X">
<meta name="citation_pdf_url" content="http://pubs.rsc.org/en/content/articlepdf/2017/zz/x7xx00001x">
<meta name="citation_fulltext_html_url" content="http://pubs.rsc.org/en/content/articlehtml/2017/zz/x7xx00001x">
</head>"""


def page(layout, html: str, url: str = URL):
    return layout(HttpResponse(url, body=html.encode(), encoding="utf-8"))


def fitting(html: str, layouts=LAYOUTS) -> str:
    return next((each.name for each in layouts if each.fits(Selector(html, type="html"))), "")


def marked(figure: HarvestedFigure, kind: str) -> list[str]:
    return [figure.caption[span.start : span.end] for span in figure.markup if span.kind == kind]


def image_table(anchor: str, file: str, label: str, title: str, hi_res: bool = True, alt: str = "image file") -> str:
    image = f'<img alt="{alt}" src="{IMAGES}-{file}.gif"/>'
    if hi_res:
        image = f'<a href="{IMAGES}-{file}_hi-res.gif" title="Select to open image in new window">{image}</a>'
    return f"""<br/><div class="image_table"><table><tr><td colspan="3" class="imgHolder" id="img{anchor}">{image}</td>
    </tr><tr><td class="pushTitleRight"> </td><td class="image_title"><b>{label} </b> <span id="{anchor}">
    <span class="graphic_title">{title}</span></span></td><td class="pushTitleLeft"> </td></tr></table></div>"""


def article_html(*body: str, head: str = HEAD, right: str = "") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html>{head}<body><div id="wrapper">
    <div class="left_head"><a href="/en/content/articlepdf/2017/zz/x7xx00001x">View PDF Version</a></div>
    <div class="right_head">{right}</div>
    <div class="article_info"> DOI: <a href="https://doi.org/10.5555/X7XX00001X">10.5555/X7XX00001X</a> (Review Article)
    <span class="italic"><a href="https://doi.org/10.5555/0000-0000">Pott. Lett.</a></span>, 2017, 5</div>
    <h1 id="s1"><span class="title_heading">Clay bowls of H<small><sub>2</sub></small>O<a href="#fn1">†</a></span></h1>
    <p class="header_text"><span class="bold"> Ada Potter </span><sup>a</sup>, <span class="bold">Bo Kiln</span>*
    <span class="bold"> and </span><span class="bold">Cy Glaze</span><br/><span class="italic">A pottery</span></p>
    <p class="bold italic">First published on the web 21st September 2001</p>
    <p class="abstract">Bowls hold H<small><sub>2</sub></small>O.</p>{"".join(body)}</div></body></html>"""


class TestFullText:
    """…/articlehtml/… since 2010, also of articles that are older."""

    def test_figure_has_label_caption_and_images_from_the_best_on(self):
        title = "Bowls of CO<small><sub>2</sub></small>, fired at 10<small><sup>−5</sup></small> bar: <b>(a)</b> red."
        (figure,) = page(RscArticleHtml, article_html(image_table("fig1", "f1", "Fig. 1", title))).figures
        assert (figure.type, figure.label, figure.role) == ("Figure", "1", "figure")
        assert figure.caption == "Fig. 1 Bowls of CO2, fired at 10−5 bar: (a) red."
        assert marked(figure, "bold") == ["Fig. 1", "(a)"]
        assert marked(figure, "subscript") == ["2"]
        assert figure.image_urls == (
            f"https://pubs.rsc.org{IMAGES}-f1_hi-res.gif",
            f"https://pubs.rsc.org{IMAGES}-f1.gif",
        )

    def test_bold_text_of_a_class_is_bold(self):
        table = image_table(
            "fig1", "f1", "Fig. 1", 'Bowl <span class="bold">B1</span> is <span class="italic">old</span>.'
        )
        (figure,) = page(RscArticleHtml, article_html(table)).figures
        assert (marked(figure, "bold"), marked(figure, "italic")) == (["Fig. 1", "B1"], ["old"])

    def test_scheme_and_chart_keep_their_names(self):
        tables = image_table("sch2", "s2", "Scheme 2", "Firing."), image_table("chart1", "c1", "Chart 1", "Glazes.")
        assert [each.label for each in page(RscArticleHtml, article_html(*tables)).figures] == ["Scheme 2", "Chart 1"]

    def test_scheme_without_words(self):
        table = image_table("sch1", "s1", "Scheme 1", "").replace('<span class="graphic_title"></span>', "")
        (figure,) = page(RscArticleHtml, article_html(table)).figures
        assert (figure.label, figure.caption) == ("Scheme 1", "Scheme 1")

    def test_number_at_the_start_of_a_caption_is_not_of_its_label(self):
        table = image_table("fig5", "f5", "Fig. 5", "<small><sup>13</sup></small>C spectra.")
        (figure,) = page(RscArticleHtml, article_html(table)).figures
        assert (figure.label, figure.caption) == ("5", "Fig. 5 13C spectra.")

    def test_formulae_and_unnamed_pictures_are_no_figures(self):
        formula = f'<table><tr><td class="eqn"><img src="{IMAGES}-t1.gif" class="centered"/></td></tr></table>'
        unnamed = image_table("ugt2", "t2", "", "").replace('class="image_title"', "")
        assert page(RscArticleHtml, article_html(formula, unnamed)).figures == ()

    def test_table_is_one_without_a_picture(self):
        table = '<div class="table_caption"><b>Table 1</b> <span id="tab1">Clays</span></div><table></table>'
        (figure,) = page(RscArticleHtml, article_html('<p><a href="#tab1">Table 1</a></p>', table)).figures
        assert (figure.type, figure.label, figure.role, figure.caption) == ("Table", "1", "table", "Table 1 Clays")
        assert (figure.image_urls, figure.mentions) == ((), ("Table 1",))

    def test_photo_of_an_author_is_told_apart(self):
        photo = f"""<table><tr><td class="biogPlate"><img alt="Ada Potter" src="{IMAGES}-p1.gif"/>
        <p><span class="graphic_title">Ada Potter</span></p></td><td><p>Ada Potter learnt in Clayton.</p></td></tr>
        </table>"""
        (figure,) = page(RscArticleHtml, article_html(photo)).figures
        assert (figure.role, figure.label, figure.caption) == ("author photo", "", "Ada Potter")
        assert figure.image_url == f"https://pubs.rsc.org{IMAGES}-p1.gif"

    def test_mentions_are_links_of_the_running_text_as_printed(self):
        text = """<p>See <a href="#imgfig1">Fig. 1b</a>, <a href="#imgfig1">Fig. 1a and c</a>, again
        <a href="#imgfig1">Fig. 1b</a>, <a href="#imgfig2">Figs. 2–4</a>, <a href="#cit1">1</a>.</p>"""
        first = image_table("fig1", "f1", "Fig. 1", 'As in <a href="#imgfig3">Fig. 3</a>.')
        second, third = (image_table(f"fig{n}", f"f{n}", f"Fig. {n}", "Bowl.") for n in (2, 3))
        figures = page(RscArticleHtml, article_html(text, first, second, third)).figures
        assert [each.mentions for each in figures] == [("Fig. 1b", "Fig. 1a and c"), ("Figs. 2–4",), ("Figs. 2–4",)]

    def test_figure_that_a_page_shows_twice_counts_once(self):
        table = image_table("fig1", "f1", "Fig. 1", "Bowl.")
        assert len(page(RscArticleHtml, article_html(table, table)).figures) == 1

    def test_pictures_of_characters_are_characters(self):
        space = (
            '<img alt="[thin space (1/6-em)]" class="charmap" src="https://www.rsc.org/images/entities/char_2009.gif"/>'
        )
        table = image_table("fig1", "f1", "Fig. 1", f"Clay to sand 3{space}:{space}1.")
        (figure,) = page(RscArticleHtml, article_html(table)).figures
        assert figure.caption == "Fig. 1 Clay to sand 3 : 1."

    def test_indented_page_takes_the_blanks_from_the_description_of_the_picture(self):
        title = "Bowls of CO\n <small>\n <sub>\n 2\n </sub>\n </small>\n H in\n <span>\n mud\n </span>\n."
        table = image_table("fig1", "f1", "\n Fig. 1\n", title, hi_res=False, alt="Bowls of CO2H in mud.")
        (figure,) = page(RscArticleHtml, article_html(table)).figures
        assert figure.caption == "Fig. 1 Bowls of CO2H in mud."
        assert marked(figure, "subscript") == ["2"]

    def test_figures_of_tables_without_a_class_around_them(self):
        rows = "".join(
            f'<tr><td class="imgHolder"><img src="{IMAGES}-f{n}.gif"/></td></tr>'
            f'<tr><td class="image_title"><b>Fig. {n} </b><span class="graphic_title">Bowl {n}.</span></td></tr>'
            for n in (1, 2)
        )
        figures = page(RscArticleHtml, article_html(f"<table>{rows}</table>")).figures
        assert [(each.caption, each.image_url[-6:]) for each in figures] == [
            ("Fig. 1 Bowl 1.", "f1.gif"),
            ("Fig. 2 Bowl 2.", "f2.gif"),
        ]

    def test_what_meta_elements_tell(self):
        article = page(RscArticleHtml, article_html())
        assert (article.doi, article.title) == ("10.5555/x7xx00001x", "Clay bowls of H2O")
        assert (article.authors, article.journal) == (("Ada Potter", "Bo Kiln"), "Pottery Letters")
        assert (article.date, article.article_type) == ("2017-10-02", "review article")
        assert (article.abstract, article.publisher) == ("Bowls hold H2O.", "Royal Society of Chemistry")
        assert article.pdf_url == "https://pubs.rsc.org/en/content/articlepdf/2017/zz/x7xx00001x"
        assert article.article_url == URL

    def test_page_tells_the_same_where_meta_elements_and_url_are_lost(self):
        article = page(RscArticleHtml, article_html(head="<html><head></head>"), url="about:blank")
        assert (article.doi, article.title) == ("10.5555/x7xx00001x", "Clay bowls of H2O")
        assert (article.authors, article.journal) == (("Ada Potter", "Bo Kiln", "Cy Glaze"), "Pott. Lett.")
        assert (article.date, article.article_url) == ("2001-09-21", URL)

    def test_licence_of_the_article_and_not_of_a_figure_from_elsewhere(self):
        link = '<a href="http://creativecommons.org/licenses/by-nc/4.0/">CC</a>'
        borrowed = image_table("fig1", "f1", "Fig. 1", f"Bowl, under {link}.")
        closed = page(RscArticleHtml, article_html(borrowed))
        assert (closed.licence, closed.redistribution, closed.open) == ("", None, None)
        mark = (
            '<span class="oa">Open Access Article<br/>This is licensed under a <a rel="license" href="{}">CC</a></span>'
        )
        own = page(RscArticleHtml, article_html(right=mark.format("http://creativecommons.org/licenses/by/3.0/")))
        assert (own.licence, own.redistribution, own.open) == (
            "https://creativecommons.org/licenses/by/3.0",
            True,
            True,
        )

    def test_open_without_a_licence(self):
        article = page(RscArticleHtml, article_html(right='<span class="oa">Open Access Article</span>'))
        assert (article.licence, article.open) == ("", True)


def landing(body: str = "", head: str = HEAD) -> str:
    return f"""{head}<body><article class="article-control"><div class="article__title">
    <h2 class="capsule__title fixpadv--m">Clay bowls of H<sub>2</sub>O<a href="#fn1">†</a></h2></div>
    <div class="article__authors"><span class="article__author-link"><a href="/en/results?searchtext=Author">Ada
    Potter</a><sup>a</sup></span></div><div class="capsule__column-wrapper">
    <div class="capsule__text"><h3>Abstract</h3><p>Bowls hold water.</p></div>
    <div class="capsule__article-image"><img alt="Graphical abstract: Clay bowls"
    src="/content/NewImages/LoadingBackGround.JPG"
    data-original="/en/Image/Get?imageInfo.ImageType=GA&amp;imageInfo.ImageIdentifier.ManuscriptID=X7XX00001X"></div></div>
    </article>{body}</body></html>"""


class TestLandingPage:
    """…/articlelanding/…"""

    FIGURE = f"""<div class="img-tbl" id="fig1"><figure class="img-tbl__image"><a href="{IMAGES}-f1_hi-res.gif">
    <img src="data:image/gif;base64,R0lGOD" data-original="{IMAGES}-f1.gif" alt="image file: x7xx00001x-f1.tif"></a>
    <figcaption class="img-tbl__caption"><span class="img-tbl__label"><b>Fig. 1</b></span> <span>Bowls of
    CO<small><sub>2</sub></small>.</span></figcaption></figure></div>"""

    def test_full_text_with_lazy_pictures(self):
        text = f'<div id="pnlArticleContentLoaded"><h2>Clay</h2><p><a href="#fig1">Fig. 1a</a></p>{self.FIGURE}</div>'
        abstract, figure = page(RscLanding, landing(text)).figures
        assert (abstract.role, abstract.caption) == ("graphical abstract", "Graphical abstract: Clay bowls")
        assert (figure.label, figure.caption, figure.mentions) == ("1", "Fig. 1 Bowls of CO2.", ("Fig. 1a",))
        assert figure.image_urls == (
            f"https://pubs.rsc.org{IMAGES}-f1_hi-res.gif",
            f"https://pubs.rsc.org{IMAGES}-f1.gif",
        )

    def test_graphical_abstract_alone(self):
        (figure,) = page(RscLanding, landing()).figures
        assert figure.image_urls == (
            "https://pubs.rsc.org/en/Image/Get?imageInfo.ImageType=GA&imageInfo.ImageIdentifier.ManuscriptID=X7XX00001X",
        )

    def test_what_the_page_tells_itself(self):
        facts = '<dl class="c fixpadt--l"><dt class="c__10">First published</dt><dd class="c__14">21 Sep 2018</dd></dl>'
        article = page(RscLanding, landing(facts, head="<html><head></head>"))
        assert (article.title, article.authors) == ("Clay bowls of H2O", ("Ada Potter",))
        assert (article.abstract, article.date) == ("Bowls hold water.", "2018-09-21")

    def test_closed_where_there_is_only_an_abstract_and_a_price(self):
        price = "<section><h3>Buy this article</h3><p>£42.50</p></section>"
        assert is_closed(Selector(landing(price), type="html"))
        assert page(RscLanding, landing(price)).open is False

    @pytest.mark.parametrize(
        "body",
        [
            "",
            '<a class="btn" href="/en/content/articlehtml/2017/zz/x7xx00001x">Article HTML</a><p>Buy this article</p>',
            f"<div>{FIGURE}</div><p>Other ways to access this content</p>",
        ],
        ids=["no price", "link to the full text", "full text"],
    )
    def test_not_closed(self, body):
        assert not is_closed(Selector(landing(body), type="html"))

    def test_nothing_else_is_closed(self):
        assert not is_closed(Selector("<html><body><p>Buy this article</p></body></html>", type="html"))
        assert not is_closed(Selector(article_html("<p>Buy this article</p>"), type="html"))


def test_tables_without_classes():
    html = f"""<html><body><a href="http://www.rsc.org/">RSC</a><h1>Clay bowls</h1>
    <table><tr><td><p><a href="x7xx00001x-f1.gif"><img src="x7xx00001x-f1.gif"></a></p></td></tr>
    <tr><td><b>Fig. 1</b> A red bowl.</td></tr></table>
    <table><tr><td><img src="{IMAGES}-s1.gif"></td></tr></table><p><b>Scheme 1</b> Firing.</p>
    <p><img src="{IMAGES}-t1.gif"></p></body></html>"""
    assert fitting(html) == "rsc-tables"
    figures = page(RscTables, html, url="https://www.rsc.org/ej/ZZ/x7xx00001x/index.htm").figures
    assert [(each.label, each.caption) for each in figures] == [
        ("1", "Fig. 1 A red bowl."),
        ("Scheme 1", "Scheme 1 Firing."),
    ]
    assert figures[0].image_urls == ("https://www.rsc.org/ej/ZZ/x7xx00001x/x7xx00001x-f1.gif",)


def test_layouts_are_told_by_what_is_on_the_page():
    assert fitting(article_html(image_table("fig1", "f1", "Fig. 1", "Bowl."))) == "rsc-articlehtml"
    assert fitting(article_html()) == "rsc-articlehtml"
    assert fitting(landing()) == "rsc-landing"
    assert (
        fitting('<html><body><figure><img src="a.png"><figcaption>Figure 1</figcaption></figure></body></html>') == ""
    )


class TestTexts:
    """Characters and blanks."""

    @pytest.mark.parametrize(
        ("alt", "file", "shown"),
        [
            ("[thin space (1/6-em)]", "char_2009.gif", "\u2009"),
            ("[1 with combining macron]", "char_0031_0304.gif", "1\u0304"),
            ("[italic v]", "i_char_e0f5.gif", "<i>v</i>"),
            ("[double bond, length as m-dash]", "char_e001.gif", "="),
            ("[small phi, Greek, circumflex]", "char_e0aa.gif", "φ"),
            ("[X with combining tilde]", "char_e0ab.gif", "X\u0303"),
            ("[an unknown sign]", "char_e0ac.gif", "[an unknown sign]"),
        ],
    )
    def test_picture_of_a_character(self, alt, file, shown):
        assert with_characters(f'a<img alt="{alt}" class="charmap" src="/images/entities/{file}"/>b') == f"a{shown}b"

    def test_other_pictures_stay(self):
        assert with_characters('<img src="/x/char.gif">') == '<img src="/x/char.gif">'

    def test_blanks_of_another_writing(self):
        text = MarkedText("H 2 O , wet", (Markup(2, 3, "subscript"), Markup(8, 11, "bold")))
        assert respaced(text, "H2O, wet") == MarkedText("H2O, wet", (Markup(1, 2, "subscript"), Markup(5, 8, "bold")))
        assert respaced(text, "H2O, dry") is None

    @pytest.mark.parametrize(
        ("text", "index", "expected"),
        [
            ("at 10 −5 bar", (6, 8), "at 10−5 bar"),
            ("the 13 C line", (4, 6), "the 13 C line"),
            ("clay ( wet ) , sand", None, "clay (wet), sand"),
            ("clay .5", None, "clay .5"),
        ],
    )
    def test_blanks_that_an_indented_page_has_too_many(self, text, index, expected):
        markup = (Markup(index[0], index[1], "superscript"),) if index else ()
        assert tightened(MarkedText(text, markup)).text == expected

    def test_names_in_a_reference(self):
        assert names_in("Fig. 2b and 5–7") == {"Figure 2", "Figure 5", "Figure 6", "Figure 7"}
        assert names_in("Schemes 1, 3") == {"Scheme 1", "Scheme 3"}
        assert names_in("ref. 7") == set()


def capsule(number: str, mark: str = "") -> str:
    return f"""<div class="capsule capsule--article "><a name="{number.upper()}" class="capsule__action"
    href="/en/content/articlelanding/2017/zz/{number}"><span class="capsule__context">{mark} Paper </span>
    <h3 class="capsule__title">Bowls of CO<small><sub>2</sub></small></h3>
    <div class="article__authors article__author-link">A. Potter, B. Kiln and C. Glaze</div>
    <div class="capsule__text"><p>Bowls hold water.</p></div></a><div class="capsule__footer"><div class="text--small">
    <span class="block fixpadv--xs">The article was first published on 21 Dec 2016</span><br>
    <span><i><strong>Pott. Lett.</strong></i>, 2017,<strong>19</strong>, 1-2</span><br>
    <span><a href="http://dx.doi.org/10.5555/{number.upper()}">http://dx.doi.org/10.5555/{number.upper()}</a></span></div>
    <a class="btn" href="/en/content/articlepdf/2017/zz/{number}?page=search">Download PDF</a>
    <a class="btn" href="/en/content/articlehtml/2017/zz/{number}?page=search">Article HTML</a></div></div>"""


def answer(*capsules: str, number: int = 1, pages: int = 3) -> str:
    after = "" if number < pages else " paging__btn--disabled"
    return f"""<html><body><form id="formSearchUpdate"></form><div><strong>1,058 items</strong>
    <span class="paging--label"> - Showing page {number} of {pages}</span></div>
    <a href="#" data-pageno="{number - 1}" class="paging__btn paging__btn--prev"></a>
    <a href="#" data-pageno="{number + 1}" class="paging__btn paging__btn--next{after}"></a>
    {"".join(capsules)}</body></html>"""


class TestSearch:
    """…/results?searchtext=…"""

    RESULTS = "https://pubs.rsc.org/en/results?searchtext=%22clay%22&PageSize=2"

    def test_hits(self):
        orange = '<img src="https://cdn.example.org/open-access-icon-orange.png" alt="Open Access">'
        answered = page(
            RscSearch, answer(capsule("x7xx00001x"), capsule("x7xx00002x", orange)), self.RESULTS
        ).search_page()
        first, second = answered.hits
        assert first.url == "https://pubs.rsc.org/en/content/articlelanding/2017/zz/x7xx00001x"
        assert (first.article.title, first.article.doi) == ("Bowls of CO2", "10.5555/x7xx00001x")
        assert first.article.authors == ("A. Potter", "B. Kiln", "C. Glaze")
        assert (first.article.journal, first.article.date) == ("Pott. Lett.", "2016-12-21")
        assert (first.article.article_type, first.article.abstract) == ("paper", "Bowls hold water.")
        assert first.article.article_url == "https://pubs.rsc.org/en/content/articlehtml/2017/zz/x7xx00001x"
        assert first.article.pdf_url == "https://pubs.rsc.org/en/content/articlepdf/2017/zz/x7xx00001x"
        assert (first.article.open, second.article.open) == (None, True)
        assert answered.total == 1058

    def test_chapters_of_books_are_no_hits(self):
        chapter = '<div class="capsule"><a class="capsule__action" href="/en/content/chapter/bk1/1">Clay</a></div>'
        assert page(RscSearch, answer(chapter), self.RESULTS).search_page().hits == ()

    def test_next_page(self):
        first = page(RscSearch, answer(capsule("x7xx00001x")), self.RESULTS).search_page().next_url
        assert first == f"{self.RESULTS}&PageNumber=2"
        second = page(RscSearch, answer(capsule("x7xx00001x"), number=2), first).search_page().next_url
        assert second == f"{self.RESULTS}&PageNumber=3"
        assert page(RscSearch, answer(capsule("x7xx00001x"), number=3), second).search_page().next_url == ""

    def test_no_next_page_without_an_own_url_or_hits(self):
        assert page(RscSearch, answer(capsule("x7xx00001x")), "about:blank").search_page().next_url == ""
        assert page(RscSearch, answer(), self.RESULTS).search_page().next_url == ""

    def test_answer_of_2012(self):
        html = """<html><body><div class="grey_box_wrapper"><div class="search_jrnl_article_new">Open Access</div>
        <h2 class="title_text_s4_jrnls"><a name="X2XX00001X"
        href="/en/content/articlelanding/2012/zz/x2xx00001x">Bowls</a></h2>
        <span class="red_txt_s4">A. Potter and B. Kiln</span><div class="grey_left_box_text_s4_new"><a href="#"><em>
        <strong>Pott. Lett.</strong></em></a>, 2012, 4, 1-2. DOI: <a href="http://dx.doi.org/10.5555/X2XX00001X">DOI</a></div>
        <a class="lnkPDF" href="/en/content/articlepdf/2012/zz/x2xx00001x?page=search">PDF</a></div></body></html>"""
        assert fitting(html, SEARCH_LAYOUTS) == "rsc-old-search"
        (hit,) = page(RscOldSearch, html, self.RESULTS).search_page().hits
        assert hit.url == "https://pubs.rsc.org/en/content/articlelanding/2012/zz/x2xx00001x"
        assert (hit.article.title, hit.article.authors) == ("Bowls", ("A. Potter", "B. Kiln"))
        assert (hit.article.doi, hit.article.journal, hit.article.date) == ("10.5555/x2xx00001x", "Pott. Lett.", "2012")
        assert hit.article.open is True

    def test_pages_that_are_answers(self):
        assert fitting(answer(capsule("x7xx00001x")), SEARCH_LAYOUTS) == "rsc-search"
        assert fitting(landing(), SEARCH_LAYOUTS) == ""
        assert fitting(article_html(), SEARCH_LAYOUTS) == ""

    def test_address_of_a_search(self):
        assert search_url(Search(("silver clay", "bowl"))) == (
            "https://pubs.rsc.org/en/results?searchtext=%22silver%20clay%22%20%22bowl%22&SortBy=Relevance&PageSize=20"
            "&tab=all&fcategory=all&filter=all"
        )
        asked = Search(("clay",), "recent", True, date(2017, 3, 5), date(2018, 11, 30), 50)
        assert search_url(asked, "http://127.0.0.1:8000/") == (
            "http://127.0.0.1:8000/en/results?searchtext=%22clay%22&SortBy=Latest%20to%20oldest&PageSize=50"
            "&tab=all&fcategory=all&filter=all&Article%20Access=Open%20Access&DateRange=true&SelectDate=true"
            "&DateFromYear=2017&DateFromMonth=03&DateToYear=2018&DateToMonth=11"
        )


def test_figures_of_the_benchmark(shared: Path):
    """Each figure that another program has read is there, with the same caption but for blanks."""
    for line in (shared / "web" / "manifest.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["publisher"] != "rsc" or record["kind"] != "article":
            continue
        html = (shared / "web" / record["path"]).read_text()
        assert fitting(html) == "rsc-articlehtml"
        found = [each for each in page(RscArticleHtml, html, "about:blank").figures if each.role == "figure"]
        assert ["".join(each.caption.split()) for each in found] == [
            "".join(figure["caption"].split()) for figure in record["figures"]
        ]
        assert all(each.label and each.image_url.startswith("https://") for each in found)


def test_hits_of_the_benchmark(shared: Path):
    html = (shared / "web" / "rsc" / "searchresults.html").read_text()
    assert fitting(html, SEARCH_LAYOUTS) == "rsc-search"
    answered = page(RscSearch, html, "about:blank").search_page()
    assert (len(answered.hits), answered.total) == (25, 1358)
    assert all(hit.article.doi and hit.article.title and hit.article.authors for hit in answered.hits)
