"""Articles on pages of any layout: what their meta elements and schema.org data say, and figures with captions."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector
from web_poet import field

from exsclaim_core.harvest.licences import licence_url
from exsclaim_core.harvest.markup import joined, marked_text, plain_text, squeezed
from exsclaim_core.harvest.pages.blocks import FigureBlock, figure_blocks, is_control, is_movie, printed_label, words
from exsclaim_core.harvest.pages.mentions import mentions
from exsclaim_core.harvest.pages.page import ArticleLayout, find_doi, given_first, iso_date
from exsclaim_core.harvest.pages.pictures import picture_urls, together
from exsclaim_core.harvest.records import FigureRole, HarvestedFigure, MarkedText, Markup
from exsclaim_core.labels import Label

_ARTICLE_TYPES = re.compile(r"(?:Scholarly|MedicalScholarly|Tech)Article$")
_ABSTRACTS = (
    "section#abstract, div#abstract, section.abstract, div.abstract, section.Abstract, .hlFld-Abstract, .svAbstract,"
    " .abstractSection, .article-section__abstract, .art-abstract, #Abs1-content, section[data-title=Abstract]"
)
_ADDRESSES = ("og:url", "citation_fulltext_html_url", "citation_abstract_html_url", "citation_public_url", "dc.source")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN_DATE = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]{3})[a-z]*\.?,?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})"
)
_GRAPHICAL_ABSTRACT = re.compile(
    r"graphical[-_ ]?abstract|abstract[-_]graphical|\bgabs|gabstract|graphic[-_ ]abstract|visual[-_ ]abstract"
    r"|toc[-_]?(?:graphic|image|figure)|table[-_ ]of[-_ ]contents[-_ ]image",
    re.I,
)
_ABSTRACT = re.compile(r"abs(?:tract)?(?:section)?\d*", re.I)
_BIOGRAPHY = re.compile(
    r"(?:^|[-_ ])(?:bio(?:graph\w*)?s?|vitae|author[-_]?(?:photo|image|bio\w*|vitae))(?:$|[-_ \d])", re.I
)
_SUPPLEMENT = re.compile(r"suppl?(?:ement\w*)?(?:[-_]|$|\d)|supporting[-_ ]?info", re.I)
# Parts of a page that show other articles, or the journal.
_ELSEWHERE = re.compile(
    r"related|recommend|teaser|promo|advert|banner|side-?bar|footer|masthead|trending|latest|most-?(?:read|cited)"
    r"|newsletter|issue-?cover|cover-?image|journal-?cover|carousel|more-?(?:from|like)|(?:^|-)card",
    re.I,
)
_SAME_START = 40  # characters: a teaser's caption is cut after some


class GenericArticle(ArticleLayout):
    """Any page that says that it is an article. Tried last."""

    name: ClassVar[str] = "generic"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        told = {
            (meta.attrib.get("name") or meta.attrib.get("property") or "").lower(): meta.attrib["content"]
            for meta in selector.css("meta[content]")
        }
        if told.get("citation_title") or told.get("citation_doi") or told.get("bepress_citation_title"):
            return True
        if told.get("og:type", "").lower() == "article" and find_doi(told.values()):
            return True
        # A list of articles has an item for each.
        return bool(_linked_article(selector)) or len(selector.css('[itemtype*="schema.org/ScholarlyArticle"]')) == 1

    def absolute(self, url: str) -> str:
        found = super().absolute(url)
        if not found.startswith("http") and (base := self.meta_content(*_ADDRESSES)).startswith("http"):
            return urljoin(base, url.strip())
        return found

    @field
    def doi(self) -> str:
        named = self.meta_contents("citation_doi", "bepress_citation_doi", "prism.doi", "dc.identifier.doi")
        about = [*self.meta_contents("dc.identifier"), *_strings(_linked_article(self.selector).get("identifier"))]
        about += [str(_linked_article(self.selector).get("@id") or "")]
        own = [*self.css("link[rel=canonical]::attr(href)").getall(), *self.meta_contents(*_ADDRESSES)]
        shown = self.css('a[class*="doi" i][href*="doi.org/10."]::attr(href), [data-doi]::attr(data-doi)').getall()
        return find_doi([*named, *about, *(_without_view(url) for url in own), *shown])

    @field
    def title(self) -> str:
        told = self.meta_content("citation_title", "bepress_citation_title", "dc.title")
        told = told or str(_linked_article(self.selector).get("headline") or "") or self.meta_content("og:title")
        return _without_tags(told) or next((plain_text(each.root) for each in self.css("h1")), "")

    @field
    def authors(self) -> tuple[str, ...]:
        told = self.meta_contents("citation_author", "bepress_citation_author")
        if not told:
            # One element for all of them: "Family, Given; Family, Given", "Given Family, , Given Family, ".
            together = ";".join(self.meta_contents("citation_authors", "dc.creator", "dc.contributor"))
            told = re.split(r";|,\s*,", together)
        if not any(told):
            told = _strings(_linked_article(self.selector).get("author"))
        names = (given_first(_without_tags(name).strip(" ,")) for name in told)
        return tuple(dict.fromkeys(name for name in names if name))

    @field
    def journal(self) -> str:
        told = self.meta_content("citation_journal_title", "prism.publicationName", "dc.relation.ispartof")
        linked = next(iter(_strings(_linked_article(self.selector).get("isPartOf"))), "")
        return _without_tags(told) or linked or self.meta_content("og:site_name")

    @field
    def date(self) -> str:
        told = [
            self.meta_content(name)
            for name in (
                *("citation_online_date", "citation_publication_date", "citation_date", "dc.date", "dc.date.issued"),
                *("prism.publicationDate", "article:published_time", "citation_year", "prism.coverDate"),
            )
        ]
        told.append(str(_linked_article(self.selector).get("datePublished") or ""))
        dates = [written_date(text) for text in told if text]
        return next((date for date in dates if len(date) == 10), next((date for date in dates if date), ""))

    @field
    def abstract(self) -> str:
        told = _without_tags(self.meta_content("citation_abstract", "dc.description"))
        shown = max((plain_text(each.root, drop=_beside_text) for each in self.css(_ABSTRACTS)), key=len, default="")
        shown = re.sub(r"^(?:abstract|summary)[.:]?\s*", "", shown, flags=re.I)
        # What the other elements say is cut after a line or two.
        return max(told, shown, key=len) or self.meta_content("og:description", "description")

    @field
    def open(self) -> bool | None:
        free = _linked_article(self.selector).get("isAccessibleForFree")
        told = self.redistribution or self.meta_contents("citation_fulltext_world_readable")
        return True if told or str(free).lower() == "true" else None

    @field
    def licence(self) -> str:
        link = self.css('a[rel~="license"]::attr(href), link[rel~="license"]::attr(href)').getall()
        told = [
            *self.meta_contents("dc.rights.license"),
            *self.meta_contents("dc.rights"),
            *self.meta_contents("citation_license"),
            *_strings(_linked_article(self.selector).get("license")),
        ]
        shown = self.css('a[href*="creativecommons.org/"]::attr(href)').getall()
        return next((url for url in map(licence_url, [*link, *told, *shown]) if url), "")

    @field
    def article_url(self) -> str:
        canonical = self.css("link[rel=canonical]::attr(href)").get()
        found = canonical or self.meta_content(*_ADDRESSES)
        return self.absolute(found) if found else str(self.response.url)

    @field
    def article_type(self) -> str:
        return self.meta_content("citation_article_type", "dc.type.articletype", "wt.cg_s").lower()

    @field
    def figures(self) -> tuple[HarvestedFigure, ...]:
        root = self.selector.root
        blocks = [block for block in figure_blocks(root) if self.shows_figure(block)]
        said = mentions(root, blocks)
        return _merged([self.read_block(block, of_it) for block, of_it in zip(blocks, said, strict=True)])

    def shows_figure(self, block: FigureBlock) -> bool:
        """Whether a block is a figure of the article, and no teaser, logo or symbol."""
        if block.captions and (block.label is not None or block.heading is not None):
            return True
        if _role(block) in ("graphical abstract", "author photo"):
            return bool(self.pictures(block))
        around = [block.element, *block.element.iterancestors()]
        return (
            bool(block.captions)
            and bool(self.pictures(block))
            and not any(each.tag in ("nav", "aside", "footer", "header", "a") for each in around)
            and not any(_ELSEWHERE.search(word) for each in around for word in words(each))
            and any(each.tag in ("main", "article") or each.get("role") == "main" for each in around)
        )

    def read_block(self, block: FigureBlock, said: tuple[str, ...]) -> HarvestedFigure:
        """The figure that a block shows."""
        caption = _caption(block)
        kind = block.label.type if block.label else "Table" if _holds_table(block) else "Figure"
        return HarvestedFigure(
            type=kind,
            label=block.label.label if block.label else "",
            caption=caption.text,
            markup=caption.markup,
            image_urls=self.pictures(block),
            role=_role(block),
            mentions=said,
        )

    def pictures(self, block: FigureBlock) -> tuple[str, ...]:
        """The URLs of a block's picture, best first."""
        apart = () if not block.captions or _laid_out_together(block) else block.captions
        return tuple(dict.fromkeys(map(self.absolute, picture_urls(block.element, apart))))


LAYOUTS: tuple[type[ArticleLayout], ...] = (GenericArticle,)


def written_date(text: str) -> str:
    """A date as numbers, the year first; "" where the text names none.

    11/02/2013 is the second of November: only American publishers write their meta elements like that.
    """
    text = squeezed(text)
    if re.match(r"\d{4}", text):
        return iso_date(text)
    if match := re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return f"{match[3]}-{match[1].zfill(2)}-{match[2].zfill(2)}"
    match = _WRITTEN_DATE.search(text)
    if match and match[2].lower() in _MONTHS:
        month, day = _MONTHS.index(match[2].lower()) + 1, match[1] or match[3]
        return f"{match[4]}-{month:02}" + (f"-{day.zfill(2)}" if day else "")
    year = re.search(r"\b(?:1[89]|20)\d\d\b", text)
    return year[0] if year else ""


def _linked_article(selector: Selector) -> dict[str, Any]:
    """What the page says of its article as schema.org data; nothing where it says nothing, or says it wrongly."""
    for text in selector.css('script[type="application/ld+json"]::text').getall():
        try:
            data = json.loads(text)
        except ValueError:
            continue
        for entry in _entries(data):
            if any(_ARTICLE_TYPES.search(kind) for kind in _strings(entry.get("@type"))):
                return entry
    return {}


def _entries(data: object) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for each in data:
            yield from _entries(each)
    elif isinstance(data, dict):
        yield data
        for name in ("@graph", "mainEntity"):
            yield from _entries(data.get(name))


def _beside_text(element: etree._Element) -> bool:
    return element.tag in ("figure", "nav", "h1", "h2", "h3") or "section-nav" in words(element) or is_control(element)


def _strings(value: object) -> list[str]:
    """A value's text, or those of the names and URLs in it."""
    if isinstance(value, list):
        return [text for each in value for text in _strings(each)]
    if isinstance(value, dict):
        return _strings(next((value[name] for name in ("name", "value", "url", "@id") if value.get(name)), None))
    return [value] if isinstance(value, str) and value else []


def _caption(block: FigureBlock) -> MarkedText:
    texts = [_label_apart(marked_text(each, drop=is_control), each) for each in block.captions]
    if block.heading is not None:
        texts = [marked_text(block.heading, drop=is_control), *texts]
    return joined(*texts)


def _label_apart(text: MarkedText, caption: etree._Element) -> MarkedText:
    """The caption with a blank behind its label, which some pages leave to the style sheet."""
    for part in caption.iter(etree.Element):
        if part is not caption and (printed_label(part) or is_movie(part)):
            end = len(plain_text(part, drop=is_control))
            return _with_blank(text, end) if text.text.startswith(plain_text(part, drop=is_control)) else text
    return text


def _with_blank(text: MarkedText, at: int) -> MarkedText:
    if not text.text[at : at + 1].isalnum() and text.text[at : at + 1] not in ("(", "["):
        return text
    spans = (Markup(span.start + (span.start >= at), span.end + (span.end > at), span.kind) for span in text.markup)
    return MarkedText(f"{text.text[:at]} {text.text[at:]}", tuple(spans))


def _role(block: FigureBlock) -> FigureRole:
    label: Label | None = block.label
    around = [block.element, *block.element.iterancestors()]
    names = " ".join(f"{each.get('class') or ''} {each.get('id') or ''}" for each in around)
    if label is None:
        said = " ".join(plain_text(each)[:_SAME_START] for each in block.captions)
        if _GRAPHICAL_ABSTRACT.search(names) or _GRAPHICAL_ABSTRACT.search(said):
            return "graphical abstract"
        inner = " ".join(f"{each.get('id') or ''} {each.get('class') or ''}" for each in block.element.iter("img"))
        if _GRAPHICAL_ABSTRACT.search(inner):
            return "graphical abstract"
        if any(_ABSTRACT.fullmatch(name) for name in names.split()):
            return "graphical abstract"
        if any(_BIOGRAPHY.search(name) for name in names.split()):
            return "author photo"
        if block.heading is not None:  # a movie
            return "supplementary"
    if label and label.type == "Table" and not _is_supplement(label):
        return "table"
    if label and _is_supplement(label):
        return "supplementary"
    own = " ".join(f"{each.get('class') or ''} {each.get('id') or ''}" for each in around[:6])
    if label is None and any(_SUPPLEMENT.match(name) for name in own.split()):
        return "supplementary"
    return "table" if label is None and _holds_table(block) else "figure"


def _is_supplement(label: Label) -> bool:
    return (
        label.series.lower().startswith("supp") or "supplement" in label.label or bool(re.match(r"S\.?\d", label.label))
    )


def _holds_table(block: FigureBlock) -> bool:
    return block.element.find(".//table") is not None and block.element.find(".//img") is None


def _laid_out_together(block: FigureBlock) -> bool:
    """Whether the picture stands in the same element as the caption: there is no other one in the block."""
    pictures = list(block.element.iter("img", "object"))
    return bool(pictures) and all(any(above in block.captions for above in each.iterancestors()) for each in pictures)


def _merged(figures: Sequence[HarvestedFigure]) -> tuple[HarvestedFigure, ...]:
    """Every figure once, though pages show some again in lists and enlarged: with the URLs of all of them."""
    kept: list[HarvestedFigure] = []
    for figure in figures:
        for index, earlier in enumerate(kept):
            if _same(figure, earlier):
                kept[index] = _both(earlier, figure)
                break
        else:
            kept.append(figure)
    return tuple(kept)


def _same(one: HarvestedFigure, other: HarvestedFigure) -> bool:
    if (one.type, one.label) != (other.type, other.label):
        return False
    if not one.label:
        return one.image_urls == other.image_urls and one.caption == other.caption
    starts = [squeezed(figure.caption)[:_SAME_START].lower() for figure in (one, other)]
    shorter, longer = sorted(starts, key=len)
    return longer.startswith(shorter)


def _both(one: HarvestedFigure, other: HarvestedFigure) -> HarvestedFigure:
    longer = max(one, other, key=lambda figure: len(figure.caption))
    return HarvestedFigure(
        type=one.type,
        label=one.label,
        caption=longer.caption,
        markup=longer.markup,
        image_urls=together(one.image_urls, other.image_urls),
        role=one.role,
        mentions=one.mentions or other.mentions,
    )


def _without_tags(text: str) -> str:
    """Titles in meta elements may hold markup and entities, as text."""
    return squeezed(html.unescape(re.sub(r"</?[a-z][^<>]*>", "", text, flags=re.I)))


def _without_view(url: str) -> str:
    """The URL without what its end says of the view: ".../10.1000/abc/full"."""
    return re.sub(r"/(?:full|abstract|pdf|epdf|meta|html|fulltext)/?$", "", url.split("?")[0])
