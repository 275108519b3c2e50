"""Where captions begin: rows that start with a label, told from mentions in the running text."""

from __future__ import annotations

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth

from exsclaim_core.figures.caption_starts import choose_starts, find_caption_starts
from exsclaim_core.layout.document_layout import lay_out
from exsclaim_core.settings import CaptionSettings
from tests.drawing.located import read
from tests.drawing.pages import Paper

LINE = 12.0  # points between lines of body text
SENTENCE = "The next sentence goes on with the grains of the film and says what they did at high"


def starts_of(paper: Paper) -> list[str]:
    """The labels of the captions on a drawn paper, page by page from the top."""
    starts = [start for sheet in lay_out(read(paper.bytes())).sheets for start in find_caption_starts(sheet)]
    return [f"{start.label.type} {start.label.label}" for start in choose_starts(starts, CaptionSettings())]


def plot_with_label(paper: Paper, label: str, words: str, x: float = 54, y: float = 72) -> float:
    """A plot, and under it a caption whose label is bold; where the next thing may begin."""
    paper.plot((x, y, x + 243, y + 130))
    baseline = y + 148
    paper.text(label, x, baseline, font="Times-Bold", size=8.5)
    paper.text(words, x + stringWidth(f"{label} ", "Times-Bold", 8.5), baseline, size=8.5)
    return baseline + 20


def paragraph_with(paper: Paper, line: str, top: float = 72) -> None:
    """Body text in the first column with that line in its middle."""
    column = paper.column(0)
    paper.body(top=top, lines=6)
    paper.text(line, column.x0, top + 6 * LINE + 6.83, justify_to=column.width)
    paper.body(top=top + 7 * LINE)


def test_a_label_under_a_plot_begins_a_caption(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 220))
    paper.caption("Figure 1. Grain size of the film.", 54, 228, 243)
    paper.body(column=0, top=260)
    paper.body(column=1)
    assert starts_of(paper) == ["Figure 1"]


def test_a_line_that_begins_with_a_mention_is_no_caption(paper: Paper) -> None:
    paper.page(columns=2)
    paragraph_with(paper, "Figure 3 shows the grains of the film at high temperature")
    assert starts_of(paper) == []


def test_a_sentence_that_ends_in_the_next_line_is_no_caption(paper: Paper) -> None:
    paper.page()
    paragraph_with(paper, f"Fig. 2. {SENTENCE}")
    assert starts_of(paper) == []


def test_a_paragraph_that_begins_with_a_mention_is_no_caption(paper: Paper) -> None:
    paper.page(columns=2)
    end = paper.body(column=0, lines=12).y1
    paper.body(column=0, top=end + 9, start="Figure 2 shows")
    assert starts_of(paper) == []


def test_references_to_several_figures_are_no_captions(paper: Paper) -> None:
    paper.page()
    paragraph_with(paper, f"Figures 2 and 3. {SENTENCE}")
    assert starts_of(paper) == []


def test_a_panel_of_a_figure_is_no_caption(paper: Paper) -> None:
    paper.page()
    end = paper.body(lines=10).y1
    paper.body(top=end + 9, start="Figure 2a is")
    assert starts_of(paper) == []


def test_plain_labels_are_none_where_captions_are_bold(paper: Paper) -> None:
    paper.page(columns=2)
    for number in (1, 2, 3):
        y = plot_with_label(paper, f"Figure {number}.", "Grain size of the film.", y=72 + 180 * (number - 1))
    paper.body(column=0, top=y, start="Figure 7 Grain sizes")
    paper.body(column=1)
    assert starts_of(paper) == ["Figure 1", "Figure 2", "Figure 3"]


def test_a_caption_that_begins_with_an_article(paper: Paper) -> None:
    paper.page(columns=2)
    paper.plot((54, 72, 297, 220))
    paper.caption("Figure 1: A comparison of the grains.", 54, 226, 243, size=10)
    paper.body(column=0, top=250)
    paper.body(column=1)
    assert starts_of(paper) == ["Figure 1"]


def test_the_caption_wins_against_mentions_of_its_label(paper: Paper) -> None:
    paper.page(columns=2)
    plot_with_label(paper, "Figure 1.", "Grain size of the film.")
    paper.body(column=0, top=250, start="Figure 1. Shows")
    end = paper.body(column=1, lines=10).y1
    paper.body(column=1, top=end + 9, start="Figure 1 shows")
    starts = [start for sheet in lay_out(read(paper.bytes())).sheets for start in find_caption_starts(sheet)]
    chosen = choose_starts(starts, CaptionSettings())
    assert len(starts) == 3
    assert [(start.label.label, start.row.box[1] < 250) for start in chosen] == [("1", True)]


def weak_caption(paper: Paper, number: int) -> None:
    """A plot with body text above it and a caption that nothing but its place tells from the text."""
    paper.page(columns=2)
    paper.plot((54, 72, 297, 220))
    paper.caption(f"Figure {number} Grain size of the film", 54, 238, 243, size=10)
    paper.body(column=0, top=262)
    paper.body(column=1)


def test_weak_evidence_alone_is_too_little(paper: Paper) -> None:
    weak_caption(paper, 2)
    assert starts_of(paper) == []


def test_a_number_missing_between_others_is_found_with_weak_evidence(paper: Paper) -> None:
    paper.page(columns=2)
    plot_with_label(paper, "Figure 1.", "Grain size of the film.")
    weak_caption(paper, 2)
    paper.page(columns=2)
    plot_with_label(paper, "Figure 3.", "Grain size of the film.")
    assert starts_of(paper) == ["Figure 1", "Figure 2", "Figure 3"]


def test_each_kind_has_its_own_numbers(paper: Paper) -> None:
    paper.page(columns=2)
    y = plot_with_label(paper, "Figure 1.", "Grain size of the film.")
    y = plot_with_label(paper, "Scheme 1.", "Synthesis of the oxide.", y=y)
    paper.caption("Table 1. Properties of the films.", 54, y, 243)
    paper.table((54, y + 14, 297, y + 100))
    paper.body(column=1)
    assert starts_of(paper) == ["Figure 1", "Figure Scheme 1", "Table 1"]


def test_a_label_that_is_repeated_as_continued_counts_twice(paper: Paper) -> None:
    for words in ("Table 2. Properties of all films.", "Table 2. (continued)"):
        paper.page()
        paper.caption(words, 54, 72, 504)
        paper.table((54, 86, 558, 500), rows=25)
        paper.body(top=520)
    assert starts_of(paper) == ["Table 2", "Table 2"]


def test_numbering_begins_anew_in_the_supplement(paper: Paper) -> None:
    paper.page(columns=2)
    plot_with_label(paper, "Figure 1.", "Grain size of the film.")
    plot_with_label(paper, "Figure S1.", "Grain size of the bulk.", x=315)
    paper.body(column=0, top=260)
    paper.body(column=1, top=260)
    assert starts_of(paper) == ["Figure 1", "Figure S1"]


def test_words_with_a_label_inside_a_row_are_no_caption(paper: Paper) -> None:
    paper.page(columns=2)
    paragraph_with(paper, "grains (Fig. 2. and Table 1) of the film at high temperature")
    assert starts_of(paper) == []


def test_captions_in_a_script_without_capitals(paper: Paper) -> None:
    font, words = "STSong-Light", "薄膜的晶粒尺寸随退火温度升高而增大在较低温度下保持不变氧化物层减缓晶界迁移并影响织构"
    registerFont(UnicodeCIDFont(font))
    paper.page()
    for number in range(8):
        paper.text(words[number:] + words[:number], 80, 80 + 15 * number, font=font, size=11)
    paper.text("图1所示" + words[4:], 80, 200, font=font, size=11)
    paper.image((150, 216, 440, 390))
    paper.text("图 1  薄膜的晶粒尺寸随温度的变化", 306, 410, font=font, size=11, align="center")
    for number in range(8):
        paper.text(words[number:] + words[:number], 80, 440 + 15 * number, font=font, size=11)
    assert starts_of(paper) == ["Figure 1"]
