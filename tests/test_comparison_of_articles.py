"""Two runs of articles that a harvest has brought: their figures are on no page and have no places.

Labels and captions tell which is which.
"""

from __future__ import annotations

from pathlib import Path

from exsclaim_core.comparison import compare_runs
from exsclaim_core.comparison_matching import Found, compare_document
from exsclaim_core.comparison_page import write_comparison
from exsclaim_core.stage_work import end_children
from tests.drawing.harvests import Brought, drawn_article, drawn_figure, harvested_run, picture
from tests.drawing.runs import carry_out
from tests.test_comparison import only


def on_the_web(label: str, caption: str = "", size: tuple[int, int] | None = (800, 600)) -> Found:
    """A figure of an article that a harvest has brought."""
    row = {"page": None, "bbox": None, "caption_bbox": None, "direction": 0, "reason": "", "image": None, "svg": None}
    text = caption or f"Figure {label}. Films."
    return Found.of({"type": "Figure", "label": label, "caption": text, "pixels": list(size) if size else None, **row})


def test_the_same() -> None:
    some = [on_the_web("1"), on_the_web("2"), on_the_web("Scheme 1")]
    assert compare_document("article", some, some[::-1]) == (3, [])


def test_one_that_went_and_another_that_appeared() -> None:
    # Their pictures are of one size, and begin at the same corner.
    unchanged, differences = compare_document(
        "article", [on_the_web("1"), on_the_web("2")], [on_the_web("1"), on_the_web("3")]
    )
    assert unchanged == 1
    assert [(each.kind, each.shown.label) for each in differences] == [("went", "2"), ("appeared", "3")]


def test_another_label_above_the_same_caption() -> None:
    caption = "Grains of a film, as grown."
    difference = only([on_the_web("1", caption)], [on_the_web("S1", caption)])
    assert (difference.kind, difference.changes) == ("changed", ("label",))


def test_figures_without_labels_are_told_apart_by_their_captions() -> None:
    before = [on_the_web("", "Grains."), on_the_web("", "Rods.")]
    assert compare_document("article", before, before[::-1]) == (2, [])


def test_a_larger_picture_of_the_same_figure() -> None:
    # 800 × 600 points of 1600 × 1200.
    difference = only([on_the_web("1", size=(800, 600))], [on_the_web("1", size=(1600, 1200))])
    assert (difference.changes, difference.overlap, difference.summary) == (("picture",), 0.25, "other picture")


def test_a_picture_that_could_not_be_fetched() -> None:
    difference = only([on_the_web("1")], [on_the_web("1", size=None)])
    assert (difference.kind, difference.summary) == ("went", "without a region now")


def test_nothing_claims_a_page() -> None:
    difference = only([], [on_the_web("1")])
    assert difference.shown.where == "from the web page"
    record = difference.to_dict()["after"]
    assert (record["page"], record["bbox"], record["caption_bbox"]) == (None, None, None)


def test_runs_and_their_page(tmp_path: Path) -> None:
    article = drawn_article("one", drawn_figure("1"), drawn_figure("2"))
    before = harvested_run(tmp_path / "before", [Brought(article, {0: picture(40, 30), 1: picture(20, 20)})])
    after = harvested_run(tmp_path / "after", [Brought(article, {0: picture(40, 30, "JPEG")})])
    carry_out(before)
    carry_out(after)
    end_children()
    comparison = compare_runs(before, after)
    assert (comparison.documents, comparison.unchanged) == (1, 1)
    assert [(each.kind, each.shown.label) for each in comparison.differences] == [("went", "2")]
    index = write_comparison(before, after, comparison, tmp_path / "comparison").read_text()
    assert "<bdi>Figure 2</bdi>, from the web page" in index
    assert [path.name for path in (tmp_path / "comparison" / "crops").iterdir()] == ["10.5555_one-1-before.png"]
