"""Where a caption's labels stand: before or behind what they name, alone or in lists, or merely as references."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from exsclaim_core.captions.labels import LEADING, Mention
from exsclaim_core.captions.sentences import is_open
from exsclaim_core.captions.wording import Span, find_outside_brackets

_SCALES = re.compile(r"^\W*(?:\w+\s+){0,2}?(?:scale\s*)?(?:bars?|magnifications?)\b|^\W*scale\b", re.I)
SCALES_HEAD = re.compile(
    r"\W*(?P<head>(?:\w+\s+){0,2}?(?:scale\s*)?(?:bars?|magnifications?))\b"
    r"(?:\s*(?:[:,=]|\b(?:are|is|were|was|represents?|indicates?|corresponds?\s+to)\b))*(?:\s*(?:in|for|of)(?=\s*[(\[]))?",
    re.I,
)
SURE_REFERENCE = re.compile(
    r"\b(?:shown|seen|marked|indicated|highlighted|circled|boxed|outlined|depicted|given|taken|displayed|presented"
    r"|observed|described|plotted|labell?ed|enlarged|visible|also|as|than|see|cf\.?|from|panels?|same"
    r"|(?:images?|patterns?|spectr\w+|curves?|plots?|maps?|model|sample|area|region)\s+(?:in|of))"
    r"\s+(?:in|by|of|from|as|with)?\s*"
    r"(?:the\s+)?(?:sub-?)?(?:panels?|figures?|figs?\.?|parts?|area|region|box|rectangle|square)?\s*(?:in|of|from)?\s*$",
    re.I,
)
_OWN_PANEL = r"\d*\s*[(\[]?[A-Za-z](?!\w)[)\]]?"
_OWN_FIGURE = re.compile(
    rf"\W*fig(?:ure)?s?\.?\s*(?P<list>\d+\s*[(\[]?[A-Za-z](?!\w)[)\]]?(?:\s*(?:,|and|&)+\s*{_OWN_PANEL})*)\s+(?:is|are|was|were|show)",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?]\s+[A-Z(]|;")
_BETWEEN_LABELS = re.compile(r"[\s\])]*(?:,|and|&|,\s*and|–|—|-|to)?[\s\[(]*", re.I)
_LABEL_LEAD = re.compile(
    r"\W*(?:as\s+(?:shown|seen)\s)?(?:(?:in|for|panels?|sub-?panels?|figures?|the|both)\W*){0,3}", re.I
)
GOES_ON = re.compile(
    r"(?:of|in|for|from|with|on|at|are|is|was|were|shows?|indicates?|by|after|before|during|under|using|images?|reveals?"
    r"|obtained|recorded|measured|incubated|treated|prepared|spectra|spectrum|patterns?|micrographs?|plots?)\b",
    re.I,
)


def merge_adjacent(caption: str, mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those joined that stand side by side: "(a) and (b) …", "[(a), (b), and (c)] …"."""
    merged: list[Mention] = []
    for each in mentions:
        last = merged[-1] if merged else None
        if (
            last
            and _BETWEEN_LABELS.fullmatch(caption[last.end : each.start])
            and not set(last.labels) & set(each.labels)
        ):
            merged[-1] = Mention(last.start, each.end, (*last.labels, *each.labels), last.form)
        else:
            merged.append(each)
    return merged


def without_title_marks(caption: str, mentions: Sequence[Mention]) -> tuple[list[Mention], list[Span]]:
    """The mentions without those that name panels right before they are named one by one: "Growth (A–C) (A) Images"."""
    kept: list[Mention] = []
    marks: list[Span] = []
    for each, following in pairwise([*mentions, None]):
        if each is None:
            break
        between = caption[each.end : following.start] if following else "."
        if following and len(each.labels) > 1 and following.labels[0] in each.labels and not between.strip(" .,:;"):
            marks.append((each.start, following.start))
        elif len(each.labels) > 1 and begins_clause(caption, each.start) and _taken_apart(caption, each, mentions):
            marks.append((each.start, each.end))
        else:
            kept.append(each)
    return kept, marks


def _taken_apart(caption: str, group: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether the same sentence names the panels of a group one by one: "(a, b) Images of iron (a) and steel (b)"."""
    seen: set[str] = set()
    place = group.end
    for each in mentions[mentions.index(group) + 1 :]:
        text = caption[place : each.start]
        if (
            _SENTENCE_END.search(text)
            or text.rstrip().endswith(".")
            or not set(each.labels) < set(group.labels)
            or set(each.labels) & seen
        ):
            return False
        if not re.search(r"\w", text) or SURE_REFERENCE.search(caption, max(place, each.start - 60), each.start):
            return False
        seen |= set(each.labels)
        place = each.end
        if seen == set(group.labels):
            return True
    return False


def named_by_figure(text: str, labels: Sequence[str]) -> tuple[str, ...]:
    """The panels that a sentence is about by its first words, as in "Figures 1(a) and 1(b) are from …"."""
    match = _OWN_FIGURE.match(text)
    if match is None or len(set(re.findall(r"\d+", match["list"]))) > 1:
        return ()
    named = tuple(re.findall(r"[A-Za-z]", re.sub(r"\band\b", "", match["list"])))
    return named if set(named) <= set(labels) else ()


def sentence_starts(caption: str, mentions: Sequence[Mention]) -> list[int]:
    """Where sentences begin with a label: behind a full stop, and where that was forgotten.

    It was where labels in brackets begin sentences, and this one is the next, before a word with a capital, behind what
    asks for nothing: "(a) Image of felt (b) Spectrum of gauze. (c) …".
    """
    behind = [each for each in mentions if re.search(r"(?:^|[.])\s*$", caption[: each.start])]
    places = [each.start for each in behind]
    named: set[str] = set()
    single: list[Mention] = []  # in brackets, each where its panel is named first
    for each in mentions:
        if each.form in ("brackets", "bracket", "bold") and not named.intersection(each.labels):
            single.append(each)
        named.update(each.labels)
    leading = [each for each in behind if each in single]
    if len(leading) < 2 or 2 * len(leading) < len(single):
        return places
    seen: set[str] = set()
    for each in single:
        follows = not seen or max(seen) < min(each.labels)
        seen.update(each.labels)
        before = caption[: each.start].rstrip()
        if (
            each not in behind
            and follows
            and re.match(r"\s*[A-Z]\w", caption[each.end :])
            and re.search(r"[\w)\]]$", before)
            and not is_open(before)
            and not SURE_REFERENCE.search(before[-60:])
        ):
            places.append(each.start)
    return sorted(places)


def split_lists(naming: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions of a sentence, a new list where labels are named again."""
    lists: list[list[Mention]] = [[]]
    seen: set[str] = set()
    for each in naming:
        if seen & set(each.labels):
            lists.append([])
            seen = set()
        lists[-1].append(each)
        seen |= set(each.labels)
    return lists


def list_end(caption: str, last: Mention, following: Mention) -> int:
    """Where a list ends that another one follows: at a clause, or at the preposition that the other begins with."""
    text = caption[last.end : following.start]
    for pattern in (
        r"[;.]\s",
        r",\s(?=(?:with|at|for|in|under|and)\b)",
        r"\s(?=(?:with|at|for|under|using|in|while)\s)",
    ):
        found = find_outside_brackets(pattern, text)
        if found and text[: found[0].start()].strip():
            return last.end + found[0].start()
    return last.end if not re.search(r"\w", text) else following.start


def split_clauses(
    caption: str, start: int, end: int, naming: Sequence[Mention]
) -> list[tuple[int, int, list[Mention]]]:
    """Stretches between semicolons, each with the mentions in it; those without any belong to the one before."""
    cuts = [start]
    cuts += [match.end() for match in find_outside_brackets(r";(?=\s)", caption[start:end])]
    places = [start, *(start + cut for cut in cuts[1:]), end]
    clauses: list[tuple[int, int, list[Mention]]] = []
    for one, two in pairwise(places):
        some = [each for each in naming if one <= each.start < two]
        if some or not clauses:
            clauses.append((one, two, some))
        else:
            clauses[-1] = (clauses[-1][0], two, clauses[-1][2])
    if len(clauses) > 1 and not clauses[0][2]:
        first, second = clauses[0], clauses[1]
        clauses[:2] = [(first[0], second[1], second[2])]
    return clauses


def begins_with_them(caption: str, start: int, inside: Sequence[Mention]) -> bool:
    return bool(_LABEL_LEAD.fullmatch(caption[start : inside[0].start]))


def begins_clause(caption: str, start: int) -> bool:
    before = caption[:start].rstrip()
    return not before or before[-1] in ".;:!?"


def _in_bracket(caption: str, start: int, first: Mention, last: Mention) -> bool:
    """Whether labels end a remark in brackets, which stands behind what it is on: "felt [left column, (a), (c)] …"."""
    before = caption[start : first.start]
    opened = max(before.rfind("["), before.rfind("("))
    inside = before[opened + 1 :]
    return (
        opened > 0
        and bool(re.search(r"\w.*,\s*$", inside))
        and not re.search(r"[\])]", inside)
        and caption[last.end : last.end + 1] in ("]", ")")
    )


def naming_of(
    caption: str, inside: Sequence[Mention], defined: set[str], every: Sequence[Mention], start: int, end: int
) -> list[Mention]:
    """The mentions of a sentence that say which panel its text describes; others only refer to a panel."""
    scales = bool(_SCALES.match(caption[start:end])) and sum(len(each.labels) for each in inside) > 1
    naming: list[Mention] = []
    known = set(defined)
    here: list[set[str]] = []
    apart: list[Mention] = []  # the panels of a group that follow it one by one
    for number, each in enumerate(inside):
        labels = set(each.labels)
        first_time = not labels <= known
        # A second list in one sentence groups the panels in another way.
        crossing = bool(here) and labels <= set().union(*here) and labels not in here and len(labels) > 1
        if scales or crossing or each in apart or (first_time and not refers(caption, each, every, start)):
            apart = apart or _one_by_one(caption, each, inside[number + 1 :])
            naming.append(each)
            known |= labels
            here.append(labels)
    if naming or len(inside) < 2:
        return naming
    # Named again, one after the other: a second list that crosses the first.
    seen: set[str] = set()
    for each in inside:
        if seen & set(each.labels) or SURE_REFERENCE.search(caption[max(start, each.start - 60) : each.start]):
            return []
        seen |= set(each.labels)
    if begins_with_them(caption, start, inside[:1]):
        return list(inside)
    listed = [
        re.search(r"(?:[,;:)(]|\band|\bof|\bfor)\s*$", caption[start : each.start])
        or re.match(r"\s*[,;.)]|\s+and\b", caption[each.end :])
        for each in inside
    ]
    return list(inside) if all(listed) else []


def _one_by_one(caption: str, group: Mention, following: Sequence[Mention]) -> list[Mention]:
    """The mentions behind a group that begin a clause for each of its panels: "(a, b) Felt; (a) dry; (b) wet"."""
    found: list[Mention] = []
    for each, label in zip(following, group.labels, strict=False):
        if each.labels != (label,) or not re.search(r"\w[^;]*[;,]\s*$", caption[group.end : each.start]):
            return []
        found.append(each)
    return found if len(group.labels) > 1 and len(found) == len(group.labels) else []


def refers(caption: str, each: Mention, every: Sequence[Mention], start: int) -> bool:
    """Whether a mention only points to a panel that another place describes."""
    if not SURE_REFERENCE.search(caption[max(start, each.start - 60) : each.start]):
        return False
    return any(
        other is not each
        and set(each.labels) & set(other.labels)
        and not SURE_REFERENCE.search(caption[max(0, other.start - 60) : other.start])
        for other in every
    )


def stands_before(caption: str, start: int, end: int, naming: Sequence[Mention]) -> bool:
    """Whether the labels of a clause stand before what they name."""
    if not naming:
        return True
    if naming[0].form in LEADING:
        return True
    first, last = naming[0], naming[-1]
    lead = caption[start : first.start].strip(" ,;.([")
    if _in_bracket(caption, start, first, last):
        return False
    rest = caption[last.end : end].strip(" ,;.)]")
    if not re.search(r"\w", re.sub(r"^(?:and|or)\b", "", lead)):
        return True
    if not re.search(r"\w", rest):
        return False
    if begins_with_them(caption, start, naming) and begins_clause(caption, start):
        return True
    votes = 0.0
    for number, each in enumerate(naming):
        before, after = caption[start : each.start].rstrip(), caption[each.end : end].lstrip()
        joined = re.match(r"[,;)]|\.(?!\s+\w)|and\b|respectively", after)
        if before.endswith((":", "=")):
            votes += 1.5
        elif is_open(before) and not (joined and not before.endswith((" and", " the"))):
            votes += 0.5 if before.endswith(" and") else 1.5
        elif before.endswith((",", ";")):
            votes += 0.8
        if joined:
            votes -= 1.0
        elif number + 1 == len(naming) and GOES_ON.match(after):
            votes -= 0.4
        elif number + 1 < len(naming):
            votes += 0.4
    return votes > 0
