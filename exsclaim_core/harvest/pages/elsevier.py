"""ScienceDirect's articles of the years to 2017, which say little of themselves in meta elements."""

from __future__ import annotations

import re
from typing import ClassVar
from urllib.parse import urljoin

from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.pages.blocks import FigureBlock
from exsclaim_core.harvest.pages.generic import GenericArticle, written_date
from exsclaim_core.harvest.pages.page import ArticleLayout, find_doi

_HIGH_QUALITY = re.compile(r"[?&]_image=([^&]+)")
# The publisher's number of the article, in the names of its pictures.
_PII = re.compile(r"1-s2\.0-(S[0-9X]{16})-")
_OWN_DOI = re.compile(r"SDM\.doi\s*=\s*['\"]([^'\"]+)")


class ElsevierArticle(GenericArticle):
    """Figures are definition lists: the picture, the caption, a menu of downloads."""

    name: ClassVar[str] = "elsevier"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css("h1.svTitle, .publicationHead")) and bool(
            selector.css("dl.figure, dl.table, .svArticle, .page_fragment")
        )

    @field
    def doi(self) -> str:
        named = self.meta_contents("citation_doi", "dc.identifier", "prism.doi")
        shown = self.css("#ddDoi::attr(href), a.S_C_ddDoi::attr(href), .doiLink a::attr(href)").getall()
        return find_doi([*named, *shown, *self.xpath("//script/text()").re(_OWN_DOI)])

    @field
    def title(self) -> str:
        shown = next((plain_text(each.root) for each in self.css("h1.svTitle")), "")
        return shown or self.meta_content("citation_title", "dc.title")

    @field
    def authors(self) -> tuple[str, ...]:
        names = (
            plain_text(each.root, drop=lambda part: part.tag in ("sup", "span") or "auth_" in (part.get("class") or ""))
            for each in self.css("ul.authorGroup > li")
        )
        return tuple(name for name in (name.strip(" ,") for name in names) if name)

    @field
    def journal(self) -> str:
        told = self.meta_content("citation_journal_title", "prism.publicationName")
        return told or next((plain_text(each.root) for each in self.css(".publicationHead .title")), "")

    @field
    def publisher(self) -> str:
        # The element for the publisher holds the journal's title.
        return "Elsevier"

    @field
    def date(self) -> str:
        return written_date(self.meta_content("citation_online_date", "citation_publication_date", "prism.coverDate"))

    @field
    def article_url(self) -> str:
        told = self.css("link[rel=canonical]::attr(href)").get() or self.meta_content("citation_fulltext_html_url")
        named = self.css("img::attr(src), img::attr(data-thumbeid)").re(_PII)
        return told or (
            f"https://www.sciencedirect.com/science/article/pii/{named[0]}" if named else str(self.response.url)
        )

    @field
    def pdf_url(self) -> str:
        shown = self.css("a#pdfLink::attr(href), a.pdf-download-btn-link::attr(href)").get()
        found = self.meta_content("citation_pdf_url") or shown or ""
        return self.absolute(found) if found else ""

    def pictures(self, block: FigureBlock) -> tuple[str, ...]:
        shown = super().pictures(block)
        # The menu offers the larger picture through a service; its file lies beside that of the one shown.
        links = Selector(root=block.element).css("a.S_C_high_quality::attr(data-src)").getall()
        larger = (match[1] for link in links if (match := _HIGH_QUALITY.search(link)))
        return tuple(dict.fromkeys((*(urljoin(shown[0], name) for name in larger if shown), *shown)))


LAYOUTS: tuple[type[ArticleLayout], ...] = (ElsevierArticle,)
