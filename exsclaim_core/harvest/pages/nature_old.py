"""Articles at nature.com as they looked until 2016, and as they are still found in collections of pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import ClassVar

from parsel import Selector

from exsclaim_core.harvest.markup import joined
from exsclaim_core.harvest.pages.nature_page import (
    FILE_SIZE,
    NaturePage,
    ShownFigure,
    caption_text,
    ids_of,
    images_in,
    on_nature,
)
from exsclaim_core.harvest.records import MarkedText, Markup

# Files are named after the figure: nature10000-f1.2.jpg, 400000a-sf3.jpg.
_OF_FIGURE = re.compile(r"-(?P<id>s?[ft]\d+)(?:\.\d+)?\.(?:jpe?g|gif|png)$", re.I)
_LINK_TO_FIGURE = re.compile(r"_(?P<id>S?[FT]\d+)\.html", re.I)


class NatureTwelve(NaturePage):
    """From 2011 to 2016: sections with "figure" blocks, a row of all figures at the top, extended data at the end."""

    name: ClassVar[str] = "nature 2012"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        blocks = "div.figure > figure, h1.article-heading, .figures-at-a-glance, h1.section-heading"
        return bool(on_nature(selector) and selector.css(blocks))

    def shown_figures(self) -> Iterator[ShownFigure]:
        """Figures and tables of the text, then those that only the row at the top or the lists at the end have."""
        sizes = self._sizes()
        seen: set[str] = set()
        for block in self.xpath(
            "//div[contains(concat(' ', normalize-space(@class), ' '), ' figure ')][@id and .//figcaption]"
        ):
            name = block.attrib["id"].lower()
            seen.add(name)
            images = (*images_in(block.root), *sizes[name])
            yield ShownFigure(caption_text(block.root), images, ids_of(block.root) | {name})
        for name, parts in self._listed():
            if name not in seen:
                seen.add(name)
                yield ShownFigure(joined(*parts), tuple(sizes[name]), frozenset((name,)))

    def _listed(self) -> Iterator[tuple[str, list[MarkedText]]]:
        """The ids of the figures in the row at the top and in the lists at the end, with title and description."""
        for entry in (*self.css(".figure-browser figure"), *self.css("dl")):
            link = entry.css("a.item-link, dt a.supp-section-link, dt a.supp-fig")[:1]
            if match := _LINK_TO_FIGURE.search(link[0].attrib.get("href", "") if link else ""):
                titles = entry.css(".legend")[:1] or link
                parts = [_without_size(caption_text(title.root)) for title in titles]
                yield match["id"].lower(), parts + [caption_text(part.root) for part in entry.css(".description, dd")]

    def _sizes(self) -> defaultdict[str, list[str]]:
        """The addresses of all pictures, by the ids of the figures that they show: the largest are in the text."""
        sizes: defaultdict[str, list[str]] = defaultdict(list)
        for image in self.css("img[src]"):
            source = image.attrib["src"]
            if match := _OF_FIGURE.search(source):
                sizes[match["id"].lower()].append(source)
        for each in sizes.values():
            each.sort(key=lambda source: "/carousel/" in source)
        return sizes


class NatureTitles(NaturePage):
    """From 2003 to 2011: an "articlebody", "figure-table" blocks whose titles link to pages of their own."""

    name: ClassVar[str] = "nature 2007"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(
            on_nature(selector) and selector.css("#articlebody, .figure-table, #content > #cite, #content > #atl")
        )

    def shown_figures(self) -> Iterator[ShownFigure]:
        """The blocks of figures and tables; illustrations without a legend are none."""
        for block in self.css("div.figure-table, div.figure"):
            if block.xpath("ancestor::div[contains(concat(' ', @class, ' '), ' figure-table ')]"):
                continue
            yield ShownFigure(caption_text(block.root), images_in(block.root), ids_of(block.root))


def _without_size(text: MarkedText) -> MarkedText:
    """The title without the size of the file after it."""
    kept = FILE_SIZE.sub("", text.text)
    spans = (Markup(span.start, min(span.end, len(kept)), span.kind) for span in text.markup if span.start < len(kept))
    return MarkedText(kept, tuple(spans))
