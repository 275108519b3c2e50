"""What a harvest finds: articles with their figures, and the pages of a search."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from exsclaim_core.model import FigureType, called

MarkupKind = Literal["bold", "italic", "superscript", "subscript"]
# A graphical abstract, a photo of an author, or a part of the supplement is no figure of the article.
FigureRole = Literal["figure", "table", "supplementary", "graphical abstract", "author photo"]
PageKind = Literal["article", "search", "blocked", "closed", "rate limited", "other"]


@dataclass(frozen=True, slots=True)
class Markup:
    """A stretch of a text that its publisher has set in bold, italics, above or below the line."""

    start: int  # in characters
    end: int
    kind: MarkupKind


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text with its publisher's inline markup; white space is one blank each, none at the ends."""

    text: str
    markup: tuple[Markup, ...] = ()


@dataclass(frozen=True, slots=True)
class HarvestedFigure:
    """A figure or table as its publisher shows it beside the text."""

    type: FigureType
    label: str  # "3", "S1", "Scheme 2", as in Figure.label; "" where it has none
    caption: str  # the whole of it, with its label as printed
    markup: tuple[Markup, ...] = ()  # of the caption
    image_urls: tuple[str, ...] = ()  # the highest resolution first, then smaller ones of the same picture
    role: FigureRole = "figure"
    mentions: tuple[str, ...] = ()  # references to it in the running text: "Fig. 2b"

    @property
    def name(self) -> str:
        """What it is called: "Figure 3"; "Scheme 2", whose label says itself what it labels."""
        return called(self.type, self.label)

    @property
    def image_url(self) -> str:
        """Of the picture at its highest resolution; "" where the page offers none."""
        return self.image_urls[0] if self.image_urls else ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article: what a publisher or an index tells of it, and its figures. What is not told is empty or None."""

    doi: str = ""  # in lower case, without a resolver: "10.1038/ncomms1737"
    title: str = ""
    authors: tuple[str, ...] = ()  # "Given Family", in their order
    journal: str = ""
    publisher: str = ""
    date: str = ""  # of publication: 2018, 2018-09 or 2018-09-25
    abstract: str = ""
    licence: str = ""  # URL
    redistribution: bool | None = None  # whether the licence allows to hand copies on
    open: bool | None = None  # whether it can be read without payment
    article_url: str = ""  # of its page
    pdf_url: str = ""
    article_type: str = ""  # "research", "review", …, in lower case
    figures: tuple[HarvestedFigure, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Article:
        """The article of such a record."""
        figures = tuple(
            HarvestedFigure(
                **{
                    **figure,
                    "markup": tuple(Markup(**markup) for markup in figure["markup"]),
                    "image_urls": tuple(figure["image_urls"]),
                    "mentions": tuple(figure["mentions"]),
                }
            )
            for figure in record["figures"]
        )
        return cls(**{**record, "authors": tuple(record["authors"]), "figures": figures})


@dataclass(frozen=True, slots=True)
class SearchHit:
    """An article in the answer to a search: as much as the answer tells."""

    url: str  # of the article's page or record
    article: Article = Article()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of the answer to a search."""

    hits: tuple[SearchHit, ...]
    total: int | None = None  # articles that the whole search has found
    next_url: str = ""  # of the next page; "" after the last one


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response turned out to be."""

    kind: PageKind
    article: Article | None = None
    search: SearchPage | None = None
    reason: str = ""  # of what is neither an article nor a search: what it is
    layout: str = ""  # name of the page object or reader that knew it
