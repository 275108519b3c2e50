"""Articles whose publisher says no: looked for under their DOI in the open archive, and behind Crossref's links."""

from __future__ import annotations

from typing import Literal, get_args

from exsclaim_core.harvest.apis import crossref, europepmc
from exsclaim_core.harvest.articles import Articles, is_full_text, merged
from exsclaim_core.harvest.records import Article, Reading
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.state import PDF, HarvestState, Known, Work

Refusal = Literal["blocked", "closed", "rate limited"]
REFUSALS: tuple[Refusal, ...] = get_args(Refusal)
FINAL = ("gone", "robots")  # what is gone, and what a publisher keeps from programs, is not looked for elsewhere


class Elsewhere:
    """The search for articles that their own source does not hand out."""

    def __init__(self, state: HarvestState, slots: Slots, articles: Articles, number: int) -> None:
        self._state, self._slots, self._articles = state, slots, articles
        self._pass = number

    def look(self, known: Known, kind: str, reason: str) -> None:
        """Look for an article elsewhere under its DOI: at Europe PMC, then behind the links that Crossref knows."""
        known = self._noted(known, f"{kind}: {reason}")
        if not known.article.doi or kind in FINAL:
            self._refuse(known)
        elif known.source == "europepmc":
            self._ask_crossref(known)
        else:
            url = europepmc.lookup_url(known.article.doi, self._slots.base("europepmc"))
            self._state.add_work(self._pass, "europepmc", "europepmc", "lookup", url, known.id)

    def use_lookup(self, work: Work, reading: Reading, body: bytes) -> None:
        """Follow the answer of Europe PMC or Crossref."""
        if work.article is None:
            raise ValueError(f"{work.url} belongs to no article")
        self._state.end_work(work, "done", reading.kind)
        known = self._state.article(work.article)
        if work.source == "europepmc":
            hits = reading.search.hits if reading.search else ()
            hit = next((each for each in hits if each.article.doi == known.article.doi), None)
            if hit and is_full_text(hit.url):
                self._state.add_work(self._pass, "europepmc", "europepmc", "full text", hit.url, known.id)
            else:
                self._ask_crossref(known)
            return
        # Its own publisher has refused already.
        refused = {slot for slot, kind in self._state.requests_for(known.id) if kind == "article"} | {known.source}
        links = [url for url, kind in crossref.full_text_links(body) if "pdf" in kind]
        links = [url for url in links if self._slots.of(url) not in refused]
        if not links:
            self._refuse(known)
            return
        self._state.set_record(known.id, merged(known.article, reading.article or Article()))
        self._state.set_article(known.id, "begun", known.note, via="crossref")
        first, *others = links
        self._state.add_work(self._pass, self._slots.of(first), "crossref", "pdf", first, known.id, PDF, others)

    def failed(self, work: Work, kind: str, reason: str) -> None:
        """Go on after a lookup, a full text or a PDF that came to nothing."""
        if work.article is None:
            return
        known = self._state.article(work.article)
        if work.source == "europepmc" and work.kind in ("lookup", "full text"):
            self._ask_crossref(known)
        elif work.kind == "pdf" and self._state.files(known.id):
            self._articles.finish(known)
        elif work.kind == "pdf" and "lookup" not in {each for _, each in self._state.requests_for(known.id)}:
            self.look(known, kind, reason)
        elif not self._state.waiting_for(known.id):
            self._refuse(known if known.note else self._noted(known, f"{kind}: {reason}"))

    def _ask_crossref(self, known: Known) -> None:
        if known.source == "crossref":  # which has told already what it knows
            self._refuse(known)
            return
        url = crossref.work_url(known.article.doi, self._slots.base("crossref"))
        self._state.add_work(self._pass, "crossref", "crossref", "lookup", url, known.id)

    def _noted(self, known: Known, note: str) -> Known:
        self._state.set_article(known.id, "begun", note)
        return self._state.article(known.id)

    def _refuse(self, known: Known) -> None:
        """End an article that is to be had nowhere, with what its publisher said."""
        said = known.note.partition(":")[0]
        self._state.set_article(known.id, next((each for each in REFUSALS if each == said), "failed"), known.note)
