"""What a response is: an article, an answer to a search, or a publisher's way of saying no.

It is told by its content alone, so that saved files are read like fresh ones. Page objects are tried one after the
other; the one for the layout of the page knows it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from parsel import Selector
from web_poet import HttpResponse
from web_poet.fields import item_from_fields_sync

from exsclaim_core.harvest.apis import arxiv, crossref, europepmc, inspire, springer
from exsclaim_core.harvest.content import content_kind
from exsclaim_core.harvest.jats import read_jats
from exsclaim_core.harvest.pages import LAYOUTS, SEARCH_LAYOUTS, is_closed
from exsclaim_core.harvest.records import Article, Reading, SearchHit, SearchPage
from exsclaim_core.harvest.refusals import refusal

logger = logging.getLogger(__name__)

_LIKE_HTML = re.compile(rb"<(?:div|span|table|img|meta|title)[\s>]", re.I)
_Answer = SearchPage | Article | None
# Readers of the answers of interfaces; each knows its own.
INTERFACES: dict[str, Callable[[bytes, str], _Answer]] = {
    "europepmc": europepmc.read_search,
    "inspire": inspire.read_answer,
    "crossref": crossref.read_answer,
    "springer": springer.read_answer,
    "arxiv": arxiv.read_answer,
}


def read_response(response: HttpResponse) -> Reading:
    """What a response is. ValueError where it is damaged beyond reading."""
    body, url = bytes(response.body), str(response.url)
    kind = content_kind(body)
    refused = refusal(response)
    if refused and refused[0] in ("blocked", "rate limited"):
        return Reading(refused[0], reason=refused[1])
    if kind == "json":
        reading = _read_data(body, url, kind)
        return Reading(refused[0], reason=refused[1]) if refused and reading.kind == "other" else reading
    if kind == "xml":
        try:
            reading = _read_data(body, url, kind)
        except ValueError as error:
            # A page may call itself XML, or not call itself anything.
            reading = Reading("other", reason=str(error))
            if not _LIKE_HTML.search(body):
                return reading
        if reading.kind != "other":
            return reading
    if kind in ("html", "xml"):
        return _read_page(response, refused[1] if refused else "")
    if refused:
        return Reading(refused[0], reason=refused[1])
    return Reading("other", reason=f"neither a page nor data: {kind}")


def _read_data(body: bytes, url: str, kind: str) -> Reading:
    for name, read in INTERFACES.items():
        answer = read(body, url)
        if isinstance(answer, Article):
            return Reading("article", article=answer, layout=name)
        if answer is not None:
            return Reading("search", search=answer, layout=name)
    if kind == "xml":
        articles = read_jats(body, url)
        if len(articles) == 1:
            return Reading("article", article=articles[0], layout="jats")
        if articles:
            hits = tuple(SearchHit(article.article_url, article) for article in articles)
            return Reading("search", search=SearchPage(hits), layout="jats")
    return Reading("other", reason=f"{kind.upper()} of none of the known kinds")


def _text(response: HttpResponse) -> str:
    """The response's text; as UTF-8 where the encoding that it names is none of texts."""
    try:
        return str(response.text)
    except (LookupError, UnicodeError):
        return bytes(response.body).decode(errors="replace")


def _read_page(response: HttpResponse, refused: str) -> Reading:
    # As HTML also where it begins as XML: the names of its elements would have a namespace there.
    selector = Selector(_text(response), type="html", base_url=str(response.url))
    for search in SEARCH_LAYOUTS:
        if search.fits(selector):
            page = search(response, selector).search_page()
            return Reading("search", search=page, layout=search.name)
    for layout in LAYOUTS:
        if layout.fits(selector):
            article: Article = item_from_fields_sync(layout(response, selector), Article)
            shown = any(figure.role == "figure" for figure in article.figures)
            if not shown and (refused or is_closed(selector)):
                return Reading("closed", article, reason=refused or "only the abstract is shown", layout=layout.name)
            return Reading("article", article=article, layout=layout.name)
    if refused:
        return Reading("closed", reason=refused)
    return Reading("other", reason="a page of no known layout")
