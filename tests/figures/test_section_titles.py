"""Titles of sections among the running text, and the section of a figure."""

from __future__ import annotations

import pytest

from exsclaim_core.figures.locate import locate_figures
from exsclaim_core.figures.mentions import find_mentions
from exsclaim_core.figures.section_names import depth_of, is_known, name_of
from exsclaim_core.figures.section_titles import Outline, find_outline, section_of
from exsclaim_core.layout.furniture import find_furniture_lines
from exsclaim_core.layout.running_text import RunningText, lines_of_figures, read_running_text
from exsclaim_core.layout.typography import measure_typography
from exsclaim_core.model import Located
from tests.drawing.located import read
from tests.drawing.pages import Paper

Part = int | str | tuple[str, str, float]  # lines of text, a title run into a paragraph, a title with font and size

MAIN = ("Helvetica-Bold", 12.0)
SUB = ("Helvetica-Oblique", 10.0)
LEADING = 12.0


def write(paper: Paper, *parts: Part, column: int = 0, top: float = 80) -> float:
    """Text and titles one below the other in a column; where they end."""
    box = paper.column(column)
    y = top
    for part in parts:
        if isinstance(part, int):
            y = paper.body(column=column, top=y, lines=part).y1
        elif isinstance(part, str):
            y += 1.8 * LEADING
            title = paper.text(part, box.x0, y, font="Times-Bold")
            paper.text("The leaves were dried in the shade for a week and ground.", title.x1 + 3, y)
            y = paper.body(column=column, top=y + 4, lines=4).y1
        else:
            words, font, size = part
            y += 2 * LEADING
            paper.text(words, box.x0, y, font=font, size=size)
            y += 10
    return y


def outline_of(paper: Paper) -> tuple[Outline, RunningText, Located]:
    pages = read(paper.bytes())
    found = locate_figures(pages)
    every = [*found.figures, *found.captions_without_region, *found.text_boxes]
    furniture = find_furniture_lines(pages)
    text = read_running_text(pages, measure_typography(pages, furniture), furniture | lines_of_figures(pages, every))
    return find_outline(text), text, found


def titles(paper: Paper) -> list[tuple[int, str]]:
    """Level and words of each title."""
    return [(section.level, section.title) for section in outline_of(paper)[0].sections]


def test_titles_of_two_levels(paper: Paper) -> None:
    paper.page()
    write(
        paper, ("Introduction", *MAIN), 6, ("Methods", *MAIN), ("Sample preparation", *SUB), 6, ("Microscopy", *SUB), 6
    )
    paper.page()
    write(paper, 3, ("Results", *MAIN), 6, ("Grain growth", *SUB), 8)
    assert titles(paper) == [
        (1, "Introduction"),
        (1, "Methods"),
        (2, "Sample preparation"),
        (2, "Microscopy"),
        (1, "Results"),
        (2, "Grain growth"),
    ]


def test_number_gives_the_level(paper: Paper) -> None:
    paper.page()
    write(
        paper,
        ("1. Introduction", *MAIN),
        6,
        ("2. Films", *MAIN),
        5,
        ("2.1. Growth", *MAIN),
        6,
        ("A.2.1 Proofs", *MAIN),
        6,
    )
    assert [level for level, _ in titles(paper)] == [1, 1, 2, 3]


def test_place_and_page_of_a_title(paper: Paper) -> None:
    paper.page()
    write(paper, ("Introduction", *MAIN), 8)
    paper.page()
    write(paper, 8, ("Results", *MAIN), 8)
    section = outline_of(paper)[0].sections[1]
    assert (section.title, section.page) == ("Results", 2)
    assert section.bbox.x0 == pytest.approx(54, abs=1)


def test_title_of_two_rows_is_one_title(paper: Paper) -> None:
    paper.page(columns=2)
    y = write(paper, ("Introduction", *MAIN), 8)
    paper.text("Growth of grains at the boundaries of", 54, y + 30, font="Helvetica-Bold", size=12)
    paper.text("thin oxide films", 54, y + 44, font="Helvetica-Bold", size=12)
    write(paper, 8, ("Results", *MAIN), 8, top=y + 52)
    assert [words for _, words in titles(paper)] == [
        "Introduction",
        "Growth of grains at the boundaries of thin oxide films",
        "Results",
    ]


def test_title_that_begins_a_paragraph(paper: Paper) -> None:
    paper.page()
    write(paper, ("Methods", *MAIN), 4, "Plant material.", "Extraction of the oil.", ("Results", *MAIN), 6)
    assert titles(paper) == [
        (1, "Methods"),
        (2, "Plant material"),
        (2, "Extraction of the oil"),
        (1, "Results"),
    ]


def test_italic_words_inside_a_paragraph_are_no_title(paper: Paper) -> None:
    paper.page()
    y = write(paper, ("Introduction", *MAIN), 6)
    paper.text("Ocimum sanctum and Ocimum basilicum L.", 54, y + 10, font="Times-Italic")
    y = write(paper, 6, top=y + 14)
    paper.text("Salvia officinalis, Mentha piperita", 54, y + 10, font="Times-Italic")
    write(paper, 6, ("Results", *MAIN), 6, top=y + 14)
    assert [words for _, words in titles(paper)] == ["Introduction", "Results"]


def test_title_page_holds_no_sections_before_the_introduction(paper: Paper) -> None:
    paper.page()
    paper.text("Grain growth in thin films", 54, 80, font="Helvetica-Bold", size=18)
    paper.text("Ada Miller, Ben Okafor and Chen Li", 54, 110, font="Helvetica-Bold", size=12)
    paper.text("Institute of Films, Springfield", 54, 126, font="Times-Italic", size=9)
    write(
        paper, ("Abstract", *SUB), ("Background", *SUB), 4, ("Conclusions", *SUB), 4,
        ("Introduction", *MAIN), 6, ("Results", *MAIN), 6, ("Conclusions", *MAIN), 4,
        top=130,
    )  # fmt: skip
    assert [words for _, words in titles(paper)] == ["Abstract", "Introduction", "Results", "Conclusions"]


def test_captions_axes_and_running_heads_are_no_titles(paper: Paper) -> None:
    for page in range(4):
        paper.page()
        paper.header("JOURNAL OF FILMS")
        if page == 1:
            paper.plot((150, 100, 460, 280))
            paper.caption("Figure 1. Grain size", 150, 290, 310, font="Helvetica-Bold")
            write(paper, 8, ("Results", *MAIN), 8, top=340)
        else:
            write(paper, ("Introduction" if page == 0 else f"Film {page}", *MAIN), 12)
    assert [words for _, words in titles(paper)] == ["Introduction", "Results", "Film 2", "Film 3"]


def test_titles_follow_the_columns(paper: Paper) -> None:
    paper.page(columns=2)
    write(paper, ("Methods", *MAIN), 30, column=1)
    write(paper, ("Introduction", *MAIN), 20, ("Theory", *MAIN), 10, column=0)
    assert [words for _, words in titles(paper)] == ["Introduction", "Theory", "Methods"]


def test_items_of_the_back_matter_are_no_titles(paper: Paper) -> None:
    paper.page()
    write(paper, ("Introduction", *MAIN), 6, ("Results", *MAIN), 6, ("Author contributions", *MAIN), 2)
    paper.page()
    write(paper, "Conceptualization:", "Software:", "Writing of the draft:", ("References", *MAIN), 8)
    assert [words for _, words in titles(paper)] == ["Introduction", "Results", "Author contributions", "References"]


def test_theorems_are_no_titles(paper: Paper) -> None:
    paper.page()
    y = write(paper, ("1. Introduction", *MAIN), 6)
    for number in range(3):
        paper.text(f"Lemma {number + 1}. Let the set of all films be", 54, y + 24, font="Times-Italic")
        y = write(paper, 4, top=y + 30)
    write(paper, ("2. Conclusions", *MAIN), 6, top=y)
    assert [words for _, words in titles(paper)] == ["1. Introduction", "2. Conclusions"]


def test_titles_in_the_font_of_the_text_stand_between_white_space(paper: Paper) -> None:
    plain = ("Times-Roman", 10.0)
    paper.page()
    write(
        paper, ("Methods", *MAIN), 6, ("Growth of the films", *plain), 6, ("Agarose gels", *plain), 6,
        ("Data analysis", *plain), 6, ("Results", *MAIN), 6,
    )  # fmt: skip
    assert [words for _, words in titles(paper)][1:4] == ["Growth of the films", "Agarose gels", "Data analysis"]


def test_bar_after_a_number_is_no_part_of_the_title(paper: Paper) -> None:
    paper.page()
    write(paper, ("1 | INTRODUCTION", *MAIN), 8, ("2 | METHODS", *MAIN), 8)
    assert titles(paper) == [(1, "1 INTRODUCTION"), (1, "2 METHODS")]


def test_section_of_a_figure_is_where_the_text_first_mentions_it(paper: Paper) -> None:
    paper.page()
    y = write(paper, ("Introduction", *MAIN), 6, ("Methods", *MAIN))
    paper.body(top=y, lines=6, start="Figure 1 shows")
    paper.page()
    y = write(paper, ("Results", *MAIN), 8)
    paper.plot((150, y + 30, 460, y + 210))
    paper.caption("Figure 1. Grain size against temperature.", 150, y + 220, 310)
    paper.body(top=y + 260, lines=6, start="Figure 1 agrees")
    outline, text, found = outline_of(paper)
    (figure,) = found.figures
    mentions = find_mentions(text)["Figure", "1"]
    first = section_of(figure, mentions, outline, text)
    by_place = section_of(figure, (), outline, text)
    assert first is not None
    assert first.title == "Methods"
    assert by_place is not None
    assert by_place.title == "Results"


def test_document_without_text_has_no_sections() -> None:
    assert outline_of(Paper().page())[0].sections == ()


@pytest.mark.parametrize(
    ("title", "name", "depth"),
    [
        ("2.1. Samples", "Samples", 2),
        ("3 Results", "Results", 1),
        ("IV. CONCLUSIONS", "CONCLUSIONS", 0),
        ("A.2. Proofs", "Proofs", 2),
        ("ii) Films", "Films", 0),
        ("1 | INTRODUCTION", "INTRODUCTION", 1),
        ("Methods:", "Methods", 0),
        ("18F uptake", "18F uptake", 0),
    ],
)
def test_number_and_name_of_a_title(title: str, name: str, depth: int) -> None:
    assert (name_of(title), depth_of(title)) == (name, depth)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Materials and Methods",
            "Patients and methods",
            "Results & Discussion",
            "Acknowledgements",
            "Author contributions",
        ),
        *("Conflict of interest statement", "Availability of data and materials", "References and Notes"),
    ],
)
def test_names_that_many_papers_share(name: str) -> None:
    assert is_known(name)


@pytest.mark.parametrize("name", ["Plant material", "Grain growth", "Resultant forces", "Referees"])
def test_other_names(name: str) -> None:
    assert not is_known(name)
