"""Answers of pubs.rsc.org to a search, and the address of a search there."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from parsel import Selector

from exsclaim_core.harvest.markup import plain_text, squeezed
from exsclaim_core.harvest.pages.page import SearchLayout, find_doi
from exsclaim_core.harvest.pages.rsc import spoken_date
from exsclaim_core.harvest.pages.rsc_text import with_characters
from exsclaim_core.harvest.records import Article, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search, SortBy

_HOME = "https://pubs.rsc.org/"
_ORDERS: dict[SortBy, str] = {
    "relevant": "Relevance",
    "recent": "Latest to oldest",
    "old": "Oldest to latest",
}
_ARTICLE = re.compile(r"/content/article(?:landing|html)/", re.I)
_TOTAL = re.compile(r"([\d,]+)\s+(?:items|results|hits|articles)\b", re.I)
_PAGES = re.compile(r"page\s+(\d+)\s+of\s+([\d,]+)", re.I)
_YEAR = re.compile(r",\s*((?:19|20)\d\d)\b")
# The names under which the page's number has been sent.
_NUMBER_OF_PAGE = ("pagenumber", "pageno", "page")


class _RscSearch(SearchLayout):
    """What the layouts share: each hit is an element, a link in it leads to the article's landing page."""

    items: str
    links: str

    def _selector_input(self) -> str:
        return with_characters(super()._selector_input())

    def absolute(self, url: str) -> str:
        """The URL over https; the publisher's site where the page's own URL is not known."""
        return re.sub(r"^http://(?=(?:[\w-]+\.)*rsc\.org/)", "https://", urljoin(_HOME, super().absolute(url)))

    def search_page(self) -> SearchPage:
        found = [hit for item in self.css(self.items) if (hit := self.hit(item)) is not None]
        hits = tuple({hit.url: hit for hit in found}.values())
        return SearchPage(hits, self.total(), self.next_url(bool(hits)))

    def hit(self, item: Selector) -> SearchHit | None:
        """What is told of an article; None for a chapter of a book or an entry of a database."""
        link = next((each for each in item.css(self.links) if _ARTICLE.search(each.attrib.get("href", ""))), None)
        if link is None:
            return None
        url = self.absolute(link.attrib["href"]).split("?")[0]
        return SearchHit(url, self.article(item, link, url))

    def article(self, item: Selector, link: Selector, url: str) -> Article:
        """The article of an element."""
        raise NotImplementedError

    def total(self) -> int | None:
        """How many articles, chapters and entries the search has found."""
        counted = re.search(r'"Type"\s*:\s*"all"\s*,\s*"Count"\s*:\s*(\d+)', self.html)
        text = squeezed(" ".join(self.css("strong, .pagination-summary, .fixpadv--l").xpath("string()").getall()))
        printed = _TOTAL.search(text)
        return int(printed[1].replace(",", "")) if printed else int(counted[1]) if counted else None

    def next_url(self, has_hits: bool) -> str:
        """Of the next page; "" after the last one, and where the page's own URL is not known.

        The buttons of the page are for its program, which sends a form; the same fields are understood in a URL.
        """
        own = str(self.response.url)
        page = _PAGES.search(plain_text(*(each.root for each in self.css("body"))))
        button = self.css(".paging__btn--next:not(.paging__btn--disabled)::attr(data-pageno)").get()
        number = int(button) if button and button.isdigit() else int(page[1]) + 1 if page else 2
        last = int(page[2].replace(",", "")) if page else number if button else 0
        if not has_hits or number > last or not own.startswith("http"):
            return ""
        parts = urlsplit(own)
        fields = parse_qsl(parts.query, keep_blank_values=True)
        name = next((key for key, _ in fields if key.lower() in _NUMBER_OF_PAGE), "PageNumber")
        fields = [(key, value) for key, value in fields if key != name] + [(name, str(number))]
        return urlunsplit((*parts[:3], urlencode(fields, quote_via=quote), ""))


class RscSearch(_RscSearch):
    """Since 2014: a capsule for each hit."""

    name = "rsc-search"
    items = ".capsule--article, .capsule:has(a.capsule__action)"
    links = "a.capsule__action, a"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        if selector.css("meta[name='citation_title'], .article__title, #wrapper"):
            return False
        return bool(selector.css(".capsule--article, a.capsule__action, #formSearchUpdate, input#SearchTerm"))

    def article(self, item: Selector, link: Selector, url: str) -> Article:
        footer = item.css(".capsule__footer") or item
        context = next(iter(item.css(".capsule__context")), None)
        written = squeezed(" ".join(footer.xpath(".//text()").getall()))
        journal = next((plain_text(each.root) for each in footer.css("i, em")), "")
        year = _YEAR.search(written)
        marks = "img[alt*='Open Access'], img[src*='open-access'], .open-access, a[href*='creativecommons.org']"
        html = item.css("a[href*='/articlehtml/']::attr(href)").get()
        pdf = item.css("a[href*='/articlepdf/']::attr(href)").get()
        return Article(
            doi=find_doi([*footer.css("a[href*='doi.org']::attr(href)").getall(), written]),
            title=_first_text(item, ".capsule__title, h3, h2"),
            authors=_names(_first_text(item, ".article__authors, .article__author-link")),
            journal=journal,
            publisher="Royal Society of Chemistry",
            date=spoken_date(written) or (year[1] if year else ""),
            abstract=_first_text(item, ".capsule__text"),
            open=True if item.css(marks) else None,
            article_url=self.absolute(html).split("?")[0] if html else url,
            pdf_url=self.absolute(pdf).split("?")[0] if pdf else "",
            article_type=plain_text(context.root).lower() if context else "",
        )


class RscOldSearch(_RscSearch):
    """Until 2014: a grey box for each hit."""

    name = "rsc-old-search"
    items = ".grey_box_wrapper, .grey_box_middle_s4_jrnls"
    links = ".title_text_s4_jrnls a, a"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css(".title_text_s4_jrnls a[href], h2.title_text_s4_jrnls"))

    def article(self, item: Selector, link: Selector, url: str) -> Article:
        citation = _first_text(item, ".grey_left_box_text_s4_new")
        year = _YEAR.search(citation)
        html = item.css(".search_link_s4_jrnls a[href*='rticle']::attr(href)").re_first(r"(?i).*articlehtml.*")
        pdf = item.css("a.lnkPDF::attr(href)").get()
        number = link.attrib.get("name", "")
        return Article(
            doi=find_doi(item.css("a::attr(href)").getall()) or (f"10.1039/{number.lower()}" if number else ""),
            title=_first_text(item, ".title_text_s4_jrnls"),
            authors=_names(_first_text(item, ".red_txt_s4")),
            journal=_first_text(item, ".grey_left_box_text_s4_new em, .grey_left_box_text_s4_new i"),
            publisher="Royal Society of Chemistry",
            date=spoken_date(citation) or (year[1] if year else ""),
            open=True if "open access" in _first_text(item, ".search_jrnl_article_new").lower() else None,
            article_url=self.absolute(html).split("?")[0] if html else url,
            pdf_url=self.absolute(pdf).split("?")[0] if pdf else "",
        )


SEARCH_LAYOUTS: tuple[type[SearchLayout], ...] = (RscSearch, RscOldSearch)


def search_url(search: Search, base: str = "https://pubs.rsc.org") -> str:
    """The address of the answer's first page; months are the finest dates that the publisher takes."""
    fields = {
        "searchtext": " ".join('"{}"'.format(term.replace('"', "")) for term in search.terms),
        "SortBy": _ORDERS[search.sort_by],
        "PageSize": str(search.page_size),
        "tab": "all",
        "fcategory": "all",
        "filter": "all",
    }
    if search.open_only:
        fields["Article Access"] = "Open Access"
    if search.since or search.until:
        fields |= {"DateRange": "true", "SelectDate": "true"}
    if search.since:
        fields |= {"DateFromYear": str(search.since.year), "DateFromMonth": f"{search.since.month:02}"}
    if search.until:
        fields |= {"DateToYear": str(search.until.year), "DateToMonth": f"{search.until.month:02}"}
    return f"{base.rstrip('/')}/en/results?{urlencode(fields, quote_via=quote)}"


def _first_text(item: Selector, query: str) -> str:
    """The text of the first element that has any."""
    return next((text for each in item.css(query) if (text := plain_text(each.root))), "")


def _names(text: str) -> tuple[str, ...]:
    """Names out of "A. Author, B. Author and C. Author"."""
    names = re.split(r",\s*(?:and\s+)?|\s+and\s+", text)
    return tuple(name.strip(" *") for name in names if name.strip(" *"))
