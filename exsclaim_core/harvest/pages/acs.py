"""Pages of articles at pubs.acs.org, in the layouts that the publisher has had."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import ClassVar
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree
from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import joined, marked_text, plain_text, squeezed
from exsclaim_core.harvest.pages.acs_figures import (
    continues,
    fragment,
    is_button,
    is_elsewhere,
    is_repeat,
    largest_first,
    link_text,
    picture_links,
    role_of,
    same_figure,
)
from exsclaim_core.harvest.pages.page import ArticleLayout, given_first, iso_date
from exsclaim_core.harvest.records import HarvestedFigure, MarkedText
from exsclaim_core.labels import parse_label
from exsclaim_core.model import FigureType

SITE = "https://pubs.acs.org"
PUBLISHER = "American Chemical Society"

_FULL_TEXT = ".hlFld-Fulltext, .NLM_sec, .NLM_p, .article__inlineFigure, a.thumbnail.showFiguresEvent"
_OLD_FRAME = "#articleMeta, h1.articleTitle, #articleBody, #abstractBox"
_NEW_FRAME = ".article_header, .article_header-title, main.article"
_SILVERCHAIR = ".wi-article-title, .article-title-main, .widget-ArticleFulltext, .fig-section"

_KEYWORD = re.compile(r"[^\W\d_]{3}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_FIRST = re.compile(r"(?P<month>[A-Z][a-z]{2})[a-z]*\.?\s+(?:(?P<day>\d{1,2}),?\s+)?(?P<year>\d{4})\b")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})\s+(?P<month>[A-Z][a-z]{2})[a-z]*\.?\s+(?P<year>\d{4})")
# The publisher's own pages about its licences, by what their names hold.
_OWN_LICENCE = re.compile(r"authorchoice_?(?P<terms>cc[a-z-]*)?[a-z_]*(?:\.html)?", re.I)
_FREE = re.compile(r"authorchoice|editors.?\s?choice|open access|free to read|free access", re.I)
_HELD_BACK = re.compile(r"^(?:subscribed|token access|no access|restricted)", re.I)
_PAYWALL = re.compile(
    r"purchas(?:e|ing) (?:temporary )?(?:access|this|article|options)|get (?:full )?access"
    r"|access (?:through|options|denied)|(?:log|sign) ?in (?:to|for|with|through|via)|read this article for 48 hours"
    r"|pay[- ]per[- ](?:view|article)|first page (?:image|preview)|you do not have (?:access|permission)"
    r"|subscribe to (?:this journal|read)",
    re.I,
)
_PAYWALL_CLASS = re.compile(r"access-?_?deni|denial|ppv|purchase|paywall|access-?options|firstPage", re.I)


class AcsArticle(ArticleLayout):
    """What the publisher's layouts have in common: their data, and figures in blocks with a picture and a caption."""

    blocks: ClassVar[str] = "div.figure, figure, .NLM_table-wrap, .article_abstract-img, #abstractBox > img, .bio img"
    captions: ClassVar[str] = "figcaption, .hlFld-FigureCaption, .NLM_caption, .caption"
    labels: ClassVar[str] = ".fig-label"

    def absolute(self, url: str) -> str:
        return urljoin(self._base, url.strip())

    @cached_property
    def _base(self) -> str:
        """What links are relative to; the publisher's site for a saved page that does not tell."""
        told = super().absolute("")
        return told if told.startswith("http") else SITE

    @field
    def authors(self) -> tuple[str, ...]:
        names = self.meta_contents("citation_author") or self.meta_contents("dc.creator")
        return tuple(name for name in map(without_marks, names) if name)

    @field
    def journal(self) -> str:
        told = self.meta_content("citation_journal_title", "prism.publicationName")
        told = told or self.css('input[name="journalNameForjhpLink"]::attr(value)').get() or ""
        title = squeezed(self.css("title::text").get() or "")
        for pattern in (r"^.* [|] (.+?)$", r"^.* - (.+) \(ACS Publications\)$"):
            if not told and (match := re.match(pattern, title)):
                told = match[1]
        return told

    @field
    def date(self) -> str:
        told = self.meta_content("citation_online_date", "citation_publication_date", "dc.date")
        return lettered_date(told or self._text(".pub-date-value, #pubDate, .article-date"))

    @field
    def abstract(self) -> str:
        found = self.css(".articleBody_abstractText, #abstractBox p, section.abstract p")
        text = plain_text(*(each.root for each in found))
        return text or " ".join(self.meta_contents("citation_abstract", "dc.description"))

    @field
    def licence(self) -> str:
        """Of Creative Commons where the page names it; else the publisher's page with its terms."""
        return self._licence

    @cached_property
    def _licence(self) -> str:
        own = ""
        for link in self._head_links():
            if match := _OWN_LICENCE.search(link):
                terms = (match["terms"] or "").replace("-", "").lower()
                if terms.startswith("ccby"):
                    parts = "-".join(part for part in ("by", "nc", "nd", "sa") if part in terms[2:])
                    return licence_url(f"cc {parts} 4.0")
                own = own or self.absolute(link)
            elif "creativecommons.org/" in link:
                return licence_url(link)
        for text in self.meta_contents("dc.rights", "citation_license"):
            if found := licence_url(text):
                return found
        return own

    @field
    def redistribution(self) -> bool | None:
        # The terms of AuthorChoice allow copies for purposes that are not commercial.
        return True if "authorchoice" in self._licence.lower() else allows_redistribution(self._licence)

    @field
    def open(self) -> bool | None:
        if self._licence:
            return True
        told = says_free(self._access())
        return False if told is None and is_closed(self.selector) else told

    @field
    def article_url(self) -> str:
        found = self.css("link[rel=canonical]::attr(href)").get() or self.meta_content("og:url")
        if found:
            return self.absolute(found)
        here = str(self.response.url)
        return here if here.startswith("http") or not self.doi else f"{SITE}/doi/{self.doi}"

    @field
    def pdf_url(self) -> str:
        if told := self.meta_content("citation_pdf_url"):
            return self.absolute(told)
        doi = str(self.doi)
        for pattern in (r"/doi/pdf/", r"/doi/e?pdf(?:plus)?/"):
            for link in self.css('a[href*="pdf"]::attr(href)').getall() if doi else ():
                path = unquote(urlsplit(link).path).lower()
                if re.search(pattern, path) and path.endswith(doi):
                    return self.absolute(link)
        return ""

    @field
    def article_type(self) -> str:
        told = self.meta_content("citation_article_type", "dc.type").lower()
        return told.removesuffix("-article").replace("-", " ")

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        """Each once: those of the text first, then what only a side pane shows."""
        blocks = [block.root for block in self.css(self.blocks)]
        known = set(blocks)
        blocks = [each for each in blocks if not known.intersection(each.iterancestors()) and not is_elsewhere(each)]
        read: list[HarvestedFigure] = []
        places: dict[etree._Element, int] = {}
        for block in sorted(blocks, key=is_repeat):
            figure = self._figure(block)
            if not (figure.caption or figure.image_urls) or (is_repeat(block) and not figure.label):
                continue  # a matrix set as a table; a frame for pictures to come
            place = next(
                (place for place, other in enumerate(read) if same_figure(figure, other, is_repeat(block))), None
            )
            if place is None:
                place = len(read)
                read.append(figure)
            else:
                urls = largest_first([*read[place].image_urls, *figure.image_urls])
                read[place] = replace(read[place], image_urls=urls)
            places[block] = place
        mentions = self._mentions(read, places)
        return tuple(replace(figure, mentions=tuple(texts)) for figure, texts in zip(read, mentions, strict=True))

    def _figure(self, block: etree._Element) -> HarvestedFigure:
        caption = self._caption(block)
        label = parse_label(caption.text)
        kind: FigureType = "Table" if "table-wrap" in block.get("class", "") else "Figure"
        if label is not None:
            kind = label.type
        role = role_of(block, caption.text)
        return HarvestedFigure(
            type=kind,
            label=label.label if label else "",
            caption=caption.text,
            markup=caption.markup,
            image_urls=self._image_urls(block),
            role="table" if kind == "Table" and role == "figure" else role,
        )

    def _caption(self, block: etree._Element) -> MarkedText:
        """The caption as printed, with the label before it where the label stands apart."""
        texts = (marked_text(each, drop=is_button) for each in self._captions(block))
        caption = next((text for text in texts if text.text), MarkedText(""))
        for each in Selector(root=block).css(self.labels):
            label = marked_text(each.root, drop=is_button)
            if label.text and not caption.text.startswith(label.text.rstrip(" .:")):
                return joined(label, caption)
        return caption

    def _captions(self, block: etree._Element) -> list[etree._Element]:
        found = [each.root for each in Selector(root=block).css(self.captions)]
        return [each for each in found if not set(found).intersection(each.iterancestors())]

    def _image_urls(self, block: etree._Element) -> tuple[str, ...]:
        """Of the block's picture, the largest first; the small ones inside captions and cells are no figures."""
        inner = {*self._captions(block), *block.iter("table")}
        outer = (each for each in block.iter("a", "img") if not inner.intersection(each.iterancestors()))
        return largest_first([self.absolute(link) for each in outer for link in picture_links(each)])

    def _mentions(self, read: list[HarvestedFigure], places: dict[etree._Element, int]) -> list[list[str]]:
        """The references to each figure in the running text, in their order."""
        by_id = {
            name: place
            for block, place in reversed(places.items())
            for element in block.iter(etree.Element)
            for name in (element.get("id"), element.get("data-id"))
            if name
        }
        by_label = {(figure.type, figure.label): place for place, figure in enumerate(read) if figure.label}
        mentions: list[list[str]] = [[] for _ in read]
        for link in self.css('a[href*="#"]'):
            anchor: etree._Element = link.root
            if continues(anchor) or places.keys() & set(anchor.iterancestors()):
                continue
            if is_repeat(anchor) or is_elsewhere(anchor):
                continue
            text = link_text(anchor)
            place = by_id.get(fragment(anchor))
            if place is None and (label := parse_label(text)):
                place = by_label.get((label.type, label.label))
            if place is None:
                continue
            label_there, name = read[place].label, read[place].name
            if not _KEYWORD.match(text):  # lists of figures link bare numbers, and old pages nothing at all
                text = f"{name.split()[0]} {text}" if text[:1].isdigit() else name if label_there else ""
            if text:
                mentions[place].append(text)
        return mentions

    def _text(self, selector: str) -> str:
        return next((text for each in self.css(selector) if (text := plain_text(each.root))), "")

    def _access(self) -> list[str]:
        """What the icons and notes beside the title say: "ACS AuthorChoice", "Open Access", "Subscribed"."""
        found: list[str] = []
        for place in (".access__control--item", ".article_header-open-access", "#articleIcons", ".at-access-icon"):
            for each in self.css(place):
                found += each.css("::attr(alt), ::attr(title), ::text").getall()
        return [squeezed(text) for text in found]

    def _head_links(self) -> list[str]:
        """Links that say what is allowed with this article, not those of the site's menus."""
        places = (
            ".access__control--item",
            ".article_header",
            "#articleMeta",
            "#articleIcons",
            ".license",
            ".copyright",
        )
        links = [f"{place} a::attr(href)" for place in places]
        links += ['a[rel~="license"]::attr(href)', 'link[rel~="license"]::attr(href)']
        return self.css(", ".join(links)).getall()


class AcsInlineArticle(AcsArticle):
    """Full text since 2019: figures in `figure.article__inlineFigure`, with links to their high resolution."""

    name = "acs inline figures"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return _frame(selector) == "new" and bool(selector.css(_FULL_TEXT))


class AcsLandingPage(AcsArticle):
    """Abstract since 2019: the same frame without the text; the only picture is the graphical abstract."""

    name = "acs landing"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return _frame(selector) == "new" and not selector.css(_FULL_TEXT)


class AcsThumbnailArticle(AcsArticle):
    """Full text until 2018: thumbnails in `div.figure`, which open a viewer."""

    name = "acs thumbnails"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return _frame(selector) == "old" and bool(selector.css(_FULL_TEXT))


class AcsAbstractPage(AcsArticle):
    """Abstract until 2018, or the scan of a first page, in the frame of the thumbnails."""

    name = "acs abstract"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return _frame(selector) == "old" and not selector.css(_FULL_TEXT)


class AcsSilverchairArticle(AcsArticle):
    """Since 2026, on another platform: figures in `div.fig-section`, their labels apart from their captions."""

    name = "acs silverchair"
    blocks = "div.fig, .table-full-width-wrap, .table-wrap, section.abstract img, .graphical-abstract img"
    captions = ".fig-caption, .caption"
    labels = ".fig-label, .title-label"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return (
            names_publisher(selector)
            and not selector.css(f"{_NEW_FRAME}, {_OLD_FRAME}")
            and bool(selector.css(_SILVERCHAIR))
        )


LAYOUTS: tuple[type[AcsArticle], ...] = (
    AcsInlineArticle,
    AcsLandingPage,
    AcsThumbnailArticle,
    AcsAbstractPage,
    AcsSilverchairArticle,
)


def is_closed(selector: Selector) -> bool:
    """Whether a page shows an abstract or a first page, and asks for a purchase or a login instead of the rest."""
    if not names_publisher(selector) or selector.css(f"{_FULL_TEXT}, .fig-section"):
        return False
    for element in selector.root.iter("div", "section", "a", "button", "h2", "h3", "h4", "p", "img", "form"):
        if is_elsewhere(element) or is_repeat(element):  # a login of the menu, of a window for sharing
            continue
        if _PAYWALL_CLASS.search(f"{element.get('class', '')} {element.get('id', '')}"):
            return True
        own = squeezed(" ".join([element.text or "", element.get("title", ""), element.get("alt", "")]))
        if _PAYWALL.match(own):
            return True
    return False


def _frame(selector: Selector) -> str:
    """Which of the publisher's own frames a page has: "new" since 2019, "old" before; "" for none."""
    if not names_publisher(selector):
        return ""
    return "new" if selector.css(_NEW_FRAME) else "old" if selector.css(_OLD_FRAME) else ""


def names_publisher(selector: Selector) -> bool:
    """Whether a page says that it is one of this publisher's."""
    for meta in selector.css("meta[content]"):
        name = (meta.attrib.get("name") or meta.attrib.get("property") or "").lower()
        content = meta.attrib["content"].lower()
        if name in ("dc.publisher", "citation_publisher") and PUBLISHER.lower() in content:
            return True
        if name == "og:url" and "//pubs.acs.org/" in content:
            return True
    return bool(selector.css('link[rel=canonical][href*="//pubs.acs.org/"], img[src*="/publisher/achs/"]'))


def says_free(texts: Iterable[str]) -> bool | None:
    """Whether texts such as "ACS AuthorChoice" or "Subscribed" call an article free to read; None for others."""
    told = list(texts)
    if any(map(_FREE.search, told)):
        return True
    return False if any(map(_HELD_BACK.search, told)) else None


def lettered_date(text: str) -> str:
    """A date such as "May 24, 2019" or "24 May 2019" as 2019-05-24; others as iso_date leaves them."""
    match = _DAY_FIRST.search(text) or _MONTH_FIRST.search(text)
    if match is None or match["month"].lower() not in _MONTHS:
        return iso_date(text)
    month = f"{match['year']}-{_MONTHS.index(match['month'].lower()) + 1:02}"
    return f"{month}-{int(match['day']):02}" if match["day"] else month


def without_marks(name: str) -> str:
    """An author's name without the marks of affiliations and the comma or "and" that old pages leave behind it."""
    name = re.split(r"[*†‡§∥⊥◊#¶○●△▲□■]", name)[0]
    return given_first(re.sub(r"(?:[\s,;]|\band$)+$", "", name))
