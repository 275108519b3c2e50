"""The folder `harvest` of a run.

query.json          what was asked for
state.sqlite        what is done and what is left
log.txt             Scrapy's log
ending.txt          why the harvest stopped, if it did; its last line
crawl.lock          held by the process that crawls
cache/              web pages, as they were
images/, pdfs/      what was fetched, under names made of the content
articles/           a record of each article with pictures of its own, for the pipeline
articles.parquet, figures.parquet, events.parquet
"""

from __future__ import annotations

import fcntl
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from exsclaim_core.harvest.content import ContentKind
from exsclaim_core.harvest.query import Query
from exsclaim_core.result_names import write_whole

HARVEST = "harvest"  # folder of a run
ARTICLE_SUFFIX = ".article.json"  # of the record of an article with pictures of its own
LOOK_EVERY = 0.1  # seconds between two looks at a lock


@dataclass(frozen=True, slots=True)
class HarvestFolder:
    """Where the files of a harvest lie, in the folder of its run."""

    run: Path

    @property
    def path(self) -> Path:
        return self.run / HARVEST

    @property
    def state(self) -> Path:
        return self.path / "state.sqlite"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def ending(self) -> Path:
        return self.path / "ending.txt"

    @property
    def records(self) -> Path:
        return self.path / "articles"

    def query(self) -> Query:
        """The query; FileNotFoundError where there is none."""
        return Query.model_validate_json((self.path / "query.json").read_bytes())

    def write_query(self, query: Query) -> None:
        write_whole(self.path / "query.json", (query.model_dump_json(indent=2) + "\n").encode())

    def keep(self, body: bytes, kind: ContentKind) -> tuple[str, str]:
        """Write a picture or PDF; its path in this folder, and its SHA-256."""
        digest = hashlib.sha256(body).hexdigest()
        file = f"{'pdfs' if kind == 'pdf' else 'images'}/{digest[:2]}/{digest}.{kind}"
        if not (self.path / file).exists():
            write_whole(self.path / file, body)
        return file, digest

    @contextmanager
    def alone(self, patience: float) -> Iterator[None]:
        """Keep other processes from crawling meanwhile; BlockingIOError where one does after so many seconds still."""
        self.path.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + patience
        with (self.path / "crawl.lock").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > end:
                        raise BlockingIOError("another process crawls for this run still") from None
                    time.sleep(LOOK_EVERY)
            yield
