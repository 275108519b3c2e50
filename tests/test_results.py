"""The results' folder: names, whole files, and which results need not be made again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsclaim_core.document import Document, DocumentFigure, FileState, Source
from exsclaim_core.model import Box, Figure
from exsclaim_core.result_names import LONGEST_NAME, Target, picture_names, safe_name, same_name, write_whole
from exsclaim_core.results import ResultFolder, read_record, to_json
from exsclaim_core.settings import Settings

SETTINGS = Settings()


def figure(label: str, type_: str = "Figure", image: str | None = None) -> Figure:
    return Figure(type_, label, 1, "A caption.", Box(0, 10, 20, 15), Box(0, 0, 20, 10), image_path=image)  # type: ignore[arg-type]


def finish(folder: ResultFolder, file: Path, settings: Settings = SETTINGS, **values: object) -> Target:
    """Write a result of the file, as if it had been extracted."""
    target = folder.target(file)
    document = Document(file, "success", 1, file=FileState.of(file), **values)  # type: ignore[arg-type]
    folder.write(target, document, settings)
    return target


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return make(tmp_path / "papers" / "paper.pdf")


def make(path: Path, content: str = "a paper") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


class TestSafeNames:
    @pytest.mark.parametrize(
        ("stem", "name"),
        [
            ("paper", "paper"),
            ("a b (final).v2", "a b (final).v2"),
            ("10.1021/acs", "10.1021_acs"),
            ('what<is>"this"?', "what_is_this_"),
            ("new\nline", "new_line"),
            ("trailing. .", "trailing"),
            ("...", "document"),
            ("", "document"),
            ("CON", "CON_"),
            ("nul.tar", "nul.tar_"),
            ("console", "console"),
            ("pape\u0301", "pap\u00e9"),
            ("half \udcff of a pair", "half _ of a pair"),
            ("论文", "论文"),
        ],
    )
    def test_what_a_file_system_may_refuse_is_replaced(self, stem: str, name: str) -> None:
        assert safe_name(stem) == name

    @given(st.text(max_size=300))
    def test_every_stem_gives_a_name_for_a_file(self, stem: str) -> None:
        name = safe_name(stem)
        assert 0 < len(name.encode()) <= LONGEST_NAME + 1
        assert "/" not in name
        assert name == name.strip(" ")

    def test_long_names_are_cut_between_letters(self) -> None:
        assert safe_name("é" * 200) == "é" * (LONGEST_NAME // 2)


class TestPictureNames:
    def test_they_say_what_they_show(self) -> None:
        names = picture_names([figure("3"), figure("IV", "Table"), figure("Scheme 2"), figure("S1")])
        assert names == ["Figure3-1", "TableIV-1", "Scheme2-1", "FigureS1-1"]

    def test_equal_labels_are_counted(self) -> None:
        names = picture_names([figure("2", "Table"), figure("2", "Table"), figure("2")])
        assert names == ["Table2-1", "Table2-2", "Figure2-1"]

    def test_labels_that_differ_in_case_only_are_counted(self) -> None:
        assert picture_names([figure("S1a"), figure("S1A")]) == ["FigureS1a-1", "FigureS1A-2"]

    def test_no_label_and_odd_labels(self) -> None:
        assert picture_names([figure(""), figure("3/4"), figure("../x")]) == ["Figure-1", "Figure3_4-1", "Figure.._x-1"]

    @given(st.lists(st.text(st.sampled_from("aA1-/. é"), max_size=4), max_size=8))
    def test_no_two_are_alike(self, labels: list[str]) -> None:
        names = [same_name(name) for name in picture_names([figure(label) for label in labels])]
        assert len(set(names)) == len(names)


class TestNamesOfDocuments:
    def test_name_is_the_stem(self, out: Path, file: Path) -> None:
        assert ResultFolder(out).target(file).json == out / "paper.json"

    def test_equal_stems_are_numbered(self, out: Path, tmp_path: Path) -> None:
        folder = ResultFolder(out)
        files = [make(tmp_path / name / "paper.pdf") for name in "abc"]
        assert [folder.target(each).name for each in files] == ["paper", "paper-2", "paper-3"]

    def test_asking_twice_gives_the_same_name(self, out: Path, file: Path) -> None:
        folder = ResultFolder(out)
        assert folder.target(file) == folder.target(file)

    def test_stems_that_differ_in_case_only_are_numbered(self, out: Path, tmp_path: Path) -> None:
        folder = ResultFolder(out)
        names = [folder.target(make(tmp_path / name)).name for name in ("paper.pdf", "Paper.pdf")]
        assert names == ["paper", "Paper-2"]

    def test_number_that_a_stem_has_already_is_passed_over(self, out: Path, tmp_path: Path) -> None:
        folder = ResultFolder(out)
        files = [make(tmp_path / name) for name in ("a/paper-2.pdf", "a/paper.pdf", "b/paper.pdf")]
        assert [folder.target(each).name for each in files] == ["paper-2", "paper", "paper-3"]

    def test_next_run_finds_the_names_of_the_last(self, out: Path, tmp_path: Path) -> None:
        files = [make(tmp_path / name / "paper.pdf") for name in "abc"]
        first = ResultFolder(out)
        names = [finish(first, each).name for each in files]
        again = ResultFolder(out)
        assert [again.target(each).name for each in reversed(files)] == list(reversed(names))

    def test_interrupted_run_is_continued_under_the_same_names(self, out: Path, tmp_path: Path) -> None:
        files = [make(tmp_path / name / "paper.pdf") for name in "abc"]
        first = ResultFolder(out)
        names = [first.target(each).name for each in files]
        finish(first, files[1])  # the others were not finished
        again = ResultFolder(out)
        assert [again.target(each).name for each in files] == names

    def test_file_of_another_program_keeps_its_place(self, out: Path, file: Path) -> None:
        make(out / "paper.json", '{"title": "notes on a paper"}')
        folder = ResultFolder(out)
        assert finish(folder, file).name == "paper-2"
        assert json.loads((out / "paper.json").read_text()) == {"title": "notes on a paper"}

    def test_folder_and_papers_can_be_moved_together(self, out: Path, file: Path, tmp_path: Path) -> None:
        finish(ResultFolder(out), make(tmp_path / "other" / "paper.pdf"))
        name = finish(ResultFolder(out), file).name
        moved = tmp_path / "elsewhere"
        moved.mkdir()
        for folder in (out, file.parent):
            folder.rename(moved / folder.name)
        assert ResultFolder(moved / "out").target(moved / "papers" / "paper.pdf").name == name == "paper-2"


class TestFinished:
    def is_finished(self, out: Path, file: Path, settings: Settings = SETTINGS) -> bool:
        folder = ResultFolder(out)
        return folder.finished(folder.target(file), file, settings) is not None

    def test_result_of_the_same_file_and_settings(self, out: Path, file: Path) -> None:
        assert not self.is_finished(out, file)
        finish(ResultFolder(out), file)
        assert self.is_finished(out, file)

    def test_other_settings(self, out: Path, file: Path) -> None:
        finish(ResultFolder(out), file)
        assert not self.is_finished(out, file, Settings.model_validate({"output": {"dpi": 150}}))

    def test_settings_that_spell_out_the_defaults_are_the_same(self, out: Path, file: Path) -> None:
        finish(ResultFolder(out), file)
        assert self.is_finished(out, file, Settings.model_validate({"output": {"dpi": 300}}))

    def test_limits_change_no_result(self, out: Path, file: Path) -> None:
        finish(ResultFolder(out), file)
        assert self.is_finished(out, file, Settings.model_validate({"limits": {"seconds": 5}}))

    def test_changed_file(self, out: Path, file: Path) -> None:
        finish(ResultFolder(out), file)
        file.write_text("A paper")
        os.utime(file, ns=(0, 0))
        assert not self.is_finished(out, file)

    def test_copied_file_with_another_time(self, out: Path, file: Path) -> None:
        finish(ResultFolder(out), file)
        os.utime(file, ns=(0, 0))
        assert self.is_finished(out, file)

    def test_failed_document_is_tried_again(self, out: Path, file: Path) -> None:
        folder = ResultFolder(out)
        folder.write(folder.target(file), Document(file, "failed"), SETTINGS)
        assert not self.is_finished(out, file)

    def test_missing_picture(self, out: Path, file: Path) -> None:
        folder = ResultFolder(out)
        target = folder.target(file)
        image = target.image("Figure1-1", ".png")
        target.write(image, b"a picture")
        shown = DocumentFigure.of(figure("1", image=image), Source(file, SETTINGS))
        finish(folder, file, figures=(shown,))
        assert self.is_finished(out, file)
        (out / image).unlink()
        assert not self.is_finished(out, file)

    def test_other_program(self, out: Path, file: Path) -> None:
        target = finish(ResultFolder(out), file)
        record = json.loads(target.json.read_bytes())
        target.json.write_text(json.dumps({**record, "program": "exsclaim 0.0.1"}))
        assert not self.is_finished(out, file)


class TestFiles:
    def test_half_written_file_is_never_seen(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        target = make(tmp_path / "paper.json", "old")

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space"):
            write_whole(target, b"new")
        assert target.read_text() == "old"
        assert list(tmp_path.iterdir()) == [target]

    def test_clearing_removes_what_belongs_to_the_document_only(self, out: Path) -> None:
        target = Target(out, "paper")
        for path in (target.image("Figure1-1", ".png"), target.image("Figure1-1", ".svg"), target.overlay(1)):
            target.write(path, b"a picture")
        make(target.json)
        other = make(out / "images" / "paper-2" / "paper-2-Figure1-1.png")
        users = make(out / "images" / "paper" / "notes.txt")
        target.clear()
        assert sorted(path for path in out.rglob("*") if path.is_file()) == sorted([other, users])

    def test_clearing_removes_half_written_pictures(self, out: Path) -> None:
        make(out / "images" / "paper" / "paper-Figure1-1.png.part")
        Target(out, "paper").clear()
        assert list(out.iterdir()) == []

    def test_folder_is_made_with_its_parents(self, tmp_path: Path) -> None:
        ResultFolder(tmp_path / "deep" / "out")
        assert list((tmp_path / "deep" / "out").iterdir()) == []

    def test_folder_below_a_file_cannot_be_made(self, file: Path) -> None:
        with pytest.raises(NotADirectoryError):
            ResultFolder(file / "out")


class TestJson:
    def test_boxes_lie_on_one_line(self) -> None:
        text = to_json({"figures": [{"bbox": [1.0, 2.5, -3, 1e-05], "mentions": []}]}).decode()
        assert '"bbox": [1.0, 2.5, -3, 1e-05],' in text

    def test_captions_that_look_like_boxes_stay_as_they_are(self) -> None:
        caption = "Positions [ 1, 2 ] and [\n 3,\n 4\n] of the lattice"
        assert json.loads(to_json({"caption": caption})) == {"caption": caption}

    def test_letters_are_readable(self) -> None:
        assert "Größe in µm" in to_json({"caption": "Größe in µm"}).decode()

    @given(
        st.recursive(
            st.text() | st.floats(allow_nan=False), lambda each: st.lists(each) | st.dictionaries(st.text(), each)
        )
    )
    def test_every_record_comes_back(self, value: object) -> None:
        assert json.loads(to_json({"value": value})) == {"value": value}

    def test_half_a_surrogate_pair_comes_back(self) -> None:
        assert json.loads(to_json({"document": "bad \udcff.pdf"})) == {"document": "bad \udcff.pdf"}

    @pytest.mark.parametrize("content", ["", "[1, 2]", '{"figures": []}', "{"])
    def test_file_that_is_no_result_is_not_read(self, tmp_path: Path, content: str) -> None:
        assert read_record(make(tmp_path / "x.json", content)) is None
