"""Which stretches of a caption describe which panel.

A caption is taken sentence by sentence. In each that names panels, labels stand before or behind what they name; what
stands before the first or behind the last is shared where it is one half of a description: "SEM images of (a) … and
(b) …", "(a) SEM and (b) TEM images of …". Sentences that name none go with the panel before them, or with no panel.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from exsclaim_core.captions.convention import (
    SCALES_HEAD,
    SURE_REFERENCE,
    begins_clause,
    begins_with_them,
    list_end,
    merge_adjacent,
    named_by_figure,
    naming_of,
    sentence_starts,
    split_clauses,
    split_lists,
    stands_before,
    without_title_marks,
)
from exsclaim_core.captions.labels import Mention
from exsclaim_core.captions.parse import Parse
from exsclaim_core.captions.sentences import is_open, split_sentences
from exsclaim_core.captions.sharing import (
    TAKES_UP,
    compound_end,
    goes_on,
    has_head,
    heads_all,
    is_bare,
    is_head_with_comma,
    items_in_order,
    next_head,
    outer_colon,
    shared_head,
    shared_tails,
    shown_by,
    still_behind,
)
from exsclaim_core.captions.wording import (
    CREDIT,
    FURNITURE,
    FURNITURE_BEHIND,
    GENERAL,
    HEADS,
    LABEL_VERB,
    OF_ALL,
    RIGHTS,
    SURELY_GENERAL,
    Span,
    bare_sentence,
    find_outside_brackets,
    trimmed,
)

_ASIDE = re.compile(r",\s+(?=(?:where|while|with\s+the|in\s+which)\s)")
_PREDICATE = re.compile(r"[\s)\]]*(?:is|are|was|were|has|have|had|shows?|corresponds?)\b")
_ON_BOTH = re.compile(r"\W*both\b", re.I)


@dataclass(slots=True)
class Shares:
    """The stretches of each label, and those of no panel."""

    panels: dict[str, list[Span]]
    general: list[Span] = field(default_factory=list)
    title: Span | None = None  # a sentence of the general text that all panels need

    def give(self, labels: Iterable[str], span: Span) -> None:
        for label in labels:
            if span[1] > span[0] and span not in self.panels[label]:
                self.panels[label].append(span)


def distribute_spans(
    caption: str, labels: Sequence[str], mentions: Sequence[Mention], parse: Parse | None = None
) -> Shares:
    """Stretches of the caption for each label, in the order of the caption; without a parse by its wording alone."""
    shares = Shares({label: [] for label in labels})
    front, behind = FURNITURE.match(caption), FURNITURE_BEHIND.search(caption, max(0, len(caption) - 100))
    begin, end = front.end() if front else 0, behind.start() if behind else len(caption)
    if not labels:
        start, end = trimmed(caption, begin, end)
        shares.general = [(start, end)] if start < end else []
        return shares
    merged = merge_adjacent(caption, mentions)
    merged, marks = without_title_marks(caption, merged)
    _Distribution(caption, (begin, end), list(labels), merged, marks, shares, parse).carry_out()
    title = max((span for span in shares.general if span[1] <= merged[0].start), default=None)
    if title is not None and heads_all(caption[slice(*title)], caption, shares.panels.values()):
        shares.title = title
    if shares.title is not None:
        shares.give(labels, shares.title)
    for label, spans in shares.panels.items():
        shares.panels[label] = sorted(span for span in spans if span[1] > span[0])
    shares.general = sorted(span for span in shares.general if span[1] > span[0])
    return shares


class _Distribution:
    """One caption on its way, sentence by sentence."""

    def __init__(
        self,
        caption: str,
        limits: Span,
        labels: list[str],
        mentions: list[Mention],
        marks: list[Span],
        shares: Shares,
        parse: Parse | None,
    ) -> None:
        self.caption, self.limits, self.labels, self.mentions = caption, limits, labels, mentions
        self.shares = shares
        self.parse = parse
        self.marks = marks
        self.defined: set[str] = set()
        self.current: tuple[str, ...] = ()  # panels of the last description
        self.details = 0  # sentences that belong to the panel before them, up to the last label
        self.over = False  # whether what is about the whole figure has begun
        self.several = False  # whether its sentence described several, one after the other
        self.outer: Span | None = None  # head before a colon, which later sentences have too
        self.waiting: list[Span] = []  # before the first label
        self.last_named = max((each.start for each in mentions), default=0)
        self.credits = len(CREDIT.findall(caption))
        self.wanting: list[Mention] = []  # panels of the last clause whose descriptions name nothing that is shown

    def carry_out(self) -> None:
        fixed = sentence_starts(self.caption, self.mentions)
        fixed += [place for mark in self.marks for place in mark]
        for start, end in split_sentences(self.caption, *self.limits, fixed):
            if not any(one <= start and end <= two for one, two in self.marks):
                self.wanting = []
                for begin, until in self._clauses(start, end):
                    self._sentence(begin, until)
        self.shares.general += [trimmed(self.caption, *span) for span in self.waiting]

    def _clauses(self, start: int, end: int) -> list[Span]:
        """A sentence, and what follows its last panel's description as a clause of its own behind a semicolon."""
        inside = [each for each in self.mentions if start <= each.start < end]
        naming = naming_of(self.caption, inside, self.defined, self.mentions, start, end)
        if self.parse is None or not naming:
            return [(start, end)]
        behind = naming[-1].end
        for match in find_outside_brackets(r";\s", self.caption[behind:end]):
            place = behind + match.end()
            if self.parse.is_clause((place, end)):
                return [(start, place), (place, end)]
        return [(start, end)]

    def _sentence(self, start: int, end: int) -> None:
        inside = [each for each in self.mentions if start <= each.start < end]
        naming = naming_of(self.caption, inside, self.defined, self.mentions, start, end)
        if not naming:
            self._without_naming(start, end, inside)
            return
        if not self.defined:
            naming = self._before_the_first(naming)
        lists = split_lists(naming)
        place = self._scale_head(start, naming)
        for number, some in enumerate(lists):
            until = end if number + 1 == len(lists) else list_end(self.caption, some[-1], lists[number + 1][0])
            self._list(place, until, some)
            place = until
        self.defined |= {label for each in naming for label in each.labels}
        self.several = len(naming) > 1

    def _scale_head(self, start: int, naming: Sequence[Mention]) -> int:
        """Give "Scale bars" to all panels of "Scale bars: 10 nm (a), 5 nm (b)"; where the lengths begin."""
        head = SCALES_HEAD.match(self.caption, start, naming[0].start)
        if head is None or sum(len(each.labels) for each in naming) < 2:
            return start
        for each in naming:
            self.shares.give(each.labels, head.span("head"))
        return head.end()

    def _without_naming(self, start: int, end: int, inside: Sequence[Mention]) -> None:
        text, span = self.caption[start:end], bare_sentence(self.caption, start, end)
        if own := named_by_figure(text, self.labels):
            self.shares.give(own, span)
        elif inside:
            # It speaks of panels that are known already.
            leading = begins_with_them(self.caption, start, inside)
            some = inside[:1] if leading else inside
            about = tuple(dict.fromkeys(label for each in some for label in each.labels))
            if not re.search(r"\w", self.caption[start : inside[0].start]) and not _PREDICATE.match(
                self.caption, inside[0].end
            ):
                span = bare_sentence(self.caption, inside[0].end, end)
                self.current = about
            sure = len(about) > 1 or leading or self.several or bool(SCALES_HEAD.match(text))
            self.shares.give(about if sure or not self.current else self.current, span)
        elif not self.current:
            self.waiting.append((start, end))
        elif RIGHTS.match(text.strip()):
            if self.credits > 1:
                self.shares.give(self.current, span)
            else:
                self.shares.general.append(span)
        elif _ON_BOTH.match(text) and len(self._last_several()) == 2:
            self.shares.give(self._last_several(), span)
        elif self._is_general(start, text):
            self.over = start > self.last_named
            self.shares.general.append(span)
        else:
            self.details += start < self.last_named
            self.shares.give(self._last_several() if start < self.last_named else self.current, span)

    def _is_general(self, start: int, text: str) -> bool:
        """Whether a sentence without labels is about the whole figure.

        Where the panels before the last one have sentences of their own, so has the last one: then only what speaks of
        all panels, and what follows that, is general.
        """
        if OF_ALL.match(text):
            return True
        if start < self.last_named:
            return False
        if self.over or self.several or SURELY_GENERAL.match(text):
            return True
        return not self.details and bool(GENERAL.match(text))

    def _last_several(self) -> tuple[str, ...]:
        return self._sentence_labels if self.several else self.current

    _sentence_labels: tuple[str, ...] = ()

    def _before_the_first(self, naming: list[Mention]) -> list[Mention]:
        first = self.labels[0]
        pointed = [each for each in self.mentions if first in each.labels]
        lost = all(SURE_REFERENCE.search(self.caption[max(0, each.start - 60) : each.start]) for each in pointed)
        if self.waiting and first not in naming[0].labels and len(first) == 1 and lost:
            naming = [each for each in naming if first not in each.labels]
            # The first label was lost in print: what stands before the second one is the first panel's.
            for span in self.waiting:
                self.shares.give((first,), trimmed(self.caption, *span))
            self.defined.add(first)
            self.current = (first,)
            self.waiting = []
        elif self.waiting and self.caption[slice(*self.waiting[-1])].rstrip().endswith(":"):
            self._set_outer(trimmed(self.caption, *self.waiting.pop()))
        self.shares.general += [trimmed(self.caption, *span) for span in self.waiting]
        self.waiting = []
        return naming

    def _set_outer(self, span: Span) -> bool:
        """Keep the head before a colon where it says what kind of picture follows; else it is a title."""
        if HEADS.search(self.caption[slice(*span)]):
            self.outer = span
            return True
        self.shares.general.append(span)
        self.outer = None
        return False

    def _list(self, start: int, end: int, naming: Sequence[Mention]) -> None:
        """A list of panels with their descriptions."""
        self._sentence_labels = tuple(dict.fromkeys(label for each in naming for label in each.labels))
        clauses = split_clauses(self.caption, start, end, naming)
        ways = [stands_before(self.caption, *clause) for clause in clauses]
        if all(ways):
            self._before(start, end, naming)
            self.current = naming[-1].labels
            return
        for (begin, until, some), before in zip(clauses, ways, strict=True):
            if before:
                self._before(begin, until, some)
                self.current = some[-1].labels
            else:
                self._behind(begin, until, some)
                self.current = self._sentence_labels

    def _before(self, start: int, end: int, naming: Sequence[Mention]) -> None:
        """Labels stand before what they name."""
        caption = self.caption
        head: Span | None = None
        text = caption[start : naming[0].start].rstrip(" ([")
        lead = trimmed(caption, start, naming[0].start)
        if caption[lead[1] : start + len(text)].strip() == "in" and not LABEL_VERB.search(caption, *lead):
            lead = lead[0], start + len(text)  # "views in (a) water and (b) oil"
        if begins_with_them(caption, start, naming) and begins_clause(caption, start):
            lead = lead[0], lead[0]  # "In (a)", "Panel (a) shows" describe nothing
        shows = shown_by(caption, naming, end)
        if lead[1] > lead[0]:
            if begins_clause(caption, start) and is_head_with_comma(text) and not any(shows):
                head = lead
            elif self.current and text.endswith((";", ",")) and not is_open(text[:-1]):
                self.shares.give(self.current, lead)  # the panel before goes on
            elif text.endswith(",") and len(shows) > 1 and all(shows) and not is_open(text[:-1]):
                self.shares.general.append(lead)  # a title without a full stop
            elif text.endswith(":") or (text.endswith(";") and not self.current and not is_open(text[:-1])):
                self._set_outer(lead)
            elif (colon := outer_colon(text)) is not None and not is_open(text):
                if self._set_outer(trimmed(caption, start, start + colon)):
                    head = trimmed(caption, start + colon, naming[0].start)
            else:
                head = lead
        own: list[Span] = []
        heads: list[tuple[Span | None, Span | None]] = []
        for number, each in enumerate(naming):
            heads.append((self.outer, head))
            if number + 1 == len(naming):
                own.append(trimmed(caption, each.end, end))
                break
            until = naming[number + 1].start
            cut, following, colon_follows = next_head(caption, each.end, until)
            own.append(trimmed(caption, each.end, cut))
            if (
                following is not None
                and begins_with_them(caption, following[0], naming[number + 1 :])
                and begins_clause(caption, following[0])
            ):
                following = None
            if following is not None and colon_follows:
                self._set_outer(following)
                head = None
            elif following is not None:
                head = following
            elif head is not None and ";" in caption[cut:until] and not goes_on(caption, naming, number, end):
                head = None
        for number, (one, two) in enumerate(pairwise(own), 1):
            if heads[number][1] is None and TAKES_UP.match(caption, *two):
                heads[number] = heads[number][0], shared_head(caption, one, two)  # "(a) loads of felt, (b) of wool"
        tails = shared_tails(caption, own, naming)
        for each, span, (first, second), tail in zip(naming, own, heads, tails, strict=True):
            for part in (first, second, tail):
                if part is not None:
                    self.shares.give(each.labels, part)
            self._give_own(each.labels, span)

    def _give_own(self, labels: Sequence[str], span: Span) -> None:
        """Give a description to its panels: the items of a list in order, where there are as many as panels.

        A subordinate clause that points to one of them is that one's: "…, where arrows in (b) show pores".
        """
        if len(labels) > 1 and (aside := _ASIDE.search(self.caption, *span)):
            some = [each for each in self.mentions if aside.end() <= each.start < span[1]]
            about = {label for each in some for label in each.labels}
            if about and about < set(labels):
                self.shares.give(
                    [label for label in labels if label in about], trimmed(self.caption, aside.end(), span[1])
                )
                span = trimmed(self.caption, span[0], aside.start())
        parts = items_in_order(self.caption, span, len(labels))
        if parts is None:
            self.shares.give(labels, span)
            return
        common, items = parts
        for label, item in zip(labels, items, strict=True):
            self.shares.give((label,), item)
            for part in common:
                self.shares.give((label,), part)

    def _behind(self, start: int, end: int, naming: Sequence[Mention]) -> None:
        """Labels stand behind what they name; what stands behind the last one belongs to all of its list."""
        caption = self.caption
        items: list[tuple[Mention, Span]] = []
        complete: set[int] = set()
        begin = start
        for number, mention in enumerate(naming):
            if number:
                begin, behind = still_behind(caption, begin, mention.start)
                if behind is not None:
                    # "(a) (top inset, …)" is about one, "(a) of X and Y (b)" about all before.
                    bracketed = caption[behind[0] - 1 : behind[0]] == "(" or caption[behind[0]] == "("
                    for earlier, _ in items[-1:] if bracketed else items:
                        self.shares.give(earlier.labels, behind)
                    if not bracketed:
                        complete |= set(range(len(items)))
            items.append((mention, trimmed(caption, begin, mention.start)))
            begin = mention.end
        tail = trimmed(caption, naming[-1].end, end)
        for number, (mention, span) in enumerate(items):
            if self.outer is not None:
                self.shares.give(mention.labels, self.outer)
            first = next((one for _, one in reversed(items[:number]) if has_head(caption[slice(*one)])), items[0][1])
            if number and (head := shared_head(caption, first, span, self.parse)) is not None:
                self.shares.give(mention.labels, head)
            self._give_own(mention.labels, span)
            if number + 1 < len(items) and (common := compound_end(caption, span, items[-1][1])) is not None:
                self.shares.give(mention.labels, common)
            if tail[1] > tail[0] and number not in complete:
                self.shares.give(mention.labels, tail)
        if tail[1] > tail[0]:
            for mention in self.wanting:
                self.shares.give(mention.labels, tail)
        bare = tail[1] == tail[0] and all(is_bare(caption[slice(*span)]) for _, span in items)
        self.wanting = [*self.wanting, *naming] if bare else []
