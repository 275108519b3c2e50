"""Which address of a played publisher gives what."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tests.harvest import drawn_answers, drawn_chemistry_pages, drawn_pages
from tests.harvest.drawn_articles import FIRST_DAY, DrawnArticle, Literature, pdf, picture, plain

HTML, XML, JSON, ATOM, PDF = (
    "text/html; charset=utf-8",
    "application/xml; charset=utf-8",
    "application/json; charset=utf-8",
    "application/atom+xml; charset=utf-8",
    "application/pdf",
)
MOST_ON_A_PAGE = 200
_DOI = re.compile(r"doi:\s*[\"(]*10\.5555/([a-z]+\.\d+)", re.I)
_PICTURES = {"png": "PNG", "gif": "GIF", "jpg": "JPEG", "jpeg": "JPEG"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before anything goes wrong with it."""

    body: bytes
    type: str
    status: int = 200
    modified: date = FIRST_DAY
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to a publisher, and what is needed to answer it."""

    literature: Literature
    publisher: str
    bases: Mapping[str, str]  # the address of each publisher
    path: str  # decoded, without the publisher's name
    query: Mapping[str, str]  # names in lower case
    closed: bool = False  # articles show their abstracts only
    page_size: int = 20
    api_key: str = ""

    @property
    def base(self) -> str:
        return self.bases[self.publisher]

    def number(self, *names: str, default: int) -> int:
        """A whole number of the query under the first of the names that it has."""
        return next((int(self.query[name]) for name in names if name in self.query), default)

    def size(self, *names: str) -> int:
        return min(self.number(*names, default=self.page_size), MOST_ON_A_PAGE)

    def found(self, words: str, start: int, size: int, oldest_first: bool = False) -> tuple[drawn_pages.Listed, int]:
        """One page of what a search finds, and the number of all: one article where a DOI is asked for, else all."""
        if match := _DOI.search(words):
            article = self._held(match[1])
            listed = [(article.number, article)] if article else []
            return listed[start : start + size], len(listed)
        return self.literature.listed(self.publisher, start, size, oldest_first), self.literature.articles

    def _held(self, name: str) -> DrawnArticle | None:
        try:
            article = self.literature.by_name(name)
        except KeyError:
            return None
        if self.publisher in ("europepmc", "crossref"):  # which know of all
            return article
        return article if self.literature.article(self.publisher, article.number) == article else None


def answer(asking: Asking) -> Answer:
    """The answer to a request: 404 for what there is not, 400 for numbers that are none."""
    for pattern, draw in _ROUTES[asking.publisher]:
        if match := pattern.fullmatch(asking.path):
            try:
                return draw(asking, match)
            except LookupError:
                break
            except ValueError as error:
                return Answer(f"drawn refusal: {error}\n".encode(), "text/plain; charset=utf-8", 400)
    return missing()


def missing() -> Answer:
    """What is said where there is nothing."""
    return Answer(b"<!DOCTYPE html><title>Drawn nothing</title><h1>There is no such page</h1>\n", HTML, 404)


def article_named(literature: Literature, path: str) -> DrawnArticle | None:
    """The article of Nature, ACS or RSC that an address stands for; None for other addresses."""
    match = re.search(r"/((?:nature|acs|rsc)\.\d+)(?:\.pdf)?$", path)
    try:
        return literature.by_name(match[1]) if match else None
    except KeyError:
        return None


def _html(text: str, article: DrawnArticle | None = None) -> Answer:
    return Answer(text.encode(), HTML, modified=article.date if article else FIRST_DAY)


def _json(value: Any, status: int = 200) -> Answer:
    return Answer(json.dumps(value, ensure_ascii=False).encode(), JSON, status)


def _pdf(article: DrawnArticle) -> Answer:
    return Answer(pdf(article), PDF, modified=article.date)


def _picture(article: DrawnArticle, figure: int, size: str, ending: str) -> Answer:
    first = 0 if article.publisher == "acs" else 1  # which alone shows a graphical abstract
    if not first <= figure <= len(article.figures):
        raise KeyError(f"{article.name} has no figure {figure}")
    kind = _PICTURES[ending]
    return Answer(picture(article, figure, size, kind), f"image/{kind.lower()}", modified=article.date)


def _own(asking: Asking, name: str) -> DrawnArticle:
    article = asking.literature.by_name(name)
    if article.publisher != asking.publisher:
        raise KeyError(f"{name} is not at {asking.publisher}")
    return article


def _pages(total: int, size: int) -> int:
    return max(1, -(-total // size))


# Nature


def _nature_search(asking: Asking, match: re.Match[str]) -> Answer:
    page, size, order = asking.number("page", default=1), asking.page_size, asking.query.get("order", "relevance")
    words = asking.query.get("q", "")
    listed, total = asking.found(words, (page - 1) * size, size, order == "date_asc")
    pages = _pages(total, size)
    return _html(drawn_pages.nature_search(listed, asking.base, words, order, page, pages, total, size))


def _nature_article(asking: Asking, match: re.Match[str]) -> Answer:
    article = _own(asking, match["name"])
    if match["ending"] == ".pdf" and not asking.closed:
        return _pdf(article)
    return _html(drawn_pages.nature_article(article, asking.base, asking.closed), article)


def _nature_figure(asking: Asking, match: re.Match[str]) -> Answer:
    article = _own(asking, match["name"])
    figure = article.figures[int(match["figure"]) - 1]
    source = drawn_pages.nature_image(asking.base, article, figure.number, "full")
    return _html(f'<!DOCTYPE html><title>{plain(figure.title)}</title><img src="{source}" alt="">', article)


def _nature_picture(asking: Asking, match: re.Match[str]) -> Answer:
    size = {"full": "full", "lw685": "medium"}.get(match["size"], "small")
    return _picture(_own(asking, match["name"]), int(match["figure"]), size, "png")


# ACS


def _acs_search(asking: Asking, match: re.Match[str]) -> Answer:
    page, size, order = asking.number("startpage", default=0), asking.size("pagesize"), asking.query.get("sortby", "")
    words = asking.query.get("allfield", "")
    listed, total = asking.found(words, page * size, size, order.lower() == "earliest_asc")
    pages = _pages(total, size)
    return _html(drawn_chemistry_pages.acs_search(listed, asking.base, words, order, page, pages, total, size))


def _acs_article(asking: Asking, match: re.Match[str]) -> Answer:
    article = _own(asking, match["name"])
    if match["part"] == "pdf/" and not asking.closed:
        return _pdf(article)
    part = "closed" if asking.closed else "abstract" if match["part"] == "abs/" else "full"
    return _html(drawn_chemistry_pages.acs_article(article, asking.base, part), article)


def _acs_picture(asking: Asking, match: re.Match[str]) -> Answer:
    if (match["size"] == "large") != (match["ending"] == "jpeg"):
        raise KeyError("only large pictures are JPEG files")
    return _picture(_own(asking, match["name"]), int(match["figure"]), match["size"], match["ending"])


# RSC


def _rsc_search(asking: Asking, match: re.Match[str]) -> Answer:
    page, size, order = (
        asking.number("pagenumber", "pageno", "page", default=1),
        asking.size("pagesize"),
        asking.query.get("sortby", ""),
    )
    words = asking.query.get("searchtext", "")
    listed, total = asking.found(words, (page - 1) * size, size, order.lower().startswith("oldest"))
    pages = _pages(total, size)
    return _html(drawn_chemistry_pages.rsc_search(listed, asking.base, words, order, page, pages, total, size))


def _rsc_article(asking: Asking, match: re.Match[str]) -> Answer:
    article = _own(asking, match["name"])
    if asking.closed or match["part"] == "landing":
        return _html(drawn_chemistry_pages.rsc_landing(article, asking.base, asking.closed), article)
    if match["part"] == "pdf":
        return _pdf(article)
    return _html(drawn_chemistry_pages.rsc_article(article, asking.base), article)


def _rsc_picture(asking: Asking, match: re.Match[str]) -> Answer:
    return _picture(_own(asking, match["name"]), int(match["figure"]), "large" if match["large"] else "medium", "gif")


# Indices


def _arxiv_search(asking: Asking, match: re.Match[str]) -> Answer:
    start, size, words = (
        asking.number("start", default=0),
        asking.size("max_results"),
        asking.query.get("search_query", ""),
    )
    if names := asking.query.get("id_list"):
        numbers = [int(re.split(r"[.v]", name)[1]) for name in names.split(",")]
        listed: drawn_pages.Listed = [(number, asking.literature.article("arxiv", number)) for number in numbers]
        total = len(listed)
    else:
        listed, total = asking.found(words, start, size, asking.query.get("sortorder") == "ascending")
    return Answer(drawn_answers.arxiv_feed(listed, asking.base, words, start, size, total).encode(), ATOM)


def _arxiv_pdf(asking: Asking, match: re.Match[str]) -> Answer:
    number = int(match["number"])
    article = asking.literature.article("arxiv", number)
    if not drawn_answers.arxiv_id(article, number).startswith(match["month"]):
        raise KeyError(f"{asking.path} is no article")
    return _pdf(article)


def _europepmc_search(asking: Asking, match: re.Match[str]) -> Answer:
    mark, size, words = asking.query.get("cursormark", "*"), asking.size("pagesize"), asking.query.get("query", "")
    start = _start_of(mark)
    listed, total = asking.found(words, start, size, "asc" in asking.query.get("sort", "").lower())
    following = _mark_of(start + len(listed)) if listed else mark
    return _json(drawn_answers.europepmc_results(listed, asking.base, words, mark, following, size, total))


def _mark_of(start: int) -> str:
    # Of characters that a URL does not hold as they are, as in the marks of these services.
    return f"drawn/+{start}=="


def _start_of(mark: str) -> int:
    if mark == "*":
        return 0
    if match := re.fullmatch(r"drawn/\+(\d+)==", mark):
        return int(match[1])
    raise ValueError(f"{mark!r} is no mark")


def _deposited(asking: Asking, pmcid: str) -> DrawnArticle:
    article = asking.literature.by_name(drawn_answers.name_of_pmcid(pmcid))
    if not drawn_answers.deposited(article):
        raise KeyError(f"{pmcid} is no article")
    return article


def _europepmc_text(asking: Asking, match: re.Match[str]) -> Answer:
    article = _deposited(asking, match["pmcid"])
    if not article.open:
        raise KeyError(f"{match['pmcid']} can be read there, but not taken")
    return Answer(drawn_answers.jats(article).encode(), XML, modified=article.date)


def _europepmc_article(asking: Asking, match: re.Match[str]) -> Answer:
    article = _deposited(asking, match["pmcid"])
    if asking.query.get("pdf") == "render":
        return _pdf(article)
    return _html(f"<!DOCTYPE html><title>{plain(article.title)}</title>", article)


def _europepmc_picture(asking: Asking, match: re.Match[str]) -> Answer:
    article = _deposited(asking, match["pmcid"])
    if match["name"] != article.name:
        raise KeyError(f"{match['name']} is not in {match['pmcid']}")
    return _picture(article, int(match["figure"]), "large", "jpg")


def _crossref_search(asking: Asking, match: re.Match[str]) -> Answer:
    query = asking.query
    words = next((query[name] for name in ("query", "query.bibliographic", "filter") if name in query), "")
    size, cursor = asking.size("rows"), query.get("cursor")
    start = _start_of(cursor) if cursor else asking.number("offset", default=0)
    sought = query["filter"] if "doi:" in query.get("filter", "") else words
    listed, total = asking.found(sought, start, size, query.get("order") == "asc")
    message = drawn_answers.crossref_list(listed, asking.bases, words, start, size, total)
    if cursor:
        message["next-cursor"] = _mark_of(start + len(listed))
    return _json(drawn_answers.crossref_message("work-list", message))


def _crossref_work(asking: Asking, match: re.Match[str]) -> Answer:
    article = asking.literature.by_name(match["name"])
    return _json(drawn_answers.crossref_message("work", drawn_answers.crossref_work(article, asking.bases)))


def _inspire_search(asking: Asking, match: re.Match[str]) -> Answer:
    page, size, words = asking.number("page", default=1), asking.size("size"), asking.query.get("q", "")
    sort = asking.query.get("sort", "mostrecent")
    listed, total = asking.found(words, (page - 1) * size, size, sort == "leastrecent")
    return _json(drawn_answers.inspire_results(listed, asking.base, words, sort, page, size, total))


def _inspire_record(asking: Asking, match: re.Match[str]) -> Answer:
    number = int(match["number"])
    return _json(drawn_answers.inspire_record(number, asking.literature.article("inspire", number), asking.base))


def _inspire_file(asking: Asking, match: re.Match[str]) -> Answer:
    article, figure = asking.literature.article("inspire", int(match["number"], 16)), int(match["figure"], 16)
    return _picture(article, figure, "large", "png") if figure else _pdf(article)


def _springer_search(asking: Asking, match: re.Match[str]) -> Answer:
    key = asking.query.get("api_key", "")
    if not key or (asking.api_key and key != asking.api_key):
        return _json({"status": "Fail", "message": "A drawn key is wanted", "error": {"error": "Unauthorized"}}, 401)
    start, size, words = asking.number("s", default=1), asking.size("p"), asking.query.get("q", "")
    listed, total = asking.found(words, start - 1, size)
    if match["form"] == "jats":
        return Answer(drawn_answers.springer_jats(listed, asking.base, words, start, size, total).encode(), XML)
    following = urlencode({"s": start + size, "p": size, "q": words, "api_key": key})
    next_page = f"{drawn_pages.root(asking.base)}{asking.path}?{following}" if start + size <= total else ""
    return _json(drawn_answers.springer_json(listed, words, start, size, total, next_page))


def _springer_picture(asking: Asking, match: re.Match[str]) -> Answer:
    return _picture(asking.literature.by_name(match["name"]), int(match["figure"]), "large", "png")


_NAME = r"(?P<name>[A-Za-z]+\.\d+)"
_PMCID = r"(?P<pmcid>PMC\d+)"
_PATTERNS: dict[str, tuple[tuple[str, Callable[[Asking, re.Match[str]], Answer]], ...]] = {
    "nature": (
        (r"/search", _nature_search),
        (rf"/articles/{_NAME}(?P<ending>\.pdf)?", _nature_article),
        (rf"/articles/{_NAME}/figures/(?P<figure>\d+)", _nature_figure),
        (rf"/media/(?:springernature\.com/)?(?P<size>[^/]+)/.+/{_NAME}_Fig(?P<figure>\d+)_HTML\.png", _nature_picture),
    ),
    "acs": (
        (r"/action/doSearch", _acs_search),
        (rf"/doi/(?P<part>full/|abs/|pdf/)?10\.5555/{_NAME}", _acs_article),
        (
            rf"/appl/literatum/.+/images/(?P<size>small|medium|large)/{_NAME}_(?P<figure>\d{{4}})\.(?P<ending>gif|jpeg)",
            _acs_picture,
        ),
    ),
    "rsc": (
        (r"/en/results", _rsc_search),
        (rf"/en/content/article(?P<part>html|landing|pdf)/\d+/dr/{_NAME}", _rsc_article),
        (rf"/image/article/\d+/DR/[^/]+/{_NAME}-f(?P<figure>\d+)(?P<large>_hi-res)?\.gif", _rsc_picture),
    ),
    "arxiv": (
        (r"/api/query", _arxiv_search),
        (r"/pdf/(?P<month>\d{4})\.(?P<number>\d{5})(?:v\d+)?(?:\.pdf)?", _arxiv_pdf),
    ),
    "europepmc": (
        (r"/webservices/rest/search", _europepmc_search),
        (rf"/webservices/rest/{_PMCID}/fullTextXML", _europepmc_text),
        (rf"/articles/{_PMCID}", _europepmc_article),
        (rf"/articles/{_PMCID}/bin/{_NAME}-g(?P<figure>\d+)\.jpg", _europepmc_picture),
    ),
    "crossref": ((r"/works", _crossref_search), (rf"/works/10\.5555/{_NAME}", _crossref_work)),
    "inspire": (
        (r"/api/literature/?", _inspire_search),
        (r"/api/literature/(?P<number>\d+)", _inspire_record),
        (r"/files/(?P<number>[0-9a-f]{28})(?P<figure>[0-9a-f]{4})", _inspire_file),
    ),
    "springer": (
        (r"/openaccess/(?P<form>json|jats)", _springer_search),
        (rf"/.+/MediaObjects/{_NAME}-g(?P<figure>\d+)\.png", _springer_picture),
    ),
}
_ROUTES = {
    publisher: [(re.compile(pattern), draw) for pattern, draw in patterns] for publisher, patterns in _PATTERNS.items()
}
