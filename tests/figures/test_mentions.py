"""References of the running text to figures and tables."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.locate import locate_figures
from exsclaim_core.figures.mentions import Key, find_mentions
from exsclaim_core.labels import parse_label
from exsclaim_core.layout.furniture import find_furniture_lines
from exsclaim_core.layout.running_text import RunningText, lines_of_figures, read_running_text
from exsclaim_core.layout.typography import measure_typography
from tests.drawing.located import read
from tests.drawing.pages import Paper

STEP = 12.0  # points from line to line


def running_text(*rows: str) -> RunningText:
    """Rows of text one below the other on a page."""
    paper = Paper().page()
    for number, row in enumerate(rows):
        paper.text(row, 72, 100 + STEP * number)
    pages = read(paper.bytes())
    nothing = pages.lines["hidden"]
    return read_running_text(pages, measure_typography(pages, nothing), nothing)


def mentioned(*rows: str, known: tuple[Key, ...] = ()) -> dict[str, list[str]]:
    """The words of all mentions in some rows, by type and label: {"Figure 3": ["Fig. 3a"]}."""
    found = find_mentions(running_text(*rows), known)
    return {f"{kind} {label}": [placed.mention.text for placed in some] for (kind, label), some in found.items()}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("as Fig. 3 shows", {"Figure 3": ["Fig. 3"]}),
        ("as Fig.3 shows", {"Figure 3": ["Fig.3"]}),
        ("given in TABLE IV and", {"Table IV": ["TABLE IV"]}),
        ("in Figures 1 and 4 the", {"Figure 1": ["Figures 1"], "Figure 4": ["Figures 4"]}),
        ("(Fig. 4A, B)", {"Figure 4": ["Fig. 4A, B"]}),
        ("(Figs. 2b-d and 3)", {"Figure 2": ["Figs. 2b-d"], "Figure 3": ["Figs. 3"]}),
        ("(Fig. 3(a)-(c))", {"Figure 3": ["Fig. 3(a)-(c)"]}),
        ("see Table S2 for", {"Table S2": ["Table S2"]}),
        ("see figures 3.1 and 3.2 for", {"Figure 3.1": ["figures 3.1"], "Figure 3.2": ["figures 3.2"]}),
        ("in Scheme 1 the", {"Figure Scheme 1": ["Scheme 1"]}),
        ("Supplementary Fig. 1 gives", {"Figure S1": ["Supplementary Fig. 1"]}),
        ("Extended Data Fig. 2a gives", {"Figure Extended Data 2": ["Extended Data Fig. 2a"]}),
        ("Figure 2 and Table 1 agree", {"Figure 2": ["Figure 2"], "Table 1": ["Table 1"]}),
        ("see Abb. 2 und Tabelle 3", {"Figure 2": ["Abb. 2"], "Table 3": ["Tabelle 3"]}),
    ],
)
def test_forms_of_references(words: str, expected: dict[str, list[str]]) -> None:
    assert mentioned(words) == expected


def test_range_mentions_every_figure_in_it() -> None:
    words = ["Tables 1-3"]
    assert mentioned("as Tables 1-3 show") == {"Table 1": words, "Table 2": words, "Table 3": words}
    assert sorted(mentioned("in Figs. S1 to S3 and 6")) == ["Figure 6", "Figure S1", "Figure S2", "Figure S3"]


def test_two_panels_named_apart_are_two_mentions() -> None:
    assert mentioned("between Figure 4A and 4B") == {"Figure 4": ["Figure 4A", "Figure 4B"]}


def test_reference_broken_across_lines() -> None:
    assert mentioned("the rate, as shown in Figure", "3, rises") == {"Figure 3": ["Figure 3"]}
    assert mentioned("the rate that the fig-", "ure 5 shows") == {"Figure 5": ["figure 5"]}


@pytest.mark.parametrize(
    "words",
    [
        "the config. 3 of the server",
        "as in Fig. 2 of ref. 3",
        "given by Table 1 in [12]",
        "the curve of Figure 4 of Smith et al.",
        "(Smith et al. 2010, Fig. 2)",
        "by this algorithm. 3.2 Results",
        "a cubic algorithm70 was",
        "listed in eTable 3 of the supplement",
    ],
)
def test_no_reference_to_a_figure_of_this_paper(words: str) -> None:
    assert mentioned(words) == {}


def test_numbers_after_a_reference_are_no_figures() -> None:
    assert mentioned("(Fig. 2, 50 mg)") == {"Figure 2": ["Fig. 2"]}
    assert mentioned("in Fig. 1a, a decrease") == {"Figure 1": ["Fig. 1a"]}


def test_letter_is_part_of_the_label_where_the_document_has_that_label() -> None:
    assert mentioned("in Figure 2b the") == {"Figure 2": ["Figure 2b"]}
    assert mentioned("in Figure 2b the", known=(("Figure", "2b"),)) == {"Figure 2b": ["Figure 2b"]}
    assert mentioned("in Figure 3-1 the", known=(("Figure", "3-1"),)) == {"Figure 3-1": ["Figure 3-1"]}


@pytest.mark.parametrize(
    "label", ["Figure 3", "TABLE II", "Fig. S4", "Supplementary Figure 2", "Table A.1", "Scheme 5", "Plate 2"]
)
def test_labels_are_those_of_the_captions(label: str) -> None:
    caption = parse_label(f"{label}. Grain size against temperature.")
    assert caption is not None
    assert list(mentioned(f"as {label} shows")) == [f"{caption.type} {caption.label}"]


def test_captions_and_figures_mention_nothing(paper: Paper) -> None:
    paper.page()
    paper.body(top=72, lines=8, start="Figure 1 shows")
    paper.plot((150, 200, 460, 380))
    paper.caption("Figure 1. Grain size; for the samples see Figure 1 and Table 2.", 150, 390, 310)
    paper.body(top=450, lines=10)
    pages = read(paper.bytes())
    furniture = find_furniture_lines(pages)
    found = locate_figures(pages).figures
    text = read_running_text(pages, measure_typography(pages, furniture), furniture | lines_of_figures(pages, found))
    assert [len(some) for some in find_mentions(text).values()] == [1]


def test_mentions_know_their_page_and_row() -> None:
    paper = Paper().page()
    paper.text("Nothing is said here.", 72, 100)
    paper.page()
    paper.text("Nor here.", 72, 100)
    paper.text("See Table 2.", 72, 112)
    pages = read(paper.bytes())
    nothing = pages.lines["hidden"]
    text = read_running_text(pages, measure_typography(pages, nothing), nothing)
    (placed,) = find_mentions(text)["Table", "2"]
    assert (placed.mention.page, placed.row) == (2, 2)


def test_document_without_text() -> None:
    pages = read(Paper().page().bytes())
    nothing = pages.lines["hidden"]
    assert find_mentions(read_running_text(pages, measure_typography(pages, nothing), nothing)) == {}
