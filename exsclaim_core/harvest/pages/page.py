"""What all page objects have in common: the layout of a page is one class, which knows its pages by what is on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from parsel import Selector
from web_poet import HttpResponse, WebPage, field

from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import squeezed
from exsclaim_core.harvest.records import Article, HarvestedFigure, SearchPage

_DOI = re.compile(r"10\.\d{4,9}/[^\s\"'<>]+")


class Layout(WebPage[Article]):
    """A page of one layout."""

    name: ClassVar[str]

    def __init__(self, response: HttpResponse, selector: Selector | None = None) -> None:
        """The page of a response; `selector` is that of the page, where somebody has made it already."""
        super().__init__(response)
        self._selector = selector

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        """Whether a page has this layout, told by what is on it."""
        raise NotImplementedError

    @property
    def selector(self) -> Selector:
        """The page as HTML, also where it begins as XML: the names of its elements would have a namespace there."""
        if self._selector is None:
            self._selector = Selector(text=self._selector_input(), type="html", base_url=str(self.response.url))
        return self._selector

    def absolute(self, url: str) -> str:
        """The URL with what is missing taken from the page's own; as it is where that is not known."""
        return urljoin(self._address, url.strip())

    def meta_content(self, *names: str) -> str:
        """The content of the first of these meta elements that has any."""
        return next(iter(self.meta_contents(*names)), "")

    def meta_contents(self, *names: str) -> list[str]:
        """The contents of the first of these meta elements that has any, with single blanks; capitals are the same."""
        return next((found for name in names if (found := self._metas.get(name.lower()))), [])

    @cached_property
    def _address(self) -> str:
        base = self.css("base::attr(href)").get() or str(self.response.url)
        if not urlsplit(base).scheme.startswith("http"):
            base = self.meta_content("og:url") or self.css("link[rel=canonical]::attr(href)").get() or ""
        return base

    @cached_property
    def _metas(self) -> dict[str, list[str]]:
        """The contents of all meta elements by name, in lower case: a page has hundreds, and is asked for dozens."""
        found: dict[str, list[str]] = {}
        for element in self.css("meta[content]"):
            attributes = element.attrib
            if content := squeezed(attributes["content"]):
                name = (attributes.get("name") or attributes.get("property") or "").lower()
                found.setdefault(name, []).append(content)
        return found


class ArticleLayout(Layout):
    """An article's page. Fields that are not told by meta elements, and the figures, are for each layout to find."""

    @field
    def doi(self) -> str:
        return find_doi(self.meta_contents("citation_doi", "dc.identifier", "prism.doi", "bepress_citation_doi"))

    @field
    def title(self) -> str:
        return self.meta_content("citation_title", "dc.title", "og:title")

    @field
    def authors(self) -> tuple[str, ...]:
        return tuple(
            given_first(name) for name in self.meta_contents("citation_author", "citation_authors", "dc.creator")
        )

    @field
    def journal(self) -> str:
        return self.meta_content("citation_journal_title", "prism.publicationName")

    @field
    def publisher(self) -> str:
        return self.meta_content("citation_publisher", "dc.publisher")

    @field
    def date(self) -> str:
        return iso_date(
            self.meta_content("citation_online_date", "citation_publication_date", "citation_date", "dc.date")
        )

    @field
    def abstract(self) -> str:
        return self.meta_content("citation_abstract", "dc.description", "og:description", "description")

    @field
    def licence(self) -> str:
        links = self.css('a[rel~="license"]::attr(href), link[rel~="license"]::attr(href)').getall()
        links += (
            self.meta_contents("dc.rights", "citation_license")
            + self.css('a[href*="creativecommons.org/"]::attr(href)').getall()
        )
        return next((url for url in map(licence_url, links) if url), "")

    @field
    def redistribution(self) -> bool | None:
        return allows_redistribution(str(self.licence))

    @field
    def open(self) -> bool | None:
        return True if self.redistribution else None

    @field
    def article_url(self) -> str:
        found = self.css("link[rel=canonical]::attr(href)").get() or self.meta_content(
            "og:url", "citation_abstract_html_url", "citation_fulltext_html_url"
        )
        return self.absolute(found) if found else str(self.response.url)

    @field
    def pdf_url(self) -> str:
        found = self.meta_content("citation_pdf_url")
        return self.absolute(found) if found else ""

    @field
    def article_type(self) -> str:
        return self.meta_content("citation_article_type", "dc.type", "wt.cg_s").lower()

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        raise NotImplementedError


class SearchLayout(Layout):
    """A page of an answer to a search."""

    def search_page(self) -> SearchPage:
        """The articles on the page, and where the answer goes on."""
        raise NotImplementedError


def find_doi(texts: Iterable[str]) -> str:
    """The first DOI in these texts, in lower case; "" where there is none."""
    for text in texts:
        if match := _DOI.search(text):
            return match[0].rstrip(".,;)").lower()
    return ""


def given_first(name: str) -> str:
    """ "Family, Given" the other way round; other names as they are."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and given.strip() else name.strip()


def iso_date(text: str) -> str:
    """A date of numbers such as 2018/09/25 with hyphens; what has no year first stays as it is."""
    match = re.match(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?", text)
    return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)]) if match else text
