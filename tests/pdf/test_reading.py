"""What the reader makes of a PDF: text and operators where a viewer shows them, and nothing that it hides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import reportlab
from numpy.typing import NDArray
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from exsclaim_core.model import Box
from exsclaim_core.pdf.pages import DOWN, FILL, IMAGE, LEFT, RIGHT, STROKE, UP, Page
from exsclaim_core.pdf.reading import CorruptError, PasswordError, open_pdf, read_pages
from tests.drawing.pages import Paper
from tests.drawing.reading import read

WHITE = 0xFFFFFF
TURNS = pytest.mark.parametrize("rotation", [0, 90, 180, 270])


def first_page(paper: Paper) -> Page:
    return read(paper).page(0)


def boxes(page: Page, kind: int) -> list[Box]:
    return [Box(*box) for box in page.operators["box"][page.operators["kind"] == kind].tolist()]


def near(box: Box, other: Box, tolerance: float = 0.6) -> bool:
    return box.contains(other, tolerance) and other.contains(box, tolerance)


def line_box(page: Page, text: str) -> Box:
    return Box(*page.lines["box"][page.texts.index(text)].tolist())


def column(page: Page, name: str) -> NDArray[np.generic]:
    values: NDArray[np.generic] = page.lines[name]
    return values


class TestPlaces:
    @TURNS
    @pytest.mark.parametrize("crop_margin", [0, 30])
    def test_places_are_those_of_the_page_as_displayed(self, paper: Paper, rotation: int, crop_margin: float) -> None:
        paper.page(width=300, height=400, rotation=rotation, crop_margin=crop_margin)
        words = paper.text("grain growth", 50, 80)
        frame = paper.frame((100, 150, 220, 250), width=0, fill=(0.5, 0.5, 0.5))
        image = paper.image((40, 300, 80, 340))
        page = first_page(paper)
        assert (page.width, page.height, page.rotation) == (300, 400, rotation)
        # ReportLab's box goes by the font's ascender and descender, the reader's by the font size.
        assert near(line_box(page, "grain growth"), words, tolerance=1.5)
        assert any(near(box, frame) for box in boxes(page, FILL))
        assert any(near(box, image) for box in boxes(page, IMAGE))

    @TURNS
    def test_text_that_looks_upright_reads_rightwards(self, paper: Paper, rotation: int) -> None:
        paper.page(rotation=rotation)
        paper.text("grain growth", 50, 80)
        assert column(first_page(paper), "direction").tolist() == [RIGHT]

    @pytest.mark.parametrize(("angle", "direction"), [(0, RIGHT), (90, UP), (180, LEFT), (-90, DOWN)])
    def test_direction_of_turned_text(self, paper: Paper, angle: int, direction: int) -> None:
        paper.page()
        words = paper.text("grain growth", 200, 300, angle=angle)
        page = first_page(paper)
        assert column(page, "direction").tolist() == [direction]
        assert near(line_box(page, "grain growth"), words, tolerance=1.5)

    def test_baseline_and_size_are_those_of_the_font(self, paper: Paper) -> None:
        paper.page()
        paper.text("grain growth", 50, 80, size=9)
        page = first_page(paper)
        assert column(page, "baseline").tolist() == pytest.approx([80], abs=0.05)
        assert column(page, "size").tolist() == pytest.approx([9], abs=0.05)

    def test_pages_keep_their_numbers_and_sizes(self, paper: Paper) -> None:
        paper.page(width=300, height=400).text("one", 50, 50)
        paper.page(width=500, height=200).text("two", 50, 50)
        pages = read(paper)
        assert [(page.number, page.width, page.height, page.texts) for page in pages] == [
            (1, 300, 400, ["one"]),
            (2, 500, 200, ["two"]),
        ]


class TestText:
    def test_letters_that_are_not_painted_are_marked(self, paper: Paper) -> None:
        """Recognised text under a scan."""
        paper.page()
        paper.text("printed", 50, 200)
        words = paper.canvas.beginText(50, 700)
        words.setFont("Times-Roman", 10)
        words.setTextRenderMode(3)
        words.textLine("recognised")
        paper.canvas.drawText(words)
        page = first_page(paper)
        hidden = dict(zip(page.texts, column(page, "hidden").tolist(), strict=True))
        assert hidden == {"recognised": True, "printed": False}

    def test_white_letters_carry_their_colour(self, paper: Paper) -> None:
        paper.page()
        paper.text("white on white", 50, 80, colour=(1, 1, 1))
        paper.text("black on white", 50, 120)
        page = first_page(paper)
        colours = dict(zip(page.texts, column(page, "color").tolist(), strict=True))
        assert colours == {"white on white": WHITE, "black on white": 0}

    def test_ligatures_come_as_letters(self, paper: Paper) -> None:
        pdfmetrics.registerFont(TTFont("Vera", Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"))
        paper.page()
        paper.text("\ufb01eld of \ufb02ow", 50, 80, font="Vera")
        assert first_page(paper).texts == ["field of flow"]

    def test_bold_and_italic_by_their_share(self, paper: Paper) -> None:
        paper.page()
        paper.text("Figure 1", 50, 80, font="Times-Bold")
        paper.text("in vitro", 50, 120, font="Times-Italic")
        page = first_page(paper)
        assert (column(page, "bold").tolist(), column(page, "italic").tolist()) == ([1, 0], [0, 1])

    def test_letters_outside_the_crop_box_are_left_out(self, paper: Paper) -> None:
        paper.page(width=300, height=400, crop_margin=40)
        paper.text("inside", 50, 80)
        paper.text("outside", -38, 80, size=8)
        assert first_page(paper).texts == ["inside"]


class TestOperators:
    def test_a_rule_is_flat(self, paper: Paper) -> None:
        paper.page()
        paper.rule(100, 200, 300, width=0.5)
        (box,) = boxes(first_page(paper), STROKE)
        assert near(box, Box(100, 200, 300, 200), tolerance=0.3)

    def test_rectangle_without_height_is_kept(self, paper: Paper) -> None:
        """Some publishers draw axes and table rules so."""
        paper.page()
        paper.canvas.rect(100, paper.flip(200), 200, 0, stroke=1, fill=0)
        assert any(near(box, Box(100, 200, 300, 200), tolerance=1.2) for box in boxes(first_page(paper), STROKE))

    def test_a_curve_is_no_larger_than_it_looks(self, paper: Paper) -> None:
        paper.page()
        drawn = paper.line([(100, 300), (150, 200), (200, 300)], width=2)
        (box,) = boxes(first_page(paper), STROKE)
        assert near(box, drawn, tolerance=3)  # the peak is pointed

    def test_clipped_drawing_is_what_its_clip_leaves(self, paper: Paper) -> None:
        paper.page()
        paper.canvas.saveState()
        clip = paper.canvas.beginPath()
        clip.rect(100, paper.flip(300), 150, 100)
        paper.canvas.clipPath(clip, stroke=0, fill=0)
        paper.frame((50, 150, 600, 700), width=0, fill=(0.8, 0.2, 0.2))
        paper.canvas.restoreState()
        assert boxes(first_page(paper), FILL) == [Box(100, 200, 250, 300)]

    def test_clipped_image_is_what_its_clip_leaves(self, paper: Paper) -> None:
        paper.page()
        paper.canvas.saveState()
        clip = paper.canvas.beginPath()
        clip.rect(100, paper.flip(300), 150, 100)
        paper.canvas.clipPath(clip, stroke=0, fill=0)
        paper.image((50, 150, 450, 550))
        paper.canvas.restoreState()
        (box,) = boxes(first_page(paper), IMAGE)
        assert near(box, Box(100, 200, 250, 300))

    def test_white_ground_carries_its_colour(self, paper: Paper) -> None:
        paper.page()
        paper.frame((100, 100, 300, 300), width=0, fill=(1, 1, 1))
        assert first_page(paper).operators["color"].tolist() == [WHITE]

    def test_image_tells_its_pixels(self, paper: Paper) -> None:
        paper.page()
        paper.image((100, 100, 200, 200))
        operators = first_page(paper).operators
        assert operators["pixels"][operators["kind"] == IMAGE].tolist() == [[96, 96]]

    def test_operators_come_in_stream_order(self, paper: Paper) -> None:
        paper.page()
        for left in (300, 100, 200):
            paper.frame((left, 100, left + 50, 150), width=0, fill=(0.5, 0.5, 0.5))
        operators = first_page(paper).operators
        assert operators["box"][np.argsort(operators["place"], kind="stable"), 0].tolist() == [300, 100, 200]


class TestFiles:
    def test_file_that_is_no_pdf(self, tmp_path: Path) -> None:
        file = tmp_path / "notes.pdf"
        file.write_text("These are notes.")
        with pytest.raises(CorruptError):
            open_pdf(file)

    def test_empty_file(self, tmp_path: Path) -> None:
        file = tmp_path / "nothing.pdf"
        file.touch()
        with pytest.raises(CorruptError, match="empty"):
            open_pdf(file)

    def test_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            open_pdf(tmp_path / "missing.pdf")

    def test_password_is_asked_for(self, tmp_path: Path) -> None:
        paper = Paper(password="open sesame").page()
        paper.text("secret", 50, 80)
        file = paper.save(tmp_path / "secret.pdf")
        with pytest.raises(PasswordError, match="needs a password"):
            open_pdf(file)
        with pytest.raises(PasswordError, match="is wrong"):
            open_pdf(file, "open barley")
        assert read_pages(open_pdf(file, "open sesame")).texts == ["secret"]

    def test_number_of_pages_is_announced(self, tmp_path: Path) -> None:
        paper = Paper()
        for _ in range(3):
            paper.page().text("words", 50, 80)
        announced: list[int] = []
        read_pages(open_pdf(paper.save(tmp_path / "three.pdf")), announced.append)
        assert announced == [3]
