"""Pages of articles at pubs.rsc.org: the full text, the landing page with or without it, pages of tables alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.licences import licence_url
from exsclaim_core.harvest.markup import joined, marked_text, plain_text, squeezed
from exsclaim_core.harvest.pages.page import ArticleLayout, find_doi, iso_date
from exsclaim_core.harvest.pages.rsc_figures import FILE, anchor_name, anchors, figure_of, image_urls, is_same, names_in
from exsclaim_core.harvest.pages.rsc_text import is_indented, respaced, tightened, with_characters
from exsclaim_core.harvest.records import HarvestedFigure, MarkedText
from exsclaim_core.labels import parse_label

_HOME = "https://pubs.rsc.org/"
# What holds a figure, a table's caption or an author's photo, with all that belongs to it.
_FIGURES = (
    "div.image_table, div.img-tbl, figure.img-tbl__image, figure:has(figcaption), .table_caption, .table__caption, "
    "td.biogPlate, div.biogPlate"
)
_LABELLED = "td.image_title, figcaption, .img-tbl__caption"
_FOOTNOTE = re.compile(r"#(?:fn|foot)", re.I)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SPOKEN = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+({'|'.join(_MONTHS)})[a-z]*\.?\s+(\d{{4}})\b")
_FIRST = re.compile(rf"First\s+published\D{{0,60}}{_SPOKEN.pattern}")
_OPEN = re.compile(r"This\s+(?:article\s+is|is\s+an)\s+Open\s+Access|^\s*Open\s+Access\s+Article", re.I)
_ACCESS = re.compile(
    r"buy this article|purchase (?:this |article|access|options)|article access £|add to basket|rent this article"
    r"|(?:gain|get|to) access (?:to )?this (?:content|article)|other ways to access|log ?in (?:via|using) your"
    r"|pay per view",
    re.I,
)


class _Rsc(ArticleLayout):
    """What the layouts share: figures stand in units, and links to them in the text name their anchors."""

    units = _FIGURES

    def _selector_input(self) -> str:
        return with_characters(super()._selector_input())

    def absolute(self, url: str) -> str:
        """The URL over https; the publisher's site where the page's own URL is not known."""
        return re.sub(r"^http://(?=(?:[\w-]+\.)*rsc\.org/)", "https://", urljoin(_HOME, super().absolute(url)))

    def text(self, *elements: etree._Element) -> MarkedText:
        """The texts of some elements, without the blanks of an indented page."""
        found = marked_text(*elements)
        return tightened(found) if is_indented(self.html) else found

    def first_text(self, query: str) -> str:
        """The text of the first element that is found, without its footnote marks."""
        drop = self._is_footnote_mark
        return next((text for each in self.css(query) if (text := plain_text(each.root, drop=drop))), "")

    @field
    def doi(self) -> str:
        return find_doi(
            self.meta_contents("citation_doi", "dc.identifier")
            + self.css(".article_info a[href*='doi.org']::attr(href), .article_info a::text").getall()
            + self.css(".doi-link dd ::text, .doi-link a::attr(href)").getall()
        )

    @field
    def publisher(self) -> str:
        return self.meta_content("citation_publisher", "dc.publisher") or "Royal Society of Chemistry"

    @field
    def date(self) -> str:
        told = self.meta_content("citation_online_date", "citation_publication_date")
        if told:
            return iso_date(told)
        printed = _FIRST.search(plain_text(*(each.root for each in self.css("p.bold, .c, dl, .article-nav, .oa"))))
        return spoken_date(printed[0]) if printed else iso_date(self.meta_content("citation_date", "dc.date"))

    @field
    def abstract(self) -> str:
        heading = ("h1", "h2", "h3", "h4")
        for query in ("p.abstract", "div.abstract", ".capsule__text"):
            elements = [each.root for each in self.css(query)]
            text = marked_text(*elements[:1], drop=lambda element: element.tag in heading)
            if text.text:
                return (tightened(text) if is_indented(self.html) else text).text
        return self.meta_content("citation_abstract", "dc.description", "og:description", "description")

    @field
    def licence(self) -> str:
        links = self.css('a[rel~="license"]::attr(href), link[rel~="license"]::attr(href)').getall()
        links += self.meta_contents("dc.rights", "citation_license")
        # A caption or a reference may link to the licence of another article.
        inside = {each.root for each in self.css(f"{self.units}, .ref-list, ol, li")}
        for link in self.css('a[href*="creativecommons.org/"]'):
            if not inside.intersection(link.root.iterancestors()):
                links.append(link.attrib["href"])
        links += [plain_text(each.root) for each in self.css(".oa, .right_head, .article-licence")]
        return next((url for url in map(licence_url, links) if url), "")

    @field
    def open(self) -> bool | None:
        if self.redistribution or self.css(".oa, .right_head img[src*='open_access']"):
            return True
        return True if any(_OPEN.search(plain_text(each.root)) for each in self.css("p, dd, span, h3")) else None

    @field
    def article_url(self) -> str:
        told = self.css("link[rel=canonical]::attr(href)").get() or self.meta_content("citation_fulltext_html_url")
        own = str(self.response.url)
        if told or not own.startswith("http"):
            pdf = str(self.pdf_url)
            return self.absolute(told) if told else re.sub(r"articlepdf", "articlehtml", pdf, flags=re.I) or own
        return own

    @field
    def pdf_url(self) -> str:
        links = self.css("a[href*='articlepdf'], a[href*='ArticlePDF'], a[href*='article-pdf']").xpath("@href").getall()
        found = self.meta_content("citation_pdf_url") or next(iter(links), "")
        return self.absolute(found) if found else ""

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        references = list(self._references())
        found: list[HarvestedFigure] = []
        for unit in self._units():
            figure = figure_of(self.caption(unit), image_urls(unit, self.absolute))
            if figure is None or any(is_same(figure, other) for other in found):
                continue
            own = anchors(unit)
            mentions = (
                text for anchor, text in references if text and (anchor in own or figure.name in names_in(text))
            )
            found.append(replace(figure, mentions=tuple(dict.fromkeys(mentions))))
        return tuple(found)

    def caption(self, unit: Selector) -> MarkedText:
        """Label and text of a unit's caption; on indented pages its blanks are those of the picture's description."""
        place = next(iter(unit.css(_LABELLED)), unit).root
        label = _label_element(place)
        rest = marked_text(place, drop=lambda element: element is label)
        if is_indented(self.html):
            described = (respaced(rest, text) for text in unit.css("img::attr(alt)").getall())
            rest = next((text for text in described if text), None) or tightened(rest)
        return rest if label is None else joined(marked_text(label), rest)

    def _units(self) -> Iterator[Selector]:
        """Outermost elements that hold a figure each, in their order."""
        within: set[etree._Element] = set()
        for unit in self.css(self.units):
            if not within.intersection(unit.root.iterancestors()):
                within.add(unit.root)
                yield unit

    def _references(self) -> Iterator[tuple[str, str]]:
        """Links of the running text: the anchor on this page that they lead to, and what is printed."""
        within = {unit.root for unit in self._units()}
        own = str(self.article_url).lower().rpartition("/")[2]
        for link in self.css("a[href*='#']"):
            page, _, name = link.attrib["href"].partition("#")
            here = not page or page.lower().rpartition("/")[2] == own
            if here and name and not within.intersection(link.root.iterancestors()):
                yield anchor_name(name), plain_text(link.root)

    @staticmethod
    def _is_footnote_mark(element: etree._Element) -> bool:
        return element.tag == "a" and bool(_FOOTNOTE.search(element.get("href") or ""))


class RscArticleHtml(_Rsc):
    """…/articlehtml/…: the full text, where a table holds a picture and its caption, or a figure element."""

    name = "rsc-articlehtml"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css("td.imgHolder, td.image_title, #wrapper .article_info, h1 > .title_heading"))

    @field
    def title(self) -> str:
        heading, told = self.first_text("h1 .title_heading, #wrapper h1"), super().title
        if told and is_indented(self.html):
            return tightened(MarkedText(told)).text
        return heading or told

    @field
    def authors(self) -> tuple[str, ...]:
        told = tuple(super().authors)
        if told:
            return told
        names = [plain_text(each.root).strip(" ,*") for each in self.css("p.header_text > .bold")]
        return tuple(name for name in names if name and name != "and")

    @field
    def journal(self) -> str:
        return super().journal or self.first_text(".article_info .italic a, .article_info .italic")

    @field
    def article_type(self) -> str:
        printed = re.search(r"\(([A-Z][^()]{2,40})\)", self.first_text(".article_info"))
        return super().article_type or (printed[1].lower() if printed else "")

    def _units(self) -> Iterator[Selector]:
        yield from super()._units()
        for holder in self.css("td.imgHolder"):  # older pages have tables without a class around them
            if not holder.xpath("ancestor::*[contains(@class, 'image_table') or contains(@class, 'img-tbl')]"):
                table = holder.xpath("ancestor::table[1][count(.//td[contains(@class, 'imgHolder')]) = 1]")
                yield next(iter(table), holder)

    def caption(self, unit: Selector) -> MarkedText:
        if unit.root.tag == "div" or unit.css(_LABELLED) or not unit.css("td.imgHolder"):
            return super().caption(unit)
        cells = "following::td[contains(@class, 'imgHolder') or contains(@class, 'image_title')]"
        following = unit.xpath(f"{cells}[1][contains(@class, 'image_title')]")
        return super().caption(following[0]) if following else MarkedText("")


class RscLanding(_Rsc):
    """…/articlelanding/…: abstract and graphical abstract, and the full text where it is free to read."""

    name = "rsc-landing"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        if selector.css("figure.img-tbl__image, div.img-tbl, #pnlArticleContentLoaded, #pnlAuthorAffiliations"):
            return True
        if selector.css(".article__title, h2.capsule__title") and selector.css(
            ".capsule__text, .capsule__article-image"
        ):
            return True
        return bool(selector.css("meta[name='citation_abstract_html_url'][content*='rsc.org/']"))

    @field
    def title(self) -> str:
        return self.first_text(".article__title h2, .article__title, h2.capsule__title") or super().title

    @field
    def authors(self) -> tuple[str, ...]:
        printed = (plain_text(each.root) for each in self.css("span.article__author-link > a:first-of-type"))
        return tuple(super().authors) or tuple(name for name in printed if name)

    @field
    def journal(self) -> str:
        return super().journal or self.first_text(".h--heading3 i, .article-nav__issue i, h3.h--heading3")

    @field
    def article_type(self) -> str:
        return super().article_type or self.first_text(".article__type, .capsule__context").lower()

    @field
    def open(self) -> bool | None:
        return False if is_closed(self.selector) else super().open

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        shown = self.css(".capsule__article-image, img[src*='ImageType=GA'], img[data-original*='ImageType=GA']")[:1]
        described = [
            figure_of(MarkedText(squeezed(each.xpath("string(descendant-or-self::img/@alt)").get(""))), urls)
            for each in shown
            if (urls := image_urls(each, self.absolute))
        ]
        return (*(replace(each, role="graphical abstract") for each in described if each), *super().figures)


class RscTables(_Rsc):
    """Pages without classes: a table holds a picture, and the words after it begin with its label."""

    name = "rsc-tables"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        pictures = selector.css("img::attr(src)").getall()
        return any(FILE.search(url) for url in pictures) and bool(
            selector.xpath("//*[contains(@href, 'rsc.org') or contains(@src, 'rsc.org')]")
        )

    @field
    def title(self) -> str:
        return super().title or self.first_text("h1, h2, title")

    def _units(self) -> Iterator[Selector]:
        within: set[etree._Element] = set()
        for image in self.css("img"):
            file = FILE.search(image.attrib.get("src", ""))
            places = image.xpath("ancestor::table[1] | ancestor::p[1] | ancestor::div[1]")
            if file and file["kind"].lower() != "t" and places and places[-1].root not in within:
                within.add(places[-1].root)
                yield places[-1]

    def caption(self, unit: Selector) -> MarkedText:
        near = "self::* | following-sibling::*[position() <= 2]"
        row, table = unit.xpath("ancestor::tr[1]"), unit.xpath("ancestor-or-self::table[1]")
        for place in (*unit.xpath(near), *row.xpath(near), *table.xpath(near)):
            text = self.text(place.root)
            if parse_label(text.text):
                return text
        return MarkedText("")


def is_closed(selector: Selector) -> bool:
    """Whether the page has an abstract, ways to pay and no way to the full text."""
    if selector.css("#wrapper h1, td.imgHolder, figure.img-tbl__image, div.img-tbl, #pnlArticleContentLoaded h2"):
        return False
    if selector.css("a[href*='/articlehtml/'], a[href*='/ArticleHtml/'], a[href*='/ArticleHTML/']"):
        return False
    if not RscLanding.fits(selector):
        return False
    words = squeezed(" ".join(selector.xpath("//body//text()[not(ancestor::script or ancestor::style)]").getall()))
    return bool(_ACCESS.search(words))


LAYOUTS: tuple[type[ArticleLayout], ...] = (RscArticleHtml, RscLanding, RscTables)


def _label_element(place: etree._Element) -> etree._Element | None:
    """The element at a caption's start that holds the label and nothing else."""
    whole = plain_text(place)
    for element in place.iterdescendants(etree.Element):
        text = plain_text(element)
        if text and not whole.startswith(text):
            return None
        label = parse_label(text)
        if label and not label.text:
            return element
    return None


def spoken_date(text: str) -> str:
    """21st September 2001 as 2001-09-21; "" where there is no such date."""
    match = _SPOKEN.search(text)
    return f"{match[3]}-{_MONTHS.index(match[2]) + 1:02}-{match[1]:>02}" if match else ""
