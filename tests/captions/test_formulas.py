"""Substances by their formulas; what only reads like one is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exsclaim_core.captions.formulas import find_formulas, is_formula


def terms(text: str) -> list[str]:
    return [formula.term for formula in find_formulas(text)]


def texts(text: str) -> list[str]:
    return [text[formula.start : formula.end] for formula in find_formulas(text)]


@pytest.mark.parametrize(
    "formula",
    [
        *("Al2O3", "Ti0.94Sn0.06O2", "γ-Fe2O3", "LiNi0.8Co0.1Mn0.1O2", "Fe3O4@SiO2", "CH3NH3PbI3", "MAPbI3", "SnO2@C"),
        *("La1−xSrxMnO3", "YBa2Cu3O7−δ", "Ti3C2Tx", "SiOx", "CuSO4·5H2O", "(Ba,Sr)TiO3", "Ba(Mg1/3Ta2/3)O3", "Cu(OH)2"),
        *(
            "K3[Fe(CN)6]",
            "Cu(acac)2",
            "2H-MoS2",
            "4H-SiC",
            "a-Si",
            "g-C3N4",
            "Ni3Al",
            "Pt50Co50",
            "Ti-6Al-4V",
            "AlSi10Mg",
        ),
        *("H2SO4", "W18O49", "VO2", "K2CO3", "C60", "C2H4", "HAuCl4", "NaHCO3", "Au–Ag", "Pt–Fe3O4–Ag", "Au–Ag@AgBr"),
        *("Na+", "Ca2+", "Fe3+", "SO42−", "NO3−", "NH4+", "PO43−", "Cl−"),
    ],
)
def test_formula_is_found_whole(formula: str) -> None:
    assert texts(f"Sample with {formula} inside") == [formula]


@pytest.mark.parametrize(
    "name",
    [
        *("PC3", "CD44", "H2AX", "HSP70", "OsPIN1", "TaCS1", "C2C12", "B16F10", "H3K27", "H1N1", "P2Y12", "SmC4H"),
        *("NaN", "HeLa", "SARS-CoV-2", "CoQ10", "BT20", "Fig. 2B", "S1", "C3", "CK2", "AX2Z4", "PIP2", "SiRNA", "Co2a"),
        *("In 2019", "As shown", "No", "I", "CO", "US", "Co.", "Six", "et al.", "UV", "CV", "CN", "D3h", "2p", "V600E"),
    ],
)
def test_names_and_words_are_no_formulas(name: str) -> None:
    assert texts(f"{name} of the sample") == []


def test_counts_in_unicode_are_written_plainly() -> None:
    assert terms("TiO₂ and Ca²⁺ in γ‐Al₂O₃") == ["TiO2", "Ca2+", "γ-Al2O3"]


def test_counts_set_apart_by_web_pages() -> None:
    assert [
        (one, term) for one, term in zip(texts("Fe 2 O 3 in CH 2 Cl 2"), terms("Fe 2 O 3 in CH 2 Cl 2"), strict=True)
    ] == [
        ("Fe 2 O 3", "Fe2O3"),
        ("CH 2 Cl 2", "CH2Cl2"),
    ]
    assert terms("LiNi 0.8 Co 0.1 Mn 0.1 O 2 powder") == ["LiNi0.8Co0.1Mn0.1O2"]
    assert terms("TiO 2 films") == ["TiO2"]


def test_number_behind_a_formula_may_measure_something() -> None:
    assert terms("ZnO 2 h") == ["ZnO"]
    assert terms("TiN 3 µm") == ["TiN"]


def test_symbols_of_elements_bear_their_names() -> None:
    assert terms("Maps of Au, Ag and Pt") == ["gold", "silver", "platinum"]
    assert terms("AgNPs on glass") == ["silver"]


def test_symbol_that_is_a_word_needs_support() -> None:
    assert terms("In Ga films the count falls") == ["gallium"]
    assert terms("In-doped layers") == ["indium"]
    assert terms("(d) Co 2p lines") == ["cobalt"]
    assert terms("Co-localised spots") == []
    assert terms("MoTe2 crystals with a Te map") == ["MoTe2", "tellurium"]


def test_one_letter_is_an_element_only_beside_others_or_with_its_orbital() -> None:
    assert terms("Maps of Fe, O and C") == ["iron", "oxygen", "carbon"]
    assert terms("(C) N 1s and (O) K-edge") == ["nitrogen"]
    assert terms("(A, B, C) Views") == []


def test_persons_and_variables_are_no_elements() -> None:
    assert terms("After Li et al. and Y. Na") == []
    assert terms("Nb = 30 vessels; Nb rises") == []


def test_carbon_monoxide_needs_chemistry() -> None:
    assert terms("CO oxidation") == ["CO"]
    assert terms("CO and CO2") == ["CO", "CO2"]
    assert terms("Denver, CO") == []


def test_counts_of_a_name_are_implausible() -> None:
    assert not is_formula("SiC600")
    assert is_formula("Cu64Zr36")


@given(st.text(alphabet="FeOCNaSi23. ()[]@–-+·₂x2, 1tHKl", max_size=40))
def test_formulas_stand_in_the_text_without_overlap(text: str) -> None:
    end_before = 0
    for formula in find_formulas(text):
        assert end_before <= formula.start < formula.end <= len(text)
        end_before = formula.end
