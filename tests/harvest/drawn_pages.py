"""Pages in the layout of Nature, searches and articles, and the page of a guard in front of a publisher.

The elements, their classes and nesting are those of the layouts; every word is invented. `base` is the address at which
the publisher is played, without a slash at its end: "http://127.0.0.1:8000/nature".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from urllib.parse import quote, urlencode, urlsplit

from tests.harvest.drawn_articles import LICENCE, DrawnArticle, DrawnFigure, marked, plain

Listed = Sequence[tuple[int, DrawnArticle]]
HTML = {"bold": "b", "italic": "i", "below": "sub"}
SMALL_PRINT = "This page is drawn by a program that plays a publisher."


def root(base: str) -> str:
    """The path of a publisher's address: "/nature", or "" where the publisher has a host of its own."""
    return urlsplit(base).path


def challenge(base: str, path: str) -> str:
    """A page that asks for a browser which runs its script, as a guard in front of a publisher puts it."""
    options = json.dumps({"cvId": "3", "cZone": urlsplit(base).netloc, "cType": "managed", "cRay": "0drawn0"})
    return f"""<!DOCTYPE html><html lang="en-US"><head><title>One moment, drawn visitor</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">
<link href="/cdn-cgi/styles/challenges.css" rel="stylesheet"><meta http-equiv="refresh" content="35"></head>
<body class="no-js"><div class="main-wrapper" role="main"><div class="main-content"><noscript>
<div id="challenge-error-title"><div class="h2"><span id="challenge-error-text">This drawn guard wants a browser</span>
</div></div></noscript></div></div>
<script>(function(){{window._cf_chl_opt={options};var cpo=document.createElement('script');
cpo.src='/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1?ray=0drawn0&path={quote(path)}';
document.getElementsByTagName('head')[0].appendChild(cpo);}}());</script></body></html>"""


def html_page(head: str, body: str, title: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n{head}\n</head>\n'
        f"<body>\n{body}\n<footer><p>{SMALL_PRINT}</p></footer>\n</body>\n</html>\n"
    )


def metas(pairs: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f'<meta name="{name}" content="{escape(content)}"/>' for name, content in pairs)


def nature_image(base: str, article: DrawnArticle, figure: int, size: str) -> str:
    """The address of a figure's picture, without its scheme; the size is "lw685" or "full"."""
    name = f"{article.name}_Fig{figure}_HTML.png"
    host = base.removeprefix("http:")
    # The site's own addresses have the width after a host whose name ends in "nature.com".
    folder = f"springer-static/image/{quote(f'art:{article.doi}', safe='')}/MediaObjects"
    return f"{host}/media/springernature.com/{size}/{folder}/{name}"


def nature_search(
    listed: Listed, base: str, words: str, order: str, page: int, pages: int, total: int, size: int
) -> str:
    items = "\n".join(_nature_item(article, base) for _, article in listed)

    def numbered(number: int) -> str:
        return escape(f"{root(base)}/search?{urlencode({'q': words, 'order': order, 'page': number})}")

    def turn(name: str, number: int, possible: bool) -> str:
        shown = f'<span>{name.capitalize()}<span class="u-visually-hidden"> page</span></span>'
        link = f'<a class="c-pagination__link" href="{numbered(number)}">{shown}</a>'
        dead = f'<span class="c-pagination__link c-pagination__link--disabled">{shown}</span>'
        item = f'<li data-page="{name}" class="c-pagination__item" data-test="page-{name}">'
        return f"{item}{link if possible else dead}</li>"

    near = "".join(
        f'<li class="c-pagination__item" data-page="{number}" data-test="page-{number}">'
        + (
            f'<span class="c-pagination__link c-pagination__link--active">{number}</span>'
            if number == page
            else f'<a class="c-pagination__link" href="{numbered(number)}">{number}</a>'
        )
        + "</li>"
        for number in range(max(1, page - 2), min(pages, page + 2) + 1)
    )
    first = (page - 1) * size
    body = f"""<div class="u-container u-mb-16" data-test="search-results-title">
<form action="/search/submit" role="search">
<h1><label for="search-keywords">Search</label></h1>
<input type="search" id="search-keywords" data-test="search-box" class="c-search__input" name="q"
 value="{escape(words)}">
</form></div>
<div class="c-list-header"><div class="u-mb-0"><span data-test="results-data" class="u-display-flex">
<span class="u-hide u-show-at-sm">Showing {first + 1}–{first + len(listed)} of&nbsp;</span><span>{total} results</span>
</span></div></div>
<section id="search-article-list" class="u-mb-48 u-mt-48" data-track-component="search grid"><div class="u-container">
<ul class="app-article-list-row">
{items}
</ul></div></section>
<nav aria-label="Pagination"><ul class="c-pagination">{turn("previous", page - 1, page > 1)}{near}
{turn("next", page + 1, page < pages)}</ul></nav>"""
    counts = {"totalResults": total, "page": page, "totalPages": pages}
    told = {"page": {"category": {"pageType": "search_results"}, "search": counts}}
    head = f'<script data-test="dataLayer">window.dataLayer = [{json.dumps(told)}];</script>'
    return html_page(head, body, f"{escape(words)} | Nature Search Results")


def _nature_item(article: DrawnArticle, base: str) -> str:
    people = "".join(
        f'<li itemprop="creator" itemscope itemtype="http://schema.org/Person"><span itemprop="name">{name}</span></li>'
        for name in article.author_names
    )
    access = (
        '<span class="c-meta__item c-meta__item--block-at-lg" itemprop="openAccess" data-test="open-access">'
        '<span class="u-color-open-access">Open Access</span></span>'
        if article.open
        else ""
    )
    return f"""<li class="app-article-list-row__item"><div class="u-full-height" data-native-ad-placement="false">
<article class="u-full-height c-card c-card--flush" itemscope itemtype="http://schema.org/ScholarlyArticle">
<div class="c-card__layout u-full-height"><div class="c-card__image"><picture>
<img src="{nature_image(base, article, 1, "w290h158")}" alt="" itemprop="image"></picture></div>
<div class="c-card__body u-display-flex u-flex-direction-column"><h3 class="c-card__title" itemprop="name headline">
<a href="{root(base)}/articles/{article.name}" class="c-card__link u-link-inherit" itemprop="url"
 data-track="click" data-track-action="view article" data-track-label="link">{marked(article.title, HTML)}</a></h3>
<div class="c-card__summary u-mb-16 u-hide-sm-max" itemprop="description"><p>{marked(article.abstract, HTML)}</p></div>
<ul data-test="author-list" class="c-author-list c-author-list--compact">{people}</ul></div></div>
<div class="c-card__section c-meta"><span class="c-meta__item c-meta__item--block-at-lg" data-test="article.type">
<span class="c-meta__type">Research</span></span>{access}
<time class="c-meta__item c-meta__item--block-at-lg" datetime="{article.date}" itemprop="datePublished">{
        article.date:%d %b %Y}</time>
<div class="c-meta__item c-meta__item--block-at-lg u-text-bold" data-test="journal-title-and-link">{
        article.journal
    }</div>
</div></article></div></li>"""


def nature_article(article: DrawnArticle, base: str, closed: bool = False) -> str:
    """The article's page; of a closed one its abstract and how to buy it."""
    address = f"{base}/articles/{article.name}"
    pairs = [
        ("access", "No" if closed else "Yes"),
        ("journal_id", "drawn"),
        ("dc.title", plain(article.title)),
        ("dc.publisher", article.house),
        ("dc.date", str(article.date)),
        ("dc.type", "OriginalPaper"),
        ("dc.rights", f"{article.date:%Y} The Author(s)"),
        ("dc.description", plain(article.abstract)),
        ("prism.publicationName", article.journal),
        ("prism.url", f"https://www.nature.com/articles/{article.name}"),
        ("prism.doi", f"doi:{article.doi}"),
        ("citation_pdf_url", f"{address}.pdf"),
        ("citation_fulltext_html_url", address),
        ("citation_journal_title", article.journal),
        ("citation_publisher", article.house),
        ("citation_title", plain(article.title)),
        ("citation_online_date", f"{article.date:%Y/%m/%d}"),
        ("citation_article_type", "Article"),
        ("citation_doi", article.doi),
        *(("dc.creator", f"{family}, {given}") for given, family in article.authors),
        *(("citation_author", f"{family}, {given}") for given, family in article.authors),
    ]
    free = json.dumps(
        {"@type": "WebPage", "mainEntity": {"isAccessibleForFree": not closed, "@type": "ScholarlyArticle"}}
    )
    head = (
        f'<link rel="canonical" href="{address}"/>\n<script type="application/ld+json">{free}</script>\n{metas(pairs)}'
    )
    main = _nature_offer(article) if closed else _nature_text(article, base)
    access = (
        '<li class="c-article-identifiers__item"><span class="c-article-identifiers__open" data-test="open-access">'
        "Open access</span></li>"
        if article.open
        else ""
    )
    body = f"""<main class="c-article-main-column u-float-left"><article lang="en">
<div class="c-article-header"><header><ul class="c-article-identifiers" data-test="article-identifier">
<li class="c-article-identifiers__item" data-test="article-category">Article</li>{access}
<li class="c-article-identifiers__item">Published: <time datetime="{article.date}">{article.date:%d %B %Y}</time></li>
</ul>
<h1 class="c-article-title" data-test="article-title" data-article-title="">{marked(article.title, HTML)}</h1></header>
</div>
<section aria-labelledby="Abs1" data-title="Abstract" lang="en"><div class="c-article-section" id="Abs1-section">
<h2 class="c-article-section__title" id="Abs1">Abstract</h2><div class="c-article-section__content" id="Abs1-content">
<p>{marked(article.abstract, HTML)}</p></div></div></section>
{main}
</article></main>"""
    return html_page(head, body, f"{plain(article.title)} | {article.journal}")


def _nature_text(article: DrawnArticle, base: str) -> str:
    here = f"{root(base)}/articles/{article.name}"
    parts = "\n".join(
        f'<p>The batch is shown in <a data-track="click" data-track-label="link" href="{here}#Fig{figure.number}">'
        f"Fig. {figure.number}a</a>.</p>\n{_nature_figure(article, figure, base)}"
        for figure in article.figures
    )
    rights = (
        "<p><b>Open Access</b> This drawn article may be copied under "
        f'<a href="{LICENCE}" rel="license">these terms</a>.</p>'
        if article.open
        else "<p>All rights in this drawn article are reserved.</p>"
    )
    return f"""<div class="main-content"><section data-title="Results"><div class="c-article-section" id="Sec1-section">
<h2 class="c-article-section__title js-section-title js-c-reading-companion-sections-item" id="Sec1">Results</h2>
<div class="c-article-section__content" id="Sec1-content">
{parts}
</div></div></section></div>
<section data-title="Rights and permissions"><div class="c-article-section" id="rightslink-section">
<h2 class="c-article-section__title" id="rightslink">Rights and permissions</h2>
<div class="c-article-section__content" id="rightslink-content">{rights}</div></div></section>"""


def _nature_figure(article: DrawnArticle, figure: DrawnFigure, base: str) -> str:
    number = figure.number
    source = nature_image(base, article, number, "lw685")
    view = f"{root(base)}/articles/{article.name}/figures/{number}"
    return f"""<div class="c-article-section__figure js-c-reading-companion-figures-item" data-test="figure"
 data-container-section="figure" id="figure-{number}" data-title="{escape(plain(figure.title))}."><figure><figcaption>
<b id="Fig{number}" class="c-article-section__figure-caption" data-test="figure-caption-text">Fig. {number}: {
        marked(figure.title, HTML)
    }.</b></figcaption>
<div class="c-article-section__figure-content"><div class="c-article-section__figure-item">
<a class="c-article-section__figure-link" data-test="img-link" data-track="click" href="{view}" rel="nofollow"><picture>
<source type="image/webp" srcset="{source}?as=webp"><img aria-describedby="Fig{number}" src="{source}" alt="figure {
        number
    }"
 loading="lazy" width="685" height="514"></picture></a></div>
<div class="c-article-section__figure-description" data-test="bottom-caption" id="figure-{number}-desc">
<p>{marked(figure.lettered("**{}**,"), HTML)}</p></div></div>
<div class="u-text-right u-hide-print"><a class="c-article__pill-button" data-test="article-link" href="{view}"
 aria-label="Full size image figure {number}" rel="nofollow"><span>Full size image</span></a></div></figure></div>"""


def _nature_offer(article: DrawnArticle) -> str:
    return f"""<div class="c-article-access-provider" data-test="access-provider">
<p class="c-article-access-provider__text">
The rest of this drawn text has a price.</p></div>
<section aria-labelledby="access-options"><div class="c-article-section" id="access-options-section">
<h2 class="c-article-section__title" id="access-options">Access options</h2>
<div class="c-article-section__content" id="access-options-content"><div class="c-article-buy-box c-article-buybox"
 data-test="buybox" id="article-buy-box"><h3>Buy this drawn article</h3>
<p>{article.doi} for nobody at all: 1,000,000 thalers</p>
<a href="/checkout" class="buybox__buy-button">Buy now</a><a href="/login">Log in through your institution</a></div>
</div></div></section>"""
