"""What the server promises that plays the publishers: its manners, its faults, and its record."""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.harvest.asking_played import at, get, origin
from tests.harvest.drawn_articles import PUBLISHERS
from tests.harvest.played_publishers import Played, played_publishers
from tests.harvest.played_record import Asked, largest_in_flight, read_log, smallest_gap

NATURE_7 = "/nature/articles/nature.7"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def played() -> Iterator[Played]:
    """Twenty articles a publisher, and nothing goes wrong."""
    with played_publishers() as played:
        yield played


# Manners


def test_robots_txt_allows_all_but_what_it_is_told(played: Played):
    assert at(played, "/robots.txt").text == "User-agent: *\nDisallow: \n"
    with played_publishers(disallow=("/nature/private",), crawl_delay=2) as strict:
        assert at(strict, "/robots.txt").text == "User-agent: *\nDisallow: /nature/private\nCrawl-delay: 2\n"


def test_who_has_an_answer_already_gets_304(played: Played):
    for path in (NATURE_7, "/nature/search", "/europepmc/webservices/rest/search"):
        first = at(played, path)
        again = at(played, path, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert at(played, path, If_Modified_Since=first.headers["Last-Modified"]).status == 304
        assert at(played, path, If_None_Match='"other"').status == 200


def test_texts_are_zipped_for_those_who_take_that(played: Played):
    plain, zipped = at(played, NATURE_7), at(played, NATURE_7, Accept_Encoding="gzip, deflate")
    assert plain.headers["Content-Encoding"] is None
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body


def test_a_connection_serves_several_requests(played: Played):
    connection = http.client.HTTPConnection(urlsplit(origin(played)).netloc)
    for method in ("GET", "HEAD", "GET"):
        connection.request(method, NATURE_7)
        assert bool(connection.getresponse().read()) == (method == "GET")
    connection.close()
    *_, first, second, third = played.requests
    assert first.connection == second.connection == third.connection


def test_new_articles_come_first():
    with played_publishers(articles=3) as played:
        before = at(played, "/nature/search").headers["ETag"]
        played.publish(2)
        found = at(played, "/nature/search", If_None_Match=before).page.css("article h3 a::attr(href)").getall()
    assert [link.rpartition(".")[2] for link in found] == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("hosts", ["ports", "addresses"])
def test_each_publisher_can_have_a_host_of_its_own(hosts: str):
    with played_publishers(articles=2, hosts=hosts, disallow=("/rsc/private", "/acs/private")) as played:
        assert len({urlsplit(played.base(publisher)).netloc for publisher in PUBLISHERS}) == len(PUBLISHERS)
        assert len({urlsplit(played.base(publisher)).hostname for publisher in PUBLISHERS}) == (
            1 if hosts == "ports" else len(PUBLISHERS)
        )
        base = played.base("rsc")
        landing = get(f"{base}/en/results").page.css("a.capsule__action::attr(href)").get()
        assert landing == "/en/content/articlelanding/2010/dr/rsc.2"
        assert get(base + landing).status == 200
        assert get(base + NATURE_7).status == 404
        assert get(f"{base}/robots.txt").text == "User-agent: *\nDisallow: /private\n"
        assert {each.publisher for each in played.requests} == {"rsc"}
        assert played.counts() == {"/rsc/en/results": 1, f"/rsc{landing}": 1, f"/rsc{NATURE_7}": 1, "/robots.txt": 1}


# Faults


@pytest.mark.parametrize(("share", "status"), [("rate_limited", 429), ("unavailable", 503)])
def test_the_first_answers_of_an_address_ask_to_come_later(share: str, status: int):
    with played_publishers(**{share: 1.0}, faults_per_address=2, retry_after=3) as played:
        answers = [at(played, NATURE_7) for _ in range(3)]
        assert [each.status for each in answers] == [status, status, 200]
        assert [each.headers["Retry-After"] for each in answers] == ["3", "3", None]
        assert at(played, "/robots.txt").status == 200


def test_a_cut_connection_ends_after_half_of_the_body():
    with played_publishers(cut=1.0) as played:
        with pytest.raises(http.client.IncompleteRead) as cut:
            at(played, NATURE_7)
        whole = at(played, NATURE_7).body
        assert cut.value.partial == whole[: len(whole) // 2]


def test_a_silent_connection_ends_before_the_first_byte():
    with played_publishers(silent=1.0) as played:
        with pytest.raises(http.client.RemoteDisconnected):
            at(played, NATURE_7)
        assert at(played, NATURE_7).status == 200
        assert [(each.status, each.fault) for each in played.requests] == [(0, "silent"), (200, "")]


def test_faults_meet_their_share_of_addresses_and_always_the_same_ones():
    def met() -> list[int]:
        with played_publishers(articles=200, rate_limited=0.2, seed=4) as played:
            connection = http.client.HTTPConnection(urlsplit(origin(played)).netloc)
            found = []
            for number in range(1, 201):
                connection.request("HEAD", f"/crossref/works/10.5555/nature.{number}")
                response = connection.getresponse()
                response.read()
                if response.status == 429:
                    found.append(number)
            connection.close()
            return found

    first = met()
    assert 20 <= len(first) <= 60  # 40 are expected; three standard deviations are 17
    assert met() == first


def test_a_blocked_publisher_answers_with_a_challenge_until_it_is_no_longer():
    with played_publishers(blocked={"acs"}) as played:
        refused = at(played, "/acs/doi/full/10.5555/acs.7")
        assert (refused.status, refused.headers["cf-mitigated"]) == (403, "challenge")
        assert "_cf_chl_opt" in refused.text
        assert at(played, NATURE_7).status == 200
        played.change(blocked=())
        assert at(played, "/acs/doi/full/10.5555/acs.7").status == 200


def test_closed_articles_show_their_abstracts_and_a_price():
    addresses = (
        NATURE_7,
        f"{NATURE_7}.pdf",
        "/acs/doi/full/10.5555/acs.7",
        "/rsc/en/content/articlehtml/2010/dr/rsc.7",
    )
    with played_publishers(closed={"nature", "acs", "rsc"}) as played:
        for address in addresses:
            answer = at(played, address)
            assert (answer.status, answer.type) == (200, "text/html; charset=utf-8")
            assert "1,000,000 thalers" in answer.text
            assert "drawn for tests" in answer.text  # the abstract
            assert not answer.page.css("div.c-article-section__figure, .hlFld-FigureCaption, .image_table")
        assert at(played, "/nature/search").page.css("article")
    with played_publishers(closed={"subscription"}) as played:
        priced = ["thalers" in at(played, f"/nature/articles/nature.{number}").text for number in range(1, 5)]
        assert priced == [not article.open for article in played.articles("nature")[:4]] == [False, False, True, False]


def test_chosen_places_are_gone():
    with played_publishers(gone={NATURE_7, "*.png"}) as played:
        page = at(played, "/nature/articles/nature.8").page
        assert get("http:" + (page.css("figure img::attr(src)").get() or "")).status == 404
        assert at(played, NATURE_7).status == 404


def test_redirects_lead_where_they_should_not():
    goals = {"1": "elsewhere", "2": "to file", "3": "to private", "4": "to itself"}
    with played_publishers(
        always={f"/nature/articles/nature.{name}": fault for name, fault in goals.items()}
    ) as played:
        found = {name: at(played, f"/nature/articles/nature.{name}").headers["Location"] for name in goals}
        port = urlsplit(origin(played)).port
        assert found == {
            "1": f"http://localhost:{port}/nature/articles/nature.1",
            "2": "file:///etc/passwd",
            "3": "http://169.254.169.254/latest/",
            "4": "/nature/articles/nature.4",
        }
        assert get(found["1"]).status == 200


def test_contents_are_not_always_what_they_are_called():
    with played_publishers(always={"/nature/*": "mistyped"}) as played:
        page = at(played, NATURE_7)
        assert page.type == "image/png"
        picture = get("http:" + (page.page.css("figure img::attr(src)").get() or ""))
        assert picture.type == "text/html; charset=utf-8"
        assert picture.body.startswith(b"\x89PNG")


def test_bodies_without_end_and_of_any_size():
    always = {"/nature/1": "endless", "/nature/2": "huge", "/nature/3": "bomb"}
    with played_publishers(always=always, huge_bytes=3_000_001) as played:
        connection = http.client.HTTPConnection(urlsplit(origin(played)).netloc)
        connection.request("GET", "/nature/1")
        response = connection.getresponse()
        assert response.headers["Transfer-Encoding"] == "chunked"
        assert len(response.read(2_000_000)) == 2_000_000
        response.close()
        connection.close()
        assert len(at(played, "/nature/2").body) == 3_000_001
        bomb = at(played, "/nature/3")
        assert len(bomb.body) < 30_000
        assert len(gzip.decompress(bomb.body)) == 3_000_001


def test_slow_answers_begin_late_and_trickling_ones_end_late():
    always = {NATURE_7: "slow", "/robots.txt": "trickle"}
    with played_publishers(always=always, slow_seconds=0.2, trickle_seconds=0.005) as played:
        began = time.monotonic()
        assert at(played, NATURE_7).status == 200
        assert time.monotonic() - began >= 0.2
        began = time.monotonic()
        assert len(at(played, "/robots.txt").body) == 25
        assert time.monotonic() - began >= 24 * 0.005


def test_a_request_in_progress_does_not_keep_the_server_from_ending():
    def ask(played: Played) -> None:
        with pytest.raises(ConnectionError):
            at(played, NATURE_7)

    began = time.monotonic()
    with played_publishers(always={NATURE_7: "slow"}, slow_seconds=60) as played:
        asking = threading.Thread(target=ask, args=(played,))
        asking.start()
        time.sleep(0.1)
    asking.join()
    assert time.monotonic() - began < 5


def test_unknown_faults_and_hosts_are_refused():
    with pytest.raises(ValueError, match="are no faults"), played_publishers(always={"/": "sleepy"}):
        pass
    with pytest.raises(ValueError, match="one, ports and addresses"), played_publishers(hosts="two"):
        pass
    with pytest.raises(ValueError, match="more than all"), played_publishers(cut=0.6, silent=0.6):
        pass


# The record


def test_the_record_tells_each_request():
    with played_publishers() as played:
        etag = at(played, NATURE_7, User_Agent="tester").headers["ETag"]
        at(played, NATURE_7, If_None_Match=etag)
        at(played, "/nature/search?q=a%20b")
        at(played, "/nowhere")
        first, second, third, fourth = played.requests
        assert (first.method, first.publisher, first.path, first.status) == ("GET", "nature", NATURE_7, 200)
        assert (first.user_agent, second.if_none_match, second.status) == ("tester", etag, 304)
        assert (third.path, third.address) == ("/nature/search", "/nature/search?q=a%20b")
        assert (fourth.publisher, fourth.status) == ("", 404)
        assert first.time <= second.time <= third.time <= time.time()
        assert played.counts() == {NATURE_7: 2, "/nature/search": 1, "/nowhere": 1}
        assert played.counts(status=304) == {NATURE_7: 1}


def asked(begin: float, seconds: float, publisher: str = "acs") -> Asked:
    return Asked(begin, seconds, publisher, "GET", "/", "/", 200, "", 0, 1, "", "", "")


def test_requests_at_once_and_gaps_are_counted_by_publisher():
    requests = [asked(0, 2), asked(1, 3), asked(1.5, 1), asked(2.5, 1), asked(0.5, 9, "rsc")]
    assert largest_in_flight(requests, "acs") == 3
    assert smallest_gap(requests, "acs") == 0.5
    assert largest_in_flight([asked(0, 1), asked(1, 1)], "acs") == 1
    assert smallest_gap(requests, "rsc") == float("inf")


def test_requests_at_the_same_time_are_seen_to_be_that():
    with played_publishers(answer_delay=0.1) as played:
        threads = [threading.Thread(target=at, args=(played, NATURE_7)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert played.largest_in_flight("nature") == 3
        assert played.smallest_gap("nature") < 0.1
        assert played.largest_in_flight("acs") == 0


def test_a_process_of_its_own_writes_its_record_as_it_goes_and_ends_with_its_input(tmp_path: Path):
    log = tmp_path / "requests.jsonl"
    options = ["--articles", "3", "--log", str(log), "--blocked", "acs", "--always", f"{NATURE_7}=gone"]
    command = [sys.executable, "-m", "tests.harvest.played_publishers", "--until-input-ends", *options]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        bases = json.loads(process.stdout.readline())
        assert get(f"{bases['nature']}/articles/nature.2").status == 200
        assert get(f"{bases['nature']}/articles/nature.7").status == 404
        assert get(f"{bases['acs']}/doi/10.5555/acs.2").status == 403
        found = [(each.publisher, each.status, each.fault) for each in read_log(log)]
        assert found == [("nature", 200, ""), ("nature", 404, "gone"), ("acs", 403, "blocked")]
        process.stdin.close()
        assert process.wait(10) == 0
