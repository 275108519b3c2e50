"""What is to be done next in a harvest, and what an answer means for it."""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote, quote_plus

from web_poet import HttpResponse

from exsclaim_core.harvest.apis import crossref, springer
from exsclaim_core.harvest.articles import Articles, has_pictures, is_full_text, merged
from exsclaim_core.harvest.content import content_kind
from exsclaim_core.harvest.elsewhere import REFUSALS, Elsewhere
from exsclaim_core.harvest.folders import take_folders
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.patience import Patience
from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.reading import read_response
from exsclaim_core.harvest.records import Article, PageKind, Reading, SearchPage
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import PDF, HarvestState, Work, WorkKind
from exsclaim_core.settings import HarvestSettings

logger = logging.getLogger(__name__)

ENOUGH_WAITING = 40  # articles of a source; more of its search are not asked for before
REMEMBERED_PAGES = 8  # of a search: one that gives the same articles again goes round in a circle
# What is begun is finished first.
FIRST: tuple[WorkKind, ...] = ("image", "pdf", "full text", "lookup")
_REFUSED_BY: dict[int, PageKind] = {401: "closed", 402: "closed", 403: "blocked"}


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
        self._state, self._query, self._settings, self._keys = state, query, settings, keys
        self._making: dict[int, Work] = {}  # requests that are being made
        self._slots = Slots(settings)
        self._patience = Patience(state.rests(), settings.longest_wait)
        self._may_be_ready = True  # whether articles may be there that wait for nothing but room
        begun = state.begin_pass(query.model_dump_json(), date.today())
        self._pass = begun.id
        # The first pass whose articles count: a query that was changed goes on with what is there, the same one later
        # on takes as many again of what is new.
        self._counted = begun.id if begun.since else 0
        if begun.since:
            new = begun.since - timedelta(days=min(settings.overlap, (begun.since - date.min).days))
            self._query = query.model_copy(update={"since": max(new, query.since or new)})
        self._articles = Articles(state, folder, self._query, settings, self._slots, self._pass)
        self._elsewhere = Elsewhere(state, self._slots, self._articles, self._pass)
        self.ended = "it was told to stop"  # why the harvest is not at its end; "" when it is
        # No request is made for these: they are looked through again when a harvest goes on.
        take_folders(query.folders, state, folder, self._articles, self._pass, query.maximum_scraped, self._counted)
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
        while True:
            self._begin_ready()
            found = [slot for slot in self._state.slots() if self._next(slot)]
            if found or self._making:
                return found
            if not (lone := self._patience.lone()):
                return []
            for work, reason in lone:
                self.give_up(work, "failed", reason)

    def choose(self, slot: str) -> Work | None:
        """The next request of a slot, which counts as being made until it is let go."""
        while work := self._next(slot):
            refusal = self._patience.refusal_of(slot) if work.kind == "article" else None
            if refusal is None:
                self._making[work.id] = work
                return work
            self.give_up(work, *refusal)
        return None

    def let_go(self, work: Work) -> None:
        """End what `choose` has begun."""
        self._making.pop(work.id, None)

    def pause(self, slot: str) -> float:
        """Seconds to wait before a request of a slot: its publisher has asked for that."""
        return self._patience.pause(slot)

    def request_url(self, work: Work) -> str:
        """The address to ask, with the key or contact that it asks for."""
        url = self._slots.mirrored(work.url)
        # Pictures of that publisher lie in its slot too, and need no key.
        if work.source == "springer" and self.is_interface(work):
            return springer.with_key(url, self._keys.get("springer", ""))
        if work.source == "crossref" and self.is_interface(work) and self._settings.contact:
            return crossref.with_contact(url, self._settings.contact)
        return url

    def is_interface(self, work: Work) -> bool:
        """Whether a request goes to an interface made for programs, for which robots.txt is not meant."""
        source = HARVEST_SOURCES.get(work.source)
        asks_interface = work.kind in ("search", "lookup", "full text") or is_full_text(work.url)
        return bool(source and source.api and asks_interface)

    def finish(self) -> None:
        """Nothing is left to be done now."""
        kinds: tuple[WorkKind, ...] = (*FIRST, "article", "search") if self._room() else FIRST
        waiting = [slot for slot in self._state.slots() if self._state.next_work(slot, kinds)]
        if reasons := self._patience.reasons(waiting):
            with self._state.transaction():
                for work in self._patience.waiting():
                    self._state.abandon(work)
            self.ended = "; ".join(reasons)
            return
        answered, failed = self._state.failed_searches(self._pass)
        self._state.finish_pass(self._pass, whole=not failed)
        every = "; ".join(dict.fromkeys(f"{source}: {reason}" for source, reason in failed))
        self.ended = f"no search was answered: {every}" if failed and not answered and not self._query.folders else ""

    def fail(self, error: Exception) -> None:
        """Note what has ended the harvest before its time: the disk, or a fault of this program."""
        logger.error("the harvest stops", exc_info=error)
        if isinstance(error, OSError):
            self.ended = f"{error.filename or 'the harvest'}: {error.strerror or error}"
        elif isinstance(error, sqlite3.Error):
            self.ended = f"its state can't be written: {error}"
        else:
            self.ended = f"{type(error).__name__}: {error}"
        self.ended = self.without_keys(" ".join(self.ended.split()))

    def without_keys(self, text: str) -> str:
        """A text as it may be written and shown."""
        for key in filter(None, self._keys.values()):
            for form in {key, quote(key, safe=""), quote_plus(key)}:
                text = text.replace(form, "KEY")
        return text.encode(errors="replace").decode()

    # What comes of a request

    def postpone(self, work: Work, reason: str) -> None:
        """Have a request made again later."""
        self._state.count_try(work, self.without_keys(reason))

    def no_answer(self, work: Work, reason: str) -> None:
        """Note that nobody answers a request however often it is made; others of the slot may fare no better."""
        if not self._patience.unanswered(work, reason):
            self.give_up(work, "failed", reason)

    def ask_for_rest(self, work: Work, seconds: float) -> None:
        """Note that the publisher asks to be left alone for so long."""
        until = time.time() + seconds
        self._state.rest(work.slot, until)
        self._patience.ask_for_rest(work.slot, until)
        # Other articles fare the same, and all are looked for elsewhere; the rest waits.
        if self._patience.rests(work.slot) and work.kind == "article":
            self.give_up(work, "rate limited", f"asks to come back in {seconds:.0f} s")

    def note_answer(self, work: Work) -> None:
        """Note that somebody answers: requests without an answer before this one have failed alone."""
        for other, reason in self._patience.answered(work.slot):
            self.give_up(other, "failed", reason)

    def break_off(self, work: Work, kind: str, reason: str) -> None:
        """Give up a request whose answer can't be taken."""
        self.note_answer(work)
        self.give_up(work, kind, reason)

    def use(self, work: Work, response: HttpResponse) -> None:
        """Take from a response what there is in it. OSError or sqlite3.Error where that can't be kept."""
        self.note_answer(work)
        try:
            self._use(work, response)
        except (OSError, sqlite3.OperationalError):  # of the disk
            raise
        except Exception as error:
            # A publisher's page must not end the harvest, whatever is in it: it would end the next one as well.
            logger.exception("%s could not be used", work.url)
            self.give_up(work, "unreadable", f"{type(error).__name__}: {error}")

    def give_up(self, work: Work, kind: str, reason: str) -> None:
        """Record that nothing comes of a request, and go on without it."""
        reason = self.without_keys(reason)
        logger.warning("%s: %s: %s", work.url, kind, reason)
        with self._state.transaction():
            self._state.add_event(self._pass, work.source, kind, work.url, reason)
            self._state.end_work(work, "failed", f"{kind}: {reason}")
            if work.article is None or (work.kind in ("image", "pdf") and self._articles.ask_further(work)):
                return
            if work.kind == "article":
                self._elsewhere.look(self._state.article(work.article), kind, reason)
            elif work.kind != "image":
                self._elsewhere.failed(work, kind, reason)
            elif not self._state.waiting_for(work.article):
                self._articles.finish(self._state.article(work.article))

    def _use(self, work: Work, response: HttpResponse) -> None:
        status = response.status or 200
        if status in (404, 410):
            self.give_up(work, "gone", f"status {status}")
            return
        if 300 <= status < 400:
            self.give_up(work, "refused", f"status {status}: leads to {response.headers.get('Location', 'nowhere')}")
            return
        body = bytes(response.body)
        if work.article is not None and work.kind == "article" and content_kind(body) == "pdf":
            self._state.set_article(work.article, "begun", via=work.source)
            work = replace(work, kind="pdf", figure=PDF)
        if work.kind in ("image", "pdf"):
            reason = f"status {status}" if status >= 400 else self._articles.use_file(work, body)
            if reason:
                reading = self._read(response)
                self.give_up(work, reading.kind if reading.kind in REFUSALS else "failed", reason)
            return
        reading = self._read(response)
        if reading.kind == "blocked":
            self._patience.refused(work.slot)
        elif reading.kind in ("article", "search"):
            self._patience.granted(work.slot)
        if work.kind == "search":
            self._use_search(work, reading)
        elif work.kind == "lookup":
            with self._state.transaction():
                self._elsewhere.use_lookup(work, reading, body)
        else:
            self._use_article(work, reading)

    def _read(self, response: HttpResponse) -> Reading:
        """What a response is; what can't be read is neither an article nor a search."""
        try:
            reading = read_response(response)
        except Exception as error:
            logger.exception("%s could not be read", self.without_keys(str(response.url)))
            return Reading("other", reason=f"{type(error).__name__}: {error}")
        status = response.status or 200
        if status >= 400 and reading.kind not in REFUSALS:
            return Reading(_REFUSED_BY.get(status, "other"), reason=f"status {status}")
        return reading

    # What is next

    def _next(self, slot: str) -> Work | None:
        if self._patience.is_silent(slot):
            return None
        busy = [*self._making, *(work.id for work in self._patience.waiting())]
        resting = self._patience.rests(slot)
        if not resting and (work := self._state.next_work(slot, FIRST, busy)):
            return work
        if self._begin_ready() and not resting and (work := self._state.next_work(slot, FIRST, busy)):
            return work
        if not self._room():
            return None
        work = self._state.next_work(slot, ("article",), busy, self._counted)
        if work or resting:
            return work
        work = self._state.next_work(slot, ("search",), busy)
        if work and self._state.waiting("article", work.source, self._counted) < ENOUGH_WAITING:
            return work
        return None

    def _room(self) -> bool:
        """Whether more articles are wanted than are there or on their way."""
        asked = sum(work.kind == "article" for work in self._making.values())
        held = sum(work.kind == "article" for work in self._patience.waiting())
        there = self._state.count(("begun", "done"), self._counted)
        return there + asked + held < self._query.maximum_scraped

    def _begin_ready(self) -> bool:
        """Begin articles that wait for nothing but room, as many as there is room for; whether there was any."""
        begun = False
        while self._may_be_ready and self._room():
            number = self._state.next_ready(self._counted)
            self._may_be_ready = number is not None
            if number is not None:
                begun = True
                with self._state.transaction():
                    known = self._state.article(number)
                    if has_pictures(known.article):
                        self._articles.begin(known, known.source)
                    else:
                        self._elsewhere.look(known, "closed", f"{known.source} names no text of it")
        return begun

    # Searches and articles

    def _use_search(self, work: Work, reading: Reading) -> None:
        page = reading.search
        if page is None:
            self.give_up(work, _event_kind(reading), reading.reason or "no answer to a search")
            return
        mark = _mark(page)
        with self._state.transaction():
            new = sum(self._articles.take(work.source, hit) for hit in page.hits)
            self._may_be_ready = True
            # What is sorted by date and known holds nothing new behind it.
            seen = self._counted and self._query.sortby == "recent" and not new
            if page.hits and page.next_url and not seen and mark not in work.further:
                marks = (*work.further, mark)[-REMEMBERED_PAGES:]
                self._state.add_work(self._pass, work.slot, work.source, "search", page.next_url, further=marks)
            self._state.end_work(work, "done", f"{len(page.hits)} articles, {new} new")

    def _use_article(self, work: Work, reading: Reading) -> None:
        """The answer for an article's page or full text."""
        if work.article is None:
            raise ValueError(f"{work.url} belongs to no article")
        with self._state.transaction():
            known = self._state.article(work.article)
            article = merged(known.article, reading.article or Article())
            if self._articles.is_duplicate(known, article):
                self._state.end_work(work, "done")
                return
            self._state.set_record(known.id, article)
            if reading.kind == "article":
                self._state.end_work(work, "done")
                self._articles.begin(self._state.article(known.id), work.source, known.note)
                return
        self.give_up(work, _event_kind(reading), reading.reason or "no article")


def _mark(page: SearchPage) -> str:
    """The same for two pages with the same articles."""
    hits = "\n".join(f"{hit.url} {hit.article.doi} {hit.article.title}" for hit in page.hits)
    return hashlib.sha256(hits.encode(errors="replace")).hexdigest()[:16]


def _event_kind(reading: Reading) -> str:
    return reading.kind if reading.kind in REFUSALS else "unreadable"
