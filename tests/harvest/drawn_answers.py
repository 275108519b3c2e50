"""Answers of arXiv, Europe PMC, Crossref, INSPIRE and Springer Nature's API to searches, and articles as JATS.

The fields and elements are those of the services; every word is invented. `bases` holds the address of each publisher.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from tests.harvest.drawn_articles import ORIGINALS, PUBLISHERS, RESERVED, DrawnArticle, marked, plain
from tests.harvest.drawn_chemistry_pages import rsc_address
from tests.harvest.drawn_pages import Listed

JATS = {"bold": "bold", "italic": "italic", "below": "sub"}
_ATOM = (
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
    'xmlns="http://www.w3.org/2005/Atom"'
)
_XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'

Json = dict[str, Any]


def article_url(article: DrawnArticle, bases: Mapping[str, str]) -> str:
    """The address of the article's page at its publisher; "" of one that has none."""
    if article.publisher == "rsc":
        return rsc_address(bases["rsc"], article)
    paths = {"nature": f"/articles/{article.name}", "acs": f"/doi/full/{article.doi}"}
    return bases[article.publisher] + paths[article.publisher] if article.publisher in paths else ""


def pdf_url(article: DrawnArticle, bases: Mapping[str, str]) -> str:
    """The address of the article's PDF at its publisher; "" of one that has none."""
    if article.publisher == "rsc":
        return rsc_address(bases["rsc"], article, "pdf")
    paths = {"nature": f"/articles/{article.name}.pdf", "acs": f"/doi/pdf/{article.doi}"}
    return bases[article.publisher] + paths[article.publisher] if article.publisher in paths else ""


# arXiv


def arxiv_id(article: DrawnArticle, number: int) -> str:
    """The name that arXiv gives to the article with this number in its list."""
    return f"{article.date:%y%m}.{number:05}"


def arxiv_feed(listed: Listed, base: str, words: str, start: int, size: int, total: int) -> str:
    """The Atom feed of a search."""
    entries = "\n".join(_arxiv_entry(article, number, base) for number, article in listed)
    query = escape(urlencode({"search_query": words, "id_list": "", "start": start, "max_results": size}))
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed {_ATOM}>
  <id>http://arxiv.org/api/drawn</id>
  <title>arXiv Query: {query}</title>
  <updated>2024-01-01T00:00:00Z</updated>
  <link href="{base}/api/query?{query}" type="application/atom+xml"/>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
{entries}
</feed>
"""


def _arxiv_entry(article: DrawnArticle, number: int, base: str) -> str:
    name = f"{arxiv_id(article, number)}v1"
    people = "".join(f"<author><name>{person}</name></author>" for person in article.author_names)
    return f"""  <entry>
    <id>http://arxiv.org/abs/{name}</id>
    <title>{escape(plain(article.title))}</title>
    <updated>{article.date}T12:00:00Z</updated>
    <link href="{base}/abs/{name}" rel="alternate" type="text/html"/>
    <link href="{base}/pdf/{name}" rel="related" type="application/pdf" title="pdf"/>
    <summary>{escape(plain(article.abstract))}</summary>
    <category term="cond-mat.mtrl-sci" scheme="http://arxiv.org/schemas/atom"/>
    <published>{article.date}T12:00:00Z</published>
    <arxiv:primary_category term="cond-mat.mtrl-sci"/>
    {people}
    <arxiv:doi>{article.doi}</arxiv:doi>
    <link rel="related" href="https://doi.org/{article.doi}" title="doi"/>
  </entry>"""


# Europe PMC


def pmcid(article: DrawnArticle) -> str:
    return f"PMC{PUBLISHERS.index(article.publisher) + 1}{article.number:06}"


def name_of_pmcid(pmcid: str) -> str:
    """The name of the article behind a PMCID; KeyError where there is none."""
    digits = pmcid.removeprefix("PMC")
    if not digits.isdecimal() or len(digits) != 7 or not 1 <= int(digits[0]) <= len(PUBLISHERS):
        raise KeyError(f"{pmcid} is no article")
    return f"{PUBLISHERS[int(digits[0]) - 1]}.{int(digits[1:])}"


def deposited(article: DrawnArticle) -> bool:
    """Whether Europe PMC has the text: of its own articles and of all open ones."""
    return article.open or article.publisher not in ORIGINALS


def europepmc_results(listed: Listed, base: str, words: str, mark: str, next_mark: str, size: int, total: int) -> Json:
    """The answer to a search, with everything that the result type "core" tells."""
    return {
        "version": "6.9",
        "hitCount": total,
        "nextCursorMark": next_mark,
        "request": {"queryString": words, "resultType": "core", "cursorMark": mark, "pageSize": size, "synonym": False},
        "resultList": {"result": [_europepmc_result(article, base) for _, article in listed]},
    }


def _europepmc_result(article: DrawnArticle, base: str) -> Json:
    people = [
        {"fullName": f"{family} {given[0]}", "firstName": given, "lastName": family, "initials": given[0]}
        for given, family in article.authors
    ]
    number = f"{PUBLISHERS.index(article.publisher) + 1}{article.number:06}0"
    yes = "Y" if article.open else "N"
    result: Json = {
        "id": number,
        "source": "MED",
        "pmid": number,
        "doi": article.doi,
        "title": f"{marked(article.title, {'bold': 'b', 'italic': 'i', 'below': 'sub'})}.",
        "authorString": ", ".join(person["fullName"] for person in people) + ".",
        "authorList": {"author": people},
        "journalInfo": {
            "yearOfPublication": article.date.year,
            "journal": {"title": article.journal or "Drawn Preprints"},
        },
        "pubYear": str(article.date.year),
        "abstractText": plain(article.abstract),
        "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
        "isOpenAccess": yes,
        "inEPMC": "Y" if deposited(article) else "N",
        "inPMC": "N",
        "hasPDF": "Y" if deposited(article) else "N",
        "firstPublicationDate": str(article.date),
    }
    urls = [("Subscription required", "S", "doi", "DOI", f"https://doi.org/{article.doi}")]
    if article.open:
        result["license"] = "cc by"
    if deposited(article):
        name = pmcid(article)
        result["pmcid"] = name
        result["fullTextIdList"] = {"fullTextId": [name]}
        urls += [
            ("Open access", "OA", "html", "Europe_PMC", f"{base}/articles/{name}"),
            ("Open access", "OA", "pdf", "Europe_PMC", f"{base}/articles/{name}?pdf=render"),
        ]
    names = ("availability", "availabilityCode", "documentStyle", "site", "url")
    result["fullTextUrlList"] = {"fullTextUrl": [dict(zip(names, url, strict=True)) for url in urls]}
    return result


# JATS


def jats_picture(article: DrawnArticle, figure: int) -> str:
    """What a graphic of the article is called, without the ending of its file."""
    return f"{article.name}-g{figure:03}"


def jats(article: DrawnArticle, pictures: str = "{}", archived: bool = True) -> str:
    """The article as the archive has it, or as a part of an answer; `pictures` is what stands around a file's name."""
    ids = [
        ("doi", article.doi),
        *([("pmcid", pmcid(article).removeprefix("PMC"))] if archived and deposited(article) else []),
    ]
    people = "".join(
        f'<contrib contrib-type="author"><name><surname>{family}</surname><given-names>{given}</given-names>'
        "</name></contrib>"
        for given, family in article.authors
    )
    rights = (
        f'<license license-type="open-access" xlink:href="{article.licence}">'
        "<license-p>Drawn, and open.</license-p></license>"
        if article.open
        else ""
    )
    body = "\n".join(
        f'<p>The batch is shown in <xref ref-type="fig" rid="fig{figure.number}">Fig. {figure.number}a</xref>.</p>\n'
        f'<fig id="fig{figure.number}" orientation="portrait" position="float"><label>Fig. {figure.number}</label>'
        f"<caption><title>{marked(figure.title, JATS)}.</title>"
        f"<p>{marked(figure.lettered('**{}**'), JATS)}</p></caption>"
        f'<graphic xlink:href="{pictures.format(jats_picture(article, figure.number))}"/></fig>'
        for figure in article.figures
    )
    date = article.date
    start = (
        '<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN" '
        '"JATS-archivearticle1.dtd">\n'
    )
    return f"""{start if archived else ""}<article article-type="research-article" {_XLINK}>
<front><journal-meta><journal-title-group><journal-title>{article.journal or "Drawn Preprints"}</journal-title>
</journal-title-group><publisher><publisher-name>{article.house or "Drawn Archive"}</publisher-name></publisher>
</journal-meta>
<article-meta>{"".join(f'<article-id pub-id-type="{kind}">{value}</article-id>' for kind, value in ids)}
<title-group><article-title>{marked(article.title, JATS)}</article-title></title-group>
<contrib-group>{people}</contrib-group>
<pub-date pub-type="epub"><day>{date.day}</day><month>{date.month}</month><year>{date.year}</year></pub-date>
<permissions><copyright-statement>© {date.year} nobody</copyright-statement>{rights}</permissions>
<abstract><p>{marked(article.abstract, JATS)}</p></abstract></article-meta></front>
<body><sec id="sec1"><title>Results</title>
{body}
</sec></body>
</article>
"""


# Crossref


def crossref_work(article: DrawnArticle, bases: Mapping[str, str]) -> Json:
    """What Crossref tells of an article."""
    date = article.date
    parts = {"date-parts": [[date.year, date.month, date.day]]}
    work: Json = {
        "DOI": article.doi,
        "URL": f"http://dx.doi.org/{article.doi}",
        "type": "journal-article",
        "title": [plain(article.title)],
        "container-title": [article.journal] if article.journal else [],
        "publisher": article.house,
        "author": [
            {"given": given, "family": family, "sequence": "additional" if index else "first", "affiliation": []}
            for index, (given, family) in enumerate(article.authors)
        ],
        "abstract": f"<jats:p>{marked(article.abstract, JATS)}</jats:p>",
        "issued": parts,
        "published-online": parts,
        "created": {**parts, "date-time": f"{date}T12:00:00Z"},
        "license": [
            {"URL": article.licence or RESERVED, "start": parts, "delay-in-days": 0, "content-version": "vor"},
        ],
        "prefix": "10.5555",
        "score": 1.0,
    }
    if url := article_url(article, bases):
        work["resource"] = {"primary": {"URL": url}}
        work["link"] = [
            {
                "URL": pdf_url(article, bases),
                "content-type": "application/pdf",
                "content-version": "vor",
                "intended-application": "text-mining",
            },
            {
                "URL": url,
                "content-type": "text/html",
                "content-version": "vor",
                "intended-application": "text-mining",
            },
        ]
    return work


def crossref_list(listed: Listed, bases: Mapping[str, str], words: str, start: int, size: int, total: int) -> Json:
    return {
        "total-results": total,
        "items-per-page": size,
        "query": {"start-index": start, "search-terms": words},
        "items": [crossref_work(article, bases) for _, article in listed],
        "facets": {},
    }


def crossref_message(kind: str, message: Json) -> Json:
    return {"status": "ok", "message-type": kind, "message-version": "1.0.0", "message": message}


# INSPIRE


def inspire_key(number: int, figure: int) -> str:
    """The name of a figure's file: the record's number and the figure's in hexadecimal digits; figure 0 is the PDF."""
    return f"{number:028x}{figure:04x}"


def inspire_record(number: int, article: DrawnArticle, base: str) -> Json:
    """A record of the literature API."""
    identifier = str(number)
    metadata: Json = {
        "control_number": number,
        "document_type": ["article"],
        "titles": [{"title": plain(article.title), "source": "drawn"}],
        "authors": [{"full_name": f"{family}, {given}"} for given, family in article.authors],
        "abstracts": [{"value": plain(article.abstract), "source": "drawn"}],
        "dois": [{"value": article.doi, "source": "drawn"}],
        "preprint_date": str(article.date),
        "imprints": [{"date": str(article.date)}],
        "publication_info": [{"journal_title": article.journal, "year": article.date.year}],
        "figures": [
            {
                "key": inspire_key(number, figure.number),
                "url": f"{base}/files/{inspire_key(number, figure.number)}",
                "source": "arxiv",
                "label": f"fig:drawn{figure.number}",
                "filename": f"drawn{figure.number}.png",
                "caption": figure.caption("inspire"),
            }
            for figure in article.figures
        ],
        "documents": [
            {
                "key": inspire_key(number, 0),
                "url": f"{base}/files/{inspire_key(number, 0)}",
                "source": "arxiv",
                "fulltext": True,
                "filename": "drawn.pdf",
            }
        ],
    }
    if article.open:
        metadata["license"] = [{"license": "CC BY 4.0", "url": article.licence}]
    address = f"{base}/api/literature/{identifier}"
    return {
        "id": identifier,
        "created": f"{article.date}T00:00:00+00:00",
        "updated": f"{article.date}T00:00:00+00:00",
        "links": {"json": f"{address}?format=json"},
        "metadata": {**metadata, "$schema": f"{base}/schemas/records/hep.json"},
    }


def inspire_results(listed: Listed, base: str, words: str, sort: str, page: int, size: int, total: int) -> Json:
    def numbered(number: int) -> str:
        return f"{base}/api/literature/?{urlencode({'q': words, 'size': size, 'page': number, 'sort': sort})}"

    links = {"self": numbered(page)} | ({"next": numbered(page + 1)} if page * size < total else {})
    return {
        "hits": {"hits": [inspire_record(number, article, base) for number, article in listed], "total": total},
        "links": links,
    }


# Springer Nature


def springer_json(listed: Listed, words: str, start: int, size: int, total: int, next_page: str) -> Json:
    answer: Json = {
        "apiMessage": "This JSON is drawn",
        "query": words,
        "apiKey": "withheld",
        "result": [
            {"total": str(total), "start": str(start), "pageLength": str(size), "recordsDisplayed": str(len(listed))}
        ],
        "records": [_springer_record(article) for _, article in listed],
        "facets": [],
    }
    return answer | ({"nextPage": next_page} if next_page else {})


def _springer_record(article: DrawnArticle) -> Json:
    address = f"http://dx.doi.org/{article.doi}"
    return {
        "contentType": "Article",
        "identifier": f"doi:{article.doi}",
        "url": [{"format": "html", "platform": "web", "value": address}],
        "title": plain(article.title),
        "creators": [{"creator": f"{family}, {given}"} for given, family in article.authors],
        "publicationName": article.journal,
        "openaccess": "true" if article.open else "false",
        "doi": article.doi,
        "publisher": article.house,
        "publicationDate": str(article.date),
        "publicationType": "Journal",
        "genre": ["OriginalPaper"],
        "copyright": f"©{article.date.year} nobody",
        "abstract": plain(article.abstract),
    }


def springer_jats(listed: Listed, base: str, words: str, start: int, size: int, total: int) -> str:
    """The answer with whole articles."""
    # The service itself names files only. Those lie at one address on the web, to which a played service must not lead.
    pictures = f"{base}/springer-static/image/MediaObjects/{{}}.png"
    articles = "".join(jats(article, pictures, archived=False) for _, article in listed)
    return f"""<?xml version="1.0"?>
<response><apiMessage>This XML is drawn</apiMessage><query>{escape(words)}</query><apiKey>withheld</apiKey>
<result><total>{total}</total><start>{start}</start><pageLength>{size}</pageLength>
<recordsDisplayed>{len(listed)}</recordsDisplayed></result><records>{articles}</records></response>
"""
