"""The caption of a figure distributed to its panels: for each the caption's own words, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from exsclaim_core.captions.confidence import estimate
from exsclaim_core.captions.labels import LONGEST_CAPTION, find_labels
from exsclaim_core.captions.parse import Parse
from exsclaim_core.captions.scales import scales_of
from exsclaim_core.captions.segments import distribute_spans
from exsclaim_core.captions.statements import make_statement
from exsclaim_core.captions.wording import Span, trimmed

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

KeywordKind = Literal["query", "technique", "structure", "material", "phrase"]


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase of a caption by which a panel can be found."""

    text: str  # as it stands in the caption
    term: str  # what it is a form of: "scanning electron microscopy" for "SEM"; the query's term for a synonym
    kind: KeywordKind
    start: int  # in the caption, characters
    end: int


@dataclass(frozen=True, slots=True)
class PanelText:
    """What a caption says of one panel."""

    label: str  # as printed: "a", "B", "a1", "top left"
    spans: tuple[Span, ...]  # of the caption, in its order
    statement: str  # the core of it, in the caption's own words
    confidence: float  # chance that these are the right words, 0 to 1
    scales: tuple[str, ...] = ()  # lengths of scale bars that the caption gives for it: "10 nm"
    keywords: tuple[Keyword, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """A caption and what it says of each panel; without panels all of it is general."""

    caption: str
    panels: tuple[PanelText, ...]
    general: tuple[Span, ...]  # of no panel in particular
    keywords: tuple[Keyword, ...] = ()  # of the general text

    def texts(self, spans: Sequence[Span]) -> list[str]:
        """The words of some stretches."""
        return [self.caption[start:end] for start, end in spans]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values: the form in which caption distributions are scored, with all that is known beside."""
        return {
            "caption": self.caption,
            "panels": {
                panel.label: {
                    "text": self.texts(panel.spans),
                    "spans": [list(span) for span in panel.spans],
                    "statement": panel.statement,
                    "confidence": round(panel.confidence, 3),
                    "scales": list(panel.scales),
                    "keywords": [_keyword(keyword) for keyword in panel.keywords],
                }
                for panel in self.panels
            },
            "general": self.texts(self.general),
            "general_spans": [list(span) for span in self.general],
            "keywords": [_keyword(keyword) for keyword in self.keywords],
        }


def distribute(
    caption: str,
    markup: Iterable[Mapping[str, Any]] = (),
    letters: Iterable[str] = (),
    terms: Mapping[str, Sequence[str]] | None = None,
) -> Distribution:
    """What a caption says of each panel.

    `markup` are the publisher's spans with `start`, `end` and `kind`, `letters` the labels that were read in the image;
    both are evidence for the labels. `terms` are the query's terms, each with its synonyms.
    """
    return next(distribute_many([(caption, markup, letters)], terms))


def distribute_many(
    captions: Iterable[tuple[str, Iterable[Mapping[str, Any]], Iterable[str]]],
    terms: Mapping[str, Sequence[str]] | None = None,
    language: Language | None = None,
) -> Iterator[Distribution]:
    """The same for many captions, each with its markup and letters, in their order.

    What is too long for a caption is general as a whole, and not parsed: that would take gigabytes.
    """
    from exsclaim_core.captions.language import caption_language

    nlp = language or caption_language()
    given = (
        (caption if len(caption) <= LONGEST_CAPTION else "", (caption, list(markup), list(letters)))
        for caption, markup, letters in captions
    )
    for doc, (caption, markup, letters) in nlp.pipe(given, as_tuples=True):
        if len(caption) > LONGEST_CAPTION:
            yield Distribution(caption, (), (trimmed(caption, 0, len(caption)),))
        else:
            yield distribute_doc(doc, markup, letters, terms)


def distribute_doc(
    doc: Doc,
    markup: Iterable[Mapping[str, Any]] = (),
    letters: Iterable[str] = (),
    terms: Mapping[str, Sequence[str]] | None = None,
) -> Distribution:
    """What a parsed caption says of each panel."""
    from exsclaim_core.captions.keywords import find_keywords

    caption = doc.text
    bold = [(int(span["start"]), int(span["end"])) for span in markup if span["kind"] == "bold"]
    seen = tuple(letters)
    labels, mentions = find_labels(caption, bold, seen)
    shares = distribute_spans(caption, labels, mentions, Parse(doc))
    keywords = find_keywords(doc, terms or {})
    panels = tuple(
        PanelText(
            label,
            tuple(shares.panels[label]),
            make_statement(caption, shares.panels[label], shares.title),
            estimate(caption, labels, mentions, shares, label, seen),
            scales_of(caption, shares.panels[label]),
            _inside(keywords, shares.panels[label]),
        )
        for label in labels
    )
    return Distribution(caption, panels, tuple(shares.general), _inside(keywords, shares.general))


def _inside(keywords: Sequence[Keyword], spans: Sequence[Span]) -> tuple[Keyword, ...]:
    """The keywords that lie in some stretches as a whole."""
    return tuple(
        keyword for keyword in keywords if any(start <= keyword.start and keyword.end <= end for start, end in spans)
    )


def _keyword(keyword: Keyword) -> dict[str, Any]:
    return {
        "text": keyword.text,
        "term": keyword.term,
        "kind": keyword.kind,
        "start": keyword.start,
        "end": keyword.end,
    }
