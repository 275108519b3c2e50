"""A harvest that is disturbed, and saved pages: `python -m tests.bench.harvest [ARTICLES [FOLDER]]`.

Publishers are played on this machine, as a process of their own: Nature, ACS and RSC have ARTICLES together, 2,000
unless told. They are harvested at the politeness limit, with connections that are cut and answers 429 and 503; in the
middle the crawl is killed, and the same command goes on. The server's log and the tables tell whether every article is
there once, with the right figures, and what was asked twice. Then the saved pages of ../shared/web are read.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import psutil
import pyarrow.parquet as pq

from exsclaim_core.harvest.crawl.spider import FIRST_PAUSE
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.harvesting import read_counts
from tests.bench import saved_pages
from tests.bench.figures import EXSCLAIM
from tests.bench.processes import Process, Watched, watch
from tests.harvest.drawn_articles import DrawnArticle, Literature, picture
from tests.harvest.played_options import Options
from tests.harvest.played_record import Asked, largest_in_flight, read_log

# Publishers, with size and kind of the best picture that their pages offer.
PUBLISHERS = {"nature": ("full", "PNG"), "acs": ("small", "GIF"), "rsc": ("large", "GIF")}
DELAY = 0.02  # seconds between two requests to one publisher; a real harvest leaves 3
ANSWER_DELAY = 0.005  # seconds before an answer: without it, requests at the same time would hardly be seen
LATEST = 0.1  # seconds after which the server may notice a request: it draws pictures meanwhile
RETRY_AFTER = 1  # seconds
FAULTS = {"cut": 0.05, "rate-limited": 0.02, "unavailable": 0.02}  # shares of all addresses
PAUSES = {"cut": FIRST_PAUSE, "rate limited": RETRY_AFTER, "unavailable": RETRY_AFTER}  # seconds after each
# Two searches a publisher, which both find everything.
QUERY = {"search_field_1": {"term": "silver", "synonyms": ["Ag"]}}
SHORTEST_LIFE = 20  # looks at a process whose memory can be seen to grow
MOST_SHOWN = 3  # of what is wrong
MEGABYTE = 1e6
Row = dict[str, Any]


def main() -> int:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    each = -(-wanted // len(PUBLISHERS))
    literature = Literature(each, Options().seed)
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        with _played(each, folder / "requests.jsonl") as bases:
            killing, disturbed, resumed = _harvest(folder, bases, each * len(PUBLISHERS))
        asked = read_log(folder / "requests.jsonl")
        harvest = HarvestFolder(folder / "run").path
        right = _check(harvest, literature, asked, killing.time, (disturbed.status, resumed.status))
        _print_speed(asked, each * len(PUBLISHERS), [disturbed, resumed])
        _print_kept(harvest, each * len(PUBLISHERS))
    return saved_pages.main() if right else 1


# The harvest


@contextmanager
def _played(articles: int, log: Path) -> Iterator[dict[str, str]]:
    """Addresses of publishers that are played by a process of its own until the end of the block."""
    command = [sys.executable, "-m", "tests.harvest.played_publishers", "--until-input-ends", "--hosts", "ports"]
    options = {"articles": articles, "log": log, "retry-after": RETRY_AFTER, "answer-delay": ANSWER_DELAY, **FAULTS}
    command += [text for option, value in options.items() for text in (f"--{option}", str(value))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as played:
        if played.stdin is None or played.stdout is None:
            raise RuntimeError("a process without pipes")
        line = played.stdout.readline()
        if not line:
            raise RuntimeError("the played publishers have not started")
        yield json.loads(line)
        played.stdin.close()


@dataclass(slots=True)
class Killing:
    """Kills the crawl of a harvest, once, when this many articles are done."""

    run: Path
    done: int
    time: float = 0.0  # in seconds since 1970, when it was done

    def __call__(self, command: int) -> None:
        """Look whether it is time; `command` is the number of the harvest's process."""
        if self.time or read_counts(HarvestFolder(self.run)).total("done") < self.done:
            return
        with suppress(psutil.NoSuchProcess):  # it has just ended
            for process in psutil.Process(command).children(recursive=True):
                if "exsclaim_core.harvest.crawl" in process.cmdline():
                    process.kill()
                    self.time = time.time()


def _harvest(folder: Path, bases: dict[str, str], articles: int) -> tuple[Killing, Watched, Watched]:
    """Harvest all articles, and again after a kill."""
    query = {"name": "bench", "sources": list(PUBLISHERS), "maximum_scraped": articles, "query": QUERY}
    (folder / "query.json").write_text(json.dumps(query))
    # Pictures whose addresses name no scheme become https, which nobody plays.
    addresses = bases | {base.replace("http:", "https:"): base for base in bases.values()}
    lines = [
        *("[harvest]", "private_addresses = true", f"delay = {DELAY}", 'contact = "bench@example.org"'),
        *("[harvest.addresses]", *(f'"{name}" = "{base}"' for name, base in addresses.items())),
    ]
    (folder / "settings.toml").write_text("\n".join(lines))
    command = [EXSCLAIM, "harvest", str(folder / "query.json"), "--run", str(folder / "run")]
    command += ["--settings", str(folder / "settings.toml")]
    killing = Killing(folder / "run", articles // 2)
    return killing, watch(command, folder / "log", meanwhile=killing), watch(command, folder / "log2")


# What came of it


def _check(harvest: Path, literature: Literature, asked: list[Asked], killed: float, statuses: tuple[int, int]) -> bool:
    """Print what is right and wrong; whether all is right."""
    articles = pq.read_table(harvest / "articles.parquet").to_pylist()
    figures = pq.read_table(harvest / "figures.parquet").to_pylist()
    expected = {article.doi: article for name in PUBLISHERS for article in literature.all_of(name)}
    faults = Counter(each.fault for each in asked if each.fault)
    met = ", ".join(f"{number} {fault}" for fault, number in sorted(faults.items()))
    print(f"harvest of {len(expected)} articles, {len(asked)} requests; {met}; killed once")
    said = (harvest.parent.parent / "log2").read_text(errors="replace").splitlines()[-1:]
    killing = [] if killed and statuses == (1, 0) else [f"statuses {statuses}, killed at {killed:.0f}, {said}"]
    results = [
        _print("the harvest was killed, and the same command went on", killing),
        _print("every article once, none lost", list(_wrong_articles(articles, expected))),
        _print(
            f"{len(figures)} figures, each with its label, caption and picture",
            list(_wrong_figures(harvest, figures, expected)),
        ),
        _print("nothing asked again whose answer was used", list(_repeated(asked, killed))),
    ]
    for name in PUBLISHERS:
        most = largest_in_flight(asked, name)
        results.append(_print(f"{name}: one request at a time", [f"{most} at a time"] if most != 1 else []))
        results.append(_print_gaps(name, [each for each in asked if each.publisher == name]))
    return all(results)


def _print_gaps(name: str, asked: list[Asked]) -> bool:
    """Say whether there was a delay between any two requests.

    The server notes when it takes a request up, which may be late, and then the gap to the next one looks shorter. So
    what is told is how late it must have been for all requests to have been sent as they should; of requests that
    really follow each other too fast the lateness adds up.
    """
    times = sorted(each.time for each in asked if each.path != "/robots.txt")
    sent, late = float("inf"), 0.0
    for taken in reversed(times):
        sent = min(taken, sent - DELAY)
        late = max(late, taken - sent)
    smallest = min(later - earlier for earlier, later in pairwise(times))
    told = f"{1000 * smallest:.1f} ms at least, as seen by a server that is up to {1000 * late:.1f} ms late"
    return _print(f"{name}: {1000 * DELAY:.0f} ms between requests ({told})", [told] if late > LATEST else [])


def _print(what: str, wrong: list[str]) -> bool:
    shown = "; ".join(wrong[:MOST_SHOWN]) + ("; …" if len(wrong) > MOST_SHOWN else "")
    print(f"  {what}: " + (f"NO, {len(wrong)}: {shown}" if wrong else "yes"), flush=True)
    return not wrong


def _wrong_articles(rows: list[Row], expected: dict[str, DrawnArticle]) -> Iterator[str]:
    counts = Counter(row["doi"] for row in rows)
    yield from (f"{doi} is lost" for doi in expected if not counts[doi])
    yield from (f"{doi} is there {number} times" for doi, number in counts.items() if number > 1)
    for row in rows:
        if (article := expected.get(row["doi"])) is None:
            yield f"{row['doi']} is not known"
        elif row["status"] != "done" or row["source"] != article.publisher or not row["file"]:
            yield f"{row['doi']}: {row['status']} of {row['source']}, {row['note']}"
    documents = Counter(row["document"] for row in rows)
    yield from (f"{number} are called {name}" for name, number in documents.items() if number > 1)


def _wrong_figures(harvest: Path, rows: list[Row], expected: dict[str, DrawnArticle]) -> Iterator[str]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row["role"] == "figure":
            found.setdefault(row["doi"], []).append(row)
    for doi, article in expected.items():
        size, kind = PUBLISHERS[article.publisher]
        ours = {row["label"]: row for row in found.get(doi, [])}
        if len(ours) != len(found.get(doi, [])) or len(ours) != len(article.figures):
            yield f"{doi}: {len(found.get(doi, []))} figures of {len(article.figures)}"
        for figure in article.figures:
            row = ours.get(str(figure.number), {})
            if not row:
                yield f"{doi}: no figure {figure.number}"
            elif row["caption"] != figure.caption(article.publisher):
                yield f"{doi}: figure {figure.number} has the caption {row['caption'][:40]!r}"
            elif _hash(picture(article, figure.number, size, kind)) != row["sha256"]:
                yield f"{doi}: figure {figure.number} has another picture"
            elif _hash((harvest / row["file"]).read_bytes()) != row["sha256"]:
                yield f"{doi}: the file of figure {figure.number} is damaged"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _repeated(asked: list[Asked], killed: float) -> Iterator[str]:
    """Addresses that were asked for again though their answer had arrived, but for those that the kill took away."""
    answered = Counter(
        (each.publisher, each.address)
        for each in asked
        if each.status in (200, 304) and not each.fault and each.path != "/robots.txt"
    )
    lost = set()
    for name in PUBLISHERS:
        if before := [each for each in asked if each.publisher == name and each.time < killed]:
            lost.add((name, max(before, key=lambda each: each.time).address))
    for (name, address), number in answered.items():
        if number > 1 + ((name, address) in lost):
            yield f"{name}{address} {number} times"


def _print_speed(asked: list[Asked], articles: int, runs: list[Watched]) -> None:
    wall = sum(run.wall for run in runs)
    print(f"  {wall:.1f} s in two parts: {articles / wall:.2f} articles a second")
    busiest, number = Counter(each.publisher for each in asked if each.publisher in PUBLISHERS).most_common(1)[0]
    requests = [each for each in asked if each.publisher == busiest]
    span = max(each.time + each.seconds for each in requests) - min(each.time for each in requests)
    faults = [each.fault for each in requests if each.fault in PAUSES]
    pauses = sum(PAUSES[fault] for fault in faults)
    least = (number - len(faults)) * DELAY + pauses
    print(
        f"  politeness limit: {busiest} had {number} requests in {span:.1f} s; {1000 * DELAY:.0f} ms for each make"
        f" {number * DELAY / span:.0%} of it, with {pauses:.0f} s of pauses after faults {least / span:.0%}"
    )
    crawls = [process for run in runs for process in run.processes if process.role == "crawl"]
    cpu = sum(process.cpu for process in crawls)
    print(
        f"  CPU of the crawl: {cpu:.1f} s, {1000 * cpu / articles:.0f} ms an article, {1000 * cpu / len(asked):.1f} ms"
        f" a request; of all processes {sum(run.cpu for run in runs):.1f} s"
    )
    for crawl, part in zip(crawls, ("before the kill", "after it"), strict=False):
        print(f"  memory of the crawl of its own {part}: {_memory(crawl)}")


def _print_kept(harvest: Path, articles: int) -> None:
    sizes: Counter[str] = Counter()
    for path in harvest.rglob("*"):
        if path.is_file():
            sizes[path.relative_to(harvest).parts[0]] += path.stat().st_size
    kept = ", ".join(
        f"{name} {size / articles / 1000:.1f}" for name, size in sizes.most_common() if size > 100 * articles
    )
    print(f"  kept of an article, kB: {kept}")


def _memory(process: Process) -> str:
    if not process.memory:
        return "not seen"
    most = f"{max(process.memory) / MEGABYTE:.0f} MB at most"
    grown = f", late in early × {process.growth:.2f}" if len(process.memory) >= SHORTEST_LIFE else ""
    return most + grown


if __name__ == "__main__":
    sys.exit(main())
