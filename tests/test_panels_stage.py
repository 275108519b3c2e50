"""The stage `panels` in a run: figures of papers by what is drawn, those of harvested articles by their pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from exsclaim_core.run_setup import prepare_rerun
from exsclaim_core.run_status import unfinished
from exsclaim_core.runs import Run, RunError
from exsclaim_core.settings import PanelSettings, RunSettings
from exsclaim_core.stage_work import end_children, run_stage
from exsclaim_core.stages import STAGES
from exsclaim_core.tables.arrow import DOCUMENT, Row
from tests.drawing.harvests import Brought, drawn_article, drawn_figure, harvested_run
from tests.drawing.pages import Paper
from tests.drawing.runs import carry_out, quick_run
from tests.panels.drawn_figures import draw_figure, squares
from tests.processes import nothing_left_behind

SHARD = "000000"
PLOTS = ((70, 290, 290, 460), (330, 290, 550, 460))  # points, each with its letter above its left corner


@pytest.fixture(scope="module", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    with nothing_left_behind():
        yield
        end_children()


def draw_paper(path: Path) -> Path:
    """A paper with two plots that share a caption."""
    paper = Paper().page()
    paper.body(lines=14)
    for letter, (x0, y0, x1, y1) in zip("ab", PLOTS, strict=True):
        paper.plot((x0, y0, x1, y1))
        paper.text(f"({letter})", x0, y0 - 4, font="Times-Bold", size=10)
    paper.caption("Figure 1. Size against temperature of (a) rods and (b) wires.", 54, 475, 504)
    paper.body(top=520, lines=14)
    path.parent.mkdir(parents=True, exist_ok=True)
    return paper.save(path)


def grainy() -> bytes:
    file = io.BytesIO()
    draw_figure("ab").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A paper, and an article of whose three pictures the last was not fetched; done up to figures."""
    draw_paper(tmp_path / "papers" / "paper.pdf")
    figures = [drawn_figure(label) for label in "123"]
    article = Brought(drawn_article("one", *figures), {0: grainy(), 1: grainy()})
    run = harvested_run(tmp_path / "run", [article], tmp_path / "papers")
    carry_out(run)
    return run


def rows(run: Run) -> dict[str, list[Row]]:
    """The records of each document's figures."""
    return {row[DOCUMENT]: row["figures"] for row in run.rows("panels", SHARD)}


def pictures(run: Run) -> list[str]:
    """Names of the pictures of panels that there are."""
    return sorted(path.name for path in Path(run.root, "images").rglob("*-panel-*"))


def with_settings(run: Run, **groups: Any) -> Run:
    settings = {**run.settings.model_dump(), **{name: {**values} for name, values in groups.items()}}
    run.settings = RunSettings.model_validate(settings)
    run.save()
    return run


def overlap(one: list[float], other: tuple[float, ...]) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    both = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return both / (sum(areas) - both)


def test_drawings_tell_the_panels_of_a_paper_and_pixels_those_of_an_article(run: Run) -> None:
    usage = run_stage(run, STAGES["panels"], SHARD)
    assert usage is not None
    assert usage.documents == 2
    (drawn,) = rows(run)["paper"]
    assert (drawn["route"], [panel["label"] for panel in drawn["panels"]]) == ("operators", ["a", "b"])
    x0, y0, _, _ = next(row for row in run.rows("figures", SHARD) if row[DOCUMENT] == "paper")["figures"][0]["bbox"]
    for panel, plot in zip(drawn["panels"], PLOTS, strict=True):
        # The picture has 300 dpi and a margin of a point.
        wanted = tuple((side - origin + 1) * 300 / 72 for side, origin in zip(plot, (x0, y0, x0, y0), strict=True))
        assert overlap(panel["box"], wanted) > 0.85
    seen = rows(run)["10.5555_one"][0]
    assert (seen["route"], seen["width"], seen["height"]) == ("pixels", 940, 480)
    assert all(overlap(panel["box"], square) > 0.95 for panel, square in zip(seen["panels"], squares(2), strict=True))


def test_pictures_of_panels_lie_beside_those_of_their_figures(run: Run) -> None:
    run_stage(run, STAGES["panels"], SHARD)
    (drawn,) = rows(run)["paper"]
    assert [panel["image"] for panel in drawn["panels"]] == [
        f"images/paper/paper-Figure1-1-panel-{letter}.png" for letter in "ab"
    ]
    for panel in drawn["panels"]:
        with Image.open(Path(run.root, panel["image"])) as crop:
            x0, y0, x1, y1 = panel["box"]
            assert crop.size == (round(x1) - round(x0), round(y1) - round(y0))
    prepare_rerun(run, "panels", run.settings.model_copy(update={"panels": PanelSettings(crops=False)}), "changed")
    assert unfinished(run, "panels") == [("panels", SHARD)]
    run_stage(run, STAGES["panels"], SHARD)
    assert pictures(run) == []
    assert Path(run.root, "images/paper/paper-Figure1-1.png").exists()


def test_a_picture_that_cannot_be_read_is_a_fault_of_its_figure_alone(run: Run) -> None:
    picture = Path(run.root, "images/10.5555_one/10.5555_one-Figure2-1.png")
    picture.unlink()  # the harvest has it as well
    picture.write_text("no picture")
    run_stage(run, STAGES["panels"], SHARD)
    assert len(rows(run)["10.5555_one"][0]["panels"]) == 2
    damaged = rows(run)["10.5555_one"][1]
    assert (damaged["route"], damaged["panels"]) == (None, [])
    (error,) = run.errors("panels", SHARD)
    assert (error.document, error.kind) == ("10.5555_one", "unreadable")
    assert error.message == "panels of Figure 2: its picture could not be read: it is no image of a known kind"


def test_without_pictures_drawings_tell_what_they_can(tmp_path: Path) -> None:
    draw_paper(tmp_path / "papers" / "paper.pdf")
    article = Brought(drawn_article("one"), {0: grainy()})
    run = harvested_run(tmp_path / "run", [article], tmp_path / "papers")
    with_settings(run, output={"images": False})
    carry_out(run, "panels")
    found = rows(run)
    (drawn,) = found["paper"]
    assert (drawn["route"], [panel["label"] for panel in drawn["panels"]]) == ("operators", ["a", "b"])
    assert {(panel["class"], panel["class_confidence"], panel["image"]) for panel in drawn["panels"]} == {
        ("other", 0.0, None)
    }
    assert [(each["route"], each["reason"]) for each in found["10.5555_one"]] == [
        (None, "it has no picture, and no page that tells its panels")
    ]
    assert run.errors("panels", SHARD) == []


def test_pixels_alone_tell_where_drawings_are_not_to(run: Run) -> None:
    with_settings(run, panels={"operators": False})
    run_stage(run, STAGES["panels"], SHARD)
    assert {each["route"] for each in rows(run)["paper"]} == {"pixels"}


def test_letters_of_the_figure_are_evidence_for_its_caption(tmp_path: Path) -> None:
    """Unmarked letters in a caption may be words of it; that the figure has them tells that they are labels."""
    paper = Paper().page()
    paper.body(lines=14)
    for letter, (x0, y0, x1, y1) in zip("ab", PLOTS, strict=True):
        paper.plot((x0, y0, x1, y1))
        paper.text(f"({letter})", x0, y0 - 4, font="Times-Bold", size=10)
    paper.caption("Figure 1. (a) Rods and (b) wires, (c) after Ink.", 54, 475, 504)
    paper.body(top=520, lines=14)
    (tmp_path / "papers").mkdir()
    paper.save(tmp_path / "papers" / "paper.pdf")
    run = quick_run(tmp_path / "run", tmp_path / "papers")
    carry_out(run, "distribution")
    (caption,) = next(run.rows("distribution", SHARD))["captions"]
    confidence = {panel["label"]: panel["confidence"] for panel in caption["panels"]}
    assert confidence["a"] > confidence["c"]


def test_captions_are_distributed_where_figures_were_too_much(run: Run) -> None:
    run.settings = RunSettings.model_validate({"limits": {"memory": 0.25}})
    run_stage(run, replace(STAGES["panels"], own_memory=0), SHARD)
    assert {error.kind for error in run.errors("panels", SHARD)} == {"memory"}
    run_stage(run, STAGES["distribution"], SHARD)
    assert {row[DOCUMENT] for row in run.rows("distribution", SHARD)} == {"10.5555_one", "paper"}


def test_no_gpu_where_one_is_asked_for_ends_the_run(run: Run) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with_settings(run, execution={"device": "cuda"})
    with pytest.raises(RunError, match="there is no GPU that PyTorch can use"):
        run_stage(run, STAGES["panels"], SHARD)


def test_a_run_in_an_object_store(tmp_path: Path) -> None:
    draw_paper(tmp_path / "papers" / "paper.pdf")
    run = quick_run("memory://bucket/panels/run", tmp_path / "papers")
    carry_out(run, "panels")
    (drawn,) = rows(run)["paper"]
    assert sorted(run.names_in("images/paper")) == sorted(
        ["paper-Figure1-1.png", *(f"paper-Figure1-1-panel-{letter}.png" for letter in "ab")]
    )
    assert all(run.read(panel["image"]).startswith(b"\x89PNG") for panel in drawn["panels"])
