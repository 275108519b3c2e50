"""Pages in the layouts of ACS (Literatum of 2018, its search of the years after) and RSC: searches and articles.

As in `drawn_pages`, the elements, their classes and nesting are those of the layouts, and every word is invented.
"""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlencode

from tests.harvest.drawn_articles import LICENCE, DrawnArticle, marked, plain
from tests.harvest.drawn_pages import HTML, Listed, html_page, metas, root

# ACS


def acs_image(base: str, article: DrawnArticle, figure: int, size: str) -> str:
    """The path of a figure's picture; the size is "small", "medium" or "large"."""
    year, kind = article.date.year, "jpeg" if size == "large" else "gif"
    issue = f"drawnc/{year}/drawnc.{year}.1.issue-1"
    folder = f"{root(base)}/appl/literatum/publisher/achs/journals/content/{issue}/{article.name}/{article.date:%Y%m%d}"
    return f"{folder}/images/{size}/{article.name}_{figure:04}.{kind}"


def acs_search(listed: Listed, base: str, words: str, order: str, page: int, pages: int, total: int, size: int) -> str:
    """The page of a search; pages are counted from 0."""
    home = root(base)
    items = []
    for _, article in listed:
        people = "".join(
            f'<li><span class="hlFld-ContribAuthor"><a href="/author/{quote(name)}">{name}</a></span></li>'
            for name in article.author_names
        )
        access = '<img src="/open-access.svg" alt="ACS AuthorChoice" class="open-access"/>' if article.open else ""
        items.append(f"""<li class="search-item clearfix"><div class="issue-item clearfix">
<div class="issue-item_metadata">
<span class="issue-item_type">Article</span>{access}<h2 class="issue-item_title">
<a href="{home}/doi/{article.doi}" title="{escape(plain(article.title))}"><span class="hlFld-Title">{
            marked(article.title, HTML)
        }</span></a></h2><ul class="issue-item_loa">{people}</ul>
<div class="issue-item_info"><span class="issue-item_jour-name"><i>{article.journal}</i></span>
<span class="pub-date-label">Publication Date (Web): </span><span class="pub-date-value">{article.date:%B} {
            article.date.day
        }, {article.date.year}</span></div></div><div class="issue-item_footer"><ul class="issue-item_footer-links">
<li><a href="{home}/doi/abs/{article.doi}" title="Abstract"><span>Abstract</span></a></li>
<li><a href="{home}/doi/full/{
            article.doi
        }" title="Full text" class="issue-item_full-text"><span>Full text</span></a></li>
<li><a href="{home}/doi/pdf/{article.doi}" title="PDF"><span>PDF</span></a></li></ul></div></div></li>""")

    def numbered(number: int) -> str:
        query = urlencode({"AllField": words, "pageSize": size, "startPage": number, "sortBy": order})
        return escape(f"{home}/action/doSearch?{query}")

    next_link = (
        f'<a class="pagination__btn--next" title="Next page link" href="{numbered(page + 1)}">Next</a>'
        if page + 1 < pages
        else ""
    )
    near = "".join(
        f"<li{' class=' + chr(34) + 'active' + chr(34) if number == page else ''}>"
        f'<a href="{numbered(number)}" title="{number + 1}">{number + 1}</a></li>'
        for number in range(max(0, page - 2), min(pages, page + 3))
    )
    first = page * size
    body = f"""<div class="search-result"><h1 class="search-result__title">Search</h1>
<input name="AllField" value="{escape(words)}"/><div class="result__count-wrapper">
<span class="result__current">RESULTS: {first + 1} - {first + len(listed)}</span>
 of <span class="result__count">{total}</span>
</div><ul class="rlist search-result__body items-results">
{"".join(items)}
</ul><nav class="pagination"><ul class="rlist--inline pagination__list">{near}</ul>
<span class="pagination__action">{next_link}</span></nav></div>"""
    head = f'<link rel="stylesheet" href="{home}/templates/jsp/achs/drawn.css">'
    return html_page(head, body, f"Search Results: {escape(words)}")


def acs_article(article: DrawnArticle, base: str, part: str = "full") -> str:
    """The article's page; its "abstract"; or "closed", with the abstract and how to buy the rest."""
    pairs = [
        ("pbContext", f";page:string:Article/Chapter View;article:article:{article.doi};wgroup:string:Drawn Group"),
        ("dc.Title", plain(article.title)),
        ("citation_journal_title", article.journal),
        *(("dc.Creator", name) for name in article.author_names),
        ("dc.Description", plain(article.abstract)),
        ("dc.Publisher", article.house),
        ("dc.Type", "research-article"),
        ("dc.Language", "en"),
    ]
    head = f"""{metas(pairs)}
<meta name="dc.Date" scheme="WTN8601" content="{article.date:%B} {article.date.day}, {article.date.year}"/>
<meta name="dc.Identifier" scheme="doi" content="{article.doi}"/>
<meta property="og:url" content="{base}/doi/full/{article.doi}"/><meta property="og:type" content="Article"/>
<meta property="og:title" content="{escape(plain(article.title))}"/>"""
    people = "".join(
        f'<span class="hlFld-ContribAuthor"><a id="authors" href="/author/{quote(name)}">{name}</a></span>'
        for name in article.author_names
    )
    rights = (
        f'<div class="article_open-access">Drawn open access: <a rel="license" href="{LICENCE}">these terms</a></div>'
        if article.open
        else ""
    )
    rest = {"full": _acs_text(article, base), "abstract": "", "closed": _acs_offer(article)}[part]
    body = f"""<div class="tab-content"><div class="tab tab-pane active"><article class="article">
<h1 class="articleTitle"><span class="hlFld-Title">{marked(article.title, HTML)}</span></h1>
<div id="articleMeta"><div id="authors">{people}</div><div id="citation"><cite>{article.journal}</cite></div>
<div id="doi"><strong>DOI: </strong>{article.doi}</div>
<div id="pubDate">Publication Date (Web): {article.date}</div>{rights}
</div><div id="articleBody"><div class="hlFld-Abstract"><h2 id="Abstract">Abstract</h2><div id="abstractBox">
<div class="figure" id="_i1"><a title="Open Figure Viewer" href="#" class="showFiguresEvent" id="absImg">
<img alt="Abstract Image" src="{acs_image(base, article, 0, "medium")}"/><span class="overlay"></span></a></div>
<p class="articleBody_abstractText">{marked(article.abstract, HTML)}</p></div></div>
{rest}
</div></article></div></div>"""
    return html_page(head, body, f"{plain(article.title)} - {article.journal}")


def _acs_text(article: DrawnArticle, base: str) -> str:
    parts = "\n".join(
        f'<div class="NLM_p">The batch is shown in <a class="ref showFiguresEvent" href="#fig{figure.number}">Figure '
        f"{figure.number}</a>a.</div>\n"
        f'<div class="figure" id="fig{figure.number}"><a title="Open Figure Viewer" href="#" class="thumbnail '
        f'showFiguresEvent"><img alt="figure" src="{acs_image(base, article, figure.number, "small")}"/>'
        f'<span class="overlay"></span></a><div class="hlFld-FigureCaption caption"><p class="first last">'
        f"Figure {figure.number}. {marked(figure.title, HTML)}. {marked(figure.lettered('({})'), HTML)}</p></div></div>"
        for figure in article.figures
    )
    return f"""<div class="hlFld-Fulltext"><div id="sec1" class="NLM_sec NLM_sec_level_1"><h2 id="_i2">Results</h2>
{parts}
</div></div>"""


def _acs_offer(article: DrawnArticle) -> str:
    return f"""<div class="article_content-right purchaseOptions" id="accessDenialBox"><div class="access-denial">
<h2>Purchase access to this drawn article</h2><p>{article.doi} for 48 hours: 1,000,000 thalers</p>
<a class="purchase-btn" href="/action/showCart">Add to cart</a>
<a href="/action/ssostart">Log in through your institution</a>
</div></div>"""


# RSC


def rsc_image(base: str, article: DrawnArticle, figure: int, size: str) -> str:
    """The path of a figure's picture; the size is "medium", which is on the page, or "large", to which it links."""
    name = f"{article.name}-f{figure}{'_hi-res' if size == 'large' else ''}.gif"
    return f"{root(base)}/image/article/{article.date.year}/DR/{article.name}/{name}"


def rsc_address(base: str, article: DrawnArticle, part: str = "html") -> str:
    """The address of the article's page, its "landing" page or its "pdf"."""
    return f"{base}/en/content/article{part}/{article.date.year}/dr/{article.name}"


def rsc_search(listed: Listed, base: str, words: str, order: str, page: int, pages: int, total: int, size: int) -> str:
    items = "\n".join(_rsc_item(article, base) for _, article in listed)

    def button(name: str, number: int, possible: bool) -> str:
        classes = f"paging__btn paging__btn--{name}" + ("" if possible else " paging__btn--disabled")
        return (
            f'<div class="paging__item"><a href="#" data-pageno="{number}" class="{classes}">'
            f'<img src="/chevron-{name}.png" alt="{name}" width="24"></a></div>'
        )

    paging = f"""<div class="fixpadv--m"><div class="fixpadv--l pos--left"><strong>{total} items</strong>
<span class="paging--label"> - Showing page {page} of {pages}</span></div><div class="paging-control paging--right">
{button("prev", page - 1, page > 1)}{button("next", page + 1 if page < pages else 0, page < pages)}</div></div>"""
    body = f"""<form method="post" id="formSearchUpdate">
<input id="SearchText" name="searchtext" value="{escape(words)}">
<input type="hidden" name="SortBy" value="{escape(order)}"><input type="hidden" name="PageSize" value="{size}"></form>
<div class="tab__panel" id="pnlArticles">{paging}
{items}
{paging}</div>"""
    return html_page("", body, f"Search Results - {escape(words)}")


def _rsc_item(article: DrawnArticle, base: str) -> str:
    home, people = root(base), article.author_names
    names = " and ".join(filter(None, (", ".join(people[:-1]), people[-1])))
    access = (
        '<span class="capsule__icon icon--open-access" title="Open Access">Open Access</span>' if article.open else ""
    )
    return f"""<div class="capsule capsule--article "><a name="{article.name.upper()}" class="capsule__action"
 href="{rsc_address(home, article, "landing")}"><span class="capsule__context">{access}Paper</span>
<h3 class="capsule__title">{marked(article.title, HTML)}</h3>
<div class="article__authors article__author-link" aria-label="List of authors">{names}</div>
<div class="capsule__column-wrapper"><div class="capsule__text"><p>{marked(article.abstract, HTML)}</p></div></div></a>
<div class="capsule__footer"><hr class="clear"><div class="text--small">
<span class="block fixpadv--xs">The article was first published on {article.date:%d %b %Y}</span><br>
<span><i><strong>{article.journal}</strong></i>, {article.date.year}</span><br>
<span><a href="http://dx.doi.org/{article.doi}">http://dx.doi.org/{article.doi}</a></span></div>
<div class="capsule__action--buttons">
<a class="btn btn--primary btn--tiny" href="{rsc_address(home, article, "pdf")}?page=search">Download PDF</a>
<a class="btn btn--tiny" href="{rsc_address(home, article)}?page=search">Article HTML</a></div></div></div>"""


def _rsc_head(article: DrawnArticle, base: str, part: str) -> str:
    pairs = [
        ("robots", "index, follow"),
        *(("DC.Creator", name) for name in article.author_names),
        ("DC.title", plain(article.title)),
        ("DC.publisher", article.house),
        ("DC.Date", f"{article.date:%Y/%m/%d}"),
        ("DC.Language", "en"),
        ("citation_title", plain(article.title)),
        *(("citation_author", name) for name in article.author_names),
        ("citation_online_date", f"{article.date:%Y/%m/%d}"),
        ("citation_journal_title", article.journal),
        ("citation_doi", article.doi),
        ("citation_pdf_url", rsc_address(base, article, "pdf")),
        ("citation_abstract_html_url", rsc_address(base, article, "landing")),
        ("citation_fulltext_html_url", rsc_address(base, article)),
    ]
    return (
        f'<link rel="canonical" href="{rsc_address(base, article, part)}">\n{metas(pairs)}\n'
        f'<meta name="DC.Identifier" scheme="doi" content="{article.doi}">'
    )


def rsc_article(article: DrawnArticle, base: str) -> str:
    """The article's page."""
    people = ", ".join(
        f'<span class="bold">{name}</span><sup><span class="italic">a</span></sup>' for name in article.author_names
    )
    figures = "\n".join(_rsc_figure(article, figure.number, base) for figure in article.figures)
    rights = (
        f'<p>This drawn article is open under <a rel="license" href="{LICENCE}">these terms</a>.</p>'
        if article.open
        else ""
    )
    body = f"""<div id="wrapper"><div class="left_head"><span class="type_of_publication">Paper</span></div>
<div class="article_info"> DOI: <a target="_blank" title="Link to landing page via DOI" href="https://doi.org/{
        article.doi
    }">{article.doi}</a> (Paper) <span class="italic"><a href="https://doi.org/10.5555/dr">{
        article.journal
    }</a></span>, {article.date.year}</div>
<h1 id="sect1"><span class="title_heading">{marked(article.title, HTML)}</span></h1>
<p class="header_text">{people}</p>{rights}<hr/><p class="abstract">{marked(article.abstract, HTML)}</p><hr/>
<h2 id="sect2"><span class="a_heading">Results</span></h2>
{figures}
</div>"""
    return html_page(_rsc_head(article, base, "html"), body, plain(article.title))


def _rsc_figure(article: DrawnArticle, number: int, base: str) -> str:
    figure, large = article.figures[number - 1], rsc_image(base, article, number, "large")
    return f"""<span>The batch is shown in <a title="Select to navigate to figure" href="#imgfig{number}">Fig. {
        number
    }a</a>.</span>
<br/><div class="image_table"><table><tr><td colspan="3" class="imgHolder" id="imgfig{number}"><a href="{large}"
 title="Select to open image in new window"><img alt="image file: {article.name}-f{number}.tif"
 src="{rsc_image(base, article, number, "medium")}"/></a></td></tr><tr><td class="pushTitleRight"> </td>
<td class="image_title"><b>Fig. {number} </b> <span id="fig{number}"><span class="graphic_title">{
        marked(figure.title, HTML)
    }. {marked(figure.lettered("({})"), HTML)}</span></span></td><td class="pushTitleLeft"> </td></tr></table></div>"""


def rsc_landing(article: DrawnArticle, base: str, closed: bool = False) -> str:
    """The page with the abstract and the way to the article; of a closed one to its price."""
    home = root(base)
    way = (
        f"""<div class="article-nav__access" id="divAccess"><h3>You do not have access to this drawn article</h3>
<a class="btn btn--primary btn--block" href="/en/cart/{article.name}">Buy this article (1,000,000 thalers)</a>
<a class="btn btn--block" href="/en/account/logon">Log in through your institution</a></div>"""
        if closed
        else f"""<div class="article-nav__downloads">
<a class="btn btn--primary btn--block" href="{rsc_address(home, article, "pdf")}">Download this article PDF</a>
<a class="btn btn--block" href="{rsc_address(home, article)}">Article HTML</a></div>"""
    )
    body = f"""<div class="layout__content"><div class="article__title"><h2 class="capsule__title fixpadv--m">{
        marked(article.title, HTML)
    }</h2></div><div class="article__authors">{", ".join(article.author_names)}</div>
<div class="article-abstract__heading"><h3>Abstract</h3></div>
<div class="capsule__text"><p>{marked(article.abstract, HTML)}</p></div>{way}</div>"""
    return html_page(_rsc_head(article, base, "landing"), body, plain(article.title))
