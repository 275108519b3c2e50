"""What is to be done next in a harvest, and what an answer means for it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta

from web_poet import HttpResponse

from exsclaim_core.harvest.apis import crossref, europepmc, springer
from exsclaim_core.harvest.content import PICTURES, content_kind
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.reading import read_response
from exsclaim_core.harvest.records import Article, PageKind, Reading, SearchHit
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import PDF, ArticleStatus, File, HarvestState, Known, Work, WorkKind
from exsclaim_core.harvest.wanted import unproven, unwanted
from exsclaim_core.result_names import safe_name
from exsclaim_core.settings import HarvestSettings

logger = logging.getLogger(__name__)

ENOUGH_WAITING = 40  # articles of a source; more of its search are not asked for before
BLOCKED_AFTER = 3  # refusals of a publisher one after the other, from which on its pages are left alone
SILENT_AFTER = 2  # requests one after the other without any answer, from which on a slot is left for another time
# What is begun is finished first.
FIRST: tuple[WorkKind, ...] = ("image", "pdf", "full text", "lookup")
_REFUSED_BY: dict[int, PageKind] = {401: "closed", 402: "closed", 403: "blocked"}
REFUSALS: tuple[ArticleStatus, ...] = ("blocked", "closed", "rate limited")


class Collector:
    """A harvest between the requests: one object, used by one thread."""

    def __init__(
        self,
        state: HarvestState,
        folder: HarvestFolder,
        query: Query,
        settings: HarvestSettings,
        keys: Mapping[str, str],
    ) -> None:
        self._state, self._folder, self._query, self._settings, self._keys = state, folder, query, settings, keys
        self._making: dict[int, Work] = {}  # requests that are being made
        self._slots = Slots(settings)
        self._refused: Counter[str] = Counter()  # refusals of a source one after the other
        self._silent: Counter[str] = Counter()  # requests of a slot one after the other that nobody has answered
        begun = state.begin_pass(query.model_dump_json(), date.today())
        self._pass = begun.id
        # The first pass whose articles count: a query that was changed goes on with what is there, the same one later
        # on takes as many again of what is new.
        self._counted = begun.id if begun.since else 0
        if begun.since:
            new = begun.since - timedelta(days=settings.overlap)
            self._query = query.model_copy(update={"since": max(new, query.since or new)})
        self.broken = True  # until the harvest has come to its end
        if not begun.resumed:
            with state.transaction():
                state.try_again(self._pass)
                for search in self._query.searches():
                    for name in query.all_sources:
                        source = HARVEST_SOURCES[name]
                        url = source.search_url(search, self._slots.base(name))
                        state.add_work(self._pass, name, name, "search", url)

    # What the spider asks

    def slots(self) -> list[str]:
        """Slots in which a request can be made now."""
        return [slot for slot in self._state.slots() if self._next(slot)]

    def choose(self, slot: str) -> Work | None:
        """The next request of a slot, which counts as being made until it is let go."""
        while work := self._next(slot):
            if work.kind != "article" or self._refused[work.source] < BLOCKED_AFTER:
                self._making[work.id] = work
                return work
            self.give_up(work, "blocked", f"left alone: {work.source} has refused {BLOCKED_AFTER} pages in a row")
        return None

    def let_go(self, work: Work) -> None:
        """End what `choose` has begun."""
        self._making.pop(work.id, None)

    def request_url(self, work: Work) -> str:
        """The address to ask, with the key or contact that it asks for."""
        url = self._slots.mirrored(work.url)
        if work.slot == "springer":
            return springer.with_key(url, self._keys.get("springer", ""))
        if work.slot == "crossref" and self._settings.contact:
            return crossref.with_contact(url, self._settings.contact)
        return url

    def is_interface(self, work: Work) -> bool:
        """Whether a request goes to an interface made for programs, for which robots.txt is not meant."""
        source = HARVEST_SOURCES.get(work.source)
        return bool(source and source.api and work.kind in ("search", "lookup", "full text"))

    def finish(self) -> None:
        """Nothing is left to be done now."""
        self.broken = False
        if silent := [slot for slot, number in self._silent.items() if number >= SILENT_AFTER]:
            logger.error("Error: no answer from %s: requests are left for another time", ", ".join(sorted(silent)))
        else:
            self._state.finish_pass(self._pass)

    # What comes of a request

    def postpone(self, work: Work, reason: str) -> None:
        """Have a request made again later."""
        self._state.count_try(work, reason)

    def no_answer(self, work: Work, reason: str) -> None:
        """Note that nobody answers a request however often it is made; others of the slot may fare no better."""
        self._silent[work.slot] += 1
        if self._silent[work.slot] < SILENT_AFTER:
            self.give_up(work, "failed", reason)

    def use(self, work: Work, response: HttpResponse) -> None:
        """Take from a response what there is in it."""
        self._silent[work.slot] = 0
        if response.status in (404, 410):
            self.give_up(work, "gone", f"status {response.status}")
            return
        if work.article is not None and work.kind == "article" and content_kind(bytes(response.body)) == "pdf":
            self._state.set_article(work.article, "begun", via=work.source)
            work = replace(work, kind="pdf", figure=PDF)
        if work.kind in ("image", "pdf"):
            self._use_file(work, response)
            return
        reading = read_response(response)
        status = response.status or 200
        if status >= 400 and reading.kind not in REFUSALS:
            reading = Reading(_REFUSED_BY.get(status, "other"), reason=f"status {status}")
        if reading.kind == "blocked":
            self._refused[work.source] += 1
        elif reading.kind in ("article", "search"):
            self._refused[work.source] = 0
        if work.kind == "search":
            self._use_search(work, reading)
        elif work.kind == "lookup":
            self._use_lookup(work, reading, response)
        else:
            self._use_article(work, reading)

    def give_up(self, work: Work, kind: str, reason: str) -> None:
        """Record that nothing comes of a request, and go on without it."""
        logger.warning("%s: %s: %s", work.url, kind, reason)
        with self._state.transaction():
            self._state.add_event(self._pass, work.source, kind, work.url, reason)
            self._state.end_work(work, "failed", f"{kind}: {reason}")
            if work.article is None:
                return
            if work.kind == "image":
                self._try_smaller(work)
            elif work.kind == "article":
                self._fall_back(self._state.article(work.article), kind, reason)
            else:
                self._after(work, kind, reason)

    def _next(self, slot: str) -> Work | None:
        if self._silent[slot] >= SILENT_AFTER:
            return None
        busy = list(self._making)
        work = self._state.next_work(slot, FIRST, busy)
        if work or not self._room():
            return work
        return self._state.next_work(slot, ("article",), busy, self._counted) or self._next_search(slot, busy)

    def _room(self) -> bool:
        """Whether more articles are wanted than are there or on their way."""
        asked = sum(work.kind == "article" for work in self._making.values())
        return self._state.count(("begun", "done"), self._counted) + asked < self._query.maximum_scraped

    def _next_search(self, slot: str, busy: list[int]) -> Work | None:
        work = self._state.next_work(slot, ("search",), busy)
        if work and self._state.waiting("article", work.source, self._counted) < ENOUGH_WAITING:
            return work
        return None

    # Searches

    def _use_search(self, work: Work, reading: Reading) -> None:
        if reading.search is None:
            self.give_up(work, _event_kind(reading), reading.reason or "no answer to a search")
            return
        page = reading.search
        with self._state.transaction():
            new = [hit for hit in page.hits if self._take(work.source, hit)]
            # What is sorted by date and known holds nothing new behind it.
            seen = self._counted and self._query.sortby == "recent" and page.hits and not new
            if page.hits and page.next_url and page.next_url != work.url and not seen:
                self._state.add_work(self._pass, work.slot, work.source, "search", page.next_url)
            self._state.end_work(work, "done", f"{len(page.hits)} articles, {len(new)} new")

    def _take(self, source: str, hit: SearchHit) -> bool:
        """Note an article that a search has found; whether it is new."""
        number = self._state.add_article(self._pass, source, hit.url or hit.article.article_url, hit.article)
        if number is None:
            return False
        article = hit.article
        if reason := unwanted(self._query, article):
            self._state.set_article(number, "unwanted", reason)
        elif any(figure.image_urls for figure in article.figures):
            self._state.set_article(number, "begun", via=source)
            self._begin(self._state.article(number))
        elif not HARVEST_SOURCES[source].api or (source == "europepmc" and _is_full_text(hit.url)):
            # The page with the whole text, where the answer tells it apart from the one with the abstract.
            url = article.article_url if HARVEST_SOURCES[source].doi_prefix and article.article_url else hit.url
            self._state.add_work(self._pass, source, source, "article", url, number)
        elif article.pdf_url and self._settings.pdfs == "never":
            self._state.set_article(number, "unwanted", "only a PDF, and PDFs are not wanted")
        elif article.pdf_url:
            # Not begun at once: the PDF is the article that is asked for.
            slot = self._slots.of(article.pdf_url, source)
            self._state.add_work(self._pass, slot, source, "article", article.pdf_url, number)
        else:
            self._fall_back(self._state.article(number), "closed", f"{source} names no text of it")
        return True

    # Articles

    def _use_article(self, work: Work, reading: Reading) -> None:
        """The answer for an article's page or full text."""
        if work.article is None:
            raise ValueError(f"{work.url} belongs to no article")
        number = work.article
        with self._state.transaction():
            known = self._state.article(number)
            article = merged(known.article, reading.article or Article())
            if article.doi and self._state.other_with_doi(article.doi, number) is not None:
                self._state.end_work(work, "done")
                self._state.set_article(number, "duplicate", f"of {article.doi}")
                self._state.set_record(number, article)
                return
            self._state.set_record(number, article)
            if reading.kind == "article":
                self._state.end_work(work, "done")
                if reason := unproven(self._query, article):
                    self._state.set_article(number, "unwanted", reason)
                else:
                    self._state.set_article(number, "begun", known.note, via=work.source)
                    self._begin(self._state.article(number))
                return
        self.give_up(work, _event_kind(reading), reading.reason or "no article")

    def _begin(self, known: Known) -> None:
        """Have the pictures of an article fetched, or its PDF."""
        article = known.article
        pictures = [
            (number, figure)
            for number, figure in enumerate(article.figures)
            if figure.role == "figure" and figure.image_urls
        ]
        for number, figure in pictures:
            first, *others = figure.image_urls
            slot = self._slots.of(first, known.via or known.source)
            self._state.add_work(self._pass, slot, known.via or known.source, "image", first, known.id, number, others)
        pdfs = self._settings.pdfs
        if article.pdf_url and (pdfs == "always" or (pdfs == "when needed" and not pictures)):
            slot = self._slots.of(article.pdf_url, known.via or known.source)
            self._state.add_work(self._pass, slot, known.via or known.source, "pdf", article.pdf_url, known.id, PDF)
        if not self._state.waiting_for(known.id):
            self._finish_article(known)

    def _use_file(self, work: Work, response: HttpResponse) -> None:
        if work.article is None or work.figure is None:
            raise ValueError(f"{work.url} belongs to no article")
        body = bytes(response.body)
        kind = content_kind(body)
        status = response.status or 200
        if status >= 400 or (kind != "pdf" if work.kind == "pdf" else kind not in PICTURES):
            reason = f"status {status}" if status >= 400 else f"is no {work.kind} but {kind}"
            self.give_up(work, "blocked" if status == 403 else "failed", reason)
            return
        file, digest = self._folder.keep(body, kind)
        with self._state.transaction():
            self._state.add_file(File(work.article, work.figure, kind, work.url, file, digest, len(body)))
            self._state.end_work(work, "done")
            if not self._state.waiting_for(work.article):
                self._finish_article(self._state.article(work.article))

    def _try_smaller(self, work: Work) -> None:
        """Ask for the next smaller size of a picture, if there is one."""
        if work.article is None:
            return
        if work.alternatives:
            first, *others = work.alternatives
            slot = self._slots.of(first, work.source)
            self._state.add_work(self._pass, slot, work.source, "image", first, work.article, work.figure, others)
        elif not self._state.waiting_for(work.article):
            self._finish_article(self._state.article(work.article))

    def _finish_article(self, known: Known) -> None:
        """Give an article with files its name, and one without them its end."""
        if self._state.files(known.id):
            self._state.name_article(known.id, _names(known))
            self._state.set_article(known.id, "done", known.note)
        elif any(figure.image_urls for figure in known.article.figures) or known.article.pdf_url:
            self._state.set_article(known.id, "failed", known.note or "nothing of it could be fetched")
        else:
            self._state.set_article(known.id, "empty", known.note or "it has neither figures nor a PDF")

    # Where a publisher says no

    def _fall_back(self, known: Known, kind: str, reason: str) -> None:
        """Look for an article elsewhere under its DOI: at Europe PMC, and behind the links that Crossref knows."""
        note = f"{kind}: {reason}"
        doi = known.article.doi
        if not doi or kind in ("gone", "robots") or known.via in ("europepmc", "crossref"):
            self._state.set_article(known.id, _status(kind), note)
            return
        self._state.set_article(known.id, "begun", note)
        url = europepmc.lookup_url(doi, self._slots.base("europepmc"))
        self._state.add_work(self._pass, "europepmc", "europepmc", "lookup", url, known.id)

    def _use_lookup(self, work: Work, reading: Reading, response: HttpResponse) -> None:
        if work.article is None:
            raise ValueError(f"{work.url} belongs to no article")
        known = self._state.article(work.article)
        with self._state.transaction():
            self._state.end_work(work, "done", reading.kind)
            if work.source == "europepmc":
                hits = reading.search.hits if reading.search else ()
                hit = next((each for each in hits if each.article.doi == known.article.doi), None)
                if hit and _is_full_text(hit.url):
                    self._state.add_work(self._pass, "europepmc", "europepmc", "full text", hit.url, known.id)
                else:
                    self._ask_crossref(known)
                return
            links = [url for url, kind in crossref.full_text_links(bytes(response.body)) if "pdf" in kind]
            # Its own publisher has refused already.
            links = [url for url in links if self._slots.of(url, "") != known.source]
            if links:
                self._state.set_article(known.id, "begun", known.note, via="crossref")
                self._state.add_work(
                    self._pass, self._slots.of(links[0], "crossref"), "crossref", "pdf", links[0], known.id, PDF
                )
            else:
                self._refuse(known)

    def _after(self, work: Work, kind: str, reason: str) -> None:
        """A lookup, a full text or a PDF has come to nothing."""
        if work.article is None:
            return
        known = self._state.article(work.article)
        if work.source == "europepmc" and work.kind in ("lookup", "full text") and known.source != "europepmc":
            self._ask_crossref(known)
        elif work.kind == "pdf" and self._state.files(known.id):
            self._finish_article(known)
        elif not self._state.waiting_for(known.id):
            self._refuse(known if known.note else replace(known, note=f"{kind}: {reason}"))

    def _ask_crossref(self, known: Known) -> None:
        url = crossref.work_url(known.article.doi, self._slots.base("crossref"))
        self._state.add_work(self._pass, "crossref", "crossref", "lookup", url, known.id)

    def _refuse(self, known: Known) -> None:
        """End an article that is to be had nowhere, with what its publisher said."""
        self._state.set_article(known.id, _status(known.note.partition(":")[0]), known.note)


def merged(first: Article, second: Article) -> Article:
    """What two sources tell of an article: the second where it tells something, else the first."""
    told = {field.name: getattr(second, field.name) for field in fields(Article)}
    return replace(first, **{name: value for name, value in told.items() if value not in ("", (), None)})


def _names(known: Known) -> Iterator[str]:
    """Names for an article's document, the plainest first."""
    stem = safe_name(known.article.doi or known.article.title[:80] or f"article {known.id}").lower()
    yield stem
    number = 1
    while True:
        number += 1
        yield f"{stem}-{number}"


def _event_kind(reading: Reading) -> str:
    return reading.kind if reading.kind in REFUSALS else "unreadable"


def _status(kind: str) -> ArticleStatus:
    return next((status for status in REFUSALS if status == kind), "failed")


def _is_full_text(url: str) -> bool:
    return url.rstrip("/").endswith("fullTextXML")
