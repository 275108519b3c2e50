"""Captions: the whole of their text, and nothing of what stands round them."""

from __future__ import annotations

import pytest
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont

from exsclaim_core.figures.captions import join_rows
from exsclaim_core.model import Box
from tests.drawing.located import Drawn, assert_located, captions_of
from tests.drawing.pages import Paper

WORDS = "Grain size of the film against the annealing temperature, for three samples of each composition."
NEXT_LINE = 3.0  # points between lines of body text: 10 on 12 points, letters 9 points high


def fill_columns(paper: Paper, top: float) -> None:
    """Body text in the second column, and in the first from `top` on."""
    paper.body(column=0, top=top)
    paper.body(column=1)


def test_a_caption_has_all_its_lines(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 230))
    caption = paper.caption(f"Figure 1. {WORDS} {WORDS}", 54, 238, 243)
    fill_columns(paper, caption.y1 + 14)
    assert captions_of(paper) == [f"Figure 1. {WORDS} {WORDS}"]


def test_the_title_stands_on_its_own_line_under_the_label(paper: Paper) -> None:
    paper.page(columns=2)
    paper.text("TABLE I", 175.5, 80, size=8, align="center")
    paper.text("PROPERTIES OF THE FILMS", 175.5, 90, size=8, align="center")
    table = paper.table((54, 96, 297, 190))
    fill_columns(paper, table.y1 + 16)
    assert captions_of(paper) == ["TABLE I PROPERTIES OF THE FILMS"]


def test_the_title_may_stand_apart_and_look_unlike_the_label(paper: Paper) -> None:
    paper.page()
    paper.text("Table 1", 54, 80, font="Times-Bold", size=10)
    paper.text("Properties of the Films", 54, 98, font="Times-Italic", size=10)
    paper.table((54, 106, 558, 220), size=10)
    paper.body(top=250)
    assert captions_of(paper) == ["Table 1 Properties of the Films"]


def test_a_wide_gap_sets_the_label_apart(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 230))
    paper.text("Figure 1", 54, 246, size=8.5, font="Times-Bold")
    caption = paper.caption(WORDS, 112, 240.2, 185)  # on the baseline of the label, 28 points right of it
    fill_columns(paper, caption.y1 + 14)
    assert captions_of(paper) == [f"Figure 1 {WORDS}"]


def test_text_of_the_next_column_is_not_set_apart_from_a_label(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {WORDS} {WORDS}", 54, 72, 243, size=9)
    table = paper.table((135, caption.y1 + 6, 225, caption.y1 + 80), columns=2)
    paper.body(column=0, top=table.y1 + 16)
    paper.text("Grains grow where the surface of the oxide allows it,", 327, 78.8, size=10)  # an indented first line
    paper.body(column=1, top=84)
    assert captions_of(paper) == [f"Table 1. {WORDS} {WORDS}"]


def test_a_caption_right_of_its_figure(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    figure = paper.plot((54, 215, 380, 400))
    caption = paper.caption(f"Fig. 1. {WORDS}", 395, 360, 163)
    paper.body(top=420)
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_a_caption_left_of_its_figure(paper: Paper) -> None:
    paper.page()
    paper.body(lines=10)
    figure = paper.plot((230, 215, 558, 400))
    caption = paper.caption(f"Fig. 1. {WORDS}", 54, 218, 163)
    paper.body(top=420)
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_a_caption_in_the_margin_beside_the_column(paper: Paper) -> None:
    paper.page()
    paper.body((200, 72, 558, 280))
    figure = paper.plot((200, 300, 558, 480))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 304, 130, font="Helvetica", size=8)
    paper.body((200, 500, 558, 720))
    assert_located(paper, Drawn("Figure 1", figure, caption))


def test_a_caption_in_two_columns_under_a_wide_figure(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 558, 250))
    words = f"Figure 1 | {WORDS} {WORDS} {WORDS}"
    lines = simpleSplit(words, "Helvetica", 7, 243)
    half = (len(lines) + 1) // 2
    for number, line in enumerate(lines):
        column, row = divmod(number, half)
        justify_to = 243 if line is not lines[-1] else None
        paper.text(line, 54 + 261 * column, 266 + 8.4 * row, font="Helvetica", size=7, justify_to=justify_to)
    paper.body(column=0, top=330)
    paper.body(column=1, top=330)
    assert captions_of(paper) == [words]


def test_body_text_of_the_same_font_stands_a_little_further_down(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 230))
    caption = paper.caption(f"Figure 1: {WORDS}", 54, 240, 243, size=10)
    fill_columns(paper, caption.y1 + NEXT_LINE + 4)
    assert captions_of(paper) == [f"Figure 1: {WORDS}"]


def test_a_double_spaced_caption_among_double_spaced_text() -> None:
    paper = Paper(size=12).page()
    for number in range(26):
        paper.body((90, 72 + 24 * number, 522, 720), lines=1)
    paper.page()
    paper.plot((90, 100, 520, 420))
    for number, line in enumerate(simpleSplit(f"Figure 1. {WORDS} {WORDS}", "Times-Roman", 12, 432)):
        paper.text(line, 90, 450 + 24 * number)
    assert captions_of(paper) == [f"Figure 1. {WORDS} {WORDS}"]


def test_a_page_without_body_text(paper: Paper) -> None:
    paper.page()
    paper.plot((100, 100, 500, 400))
    paper.caption(f"Figure 1. {WORDS} {WORDS}", 100, 410, 300)
    assert captions_of(paper) == [f"Figure 1. {WORDS} {WORDS}"]


def test_the_header_row_of_a_table_ends_its_caption(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {WORDS}", 54, 72, 243, size=9)
    # The rows go on at the leading and in the font of the caption.
    table = paper.table((54, caption.y1 + 1, 297, caption.y1 + 1 + 8 * 10.8), rows=8, rules=False, size=9)
    fill_columns(paper, table.y1 + 16)
    assert captions_of(paper) == [f"Table 1. {WORDS}"]


def test_a_rule_ends_a_caption(paper: Paper) -> None:
    paper.page(columns=2)
    caption = paper.caption(f"Table 1. {WORDS}", 54, 72, 243, size=9)
    paper.rule(54, caption.y1 + 1, 297)
    paper.caption("All values were measured at room temperature.", 54, caption.y1 + 2.5, 243, size=9)
    table = paper.table((54, caption.y1 + 18, 297, caption.y1 + 100))
    fill_columns(paper, table.y1 + 16)
    assert captions_of(paper) == [f"Table 1. {WORDS}"]


def test_the_address_of_a_figure_is_not_its_caption(paper: Paper) -> None:
    paper.page()
    paper.plot((100, 72, 500, 230))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 240, 504)
    address = paper.caption("doi:10.1371/journal.pone.0000001.g001", 54, caption.y1 + 1.7, 504)
    paper.body(top=address.y1 + 14)
    assert captions_of(paper) == [f"Figure 1. {WORDS}"]


def test_captions_side_by_side_are_two(paper: Paper) -> None:
    paper.page()
    for column, words in enumerate((f"Figure 1. {WORDS}", "Figure 2. Particles of the film after annealing.")):
        paper.plot((54 + 261 * column, 72, 297 + 261 * column, 220))
        paper.caption(words, 54 + 261 * column, 228, 243)
    paper.body(top=280)
    assert captions_of(paper) == [f"Figure 1. {WORDS}", "Figure 2. Particles of the film after annealing."]


def test_captions_right_below_each_other_are_a_list_of_figures(paper: Paper) -> None:
    paper.page()
    paper.heading("List of Figures", 54, 72)
    for number in range(1, 9):
        paper.text(f"Figure {number}. Grain size of sample {number} {'. ' * 40}{number + 3}", 54, 100 + 14 * number)
    paper.page()
    paper.plot((100, 72, 500, 230))
    caption = paper.caption(f"Figure 1. {WORDS}", 54, 240, 504)
    paper.body(top=caption.y1 + 14)
    assert captions_of(paper) == [f"Figure 1. {WORDS}"]


def test_a_table_goes_on_under_its_label_repeated(paper: Paper) -> None:
    for words in ("Table 1. Properties of all films.", "Table 1 (continued)"):
        paper.page()
        paper.caption(words, 54, 72, 504, size=9)
        table = paper.table((54, 86, 558, 500), rows=25)
        paper.body(top=table.y1 + 20)
    assert captions_of(paper) == ["Table 1. Properties of all films.", "Table 1 (continued)"]


def test_a_caption_in_two_languages(paper: Paper) -> None:
    registerFont(UnicodeCIDFont("STSong-Light"))
    paper.page(columns=2)
    figure = paper.plot((54, 72, 297, 210))
    lines = [paper.text("图 1  薄膜的晶粒尺寸随温度的变化", 175, 224, font="STSong-Light", size=9, align="center")]
    lines.append(paper.text("Fig. 1  Grain size of films against temperature", 175, 236, size=9, align="center"))
    fill_columns(paper, 254)
    assert_located(paper, Drawn("Figure 1", figure, Box.hull(lines)))


def test_text_of_another_measure_beside_a_table_does_not_end_its_caption(paper: Paper) -> None:
    paper.page()
    paper.body(lines=6)
    caption = paper.caption(f"Table 1. {WORDS} {WORDS}", 330, 164, 228, size=9)
    table = paper.table((330, caption.y1 + 5, 558, caption.y1 + 90), columns=3, size=9)
    for number in range(11):  # its lines stand on the baselines of the caption and of the rows
        paper.body((54, 164 + 10.8 * number, 310, 700), lines=1, size=9)
    paper.body(top=table.y1 + 20)
    assert captions_of(paper) == [f"Table 1. {WORDS} {WORDS}"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Abbildung 1: Korngröße des Films bei hoher Temperatur.", "Figure 1"),
        ("Abb. 2 Korngröße des Films bei hoher Temperatur.", "Figure 2"),
        ("Tableau 3 – Propriétés des films à température ambiante.", "Table 3"),
        ("Figura 4. Tamaño de grano de la película.", "Figure 4"),
        ("Tabela 5. Propriedades dos filmes.", "Table 5"),
        ("Rys. 6. Rozmiar ziarna w temperaturze pokojowej.", "Figure 6"),
        ("图 7 薄膜的晶粒尺寸随温度的变化", "Figure 7"),
    ],
)
def test_captions_in_other_languages(paper: Paper, words: str, name: str) -> None:
    paper.page()
    paper.body(lines=10)
    font = "Times-Roman"
    if words.startswith("图"):
        font = "STSong-Light"
        registerFont(UnicodeCIDFont(font))
    if name.startswith("Table"):
        caption = paper.text(words, 306, 220, font=font, size=9, align="center")
        region = paper.table((150, 228, 450, 330))
    else:
        region = paper.plot((150, 210, 450, 380))
        caption = paper.text(words, 306, 400, font=font, size=9, align="center")
    paper.body(top=425)
    found = assert_located(paper, Drawn(name, region, caption))
    assert found.figures[0].caption == words


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (["Grains of", "the film"], "Grains of the film"),
        (["micro-", "structure"], "microstructure"),
        (["X-ray and TEM-", "EDX maps"], "X-ray and TEM- EDX maps"),
        (["range 10 -", "20 nm"], "range 10 - 20 nm"),
    ],
)
def test_rows_are_joined_to_running_text(rows: list[str], text: str) -> None:
    assert join_rows(rows) == text
