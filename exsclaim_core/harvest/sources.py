"""Where articles are looked for: journal families, whose pages are read, and the programming interfaces of indices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from exsclaim_core.harvest.search import Search


@dataclass(frozen=True, slots=True)
class HarvestSource:
    """A source: all that differs between one and another, but for the reading of its answers."""

    name: str
    title: str
    base: str  # the beginning of its addresses
    module: str  # whose search_url makes the address of a search
    api: bool = False  # a programming interface, made for programs; else pages made for people
    doi_prefix: str = ""  # with which the DOIs of its publisher begin
    phrases: bool = True  # whether it knows phrases; else it ranks by how well single words fit
    key: str = ""  # environment variable with the key that it asks for

    def search_url(self, search: Search, base: str | None = None) -> str:
        """The address of the first page of the answer to a search."""
        make: Callable[[Search, str], str] = import_module(f"exsclaim_core.harvest.{self.module}").search_url
        return make(search, base or self.base)


_SOURCES = (
    HarvestSource("nature", "Nature", "https://www.nature.com", "pages.nature_search", doi_prefix="10.1038/"),
    HarvestSource("acs", "ACS", "https://pubs.acs.org", "pages.acs_search", doi_prefix="10.1021/"),
    HarvestSource("rsc", "RSC", "https://pubs.rsc.org", "pages.rsc_search", doi_prefix="10.1039/"),
    HarvestSource("arxiv", "arXiv", "https://export.arxiv.org", "apis.arxiv", api=True),
    HarvestSource("europepmc", "Europe PMC", "https://www.ebi.ac.uk/europepmc", "apis.europepmc", api=True),
    HarvestSource("inspire", "INSPIRE", "https://inspirehep.net", "apis.inspire", api=True),
    HarvestSource(
        "springer",
        "Springer Nature open access",
        "https://api.springernature.com",
        "apis.springer",
        api=True,
        key="SPRINGER_API_KEY",
    ),
    HarvestSource("crossref", "Crossref", "https://api.crossref.org", "apis.crossref", api=True, phrases=False),
)
HARVEST_SOURCES = {source.name: source for source in _SOURCES}
