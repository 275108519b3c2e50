"""Harvests without a crawl: articles that nobody has written, as a harvest leaves them in the folder of a run.

harvest = write_harvest(run, [Brought(drawn_article("one"), {0: picture()}), Brought(drawn_article("two"), pdf=body)])
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from exsclaim_core.harvest.content import content_kind
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.records import Article, HarvestedFigure, Markup
from exsclaim_core.harvest.state import PDF, ArticleStatus, File, HarvestState
from exsclaim_core.harvest.tables import write_tables
from exsclaim_core.runs import Run
from exsclaim_core.settings import RunSettings
from exsclaim_core.sources import update_sources

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CAPTION = "Fig. 1 Grains of a drawn film. a, as grown; b, after two hours."


@dataclass(frozen=True, slots=True)
class Brought:
    """An article, and what a harvest has fetched of it."""

    article: Article
    pictures: Mapping[int, bytes] = field(default_factory=dict)  # by the number of the figure, from 0
    pdf: bytes = b""
    status: ArticleStatus = "done"
    source: str = "nature"


def drawn_figure(label: str = "1", caption: str = "", **values: Any) -> HarvestedFigure:
    """A figure with panels a and b, whose letters are bold where its caption is not given."""
    text = caption or CAPTION.replace("1", label, 1)
    starts = [] if caption else [text.index(f"{letter},") for letter in "ab"]
    letters = tuple(Markup(start, start + 1, "bold") for start in starts)
    plain = HarvestedFigure("Figure", label, text, letters, (f"https://drawn.example/{label}.png",))
    return replace(plain, **values)


def drawn_article(name: str = "one", *figures: HarvestedFigure, **facts: Any) -> Article:
    """An open article with a figure, or these."""
    plain = Article(
        doi=f"10.5555/{name}",
        title=f"Films that are drawn: {name}",
        authors=("Ada Ink", "Bo Quill"),
        journal="Drawn Letters",
        publisher="Drawn Press",
        date="2024-05-06",
        abstract="Nothing of this was measured.",
        licence=LICENCE,
        redistribution=True,
        open=True,
        article_url=f"https://drawn.example/articles/{name}",
        figures=figures or (drawn_figure(),),
    )
    return replace(plain, **facts)


def picture(width: int = 40, height: int = 30, kind: str = "PNG", shade: int = 200) -> bytes:
    """A picture of one colour, as a file of some kind."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 90)).save(file, kind)
    return file.getvalue()


def write_harvest(run: Run, brought: Iterable[Brought]) -> HarvestFolder:
    """Bring these articles into the run's folder; those that an earlier harvest has brought stay."""
    folder = HarvestFolder(Path(run.root))
    with closing(HarvestState(folder.state)) as state:
        begun = state.begin_pass("a query", date(2024, 6, 1))
        for each in brought:
            number = state.add_article(begun.id, each.source, each.article.article_url, each.article)
            if number is None:
                raise ValueError(f"{each.article.doi} is there already")
            for figure, body in {**each.pictures, **({PDF: each.pdf} if each.pdf else {})}.items():
                kind = content_kind(body)
                path, digest = folder.keep(body, kind)
                url = each.article.pdf_url if figure == PDF else each.article.figures[figure].image_url
                state.add_file(File(number, figure, kind, url, path, digest, len(body)))
            if each.pictures or each.pdf:
                state.name_article(number, [each.article.doi.replace("/", "_")])
            state.set_article(number, each.status)
        write_tables(folder, state)
    return folder


def tell_again(run: Run, article: Article) -> None:
    """Have an article that a harvest has brought told differently."""
    folder = HarvestFolder(Path(run.root))
    with closing(HarvestState(folder.state)) as state:
        (known,) = (known for known in state.articles() if known.article.doi == article.doi)
        state.set_record(known.id, article)
        write_tables(folder, state)


def harvested_run(place: Path, brought: Sequence[Brought], *pdfs: Path, workers: int = 1, **settings: Any) -> Run:
    """A new run of these articles, and of what there is in folders; its stages are still to be done."""
    run = Run.create(place, [str(each) for each in pdfs], RunSettings.model_validate(settings))
    write_harvest(run, brought)
    update_sources(run, workers)
    return run


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
