"""AIP Scitation on Atypon's Literatum (2016 to 2022)."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import urljoin

from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.pages.generic import GenericArticle, written_date
from exsclaim_core.harvest.pages.page import ArticleLayout, find_doi

_SITE = "https://aip.scitation.org/"


class AipArticle(GenericArticle):
    """The article's data stand in widgets of the page, meta elements or not."""

    name: ClassVar[str] = "aip"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css(".publicationContentTitle")) and bool(
            selector.css(".publicationContentCitation, .publicationContentAuthors")
        )

    def absolute(self, url: str) -> str:
        return urljoin(_SITE, super().absolute(url))

    @field
    def doi(self) -> str:
        shown = self.css(".publicationContentCitation a::attr(href), #crossMark::attr(data-doi)").getall()
        return find_doi([*self.meta_contents("citation_doi", "dc.identifier"), *shown])

    @field
    def title(self) -> str:
        return self._shown(".publicationContentTitle h1") or self.meta_content("citation_title", "dc.title")

    @field
    def authors(self) -> tuple[str, ...]:
        names = self.css(".hlFld-ContribAuthor .contrib-author a[href*='author/']")
        names = names or self.css("span.hlFld-ContribAuthor")
        return tuple(dict.fromkeys(name for name in (plain_text(each.root) for each in names) if name))

    @field
    def journal(self) -> str:
        return self.meta_content("citation_journal_title") or self._shown('a[href^="/journal/"]')

    @field
    def publisher(self) -> str:
        return self.meta_content("citation_publisher", "dc.publisher") or "AIP Publishing"

    @field
    def date(self) -> str:
        return written_date(self._shown(".publicationContentEpubDate") or self.meta_content("dc.date"))

    @field
    def article_url(self) -> str:
        return f"{_SITE}doi/{self.doi}" if self.doi else str(self.response.url)

    @field
    def pdf_url(self) -> str:
        found = self.css("a.download-pdf::attr(href), a.pdf::attr(href)").get()
        return self.absolute(found) if found else ""

    def _shown(self, place: str) -> str:
        return next((text for text in (plain_text(each.root) for each in self.css(place)) if text), "")


LAYOUTS: tuple[type[ArticleLayout], ...] = (AipArticle,)
