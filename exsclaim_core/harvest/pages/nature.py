"""Articles at nature.com: the layouts of today and of 2017 to 2019, and the order in which all are tried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.markup import joined, plain_text, squeezed
from exsclaim_core.harvest.pages.nature_old import NatureTitles, NatureTwelve
from exsclaim_core.harvest.pages.nature_page import (
    NaturePage,
    ShownFigure,
    bare_figures,
    caption_text,
    ids_of,
    images_in,
    on_nature,
    section_title,
)
from exsclaim_core.harvest.pages.page import ArticleLayout, find_doi
from exsclaim_core.labels import parse_label

# Pictures of other articles, of the site itself.
_ELSEWHERE = (
    "not(ancestor::aside or ancestor::nav or ancestor::header or ancestor::footer)"
    " and not(ancestor::*[contains(@class, 'c-card') or contains(@class, 'recommend') or contains(@class, 'advert')])"
)
_SINGLE = re.compile(r"nature\.com/.*(?:/figures/\d+|/fig_tab/[^/]+_S?[FT]\d+\.html)$", re.I)
_PAYWALL = re.compile(
    r"access through your institution|rent or buy this article|buy this article|preview of subscription content"
    r"|access options|get full (?:journal )?access|subscribe to (?:this )?journal"
    r"|to read this (?:story|article|content) in full you (?:will|may) need to (?:log|subscribe|register|make a)",
    re.I,
)
# Sections that are there without the text too, by their titles or ids.
_AROUND_THE_TEXT = re.compile(
    r"abs\d|abstract|references|bib\d|ack|author|affiliation|contribution|ethics|competing|additional|supplement"
    r"|extended data|source data|rights|about|article-info|further|comments|(?:data|code|materials?).availability"
    r"|change history|inline rec|recommend|similar content|subject|at a glance|editor|related|access|peer review"
    r"|figure|subscri|rent|buy|price",
    re.I,
)
_FEWEST_PARAGRAPHS = 2
_SHORTEST_PARAGRAPH = 80  # characters: shorter ones are notes


class NatureArticle(NaturePage):
    """Since 2019: classes that begin with "c-article"."""

    name: ClassVar[str] = "nature c-article"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(on_nature(selector) and selector.css('[class*="c-article-"]'))

    def shown_figures(self) -> Iterator[ShownFigure]:
        """Figures and tables of the text, then extended data and what else is shown as a picture."""
        marks = " or ".join(
            f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"
            for name in ("c-article-section__figure", "c-article-table", "c-article-supplementary__item")
        )
        inside = f"ancestor::*[{marks} or @data-container-section='figure' or @data-container-section='table']"
        for found in self.xpath(
            f"//*[({marks} or @data-container-section='figure' or @data-container-section='table') and not({inside})]"
            f" | //figure[not({inside}) and {_ELSEWHERE}]"
        ):
            classes = found.attrib.get("class", "").split()
            if "c-article-supplementary__item" in classes:
                yield from self._supplementary(found)
            elif found.root.tag == "figure":
                yield from bare_figures([found])
            else:
                element = found.root
                yield ShownFigure(caption_text(element), images_in(element), ids_of(element), section_title(element))

    def _supplementary(self, item: Selector) -> Iterator[ShownFigure]:
        """Extended data and supplementary pictures: what else is there, is to be downloaded."""
        parts = item.css(".c-article-supplementary__title, .c-article-supplementary__description")
        caption = joined(*(caption_text(part.root) for part in parts))
        label = parse_label(caption.text)
        images = tuple(url for url in images_in(item.root) if url)
        if label and (images or label.series.lower().startswith("extended")):
            yield ShownFigure(caption, images, ids_of(item.root), section_title(item.root))


class NatureFigures(NaturePage):
    """From 2014 on, before and beside "c-article": figures in HTML's own elements; also news with photos."""

    name: ClassVar[str] = "nature figure elements"

    def shown_figures(self) -> Iterator[ShownFigure]:
        """The figures of the text."""
        seen = set()
        for figure in self.xpath(f"//figure[{_ELSEWHERE}] | //*[@data-container-section='table']"):
            around = figure.xpath("ancestor::*[@data-container-section='figure' or @data-container-section='table']")
            whole = around[0] if around else figure
            if whole.root not in seen:
                seen.add(whole.root)
                yield from bare_figures([whole])


class NatureFigurePage(NaturePage):
    """A page with a single figure of an article."""

    name: ClassVar[str] = "nature figure page"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        addresses = selector.css('link[rel=canonical]::attr(href), meta[property="og:url"]::attr(content)').getall()
        return any(_SINGLE.search(url) for url in addresses)

    @field
    def article_url(self) -> str:
        shown = self.css('link[rel=canonical]::attr(href), meta[property="og:url"]::attr(content)').getall()
        return re.sub(r"/figures/\d+$", "", next(url for url in shown if _SINGLE.search(url)))

    @field
    def doi(self) -> str:
        told = find_doi(self.meta_contents("citation_doi", "dc.identifier"))
        identifier = re.search(r"/articles/([^/?#]+)", str(self.article_url))
        return told or (f"10.1038/{identifier[1]}".lower() if identifier else "")

    def shown_figures(self) -> Iterator[ShownFigure]:
        """The one."""
        headings = self.css("figcaption, h1, h2, h3, h5, .legend, b, strong")
        heading = next((each for each in headings if parse_label(plain_text(each.root))), None)
        if heading is None:
            return
        texts = self.css(".c-article-figure-description, .description, .figure-description")[:1]
        pictures = self.css(".c-article-figure-content, figure, .figure, #content, main") or self.css("body")
        title = caption_text(heading.root)
        described = joined(*(caption_text(text.root) for text in texts))
        inside = bool(texts) and texts[0].root in heading.root.iter()
        yield ShownFigure(
            title if inside else joined(title, described), images_in(pictures[0].root), ids_of(pictures[0].root)
        )


def is_closed(selector: Selector) -> bool:
    """Whether an article's page shows no more than its abstract and asks for payment or a login.

    Pages that name an institution with access show everything, and so do those of open articles: both say elsewhere
    what one can buy.
    """
    if not on_nature(selector):
        return False
    asked = selector.css('[data-test="access-article"], #access-options, [class*="buybox" i], [class*="buy-box" i]')
    words = selector.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall()
    return bool(asked or _PAYWALL.search(squeezed(" ".join(words)))) and not _has_text(selector)


def _has_text(selector: Selector) -> bool:
    """Whether there are paragraphs beyond the abstract and what stands after the text."""
    paragraphs = selector.css("#articlebody p, .article__body p").getall()
    for section in selector.css("section"):
        title = section.attrib.get("data-title") or plain_text(*(each.root for each in section.css("h1, h2")[:1]))
        title = title or section.attrib.get("aria-labelledby", "")
        if title and not _AROUND_THE_TEXT.match(title):
            paragraphs += section.css("p").getall()
    return sum(len(paragraph) >= _SHORTEST_PARAGRAPH for paragraph in paragraphs) >= _FEWEST_PARAGRAPHS


LAYOUTS: tuple[type[ArticleLayout], ...] = (NatureFigurePage, NatureArticle, NatureTwelve, NatureTitles, NatureFigures)
