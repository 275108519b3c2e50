"""A server on this machine that plays publishers and indices, with their layouts, their faults, and a record of all.

    with played_publishers(articles=40, shared_every=5, cut=0.05, blocked={"acs"}) as played:
        harvest(played.base("nature"))
        assert played.counts()["/nature/articles/nature.7"] == 1

As a process of its own, which prints the publishers' addresses as a line of JSON when it is ready:

    python -m tests.harvest.played_publishers --articles 2000 --log requests.jsonl --cut 0.05 --blocked acs
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import dataclasses
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.harvest import played_record
from tests.harvest.drawn_articles import PUBLISHERS, DrawnArticle, Literature
from tests.harvest.played_answers import Answer, Asking, answer, article_named, missing
from tests.harvest.played_options import Options
from tests.harvest.played_record import Asked, as_line
from tests.harvest.played_sending import Request, read_request, send

_STOP_SECONDS = 10.0


class Played:
    """The server while it runs. What happens at its addresses can be changed at any time."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.literature = Literature(options.articles, options.seed, options.shared_every)
        self.bases: dict[str, str] = {}
        self._requests: list[Asked] = []
        self._lock = threading.Lock()
        self._log: IO[str] | None = None
        self._answered: Counter[str] = Counter()  # requests by address
        self._connections = 0
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def base(self, publisher: str) -> str:
        """The beginning of the publisher's addresses, without a slash at its end: "http://127.0.0.1:8000/nature".

        Where publishers have hosts of their own, their names are not in their addresses, but still in the record.
        """
        return self.bases[publisher]

    def articles(self, publisher: str) -> list[DrawnArticle]:
        """What is found at a publisher or index, the first article first."""
        return list(self.literature.all_of(publisher))

    def change(self, **options: Any) -> None:
        """Give options other values from the next request on; not those of hosts, port, log, and what is published."""
        self.options = dataclasses.replace(self.options, **options)

    def publish(self, articles: int) -> None:
        """Let each publisher have that many more articles, later ones than all before."""
        self.literature.articles += articles

    @property
    def requests(self) -> list[Asked]:
        """What was asked so far, in the order in which the answers ended."""
        with self._lock:
            return list(self._requests)

    def counts(self, status: int | None = None) -> Counter[str]:
        """The number of requests by path, of all or of those with one status."""
        return Counter(each.path for each in self.requests if status is None or each.status == status)

    def largest_in_flight(self, publisher: str) -> int:
        """The most requests of a publisher at the same time; take an `answer_delay`, or hardly any ever are."""
        return played_record.largest_in_flight(self.requests, publisher)

    def smallest_gap(self, publisher: str) -> float:
        """The shortest time between the beginnings of two requests of a publisher, in seconds."""
        return played_record.smallest_gap(self.requests, publisher)

    async def serve(self, ready: threading.Event | None = None) -> None:
        """Answer until `stop` is called."""
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        with contextlib.ExitStack() as open_files:
            if self.options.log:
                self._log = open_files.enter_context(self.options.log.open("a", encoding="utf-8", buffering=1))
            servers = await self._listen()
            if ready:
                ready.set()
            try:
                await self._stop.wait()
            finally:
                for server in servers:
                    server.close()
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
                for server in servers:
                    await server.wait_closed()

    def stop(self) -> None:
        """End `serve`, from any thread."""
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _listen(self) -> list[asyncio.Server]:
        """Servers that listen: one, or one for each publisher."""
        if self.options.hosts == "one":
            server = await asyncio.start_server(self._converse_as(""), "127.0.0.1", self.options.port)
            port = server.sockets[0].getsockname()[1]
            self.bases.update({name: f"http://127.0.0.1:{port}/{name}" for name in PUBLISHERS})
            return [server]
        servers = []
        for index, name in enumerate(PUBLISHERS):
            host = f"127.0.0.{index + 2}" if self.options.hosts == "addresses" else "127.0.0.1"
            servers.append(await asyncio.start_server(self._converse_as(name), host, 0))
            self.bases[name] = f"http://{host}:{servers[-1].sockets[0].getsockname()[1]}"
        return servers

    def _converse_as(self, owner: str) -> Any:
        async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            if task:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            self._connections += 1
            connection = self._connections
            try:
                while request := await read_request(reader):
                    if not await self._reply(request, writer, owner, connection):
                        break
            except (ConnectionError, asyncio.CancelledError):
                writer.transport.abort()
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                    await writer.wait_closed()

        return converse

    async def _reply(self, request: Request, writer: asyncio.StreamWriter, owner: str, connection: int) -> bool:
        """Answer one request and note it; whether the connection stays open."""
        arrived, begun = time.time(), time.monotonic()
        parts = urlsplit(request.address)
        path, address = unquote(parts.path), request.address
        if owner and path != "/robots.txt":
            path, address = f"/{owner}{path}", f"/{owner}{address}"
        publisher = path.split("/")[1] if path.startswith("/") else ""
        publisher = publisher if publisher in PUBLISHERS else ""
        earlier = self._answered[address]
        self._answered[address] += 1
        options, article = self.options, article_named(self.literature, path)
        fault = options.fault_of(publisher, path, address, earlier, article.open if article else None)
        if options.answer_delay:
            await asyncio.sleep(options.answer_delay)
        drawn = self._drawn(publisher, path, parts.query, fault == "closed", owner)

        def note(status: int, sent: int) -> None:
            self._note(
                Asked(
                    time=arrived,
                    seconds=time.monotonic() - begun,
                    publisher=publisher or owner,
                    method=request.method,
                    path=path,
                    address=request.address,
                    status=status,
                    fault=fault or "",
                    bytes=sent,
                    connection=connection,
                    user_agent=request.headers.get("user-agent", ""),
                    if_none_match=request.headers.get("if-none-match", ""),
                    if_modified_since=request.headers.get("if-modified-since", ""),
                )
            )

        return await send(request, drawn, fault, options, writer, note)

    def _drawn(self, publisher: str, path: str, query: str, closed: bool, owner: str) -> Answer:
        if path == "/robots.txt":
            return self._robots(owner)
        if not publisher:
            return missing()
        return answer(
            Asking(
                self.literature,
                publisher,
                self.bases,
                path.removeprefix(f"/{publisher}"),
                {name.lower(): value for name, value in parse_qsl(query)},
                closed,
                self.options.page_size,
                self.options.api_key,
            )
        )

    def _robots(self, owner: str) -> Answer:
        """What the host with all publishers forbids, or the host of the owner."""
        home = f"/{owner}" if owner else ""
        forbidden = [path.removeprefix(home) for path in self.options.disallow if path.startswith(f"{home}/")]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in forbidden or ("",))]
        if self.options.crawl_delay is not None:
            lines.append(f"Crawl-delay: {self.options.crawl_delay:g}")
        return Answer("\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8")

    def _note(self, asked: Asked) -> None:
        with self._lock:
            self._requests.append(asked)
        if self._log:
            self._log.write(as_line(asked) + "\n")  # flushed with each line


@contextlib.contextmanager
def played_publishers(**options: Any) -> Iterator[Played]:
    """The server with these options, in a thread of its own, until the end of the block."""
    played, ready = Played(Options(**options)), threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(played.serve(ready))
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="played publishers", daemon=True)
    thread.start()
    ready.wait(_STOP_SECONDS)
    try:
        if failures:
            raise failures[0]
        yield played
    finally:
        played.stop()
        thread.join(_STOP_SECONDS)
    if failures:
        raise failures[0]


def main(arguments: list[str] | None = None) -> None:
    """Play until the process is told to end."""
    parser = argparse.ArgumentParser(description="Plays publishers and indices on this machine.")
    for option in dataclasses.fields(Options):
        flag, default = f"--{option.name.replace('_', '-')}", option.default
        if option.name in ("disallow", "blocked", "closed", "gone"):
            parser.add_argument(flag, action="append", default=[])
        elif option.name == "always":
            parser.add_argument(flag, action="append", default=[], metavar="PLACE=FAULT")
        elif option.name == "zipped":
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=True)
        elif option.name == "log":
            parser.add_argument(flag, type=Path, default=None)
        elif option.name == "crawl_delay":
            parser.add_argument(flag, type=float, default=None)
        else:
            parser.add_argument(flag, type=type(default), default=default)
    parser.add_argument("--until-input-ends", action="store_true", help="end with the standard input too")
    given = vars(parser.parse_args(arguments))
    until_input_ends = given.pop("until_input_ends")
    given["always"] = dict(each.split("=", 1) for each in given["always"])
    with played_publishers(**given) as played:
        print(json.dumps(played.bases), flush=True)
        if until_input_ends:
            # Whoever started this process holds its input: with them it ends, and nothing is left behind.
            sys.stdin.read()
        else:
            threading.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
