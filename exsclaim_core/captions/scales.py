"""Lengths of scale bars that a caption gives."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exsclaim_core.captions.wording import Span

_LENGTH = re.compile(
    r"(?<![\w.,])(?P<value>\d+(?:[.,]\d+)?)[\s-]?\s*(?P<unit>nm\s?[-−–]1|1/nm|nm|[µμu]m|mm|cm|Å|pm|m|microns?"
    r"|micromet(?:er|re)s?|nanomet(?:er|re)s?)(?![\w/])"
)
_BAR = re.compile(r"\b(?:scale|bars?|scale\s*bars?|scalebars?)\b", re.I)
_UNITS = {
    "um": "µm",
    "μm": "µm",
    **dict.fromkeys(("micron", "microns", "micrometer", "micrometers", "micrometre", "micrometres"), "µm"),
    **dict.fromkeys(("nanometer", "nanometers", "nanometre", "nanometres"), "nm"),
    **dict.fromkeys(("nm-1", "nm−1", "nm–1"), "1/nm"),
}
# "Scale bar: 10 nm in all panels", "the same scale applies throughout", "all images are at the same scale".
_SHARED = re.compile(
    r"\b(?:scale|(?<!error\s)bars?)\b[^.;]*\b(?:(?:all|each|every)\s+(?:of\s+)?(?:the\s+)?(?:panel|image|micrograph|picture|figure)s?"
    r"|throughout)\b|\b(?:all|each|every)\b[^.;]*\bsame\s+(?:scale|magnification)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def scales_of(caption: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """The lengths of scale bars in some stretches, as "10 nm", each once.

    A length is one where its sentence has spoken of a bar, or right before it does: "a 10 nm scale bar".
    """
    text = ""
    for number, (start, end) in enumerate(spans):
        if number:
            text += ". " if _SENTENCE_END.search(caption, spans[number - 1][1], start) else " "
        text += caption[start:end]
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s", text):
        bar = _BAR.search(sentence)
        if bar is None:
            continue
        for match in _LENGTH.finditer(sentence):
            if match.start() > bar.start() or re.match(r"[\s-]*(?:long\s+)?(?:scale|bar)", sentence[match.end() :]):
                unit = re.sub(r"\s", "", match["unit"])
                found.append(f"{match['value']} {_UNITS.get(unit, unit)}")
    return tuple(dict.fromkeys(found))


def is_scale_shared(caption: str) -> bool:
    """Whether a caption says that one scale holds for all panels."""
    return _SHARED.search(caption) is not None
