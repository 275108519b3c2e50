"""What the layouts of nature.com's articles have in common: captions without buttons, pictures, mentions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml import etree
from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.licences import licence_url
from exsclaim_core.harvest.markup import marked_text, plain_text, squeezed
from exsclaim_core.harvest.pages.page import ArticleLayout
from exsclaim_core.harvest.records import FigureRole, HarvestedFigure, MarkedText
from exsclaim_core.labels import parse_label

SITE = "https://www.nature.com/"

_ADDRESSES = ("og:url", "prism.url", "citation_fulltext_html_url", "citation_pdf_url", "dcs.dcssip")
_DOIS = ("citation_doi", "dc.identifier", "prism.doi", "doi")

_BUTTON_TAGS = frozenset(("nav", "button", "svg", "table", "select"))
_BUTTON_CLASSES = frozenset(
    [
        *("c-article__pill-button", "u-hide-print", "hide-print", "c-article-table-footer", "u-visually-hidden"),
        *("c-article-section__figure-source-data", "visually-hidden", "hidden", "resources", "figure-nav", "full"),
        *("high-res", "larger", "zoom-info", "backtotop"),
    ]
)
_BUTTON = re.compile(
    r"(?:(?:view |download |see )?full[- ]size (?:image|table|figure)|full (?:table|figure|size)"
    r"|(?:high[- ]resolution|larger) image(?: and legend)?|(?:download )?power ?point slide|slide"
    r"|figures?(?:/tables?)? index|view in article|source data)\s*(?:\(\s*[\d.,]+\s*[KM]B?\s*\))?",
    re.I,
)
FILE_SIZE = re.compile(r"\s*\(\s*[\d.,]+\s*[KM]B?\s*\)$", re.I)

# The first folder of the media servers' addresses is the width: lw685, m312, w290h158; "full" is the original.
_MEDIA_WIDTH = re.compile(r"(?<=nature\.com/)(?P<size>[a-z]*(?P<width>\d+)(?:[a-z]+\d+)*)(?=/)")
# Until 2017, folders of one size each lay beside the one with the originals.
_SMALL_FOLDER = re.compile(r"/(?:thumbs|carousel|images_article|images_supplementary|images_small)/(?=[^/]+$)")
_WIDTH_FOLDER = re.compile(r"/images(?:_hires)?/[a-z]{1,2}\d+/(?=[^/]+$)")
_NO_PICTURE = re.compile(r"^data:|/__chars/|/common/|/static/|table[_-]thumb|\.svg$", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|webp)$", re.I)

_KEYWORD_BEFORE = re.compile(
    r"((?:(?:Supplementary|Extended Data) )?(?:Figs?|Figures?|Tables?|Schemes?|Charts?)\b\.?)\s*$", re.I
)
_FIGURE_PAGE = re.compile(r"/fig_tab/[^/]*_(?P<id>S?[FT]\d+)\.html", re.I)
_GRAPHICAL_ABSTRACT = re.compile(r"(?:graphical|visual) abstract", re.I)
_ABOUT_AUTHORS = re.compile(r"about the authors?|author (?:information|details|biograph)|biograph", re.I)


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure or table as one place of the page shows it."""

    caption: MarkedText
    images: tuple[str, ...]  # as the page has them
    ids: frozenset[str]  # that links to it name, in lower case
    section: str = ""  # title of the section that it is in


def on_nature(selector: Selector) -> bool:
    """Whether this is an article's page of nature.com."""
    metas = {_name(meta): meta.attrib["content"] for meta in selector.css("meta[content]")}
    addresses = [metas.get(name, "") for name in _ADDRESSES] + selector.css("link[rel=canonical]::attr(href)").getall()
    dois = [metas.get(name, "") for name in _DOIS]
    return any(dois) and (any("nature.com" in url for url in addresses) or any("10.1038/" in doi for doi in dois))


def _name(meta: Selector) -> str:
    return (meta.attrib.get("name") or meta.attrib.get("property") or "").lower()


class NaturePage(ArticleLayout):
    """An article at nature.com."""

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return on_nature(selector)

    def shown_figures(self) -> Iterable[ShownFigure]:
        """The figures and tables in their order."""
        raise NotImplementedError

    def absolute(self, url: str) -> str:
        """The URL in full: pages that were saved without their own address are of the journals' site all the same."""
        found = urljoin(SITE, super().absolute(url))
        host = urlsplit(found).hostname or ""
        return found.replace("http://", "https://", 1) if host.endswith(("nature.com", "springernature.com")) else found

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        mentions = self._mentions()
        found: dict[tuple[str, str, str], HarvestedFigure] = {}
        for shown in self.shown_figures():
            figure = self._harvested(shown, mentions)
            # Pages show one figure at several places: the first has the caption, later ones may have a larger picture.
            key = (figure.type, figure.label, "" if figure.label else figure.image_url or figure.caption)
            found.setdefault(key, figure)
        return tuple(found.values())

    def _harvested(self, shown: ShownFigure, mentions: dict[str, list[str]]) -> HarvestedFigure:
        label = parse_label(shown.caption.text)
        role: FigureRole = "figure"
        if label and label.series.lower().startswith("supp"):
            role = "supplementary"
        elif label and label.type == "Table":
            role = "table"
        elif label is None and _GRAPHICAL_ABSTRACT.search(f"{shown.section} {shown.caption.text[:40]}"):
            role = "graphical abstract"
        elif label is None and _ABOUT_AUTHORS.search(shown.section):
            role = "author photo"
        return HarvestedFigure(
            type=label.type if label else "Figure",
            label=label.label if label else "",
            caption=shown.caption.text,
            markup=shown.caption.markup,
            image_urls=picture_urls(map(self.absolute, shown.images)),
            role=role,
            mentions=tuple(dict.fromkeys(text for name in sorted(shown.ids) for text in mentions.get(name, ()))),
        )

    def _mentions(self) -> dict[str, list[str]]:
        """What links in the running text say, by the id that they lead to."""
        found: dict[str, list[str]] = {}
        links = self.xpath(
            "//a[@href and ancestor::p and not(ancestor::figure or ancestor::figcaption or ancestor::nav"
            " or ancestor::*[contains(@class, 'figure') or contains(@class, 'c-article-table')"
            " or contains(@class, 'supp')])]"
        )
        for link in links:
            target = link.attrib["href"].rpartition("#")
            page = _FIGURE_PAGE.search(link.attrib["href"])
            name = page["id"] if page else target[2] if target[1] else ""
            text = plain_text(link.root)
            if name and any(character.isdigit() for character in text):
                found.setdefault(name.lower(), []).append(_with_keyword(link.root, text))
        return found

    @field
    def licence(self) -> str:
        told = [*self.css('a[rel~="license"]::attr(href)').getall(), str(self.linked_data.get("license") or "")]
        copyright_of = inner(self.data_layer, "content", "attributes", "copyright", "legacy")
        told += [str(copyright_of.get("webtrendsLicenceType") or ""), self.meta_content("wt.z_cc_license_type")]
        told += self.css('[data-title="Rights and permissions"] a[href*="creativecommons.org/"]::attr(href)').getall()
        told += self.css('#license a[href*="creativecommons.org/"]::attr(href)').getall()
        told += self.css('.license a[href*="creativecommons.org/"]::attr(href)').getall()
        return next((url for url in (licence_url(text.replace("_", " ")) for text in told) if url), "")

    @field
    def open(self) -> bool | None:
        if self.redistribution or self.css('[data-test="open-access"], .c-article-identifiers__open'):
            return True
        if self.css('meta[name="citation_fulltext_world_readable"]'):
            return True
        free = self.linked_data.get("isAccessibleForFree")
        if isinstance(free, bool):
            return free
        told = inner(self.data_layer, "content", "attributes", "copyright").get("open")
        if isinstance(told, bool) and not told and inner(self.data_layer, "content", "authorization").get("status"):
            return None  # shown to this reader, who may have paid for it
        return told if isinstance(told, bool) else None

    @field
    def pdf_url(self) -> str:
        found = self.meta_content("citation_pdf_url") or self.css(
            "a[data-article-pdf]::attr(href), a#download-pdf::attr(href), a.download-pdf::attr(href)"
        ).get("")
        return self.absolute(found) if found else ""

    @field
    def article_type(self) -> str:
        layered = inner(self.data_layer, "content", "category", "legacy").get("webtrendsPrimaryArticleType")
        told = str(layered or "") or self.meta_content(
            "wt.z_primary_atype", "citation_article_type", "prism.section", "wt.cg_s", "dc.type"
        )
        return told.lower()

    @field
    def article_url(self) -> str:
        found = self.css("link[rel=canonical]::attr(href)").get() or self.meta_content(*_ADDRESSES[:3])
        if found or str(self.response.url).startswith("http"):
            return self.absolute(found or str(self.response.url))
        # Articles of all years are found under the ends of their DOIs.
        prefix, _, identifier = str(self.doi).partition("/")
        return urljoin(SITE, f"articles/{identifier}") if prefix == "10.1038" else str(self.response.url)

    @field
    def abstract(self) -> str:
        shown = self.css("#Abs1-content, #abstract-content, #abs > p, #first-paragraph, #abstract .content")
        text = plain_text(*(each.root for each in shown), drop=_is_button)
        return text or self.meta_content("citation_abstract", "dc.description")

    @property
    def data_layer(self) -> dict[str, Any]:
        """What the page tells its statistics; empty where it tells nothing."""
        return read_data_layer(self.selector)

    @property
    def linked_data(self) -> dict[str, Any]:
        """The schema.org record of the article; empty where there is none."""
        for script in self.css('script[type="application/ld+json"]::text').getall():
            try:
                record = json.loads(script)
            except ValueError:
                continue
            if isinstance(record, dict):
                main = record.get("mainEntity")
                return main if isinstance(main, dict) else record
        return {}


def read_data_layer(selector: Selector) -> dict[str, Any]:
    """The first record of the page's `dataLayer`; empty where there is none."""
    for script in selector.css('script[data-test="dataLayer"]::text').getall():
        start = script.find("[")
        try:
            record, _ = json.JSONDecoder().raw_decode(script, max(start, 0))
        except ValueError:
            continue
        if isinstance(record, list) and record and isinstance(record[0], dict):
            return record[0]
    return {}


def inner(record: dict[str, Any], *path: str) -> dict[str, Any]:
    """The record under these keys; empty where one of them is missing."""
    for key in path:
        found = record.get(key)
        record = found if isinstance(found, dict) else {}
    return record


def caption_text(*elements: etree._Element) -> MarkedText:
    """The words of a caption, without what can be clicked beside them."""
    copies = [deepcopy(element) for element in elements]
    for copy in copies:
        for image in copy.iter("img"):
            image.text = _glyph(image)
    return marked_text(*copies, drop=_is_button)


def _glyph(image: etree._Element) -> str:
    """The character that a picture stands for: until 2010, Greek letters and signs were pictures."""
    source = image.get("src", "")
    if "/__chars/" not in source:
        return ""
    names = [image.get("alt", ""), *reversed(source.partition("/__chars/")[2].split("/"))]
    return next((html5[f"{name.lstrip('_')};"] for name in names if f"{name.lstrip('_')};" in html5), "")


def _is_button(element: etree._Element) -> bool:
    if element.tag in _BUTTON_TAGS or _BUTTON_CLASSES.intersection(element.get("class", "").split()):
        return True
    if element.tag not in ("a", "p", "li", "span", "div"):
        return False
    text = squeezed("".join(element.itertext()))
    if not text or _BUTTON.fullmatch(text) is None:
        return False
    # "Source data" is also said, and linked, in the middle of sentences.
    parent = element.getparent()
    alone = element.tag in ("p", "li", "div") or (parent is not None and parent.tag in ("div", "li", "figure"))
    return alone or not text.lower().startswith("source")


def _with_keyword(link: etree._Element, text: str) -> str:
    """The words of a link, with the keyword before it where only the number is linked: "Fig. 2b"."""
    if text[0].isalpha() and len(text) > 2:
        return text
    before = link.getprevious()
    said = (before.tail if before is not None else link.getparent().text) or ""
    keyword = _KEYWORD_BEFORE.search(squeezed(said))
    return f"{keyword[1]} {text}" if keyword else text


def ids_of(element: etree._Element) -> frozenset[str]:
    """The ids of an element and of what is in it, in lower case."""
    names = [
        name for each in element.iter() if isinstance(each.tag, str) for name in (each.get("id"), each.get("name"))
    ]
    return frozenset(name.lower() for name in names if name)


def images_in(element: etree._Element) -> tuple[str, ...]:
    """The addresses of the pictures in an element, as they stand there."""
    return tuple(dict.fromkeys(source.strip() for source in _sources(element) if source.strip()))


def _sources(element: etree._Element) -> Iterator[str]:
    for each in element.iter("img", "source", "a", "amp-img"):
        if each.tag == "a":
            yield each.get("data-supp-info-image", "")
            if _PICTURE.search(urlsplit(each.get("href", "")).path):
                yield each.get("href", "")
            continue
        for name in ("src", "data-src", "data-lazy-src", "data-original"):
            yield each.get(name, "")
        for name in ("srcset", "data-srcset"):
            # Addresses hold commas, but no blank after them.
            yield from (part.split()[0] for part in re.split(r",\s+", each.get(name, "")) if part.split())


def picture_urls(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses of one picture, the original first, then smaller ones; without glyphs and placeholders."""
    plain = [_without_format(url) for url in urls if url and not _NO_PICTURE.search(url)]
    smaller = sorted(plain, key=_width, reverse=True)
    return tuple(dict.fromkeys([*map(_original, smaller), *smaller]))


def _without_format(url: str) -> str:
    """The address of the picture in its own format: `as=webp` asks for a lossy copy."""
    parts = urlsplit(url.strip())
    return urlunsplit(parts._replace(query="", fragment="")) if "as=webp" in parts.query else url.strip()


def _width(url: str) -> int:
    match = _MEDIA_WIDTH.search(url)
    return int(match["width"]) if match else 0


def _original(url: str) -> str:
    if _MEDIA_WIDTH.search(url):
        return _MEDIA_WIDTH.sub("full", url, count=1)
    if "nature.com/" not in url:
        return url
    return _SMALL_FOLDER.sub("/images/", _WIDTH_FOLDER.sub("/images_hires/", url))


def section_title(element: etree._Element) -> str:
    """The title of the section that an element is in; "" where it has none."""
    for above in element.iterancestors("section", "div"):
        title = above.get("data-title") or above.get("aria-labelledby")
        if title:
            return str(title)
    return ""


def bare_figures(figures: Sequence[Selector]) -> Iterator[ShownFigure]:
    """Figures that have no more than HTML's own elements."""
    for figure in figures:
        caption = caption_text(figure.root)
        images = images_in(figure.root)
        if parse_label(caption.text) or any(not _NO_PICTURE.search(url) for url in images if url):
            yield ShownFigure(caption, images, ids_of(figure.root), section_title(figure.root))
