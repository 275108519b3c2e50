"""Layouts of publishers beside the three families: drawn pages with the structure of theirs."""

import json

import pytest
from parsel import Selector
from web_poet import HttpResponse

from exsclaim_core.harvest.pages import aip, elsevier, generic, highwire, springer
from exsclaim_core.harvest.pages.page import ArticleLayout
from exsclaim_core.labels import parse_label

LAYOUTS = (*elsevier.LAYOUTS, *aip.LAYOUTS, *highwire.LAYOUTS, *springer.LAYOUTS, *generic.LAYOUTS)
SITE = "https://journal.example.org/"
TOLD = '<meta name="citation_title" content="Grains"><meta name="citation_doi" content="10.5555/grains.1">'


def read(body: bytes, url: str = SITE + "doi/10.5555/grains.1") -> ArticleLayout:
    response = HttpResponse(url, body=body, headers={"Content-Type": "text/html; charset=utf-8"})
    selector = Selector(response.text, type="html")
    return next(layout for layout in LAYOUTS if layout.fits(selector))(response)


def page(body: str, head: str = TOLD) -> ArticleLayout:
    return read(f"<html><head>{head}</head><body>{body}</body></html>".encode())


def summary(article: ArticleLayout) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
    """Of each figure: type and label, caption, role, pictures without the site, mentions."""
    return [
        (
            f"{figure.type} {figure.label}".strip(),
            figure.caption,
            figure.role,
            tuple(url.removeprefix(SITE) for url in figure.image_urls),
            figure.mentions,
        )
        for figure in article.figures
    ]


AIP = """<header class="publicationContentTitle"><h1> Grains of drawn matter <span></span></h1></header>
<a href="/journal/dra"> Drawings </a>
<div class="publicationContentCitation">Drawings <b>1</b>, 2 (2013); <a href="https://doi.org/10.5555/1.7">x</a></div>
<div class="publicationContentAuthors"><div class="hlFld-ContribAuthor"><span class="contrib-author">
<a href="/author/Inventor%2C+Ada"> Ada Inventor</a><sup>1</sup>, </span></div></div>
<div class="publicationContentEpubDate dates"> Published Online: 05 November 2013 </div>
<a href="/doi/pdf/10.5555/1.7" class="download-pdf">PDF</a>
<div class="NLM_paragraph">Figure <span class="figure refFigure figuresContent" id="ref-f1"><a href="#"
class="showFiguresEEvent figure-no-f1" data-attr-fig-id="f1">1(a)<span class="overlay"></span></a></span> shows.</div>
<div class="figure figure-image-content with-caption" id="extrafiglink-f1"><div class="holder" id="f1">
<a class="thumbnail showFiguresEvent"><img alt="figure" src="/na101/images/small/1.7.figures.f1.gif"></a>
<div class="caption"><div class="NLM_paragraph"><span class="captionLabel">FIG. 1.</span> Grains of
Fe<sub>2</sub>.</div>
<input type="hidden"></div><ul class="figureDownloadLinks"><li class="download"><a href="/action/downloadFigures?id=f1"
class="pptLink">PPT</a></li><li class="download"><a href="/na101/images/large/1.7.figures.f1.jpeg" class="highRes">
<span>High-resolution</span></a></li></ul></div></div>
<table border="1"><div class="caption"><div class="NLM_paragraph"><span class="captionLabel">Table I.</span>
Sizes.</div>
</div><tbody><tr><td>1</td></tr></tbody></table>"""


def test_aip():
    article = page(AIP, "")
    assert isinstance(article, aip.AipArticle)
    assert (article.doi, article.title, article.authors) == ("10.5555/1.7", "Grains of drawn matter", ("Ada Inventor",))
    assert (article.journal, article.date) == ("Drawings", "2013-11-05")
    assert article.pdf_url.endswith("/doi/pdf/10.5555/1.7")
    pictures = ("na101/images/large/1.7.figures.f1.jpeg", "na101/images/small/1.7.figures.f1.gif")
    assert summary(article) == [
        ("Figure 1", "FIG. 1. Grains of Fe2.", "figure", pictures, ("Figure 1(a)",)),
        ("Table I", "Table I. Sizes.", "table", (), ()),
    ]


ELSEVIER = """<div class="publicationHead"><div class="title"><a><span>Drawings</span></a></div></div>
<h1 class="svTitle">Grains of <em>drawn</em> matter</h1><ul class="authorGroup noCollab svAuthor">
<li>Ada Inventor<a class="intra_ref auth_aff" href="#a1"><sup>a</sup></a><sup>, </sup>, </li>
<li>Carl Drawn<span><a class="authorVitaeLink" href="#v">Author Vitae</a></span></li></ul>
<div class="abstract svAbstract"><dl class="figure" id="ga"><dt class="autoScroll"><a class="figureLink" href="#fx1">
<img class="figure large" id="gabsImg" src="http://cdn.example.org/image/1-s2.0-S0000000000000001-fx1.jpg"></a></dt>
<dd><div class="caption"></div></dd></dl></div>
<p class="svArticle section">In <a class="intra_ref" href="#s1">Scheme 1</a> and <a class="intra_ref" href="#f1">Fig.
1</a>b
</p><dl class="figure" id="s1"><dt class="autoScroll"><a class="figureLink" href="#gr1" title="Synthesis">
<img class="figure large" alt="Synthesis" src="http://cdn.example.org/image/1-s2.0-S0000000000000001-gr1.jpg"></a></dt>
<dd id="labelCaptions1"><div class="caption">Scheme 1. <p>Synthesis of <strong
class="boldFont">2</strong>.</p></div></dd>
<dd class="menuButtonLinks"><ul class="menuButton"><li><a class="S_C_full_size" href="#gr1">Download full-size image</a>
</li><li><a class="S_C_high_quality"
data-src="/science?_ob=x&amp;_image=1-s2.0-S0000000000000001-gr1_lrg.jpg&amp;_cid=1"
href="#gr1">Download high-quality image (57 K)</a></li></ul></dd></dl>
<dl class="figure svArticle" id="f1"><dt><a class="figureLink"><img src="http://cdn.example.org/image/gr2.gif"></a></dt>
<dd><div class="caption">Fig. 1. <p>Grains.</p></div></dd></dl>
<dl class="table " data-label="Table 1" id="t1"><dd class="lblCap"><div class="caption"><span class="label">Table
1.</span>
<p>Sizes.</p></div></dd><dd class="table"><table><tr><td>1</td></tr></table></dd></dl>"""


def test_sciencedirect_until_2017():
    head = """<meta name="dc.creator" content="Ada Inventor, , Carl Drawn, "><meta name="dc.publisher"
    content="Drawings">
    <meta name="prism.coverDate" content="February 2014">"""
    article = page(ELSEVIER, head)
    assert isinstance(article, elsevier.ElsevierArticle)
    assert (article.title, article.authors) == ("Grains of drawn matter", ("Ada Inventor", "Carl Drawn"))
    assert (article.journal, article.publisher, article.date) == ("Drawings", "Elsevier", "2014-02")
    assert article.article_url == "https://www.sciencedirect.com/science/article/pii/S0000000000000001"
    folder = "http://cdn.example.org/image/"
    name = folder + "1-s2.0-S0000000000000001-"
    assert summary(article) == [
        ("Figure", "", "graphical abstract", (name + "fx1.jpg",), ()),
        (
            "Figure Scheme 1",
            "Scheme 1. Synthesis of 2.",
            "figure",
            (name + "gr1_lrg.jpg", name + "gr1.jpg"),
            ("Scheme 1",),
        ),
        ("Figure 1", "Fig. 1. Grains.", "figure", (folder + "gr2.gif",), ("Fig. 1b",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]


def test_springerlink_until_2019():
    body = """<main><article><div class="FulltextWrapper"><section class="Abstract" id="Abs1"><p class="Para">
    <figure class="Figure" id="Figa"><div class="MediaObject"><a href="https://media.springernature.com/original/a.jpg">
    <span class="u-screenreader-only">Open image in new window</span></a><img src="/a.jpg"></div></figure></section>
    <p class="Para">(Figs. <span class="InternalRef"><a href="#Fig1">1</a></span>,
    <span class="InternalRef"><a href="#Sch1">2a</a></span>)</p>
    <figure class="Figure" id="Fig1"><div class="MediaObject" id="MO1"><a target="_blank"
    href="https://media.springernature.com/original/springer-static/image/art/MediaObjects/1_Fig1_HTML.gif">
    <span class="u-screenreader-only">Open image in new window</span>
    <img src="https://media.springernature.com/lw785/springer-static/image/art/MediaObjects/1_Fig1_HTML.gif"
    alt=""></a></div>
    <figcaption class="Caption" lang="en"><div class="CaptionContent"><span class="CaptionNumber">Fig. 1</span><p
    class="SimplePara">Grains, <strong class="EmphasisTypeBold">a</strong> fresh</p></div></figcaption></figure>
    <div id="Tab1" class="Table"><div class="Caption"><div class="CaptionContent"><span class="CaptionNumber">Table
    1</span>
    <p class="SimplePara">Sizes</p></div></div><div class="u-scroll-horizontal"><table><tr><td>1</td></tr></table></div>
    <div class="TableFooter"><p class="SimplePara">Measured with a ruler</p></div></div></div></article></main>"""
    media = "https://media.springernature.com/"
    article = page(body)
    assert isinstance(article, springer.SpringerArticle)
    assert summary(article) == [
        ("Figure", "", "graphical abstract", (media + "original/a.jpg", "a.jpg"), ()),
        (
            "Figure 1",
            "Fig. 1 Grains, a fresh",
            "figure",
            (
                media + "original/springer-static/image/art/MediaObjects/1_Fig1_HTML.gif",
                media + "lw785/springer-static/image/art/MediaObjects/1_Fig1_HTML.gif",
            ),
            ("Fig. 1",),
        ),
        ("Table 1", "Table 1 Sizes", "table", (), ()),
    ]


def test_springerlink_since_2019():
    body = """<main><article class="c-article-body"><p>Fig. <a href="/article/10.5555/grains.1#Fig1">1b</a></p>
    <div class="c-article-section__figure" data-test="figure" id="figure-1"><figure><figcaption><b id="Fig1"
    class="c-article-section__figure-caption">Fig. 1</b></figcaption><div class="c-article-section__figure-content">
    <div class="c-article-section__figure-item"><a class="c-article-section__figure-link"
    href="/article/x/figures/1"><picture>
    <source type="image/webp" srcset="//media.springernature.com/lw685/art/1_Fig1_HTML.png?as=webp">
    <img src="//media.springernature.com/lw685/art/1_Fig1_HTML.png" width="685" height="400"></picture></a></div>
    <div class="c-article-section__figure-description" id="figure-1-desc"><p>Grains, <b>a</b> fresh.</p></div></div>
    <div class="u-text-right"><a class="c-article__pill-button" href="/x"><span>Full size
    image</span></a></div></figure></div>
    <div class="c-article-table" id="table-1"><figure><figcaption class="c-article-table__figcaption"><b
    id="Tab1">Table 1
    Sizes</b></figcaption><div><a class="c-article__pill-button"><span>Full size table</span></a></div></figure></div>
    </article></main>"""
    media = "https://media.springernature.com/"
    pictures = tuple(media + end for end in ("full/art/1_Fig1_HTML.png", "lw685/art/1_Fig1_HTML.png"))
    figure, table = summary(page(body))
    assert figure[:3] == ("Figure 1", "Fig. 1 Grains, a fresh.", "figure")
    assert figure[3][:2] == pictures
    assert figure[4] == ("Fig. 1b",)
    assert table[:3] == ("Table 1", "Table 1 Sizes", "table")


def test_highwire_with_thumbnails():
    head = TOLD + '<meta content="/dra/1/2/3.atom" name="HW.identifier">'
    body = """<p>in <a id="xref-fig-1-1" class="xref-fig" href="#F1">Fig. 1(a)</a></p>
    <div id="F1" class="fig pos-float type-figure odd"><div class="fig-inline"><a href="3/F1.expansion.html"><img
    alt="Fig. 1. "
    src="3/F1.small.gif"></a><div class="callout"><span>View larger version:</span><ul class="callout-links"><li>
    <a href="3/F1.expansion.html">In this window</a></li></ul><ul class="fig-services"><li class="ppt-link">
    <a href="/powerpoint/F1">Download as PowerPoint Slide</a></li></ul></div></div>
    <div class="fig-caption"><span class="fig-label">Fig. 1. </span><p class="first-child">(a) Grains.</p>
    <div class="sb-div caption-clear"></div></div></div>
    <div id="T1" class="table pos-float"><div class="table-inline"><div class="callout"><span>View this
    table:</span></div>
    </div><div class="table-caption"><span class="table-label">Table 1. </span><span
    class="caption-title">Sizes</span></div></div>"""
    article = page(body, head)
    assert isinstance(article, highwire.HighWireArticle)
    pictures = ("doi/10.5555/3/F1.large.jpg", "doi/10.5555/3/F1.small.gif")
    assert summary(article) == [
        ("Figure 1", "Fig. 1. (a) Grains.", "figure", pictures, ("Fig. 1(a)",)),
        ("Table 1", "Table 1. Sizes", "table", (), ()),
    ]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("publisher", "layout"),
    [
        ("aip", "aip"),
        ("elsevier", "elsevier"),
        ("frontiers", "generic"),
        ("hindawi", "generic"),
        ("mdpi", "generic"),
        ("microbiologysociety", "highwire"),
        ("peerj", "generic"),
        ("plos", "generic"),
        ("springer", "springer"),
        ("wiley", "generic"),
    ],
)
def test_a_real_page_has_the_figures_of_the_manifest(shared, publisher, layout):
    entries = map(json.loads, (shared / "web" / "manifest.jsonl").read_text().splitlines())
    pages = [
        entry
        for entry in entries
        if entry["publisher"] == publisher and entry["figures"] and entry["path"].endswith(".html")
    ]
    smallest = min(pages, key=lambda entry: entry["bytes"])
    article = read((shared / "web" / smallest["path"]).read_bytes())
    assert article.name == layout
    found = [figure for figure in article.figures if figure.type != "Table" and figure.label]
    assert len(found) == len(smallest["figures"])
    for figure, expected in zip(found, smallest["figures"], strict=True):
        # The other program leaves the page's controls in, between label and text or at the end.
        text = expected["caption"].replace("Open FigureDownload Powerpoint slide", "")
        assert "".join(text.split()).startswith("".join(figure.caption.split()))
        assert figure.image_urls
        label = parse_label(expected["caption"])
        assert label is None or (figure.type, figure.label) == (label.type, label.label)
