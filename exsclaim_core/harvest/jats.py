"""Articles in JATS, the XML of journals, and in the DTDs of the NLM before it: what they tell of themselves."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator

from lxml import etree

from exsclaim_core.harvest.jats_addresses import Origin, article_address, europe_pmc_files, pdf_address
from exsclaim_core.harvest.jats_figures import beside_caption, href, read_figures
from exsclaim_core.harvest.licences import allows_redistribution, licence_url
from exsclaim_core.harvest.markup import plain_text
from exsclaim_core.harvest.records import Article
from exsclaim_core.harvest.xml import parse_xml

_PARTS = ("front", "body", "back", "floats-group", "floats-wrap")
_PMCID = re.compile(r"(?:PMC)?(\d+)(?:\.\d+)?", re.I)
_PMCID_IN_URL = re.compile(r"\bPMC\d+", re.I)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
# Abstracts that are summaries of another kind, or a picture.
_OTHER_ABSTRACTS = re.compile(
    r"graphic|toc|teaser|executive|precis|key|highlight|summary|editor|short|visual|plain|lay|video|digest|web", re.I
)
_HEADING = re.compile(r"(?:abstract|summary|zusammenfassung|résumé|resumen|resumo)\W*", re.I)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Of the dates of an article, the first that it has. The other ones are of its way to the reader.
_DATES = ("epub", "pub electronic", "pub", "epub-ppub", "pub print", "ppub", "collection", "preprint", "")
_LATER_DATES = ("pmc-release", "nihms-submitted", "ecorrected", "retracted", "corrected", "update")
_TERMS = re.compile(r"licen[cs]e|terms|creative\s*commons", re.I)
_OPEN = re.compile(r"open[-\s]?access|free(?:ly)?\s+(?:available|accessible)", re.I)
_OPEN_PROPERTY = re.compile(r"(?:pmc-prop-)?open-?access", re.I)


def read_jats(source: etree._Element | bytes, url: str = "") -> tuple[Article, ...]:
    """The articles of a document, of a set of them or of the answer of a server; none where there is none.

    The URL is that of the document; it may tell the number in PMC. Raises ValueError where bytes are no XML.
    """
    root = parse_xml(source) if isinstance(source, bytes) else copy.deepcopy(source)
    _take_off_namespaces(root)
    return tuple(_article(element, url) for element in root.iter("article") if _is_article(element))


def _take_off_namespaces(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        if "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]


def _is_article(element: etree._Element) -> bool:
    """Whether it is an article itself, and neither one inside another nor an element of HTML."""
    return next(element.iterancestors("article"), None) is None and any(
        element.find(part) is not None for part in _PARTS
    )


def _article(element: etree._Element, url: str) -> Article:
    front = _first(element, "front", "front-stub")
    meta = _first(front, "article-meta") if front is not None else None
    meta = etree.Element("article-meta") if meta is None else meta
    journal = _first(front, "journal-meta") if front is not None else None
    journal = etree.Element("journal-meta") if journal is None else journal
    origin = _origin(meta, url)
    licence = _licence(meta)
    redistribution = allows_redistribution(licence)
    pdf = next((href(uri) for uri in meta.iter("self-uri") if _is_pdf(uri)), "")
    page = next((href(uri) for uri in meta.iter("self-uri") if not _is_pdf(uri) and href(uri).startswith("http")), "")
    return Article(
        doi=origin.doi,
        title=_text(_first(meta, "title-group/article-title", "article-title")),
        authors=tuple(_authors(meta)),
        journal=_text(
            _first(
                *(
                    journal,
                    "journal-title-group/journal-title",
                    "journal-title",
                    "journal-id[@journal-id-type='nlm-ta']",
                ),
                *(".//abbrev-journal-title", "journal-id"),
            )
        ),
        publisher=_text(_first(journal, "publisher/publisher-name")),
        date=_date(meta),
        abstract=_abstract(meta),
        licence=licence,
        redistribution=redistribution,
        open=_open(meta, origin, redistribution),
        article_url=page or article_address(origin) or url,
        pdf_url=pdf_address(pdf, origin),
        article_type=re.sub(r"-article$", "", element.get("article-type", "").lower()),
        figures=read_figures(element, origin),
    )


def _first(element: etree._Element, *paths: str) -> etree._Element | None:
    return next((found for path in paths if (found := element.find(path)) is not None), None)


def _text(element: etree._Element | None) -> str:
    """The element's text without notes and references; "" of None."""
    return "" if element is None else plain_text(element, drop=lambda each: each.tag in ("fn", "xref"))


def _origin(meta: etree._Element, url: str) -> Origin:
    numbers: dict[str, str] = {}
    for number in meta.findall("article-id"):
        numbers.setdefault(number.get("pub-id-type", ""), "".join(number.itertext()).strip())
    doi = _DOI.search(numbers.get("doi", ""))
    pmcid = next((found for kind in ("pmc", "pmcid") if (found := _PMCID.fullmatch(numbers.get(kind, "")))), None)
    in_url = _PMCID_IN_URL.search(url)
    return Origin(
        doi[0].lower() if doi else "",
        f"PMC{pmcid[1]}" if pmcid else in_url[0].upper() if in_url else "",
        numbers.get("publisher-id", ""),
        europe_pmc_files(url),
    )


def _authors(meta: etree._Element) -> Iterator[str]:
    """Names of persons and groups; members of a group stand inside its element, and are not named one by one."""
    for contributor in meta.findall(".//contrib"):
        kind = contributor.get("contrib-type", "author").lower()
        if kind != "author" or next(contributor.iterancestors("collab"), None) is not None:
            continue
        name = _first(contributor, "name", "name-alternatives/name", "name-alternatives/string-name", "string-name")
        collab = _first(contributor, "collab", "collab-alternatives/collab", "collab-name", "institution")
        if name is not None:
            yield _name(name)
        elif collab is not None:
            yield plain_text(collab, drop=lambda each: each.tag in ("contrib-group", "fn", "xref", "aff", "address"))


def _name(name: etree._Element) -> str:
    parts = [_text(name.find(part)) for part in ("given-names", "surname")]
    return " ".join(part for part in parts if part) or _text(name)


def _date(meta: etree._Element) -> str:
    """The date of publication: of the electronic one where there are several."""
    dates: dict[str, str] = {}
    for element in meta.findall("pub-date"):
        kind = element.get("pub-type") or element.get("date-type") or ""
        medium = element.get("publication-format", "")
        date = _iso_date(element)
        if date and kind not in _LATER_DATES:
            for name in (kind, f"{kind} {medium}" if medium else kind):
                dates.setdefault(name, date)
    return next((dates[kind] for kind in _DATES if kind in dates), next(iter(dates.values()), ""))


def _iso_date(element: etree._Element) -> str:
    if re.fullmatch(r"\d{4}(?:-\d{2}){0,2}", element.get("iso-8601-date", "")):
        return str(element.get("iso-8601-date"))
    year, month, day = (_text(element.find(part)) for part in ("year", "month", "day"))
    if not re.fullmatch(r"\d{4}", year):
        return ""
    number = (
        _MONTHS.index(month[:3].lower()) + 1 if month[:3].lower() in _MONTHS else int(month) if month.isdecimal() else 0
    )
    if not 1 <= number <= 12:
        return year
    return f"{year}-{number:02}-{int(day):02}" if day.isdecimal() and 1 <= int(day) <= 31 else f"{year}-{number:02}"


def _abstract(meta: etree._Element) -> str:
    """The text of the abstract itself, without its heading."""
    abstracts = [
        each for each in meta.findall("abstract") if not _OTHER_ABSTRACTS.search(each.get("abstract-type", ""))
    ]
    if not abstracts:
        return ""
    abstract = next((each for each in abstracts if not each.get("abstract-type")), abstracts[0])
    heading = abstract.find("title")
    if heading is not None and not _HEADING.fullmatch(_text(heading)):
        heading = None
    return plain_text(
        abstract, drop=lambda each: each is heading or each.tag in ("label", "fig") or beside_caption(each)
    )


def _licence(meta: etree._Element) -> str:
    """The licence's URL: one of Creative Commons before others, whether it is linked, written out or named."""
    licences = meta.findall(".//license") or meta.findall(".//copyright-statement")
    references = [*meta.iter("license_ref")]
    links = [href(each) for each in licences] + ["".join(each.itertext()).strip() for each in references]
    inner = [each for licence in licences for each in licence.iter("ext-link", "uri", "license_ref")]
    texts = [re.sub("[‐‑–—]", "-", plain_text(each)) for each in licences]
    for candidate in (*links, *map(href, inner), *texts):
        if "creativecommons.org" in (url := licence_url(candidate)):
            return url
    linked = [href(each) for each in inner if _TERMS.search(plain_text(each) + href(each))]
    return next((url for url in map(licence_url, (*links, *linked, *map(href, inner))) if url), "")


def _open(meta: etree._Element, origin: Origin, redistribution: bool | None) -> bool | None:
    """Whether the article says that it is open, or PMC shows it to everybody."""
    if redistribution or origin.pmcid or next(meta.iter("free_to_read"), None) is not None:
        return True
    for custom in meta.iter("custom-meta"):
        if _OPEN_PROPERTY.fullmatch(_text(custom.find("meta-name"))):
            return _text(custom.find("meta-value")).lower() in ("yes", "true", "1")
    for licence in meta.iter("license"):
        if _OPEN.search(f"{licence.get('license-type', '')} {plain_text(licence)}"):
            return True
    return None


def _is_pdf(uri: etree._Element) -> bool:
    return "pdf" in uri.get("content-type", "").lower() or href(uri).lower().endswith(".pdf")
