"""Folders of a query: what a person has saved becomes articles of the run, and nothing is asked for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from exsclaim_core.harvest.query import Query, QueryError
from exsclaim_core.settings import HarvestSettings
from tests.harvest.drawn_articles import invent, pdf, picture
from tests.harvest.harvested import Harvested, harvest_into

PAGE = """<!DOCTYPE html><html><head><title>Rings</title>
<meta name="citation_title" content="Rings on glass"/><meta name="citation_doi" content="10.5555/saved.1"/>
<meta name="citation_author" content="Ost, Ada"/></head><body><article>
<figure id="f1"><img src="rings_files/one.png"/><figcaption>Figure 1. (a) A ring. (b) Two rings.</figcaption></figure>
<figure id="f2"><img src="../secret.png"/><figcaption>Figure 2. Elsewhere on the disk.</figcaption></figure>
</article></body></html>"""


def query(folder: Path, **fields: object) -> Query:
    return Query.model_validate(
        {"name": "saved", "folders": [str(folder)], "query": {"search_field_1": {"term": "rings"}}, **fields}
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with its picture beside it, a PDF, and a file that is neither, in the folder `saved`."""
    place = tmp_path_factory.mktemp("folders")
    folder = place / "saved"
    (folder / "rings_files").mkdir(parents=True)
    drawn = invent("nature", 1, 1)
    (folder / "rings.html").write_text(PAGE)
    (folder / "rings_files" / "one.png").write_bytes(picture(drawn, 0, "full", "png"))
    (place / "secret.png").write_bytes(picture(drawn, 1, "full", "png"))
    (folder / "rods.pdf").write_bytes(pdf(drawn))
    (folder / "notes.txt").write_text("to do")
    return place


@pytest.fixture(scope="module")
def found(place: Path) -> Harvested:
    """What has come of them."""
    harvested = harvest_into(place / "run", query(place / "saved"), HarvestSettings())
    _ = harvested.articles, harvested.figures, harvested.events  # read before they are written again
    return harvested


def test_pages_and_pdfs_become_articles(found: Harvested) -> None:
    assert found.error == ""
    assert {(row["title"], row["status"], row["doi"], row["document"]) for row in found.articles} == {
        ("Rings on glass", "done", "10.5555/saved.1", "10.5555_saved.1"),
        ("rods", "done", "", "rods"),
    }
    assert [(row["kind"], Path(row["url"]).name) for row in found.events] == [("other", "notes.txt")]


def test_pictures_beside_a_page_are_taken_and_none_from_elsewhere_on_the_disk(found: Harvested, place: Path) -> None:
    one, two = sorted(found.figures, key=lambda row: str(row["label"]))
    assert (found.folder / one["file"]).read_bytes() == (place / "saved" / "rings_files" / "one.png").read_bytes()
    assert one["caption"] == "Figure 1. (a) A ring. (b) Two rings."
    assert two["file"] == ""


def test_what_is_new_is_taken_the_next_time_and_no_more_than_wanted(found: Harvested, place: Path) -> None:
    for number in (2, 3):
        text = PAGE.replace("saved.1", f"saved.{number}").replace("Rings on", f"{number} rings on")
        (place / "saved" / f"rings{number}.html").write_text(text)
    later = harvest_into(place / "run", query(place / "saved", maximum_scraped=3), HarvestSettings())
    assert len(found.articles) == 2
    assert sorted(row["title"] for row in later.articles) == ["2 rings on glass", "Rings on glass", "rods"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"folders: there is no file or folder .*nowhere"):
        harvest_into(tmp_path / "run", query(tmp_path / "nowhere"), HarvestSettings())
