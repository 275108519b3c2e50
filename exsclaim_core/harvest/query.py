"""What a person asks for: a query in EXSCLAIM!'s form, with sources, dates, licences and article types added."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from exsclaim_core.harvest.licences import licence_url
from exsclaim_core.harvest.search import Search, SortBy
from exsclaim_core.result_names import safe_name

SourceName = Literal["nature", "acs", "rsc", "arxiv", "europepmc", "inspire", "springer", "crossref"]

# Of version 2 of EXSCLAIM!: accepted, and without a meaning here.
FOREIGN = ("llm", "model_key", "run_id", "notifications", "pdf_path", "emails", "ntfy", "user_agent")
MOST_SEARCHES = 500  # combinations of synonyms


class QueryError(ValueError):
    """A query that can't be carried out; one line, which names the field."""


class SearchField(BaseModel):
    """A thing that has to be in every article, by one of its names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    term: str = Field(min_length=1, description="Its usual name")
    synonyms: tuple[str, ...] = Field((), description="Other names that are as good")

    @field_validator("term", "synonyms", mode="after")
    @classmethod
    def _words(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return _squeezed(value, '"')

    @property
    def words(self) -> tuple[str, ...]:
        """All its names, each once."""
        return tuple(dict.fromkeys((self.term, *self.synonyms)))


class Query(BaseModel):
    """Which articles to collect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=120, description="Name of the query, and of its run")
    query: dict[str, SearchField] = Field(
        min_length=1,
        description="search_field_1, search_field_2 …: one name of each has to be in the article; all combinations "
        "are searched",
        examples=[{"search_field_1": {"term": "silver nanoparticle", "synonyms": ["Ag nanoparticle"]}}],
    )
    journal_family: str | None = Field(
        None,
        description="nature, acs or rsc: a source, under EXSCLAIM!'s name for it",
        # Any text is taken, for an error that says more; forms offer the sources.
        json_schema_extra={"anyOf": [{"type": "string", "enum": list(get_args(SourceName))}, {"type": "null"}]},
    )
    sources: tuple[SourceName, ...] = Field((), description="Where to search; none: in the journal family")
    folders: tuple[str, ...] = Field(
        (), description="Folders and files with saved pages, JATS XML and PDFs, which are taken as articles too"
    )
    maximum_scraped: int = Field(100, ge=1, description="Most articles, over all sources and searches")
    sortby: SortBy = Field("relevant", description="Which articles come first: relevant, recent or old ones")
    open: bool = Field(False, description="Whether to take only articles that everybody may read")
    since: date | None = Field(None, description="First day of publication")
    until: date | None = Field(None, description="Last day of publication")
    licences: tuple[str, ...] = Field(
        (), description='Take only articles under one of these, such as "CC BY" (any version) or a URL; none: all'
    )
    article_types: tuple[str, ...] = Field(
        (), description="Take only articles whose type holds one of these words, such as research or review; none: all"
    )
    save_format: tuple[str, ...] = Field((), description="EXSCLAIM!'s list of result formats; all of ours are written")
    logging: tuple[str, ...] = Field((), description="EXSCLAIM!'s list of places for messages")
    results_dir: str | None = Field(
        None, description="Folder of the results, in which the run gets a folder; not used where the run is named"
    )
    # Not to be filled in by anybody: of a query that was made for another program.
    foreign: SkipJsonSchema[tuple[str, ...]] = Field((), exclude=True, description="Fields that mean nothing here")

    @model_validator(mode="before")
    @classmethod
    def _translated(cls, given: Any) -> Any:
        """EXSCLAIM!'s own spellings in ours."""
        if not isinstance(given, dict):
            return given
        if "foreign" in given:
            raise ValueError("foreign: there is no such field")
        fields = dict(given)
        foreign = [name for name in FOREIGN if name in fields]
        for name in foreign:
            del fields[name]
        if "results_dirs" in fields:  # version 0.1 reads this name, and documents the other
            older, newer = fields.pop("results_dirs"), fields.get("results_dir")
            if older and newer and older != newer:
                raise ValueError("results_dir and results_dirs name different folders: give one of them")
            fields["results_dir"] = newer or older
        for name in ("sortby", "journal_family"):
            if isinstance(fields.get(name), str):
                fields[name] = fields[name].strip().lower()
        if fields.get("sortby") == "exhaustive":  # of version 2: it goes on until the maximum, as we always do
            fields["sortby"] = "relevant"
        for name in ("save_format", "logging", "sources", "folders", "licences", "article_types"):
            if isinstance(fields.get(name), str):
                fields[name] = [fields[name]]
            elif name in fields and fields[name] is None:
                fields[name] = []
        if isinstance(fields.get("sources"), list | tuple):
            fields["sources"] = [each.strip().lower() if isinstance(each, str) else each for each in fields["sources"]]
        return {**fields, "foreign": foreign} if foreign else fields

    @field_validator("name", "licences", "article_types", mode="after")
    @classmethod
    def _not_blank(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return _squeezed(value)

    @field_validator("since", "until", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        # Pydantic would take a year for seconds since 1970.
        if isinstance(value, float | int) or (isinstance(value, str) and re.fullmatch(r"[\s\d.]*", value)):
            raise ValueError(f"{value} is no day such as 2020-12-31")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Query:
        for name in self.query:
            if not re.fullmatch(r"search_field_\d+", name):
                raise ValueError(f"query.{name}: fields of a query are called search_field_1, search_field_2 …")
        known = get_args(SourceName)
        if self.journal_family is not None and self.journal_family not in known:
            raise ValueError(
                f"journal_family: there is no source {self.journal_family}; the sources are {', '.join(known)}"
            )
        if self.journal_family and self.sources and self.journal_family not in self.sources:
            raise ValueError(f"journal_family: {self.journal_family} is not among the sources {list(self.sources)}")
        if not (self.journal_family or self.sources or self.folders):
            raise ValueError(f"sources: none are named; they are {', '.join(known)}, and folders")
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since: {self.since} is later than until, {self.until}")
        for licence in self.licences:
            if not licence_url(licence):
                raise ValueError(f'licences: {licence!r} is neither a URL nor a name such as "CC BY 4.0"')
        count = 1
        for field in self.query.values():
            count *= len(field.words)
        if count > MOST_SEARCHES:
            raise ValueError(f"query: the synonyms make {count} searches, more than {MOST_SEARCHES}: leave some out")
        return self

    @property
    def folder_name(self) -> str:
        """The name as that of a run's folder."""
        return safe_name(self.name)

    @property
    def all_sources(self) -> tuple[str, ...]:
        """Names of the sources, in the order in which they are given."""
        return tuple(dict.fromkeys(self.sources)) or ((self.journal_family,) if self.journal_family else ())

    @property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """Its terms, each with its synonyms."""
        return {field.term: field.synonyms for field in self.query.values()}

    def searches(self) -> Iterator[Search]:
        """A search for each combination of one name of each field, the terms' own first."""
        numbered = sorted(self.query, key=lambda name: int(name.rpartition("_")[2]))
        for terms in product(*(self.query[name].words for name in numbered)):
            yield Search(terms, self.sortby, self.open, self.since, self.until)

    def notes(self) -> list[str]:
        """Lines on fields that change nothing."""
        lines = [f"{', '.join(self.foreign)}: means nothing here"] if self.foreign else []
        unknown = [each for each in self.save_format if each not in _FORMATS]
        if unknown:
            lines.append(f"save_format: {', '.join(unknown)}: there is no such format here")
        return lines


_FORMATS = frozenset(("save_subfigures", "subfigures", "visualize", "visualization", "boxes", "csv"))


def read_query(path: Path) -> Query:
    """The query of a JSON file; QueryError, which names file and field, where it can't be carried out."""
    try:
        record = json.loads(path.read_bytes(), object_pairs_hook=_each_once)
    except OSError as error:
        raise QueryError(f"{path}: {error.strerror or error}") from error
    except QueryError as error:
        raise QueryError(f"{path}: {' '.join(str(error).split())}") from error
    except (ValueError, RecursionError) as error:
        raise QueryError(f"{path} is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise QueryError(f"{path} is not a query: a JSON object with the fields name, query and journal_family")
    try:
        return Query.model_validate(record)
    except ValidationError as error:
        raise QueryError(f"{path}: {describe_error(error)}") from error


def describe_error(error: ValidationError) -> str:
    """The first thing that is wrong, in one line that names the field."""
    first = error.errors(include_url=False)[0]
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        message = f"there is no such field; the fields are {', '.join(_fields(first['loc']))}"
    else:
        message = _PLAIN.get(first["type"], first["msg"].removeprefix("Value error, "))
    if name:
        message = f"{name}: {message[0].lower()}{message[1:]}"
    return " ".join(message.split())


# What Python calls otherwise than JSON does.
_PLAIN = {
    "missing": "is missing",
    "tuple_type": "should be a list",
    "dict_type": "should be an object, with braces",
    "model_type": "should be an object, with braces",
    "string_too_short": "is empty",
    "too_short": "is empty",
}


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of a JSON file. QueryError where one of two values would be lost."""
    for name, number in Counter(name for name, _ in pairs).items():
        if number > 1:
            raise QueryError(f"{name}: is given {number} times")
    return dict(pairs)


def _fields(place: tuple[int | str, ...]) -> list[str]:
    model: type[BaseModel] = Query if len(place) == 1 else SearchField
    return [name for name in model.model_fields if name != "foreign"]


def _squeezed(value: str | tuple[str, ...], but: str = "") -> str | tuple[str, ...]:
    """A text or several with single blanks, without some characters. ValueError for an empty one."""
    if not isinstance(value, str):
        return tuple(str(_squeezed(each, but)) for each in value)
    word = " ".join("".join(" " if character in but else character for character in value).split())
    if not word:
        raise ValueError("is empty")
    return word
