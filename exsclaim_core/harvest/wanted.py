"""Which articles a query wants, as far as is known of them."""

from __future__ import annotations

from exsclaim_core.harvest.licences import licence_url
from exsclaim_core.harvest.query import Query
from exsclaim_core.harvest.records import Article


def unwanted(query: Query, article: Article) -> str:
    """Why an article is not wanted; "" for one that may be: sources tell more or less of it."""
    if query.open and article.open is False:
        return "not open"
    day = article.date
    if day[:4].isdigit():
        # A month or a year is compared as such.
        if query.since and day < query.since.isoformat()[: len(day)]:
            return f"published {day}"
        if query.until and day > query.until.isoformat()[: len(day)]:
            return f"published {day}"
    if query.licences and article.licence and not _is_one_of(article.licence, query.licences):
        return f"licence {article.licence}"
    types = [each.lower() for each in query.article_types]
    if types and article.article_type and not any(each in article.article_type for each in types):
        return f"type {article.article_type}"
    return ""


def unproven(query: Query, article: Article) -> str:
    """Why an article is not wanted of which all is known that will be; "" for one that is."""
    if query.licences and not article.licence:
        return "no licence is named"
    return unwanted(query, article)


def _is_one_of(licence: str, wanted: tuple[str, ...]) -> bool:
    """Whether a licence is one of some; one that is given without its version means all versions."""
    urls = [licence_url(each) for each in wanted]
    return any(licence == url or licence.startswith(f"{url}/") for url in urls)
