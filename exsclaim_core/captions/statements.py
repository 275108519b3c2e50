"""One description of a panel in the caption's own words: what it shows, without the details that follow."""

from __future__ import annotations

import re
from collections.abc import Sequence

from exsclaim_core.captions.sentences import split_sentences
from exsclaim_core.captions.wording import Span

# A scale bar is a detail, however it is added, "(scale bar: 10 nm)", "; scale bar, 10 nm", and so is an inset.
_DETAIL = re.compile(
    r"\s*[,;(\[]\s*(?:the\s+)?scale\s*bars?\b.*$|\s*[,;(\[]\s*bars?\s*[:=,]?\s*\d.*$"
    r"|\s*;\s*(?:the\s+)?(?:\w+\s+)?insets?\b.*$",
    re.I,
)


def make_statement(caption: str, spans: Sequence[Span], title: Span | None = None) -> str:
    """The head that a panel shares, its own words and its share of a common end, up to the end of the sentence.

    "Bright-field (a), dark-field (b) and HAADF (c) images of Au" gives "HAADF images of Au" for c. A head before a
    colon keeps it, and the sentence that is the `title` of all panels gets one. "" for a panel without words.
    """
    if title is not None and title in spans:
        own = make_statement(caption, [span for span in spans if span != title])
        return f"{caption[slice(*title)]}: {own}" if own else caption[slice(*title)]
    parts: list[str] = []
    sentences = split_sentences(caption, spans[0][0], spans[-1][1], []) if spans else []
    last: int | None = None
    sentence = 0  # the one in which the last piece ends
    for start, end in spans:
        while sentence + 1 < len(sentences) and sentences[sentence][1] <= start:
            sentence += 1
            if parts and not colon_behind(caption, last):
                return _joined(parts)
        if last is not None and caption[last:start].strip() == ";":
            break  # a clause of its own, on an inset or the like
        stop = min(end, sentences[sentence][1]) if sentences else end
        text = caption[start:stop].strip(" ,;")
        if text:
            if parts and colon_behind(caption, last) and not parts[-1].endswith(":"):
                parts[-1] += ":"
            parts.append(text)
        last = end
        if stop < end:
            break
    return _joined(parts)


def colon_behind(caption: str, place: int | None) -> bool:
    return place is not None and bool(re.compile(r"[\s)\]]*:").match(caption, place))


def _joined(parts: Sequence[str]) -> str:
    statement = _DETAIL.sub("", " ".join(" ".join(parts).split()))
    return re.sub(r"\s+([,;:])", r"\1", statement).rstrip(" .,;:")
