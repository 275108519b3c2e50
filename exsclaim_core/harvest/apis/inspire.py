"""INSPIRE, the index of high-energy physics: articles with the figures that it takes out of arXiv's sources."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from exsclaim_core.harvest.apis.answers import (
    doi_in,
    entries,
    host_of,
    json_object,
    parameters_of,
    text_of,
    whole_number,
    with_parameters,
    without_tags,
)
from exsclaim_core.harvest.apis.arxiv import arxiv_doi
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import squeezed
from exsclaim_core.harvest.records import Article, HarvestedFigure, SearchHit, SearchPage
from exsclaim_core.harvest.search import Search
from exsclaim_core.labels import parse_label

BASE = "https://inspirehep.net"
_MOST_RESULTS = 1000  # on one page
_LAST_RESULT = 10_000  # what lies behind cannot be reached
_USUAL_SIZE = 10
_FIELDS = (
    *("control_number", "titles", "authors.full_name", "authors.inspire_roles", "collaborations", "corporate_author"),
    *("dois", "arxiv_eprints", "documents", "license", "publication_info", "imprints", "preprint_date"),
    *("earliest_date", "document_type", "publication_type", "abstracts", "figures"),
)
_SORTS = {"recent": "mostrecent", "old": "leastrecent"}  # without one, the best match comes first
_HTTP = ("http://", "https://")
_NUMBERED = re.compile(r"(?:fig(?:ure|\.)?\s*)?(?P<number>[A-Z]?\d{1,3}[a-z]?)[.:]?", re.I)


def search_url(search: Search, base: str = BASE) -> str:
    """The address of the first page of the answer, with the fields that are read."""
    clauses = [f'"{squeezed(term.replace(chr(34), " "))}"' for term in search.terms]
    if search.since:
        clauses.append(f"de >= {search.since.isoformat()}")
    if search.until:
        clauses.append(f"de <= {search.until.isoformat()}")
    if search.open_only:
        clauses.append("arxiv_eprints.value:*")
    parameters = {
        "q": " and ".join(clauses),
        "size": str(min(search.page_size, _MOST_RESULTS)),
        "page": "1",
        "fields": ",".join(_FIELDS),
    }
    if search.sort_by in _SORTS:
        parameters["sort"] = _SORTS[search.sort_by]
    return f"{base}/api/literature?{urlencode(parameters)}"


def read_answer(body: bytes, url: str) -> SearchPage | Article | None:
    """The records of a search, or the article of one record; None for anything else, damaged answers too.

    ValueError with INSPIRE's own words where it refuses the request, which only its address tells from other services.
    """
    answer = json_object(body)
    found = answer.get("hits")
    if isinstance(found, dict) and isinstance(found.get("hits"), list):
        # Many services answer in this form; where nothing is found, only an address tells whose answer it is.
        ours = found["hits"] or any("/literature" in str(link) for link in (url, answer.get("links")))
        return _search_page(found, url) if ours else None
    record = answer.get("metadata") if isinstance(answer.get("metadata"), dict) else answer
    if isinstance(record, dict) and _is_literature(record):
        return _article(record, url)
    message = text_of(answer.get("message"))
    if message and whole_number(answer.get("status")) and "inspire" in host_of(url):
        raise ValueError(f"INSPIRE refuses the request: {message}")
    return None


def _search_page(found: dict[str, Any], url: str) -> SearchPage | None:
    hits = []
    records = entries(found.get("hits"))
    for hit in records:
        record = hit.get("metadata")
        if isinstance(record, dict) and _is_literature(record):
            hits.append(SearchHit(_record_url(record, url), _article(record, url)))
    if records and not hits:
        return None
    total, asked = whole_number(found.get("total")), parameters_of(url)
    page = whole_number(asked.get("page")) or 1
    size = whole_number(asked.get("size")) or _USUAL_SIZE
    more = records and page * size < min(total or 0, _LAST_RESULT)
    return SearchPage(tuple(hits), total, with_parameters(url, page=str(page + 1)) if more else "")


def _is_literature(record: dict[str, Any]) -> bool:
    """Whether a record is of an article, and not of an author, a conference or a journal."""
    schema = text_of(record.get("$schema"))
    titled = any(text_of(title.get("title")) for title in entries(record.get("titles")))
    return titled and whole_number(record.get("control_number")) is not None and (not schema or "/hep.json" in schema)


def _article(record: dict[str, Any], url: str) -> Article:
    eprint = next((text_of(eprint.get("value")) for eprint in entries(record.get("arxiv_eprints"))), "")
    document = _document(record, url)
    licence = _licence(record, "preprint" if eprint else "publication")
    redistribution = allows_redistribution(licence)
    publication = [place for place in entries(record.get("publication_info")) if text_of(place.get("journal_title"))]
    return Article(
        doi=_doi(record) or (arxiv_doi(eprint) if eprint else ""),
        title=_title(record),
        authors=_authors(record),
        journal=text_of(publication[0].get("journal_title")) if publication else "",
        publisher=_first(record.get("imprints"), "publisher"),
        date=_date(record),
        abstract=without_tags(_first(record.get("abstracts"), "value")),
        licence=licence,
        redistribution=redistribution,
        open=True if eprint or document or redistribution else None,
        article_url=f"{BASE}/literature/{whole_number(record.get('control_number'))}",
        # arXiv keeps its PDFs for everybody; of its own copies, INSPIRE hides most.
        pdf_url=f"https://arxiv.org/pdf/{quote(eprint)}" if eprint else document,
        article_type=_article_type(record),
        figures=tuple(filter(None, (_figure(figure, url) for figure in entries(record.get("figures"))))),
    )


def _record_url(record: dict[str, Any], url: str) -> str:
    return f"{_site(url)}/api/literature/{whole_number(record.get('control_number'))}"


def _site(url: str) -> str:
    """Scheme and host of the service that gave the answer."""
    return urljoin(url, "/").rstrip("/") if host_of(url) else BASE


def _first(value: object, name: str) -> str:
    """What the first of these objects that tells it says under this name."""
    return next((text for text in (text_of(entry.get(name)) for entry in entries(value)) if text), "")


def _doi(record: dict[str, Any]) -> str:
    """The publication's DOI rather than that of an erratum or a preprint."""
    dois = [(text_of(doi.get("material")), doi_in(text_of(doi.get("value")))) for doi in entries(record.get("dois"))]
    found = [(material not in ("", "publication"), doi) for material, doi in dois if doi]
    return min(found, key=lambda doi: doi[0])[1] if found else ""


def _title(record: dict[str, Any]) -> str:
    told = next(title for title in entries(record.get("titles")) if text_of(title.get("title")))
    title, subtitle = (without_tags(text_of(told.get(name))) for name in ("title", "subtitle"))
    return f"{title.rstrip(':')}: {subtitle}" if subtitle else title


def _authors(record: dict[str, Any]) -> tuple[str, ...]:
    people = [
        _name(text_of(author.get("full_name")))
        for author in entries(record.get("authors"))
        if author.get("inspire_roles") != ["supervisor"]
    ]
    groups = [f"{text_of(group.get('value'))} Collaboration" for group in entries(record.get("collaborations"))]
    corporate = record.get("corporate_author")
    groups += [text_of(name) for name in (corporate if isinstance(corporate, list) else [])]
    return tuple(filter(None, people)) or tuple(filter(None, groups))


def _name(full: str) -> str:
    """ "Family, Given, Jr." in the order in which it is spoken."""
    family, *others = (part.strip() for part in full.split(","))
    return " ".join(filter(None, [*others[:1], family, *others[1:]]))


def _date(record: dict[str, Any]) -> str:
    """The day or year of publication; before it, the day of the preprint."""
    years = (whole_number(place.get("year")) for place in entries(record.get("publication_info")))
    return (
        _first(record.get("imprints"), "date")
        or next((str(year) for year in years if year), "")
        or text_of(record.get("preprint_date"))
        or text_of(record.get("earliest_date"))
    )


def _licence(record: dict[str, Any], material: str) -> str:
    """The licence of the preprint or of the publication: of what can be fetched. Another one where that is not told."""
    told = [(text_of(one.get("url")) or text_of(one.get("license")), one) for one in entries(record.get("license"))]
    licences = [(licence_url(text), one) for text, one in told]
    wanted = [url for url, one in licences if url and _material(url, one) == material]
    return next(iter(wanted + [url for url, _ in licences if url]), "")


def _material(url: str, licence: dict[str, Any]) -> str:
    if material := text_of(licence.get("material")):
        return material
    return "preprint" if "arxiv" in f"{url} {text_of(licence.get('imposing'))}".lower() else "publication"


def _document(record: dict[str, Any], url: str) -> str:
    """The address of a PDF that INSPIRE shows to everybody."""
    for document in entries(record.get("documents")):
        name = f"{text_of(document.get('filename'))} {text_of(document.get('url'))}".lower()
        if not document.get("hidden") and (document.get("fulltext") or ".pdf" in name):
            return _file_url(document, url)
    return ""


def _file_url(file: dict[str, Any], url: str) -> str:
    """The address of a file: as told, on the site of the answer where only a path is told, or made from its key."""
    told, key = text_of(file.get("url")), text_of(file.get("key"))
    if told.startswith(_HTTP):
        return told
    if told.startswith("/"):
        return _site(url) + told
    return f"{_site(url)}/files/{quote(key)}" if key else ""


def _article_type(record: dict[str, Any]) -> str:
    kinds = record.get("publication_type")
    return "review" if isinstance(kinds, list) and "review" in kinds else text_of(record.get("document_type")).lower()


def _figure(figure: dict[str, Any], url: str) -> HarvestedFigure | None:
    """One picture. The pictures of a figure of several parts are told one by one, each with the whole caption.

    What is called a label is most often the key of a reference in LaTeX, which says nothing of the printed number.
    """
    image, caption, told = _file_url(figure, url), text_of(figure.get("caption")), text_of(figure.get("label"))
    if not image and not caption:
        return None
    printed = parse_label(caption)
    if printed and printed.delimiter:
        return HarvestedFigure(printed.type, printed.label, caption, image_urls=(image,) if image else ())
    number = _NUMBERED.fullmatch(told)
    if number is None:
        return HarvestedFigure("Figure", "", caption, image_urls=(image,) if image else ())
    return HarvestedFigure(
        "Figure",
        number["number"],
        # A bare number is no label as printed; a word before it is.
        f"{told} {caption}".strip() if number["number"] != told else caption,
        image_urls=(image,) if image else (),
    )
