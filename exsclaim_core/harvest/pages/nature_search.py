"""Searches at nature.com: their addresses, and the two layouts of their answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from parsel import Selector

from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.pages.nature_page import SITE, inner, read_data_layer
from exsclaim_core.harvest.pages.page import SearchLayout
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search, SortBy

_ORDERS: dict[SortBy, str] = {"relevant": "relevance", "recent": "date_desc", "old": "date_asc"}
_FIRST_YEAR = 1845  # of the oldest journal in the archive
_ARTICLE = re.compile(r"/articles/(?P<id>[^/?#]+)")
_TOTAL = re.compile(r"(?P<total>\d[\d,]*)\s+results?\b")


def search_url(search: Search, base: str = "https://www.nature.com") -> str:
    """The address of the first page of the answer.

    The site knows years only, and no restriction to open access: that is for the reader of the hits to look at.
    """
    phrases = " ".join('"' + term.replace('"', " ").strip() + '"' for term in search.terms)
    fields = {"q": phrases, "order": _ORDERS[search.sort_by]}
    if search.since or search.until:
        first = search.since.year if search.since else _FIRST_YEAR
        last = search.until.year if search.until else date.today().year
        fields["date_range"] = f"{first}-{last}"
    return f"{base.rstrip('/')}/search?{urlencode({**fields, 'page': '1'})}"


class _NatureSearch(SearchLayout):
    """An answer of the site's search, whatever it looks like."""

    hits_css: ClassVar[str]

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return is_search(selector) and bool(selector.css(cls.hits_css))

    def search_page(self) -> SearchPage:
        """The articles on the page, and where the answer goes on."""
        told = inner(read_data_layer(self.selector), "page", "search")
        return SearchPage(tuple(self._hits()), self._total(told), self._next_url(told))

    def absolute(self, url: str) -> str:
        """The URL in full, also where the page does not tell its own."""
        return urljoin(SITE, super().absolute(url))

    def journal_of(self, hit: Selector) -> str:
        """Of the article of a hit."""
        raise NotImplementedError

    def type_of(self, hit: Selector) -> str:
        """Of the article of a hit."""
        raise NotImplementedError

    def is_open(self, hit: Selector) -> bool:
        """Whether a hit is marked as open."""
        raise NotImplementedError

    def _hits(self) -> Iterator[SearchHit]:
        for hit in self.css(self.hits_css):
            link = (hit.css("h1 a[href], h2 a[href], h3 a[href], h4 a[href]") or hit.css('a[itemprop="url"][href]'))[:1]
            if not link:
                continue
            url = self.absolute(link.attrib["href"])
            found = _ARTICLE.search(url)
            published = hit.css("time::attr(datetime)").get("")
            yield SearchHit(
                url,
                Article(
                    # Articles lie under the ends of their DOIs.
                    doi=f"10.1038/{found['id']}".lower() if found and url.startswith(SITE) else "",
                    title=plain_text(link[0].root),
                    authors=tuple(filter(None, map(_name, hit.css('[itemprop="creator"]')))),
                    journal=self.journal_of(hit),
                    date=published[:10],
                    open=self.is_open(hit),
                    article_url=url,
                    article_type=self.type_of(hit).lower(),
                ),
            )

    def _total(self, told: dict[str, Any]) -> int | None:
        total = told.get("totalResults")
        if isinstance(total, int):
            return total
        for said in self.css('[data-test="results-data"], .filter-results, [aria-live="polite"]'):
            if match := _TOTAL.search(plain_text(said.root)):
                return int(match["total"].replace(",", ""))
        return None

    def _next_url(self, told: dict[str, Any]) -> str:
        shown = self.css('[data-page="next"] a::attr(href), a[rel~="next"]::attr(href), link[rel~="next"]::attr(href)')
        if shown:
            return self.absolute(shown[0].get())
        page, pages, address = told.get("page"), told.get("totalPages"), str(self.response.url)
        if not (isinstance(page, int) and isinstance(pages, int) and page < pages and address.startswith("http")):
            return ""
        parts = urlsplit(address)
        fields = [(name, value) for name, value in parse_qsl(parts.query) if name != "page"]
        return urlunsplit(parts._replace(query=urlencode([*fields, ("page", str(page + 1))])))


class NatureCardSearch(_NatureSearch):
    """Since 2020: a card for each article, and pages to click."""

    name: ClassVar[str] = "nature search with cards"
    hits_css: ClassVar[str] = "article.c-card, li.app-article-list-row__item article, .c-list-group article"

    def journal_of(self, hit: Selector) -> str:
        """The title in bold under the card."""
        return _text(hit, '[data-test="journal-title-and-link"]')

    def type_of(self, hit: Selector) -> str:
        """The first of the words under the card."""
        return _text(hit, '[data-test="article.type"]') or _text(hit, ".c-meta__type")

    def is_open(self, hit: Selector) -> bool:
        """Cards of open articles have a sign."""
        return bool(hit.css('[data-test="open-access"], [itemprop="openAccess"], .u-color-open-access'))


class NatureListSearch(_NatureSearch):
    """From 2016 to 2020: a list; also the answer without hits, in any layout."""

    name: ClassVar[str] = "nature search list"
    hits_css: ClassVar[str] = 'li[itemtype*="schema.org/"][itemtype$="Article"]'

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return is_search(selector)

    def journal_of(self, hit: Selector) -> str:
        """The link beside volume and pages."""
        return _text(hit, "a.emphasis")

    def type_of(self, hit: Selector) -> str:
        """The words before the date."""
        return _text(hit, "p").partition("|")[0].strip()

    def is_open(self, hit: Selector) -> bool:
        """A word after the date."""
        return any(plain_text(word.root).lower().startswith("open") for word in hit.css("p span"))


def is_search(selector: Selector) -> bool:
    """Whether this is an answer of nature.com's search."""
    kind = inner(read_data_layer(selector), "page", "category").get("pageType")
    title = selector.css("title::text").get("").strip().lower()
    return kind == "search_results" or title.endswith((": nature.com search", "| nature search results"))


def _name(creator: Selector) -> str:
    """The name without what separates it from the one before it."""
    for named in creator.css('[itemprop="name"], a'):
        return plain_text(named.root)
    return plain_text(creator.root).strip(",& ")


def _text(hit: Selector, css: str) -> str:
    return next((plain_text(found.root) for found in hit.css(css)), "")


SEARCH_LAYOUTS: tuple[type[SearchLayout], ...] = (NatureCardSearch, NatureListSearch)
