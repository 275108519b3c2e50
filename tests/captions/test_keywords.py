"""Words by which a caption is found, and where they stand in it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from exsclaim_core.captions.abbreviations import explained
from exsclaim_core.captions.distribution import Keyword
from exsclaim_core.captions.keywords import find_keywords
from exsclaim_core.captions.tokenizer import CaptionTokenizer
from exsclaim_core.captions.vocabulary import VOCABULARIES, VocabularyName, vocabulary

tokenizer = CaptionTokenizer(Vocab())


def keywords(text: str, kind: str, **terms: list[str]) -> list[tuple[str, str]]:
    """Text and term of the keywords of a kind; a blank in a query's term is written "_"."""
    query = {term.replace("_", " "): synonyms for term, synonyms in terms.items()}
    return [(one.text, one.term) for one in find_keywords(tokenizer(text), query) if one.kind == kind]


# Techniques


@pytest.mark.parametrize(
    "name", ["FESEM", "FE-SEM", "FE‐SEM", "FE–SEM", "FE SEM", "Field emission scanning electron micrographs"]
)
def test_technique_in_its_spellings(name: str) -> None:
    assert keywords(f"{name} of rods", "technique") == [(name, "field-emission scanning electron microscopy")]


def test_longest_technique_is_taken() -> None:
    assert keywords("HAADF-STEM image and STEM–EELS spectra", "technique") == [
        ("HAADF-STEM", "high-angle annular dark-field STEM"),
        ("STEM–EELS", "electron energy-loss spectroscopy"),
    ]


def test_case_counts_in_abbreviations() -> None:
    assert keywords("The stem and the sem of a plant", "technique") == []


def test_abbreviation_that_means_other_things_needs_support() -> None:
    assert keywords("Values of CV and PL in the left column", "technique") == []
    assert keywords("CV curves", "technique") == [("CV", "cyclic voltammetry")] or keywords(
        "CV curves", "technique"
    ) == [("CV curves", "cyclic voltammetry")]
    assert ("PL", "photoluminescence spectroscopy") in keywords("XRD, Raman and PL of the film", "technique")
    assert ("CV", "cyclic voltammetry") in keywords("Cyclic voltammetry (CV); later CV", "technique")


def test_standard_error_is_no_microscope() -> None:
    assert keywords("Bars show mean ± SEM (n = 6)", "technique") == []
    assert keywords("Bars show mean ± SEM; (b) SEM image of the leaf", "technique") == [
        ("SEM", "scanning electron microscopy")
    ]


def test_abbreviation_that_the_caption_explains_otherwise() -> None:
    assert keywords("Soft elastic medium (SEM) after a week. SEM was stirred.", "technique") == []
    assert keywords("Shells in wax chambers (WC); WC were dry", "material") == []


def test_panel_range_is_no_dark_field() -> None:
    assert keywords("(B) TEM and (D–F) image", "technique") == [("TEM", "transmission electron microscopy")]


# Structures and materials


def test_structures_in_their_word_forms() -> None:
    assert keywords("Core–shell nano-particles, NPs and nanorods at a grain-boundary", "structure") == [
        ("Core–shell", "core–shell"),
        ("nano-particles", "nanoparticle"),
        ("NPs", "nanoparticle"),
        ("nanorods", "nanorod"),
        ("grain-boundary", "grain boundary"),
    ]


def test_form_behind_a_formula() -> None:
    assert keywords("AgNPs", "structure") == [("NPs", "nanoparticle")]
    assert keywords("AgNPs", "material") == [("Ag", "silver")]


def test_names_and_formulas_of_a_substance_share_their_term() -> None:
    assert keywords("Silica on SiO2; gold on Au", "material") == [
        ("Silica", "SiO2"),
        ("SiO2", "SiO2"),
        ("gold", "gold"),
        ("Au", "gold"),
    ]


def test_other_things_with_a_material_in_their_name() -> None:
    assert keywords("A gold standard on a glass slide", "material") == []
    assert keywords("Helium ion microscopy", "material") == []


# The query


def test_query_by_word_forms_and_spellings() -> None:
    text = "Silver nano-particles and silver–nanoparticle chains with AgNP"
    assert keywords(text, "query", silver_nanoparticles=["AgNP"]) == [
        ("Silver nano-particles", "silver nanoparticles"),
        ("silver–nanoparticle", "silver nanoparticles"),
        ("AgNP", "silver nanoparticles"),
    ]


def test_query_is_no_substring_and_minds_the_case_of_symbols() -> None:
    assert keywords("Agar and AG plates, ag", "query", silver=["Ag"]) == []
    assert keywords("Ag plates", "query", silver=["Ag"]) == [("Ag", "silver")]


def test_longest_name_of_a_query_is_taken() -> None:
    assert keywords("carbon nanotubes", "query", carbon=[], tube=["carbon nanotube"]) == [("carbon nanotubes", "tube")]


def test_formula_of_a_query_with_counts_set_apart() -> None:
    assert keywords("Fe 3 O 4 grains in Fe₃O₄", "query", Fe3O4=[]) == [("Fe 3 O 4", "Fe3O4"), ("Fe₃O₄", "Fe3O4")]


def test_british_and_american_spelling() -> None:
    assert keywords("Aluminium fibres", "query", aluminum_fiber=[]) == [("Aluminium fibres", "aluminum fiber")]


# Phrases


def parsed(words: list[str], tags: list[str], heads: list[int], deps: list[str]) -> Doc:
    from exsclaim_core.captions.language import CaptionLanguage
    from exsclaim_core.captions.word_forms import WordForms

    return WordForms()(Doc(CaptionLanguage().vocab, words=words, tags=tags, heads=heads, deps=deps))


def test_phrases_without_articles_that_say_something() -> None:
    doc = parsed(
        ["The", "same", "image", "of", "the", "porous", "carbon", "layers"],
        ["DT", "JJ", "NN", "IN", "DT", "JJ", "NN", "NNS"],
        [2, 2, 2, 7, 7, 7, 7, 2],
        ["det", "amod", "ROOT", "case", "det", "amod", "compound", "nmod"],
    )
    found = [keyword for keyword in find_keywords(doc, {}) if keyword.kind == "phrase"]
    assert found == [Keyword("porous carbon layers", "porous carbon layer", "phrase", 22, 42)]


def test_no_phrases_without_a_parse() -> None:
    assert keywords("Porous carbon layers", "phrase") == []


# All


def test_abbreviations_with_their_long_forms() -> None:
    assert explained("Wax chambers (WC) and loops (XRD). Sx, sextant") == {"WC": "Wax chambers", "Sx": "sextant"}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_forms_of_a_vocabulary_lead_to_one_term(name: VocabularyName) -> None:
    words = vocabulary(name)
    for forms in words.index.forms.values():
        for one in forms:
            same = {form.group for form in forms if form.cased == one.cased and form.trust != "excluded"}
            assert len(same) <= 1, f"{one.cased} stands for {[words.entries[group].term for group in same]}"


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(
            [
                "SEM",
                "–",
                "(a)",
                "TiO2",
                "nanoparticles",
                "Fe",
                "2",
                "O",
                "3",
                ",",
                "and",
                "CV",
                "grain",
                "boundary",
                "Ag",
                "\n",
                "é",
            ]
        )
        | st.text(max_size=5),
        max_size=15,
    )
)
def test_keywords_are_verbatim_and_in_order(words: list[str]) -> None:
    text = " ".join(words)
    found = find_keywords(tokenizer(text), {"silver": ["Ag"]})
    assert [one.start for one in found] == sorted(one.start for one in found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.text == text[one.start : one.end]


def test_formula_in_a_vocabulary_is_no_way_around_its_support() -> None:
    assert keywords("Variety CO-7 in Golden, CO", "material") == []
    assert keywords("Carbon monoxide", "material") == [("Carbon monoxide", "CO")]


def test_noun_that_stands_once_for_two_techniques() -> None:
    assert [term for _, term in keywords("Optical (a) and SEM (b) micrographs of optical fibres", "technique")] == [
        "optical microscopy",
        "scanning electron microscopy",
    ]
