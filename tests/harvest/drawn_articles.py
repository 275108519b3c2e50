"""Articles that nobody has written: titles, authors, captions and pictures, told by (publisher, number, seed).

Texts carry their markup in a notation of their own, which each layout turns into its elements:
**bold**, *italic*, ~below~.
"""

from __future__ import annotations

import html
import io
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from PIL import Image, ImageDraw

from tests.drawing.pages import MARGIN, Paper

PUBLISHERS = ("nature", "acs", "rsc", "arxiv", "europepmc", "crossref", "inspire", "springer")
# Articles that occur twice are those of a publisher, found again in an index.
ORIGINALS = ("nature", "acs", "rsc")
FIRST_DAY = date(2009, 12, 31)  # article 1 appears on the day after, and one on each day from then on
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
RESERVED = "https://example.org/terms-of-use"

HOUSES = {
    "nature": ("Drawn Nature", "Drawn Portfolio"),
    "acs": ("Drawn Chemistry", "Drawn Chemical Society"),
    "rsc": ("Drawn Advances", "Drawn Society of Chemistry"),
    "arxiv": ("", ""),
    "europepmc": ("Drawn Life", "Drawn Library"),
    "crossref": ("Drawn Registry", "Drawn Registrars"),
    "inspire": ("Drawn Physics", "Drawn Physical Society"),
    "springer": ("Drawn Materials", "Drawn Press"),
}

_QUALITIES = ("Slow", "Reversible", "Uneven", "Anisotropic", "Hidden", "Cyclic", "Stepwise", "Delayed", "Partial")
_CHANGES = ("growth", "ordering", "coarsening", "wetting", "oxidation", "faceting", "alloying", "sintering", "twinning")
_MATTER = ("CeO~2~ cubes", "Ag rods", "ZnS shells", "Fe~3~O~4~ rings", "TiO~2~ films", "Au plates", "MoS~2~ flakes")
_PLACES = ("under steam", "in dry air", "on glass", "in water & ethanol", "at 300 K", "in a magnetic field", "on mica")
_VIEWS = (
    "Micrograph of",
    "Diffraction pattern of",
    "Size distribution of",
    "Line profile across",
    "Model of",
    "Map of",
)
_SYLLABLES = ("ba", "dor", "el", "fin", "gra", "hu", "jor", "kel", "lim", "mo", "nar", "os", "pru", "ri", "ta", "vey")
_SIZES = {"full": (480, 360), "large": (480, 360), "medium": (240, 180), "small": (120, 90)}
_MARKS = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*|~(?P<below>.+?)~")


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure of two or more panels."""

    number: int
    title: str
    panels: tuple[str, ...]  # what each shows

    @property
    def letters(self) -> str:
        return "abcdef"[: len(self.panels)]

    def lettered(self, letter: str) -> str:
        """What the panels show, each after its letter in the form "**{}**," or "({})"."""
        return " ".join(
            f"{letter.format(each)} {shown}." for each, shown in zip(self.letters, self.panels, strict=True)
        )

    def caption(self, publisher: str) -> str:
        """The whole caption as the publisher's page or answer gives it, without markup."""
        if publisher == "nature":
            return plain(f"Fig. {self.number}: {self.title}. {self.lettered('**{}**,')}")
        if publisher in ("europepmc", "springer"):
            return plain(f"Fig. {self.number} {self.title}. {self.lettered('**{}**')}")
        label = {"acs": f"Figure {self.number}. ", "arxiv": f"Figure {self.number}. ", "rsc": f"Fig. {self.number} "}
        return plain(f"{label.get(publisher, '')}{self.title}. {self.lettered('({})')}")


@dataclass(frozen=True, slots=True)
class DrawnArticle:
    """An article of a publisher; an index may hold it too."""

    publisher: str
    number: int  # from 1; the higher, the later
    seed: int
    title: str
    authors: tuple[tuple[str, str], ...]  # (given name, family name)
    abstract: str
    open: bool
    figures: tuple[DrawnFigure, ...]

    @property
    def name(self) -> str:
        """What stands for the article in addresses, as the end of its DOI."""
        return f"{self.publisher}.{self.number}"

    @property
    def doi(self) -> str:
        return f"10.5555/{self.name}"

    @property
    def journal(self) -> str:
        return HOUSES[self.publisher][0]

    @property
    def house(self) -> str:
        """Who publishes the journal."""
        return HOUSES[self.publisher][1]

    @property
    def date(self) -> date:
        return FIRST_DAY + timedelta(days=self.number)

    @property
    def licence(self) -> str:
        """Its URL; "" where the article is not open."""
        return LICENCE if self.open else ""

    @property
    def author_names(self) -> tuple[str, ...]:
        return tuple(f"{given} {family}" for given, family in self.authors)


@dataclass(slots=True)
class Literature:
    """All articles of all publishers; a higher number of `articles` adds later ones."""

    articles: int  # of each publisher
    seed: int = 1
    # Each so-manieth article of an index is one of a publisher, under the publisher's DOI; 0 for none.
    shared_every: int = 0

    def article(self, publisher: str, number: int) -> DrawnArticle:
        """What is found at a publisher or index under a number."""
        if not 1 <= number <= self.articles:
            raise KeyError(f"{publisher} has {self.articles} articles, and no number {number}")
        if self.shared_every and number % self.shared_every == 0 and publisher not in ORIGINALS:
            publisher = ORIGINALS[number // self.shared_every % len(ORIGINALS)]
        return invent(publisher, number, self.seed)

    def by_name(self, name: str) -> DrawnArticle:
        """The article that its publisher calls so: "nature.17"; capitals make no difference."""
        publisher, _, number = name.lower().partition(".")
        if publisher not in PUBLISHERS or not number.isdecimal() or not 1 <= int(number) <= self.articles:
            raise KeyError(f"{name} is no article")
        return invent(publisher, int(number), self.seed)

    def listed(
        self, publisher: str, start: int, size: int, oldest_first: bool = False
    ) -> list[tuple[int, DrawnArticle]]:
        """The articles of one page of a list with their numbers, the latest first."""
        numbers = range(1, self.articles + 1) if oldest_first else range(self.articles, 0, -1)
        return [(number, self.article(publisher, number)) for number in numbers[start : start + size]]

    def all_of(self, publisher: str) -> Iterator[DrawnArticle]:
        """All articles of a publisher, the first one first."""
        return (self.article(publisher, number) for number in range(1, self.articles + 1))


@lru_cache(maxsize=4096)
def invent(publisher: str, number: int, seed: int) -> DrawnArticle:
    """The article: the same one at each call and in each process. Two of three are open."""
    chance = random.Random(f"{seed}/{publisher}/{number}")
    figures = tuple(
        DrawnFigure(
            figure,
            f"{chance.choice(_QUALITIES)} {chance.choice(_CHANGES)} of {chance.choice(_MATTER)}",
            tuple(_view(chance) for _ in range(chance.randint(2, 4))),
        )
        for figure in range(1, chance.randint(2, 4) + 1)
    )
    title = (
        f"{chance.choice(_QUALITIES)} {chance.choice(_CHANGES)} of {chance.choice(_MATTER)} "
        f"{chance.choice(_PLACES)}: batch {publisher} {number}"
    )
    abstract = (
        f"We watch the {chance.choice(_CHANGES)} of {chance.choice(_MATTER)} {chance.choice(_PLACES)} for "
        f"{chance.randint(2, 90)} h. Nothing of this was ever measured; the text is drawn for tests."
    )
    authors = tuple((_given(chance), _name(chance)) for _ in range(chance.randint(1, 4)))
    return DrawnArticle(publisher, number, seed, title, authors, abstract, number % 3 != 0, figures)


def _view(chance: random.Random) -> str:
    shown = f"{chance.choice(_VIEWS)} {chance.choice(_MATTER)} {chance.choice(_PLACES)}"
    note = chance.choice(("", f" (*d* < {chance.randint(5, 90)} nm)", f"; scale bar, {chance.randint(1, 9) * 10} µm"))
    return shown + note


def _name(chance: random.Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 3))).capitalize()


def _given(chance: random.Random) -> str:
    return _name(chance) + chance.choice(("", f" {chance.choice('ABDEKLMT')}."))


def plain(text: str) -> str:
    """A text without its markup."""
    return _MARKS.sub(lambda match: next(filter(None, match.groups())), text)


def marked(text: str, names: Mapping[str, str]) -> str:
    """A text with its markup as elements of these names, and with what has a meaning in HTML and XML escaped."""

    def element(match: re.Match[str]) -> str:
        name = names[match.lastgroup or ""]
        return f"<{name}>{match[match.lastgroup or 0]}</{name}>"

    return _MARKS.sub(element, html.escape(text, quote=False))


@lru_cache(maxsize=256)
def picture(article: DrawnArticle, figure: int, size: str, kind: str) -> bytes:
    """The picture of a figure as a PNG, GIF or JPEG file, of the size "small", "medium", "large" or "full".

    Figure 0 is the graphical abstract.
    """
    letters = article.figures[figure - 1].letters
    width, height = _SIZES[size]
    chance = random.Random(f"{article.seed}/{article.name}/{figure}")
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    for index, letter in enumerate(letters):
        left, right = (width * (index + part) / len(letters) + shift for part, shift in ((0, 4), (1, -4)))
        draw.rectangle((left, 4, right, height - 4), fill=_colour(chance), outline="black")
        for _ in range(6):
            x, y = chance.uniform(left, right - width / 12), chance.uniform(4, height * 0.85)
            draw.ellipse((x, y, x + width / 14, y + width / 14), fill=_colour(chance))
        draw.text((left + 4, 8), letter, fill="black")
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randint(60, 250), chance.randint(60, 250), chance.randint(60, 250)


@lru_cache(maxsize=64)
def pdf(article: DrawnArticle) -> bytes:
    """The article as a PDF: a first page with its abstract, and each figure with its caption on a page of its own."""
    paper = Paper().page()
    paper.caption(plain(article.title), MARGIN, MARGIN + 18, paper.width - 2 * MARGIN, size=15)
    paper.caption(", ".join(article.author_names), MARGIN, MARGIN + 70, paper.width - 2 * MARGIN)
    paper.caption(plain(article.abstract), MARGIN, MARGIN + 90, paper.width - 2 * MARGIN)
    paper.body(top=MARGIN + 150, lines=30)
    for figure in article.figures:
        paper.page()
        paper.plot((MARGIN + 40, MARGIN + 30, paper.width - MARGIN - 40, MARGIN + 260))
        paper.caption(figure.caption("arxiv"), MARGIN, MARGIN + 280, paper.width - 2 * MARGIN)
        paper.body(top=MARGIN + 360, lines=20)
    return paper.bytes()
