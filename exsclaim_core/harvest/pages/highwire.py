"""HighWire Press's pages of the years to about 2015, which show thumbnails and lead to larger pictures elsewhere."""

from __future__ import annotations

import re
from typing import ClassVar

from parsel import Selector

from exsclaim_core.harvest.pages.blocks import FigureBlock
from exsclaim_core.harvest.pages.generic import GenericArticle
from exsclaim_core.harvest.pages.page import ArticleLayout

_THUMBNAIL = re.compile(r"(?P<name>/[FT]\d+(?:\.[a-z])?)\.(?:small|medium)\.(?:gif|jpg)$")


class HighWireArticle(GenericArticle):
    """Figures with a thumbnail and links "View larger version"."""

    name: ClassVar[str] = "highwire"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css('meta[name="HW.identifier" i], meta[name="HW.ad-path" i]')) and bool(
            selector.css(".fig-inline, .table-inline, .fig-caption, #article-1, .article.fulltext-view")
        )

    def pictures(self, block: FigureBlock) -> tuple[str, ...]:
        shown = super().pictures(block)
        if any(".large." in url for url in shown):
            return shown
        # The page with the larger version lies beside it, and so does its picture: F1.expansion.html, F1.large.jpg.
        expanded = Selector(root=block.element).css('a[href*=".expansion"]')
        larger = [_THUMBNAIL.sub(r"\g<name>.large.jpg", url) for url in shown if _THUMBNAIL.search(url)]
        return tuple(dict.fromkeys((*larger, *shown))) if expanded else shown


LAYOUTS: tuple[type[ArticleLayout], ...] = (HighWireArticle,)
