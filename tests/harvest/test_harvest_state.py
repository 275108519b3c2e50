"""What a harvest knows of itself: passes through a query, requests, articles each once, and all of it after a kill."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from exsclaim_core.harvest.records import Article, HarvestedFigure, Markup
from exsclaim_core.harvest.state import PDF, File, HarvestState, Work, WorkKind
from tests.processes import Started

FIRST, SECOND, THIRD = date(2020, 1, 1), date(2020, 2, 2), date(2020, 3, 3)
ROD = Article(
    doi="10.5555/rod",
    title="Rods of tin",
    authors=("Ada Inventor",),
    figures=(HarvestedFigure("Figure", "1", "Fig. 1 Grains", (Markup(0, 6, "bold"),), ("https://a.example/1.png",)),),
)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[HarvestState]:
    with closing(HarvestState(tmp_path / "state.db")) as state:
        yield state


def add(state: HarvestState, name: str = "rod", number: int = 1, source: str = "nature") -> int:
    """An article of this name; its id."""
    added = state.add_article(number, source, f"https://{source}.example/{name}", Article(doi=f"10.5555/{name}"))
    assert added is not None
    return added


def ask(
    state: HarvestState,
    kind: WorkKind = "article",
    url: str = "https://nature.example/rod",
    article: int | None = None,
    number: int = 1,
) -> Work:
    """A request that has to be made in Nature's slot."""
    state.add_work(number, "nature", "nature", kind, url, article)
    work = state.next_work("nature", (kind,))
    assert work is not None
    return work


class TestPasses:
    def test_stopped_one_goes_on(self, state: HarvestState) -> None:
        begun = state.begin_pass("tin", FIRST)
        assert (begun.resumed, begun.since, state.finished()) == (False, None, False)
        state.count_try(ask(state), "cut off")
        again = state.begin_pass("tin", SECOND)
        assert (again.id, again.resumed, again.since) == (begun.id, True, None)
        work = state.next_work("nature", ("article",))
        assert work is not None
        assert work.tries == 0  # what was wrong the last time need not be so now

    def test_finished_one_is_followed_by_another_with_its_day(self, state: HarvestState) -> None:
        first = state.begin_pass("tin", FIRST)
        state.finish_pass(first.id, whole=True)
        assert state.finished()
        second = state.begin_pass("tin", SECOND)
        assert (second.id, second.resumed, second.since) == (first.id + 1, False, FIRST)
        assert not state.finished()
        # Stopped and gone on with: still what is new since the first.
        assert state.begin_pass("tin", THIRD).since == FIRST
        state.finish_pass(second.id, whole=True)
        assert state.begin_pass("tin", THIRD).since == SECOND

    def test_one_that_has_not_found_everything_gives_no_day(self, state: HarvestState) -> None:
        state.finish_pass(state.begin_pass("tin", FIRST).id, whole=True)
        state.finish_pass(state.begin_pass("tin", SECOND).id, whole=False)
        assert state.begin_pass("tin", THIRD).since == FIRST

    def test_other_query_in_between(self, state: HarvestState) -> None:
        stopped = state.begin_pass("tin", FIRST)
        ask(state, "search", "https://nature.example/search?q=tin")
        ask(state, "article")
        other = state.begin_pass("zinc", SECOND)
        assert (other.id, other.resumed, other.since) == (stopped.id + 1, False, None)
        # Its searches are no longer wanted; the articles that they had found stay.
        assert state.next_work("nature", ("search",)) is None
        assert state.next_work("nature", ("article",)) is not None
        state.finish_pass(other.id, whole=True)
        # The first query was never carried out as a whole: nothing is too old for it.
        assert state.begin_pass("tin", THIRD).since is None

    def test_what_has_failed_is_tried_again_in_a_new_pass(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        ids = {}
        for status in ("failed", "rate limited", "blocked", "done"):
            ids[status] = add(state, status.replace(" ", "-"))
            work = ask(state, url=f"https://nature.example/{ids[status]}", article=ids[status])
            state.end_work(work, "done" if status == "done" else "failed")
            state.set_article(ids[status], status, "why")
        state.finish_pass(1, whole=True)
        assert state.slots() == []
        begun = state.begin_pass("tin", SECOND)
        state.try_again(begun.id)
        assert {name: state.article(number).status for name, number in ids.items()} == {
            "failed": "found",
            "rate limited": "found",
            "blocked": "blocked",
            "done": "done",
        }
        assert state.waiting("article", "nature", since=begun.id) == 2


class TestRequests:
    def test_in_their_order_by_slot_and_kind(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        rod = add(state)
        state.add_work(1, "nature", "nature", "search", "https://nature.example/search")
        state.add_work(1, "nature", "nature", "article", "https://nature.example/rod", rod)
        state.add_work(1, "nature", "nature", "image", "https://nature.example/1", rod, 0, ["https://a.example/small"])
        state.add_work(1, "acs", "acs", "article", "https://acs.example/rod")
        assert sorted(state.slots()) == ["acs", "nature"]
        kinds: tuple[WorkKind, ...] = ("article", "image")
        first = state.next_work("nature", kinds)
        assert first is not None
        assert (first.kind, first.article, first.tries) == ("article", rod, 0)
        second = state.next_work("nature", kinds, but=[first.id])
        assert second is not None
        assert (second.kind, second.figure, second.further) == ("image", 0, ("https://a.example/small",))
        assert state.next_work("nature", kinds, but=[first.id, second.id]) is None
        assert state.next_work("nature", kinds, since=2) is None
        assert state.next_work("rsc", kinds) is None

    def test_one_that_is_ended_is_made_no_more(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        rod = add(state)
        work = ask(state, article=rod)
        state.count_try(work, "cut off")
        assert state.waiting_for(rod)
        state.end_work(work, "done")
        assert not state.waiting_for(rod)
        assert state.slots() == []
        assert state.waiting("article", "nature") == 0

    def test_search_once_a_pass(self, state: HarvestState) -> None:
        first = state.begin_pass("tin", FIRST)
        url = "https://nature.example/search?q=tin"
        state.end_work(ask(state, "search", url), "done")
        state.add_work(first.id, "nature", "nature", "search", url)
        assert state.slots() == []
        state.finish_pass(first.id, whole=True)
        second = state.begin_pass("tin", SECOND)
        state.add_work(second.id, "nature", "nature", "search", url)
        assert state.slots() == ["nature"]


class TestArticles:
    def test_what_is_kept_of_one(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        number = state.add_article(1, "nature", "https://nature.example/rod", Article(doi=ROD.doi))
        assert number is not None
        state.set_record(number, ROD)
        state.set_article(number, "begun", "blocked: a challenge", via="europepmc")
        known = state.article(number)
        assert (known.source, known.url, known.status, known.note, known.via, known.document) == (
            *("nature", "https://nature.example/rod", "begun", "blocked: a challenge", "europepmc", ""),
        )
        assert known.article == ROD
        # Where it came from stays, when nothing else is told.
        state.set_article(number, "done")
        assert state.article(number).via == "europepmc"
        with pytest.raises(KeyError):
            state.article(number + 1)

    @pytest.mark.parametrize(
        ("url", "doi", "new"),
        [
            ("https://nature.example/rod", "10.5555/rod", False),
            ("https://other.example/rod", "10.5555/rod", False),
            ("https://nature.example/rod", "10.5555/other", False),
            ("https://nature.example/rod", "", False),
            ("https://other.example/rod", "", True),
            ("https://other.example/rod", "10.5555/other", True),
        ],
    )
    def test_known_by_doi_or_url(self, url: str, doi: str, new: bool, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        add(state)
        assert (state.add_article(1, "europepmc", url, Article(doi=doi)) is not None) is new

    def test_neither_doi_nor_url_are_the_same(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        first, second = (state.add_article(1, "arxiv", "", Article(title=title)) for title in ("Rods", "Cubes"))
        assert first is not None
        assert second is not None
        assert state.counts() == {"arxiv": {"found": 2}}

    def test_duplicate_that_shows_only_on_its_page(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        first = add(state)
        second = state.add_article(1, "acs", "https://acs.example/rod", Article())
        assert second is not None
        assert state.other_with_doi("10.5555/rod", second) == first
        assert state.other_with_doi("10.5555/rod", first) is None
        state.set_article(second, "duplicate", "of 10.5555/rod")
        state.set_record(second, ROD)
        assert state.other_with_doi("10.5555/rod", first) is None
        # Two with one DOI can't be, but for duplicates.
        third = add(state, "third")
        with pytest.raises(sqlite3.IntegrityError):
            state.set_record(third, ROD)

    def test_names_are_each_given_once(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        first, second, third = (add(state, name) for name in "abc")
        assert state.name_article(first, ["rod", "rod-2"]) == "rod"
        assert state.name_article(second, ["rod", "rod-2"]) == "rod-2"
        assert state.name_article(first, ["rod", "rod-2"]) == "rod"
        assert state.article(second).document == "rod-2"
        with pytest.raises(ValueError, match="every name is taken"):
            state.name_article(third, ["rod", "rod-2"])

    def test_counts(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        state.set_article(add(state, "a"), "done")
        state.set_article(add(state, "b"), "blocked")
        add(state, "c", source="acs")
        state.finish_pass(1, whole=True)
        state.begin_pass("tin", SECOND)
        state.set_article(add(state, "d", number=2), "done")
        assert state.counts() == {"acs": {"found": 1}, "nature": {"blocked": 1, "done": 2}}
        assert state.count(("done", "blocked")) == 3
        assert state.count(("done", "blocked"), since=2) == 1
        assert state.count(()) == 0

    def test_article_counts_for_the_pass_that_begins_it(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        rod = add(state)
        state.finish_pass(1, whole=True)
        second = state.begin_pass("tin", SECOND)
        assert state.count(("found",), since=second.id) == 0
        state.set_article(rod, "begun")
        assert state.count(("begun",), since=second.id) == 1

    def test_many_come_in_their_order(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        with state.transaction():
            added = [add(state, f"rod{number}") for number in range(450)]
        assert [known.id for known in state.articles()] == added

    def test_halves_of_characters_are_replaced(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)
        number = state.add_article(
            1, "arxiv", "https://a.example/\ud800", Article(doi="10.5555/\ud800", title="\udc00")
        )
        assert number is not None
        assert state.article(number).article == Article(doi="10.5555/?", title="?")
        assert state.add_article(1, "arxiv", "", Article(doi="10.5555/\ud800")) is None


def test_files_and_events(state: HarvestState) -> None:
    state.begin_pass("tin", FIRST)
    rod = add(state)
    picture = File(rod, 0, "png", "https://a.example/1.png", "files/1.png", "ab", 10)
    paper = File(rod, PDF, "pdf", "https://a.example/1.pdf", "files/1.pdf", "cd", 20)
    for file in (picture, paper, picture):
        state.add_file(file)
    assert state.files(rod) == {0: picture, PDF: paper}
    assert state.file_count() == 2
    state.add_event(1, "nature", "blocked", "https://nature.example/rod", "a challenge")
    assert list(state.events()) == [("nature", "blocked", "https://nature.example/rod", "a challenge")]


class TestTransactions:
    def test_all_or_nothing(self, state: HarvestState) -> None:
        state.begin_pass("tin", FIRST)

        def fail() -> None:
            with state.transaction():
                add(state)
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            fail()
        assert state.counts() == {}
        add(state)
        assert state.counts() == {"nature": {"found": 1}}

    def test_reader_sees_what_is_whole_while_a_writer_is_at_work(self, state: HarvestState, tmp_path: Path) -> None:
        state.begin_pass("tin", FIRST)
        add(state, "a")
        with closing(HarvestState(tmp_path / "state.db", read_only=True)) as reader:
            with state.transaction():
                add(state, "b")
                assert reader.counts() == {"nature": {"found": 1}}
            assert reader.counts() == {"nature": {"found": 2}}
            # Nor does a reader in the middle of the articles stop a writer.
            articles = reader.articles()
            next(articles)
            add(state, "c")
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                add(reader, "d")

    def test_nothing_is_made_by_reading(self, tmp_path: Path) -> None:
        with pytest.raises(sqlite3.OperationalError):
            HarvestState(tmp_path / "state.db", read_only=True)
        assert list(tmp_path.iterdir()) == []

    def test_killed_writer_leaves_whole_transactions(self, tmp_path: Path, started: Started) -> None:
        path = tmp_path / "state.db"
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True)
        with writer:
            assert writer.stdout is not None
            said = [int(writer.stdout.readline()) for _ in range(50)]
            writer.send_signal(signal.SIGKILL)
            said += map(int, filter(str.strip, writer.stdout))
        assert writer.returncode == -signal.SIGKILL
        assert started() == []
        with closing(HarvestState(path)) as state:
            known = list(state.articles())
            # What it said to be written is there, and at most what it was about to say.
            assert len(known) - len(said) in (0, 1)
            for article in known:
                assert article.status == "begun"
                assert state.waiting_for(article.id)
                assert list(state.files(article.id)) == [0]
            assert state.begin_pass("tin", SECOND).resumed
            add(state, "another")


# Writes articles, each with its request and file in a transaction, and says each one's number.
WRITER = """
import sys
from datetime import date
from pathlib import Path
from exsclaim_core.harvest.records import Article
from exsclaim_core.harvest.state import File, HarvestState

state = HarvestState(Path(sys.argv[1]))
state.begin_pass("tin", date(2020, 1, 1))
for number in range(1, 10**9):
    with state.transaction():
        article = state.add_article(1, "nature", f"https://nature.example/{number}", Article(doi=f"10.5555/{number}"))
        state.add_work(1, "nature", "nature", "image", f"https://nature.example/{number}.png", article, 0)
        state.set_article(article, "begun")
        state.add_file(File(article, 0, "png", "", f"{number}.png", "ab", 10))
    print(number, flush=True)
"""
