"""Words of captions: what stays whole, what is cut, and that the text is always what it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from exsclaim_core.captions.language import CaptionLanguage
from exsclaim_core.captions.tokenizer import CaptionTokenizer, split_words


@pytest.fixture(scope="module")
def tokenizer() -> CaptionTokenizer:
    return CaptionTokenizer(CaptionLanguage().vocab)


@pytest.mark.parametrize(
    "words",
    [
        "( a – c ) and ( a , b )",
        "( A - F ) , ( I-V )",
        "a ) , b' , a' – c'",
        "( a.u. )",
        "Fig. 2b , Figs. 1 – 3 and Ref. 12",
        "Fig. 2 ( b )",
        "et al. , e.g. , i.e. , vs. , ca. 5 , approx. 7",
        "see No. 5 , say no .",
        "films of Al .",
        "images of A .",
        "Ph.D.",
    ],
)
def test_labels_and_abbreviations(words: str) -> None:
    assert split_words(_written(words)) == words.split()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("10 nm", "10 nm"),
        ("10nm", "10 nm"),
        ("10–20nm", "10 – 20 nm"),
        ("5 μm", "5 μm"),
        ("−196 °C", "−196 °C"),
        ("45°C", "45 °C"),
        ("99.9%", "99.9 %"),
        ("5wt%", "5 wt%"),
        ("1000cm−1", "1000 cm−1"),
        ("12km²", "12 km²"),
        ("mA/cm2", "mA / cm2"),
        ("p<0.05", "p < 0.05"),
        ("n=3", "n = 3"),
        ("3.5×10^5", "3.5×10^5"),
        ("10−5", "10−5"),
        ("40,000 at 1:1", "40,000 at 1:1"),
        ("×200", "× 200"),
        ("2D and 1s and 1960s", "2D and 1s and 1960s"),
        ("24h", "24 h"),
        # Panel m of figure 2, and not two metres.
        ("Fig. 2m", "Fig. 2m"),
        ("It ended.", "It ended ."),
    ],
)
def test_numbers_and_units(text: str, words: str) -> None:
    assert split_words(text) == words.split()


@pytest.mark.parametrize(
    "word",
    [
        "Al2O3",
        "Ti0.94Sn0.06O2",
        "γ-Fe2O3",
        "Cu(OH)2",
        "Fe(III)",
        "Si(111)",
        "CuSO4·5H2O",
        "Fe3O4@C",
        "Na+",
        "Ca2+",
        "HAADF-STEM",
        "X-ray",
        "p-type",
        "UV-vis",
        "cross-sectional",
        "non-linear",
        "m/z",
        "http://example.org/a.b",
    ],
)
def test_one_word(word: str) -> None:
    assert split_words(f"({word}),") == ["(", word, ")", ","]


@pytest.mark.parametrize(
    "words",
    [
        "time - resolved",
        "high - resolution",
        "Al2O3 - coated",
        "γ-Fe2O3 - coated",
        "LiFePO4 / graphene",
        "NiCo ( B )",
        "can not",
        "do n't",
        "sample 's",
        "CeO2 : Eu",
    ],
)
def test_several_words(words: str) -> None:
    assert split_words(_written(words).replace("sample 's", "sample's")) == words.split()


def test_white_space_is_kept(tokenizer: CaptionTokenizer) -> None:
    doc = tokenizer(" 10\u2009nm  wide\n")
    assert [word.text for word in doc] == [" ", "10", "\u2009", "nm", " ", "wide", "\n"]
    assert [word.is_space for word in doc] == [True, False, True, False, True, False, True]


ODD = st.text(st.sampled_from("abAlFe2O3()[]-–−.,:;/'’% \n\u2009°×10µmnkVFig\u0301@+"), max_size=40)


@given(st.one_of(st.text(max_size=60), ODD))
def test_the_text_is_reproduced(text: str) -> None:
    doc = CaptionTokenizer(Vocab())(text)
    assert doc.text == text
    assert all(text[word.idx : word.idx + len(word)] == word.text for word in doc)
    assert "".join(split_words(text)) == "".join(text.split())


def _written(words: str) -> str:
    """Words with blanks between them, as a caption is written."""
    text = words
    for tight in ("( ", "[ "):
        text = text.replace(tight, tight[0])
    for tight in (" )", " ]", " ,", " .", " :", " n't", " 's"):
        text = text.replace(tight, tight[1:])
    for tight in (" – ", " - ", " / "):
        text = text.replace(tight, tight[1])
    return text.replace("can not", "cannot").replace("Fig. 2(b)", "Fig. 2(b)").replace("NiCo (B)", "NiCo(B)")
