"""Pages of nature.com in all their layouts: articles, single figures, searches. All texts are invented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from parsel import Selector
from web_poet import HttpResponse

from exsclaim_core.harvest.pages.nature import (
    LAYOUTS,
    NatureArticle,
    NatureFigurePage,
    NatureFigures,
    is_closed,
)
from exsclaim_core.harvest.pages.nature_old import NatureTitles, NatureTwelve
from exsclaim_core.harvest.pages.nature_page import NaturePage, picture_urls
from exsclaim_core.harvest.pages.nature_search import (
    SEARCH_LAYOUTS,
    NatureCardSearch,
    NatureListSearch,
    search_url,
)
from exsclaim_core.harvest.pages.page import ArticleLayout, SearchLayout
from exsclaim_core.harvest.records import HarvestedFigure, SearchPage
from exsclaim_core.harvest.search import Search
from exsclaim_core.labels import parse_label

MEDIA = "https://media.springernature.com"
HEAD = """
<meta name="citation_doi" content="doi:10.5555/drawn1"/><meta name="citation_title" content="A drawn title"/>
<meta name="citation_author" content="Doe, Jane"/><meta name="citation_online_date" content="2019/03/04"/>
<meta name="citation_journal_title" content="Drawn Journal"/><meta name="prism.section" content="Letter"/>
<meta name="citation_fulltext_html_url" content="https://www.nature.com/articles/drawn1"/>"""
LONG = "<p>" + "A sentence of the text that goes on for a while. " * 3 + "</p>"


def page_of(
    layouts: Sequence[type[ArticleLayout | SearchLayout]], body: str, head: str = HEAD, url: str = ""
) -> object:
    """The page object of the first layout that fits."""
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    layout = next(each for each in layouts if each.fits(Selector(html)))
    return layout(HttpResponse(url or "https://www.nature.com/articles/drawn1", html.encode(), encoding="utf-8"))


def article(body: str, head: str = HEAD, url: str = "") -> NaturePage:
    page = page_of(LAYOUTS, body, head, url)
    assert isinstance(page, NaturePage)
    return page


def figures(body: str, head: str = HEAD) -> tuple[HarvestedFigure, ...]:
    return tuple(article(body, head).figures)


def closed(body: str) -> bool:
    return is_closed(Selector(f"<html><head>{HEAD}</head><body>{body}</body></html>"))


def c_figure(
    number: int, title: str, text: str = "", folder: str = "lw685", name: str = "1_2019_1_Fig1_HTML.png"
) -> str:
    description = (
        f'<div class="c-article-section__figure-description" data-test="bottom-caption" id="figure-{number}-desc">'
        f"<p>{text}</p></div>"
        if text
        else ""
    )
    source = f"//media.springernature.com/{folder}/springer-static/image/art%3A10.5555%2Fdrawn1/MediaObjects/{name}"
    return f"""<div class="c-article-section__figure js-c-reading-companion-figures-item" data-test="figure"
 data-container-section="figure" id="figure-{number}"><figure><figcaption>
<b class="c-article-section__figure-caption" data-test="figure-caption-text" id="Fig{number}">{title}</b></figcaption>
<div class="c-article-section__figure-content"><div class="c-article-section__figure-item">
<a class="c-article-section__figure-link" href="/articles/drawn1/figures/{number}"><picture>
<source srcset="{source}?as=webp" type="image/webp"><img alt="figure {number}" src="{source}"></picture></a></div>
{description}</div><div class="u-text-right u-hide-print"><a class="c-article__pill-button"
 href="/articles/drawn1/figures/{number}"><span>Full size image</span><svg></svg></a></div></figure></div>"""


class TestToday:
    def test_caption_is_label_title_and_description_without_buttons(self) -> None:
        text = 'Bars, 5 nm. <b>a</b>, Wires. <b>b</b>, Dots of H<sub>2</sub>O.</p><p><a href="#MOESM2">Source data</a>'
        (figure,) = figures(c_figure(1, "Fig. 1: Drawn wires.", text))
        assert (figure.type, figure.label, figure.role) == ("Figure", "1", "figure")
        assert figure.caption == "Fig. 1: Drawn wires. Bars, 5 nm. a, Wires. b, Dots of H2O."
        marked = [(figure.caption[span.start : span.end], span.kind) for span in figure.markup]
        assert marked == [("Fig. 1: Drawn wires.", "bold"), ("a", "bold"), ("b", "bold"), ("2", "subscript")]

    def test_source_data_in_a_sentence_stay(self) -> None:
        text = 'Three runs. <a href="#MOESM2">Source data</a> are given as a file.'
        assert figures(c_figure(1, "Fig. 1", text))[0].caption == "Fig. 1 Three runs. Source data are given as a file."

    def test_original_picture_comes_before_the_smaller_one(self) -> None:
        path = "springer-static/image/art%3A10.5555%2Fdrawn1/MediaObjects/1_2019_1_Fig1_HTML.png"
        (figure,) = figures(c_figure(1, "Fig. 1", "Wires."))
        assert figure.image_urls == (f"{MEDIA}/full/{path}", f"{MEDIA}/lw685/{path}")

    def test_mentions_are_as_printed_and_in_their_order(self) -> None:
        link = '<a data-track-action="figure anchor" href="/articles/drawn1#Fig{}">{}</a>'
        text = (
            f"<p>See {link.format(1, 'Fig. 1b')} and, as in Figure {link.format(1, '1a')}, {link.format(2, 'Fig. 2')}; "
            f"again {link.format(1, 'Fig. 1b')}.</p>"
        )
        one, two = figures(
            text + c_figure(1, "Fig. 1", f"As {link.format(1, 'Fig. 1c')} says.") + c_figure(2, "Fig. 2", "Dots.")
        )
        assert one.mentions == ("Fig. 1b", "Figure 1a")
        assert two.mentions == ("Fig. 2",)

    def test_extended_data_are_figures_and_tables_and_files_are_none(self) -> None:
        item = """<div class="c-article-supplementary__item js-c-reading-companion-figures-item" data-test="supp-item"
 id="{0}"><h3 class="c-article-supplementary__title u-h3"><a class="print-link" data-test="supp-info-link" href="{1}"
 data-supp-info-image="{2}">{3}</a></h3><div class="c-article-supplementary__description"><p>{4}</p></div></div>"""
        image = "//media.springernature.com/lw685/springer-static/esm/art%3A10.5555%2Fdrawn1/MediaObjects/{}_ESM.jpg"
        found = figures(
            '<p>As <a href="/articles/drawn1#Fig5">Extended Data Fig. 1a</a> shows.</p>'
            + item.format(
                "Fig5", "/x/figures/5", image.format("Fig5"), "Extended Data Fig. 1 More wires.", "<b>a</b>, One."
            )
            + item.format("Tab1", "/x/figures/6", image.format("Tab1"), "Extended Data Table 1 Sizes", "In nm.")
            + item.format("M1", "/esm/a.pdf", "", "Supplementary Information", "Supplementary Figs. 1–9.")
            + item.format("M2", "/esm/b.jpg", "", "Supplementary Fig. 2", "The whole wafer.")
        )
        assert [(each.type, each.label, each.role) for each in found] == [
            ("Figure", "Extended Data 1", "figure"),
            ("Table", "Extended Data 1", "table"),
            ("Figure", "S2", "supplementary"),
        ]
        assert found[0].caption == "Extended Data Fig. 1 More wires. a, One."
        assert found[0].mentions == ("Extended Data Fig. 1a",)
        assert found[0].image_url == "https:" + image.format("Fig5").replace("lw685", "full")
        assert found[2].image_url == "https://www.nature.com/esm/b.jpg"

    def test_tables_have_captions_and_no_pictures(self) -> None:
        (table,) = figures(
            """<div class="c-article-table" data-test="inline-table" data-container-section="table" id="table-1">
<figure>
<figcaption class="c-article-table__figcaption"><b id="Tab1" data-test="table-caption">Table 1 Drawn sizes</b>
</figcaption>
<div class="u-text-right u-hide-print"><a class="c-article__pill-button" href="/articles/drawn1/tables/1">Full size
 table
</a></div></figure></div>"""
        )
        assert (table.type, table.label, table.role) == ("Table", "1", "table")
        assert (table.caption, table.image_url) == ("Table 1 Drawn sizes", "")

    def test_pictures_without_a_label_are_told_apart_by_their_sections(self) -> None:
        picture = '<figure><img src="//media.springernature.com/lw685/{}.jpg"><figcaption>A view.</figcaption></figure>'
        found = figures(
            '<section data-title="Graphical abstract"><div class="c-article-section">'
            + picture.format("a")
            + "</div></section>"
            '<section data-title="About the authors">' + picture.format("b") + "</section>" + picture.format("c")
        )
        assert [each.role for each in found] == ["graphical abstract", "author photo", "figure"]

    def test_what_the_page_tells_of_the_article(self) -> None:
        page = article(
            """<script data-test="dataLayer"> dataLayer = [{"content":{"category":{"legacy":
{"webtrendsPrimaryArticleType":"reviews"}},"attributes":{"copyright":{"open":true,"legacy":
{"webtrendsLicenceType":"http://creativecommons.org/licenses/by-nc/4.0/"}}}}}]; </script>
<a class="c-pdf-download__link" data-article-pdf="true" href="/articles/drawn1.pdf">Download PDF</a>
<section data-title="Abstract"><div id="Abs1-content"><p>We draw H<sub>2</sub>O.</p></div></section>"""
        )
        assert (page.doi, page.title, page.authors) == ("10.5555/drawn1", "A drawn title", ("Jane Doe",))
        assert (page.date, page.journal, page.article_type) == ("2019-03-04", "Drawn Journal", "reviews")
        assert page.licence == "https://creativecommons.org/licenses/by-nc/4.0"
        assert page.redistribution is True
        assert page.open is True
        assert page.pdf_url == "https://www.nature.com/articles/drawn1.pdf"
        assert page.abstract == "We draw H2O."

    def test_linked_data_tell_whether_one_pays(self) -> None:
        record = '<script type="application/ld+json">{"mainEntity":{"isAccessibleForFree":false}}</script>'
        assert article(record + c_figure(1, "Fig. 1", "Wires.")).open is False

    def test_page_without_figures(self) -> None:
        assert figures('<div class="c-article-body"><p>Words only.</p></div>') == ()


class TestTwelve:
    FIGURE = """<div class="figures-at-a-glance"><div class="tab-content figure-browser"><ol><li><figure>
<a class="item-link" href="/drawn/journal/v1/n2/fig_tab/drawn1_F1.html"><img class="fig carousel-item"
 src="/drawn/journal/v1/n2/carousel/drawn1-f1.2.jpg"></a><figcaption><span class="legend cleared">Figure 1<span
 class="break">: </span><span class="figure-desc">Drawn mice.</span></span><div class="description"><p><b>a</b>,
 Black.</p>
</div><div class="larger"><p class="fig-link full-size"><a href="/x_F1.html">Full size image</a></p></div></figcaption>
</figure></li><li><figure><a class="item-link" href="/drawn/journal/v1/n2/fig_tab/drawn1_SF1.html"><img class="fig"
 src="/drawn/journal/v1/n2/carousel/drawn1-sf1.jpg"></a><figcaption><span class="legend cleared">Extended Data Fig.
 1<span
 class="break">: </span><span class="figure-desc">Cages.</span></span><div class="description"><p>Of wood.</p></div>
<div class="larger"><p class="fig-link down-arrow"><a href="#sf1-inarticle">View in article</a></p></div></figcaption>
</figure></li></ol></div></div>
<section><h1 class="section-heading toggle">Main</h1><p>Mice
(<a href="/drawn/journal/v1/n2/full/drawn1.html#f1">Fig. 1a</a>) in cages
(<a class="supp-fig" href="/drawn/journal/v1/n2/fig_tab/drawn1_SF1.html">Extended Data Fig. 1</a>).</p>
<div class="figure cleared" id="f1"><figure><figcaption><span class="legend"> Figure 1: Drawn mice. </span></figcaption>
<div class="item-content box"><a class="fig-link" href="/x_F1.html"><img class="fig"
 src="/drawn/journal/v1/n2/images_article/drawn1-f1.2.jpg"></a><div class="description"><p><b>a</b>, Black.</p></div>
<ul class="resources"><li class="full"><a href="/x_F1.html">Full size image (72 KB)</a></li><li class="slides">
<a href="/x.ppt">Download PowerPoint slide (452K)</a></li></ul></div><nav><ul class="figure-nav"><li class="next">
<a href="#f2">Next</a></li></ul></nav></figure></div>
<div class="table figure cleared" id="t1"><figure><figcaption><span class="legend">Table 1: Drawn weights</span>
</figcaption><div class="item-content box"><a class="table-link" href="/x_T1.html"><span>Full table</span></a></div>
</figure></div></section>
<div class="box supp-info"><h2 class="icon-figures">Extended Data Figures</h2><ol><li id="sf1-inarticle"><dl><dt>
<a class="supp-section-link supp-fig" href="/drawn/journal/v1/n2/fig_tab/drawn1_SF1.html" data-related-id="sf1">Extended
 Data Figure 1: Cages. (295 KB)</a></dt><dd><p>Of wood.</p></dd></dl></li><li id="sf2-inarticle"><dl><dt>
<a class="supp-section-link supp-fig" href="/drawn/journal/v1/n2/fig_tab/drawn1_SF2.html" data-related-id="sf2">Extended
 Data Figure 2: Food. (95 KB)</a></dt><dd><p>Corn.</p></dd></dl></li></ol></div>
<div class="supp-title">Extended Data Figure 1: Cages.</div><div class="supp-item supp-figures-item" id="sf1">
<div class="supp-wrapper"><img src="/drawn/journal/v1/n2/images_supplementary/drawn1-sf1.jpg"></div></div>"""

    def test_each_figure_once_with_all_sizes(self) -> None:
        found = figures(self.FIGURE)
        assert [(each.type, each.label, each.role, each.caption) for each in found] == [
            ("Figure", "1", "figure", "Figure 1: Drawn mice. a, Black."),
            ("Table", "1", "table", "Table 1: Drawn weights"),
            ("Figure", "Extended Data 1", "figure", "Extended Data Fig. 1: Cages. Of wood."),
            ("Figure", "Extended Data 2", "figure", "Extended Data Figure 2: Food. Corn."),
        ]
        folder = "https://www.nature.com/drawn/journal/v1/n2"
        assert found[0].image_urls == tuple(
            f"{folder}/{size}/drawn1-f1.2.jpg" for size in ("images", "images_article", "carousel")
        )
        assert found[2].image_urls == tuple(
            f"{folder}/{size}/drawn1-sf1.jpg" for size in ("images", "images_supplementary", "carousel")
        )
        assert found[0].mentions == ("Fig. 1a",)
        assert found[2].mentions == ("Extended Data Fig. 1",)

    def test_layout_and_article(self) -> None:
        page = article(
            self.FIGURE + '<a id="download-pdf" href="/drawn/journal/v1/n2/pdf/drawn1.pdf">PDF</a>',
            HEAD + '<meta name="citation_fulltext_world_readable" content="">',
        )
        assert isinstance(page, NatureTwelve)
        assert page.open is True
        assert page.article_type == "letter"
        assert page.pdf_url == "https://www.nature.com/drawn/journal/v1/n2/pdf/drawn1.pdf"


class TestTitles:
    HEAD = """<meta name="citation_doi" content="doi:10.1038/drawn2"><meta name="DCS.dcssip" content="www.nature.com">
<meta name="citation_online_date" content="2003-07-20"><meta name="prism.section" content="News and Views">"""
    BODY = """<div id="content"><h1 class="page-header">Letter</h1><p id="cite"><i>Drawn</i> <b>2</b>, 5</p>
<div id="abs"><a href="#top" class="backtotop">Top<span class="hidden"> of page</span></a><h3
 class="hidden">Abstract</h3>
<p class="lead">We draw.</p></div><div id="articlebody"><p class="norm">As <a href="#f1">Fig. 1</a> and
<a href="#t1">Table 1</a> show.</p><div id="f1" class="figure-table"><div class="padding clearfix"><h3 class="norm">
<a href="/drawn/journal/v2/n8/fig_tab/drawn2_F1.html">
Figure 1:&nbsp;Drawn <img src="/__chars/_delta/black/bold/big/glyph.gif" alt="Delta"><i>E</i> of wires.</a></h3>
<div class="image"><a href="/x_F1.html"><img class="thumb" alt="Figure 1 : Drawn"
 src="/drawn/journal/v2/n8/thumbs/drawn2-f1.gif"></a></div><div class="text"><p class=""><b>a</b>, 4.5
<img src="/__chars/plus/special/plusmn/black/med/base/glyph.gif" alt="plusminus"> 0.8 nm.</p>
<a class="full" href="/x_F1.html">Full size image (9 <abbr title="Kilobyte">KB</abbr>)</a></div></div></div>
<div id="t1" class="figure-table clearfix"><h5 class="norm"><a href="/x_T1.html">Table 1: Drawn sizes.</a></h5>
<img class="thumb" src="/common/images/table_thumb.gif"><div class="text"><a class="full" href="/x">Full table</a></div>
</div></div></div>"""

    def test_pictures_of_signs_become_signs(self) -> None:
        figure, table = figures(self.BODY, self.HEAD)
        assert figure.caption == "Figure 1: Drawn ΔE of wires. a, 4.5 ± 0.8 nm."
        assert [figure.caption[span.start : span.end] for span in figure.markup] == ["E", "a"]
        folder = "https://www.nature.com/drawn/journal/v2/n8"
        assert figure.image_urls == (f"{folder}/images/drawn2-f1.gif", f"{folder}/thumbs/drawn2-f1.gif")
        assert figure.mentions == ("Fig. 1",)
        assert (table.type, table.label, table.role, table.image_urls) == ("Table", "1", "table", ())

    def test_article(self) -> None:
        page = article(self.BODY, self.HEAD, "file:///saved.html")
        assert isinstance(page, NatureTitles)
        assert (page.date, page.article_type, page.abstract) == ("2003-07-20", "news and views", "We draw.")
        assert page.article_url == "https://www.nature.com/articles/drawn2"
        assert page.open is None

    def test_news_with_a_figure_beside_its_legend(self) -> None:
        (figure,) = figures(
            """<div id="articlebody"><div id="f1" class="figure-table"><h5 class="norm"><a href="/x_F1.html">
Figure 1:&nbsp;Drawn memory.</a></h5><a href="/x_F1.html"><img class="thumb"
 src="/nature/journal/v1/n7/images/1a-f1.0.jpg"></a><p><b>a,</b> A gate.</p><a class="high-res" href="/x">High
 resolution
 image and legend (30K)</a></div><div id="illus1" class="image-legend"><img
 src="/nature/journal/v1/n7/images/1a-i1.0.jpg">
<p>A. PHOTOGRAPHER</p></div></div>""",
            self.HEAD,
        )
        assert figure.caption == "Figure 1: Drawn memory. a, A gate."
        assert figure.image_urls == ("https://www.nature.com/nature/journal/v1/n7/images/1a-f1.0.jpg",)

    def test_briefs_have_no_figures(self) -> None:
        assert figures('<div id="articlebody"><h3>A plan</h3><p class="norm">No.</p></div>', self.HEAD) == ()


class TestFigureElements:
    def test_figures_of_2017(self) -> None:
        page = article(
            """<p><a href="#Fig1">Fig. 1a</a></p><div data-container-section="figure" id="figure-1"><figure><figcaption>
<b id="Fig1">Fig. 1</b></figcaption><img src="//media.nature.com/lw926/nature-assets/drawn/2017/d1/images/d1-f1.jpg">
<div id="figure-1-desc"><p>Drawn cells. <b>a</b> One.</p></div><a href="/articles/d1/figures/1">Full size image</a>
</figure>
</div>"""
        )
        assert isinstance(page, NatureFigures)
        (figure,) = page.figures
        assert (figure.label, figure.caption) == ("1", "Fig. 1 Drawn cells. a One.")
        assert figure.image_url == "https://media.nature.com/full/nature-assets/drawn/2017/d1/images/d1-f1.jpg"
        assert figure.mentions == ("Fig. 1a",)

    def test_news_with_a_photo(self) -> None:
        photo = """<figure class="figure"><picture class="embed"><source data-srcset="{0}lw767/{1} 767w, {0}lw319/{1}
 319w">
<img class="figure__image" src="data:image/gif;base64,R0" data-src="{0}lw800/{1}"></picture><figcaption>
<p class="figure__caption"><span>A drawn telescope.</span> <span>Credit: Nobody</span></p></figcaption></figure>"""
        host, path = "//media.nature.com/", "magazine-assets/d1/d1_1.jpg"
        (figure,) = figures(f'<div class="article__body">{photo.format(host, path)}</div>')
        assert (figure.label, figure.role, figure.caption) == ("", "figure", "A drawn telescope. Credit: Nobody")
        sizes = ("full", "lw800", "lw767", "lw319")
        assert figure.image_urls == tuple(f"https:{host}{size}/{path}" for size in sizes)

    def test_pictures_of_other_articles_are_left_out(self) -> None:
        assert (
            figures('<aside><figure><img src="/a/images/b.jpg"><figcaption>Fig. 1 Other</figcaption></figure></aside>')
            == ()
        )


def test_page_of_a_single_figure() -> None:
    page = article(
        """<h1 class="c-article-title">Fig. 2: Drawn dots.</h1><p>From: <a href="/articles/drawn1">A drawn title</a></p>
<div class="c-article-figure-content" id="figure-2"><picture><img src="//media.springernature.com/full/drawn_Fig2.png">
</picture></div><div class="c-article-figure-description"><p><b>a</b>, Blue.</p></div>""",
        '<link rel="canonical" href="https://www.nature.com/articles/drawn1/figures/2">',
    )
    assert isinstance(page, NatureFigurePage)
    (figure,) = page.figures
    assert (figure.label, figure.caption) == ("2", "Fig. 2: Drawn dots. a, Blue.")
    assert figure.image_urls == (f"{MEDIA}/full/drawn_Fig2.png",)
    assert (page.doi, page.article_url) == ("10.1038/drawn1", "https://www.nature.com/articles/drawn1")


@pytest.mark.parametrize(
    ("shown", "largest"),
    [
        (f"{MEDIA}/m312/springer-static/image/a.png", f"{MEDIA}/full/springer-static/image/a.png"),
        (f"{MEDIA}/w290h158/springer-static/image/a.png", f"{MEDIA}/full/springer-static/image/a.png"),
        (f"{MEDIA}/full/springer-static/image/a.png", f"{MEDIA}/full/springer-static/image/a.png"),
        (f"{MEDIA}/lw685/image/a.png?as=webp", f"{MEDIA}/full/image/a.png"),
        (
            "https://www.nature.com/article-assets/npg/drawn/2015/1/images_hires/w926/d-f1.jpg",
            "https://www.nature.com/article-assets/npg/drawn/2015/1/images_hires/d-f1.jpg",
        ),
        ("https://example.org/lw685/thumbs/a.png", "https://example.org/lw685/thumbs/a.png"),
    ],
)
def test_original_of_a_picture(shown: str, largest: str) -> None:
    assert picture_urls([shown])[0] == largest


class TestClosed:
    ABSTRACT = f'<section data-title="Abstract"><div class="c-article-section">{LONG * 3}</div></section>'
    WALL = """<div class="u-mb-24"><h2 class="c-article-section__title" id="access-options">Access options</h2>
<section class="BuyBoxSection-1"><div class="subscribe-buybox"><p>Get full journal access for 1 year</p></div>
</section></div>
<a data-test="ra21"><span>Access through your institution</span></a>"""
    END = (
        f'<section data-title="References">{LONG * 5}</section><section data-title="Data availability">{LONG}</section>'
    )

    def test_abstract_with_what_one_can_buy(self) -> None:
        assert closed(self.ABSTRACT + self.WALL + c_figure(1, "Fig. 1: Wires.", folder="m312") + self.END)

    def test_text_is_there_all_the_same(self) -> None:
        assert not closed(self.ABSTRACT + f'<section data-title="Results">{LONG * 3}</section>' + self.WALL + self.END)

    def test_access_through_an_institution_is_access(self) -> None:
        provided = '<p class="c-article-access-provider__text">You have full access to this article via a library.</p>'
        assert not closed(provided + self.ABSTRACT + self.END)

    def test_abstract_of_2010(self) -> None:
        wall = "<p>To read this article in full you may need to log in, make a payment or gain access.</p>"
        assert closed(f'<div id="content"><p id="cite">5</p><div id="abs">{LONG}</div>{wall}</div>')
        assert not closed(f'<div id="content"><div id="articlebody">{LONG * 3}</div>{wall}</div>')

    def test_other_sites_are_not_its_business(self) -> None:
        assert not is_closed(Selector("<html><body><p>Access through your institution</p></body></html>"))


def answer(body: str, search: str = "", url: str = "https://www.nature.com/search?q=drawn&page=1") -> SearchPage:
    data = f"""<script data-test="dataLayer"> window.dataLayer = [{{"page":{{"category":{{"pageType":"search_results"}},
"search":{{{search}}}}}}}]; window.dataLayer.push({{ id: 'x' }}); </script>"""
    page = page_of(SEARCH_LAYOUTS, data + body, head="<title>drawn</title>", url=url)
    assert isinstance(page, NatureCardSearch | NatureListSearch)
    return page.search_page()


CARD = """<ul class="app-article-list-row"><li class="app-article-list-row__item"><article class="u-full-height c-card"
 itemscope itemtype="http://schema.org/ScholarlyArticle"><h3 class="c-card__title" itemprop="name headline">
<a class="c-card__link" itemprop="url" href="/articles/drawn3">Drawn <i>wires</i></a></h3><ul data-test="author-list">
<li itemprop="creator"><span itemprop="name">Jane Doe</span></li><li itemprop="creator"><span itemprop="name">Max Muster
</span></li></ul><div class="c-card__section c-meta"><span class="c-meta__item" data-test="article.type">
<span class="c-meta__type">Research</span></span>{}<time datetime="2014-06-24" itemprop="datePublished">24 Jun
 2014</time>
<div class="c-meta__item" data-test="journal-title-and-link">Drawn Journal</div></div></article></li></ul>"""
OPEN = '<span itemprop="openAccess" data-test="open-access"><span class="u-color-open-access">Open Access</span></span>'
ROW = """<ol class="clean-list"><li class="mb20 pb20 cleared" itemscope="" itemtype="http://schema.org/Article"><p> News
<span class="pl6 pr6"> | </span><time itemprop="datePublished" datetime="2018-09-13"> 13 September 2018 </time>{}</p>
<h2 itemprop="headline"><a href="/articles/drawn4" itemprop="url"> Drawn dots </a></h2><ul class="clean-list">
<li itemprop="creator"><span class="js-separator"></span><a href="/search?author=a">Jane Doe</a></li><li
 itemprop="creator"><span class="js-separator"> &amp; </span><a href="/search?author=b">Max Muster</a></li></ul>
<div><a href="http://www.nature.com/drawn" class="emphasis text-gray"> Drawn Journal </a> <span class="strong"> 9</span>
</div></li></ol>"""


class TestSearch:
    def test_cards(self) -> None:
        found = answer(
            CARD.format(OPEN)
            + """<span data-test="results-data"><span>Showing 1–50 of </span><span>2,469 results</span></span>
<ul class="c-pagination"><li class="c-pagination__item" data-page="next"><a href="/search?q=drawn&amp;page=2">Next</a>
</li></ul>"""
        )
        (hit,) = found.hits
        assert hit.url == "https://www.nature.com/articles/drawn3"
        assert (hit.article.title, hit.article.authors) == ("Drawn wires", ("Jane Doe", "Max Muster"))
        assert (hit.article.doi, hit.article.date) == ("10.1038/drawn3", "2014-06-24")
        assert (hit.article.journal, hit.article.article_type, hit.article.open) == ("Drawn Journal", "research", True)
        assert (found.total, found.next_url) == (2469, "https://www.nature.com/search?q=drawn&page=2")

    def test_list(self) -> None:
        found = answer(
            ROW.format('<span class="pl6 pr6"> | </span> <span class="upper text-orange">Open</span>'),
            '"totalPages":3,"page":1,"totalResults":57',
        )
        (hit,) = found.hits
        assert hit.url == "https://www.nature.com/articles/drawn4"
        assert (hit.article.title, hit.article.authors) == ("Drawn dots", ("Jane Doe", "Max Muster"))
        assert (hit.article.date, hit.article.journal) == ("2018-09-13", "Drawn Journal")
        assert (hit.article.article_type, hit.article.open) == ("news", True)
        assert (found.total, found.next_url) == (57, "https://www.nature.com/search?q=drawn&page=2")

    def test_unmarked_articles_are_not_open(self) -> None:
        assert [answer(each.format("")).hits[0].article.open for each in (CARD, ROW)] == [False, False]

    def test_last_page_and_no_hits(self) -> None:
        found = answer("", '"totalPages":1,"page":1,"totalResults":0')
        assert (found.hits, found.total, found.next_url) == ((), 0, "")

    def test_saved_page_still_gives_full_addresses(self) -> None:
        assert answer(CARD.format(""), url="file:///saved.html").hits[0].url == "https://www.nature.com/articles/drawn3"

    def test_address_of_the_first_page(self) -> None:
        search = Search(("silver nanoparticle", "HAADF"), "recent", since=date(2015, 3, 1), until=date(2018, 1, 1))
        assert search_url(search) == (
            "https://www.nature.com/search?q=%22silver+nanoparticle%22+%22HAADF%22&order=date_desc"
            "&date_range=2015-2018&page=1"
        )
        assert search_url(Search(("wire",)), "http://127.0.0.1:8000/") == (
            "http://127.0.0.1:8000/search?q=%22wire%22&order=relevance&page=1"
        )
        assert "&date_range=1845-2001&" in search_url(Search(("wire",), "old", until=date(2001, 12, 31)))


@pytest.mark.parametrize(
    ("told", "layout"),
    [("nature-2007-titles", NatureTitles), ("nature-2016", NatureTwelve), ("nature-c", NatureArticle)],
)
def test_first_real_page_of_each_layout(shared: Path, told: str, layout: type[NaturePage]) -> None:
    records = map(json.loads, (shared / "web" / "manifest.jsonl").read_text().splitlines())
    record = next(each for each in records if each["layout"] == told and each["figures"])
    body = (shared / "web" / record["path"]).read_bytes()
    selector = Selector(body.decode())
    assert next(each for each in LAYOUTS if each.fits(selector)) is layout
    page = layout(HttpResponse("file:///saved.html", body, encoding="utf-8"))
    labels = [label.label for each in record["figures"] if (label := parse_label(each["caption"]))]
    assert [each.label for each in page.figures if each.role == "figure"] == list(dict.fromkeys(labels))
    assert page.doi == record["doi"]
    assert not is_closed(selector)
