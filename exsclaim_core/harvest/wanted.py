"""Which articles a query wants, as far as is known of them."""

from __future__ import annotations

import re

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


def beside_the_point(query: Query, article: Article) -> str:
    """Why an article found by a source that knows no phrases is not wanted; "" for one that speaks of what is asked.

    Every field of the query has to be in its title or abstract by one of its names; where there is no abstract, one
    field in the title will do.
    """
    text = f" {_words(article.title)} {_words(article.abstract)} "
    found = [
        any(f" {form} " in text for word in field.words for form in _forms(_words(word)))
        for field in query.query.values()
    ]
    return "" if (all(found) if article.abstract else any(found)) else "its title and abstract speak of something else"


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _forms(word: str) -> tuple[str, ...]:
    """Singular and plural."""
    return (word, f"{word}s", f"{word}es", word.removesuffix("s"))


def unproven(query: Query, article: Article) -> str:
    """Why an article is not wanted of which all is known that will be; "" for one that is."""
    if query.licences and not article.licence:
        return "no licence is named"
    return unwanted(query, article)


def _is_one_of(licence: str, wanted: tuple[str, ...]) -> bool:
    """Whether a licence is one of some; one that is given without its version means all versions."""
    return any(_path(licence).startswith(_path(licence_url(each))) for each in wanted)


def _path(url: str) -> str:
    """Host and path: http and https, with a slash at the end or without, name the same licence."""
    return url.partition("://")[2].rstrip("/") + "/"
