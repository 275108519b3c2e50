"""What a harvest has done and has to do: an SQLite file in the run, which is right after every kill.

A request counts as done when what came of it is written, in one transaction; so a harvest that was stopped repeats none
whose answer had been used, and loses none.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from exsclaim_core.harvest.records import Article
from exsclaim_core.harvest.state_tables import PARTLY, TABLES, WHOLE

WorkKind = Literal["search", "article", "full text", "pdf", "image", "lookup"]
# found: known from a search; begun: its figures or its PDF are being fetched, or it is looked for elsewhere;
# duplicate: another one has the same DOI; unwanted: the query excludes it; empty: it has neither figures nor a PDF.
ArticleStatus = Literal[
    "found", "begun", "done", "duplicate", "unwanted", "empty", "blocked", "closed", "rate limited", "failed"
]
PDF = -1  # in place of a figure's number


@dataclass(frozen=True, slots=True)
class Work:
    """A request that has to be made."""

    id: int
    slot: str  # requests of one slot are made one after the other
    source: str
    kind: WorkKind
    url: str
    article: int | None  # its id
    figure: int | None  # index among the article's figures
    further: tuple[str, ...]  # URLs to try where this one has nothing; of a search, marks of the pages before this one
    tries: int
    abandoned: bool  # whether it was left for another time already, because nobody answered


@dataclass(frozen=True, slots=True)
class Known:
    """An article of the harvest."""

    id: int
    source: str
    url: str
    status: ArticleStatus
    note: str
    document: str  # its name in the run; "" until it has figures or a PDF
    via: str  # the source that it came from in the end: another one where its own refused
    article: Article


@dataclass(frozen=True, slots=True)
class File:
    """A picture or PDF that was fetched."""

    article: int
    figure: int  # index among the article's figures; PDF for the article's PDF
    kind: str  # png, jpg, …, pdf
    url: str
    file: str  # path in the harvest's folder
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Pass:
    """One time through a query. The same query later on is another pass, which takes only what is new."""

    id: int
    resumed: bool  # whether it goes on with one that was stopped
    since: date | None  # day on which the whole query was last carried out


class HarvestState:
    """The state of a harvest; use it from one thread."""

    def __init__(self, path: Path, read_only: bool = False) -> None:
        if read_only:
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30
            )
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
            # Readers see a harvest at work, and a killed process leaves nothing half written.
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(TABLES)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of what the block writes."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk has ended it already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # Passes

    def begin_pass(self, query: str, today: date) -> Pass:
        """The pass to carry out; `query` is its JSON."""
        row = self._one("SELECT id, query, finished, day, since FROM passes ORDER BY id DESC LIMIT 1")
        if row and not row[2] and row[1] == query:
            self._db.execute("UPDATE work SET tries = 0 WHERE state = 'waiting'")
            return Pass(row[0], True, date.fromisoformat(row[4]) if row[4] else None)
        # What a pass has not found because a search failed is not older than the next one.
        last = "SELECT day FROM passes WHERE finished = ? AND query = ? ORDER BY id DESC LIMIT 1"
        before = self._one(last, (WHOLE, query))
        with self.transaction():
            # The searches of an earlier query, or of one that was changed meanwhile, are no longer wanted.
            self._db.execute("UPDATE work SET state = 'dropped' WHERE kind = 'search' AND state = 'waiting'")
            self._db.execute("UPDATE passes SET finished = ? WHERE NOT finished", (PARTLY,))
            since = before[0] if before else None
            cursor = self._db.execute(
                "INSERT INTO passes (query, day, since) VALUES (?, ?, ?)", (query, today.isoformat(), since)
            )
        return Pass(int(cursor.lastrowid or 0), False, date.fromisoformat(since) if since else None)

    def finish_pass(self, number: int, whole: bool) -> None:
        """Nothing is left to be done in a pass; `whole` tells whether every search was answered."""
        self._db.execute("UPDATE passes SET finished = ? WHERE id = ?", (WHOLE if whole else PARTLY, number))

    def last_pass(self) -> int:
        """The number of the last pass; 0 before the first."""
        row = self._one("SELECT max(id) FROM passes")
        return int(row[0] or 0) if row else 0

    def finished(self) -> bool:
        """Whether nothing of the last pass is left to do."""
        row = self._one("SELECT finished FROM passes ORDER BY id DESC LIMIT 1")
        return bool(row and row[0])

    def try_again(self, number: int) -> None:
        """Have the requests of articles made again in a new pass that have failed for no reason of their own."""
        failed = "article IN (SELECT id FROM articles WHERE status IN ('failed', 'rate limited'))"
        wait = "UPDATE work SET state = 'waiting', tries = 0, pass = ? WHERE state = 'failed'"
        self._db.execute(f"{wait} AND kind = 'article' AND {failed}", (number,))
        # Smaller pictures and other copies come after the first address again.
        first = "id IN (SELECT min(id) FROM work WHERE kind IN ('image', 'pdf') GROUP BY article, figure)"
        read = "article NOT IN (SELECT article FROM work WHERE state = 'waiting' AND kind = 'article')"
        self._db.execute(f"{wait} AND {first} AND {failed} AND {read}", (number,))
        self._db.execute(
            "UPDATE articles SET pass = ?, note = '', via = '', status = CASE WHEN id IN"
            " (SELECT article FROM work WHERE state = 'waiting' AND kind = 'article') THEN 'found' ELSE 'begun' END"
            " WHERE status IN ('failed', 'rate limited')"
            " AND id IN (SELECT article FROM work WHERE state = 'waiting')",
            (number,),
        )

    # Work

    def add_work(
        self,
        number: int,
        slot: str,
        source: str,
        kind: WorkKind,
        url: str,
        article: int | None = None,
        figure: int | None = None,
        further: Iterable[str] = (),
    ) -> None:
        """Have a request made; a search that was asked for in this pass already is not asked for again."""
        self._db.execute(
            "INSERT OR IGNORE INTO work (pass, slot, source, kind, url, article, figure, further)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, slot, source, kind, _storable(url), article, figure, json.dumps(list(further))),
        )

    def slots(self) -> list[str]:
        """The slots for which there is something to do."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT slot FROM work WHERE state = 'waiting'")]

    def next_work(self, slot: str, kinds: Iterable[WorkKind], but: Iterable[int] = (), since: int = 0) -> Work | None:
        """The first request of some kinds that waits in a slot.

        `but` are ids of those that are being made; `since` is the first pass whose requests count.
        """
        some, others = list(kinds), list(but)
        row = self._one(
            "SELECT id, slot, source, kind, url, article, figure, further, tries, abandoned FROM work"
            f" WHERE state = 'waiting' AND slot = ? AND kind IN ({_marks(some)}) AND id NOT IN ({_marks(others)})"
            " AND pass >= ? ORDER BY id LIMIT 1",
            (slot, *some, *others, since),
        )
        if row is None:
            return None
        number, slot, source, kind, url, article, figure, further, tries, left = row
        return Work(number, slot, source, kind, url, article, figure, tuple(json.loads(further)), tries, bool(left))

    def end_work(self, work: Work, state: Literal["done", "failed", "dropped"], note: str = "") -> None:
        self._db.execute("UPDATE work SET state = ?, note = ? WHERE id = ?", (state, note, work.id))

    def count_try(self, work: Work, note: str) -> None:
        """Note that a request came to nothing for now."""
        self._db.execute("UPDATE work SET tries = tries + 1, note = ? WHERE id = ?", (note, work.id))

    def abandon(self, work: Work) -> None:
        """Leave a request that nobody answers for another time."""
        self._db.execute("UPDATE work SET abandoned = 1 WHERE id = ?", (work.id,))

    def requests_for(self, article: int) -> set[tuple[str, WorkKind]]:
        """Slot and kind of all requests for an article that were made or will be."""
        return set(self._db.execute("SELECT slot, kind FROM work WHERE article = ?", (article,)))

    def failed_searches(self, number: int) -> tuple[int, list[tuple[str, str]]]:
        """The number of searches in a pass that were answered, and source and reason of each that came to nothing."""
        query = "SELECT source, note FROM work WHERE kind = 'search' AND pass = ? AND state = ? ORDER BY id"
        failed: list[tuple[str, str]] = self._db.execute(query, (number, "failed")).fetchall()
        return len(self._db.execute(query, (number, "done")).fetchall()), failed

    def rest(self, slot: str, until: float) -> None:
        """Note that a publisher wants to be left alone until a time, in seconds since 1970."""
        self._db.execute("INSERT OR REPLACE INTO rests (slot, until) VALUES (?, ?)", (slot, until))

    def rests(self) -> dict[str, float]:
        """Until when slots are to be left alone."""
        return dict(self._db.execute("SELECT slot, until FROM rests"))

    def waiting_for(self, article: int) -> bool:
        """Whether requests for an article are left."""
        return bool(self._one("SELECT 1 FROM work WHERE article = ? AND state = 'waiting' LIMIT 1", (article,)))

    def waiting(self, kind: WorkKind, source: str, since: int = 0) -> int:
        """How many requests of a kind wait at a source, of a pass and those after it."""
        row = self._one(
            "SELECT count(*) FROM work WHERE state = 'waiting' AND source = ? AND kind = ? AND pass >= ?",
            (source, kind, since),
        )
        return int(row[0]) if row else 0

    # Articles

    def knows(self, url: str) -> bool:
        """Whether an article was found at an address."""
        return bool(self._one("SELECT 1 FROM articles WHERE url = ? LIMIT 1", (_storable(url),)))

    def add_article(self, number: int, source: str, url: str, article: Article) -> int | None:
        """The id of an article that is new; None for one that is known by its DOI or URL."""
        doi = _storable(article.doi)
        if doi and self._one("SELECT 1 FROM articles WHERE doi = ? LIMIT 1", (doi,)):
            return None
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO articles (pass, source, url, doi, status, record) VALUES (?, ?, ?, ?, 'found', ?)",
            (number, source, _storable(url), doi, _as_json(article)),
        )
        return int(cursor.lastrowid or 0) if cursor.rowcount else None

    def next_ready(self, since: int) -> int | None:
        """The first article of a pass and those after it that is found and waits for no request; its id."""
        query = (
            "SELECT id FROM articles WHERE status = 'found' AND pass >= ? AND NOT EXISTS"
            " (SELECT 1 FROM work WHERE article = articles.id AND state = 'waiting') ORDER BY id LIMIT 1"
        )
        row = self._one(query, (since,))
        return int(row[0]) if row else None

    def article(self, number: int) -> Known:
        """An article by its id; KeyError where there is none."""
        row = self._one(f"{_KNOWN} WHERE id = ?", (number,))
        if row is None:
            raise KeyError(number)
        return _known(row)

    def other_with_doi(self, doi: str, number: int) -> int | None:
        """The id of another article with the same DOI."""
        query = "SELECT id FROM articles WHERE doi = ? AND id != ? AND status != 'duplicate'"
        row = self._one(query, (_storable(doi), number))
        return int(row[0]) if row else None

    def set_article(self, number: int, status: ArticleStatus, note: str = "", via: str = "") -> None:
        """Note what has become of an article; one that is begun counts for the pass that does it."""
        self._db.execute(
            "UPDATE articles SET status = ?, note = ?, via = CASE ? WHEN '' THEN via ELSE ? END,"
            " pass = CASE ? WHEN 'begun' THEN (SELECT max(id) FROM passes) ELSE pass END WHERE id = ?",
            (status, note, via, via, status, number),
        )

    def set_record(self, number: int, article: Article) -> None:
        """Keep what is known of an article now."""
        self._db.execute(
            "UPDATE articles SET doi = ?, record = ? WHERE id = ?",
            (_storable(article.doi), _as_json(article), number),
        )

    def name_article(self, number: int, names: Iterable[str]) -> str:
        """Give an article the first of these names that no other has; the name."""
        for name in names:
            try:
                self._db.execute("UPDATE articles SET document = ? WHERE id = ?", (name, number))
            except sqlite3.IntegrityError:
                continue
            return name
        raise ValueError("every name is taken")

    def articles(self) -> Iterator[Known]:
        """All articles, in the order in which they were found."""
        last = 0
        while rows := self._db.execute(f"{_KNOWN} WHERE id > ? ORDER BY id LIMIT 200", (last,)).fetchall():
            yield from map(_known, rows)
            last = rows[-1][0]

    def count(self, statuses: Iterable[ArticleStatus], since: int = 0) -> int:
        """How many articles of a pass and those after it have one of some statuses."""
        some = list(statuses)
        row = self._one(f"SELECT count(*) FROM articles WHERE pass >= ? AND status IN ({_marks(some)})", (since, *some))
        return int(row[0]) if row else 0

    def counts(self) -> dict[str, dict[str, int]]:
        """Numbers of articles by source and status."""
        found: dict[str, dict[str, int]] = {}
        query = "SELECT source, status, count(*) FROM articles GROUP BY source, status ORDER BY source, status"
        for source, status, number in self._db.execute(query):
            found.setdefault(source, {})[status] = number
        return found

    # Files

    def add_file(self, file: File) -> None:
        self._db.execute(
            "INSERT OR REPLACE INTO files (article, figure, kind, url, file, sha256, bytes)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (file.article, file.figure, file.kind, file.url, file.file, file.sha256, file.bytes),
        )

    def files(self, article: int) -> Mapping[int, File]:
        """The files of an article by the figure's index."""
        query = "SELECT article, figure, kind, url, file, sha256, bytes FROM files WHERE article = ?"
        return {row[1]: File(*row) for row in self._db.execute(query, (article,))}

    def file_count(self) -> int:
        row = self._one("SELECT count(*) FROM files")
        return int(row[0]) if row else 0

    # What went wrong

    def add_event(self, number: int, source: str, kind: str, url: str, message: str) -> None:
        """Keep what went wrong with a request."""
        self._db.execute(
            "INSERT INTO events (pass, source, kind, url, message) VALUES (?, ?, ?, ?, ?)",
            (number, source, kind, _storable(url), _storable(message)),
        )

    def events(self) -> Iterator[tuple[str, str, str, str]]:
        """Source, kind, URL and message of all that went wrong."""
        yield from self._db.execute("SELECT source, kind, url, message FROM events ORDER BY id")

    def _one(self, query: str, values: tuple[object, ...] = ()) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
        return row


_KNOWN = "SELECT id, source, url, status, note, coalesce(document, ''), via, record FROM articles"


def _known(row: tuple[Any, ...]) -> Known:
    number, source, url, status, note, document, via, record = row
    return Known(number, source, url, status, note, document, via, Article.from_dict(json.loads(record)))


def _as_json(article: Article) -> str:
    return _storable(json.dumps(article.to_dict(), ensure_ascii=False))


def _storable(text: str) -> str:
    """The text without halves of characters, which no file can hold, though JSON can spell them."""
    return text.encode(errors="replace").decode()


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
