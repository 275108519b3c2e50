"""Labels of figures and tables in all forms in use, and texts that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exsclaim_core.labels import TYPES, parse_label

FORMS = [
    # As printed, type, label, what follows
    ("Figure 3. Grain size.", "Figure", "3", "Grain size."),
    ("Figure 3 Grain size.", "Figure", "3", "Grain size."),
    ("Figure 12: Grain size.", "Figure", "12", "Grain size."),
    ("Fig. 3. Grain size.", "Figure", "3", "Grain size."),
    ("Fig.3 Grain size.", "Figure", "3", "Grain size."),
    ("Fig 3 | Grain size.", "Figure", "3", "Grain size."),
    ("FIG. 3. Grain size.", "Figure", "3", "Grain size."),
    ("FIG. 3 (color online). Grain size.", "Figure", "3", "(color online). Grain size."),
    ("Figure 3 – Grain size.", "Figure", "3", "Grain size."),
    ("Figure 3", "Figure", "3", ""),
    ("Figure 3.", "Figure", "3", ""),
    ("■ Figure 3. Grain size.", "Figure", "3", "Grain size."),
    ("Table 2. Rates.", "Table", "2", "Rates."),
    ("TABLE 2: Rates.", "Table", "2", "Rates."),
    ("TABLE IV. Rates.", "Table", "IV", "Rates."),
    ("Table I", "Table", "I", ""),
    ("Tab. 2 Rates.", "Table", "2", "Rates."),
    ("Scheme 2. Synthesis.", "Figure", "Scheme 2", "Synthesis."),
    ("SCHEME 2: Synthesis.", "Figure", "Scheme 2", "Synthesis."),
    ("Chart 1. Structures.", "Figure", "Chart 1", "Structures."),
    ("Plate 4. A thin section.", "Figure", "Plate 4", "A thin section."),
    ("Box 1 | Key terms", "Box", "1", "Key terms"),
    ("Algorithm 2 Region growing", "Algorithm", "2", "Region growing"),
    # Numbers of chapters, appendices and supplements
    ("Figure 3.2. Grain size.", "Figure", "3.2", "Grain size."),
    ("Figure 3.2.1: Grain size.", "Figure", "3.2.1", "Grain size."),
    ("Figure 3-2. Grain size.", "Figure", "3-2", "Grain size."),
    ("Figure 3–2. Grain size.", "Figure", "3-2", "Grain size."),
    ("Table A.1. Rates.", "Table", "A.1", "Rates."),
    ("Table A1. Rates.", "Table", "A1", "Rates."),
    ("Figure B-3. Grain size.", "Figure", "B-3", "Grain size."),
    ("Table A. Rates.", "Table", "A", "Rates."),
    ("Fig. S1. Grain size.", "Figure", "S1", "Grain size."),
    ("Table S12: Rates.", "Table", "S12", "Rates."),
    ("Figure II.3. Grain size.", "Figure", "II.3", "Grain size."),
    ("Figure 3b. Grain size.", "Figure", "3b", "Grain size."),
    ("Supplementary Figure 1. Grain size.", "Figure", "S1", "Grain size."),
    ("Supplementary Fig. S1. Grain size.", "Figure", "S1", "Grain size."),
    ("SUPPLEMENTARY TABLE 2. Rates.", "Table", "S2", "Rates."),
    ("Supporting Figure 2. Grain size.", "Figure", "S2", "Grain size."),
    ("Extended Data Fig. 2 | Grain size.", "Figure", "Extended Data 2", "Grain size."),
    ("Extended Data Table 1 | Rates.", "Table", "Extended Data 1", "Rates."),
    ("Appendix 1 Figure 3. Grain size.", "Figure", "Appendix 1 3", "Grain size."),
    ("Appendix 1—figure 3. Grain size.", "Figure", "Appendix 1 3", "Grain size."),
    # Wide letters, other languages
    ("TA B LE 2 Rates.", "Table", "2", "Rates."),
    ("T A B L E 2 Rates.", "Table", "2", "Rates."),
    ("F I G U R E 3 Grain size.", "Figure", "3", "Grain size."),
    ("Abb. 1: Korngröße.", "Figure", "1", "Korngröße."),
    ("Abbildung 1. Korngröße.", "Figure", "1", "Korngröße."),
    ("Tabelle 2: Raten.", "Table", "2", "Raten."),
    ("Tableau 2. Vitesses.", "Table", "2", "Vitesses."),
    ("Figura 3. Tamaño.", "Figure", "3", "Tamaño."),
    ("Tabla 3. Tasas.", "Table", "3", "Tasas."),
    ("Рис. 2. Размер зерна.", "Figure", "2", "Размер зерна."),
    ("Таблица 2. Скорости.", "Table", "2", "Скорости."),
    ("图 3 晶粒尺寸", "Figure", "3", "晶粒尺寸"),
    ("图3 晶粒尺寸", "Figure", "3", "晶粒尺寸"),
    ("表 2 速率", "Table", "2", "速率"),
]

CONTINUED = [
    ("Table 2 (continued)", "2"),
    ("Table 2. (Continued)", "2"),
    ("Table 2 (cont.). Rates.", "2"),
    ("Table 2, continued", "2"),
    ("Table 2 continued", "2"),
    ("Table 2 – continued from previous page", "2"),
    ("Table 1. Cont.", "1"),
    ("TABLE IV. (Continued.)", "IV"),
    ("Tableau 2 (suite)", "2"),
    ("Fig. 3 (Continued) Grain size.", "3"),
]

NO_LABELS = [
    "figures in the supplement",
    "Figures 1 and 2 show",
    "Figs. 1 and 2 show the grains",
    "Tables 1 and 2 list",
    "(Figure 3)",
    "[Figure 3]",
    "see Figure 3 for the grains",
    "in Fig. 3",
    "Figured 3 times",
    "Configure 3 nodes",
    "Tablets 3 and 4",
    "Tablespoon 3",
    "Table of contents",
    "Table",
    "Figure legends",
    "Boxer 3",
    "Boxes 3 and 4",
    "Charter 3",
    "Plates 3",
    "Algorithms 2 and 3",
    "table a",
    "figure i",
    "3. Results",
    "",
]


@pytest.mark.parametrize(("printed", "kind", "label", "text"), FORMS, ids=[form[0] for form in FORMS])
def test_label_of_a_caption(printed: str, kind: str, label: str, text: str) -> None:
    found = parse_label(printed)
    assert found is not None
    assert (found.type, found.label, found.text) == (kind, label, text)
    assert not found.continued


@pytest.mark.parametrize("printed", ["FIGURE 3—Grain size.", "FIG. 3.—Grain size."])
def test_a_dash_between_label_and_title(printed: str) -> None:
    found = parse_label(printed)
    assert found is not None
    assert (found.label, found.text) == ("3", "Grain size.")


def test_a_figure_of_the_supporting_information() -> None:
    found = parse_label("Supporting Information Figure S1. Grain size.")
    assert found is not None
    assert (found.label, found.text) == ("S1", "Grain size.")


@pytest.mark.parametrize(("printed", "label"), CONTINUED)
def test_label_of_a_part_that_goes_on(printed: str, label: str) -> None:
    found = parse_label(printed)
    assert found is not None
    assert (found.label, found.continued) == (label, True)


@pytest.mark.parametrize("printed", NO_LABELS)
def test_text_that_begins_with_no_label(printed: str) -> None:
    assert parse_label(printed) is None


@pytest.mark.parametrize("printed", ["Table In the films", "Box It was closed"])
def test_words_that_begin_like_a_roman_number(printed: str) -> None:
    assert parse_label(printed) is None


@pytest.mark.parametrize("text", ["Continuous growth.", "Contrast of grains.", "Content of oxide."])
def test_titles_that_begin_like_continued_are_not(text: str) -> None:
    found = parse_label(f"Figure 3. {text}")
    assert found is not None
    assert (found.text, found.continued) == (text, False)


@pytest.mark.parametrize(
    ("printed", "keyword", "delimiter", "series"),
    [
        ("Figure 3. Grains", "Figure", ".", ""),
        ("FIG. 3: Grains", "FIG.", ":", ""),
        ("Extended Data Fig. 3 | Grains", "Fig.", "|", "Extended Data"),
        ("TA B LE 3 Rates", "TABLE", "", ""),
        ("Figure 3 – Grains", "Figure", "–", ""),
        ("Fig. 3) Grains", "Fig.", ")", ""),
    ],
)
def test_how_a_label_is_printed(printed: str, keyword: str, delimiter: str, series: str) -> None:
    found = parse_label(printed)
    assert found is not None
    assert (found.keyword, found.delimiter, found.series) == (keyword, delimiter, series)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(TYPES)), st.integers(1, 999), st.sampled_from([". ", ": ", " ", " | "]))
def test_every_keyword_takes_any_number(keyword: str, number: int, closing: str) -> None:
    found = parse_label(f"{keyword.capitalize()} {number}{closing}Grain size.")
    assert found is not None
    assert found.type == TYPES[keyword]
    assert found.label.split()[-1] == str(number)
    assert found.text == "Grain size."
