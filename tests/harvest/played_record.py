"""What the played publishers were asked: who, when, and how many at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer."""

    time: float  # when it had arrived, in seconds since 1970
    seconds: float  # until the last part of the answer was handed to the system
    publisher: str  # "" for what belongs to none: robots.txt of a host that all share
    method: str
    path: str  # decoded, with the publisher's name in front
    address: str  # path and query as they came
    status: int  # 0 where the connection was closed before the first byte
    fault: str  # "" for none
    bytes: int  # of the body, as sent
    connection: int  # number of the connection, from 1
    user_agent: str
    if_none_match: str
    if_modified_since: str


def read_log(path: Path) -> list[Asked]:
    """The requests of a log; its last line may be cut."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [Asked(**json.loads(line)) for line in lines]


def as_line(asked: Asked) -> str:
    """A line of a log."""
    return json.dumps(asdict(asked), ensure_ascii=False)


def largest_in_flight(requests: Iterable[Asked], publisher: str) -> int:
    """The most requests of a publisher that waited for the end of their answers at the same time."""
    edges = [
        edge
        for each in requests
        if each.publisher == publisher
        for edge in ((each.time, 1), (each.time + each.seconds, -1))
    ]
    now = most = 0
    for _, step in sorted(edges):  # an end before a beginning at the same time
        now += step
        most = max(most, now)
    return most


def smallest_gap(requests: Iterable[Asked], publisher: str) -> float:
    """The shortest time between the beginnings of two requests of a publisher, in seconds; infinity for one or none."""
    times = sorted(each.time for each in requests if each.publisher == publisher)
    return min((later - earlier for earlier, later in pairwise(times)), default=float("inf"))
