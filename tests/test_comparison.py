"""Two runs side by side: which figures are the same, what differs, and the page that shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from exsclaim_core.comparison import Comparison, compare_runs, match_documents
from exsclaim_core.comparison_matching import Difference, Found, compare_document, match_figures
from exsclaim_core.comparison_page import PAGE_LENGTH, Piece, mark_words, write_comparison
from exsclaim_core.model import Box, Figure
from exsclaim_core.runs import RUN_FILE, Run, RunError
from exsclaim_core.settings import RunSettings
from exsclaim_core.stages import STAGES
from tests.test_run_status import Finds, change, figure, make_run, source

LEFT, RIGHT = Box(50, 100, 250, 200), Box(300, 100, 500, 200)  # 200 points wide each
LEFT_CAPTION, RIGHT_CAPTION = Box(50, 210, 250, 230), Box(300, 210, 500, 230)


def found(label: str = "1", type_: str = "Figure", page: int = 1, **values: Any) -> Found:
    some = {"region": LEFT, "caption": "Figure 1. Films.", "caption_box": LEFT_CAPTION, "direction": 0}
    return Found(**{"type": type_, "label": label, "page": page, "reason": "", "picture": "", **some, **values})


def only(before: Sequence[Found], after: Sequence[Found]) -> Difference:
    """The one difference between what two runs have found in a document."""
    _, (difference,) = compare_document("paper", before, after)
    return difference


def compare(tmp_path: Path, before: Sequence[Finds], after: Sequence[Finds], **settings: Any) -> Comparison:
    values = {name.replace("__", "."): value for name, value in settings.items()}
    return compare_runs(make_run(tmp_path / "before", before), make_run(tmp_path / "after", after, values))


class TestFigures:
    def test_the_same(self) -> None:
        assert compare_document("paper", [found(), found("2")], [found("2"), found()]) == (2, [])

    def test_pictures_and_reasons_are_no_difference(self) -> None:
        assert compare_document("paper", [found(picture="a.png")], [found(picture="b.png")]) == (1, [])

    def test_a_region_that_changed_by_more_than_a_twentieth(self) -> None:
        # 9 of 200 points more are 4.3 % of the larger region, 11 are 5.2 %.
        assert compare_document("paper", [found()], [found(region=Box(50, 100, 259, 200))]) == (1, [])
        difference = only([found()], [found(region=Box(50, 100, 261, 200))])
        assert (difference.kind, difference.changes) == ("changed", ("region",))
        assert difference.overlap == pytest.approx(200 / 211)
        assert difference.summary == "region 94 % the same"

    def test_another_caption(self) -> None:
        difference = only([found()], [found(caption="Figure 1. Films and more.")])
        assert (difference.kind, difference.changes, difference.overlap) == ("changed", ("caption",), 1.0)

    def test_another_direction(self) -> None:
        assert only([found()], [found(direction=3)]).changes == ("direction",)

    def test_another_type_or_label_at_the_same_place(self) -> None:
        difference = only([found("1")], [found("10")])
        assert (difference.changes, difference.summary) == (("label",), "Figure 1 before")
        assert only([found("1")], [found("1", "Table")]).changes == ("type",)

    def test_a_region_that_appears_or_goes_with_the_caption_in_both(self) -> None:
        caption = found(region=None, reason="too far away")
        appeared, went = only([caption], [found()]), only([found()], [caption])
        assert (appeared.kind, appeared.changes, appeared.summary) == ("appeared", (), "without a region before")
        assert (went.kind, went.changes, went.summary) == ("went", (), "without a region now")

    def test_a_caption_that_appears_or_goes(self) -> None:
        assert only([], [found()]) == Difference("paper", "appeared", None, found())
        assert only([found(region=None)], []).kind == "went"
        assert only([found(region=None)], []).summary == "a caption without a region"

    def test_a_figure_on_another_page_is_another_one(self) -> None:
        unchanged, differences = compare_document("paper", [found(page=3)], [found(page=4)])
        assert (unchanged, [each.kind for each in differences]) == (0, ["went", "appeared"])

    def test_parts_with_the_same_label_are_told_apart_by_their_places(self) -> None:
        left, right = found(), found(region=RIGHT, caption_box=RIGHT_CAPTION)
        assert compare_document("paper", [left, right], [right, left]) == (2, [])
        moved = found(region=Box(300, 90, 520, 200), caption_box=RIGHT_CAPTION)
        assert list(match_figures([left, right], [moved])) == [(right, moved), (left, None)]

    def test_the_place_tells_more_than_a_label_elsewhere_on_the_page(self) -> None:
        before = [found("1"), found("2", region=RIGHT, caption_box=RIGHT_CAPTION)]
        after = [found("2"), found("3", region=RIGHT, caption_box=RIGHT_CAPTION)]
        assert list(match_figures(before, after)) == [(before[0], after[0]), (before[1], after[1])]

    def test_the_label_tells_where_nothing_overlaps(self) -> None:
        before, after = found(), found(region=RIGHT, caption_box=RIGHT_CAPTION)
        assert only([before], [after]).overlap == 0
        assert only([before], [after]).summary == "region 0 % the same"

    def test_differences_come_in_reading_order(self) -> None:
        low = found("2", caption_box=Box(50, 600, 250, 620), region=None)
        _, differences = compare_document("paper", [found("3", page=2), low], [found("1")])
        assert [each.shown.label for each in differences] == ["1", "2", "3"]


class TestDocuments:
    def test_by_their_content_then_by_their_names(self) -> None:
        before = [source("a", "1"), source("b", "2"), source("c", "3"), source("gone", "4")]
        after = [source("b", "1"), source("c", "30"), source("d", "2"), source("new", "5")]
        assert match_documents(before, after) == {"a": "b", "b": "d", "c": "c"}

    def test_copies_are_told_apart_by_their_names(self) -> None:
        before = [source("a", "1"), source("b", "1"), source("c", "1")]
        after = [source("b", "1"), source("x", "1")]
        assert match_documents(before, after) == {"b": "b", "a": "x"}

    def test_files_that_could_not_be_read_are_matched_by_name(self) -> None:
        before, after = [source("a", ""), source("b", "")], [source("b", ""), source("c", "")]
        assert match_documents(before, after) == {"b": "b"}

    def test_runs_that_are_cut_in_other_shards(self, tmp_path: Path) -> None:
        finds: Finds = {name: [figure(label) for label in "12"] for name in "abcde"}
        names = list(finds)
        shards = [{name: finds[name] for name in some} for some in (names[:1], names[1:4], names[4:])]
        comparison = compare(tmp_path, [finds], shards)
        assert (comparison.documents, comparison.unchanged, comparison.differences) == (5, 10, ())

    def test_documents_that_one_run_has_are_named_and_left_out(self, tmp_path: Path) -> None:
        comparison = compare(tmp_path, [{"a": [figure()], "b": [figure()]}], [{"a": [figure()], "c": [figure()]}])
        assert (comparison.only_before, comparison.only_after) == (("b",), ("c",))
        assert (comparison.documents, comparison.unchanged, comparison.differences) == (1, 1, ())

    def test_a_document_that_failed_in_one_run(self, tmp_path: Path) -> None:
        comparison = compare(tmp_path, [{"a": None}], [{"a": [figure()]}])
        assert [(each.document, each.kind) for each in comparison.differences] == [("a", "appeared")]


class TestRuns:
    def test_settings_that_differ(self, tmp_path: Path) -> None:
        comparison = compare(tmp_path, [{"a": []}], [{"a": []}], captions__line_gap=2, output__images=False)
        assert comparison.settings == {"captions.line_gap": (1.3, 2.0), "output.images": (True, False)}
        assert comparison.versions == {}

    def test_counts(self, tmp_path: Path) -> None:
        before = [figure("1"), figure("2", page=2), figure("3", page=3), figure("1", "Table", page=4)]
        after = [
            figure("1"),
            figure("2", page=2, caption="Figure 2. Other words."),
            figure("3", page=3, bbox=None, reason="no drawing"),
            figure("4", page=5),
            figure("1", "Table", page=4, bbox=Box(50, 100, 250, 300), caption="Table 1. Rows."),
        ]
        record = compare(tmp_path, [{"a": before}], [{"a": after}]).to_dict()
        assert record["counts"] == {
            "unchanged": 1,
            "appeared": 1,
            "went": 1,
            "changed": 2,
            "changes": {"caption": 2, "region": 1},
        }
        assert json.loads(json.dumps(record)) == record
        assert [(each["kind"], each["overlap"]) for each in record["differences"]] == [
            ("changed", 1.0),
            ("went", None),
            ("changed", 0.5),
            ("appeared", None),
        ]
        assert record["differences"][1]["after"]["reason"] == "no drawing"

    def test_a_run_that_is_not_finished(self, tmp_path: Path) -> None:
        before = make_run(tmp_path / "before", [{"a": []}, {"b": []}])
        after = make_run(tmp_path / "after", [{"a": []}, {"b": []}])
        change(after, captions__line_gap=2)
        with pytest.raises(
            RunError, match="after: the figures of 2 of 2 shards are not up to date, from the stage cap"
        ):
            compare_runs(before, after)
        before.forget("figures", "000001")
        with pytest.raises(
            RunError, match="before: the figures of 1 of 2 shards are not up to date, from the stage fig"
        ):
            compare_runs(before, after)

    def test_a_run_without_documents(self, tmp_path: Path) -> None:
        run = Run.create(tmp_path / "run", ["/papers"], RunSettings())
        with pytest.raises(RunError, match="no documents"):
            compare_runs(run, run)

    def test_a_run_of_an_earlier_version_is_compared_as_it_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = STAGES["captions"]
        with monkeypatch.context() as earlier:
            earlier.setitem(STAGES, "captions", type(stage)(**{**_fields(stage), "version": 0}))
            before = make_run(tmp_path / "before", [{"a": [figure()]}])
        after = make_run(tmp_path / "after", [{"a": [figure()]}])
        comparison = compare_runs(before, after)
        assert (comparison.versions, comparison.unchanged) == ({"captions": (0, stage.version)}, 1)
        record = json.loads(before.read(RUN_FILE))
        before.write(RUN_FILE, json.dumps({**record, "versions": {}}).encode())
        with pytest.raises(RunError, match="from the stage captions on"):
            compare_runs(before, after)


def _fields(stage: Any) -> dict[str, Any]:
    return {name: getattr(stage, name) for name in stage.__dataclass_fields__}


class TestWords:
    def test_words_that_only_one_has_are_marked(self) -> None:
        assert mark_words("Figure 1. Films of gold.", "Figure 1. Thin films of gold.") == (
            (Piece("Figure 1.", False), Piece("Films", True), Piece("of gold.", False)),
            (Piece("Figure 1.", False), Piece("Thin films", True), Piece("of gold.", False)),
        )

    def test_a_caption_that_goes_on(self) -> None:
        assert mark_words("Figure 1.", "Figure 1. Films.") == (
            (Piece("Figure 1.", False),),
            (Piece("Figure 1.", False), Piece("Films.", True)),
        )

    def test_nothing_is_marked_where_there_is_one_caption_only(self) -> None:
        assert mark_words(None, "Figure 1.") == ((), (Piece("Figure 1.", False),))

    def test_endless_captions_are_marked_as_a_whole(self) -> None:
        before, after = "word " * 1500, "word " * 1501
        assert mark_words(before, after) == ((Piece(before, True),), (Piece(after, True),))


class Page(HTMLParser):
    """What a page shows and what it asks for."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []
        self.words = ""
        self._inside: list[str] = []
        self.marked: dict[str, list[str]] = {"del": [], "ins": []}
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside:
            self.words += data
            if self._inside and self._inside[-1] in self.marked:
                self.marked[self._inside[-1]].append(data)

    @property
    def text(self) -> str:
        return " ".join(self.words.split())

    @property
    def addresses(self) -> list[str]:
        return [value for _, some in self.tags for name in ("src", "href") if (value := some.get(name))]


class TestPage:
    def write(
        self, tmp_path: Path, before: Sequence[Figure], after: Sequence[Figure], name: str = "a", **settings: Any
    ) -> tuple[Path, Page]:
        """The page over two runs that have one document, with a picture for each figure."""
        values = {key.replace("__", "."): value for key, value in settings.items()}
        runs = [
            make_run(tmp_path / "before", [{name: before}], values),
            make_run(tmp_path / "after", [{name: after}], values),
        ]
        for run, figures in zip(runs, (before, after), strict=True):
            for each in figures:
                if each.image_path:
                    run.write(each.image_path, f"picture of {each.name} {run.name}".encode())
        index = write_comparison(runs[0], runs[1], compare_runs(*runs), tmp_path / "page")
        return index, Page(index)

    def test_it_shows_both_pictures_from_its_own_folder(self, tmp_path: Path) -> None:
        image = "images/a b/a b-Figure1-1.png"
        _, page = self.write(
            tmp_path,
            [figure("1", image_path=image)],
            [figure("1", image_path=image, bbox=Box(50, 100, 250, 300))],
            name="a b",
        )
        pictures = [value for value in page.addresses if value.endswith(".png")]
        assert pictures == ["crops/a%20b-1-before.png"] * 2 + ["crops/a%20b-1-after.png"] * 2
        for when in ("before", "after"):
            content = (tmp_path / "page" / "crops" / f"a b-1-{when}.png").read_bytes()
            assert content == f"picture of Figure 1 {when}".encode()
        assert "Figure 1, page 1 changed region 50 % the same" in page.text

    def test_pictures_lie_where_their_regions_are_in_the_box_around_both(self, tmp_path: Path) -> None:
        image = "images/a/a-Figure1-1.png"
        _, page = self.write(
            tmp_path,
            [figure("1", image_path=image, bbox=Box(50, 100, 250, 200))],
            [figure("1", image_path=image, bbox=Box(150, 100, 450, 200))],
        )
        styles = [some["style"] for tag, some in page.tags if tag in ("a", "div") and some.get("style")]
        assert styles == [
            "--width: 400.0; --height: 100.0",
            "left: 0.0%; top: 0.0%; width: 50.0%; height: 100.0%",
            "--width: 400.0; --height: 100.0",
            "left: 25.0%; top: 0.0%; width: 75.0%; height: 100.0%",
        ]

    def test_turned_figures_lie_as_their_pictures_do(self, tmp_path: Path) -> None:
        # Text runs down the page, so what is at its right is on top of the picture.
        image = "images/a/a-Figure1-1.png"
        _, page = self.write(
            tmp_path,
            [figure("1", image_path=image, bbox=Box(100, 100, 200, 500), direction=1)],
            [figure("1", image_path=image, bbox=Box(150, 100, 200, 500), direction=1)],
        )
        styles = [some["style"] for tag, some in page.tags if tag in ("a", "div") and some.get("style")]
        assert styles[0] == "--width: 400.0; --height: 100.0"
        assert styles[3] == "left: 0.0%; top: 0.0%; width: 100.0%; height: 50.0%"

    def test_words_of_captions_are_marked(self, tmp_path: Path) -> None:
        _, page = self.write(
            tmp_path, [figure(caption="Figure 1. Films of gold.")], [figure(caption="Figure 1. Films of silver.")]
        )
        assert page.marked == {"del": ["gold."], "ins": ["silver."]}

    def test_pictures_that_were_switched_off(self, tmp_path: Path) -> None:
        _, page = self.write(tmp_path, [figure()], [figure(bbox=Box(50, 100, 250, 300))], output__images=False)
        assert page.text.count("No picture: pictures were switched off") == 2
        assert "img" not in [tag for tag, _ in page.tags]

    def test_a_picture_that_is_gone_from_its_run(self, tmp_path: Path) -> None:
        before, after = (
            make_run(tmp_path / name, [{"a": [figure(image_path="images/a/a.png", caption=name)]}])
            for name in ("before", "after")
        )
        page = Page(write_comparison(before, after, compare_runs(before, after), tmp_path / "page"))
        assert page.text.count("No picture: it is missing in the run") == 2

    def test_a_figure_without_a_region_says_why(self, tmp_path: Path) -> None:
        _, page = self.write(tmp_path, [figure()], [figure(bbox=None, reason="no drawing next to the caption")])
        assert "Figure 1, page 1 gone without a region now" in page.text
        assert "No region: no drawing next to the caption" in page.text

    def test_nothing_of_a_paper_becomes_part_of_the_page(self, tmp_path: Path) -> None:
        evil = "<script src=https://example.org/x.js></script><img src=x onerror=alert(1)>"
        _, page = self.write(
            tmp_path,
            [figure(evil, caption=f"{evil} one", image_path="images/a/a.png")],
            [figure(evil, caption=f"{evil} two", image_path="images/a/a.png")],
        )
        assert {tag for tag, _ in page.tags} & {"script", "iframe", "link", "object"} == set()
        assert not any(name.startswith("on") for _, some in page.tags for name in some)
        assert all(re.match(r"crops/[^:]+$", address) for address in page.addresses)
        assert evil in page.text

    def test_settings_that_differ_stand_at_the_top(self, tmp_path: Path) -> None:
        before = make_run(tmp_path / "before", [{"a": []}])
        after = make_run(tmp_path / "after", [{"a": []}], {"captions.line_gap": 2})
        index = write_comparison(before, after, compare_runs(before, after), tmp_path / "page")
        assert "captions.line_gap1.32.0" in Page(index).text.replace(" ", "")
        assert "Every figure and table is the same in both runs." in Page(index).text
        assert json.loads((tmp_path / "page" / "comparison.json").read_bytes())["counts"]["unchanged"] == 0

    def test_many_differences_are_spread_over_pages(self, tmp_path: Path) -> None:
        some = [figure(str(number), page=number) for number in range(1, PAGE_LENGTH + 2)]
        index, page = self.write(tmp_path, some, [])
        assert page.addresses == ["page-2.html", "page-2.html"]
        second = Page(index.with_name("page-2.html"))
        assert second.addresses == ["index.html", "index.html"]
        assert (page.text.count("gone"), second.text.count("gone")) == (PAGE_LENGTH, 1)

    def test_an_earlier_comparison_in_the_folder_is_replaced(self, tmp_path: Path) -> None:
        some = [figure(str(number), page=number, image_path="images/a/a.png") for number in range(1, PAGE_LENGTH + 2)]
        index, _ = self.write(tmp_path, some, [])
        users = index.with_name("notes.html")
        users.write_text("mine")
        run = Run(tmp_path / "before")
        write_comparison(run, run, compare_runs(run, run), tmp_path / "page")
        assert sorted(file.name for file in index.parent.rglob("*") if file.is_file()) == [
            "comparison.json",
            "index.html",
            "notes.html",
        ]

    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        run = make_run(tmp_path / "run", [{"a": []}])
        (tmp_path / "file").touch()
        with pytest.raises(RunError, match=r"the comparison can't be written to .*file"):
            write_comparison(run, run, compare_runs(run, run), tmp_path / "file" / "page")
