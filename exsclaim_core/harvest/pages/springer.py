"""SpringerLink and BioMed Central on Springer Nature's platforms, from about 2014 on."""

from __future__ import annotations

import re
from typing import ClassVar

from parsel import Selector

from exsclaim_core.harvest.pages.blocks import FigureBlock
from exsclaim_core.harvest.pages.generic import GenericArticle
from exsclaim_core.harvest.pages.page import ArticleLayout

# The first folder of the media server's addresses is the width of the copy: "lw785"; "full" is the picture itself.
_COPY = re.compile(r"(?<=//media\.springernature\.com/)(?:lw|w|m|h)\d+(?:h\d+)?(?=/)")


class SpringerArticle(GenericArticle):
    """Figures named for what they are: `Figure`, `MediaObject`, `Caption`; since 2019 `c-article-section__figure`."""

    name: ClassVar[str] = "springer"

    @classmethod
    def fits(cls, selector: Selector) -> bool:
        return bool(selector.css('meta[name="citation_title"], meta[name="citation_doi"]')) and bool(
            selector.css(".FulltextWrapper, figure.Figure .MediaObject, .c-article-body, .c-article-header")
        )

    def pictures(self, block: FigureBlock) -> tuple[str, ...]:
        shown = super().pictures(block)
        if any("/original/" in url or "/full/" in url for url in shown):
            return shown
        whole = [_COPY.sub("full", url) for url in shown if _COPY.search(url) and "as=webp" not in url]
        return tuple(dict.fromkeys((*whole, *shown)))


LAYOUTS: tuple[type[ArticleLayout], ...] = (SpringerArticle,)
