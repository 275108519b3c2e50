"""Articles of a harvest: what is asked for each, and what is kept of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from exsclaim_core.harvest.content import PICTURES, content_kind
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.records import Article, SearchHit
from exsclaim_core.harvest.slots import Slots
from exsclaim_core.harvest.sources import HARVEST_SOURCES
from exsclaim_core.harvest.state import PDF, File, HarvestState, Known, Work
from exsclaim_core.harvest.wanted import beside_the_point, unproven, unwanted
from exsclaim_core.result_names import safe_name
from exsclaim_core.settings import HarvestSettings


class Articles:
    """The articles of one pass through a query, and their files."""

    def __init__(
        self,
        state: HarvestState,
        folder: HarvestFolder,
        query: Query,
        settings: HarvestSettings,
        slots: Slots,
        number: int,
    ) -> None:
        self._state, self._folder, self._query, self._settings = state, folder, query, settings
        self._slots = slots
        self._pass = number

    def take(self, source: str, hit: SearchHit) -> bool:
        """Note an article that a search has found; whether it is new.

        One of which all is known that is needed, or nothing but a DOI, is begun when there is room for it.
        """
        article = hit.article
        url = hit.url or article.article_url
        if not url and not article.doi:
            return False  # nothing tells it apart from others, nor where it is
        number = self._state.add_article(self._pass, source, url, article)
        if number is None:
            return False
        here = HARVEST_SOURCES[source]
        # Of an interface the answer is all that there will be, but for a full text.
        has_page = bool(url) and (not here.api or (source == "europepmc" and is_full_text(hit.url)))
        complete = not has_page and (has_pictures(article) or bool(article.pdf_url))
        reason = (unproven if complete else unwanted)(self._query, article)
        if not here.phrases:
            reason = reason or beside_the_point(self._query, article)
        if reason:
            self._state.set_article(number, "unwanted", reason)
        elif has_pictures(article):
            pass
        elif has_page:
            # The page with the whole text, where the answer tells it apart from the one with the abstract.
            page = article.article_url if here.doi_prefix and article.article_url else url
            self._state.add_work(self._pass, source, source, "article", page, number)
        elif article.pdf_url and self._settings.pdfs == "never":
            self._state.set_article(number, "unwanted", "only a PDF, and PDFs are not wanted")
        elif article.pdf_url:
            # Not begun at once: the PDF is the article that is asked for.
            slot = self._slots.of(article.pdf_url, source)
            self._state.add_work(self._pass, slot, source, "article", article.pdf_url, number)
        return True

    def is_duplicate(self, known: Known, article: Article) -> bool:
        """Whether an article turns out to be another one that is there already; then that is noted."""
        if not article.doi or self._state.other_with_doi(article.doi, known.id) is None:
            return False
        # First the status: two articles with one DOI can't be there, unless they are called that.
        self._state.set_article(known.id, "duplicate", f"of {article.doi}")
        self._state.set_record(known.id, article)
        return True

    def begin(self, known: Known, via: str, note: str = "") -> None:
        """Have an article's pictures fetched, or its PDF; `via` is the source whose record of it is there."""
        article = known.article
        if reason := unproven(self._query, article):
            self._state.set_article(known.id, "unwanted", reason)
            return
        self._state.set_article(known.id, "begun", note, via=via)
        for number, figure in enumerate(article.figures):
            if figure.role == "figure" and figure.image_urls:
                first, *others = figure.image_urls
                slot = self._slots.of(first, via)
                self._state.add_work(self._pass, slot, via, "image", first, known.id, number, others)
        pdfs = self._settings.pdfs
        if article.pdf_url and (pdfs == "always" or (pdfs == "when needed" and not has_pictures(article))):
            self._ask_for_pdf(known, via)
        if not self._state.waiting_for(known.id):
            self.finish(self._state.article(known.id))

    def use_file(self, work: Work, body: bytes) -> str:
        """Keep a picture or a PDF; "" or why there is none in an answer. OSError where it can't be kept."""
        if work.article is None or work.figure is None:
            raise ValueError(f"{work.url} belongs to no article")
        kind = content_kind(body)
        if kind != "pdf" if work.kind == "pdf" else kind not in PICTURES:
            return f"is no {'PDF' if work.kind == 'pdf' else 'picture'} but {kind}"
        file, digest = self._folder.keep(body, kind)
        with self._state.transaction():
            self._state.add_file(File(work.article, work.figure, kind, work.url, file, digest, len(body)))
            self._state.end_work(work, "done")
            if not self._state.waiting_for(work.article):
                self.finish(self._state.article(work.article))
        return ""

    def ask_further(self, work: Work) -> bool:
        """Ask the next address of a picture or PDF of which an answer held nothing; whether there is one."""
        if not work.further or work.article is None:
            return False
        first, *others = work.further
        slot = self._slots.of(first, work.source)
        self._state.add_work(self._pass, slot, work.source, work.kind, first, work.article, work.figure, others)
        return True

    def finish(self, known: Known) -> None:
        """Give an article with files its name, and one without them its end. Nothing is waited for any more."""
        if self._state.files(known.id):
            self._state.name_article(known.id, _names(known))
            self._state.set_article(known.id, "done", known.note)
            return
        kinds = {kind for _, kind in self._state.requests_for(known.id)}
        if "image" in kinds and "pdf" not in kinds and known.article.pdf_url and self._settings.pdfs != "never":
            # Its pictures are all gone: then they are in the PDF.
            self._ask_for_pdf(known, known.via or known.source)
        elif has_pictures(known.article) or known.article.pdf_url:
            self._state.set_article(known.id, "failed", known.note or "nothing of it could be fetched")
        else:
            self._state.set_article(known.id, "empty", known.note or "it has neither figures nor a PDF")

    def _ask_for_pdf(self, known: Known, via: str) -> None:
        url = known.article.pdf_url
        self._state.add_work(self._pass, self._slots.of(url, via), via, "pdf", url, known.id, PDF)


def merged(first: Article, second: Article) -> Article:
    """What two sources tell of an article: the second where it tells something, else the first."""
    told = {field.name: getattr(second, field.name) for field in fields(Article)}
    return replace(first, **{name: value for name, value in told.items() if value not in ("", (), None)})


def has_pictures(article: Article) -> bool:
    """Whether addresses of pictures are known, of figures and not of a supplement or a table."""
    return any(figure.role == "figure" and figure.image_urls for figure in article.figures)


def is_full_text(url: str) -> bool:
    """Whether an address is that of an article's full text at Europe PMC."""
    return url.rstrip("/").endswith("fullTextXML")


def _names(known: Known) -> Iterator[str]:
    """Names for an article's document, the plainest first."""
    stem = safe_name(known.article.doi or known.article.title[:80] or f"article {known.id}").lower()
    yield stem
    number = 1
    while True:
        number += 1
        yield f"{stem}-{number}"
