"""Which publishers are left alone for now: those that refuse, those that ask for a rest, and those that are silent."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping

from exsclaim_core.harvest.state import Work

REFUSED_AFTER = 3  # refusals one after the other, from which on a publisher's articles are not asked for
SILENT_AFTER = 2  # requests one after the other without any answer, from which on nothing is


class Patience:
    """What the slots of a harvest have answered lately."""

    def __init__(self, rests: Mapping[str, float], longest_wait: float) -> None:
        """`rests` are the times until which slots want to be left alone; `longest_wait` seconds are waited for that."""
        self._rests, self._longest_wait = dict(rests), longest_wait
        self._refusals: Counter[str] = Counter()  # one after the other
        self._unanswered: defaultdict[str, list[tuple[Work, str]]] = defaultdict(list)  # the same
        self._answered: set[str] = set()

    # Refusals

    def refused(self, slot: str) -> None:
        """A page of a slot was refused."""
        self._refusals[slot] += 1

    def granted(self, slot: str) -> None:
        """A page of a slot was read."""
        self._refusals[slot] = 0

    def refusal_of(self, slot: str) -> tuple[str, str] | None:
        """Kind of refusal and reason for which articles of a slot are not asked for; None for one that may be asked."""
        if self._refusals[slot] >= REFUSED_AFTER:
            return "blocked", f"left alone: {slot} has refused {REFUSED_AFTER} pages in a row"
        if self.rests(slot):
            return "rate limited", f"left alone: {self._rest(slot)}"
        return None

    # Rests

    def ask_for_rest(self, slot: str, until: float) -> None:
        """A publisher wants to be left alone until a time, in seconds since 1970."""
        self._rests[slot] = until

    def pause(self, slot: str) -> float:
        """Seconds to wait before anything is asked of a slot."""
        return 0.0 if self.rests(slot) else max(0.0, self._rests.get(slot, 0.0) - time.time())

    def rests(self, slot: str) -> bool:
        """Whether a slot wants to be left alone for longer than is waited."""
        return self._rests.get(slot, 0.0) - time.time() > self._longest_wait

    # Silence

    def answered(self, slot: str) -> list[tuple[Work, str]]:
        """Note any answer of a slot; the requests before it that got none are the only ones, and their reasons."""
        self._answered.add(slot)
        return self._unanswered.pop(slot, [])

    def unanswered(self, work: Work, reason: str) -> bool:
        """Note that a request gets no answer however often it is made; whether it may be its publisher's fault.

        One that was left for another time before is not left again: it would be for ever.
        """
        if work.abandoned:
            return False
        self._unanswered[work.slot].append((work, reason))
        return True

    def is_silent(self, slot: str) -> bool:
        """Whether nothing is asked of a slot, for nobody would answer."""
        return len(self._unanswered[slot]) >= SILENT_AFTER

    def waiting(self) -> list[Work]:
        """Requests that got no answer, and it is not clear whose fault that is."""
        return [work for held in self._unanswered.values() for work, _ in held]

    def lone(self) -> list[tuple[Work, str]]:
        """Requests without an answer in slots that have given others: with nothing left to ask, the fault is theirs."""
        slots = [slot for slot in self._unanswered if slot in self._answered and not self.is_silent(slot)]
        return [each for slot in slots for each in self._unanswered.pop(slot)]

    # At the end

    def reasons(self, slots: list[str]) -> list[str]:
        """Why requests of these slots are left for another time."""
        silent = [slot for slot in slots if self._unanswered[slot]]
        why = [f"no answer from {', '.join(silent)}"] if silent else []
        return why + [self._rest(slot) for slot in slots if self.rests(slot)]

    def _rest(self, slot: str) -> str:
        until = time.strftime("%d %B %H:%M", time.localtime(self._rests[slot]))
        return f"{slot} asks to be left alone until {until}"
