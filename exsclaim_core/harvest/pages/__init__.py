"""Page objects: one class for each layout of a page."""

from __future__ import annotations

from parsel import Selector

from exsclaim_core.harvest.pages import (
    acs,
    acs_search,
    aip,
    elsevier,
    generic,
    highwire,
    nature,
    nature_search,
    rsc,
    rsc_search,
    springer,
)
from exsclaim_core.harvest.pages.page import ArticleLayout, SearchLayout

SEARCH_LAYOUTS: tuple[type[SearchLayout], ...] = (
    *nature_search.SEARCH_LAYOUTS,
    *acs_search.SEARCH_LAYOUTS,
    *rsc_search.SEARCH_LAYOUTS,
)
# Springer's fits pages of Nature's too, and the general one, which comes last, whatever says that it is an article.
LAYOUTS: tuple[type[ArticleLayout], ...] = (
    *nature.LAYOUTS,
    *acs.LAYOUTS,
    *rsc.LAYOUTS,
    *elsevier.LAYOUTS,
    *aip.LAYOUTS,
    *highwire.LAYOUTS,
    *springer.LAYOUTS,
    *generic.LAYOUTS,
)


def is_closed(selector: Selector) -> bool:
    """Whether a page shows an article's abstract and asks for payment for the rest."""
    return nature.is_closed(selector) or acs.is_closed(selector) or rsc.is_closed(selector)
