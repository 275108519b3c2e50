"""Folders as a source: saved pages, JATS XML and PDFs that a person has already, taken without any request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from exsclaim_core.harvest.articles import Articles
from exsclaim_core.harvest.content import PICTURES, content_kind
from exsclaim_core.harvest.harvest_folder import HarvestFolder
from exsclaim_core.harvest.records import Article, HarvestedFigure
from exsclaim_core.harvest.saved import LARGEST, find_saved, read_saved
from exsclaim_core.harvest.state import PDF, File, HarvestState

SOURCE = "folder"  # under which its articles are counted


def take_folders(
    folders: Iterable[str],
    state: HarvestState,
    folder: HarvestFolder,
    articles: Articles,
    number: int,
    most: int,
    since: int = 0,
) -> None:
    """Note what is new in some folders, `most` articles at most; what a saved page has left elsewhere is asked for.

    `number` is that of the pass, `since` that of the first one whose articles count. What is no article is noted as an
    event. OSError where a file can't be kept.
    """
    for path in find_saved(Path(each) for each in folders):
        if state.count(("begun", "done"), since) >= most:
            return
        url = path.absolute().as_uri()
        if state.knows(url):
            continue
        if _is_pdf(path):
            _take_pdf(path, url, state, folder, articles, number)
        else:
            _take_page(path, url, state, folder, articles, number)


def _take_pdf(
    path: Path, url: str, state: HarvestState, folder: HarvestFolder, articles: Articles, number: int
) -> None:
    file, digest = folder.keep(path.read_bytes(), "pdf")
    with state.transaction():
        known = state.add_article(number, SOURCE, url, Article(title=path.stem))
        if known is not None:
            state.add_file(File(known, PDF, "pdf", url, file, digest, path.stat().st_size))
            state.set_article(known, "begun", via=SOURCE)
            articles.finish(state.article(known))


def _take_page(
    path: Path, url: str, state: HarvestState, folder: HarvestFolder, articles: Articles, number: int
) -> None:
    reading = read_saved(path)
    found = [reading.article] if reading.article else []
    if reading.search:
        found = [hit.article for hit in reading.search.hits if hit.article.figures]
    if reading.kind not in ("article", "search") or not found:
        with state.transaction():
            state.add_event(number, SOURCE, reading.kind, url, reading.reason or "holds no article")
        return
    for place, article in enumerate(found):
        files = list(_local_pictures(path, article.figures))
        rest = {index for index, _, _ in files}
        figures = tuple(
            replace(figure, image_urls=() if index in rest else tuple(filter(_is_remote, figure.image_urls)))
            for index, figure in enumerate(article.figures)
        )
        kept = [(index, picture, len(body), folder.keep(body, content_kind(body))) for index, picture, body in files]
        with state.transaction():
            address = f"{url}#{place}" if place else url
            known = state.add_article(number, SOURCE, address, replace(article, figures=figures))
            if known is None:
                continue
            for index, picture, size, (file, digest) in kept:
                kind = file.rpartition(".")[2]
                state.add_file(File(known, index, kind, picture.as_uri(), file, digest, size))
            articles.begin(state.article(known), SOURCE)


def _local_pictures(page: Path, figures: Iterable[HarvestedFigure]) -> Iterator[tuple[int, Path, bytes]]:
    """The pictures of figures that lie beside a saved page; what it names elsewhere on the disk is none of them."""
    root = page.parent.resolve()
    for index, figure in enumerate(figures):
        for address in figure.image_urls:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or figure.role != "figure":
                continue
            picture = (root / unquote(parts.path).lstrip("/")).resolve()
            if picture.is_relative_to(root) and picture.is_file() and picture.stat().st_size <= LARGEST:
                body = picture.read_bytes()
                if content_kind(body) in PICTURES:
                    yield index, picture, body
                    break


def _is_remote(address: str) -> bool:
    return urlsplit(address).scheme in ("http", "https")


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return content_kind(file.read(2048)) == "pdf"
    except OSError:
        return False
