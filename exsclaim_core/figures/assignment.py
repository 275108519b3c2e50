"""One region for each caption: the choice of proposals with the best total score."""

from __future__ import annotations

import math
from collections import Counter, defaultdict

from exsclaim_core.figures.content import Content
from exsclaim_core.figures.lanes import ABOVE, BELOW
from exsclaim_core.figures.scoring import Option
from exsclaim_core.settings import AssignmentSettings


def learn_sides(
    scored: list[tuple[Content, list[list[Option]]]], settings: AssignmentSettings
) -> dict[tuple[str, int], float]:
    """On which side of their captions the document's clear figures and tables lie, as an addition to the scores."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for content, by_caption in scored:
        for caption, options in zip(content.captions, by_caption, strict=True):
            if not options:
                continue
            best = max(options, key=lambda o: o.score)
            rival = max((o.score for o in options if o.proposal.side != best.proposal.side), default=-math.inf)
            if best.score > settings.clear and best.score - rival > settings.clear_margin:
                votes[caption.label.type][best.proposal.side] += 1
    habit: dict[tuple[str, int], float] = {}
    for kind, counter in votes.items():
        total = sum(counter.values())
        for side in (ABOVE, BELOW):
            share = (counter[side] + 0.5) / (total + 1.0)
            habit[kind, side] = settings.side_weight * (2 * share - 1) * min(1.0, total / 3)
    return habit


def assign(options: list[list[Option]], settings: AssignmentSettings) -> list[Option | None]:
    """The proposal of each caption such that no item has two owners and the sum of the scores is largest.

    Captions whose proposals share no items are solved apart. A group begins with a greedy choice that exchanges
    improve; a search from there, depth first and bounded by the best scores left, is exact within settings.most_steps
    steps and keeps the best choice so far beyond.
    """
    chosen: list[Option | None] = [None] * len(options)
    for group in _groups(options):
        for index, choice in zip(group, _solve([options[i] for i in group], settings), strict=True):
            chosen[index] = choice
    return chosen


def _groups(options: list[list[Option]]) -> list[list[int]]:
    """Indices of captions whose proposals share items, directly or in a chain."""
    groups: list[tuple[int, list[int]]] = []
    for index, some in enumerate(options):
        items, members = 0, [index]
        for option in some:
            items |= option.proposal.items
        apart = []
        for other_items, others in groups:
            if other_items & items:
                items |= other_items
                members = others + members
            else:
                apart.append((other_items, others))
        groups = [*apart, (items, members)]
    return [sorted(members) for _, members in groups]


def _solve(options: list[list[Option]], settings: AssignmentSettings) -> list[Option | None]:
    least = settings.least_score
    ranked = [sorted((o for o in some if o.score > least), key=lambda o: -o.score) for some in options]
    order = sorted(range(len(options)), key=lambda i: -(ranked[i][0].score if ranked[i] else -math.inf))
    # A region gains what it has above the least score, so that a caption with any region beats one without.
    bounds = [0.0] * (len(order) + 1)
    for position in reversed(range(len(order))):
        some = ranked[order[position]]
        bounds[position] = bounds[position + 1] + (some[0].score - least if some else 0.0)
    best = _start(ranked, least)
    if len(options) > settings.most_searched:
        return best
    best_total = sum(option.score - least for option in best if option)
    current: list[Option | None] = [None] * len(options)
    steps = 0

    def search(position: int, used: int, total: float) -> None:
        nonlocal best_total, best, steps
        steps += 1
        if total + bounds[position] <= best_total or steps > settings.most_steps:
            return
        if position == len(order):
            best_total, best = total, list(current)
            return
        index = order[position]
        for option in ranked[index]:
            if not option.proposal.items & used:
                current[index] = option
                search(position + 1, used | option.proposal.items, total + option.score - least)
        current[index] = None
        search(position + 1, used, total)

    search(0, 0, 0.0)
    return best


def _start(ranked: list[list[Option]], least: float) -> list[Option | None]:
    """A good choice to begin with: the better of two greedy ones, by gain and by gain for each caption set back."""
    every = [(option, index) for index, some in enumerate(ranked) for option in some]
    reach = [0] * len(ranked)  # the items of all options of each caption
    for option, index in every:
        reach[index] |= option.proposal.items
    by_gain = sorted(every, key=lambda one: -one[0].score)
    by_share = sorted(
        every,
        key=lambda one: (
            -(one[0].score - least) / sum((items & one[0].proposal.items) != 0 for items in reach),
            -one[0].score,
        ),
    )
    choices = [_exchange(order, ranked, least) for order in (by_gain, by_share)]
    return max(choices, key=lambda choice: sum(option.score - least for option in choice if option))


def _exchange(order: list[tuple[Option, int]], ranked: list[list[Option]], least: float) -> list[Option | None]:
    """Options taken in order, then exchanged for those that they exclude as long as that gains.

    A caption that loses its region in an exchange gets its best one of those still free.
    """
    chosen: list[Option | None] = [None] * len(ranked)
    for _ in range(len(ranked) + 1):
        changed = False
        for option, index in order:
            excluded = [
                i
                for i, other in enumerate(chosen)
                if other and (i == index or other.proposal.items & option.proposal.items)
            ]
            loss = sum(other.score - least for i in excluded if (other := chosen[i]))
            used = option.proposal.items
            for i, other in enumerate(chosen):
                if other and i not in excluded:
                    used |= other.proposal.items
            instead: dict[int, Option] = {index: option}
            for i in excluded:
                free = next((o for o in ranked[i] if not o.proposal.items & used), None) if i != index else None
                if free is not None:
                    instead[i] = free
                    used |= free.proposal.items
            if sum(o.score - least for o in instead.values()) > loss + 1e-9:
                for i in excluded:
                    chosen[i] = None
                for i, o in instead.items():
                    chosen[i] = o
                changed = True
        if not changed:
            break
    return chosen
