"""Layouts that the general page object reads without help: drawn pages with the structure of theirs."""

from web_poet import HttpResponse

from exsclaim_core.harvest.pages.generic import GenericArticle

SITE = "https://journal.example.org/"
TOLD = '<meta name="citation_title" content="Grains"><meta name="citation_doi" content="10.5555/grains.1">'


def page(body: str) -> GenericArticle:
    text = f"<html><head>{TOLD}</head><body>{body}</body></html>"
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return GenericArticle(HttpResponse(SITE + "doi/10.5555/grains.1", body=text.encode(), headers=headers))


def summary(article: GenericArticle) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
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


def test_sciencedirect_since_2018():
    body = """<article><p>(<a class="anchor" href="#fig1" name="bfig1"><span>Fig. 1</span></a>a)</p>
    <figure class="figure text-xs" id="fig1"><span><img src="https://ars.example.org/gr1.jpg" height="200" width="300">
    <ol class="links-for-figure"><li><a class="anchor download-link" href="https://ars.example.org/gr1_lrg.jpg"
    download=""
    title="Download high-res image (208KB)"><span>Download: <span>Download high-res image (208KB)</span></span></a></li>
    </ol></span><span class="captions text-s"><span id="cap1"><p id="sp1"><span class="label">Fig. 1</span>. Grains of
    <em>matter</em>.</p></span></span></figure><div class="tables frame-topbot" id="tbl1"><span class="captions text-s">
    <span id="cap2"><p><span class="label">Table 1</span>. Sizes.</p></span></span><div
    class="groups"><table></table></div>
    </div></article>"""
    pictures = ("https://ars.example.org/gr1_lrg.jpg", "https://ars.example.org/gr1.jpg")
    assert summary(page(body)) == [
        ("Figure 1", "Fig. 1. Grains of matter.", "figure", pictures, ("Fig. 1a",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]


def test_highwire_on_drupal_with_figure_supplements():
    body = """<p>(<a class="xref-fig" href="#F1">Figure 1</a>; <a class="xref-fig" href="#F1">Figure 1—figure
    supplement 1A</a>)</p>
    <div id="F1" class="fig-inline-img-set fig-inline-img-set-carousel"><div class="elife-fig-slider"><img
    src="/F1.medium.gif"></div>
    <div class="elife-fig-image-caption-wrapper"><div class="fig-expansion " id="F1"><div class="fig-inline-img">
    <a href="/F1.large.jpg" class="colorbox"><img data-img="/F1.small.gif" src="/F1.medium.gif" alt="Figure
    1."></a></div>
    <div class="fig-caption"><span class="elife-figure-links"><span class="elife-figure-link"><a
    href="/F1.large.jpg">Open in new
    tab</a></span></span><span class="fig-label">Figure 1.</span> <span class="caption-title">Grains.</span>
    <p>(<strong>A</strong>) Fresh.</p><p><strong>DOI:</strong> <a
    href="/lookup">http://dx.doi.org/10.5555/g.004</a></p></div></div>
    <div class="fig-expansion " id="F2"><div class="fig-inline-img"><a href="/F1/F2.large.jpg"><img
    src="/F1/F2.medium.gif"></a></div>
    <div class="fig-caption"><span class="fig-label">Figure 1—figure supplement 1.</span> <span>More
    grains.</span></div></div>
    </div></div>"""
    assert summary(page(body)) == [
        (
            "Figure 1",
            "Figure 1. Grains. (A) Fresh.",
            "figure",
            ("F1.large.jpg", "F1.medium.gif", "F1.small.gif"),
            ("Figure 1",),
        ),
        (
            "Figure 1-figure supplement 1",
            "Figure 1—figure supplement 1. More grains.",
            "supplementary",
            ("F1/F2.large.jpg", "F1/F2.medium.gif"),
            ("Figure 1—figure supplement 1A",),
        ),
    ]


def test_elife_with_labels_apart_and_movies():
    image = "https://iiif.example.org/1-fig3.tif/full/"
    body = f"""<div id="fig3" class="asset-viewer-inline"><div class="asset-viewer-inline__header_panel">
    <div class="asset-viewer-inline__header_text"><span class="asset-viewer-inline__header_text__prominent">Figure
    3</span>
    with 1 supplement <a href="/f#fig3">see all</a></div></div><figure class="captioned-asset"><a
    href="{image}1500,/0/default.jpg"
    class="captioned-asset__link"><picture class="captioned-asset__picture"><source type="image/jpeg"
    srcset="{image}1234,/0/default.jpg 2x, {image}617,/0/default.jpg 1x"><img
    src="{image}617,/0/default.jpg"></picture></a>
    <figcaption class="captioned-asset__caption"><h6 class="caption-text__heading">Grains.</h6><div
    class="caption-text__body">
    <p class="paragraph">(<b>a</b>) Fresh.</p></div><span class="doi
    doi--asset"><a>https://doi.org/10.5555/g.007</a></span>
    </figcaption></figure></div><div id="video1" class="asset-viewer-inline"><div><span
    class="asset-viewer-inline__header_text__prominent">Video 1</span></div><figure class="captioned-asset"><video
    poster="/v1.jpg">
    <source src="/v1.mp4" type="video/mp4"></video><figcaption class="captioned-asset__caption"><h6>Grains
    run.</h6></figcaption>
    </figure></div>"""
    pictures = tuple(f"{image}{width},/0/default.jpg" for width in (1500, 1234, 617))
    assert summary(page(body)) == [
        ("Figure 3", "Figure 3 Grains. (a) Fresh.", "figure", pictures, ()),
        ("Figure", "Video 1 Grains run.", "supplementary", ("v1.jpg",), ()),
    ]


def test_wiley_until_2018():
    body = """<div class="article-section__content abstract-graphical"><a class="figZoom" href="/image_m/gra-m.png">
    <figure class="abstract-graphical__fig"><img class="abstract-graphical__img" src="/image_n/gra.png" height="170"
    width="180">
    </figure></a><p>Grains in short.</p></div><p>see Figure <a href="#fig1" class="figureLink">1</a></p>
    <figure class="inline-figure"><div class="inline-figure__image-wrap"><a class="inline-figure__image-link"
    href="/image_m/mfig1.jpg" data-figure-id="fig1"><noscript><img src="/image_n/nfig1.jpg"></noscript><img id="fig1"
    src="/static/images/lazyload.gif" data-original="/image_n/nfig1.jpg"></a></div><figcaption
    class="inline-figure__caption">
    <div class="inline-figure__caption-block"><h4 class="inline-figure__title">Figure 1. </h4><ul
    class="inline-figure__list">
    <li class="inline-figure__open-figure"><a href="/image_m/mfig1.jpg">Open Figure</a></li><li><a
    href="/powerpoint/nfig1.jpg">
    Download Powerpoint slide</a></li></ul></div><p>Grains in <b>1</b>.</p></figcaption></figure>
    <div class="table__overflow"><table class="table table--article-section" id="tbl1"><caption class="table__caption">
    <span class="table__caption-label">Table 1. </span>Sizes.</caption><tr><td>1</td></tr></table></div>"""
    assert summary(page(body)) == [
        ("Figure", "", "graphical abstract", ("image_m/gra-m.png", "image_n/gra.png"), ()),
        ("Figure 1", "Figure 1. Grains in 1.", "figure", ("image_m/mfig1.jpg", "image_n/nfig1.jpg"), ("Figure 1",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]


def test_wiley_since_2018():
    body = """<p>Table <a class="tableLink" href="#tbl-0001">1</a> and (Fig. <a href="#fig-0001">1</a>a)</p>
    <section class="article-section__inline-figure"><figure class="figure" id="fig-0001"><a target="_blank"
    href="/cms/1-m.jpg">
    <picture><source srcset="/cms/1-m.jpg" media="(min-width: 1650px)"><img class="figure__image" src="/cms/1-m.png"
    data-lg-src="/cms/1-m.jpg"></picture></a><figcaption class="figure__caption"><div class="figure__caption__header">
    <strong class="figure-title">Figure 1</strong><div class="figure-extra"><a href="#" class="open-figure-link">Open
    in figure
    viewer</a><a href="/action/downloadFigures?id=1" class="ppt-figure-link">PowerPoint</a></div></div>
    <div class="figure__caption-text">Grains.</div></figcaption></figure></section>
    <div class="article-table-content" id="tbl-0001"><header class="article-table-caption"><span
    class="table-caption__label">Table 1. </span>Sizes</header><div class="article-table-content-wrapper">
    <table class="table article-section__table"><tr><td>1</td></tr></table></div></div>"""
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1 Grains.", "figure", ("cms/1-m.jpg", "cms/1-m.png"), ("Fig. 1a",)),
        ("Table 1", "Table 1. Sizes", "table", (), ("Table 1",)),
    ]


def test_plos_until_2014():
    body = """<p>(<a href="#g001">Fig. 1</a>)</p><div class="figure" id="g001"><div class="img"><a name="g001"
    href="/article/fetchObject.action?uri=info:doi/10.5555/j.g001&amp;representation=PNG_M"><img class="thumbnail"
    src="/article/fetchObject.action?uri=info:doi/10.5555/j.g001&amp;representation=PNG_I"></a></div>
    <div class="figure-inline-download">Download:<ul><li><a
    href="/article/info:doi/10.5555/j.g001/powerpoint">PowerPoint slide
    </a></li><li><a href="/article/info:doi/10.5555/j.g001/originalimage">original image</a></li></ul></div>
    <p><strong>Figure 1.  <span>Grains.</span></strong></p><a name="p1"></a><p>They are round.</p>
    <span>doi:10.5555/j.g001</span></div>"""
    (figure,) = summary(page(body))
    assert figure[:3] == ("Figure 1", "Figure 1. Grains. They are round.", "figure")
    assert [url.split("/")[-1].split("&")[-1] for url in figure[3]] == [
        "originalimage",
        "representation=PNG_M",
        "representation=PNG_I",
    ]
    assert figure[4] == ("Fig. 1",)


def test_plos_since_2014():
    body = """<div class="figure" id="g001"><div class="img-box"><a title="Click for larger image"
    href="article/figure?id=1">
    <img src="article/figure/image?size=inline&amp;id=1" class="thumbnail"></a></div><div
    class="figure-inline-download">Download:
    <ul><li><a href="article/figure/powerpoint?id=1">PPT</a></li><li><a
    href="article/figure/image?download&amp;size=large&amp;id=1">
    PNG</a></li></ul></div><div class="figcaption"><span>Fig 1. </span> Grains.</div><p
    class="caption_target"><a></a></p>
    <p>(A) Fresh.</p><p class="caption_object"><a
    href="https://doi.org/10.5555/j.g001">https://doi.org/10.5555/j.g001</a></p></div>"""
    (figure,) = summary(page(body))
    assert figure[1] == "Fig 1. Grains. (A) Fresh."
    folder = "doi/10.5555/article/figure/image?"
    assert figure[3] == (folder + "download&size=large&id=1", folder + "size=inline&id=1")


def test_mdpi_with_its_windows():
    body = """<p><a href="#fig_body_display_g-f001" class="html-fig html-figpopup">Figure 1</a>a</p>
    <div class="html-fig-wrap" id="g-f001"><div class="html-fig_img"><img data-large="/i/g001-1024.png"
    data-original="/i/g001.png" data-lsrc="/i/g001-550.jpg"></div><div class="html-fig_description"><b>Figure 1.</b>
    Grains of
    <span class="html-italic">matter</span>.<p><a class="html-figpopup" href="#fig_body_display_g-f001">Click here to
    enlarge
    figure</a></p></div></div><div class="html-fig_show mfp-hide" id="fig_body_display_g-f001"><div
    class="html-caption">
    <b>Figure 1.</b> Grains of <span>matter</span>.</div><div class="html-img"><img
    data-large="/i/g001-1024.png"></div></div>
    <div class="html-table-wrap" id="g-t001"><table><tr><td class="html-table_wrap_td"><img alt="Table"
    src="/img/table.png"></td>
    <td class="html-table_wrap_discription"><b>Table 1.</b> Sizes.</td></tr></table></div>
    <div class="html-table_show mfp-hide"><table><caption><b>Table 1.</b>
    Sizes.</caption><tr><td>1</td></tr></table></div>"""
    pictures = ("i/g001.png", "i/g001-1024.png", "i/g001-550.jpg")
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1. Grains of matter.", "figure", pictures, ("Figure 1a",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]


def test_frontiers():
    body = """<p>in Figure <a href="#F1">1A</a></p><div class="FigureDesc"><a href="/files/image_m/g001.jpg"
    name="figure1">
    <img src="/files/image_t/g001.gif" id="F1"></a><p><strong>Figure 1. Grains.</strong> <strong>(A)</strong>
    Fresh.</p></div>
    <div class="FigureDesc"><a href="/files/image_m/t001.jpg" name="table1"><img src="/files/image_t/t001.gif"
    id="T1"></a>
    <p><strong>Table 1</strong>. Sizes.</p></div>"""
    assert summary(page(body)) == [
        (
            "Figure 1",
            "Figure 1. Grains. (A) Fresh.",
            "figure",
            ("files/image_m/g001.jpg", "files/image_t/g001.gif"),
            ("Figure 1A",),
        ),
        ("Table 1", "Table 1. Sizes.", "table", ("files/image_m/t001.jpg", "files/image_t/t001.gif"), ()),
    ]


def test_hindawi():
    body = """<p>Figure <a target="_blank" href="fig1/">1</a>(b)</p><div class="fig" id="fig1"><div
    class="figgroupcaption">
    <a class="thumbnail" href="fig1/"><object type="image/svg+xml" data="../floats/1_th.svgz"></object></a></div>
    <div class="groupcaption"><b>Figure 1: </b>Grains.</div></div>"""
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1: Grains.", "figure", ("doi/floats/1_th.svgz",), ("Figure 1(b)",))
    ]


def test_biomed_central_until_2015():
    body = """<p>(Figure <a href="http://g.example/content/1/figure/F1">1</a>)</p><div class="figs"><div
    class="table"><p>
    <a href="http://g.example/content/1/table/T1"><strong>Table 1.</strong></a> <strong>Sizes</strong></p></div>
    <div class="fig"><p><a href="http://g.example/content/1/figure/F1"><img src="/content/figures/1-1.gif"
    class="thumbnail">
    <strong>Figure 1.</strong></a> <strong>Grains.</strong> Round ones.</p></div></div>"""
    assert summary(page(body)) == [
        ("Table 1", "Table 1. Sizes", "table", (), ()),
        ("Figure 1", "Figure 1. Grains. Round ones.", "figure", ("content/figures/1-1.gif",), ("Figure 1",)),
    ]


def test_peerj():
    body = """<p>(<a class="xref xref-fig" href="#fig-1">Fig. 1A</a>)</p><figure class="fig" id="fig-1"><a
    href="#fig-1"></a>
    <div class="image-container"><a href="/1/fig-1-2x.jpg" title="View the full image"><img class="graphic"
    src="/1/fig-1-1x.jpg"
    srcset="/1/fig-1-2x.jpg 1200w, /1/fig-1-small.jpg 355w" data-full="/1/fig-1-full.png"></a></div><figcaption><h4
    class="heading">
    <span class="caption-label">Figure 1: </span>Grains.</h4><span class="p">(A) Fresh.</span><div
    class="figcaption-footer">
    <div><a href="/1/fig-1-full.png" class="btn" download="g.png">Download full-size image</a></div><div
    class="object-id">DOI:
    <a>10.5555/g/fig-1</a></div></div></figcaption></figure><figure class="table-wrap" id="table-1"><div
    class="caption">
    <span class="caption-label">Table 1: </span><div class="title">Sizes.</div></div><div><table
    class="table"></table></div></figure>"""
    pictures = ("1/fig-1-full.png", "1/fig-1-2x.jpg", "1/fig-1-1x.jpg", "1/fig-1-small.jpg")
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1: Grains. (A) Fresh.", "figure", pictures, ("Fig. 1A",)),
        ("Table 1", "Table 1: Sizes.", "table", (), ()),
    ]


def test_taylor_and_francis():
    body = """<p>as in <span class="ref-lnk"><a href="#F0001" data-rid="F0001">Figure 1</a></span></p>
    <div class="figure figureViewer" id="F0001"><div class="hidden figViewerTitleInfo"><span>Grains</span></div><a
    href="#"
    class="thumbnail"><img src="/cms/asset/f0001_oc.jpg" height="300" width="500"></a><div
    class="figureDownloadOptions"><a href="#"
    class="downloadBtn btn" role="button">Display full size</a></div><div class="figureInfo"><div
    class="short-legend"><p
    class="captionText"><span class="captionLabel">Figure 1. </span>Grains.</p></div></div></div>
    <div class="tableView"><div class="tableCaption"><div class="short-legend"><h3><p><span class="captionLabel">Table
    1. </span>
    Sizes.</p></h3></div></div><div><a class="btn" href="#">Display Table</a></div></div>"""
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1. Grains.", "figure", ("cms/asset/f0001_oc.jpg",), ("Figure 1",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]


def test_silverchair_with_its_windows():
    body = """<p>(<a class="link xref-fig" data-open="fig1">Fig. 1</a>)</p><div data-id="fig1" class="fig fig-section">
    <div class="graphic-wrap"><img class="content-image" src="/m_f1.png" data-src="/m_f1.png"><div
    class="graphic-bottom">
    <div class="label fig-label">Figure 1.</div><div class="caption fig-caption"><p>Grains.</p></div><a
    class="fig-view-orig btn"
    href="/view-large/figure/1/f1.tif">Open in new tab</a></div></div></div><div class="fig-modal reveal-modal"><div
    class="fig">
    <img src="/f1.png"><div class="label fig-label">Figure 1.</div><div class="caption
    fig-caption"><p>Grains.</p></div></div></div>
    <div class="table-wrap"><div class="table-wrap-title"><span class="label title-label">Table 1.</span><div
    class="caption caption-id"><p>Sizes.</p></div></div><table><tr><td>1</td></tr></table></div>"""
    assert summary(page(body)) == [
        ("Figure 1", "Figure 1. Grains.", "figure", ("f1.png", "m_f1.png"), ("Fig. 1",)),
        ("Table 1", "Table 1. Sizes.", "table", (), ()),
    ]
