"""What several panels share: heads before a list, tails behind it, and lists of items in the order of the labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from exsclaim_core.captions.convention import GOES_ON
from exsclaim_core.captions.labels import Mention
from exsclaim_core.captions.parse import Parse
from exsclaim_core.captions.sentences import is_open, names_display, picture_in
from exsclaim_core.captions.wording import VIEW, Span, find_outside_brackets, trimmed

_PHRASE = re.compile(r"\s(?:of|for|from|in|at|with|on|after|before|showing|by|under)\s")
_NUMBER = re.compile(r"^[~≈<>±−–-]?\s*\d[\d.,]*(?:\s*[×x]\s*10\S*)?")
_PREPOSITION = re.compile(r"(?:before|after|during|with|without|above|below|inside|outside|along|across)\b", re.I)
# Nouns that end like these ("signal") do no harm: they too share the noun behind an adjective.
_ADJECTIVE = (
    r"(?:(?:\w+-)*\w{2,}(?:ed|al|ic|ous|ive|ary)|raw|bare|pure|fresh|dry|wet|thin|thick|small|large|high|low|cold|hot|fast"
    r"|slow|young|old|new)"
)
_OF = re.compile(r"^[\w\s-]{1,40}\sof\s")
_CONDITION = re.compile(r"\s*(?:For|In|At|On|With|Without|After|Before|Under|During)\s")
TAKES_UP = re.compile(r"(?:of|for|from|in|with|at|by|after|on|under|along|between|during)\b")
_ADVERB = re.compile(r"\w+ly\s")
_COMPOUND = re.compile(r"(?P<first>\w+)-(?P<last>\w+)\b")
# A description that takes up the one before it is whole: "the corresponding loads".
_REFERS_BACK = re.compile(r"(?:the\s+)?(?:corresponding|respective|same|resulting)\b|(?:its|their)\s", re.I)
_ADJECTIVES = re.compile(rf"(?:the\s+)?{_ADJECTIVE}(?:(?:,?\s+and\s+|\s+){_ADJECTIVE})*\b", re.I)
_RESPECTIVELY_BEHIND = re.compile(
    r"\s*[(\[][^()\[\]]{0,40}\brespectively\W*[)\]]"
    r"|(?:\s*(?:in|for|panels?|and|&|,|[(\[][^()\[\]]{0,40}[)\]])){1,20}\s*\brespectively\b"
)
_HEAD_END = re.compile(
    r"\s(?:of|for|from|in(?!\s(?:situ|vivo|vitro|silico|operando)\b)|with|vs\.?|at|by|after|on|under|to|along|between|versus"
    r"|against|during|across|through)\s(?:the\s)?"
)
_ITEMS_BEGIN = re.compile(
    r"(?:^|\s)(?:of|for|at|with|by|from|in|around|to|between|after|before|under|on|over|along|across|through"
    r"|against|during|vs\.?|versus|are|is|=)\s+(?:the\s+)?"
)
LONGEST_VIEW = 100  # characters
MOST_WORDS_OF_A_CONDITION = 6
LONGEST_SHARED = 8  # words of a description inside a list whose head the next ones share
MOST_PIECES = 50  # between commas and "and": text with more of them is no list for some panels
GENERIC = re.compile(
    r"images?|micrographs?|photographs?|pictures?|spectr(?:um|a)|patterns?|curves?|plots?|views?|maps?", re.I
)


def goes_on(caption: str, naming: Sequence[Mention], number: int, end: int) -> bool:
    """Whether what follows the next label is a mere object or condition, which needs the head before it."""
    until = naming[number + 2].start if number + 2 < len(naming) else end
    return not names_display(caption[naming[number + 1].end : until])


def shown_by(caption: str, naming: Sequence[Mention], end: int) -> list[bool]:
    """For each label before its description whether that says what kind of picture it is."""
    ends = [*(each.start for each in naming[1:]), end]
    return [names_display(caption[each.end : until]) for each, until in zip(naming, ends, strict=True)]


def is_head_with_comma(text: str) -> bool:
    """Whether the beginning of a sentence is a head though it ends with a comma: "Plots of loads, (a) dry, (b) wet"."""
    return text.endswith(",") and (picture_in(text) is not None or bool(_CONDITION.match(text)))


def outer_colon(text: str) -> int | None:
    """Where behind a colon an inner head begins: "SEM images of rods: LiMn2O4 (a) …"."""
    found = find_outside_brackets(r":\s", text)
    return found[-1].end() if found else None


def next_head(caption: str, start: int, end: int) -> tuple[int, Span | None, bool]:
    """Where a panel's own text ends before the next label, the head that the next label has, and whether by a colon."""
    text = caption[start:end]
    bare = re.sub(r"(?:[\s(\[,]|(?<=[\s,;])(?:and|or|&))+$", "", text)
    colon = bare.endswith(":")
    found = find_outside_brackets(r"[;,](?:\s+(?:and\s+)?|$)|\s+and\s+", bare)
    if not found:
        return start + len(bare), None, False
    last = found[-1]
    piece = bare[last.end() :]
    if last[0].startswith(";") and piece.strip():
        return start + last.start(), trimmed(caption, start + last.end(), start + len(bare)), colon
    if not (colon or is_open(bare)):
        return start + (last.start() if not piece.strip() else len(bare)), None, False
    for match in reversed(found):
        piece = bare[match.end() :]
        if len(re.findall(r"\w+", piece)) >= 2 and (names_display(piece) or match[0].startswith(";")):
            return start + match.start(), trimmed(caption, start + match.end(), start + len(bare)), colon
    piece = bare[last.end() :]
    if re.fullmatch(r"(?:the|an?|at|for|in|with|of|on|by|from|after|before)?\s*(?:the|an?)?", piece.strip(), re.I):
        return start + last.start(), None, False
    if len(re.findall(r"\w+", piece)) >= 2:
        return start + last.start(), trimmed(caption, start + last.end(), start + len(bare)), colon
    return start + len(bare), None, False


def shared_tails(caption: str, own: Sequence[Span], naming: Sequence[Mention]) -> list[Span | None]:
    """For each panel the end of a later text that it shares: "(a) original and (b) polished pellet"."""
    tails: list[Span | None] = [None] * len(own)
    for number, (start, end) in enumerate(own[:-1]):
        text = caption[start:end]
        candidates = []
        for later in range(number + 1, len(own)):
            between = caption[own[later - 1][1] : naming[later].start]
            if ";" in between or "." in between:
                break
            if text and (place := tail_start(text, caption[slice(*own[later])])):
                candidates.append((own[later][0] + place, own[later][1]))
        # One that says what is shown, before one that only names the picture.
        candidates.sort(key=lambda span: not _PHRASE.search(f" {caption[slice(*span)]}"))
        if candidates:
            tails[number] = trimmed(caption, *candidates[0])
    return tails


def tail_start(text: str, final: str) -> int:
    """Where in a later description what another one shares begins; 0 where it shares nothing."""
    if text.endswith("-"):
        return final.find("-") + 1 if "-" in final else 0
    if _REFERS_BACK.match(text):
        return 0
    compound, other = _COMPOUND.fullmatch(text), _COMPOUND.match(final)
    if compound and other and final[other.end() :].strip() and set(compound.groups()) & set(other.groups()):
        return other.end()  # "low-speed (a) and high-speed (b) images"
    if (adverb := _ADVERB.match(final)) and _ADVERB.fullmatch(f"{text} "):
        return adverb.end()  # "partly (a) and fully (b) washed felt"
    number, last_number = _NUMBER.match(text), _NUMBER.match(final)
    if number and last_number:
        unit, last_unit = text[number.end() :].strip(), final[last_number.end() :].strip()
        if not unit and last_unit:
            return last_number.end()
        if unit and last_unit.startswith(unit) and len(last_unit) > len(unit):
            return final.index(last_unit, last_number.end()) + len(unit)
        return 0
    if (one := _PREPOSITION.fullmatch(text)) and (other := _PREPOSITION.match(final)) and one[0] != other[0]:
        return other.end()  # "before (a) and after (b) annealing"
    if _ADJECTIVES.fullmatch(text) and (adjective := _ADJECTIVES.match(final)) and final[adjective.end() :].strip():
        return adjective.end()
    if _PHRASE.search(text):
        return 0
    picture, last_picture = picture_in(text), picture_in(final)
    # "Drawing of A" names another panel, which is nothing to share.
    found = find_outside_brackets(r"\s(?:of|for|from)\s(?![(\[]?[A-Za-z][)\]]?\W*$)", final)
    of = found[0] if found else None
    if last_picture and not picture and len(text.split()) <= 6:
        if GENERIC.fullmatch(last_picture[0]) or not of:
            return last_picture.start()
        return of.start()
    if picture and of and text[picture.end() :].strip() == "":
        return of.start()
    if of and is_bare(text) and names_display(final[: of.start()]) and names_display(text):
        return of.start()
    return 0


def heads_all(title: str, caption: str, panels: Iterable[Sequence[Span]]) -> bool:
    """Whether all panels need the sentence before the first label, which is a title all the same.

    They need what it names where they are mere views, "(a) top view, (b) detail", and the kind of picture where they
    name a condition only: "SEM images of felt. (a) Dry. (b) Wet."
    """
    described = [" ".join(caption[start:end] for start, end in spans) for spans in panels]
    if len(described) < 2 or max(map(len, described)) > LONGEST_VIEW:
        return False
    if all(map(VIEW.fullmatch, described)):
        return True
    bare = all(
        text and len(text.split()) <= MOST_WORDS_OF_A_CONDITION and not names_display(text) for text in described
    )
    return bare and picture_in(title) is not None


def has_head(text: str) -> bool:
    """Whether a short description begins with a display that the next ones may share: "loads of felt"."""
    found = find_outside_brackets(r"\s(?:of|for|from|in)\s", text)
    return bool(found) and len(text.split()) <= LONGEST_SHARED and names_display(text[: found[0].start()])


def compound_end(caption: str, span: Span, last: Span) -> Span | None:
    """The end of the last description that an adjective before it shares: "dry (a) and wet felt (b)"."""
    text, final = caption[slice(*span)], caption[slice(*last)]
    if not (text.endswith("-") or _ADJECTIVES.fullmatch(text) or _COMPOUND.fullmatch(text)):
        return None
    place = tail_start(text, final)
    return trimmed(caption, last[0] + place, last[1]) if place else None


def is_bare(text: str) -> bool:
    """Whether a description names a display and nothing that is shown: "FT-IR spectra"."""
    return bool(text) and not _PHRASE.search(text) and len(text.split()) <= 6


def items_in_order(caption: str, span: Span, count: int) -> tuple[list[Span], list[Span]] | None:
    """What is common, and the items of a list with as many as there are panels; None where there is no such list.

    "The micrographs of BT15, BT20 and BT30, respectively": in order, one for each.
    """
    text = caption[slice(*span)]
    if count < 2 or count > 12:
        return None
    stop = re.search(r",?\s*\brespectively\b", caption[span[0] : span[1] + 20])
    stop = stop or _RESPECTIVELY_BEHIND.match(caption, span[1])
    limit = min(stop.start(), len(text)) if stop and stop.start() < span[1] else len(text)
    pieces = find_outside_brackets(r",\s+and\s+|,\s+|\s+and\s+", text[:limit])
    if not count - 1 <= len(pieces) <= MOST_PIECES:
        return None
    for first in range(len(pieces) - count + 2):
        some = pieces[first : first + count - 1]
        if "and" not in some[-1][0] or any("and" in each[0] for each in some[:-1]):
            continue
        bounds = [some[0].start(), *[each.end() for each in some]]
        begin = max([match.end() for match in _ITEMS_BEGIN.finditer(text, 0, bounds[0])], default=None)
        if begin is None:
            begin = 0 if not pieces[:first] else pieces[first - 1].end()
        places = [(begin, some[0].start())]
        places += [(one.end(), two.start()) for one, two in pairwise(some)]
        last_end = limit
        if (
            not stop
            and (
                m := re.search(
                    r"\s(?:of|for|at|with|by|from|in|on|after|before|under|and|where)\s|[,;(]",
                    text[some[-1].end() : limit],
                )
            )
        ) or (stop and (m := re.search(r",\s", text[some[-1].end() : limit]))):
            last_end = some[-1].end() + m.start()
        places.append((some[-1].end(), last_end))
        items = [text[slice(*place)].strip() for place in places]
        if all(items) and (cut := _common_end(items, bool(stop))):
            last_end = text.index(items[-1], places[-1][0]) + cut
            places[-1] = places[-1][0], last_end
            items[-1] = text[slice(*places[-1])].strip()
        if not all(items) or max(len(item.split()) for item in items) > 6:
            continue
        if not stop and (not _alike(items) or max(len(item.split()) for item in items) > 2):
            continue
        common = []
        if text[:begin].strip():
            common.append(trimmed(caption, span[0], span[0] + begin))
            common[0] = (common[0][0], span[0] + len(text[:begin].rstrip()))
        if text[last_end:].strip(" ,;."):
            tail, end = trimmed(caption, span[0] + last_end, span[1])
            if joined := re.match(r"\s+(?=and\s)", text[last_end:]):
                tail = span[0] + last_end + joined.end()  # it goes on behind each of the items
            common.append((tail, end))
        common = [(one, two) for one, two in common if re.sub(r"\brespectively\b|\W", "", caption[one:two])]
        return common, [(span[0] + one, span[0] + two) for one, two in places]
    return None


def _common_end(items: Sequence[str], in_order: bool) -> int:
    """Where in the last item begins what all of them share: "0, 3 and 9 h", "SEM and TEM images"; 0 for nothing."""
    numbers = all(_NUMBER.fullmatch(item) for item in items[:-1])
    if (numbers or in_order) and (place := tail_start(items[0], items[-1])):
        return len(items[-1][:place].rstrip())
    words = [item.split() for item in items]
    size = len(words[0])
    if (
        in_order
        and all(len(each) == size and not each[-1].endswith("s") for each in words[:-1])
        and len(words[-1]) == size + 1
        and words[-1][-1].endswith("s")
    ):
        return len(items[-1]) - len(words[-1][-1]) - 1
    return 0


def _alike(items: Sequence[str]) -> bool:
    """Whether items are numbers or codes of one kind, whose order is plain."""
    shapes = {re.sub(r"\d+(?:\.\d+)?", "0", item) for item in items}
    return len(shapes) == 1 and any(character.isdigit() for character in items[0])


def still_behind(caption: str, begin: int, stop: int) -> tuple[int, Span | None]:
    """What behind a label still belongs to it and those before, and where the next description begins."""
    text = caption[begin:stop]
    if match := re.match(r"\s*\([^()]*\)", text):
        rest = text[match.end() :]
        if rest.strip(" ,;").lower() not in ("", "and"):
            at = begin + len(text) - len(text.lstrip())
            return begin + match.end(), (at, begin + match.end())
    if GOES_ON.match(text.lstrip()):
        found = find_outside_brackets(r",\s+(?:and\s+)?|\s+and\s+", text)
        if found:
            last = next((m for m in found if names_display(text[m.end() :])), found[-1])
            return begin + last.end(), trimmed(caption, begin, begin + last.start())
    return begin, None


def shared_head(caption: str, first: Span, other: Span, parse: Parse | None = None) -> Span | None:
    """The head of the first description that another one shares: "TEM images of" in "TEM images of X (a) and Y (b)".

    It ends with a preposition; of several that one behind which there is as much as the other one is long. Where none
    fits it ends before what the parse coordinates the other one with. A clause with its own predicate shares none.
    """
    text, second = caption[slice(*first)], caption[slice(*other)]
    if names_display(second) or not second or (parse is not None and parse.is_clause(other)):
        return None
    if _OF.search(second) and _OF.search(text) and picture_in(text) is None:
        return None  # "content of dye (a) and length of thread (b)"
    if again := TAKES_UP.match(second):
        # "Spectra of iron (a) and of steel (b)"
        earlier = [match.start() for match in re.finditer(rf"\s{again[0]}\s", text)]
        return (first[0], first[0] + earlier[-1]) if earlier else None
    best: tuple[float, int] | None = None
    length = len(second.split())
    for match in _HEAD_END.finditer(text):
        own = text[match.end() :]
        if not own.strip():
            continue
        alike = bool(_NUMBER.match(own)) == bool(_NUMBER.match(second)) and own[:1].isupper() == second[:1].isupper()
        cost = (
            abs(len(own.split()) - length)
            - 2 * alike
            - (match[0].strip().startswith("of") and names_display(text[: match.start()]))
        )
        if best is None or cost <= best[0]:
            best = cost, match.end()
    if best is None or best[0] > 3:
        place = parse.coordinated(first, other) if parse is not None else None
        head = text[: place - first[0]].rstrip(" ,") if place is not None else ""
        return (first[0], first[0] + len(head)) if len(head.split()) > 1 else None
    return first[0], first[0] + len(text[: best[1]].rstrip())
