"""Labels of panels in all forms in use, and letters that only look like one."""

from __future__ import annotations

import pytest

from exsclaim_core.captions.label_forms import expand
from exsclaim_core.captions.labels import find_labels

FORMS = [
    # Before their text
    ("(a) SEM image of felt. (b) Pore sizes.", "a b"),
    ("[a] SEM image of felt. [b] Pore sizes.", "a b"),
    ("a) SEM image of felt; b) pore sizes.", "a b"),
    ("a. SEM image of felt. b. Pore sizes.", "a b"),
    ("A. SEM image of felt. B. Pore sizes.", "A B"),
    ("A: SEM image of felt. B: Pore sizes.", "A B"),
    ("a | SEM image of felt. b | Pore sizes.", "a b"),
    ("A, SEM image of felt. B, Pore sizes.", "A B"),
    ("SEM images: a, felt; b, gauze; c, wool.", "a b c"),
    ("**a** SEM image of felt. **b** Pore sizes.", "a b"),
    ("a SEM image of felt. b Pore sizes. c Yield.", "a b c"),
    ("A SEM image of felt. B Pore sizes. C Yield.", "A B C"),
    ("Felt at rest. (A) SEM image. (B) Pore sizes.", "A B"),
    ("Panel A: SEM image of felt. Panel B: Pore sizes.", "A B"),
    ("Panel (a) shows felt; panel (b) shows gauze.", "a b"),
    ("In (a), the felt at rest is shown; in (b), under load.", "a b"),
    ("A., SEM image of felt. B., pore sizes. C., yield.", "A B C"),
    ("Felt under the load A,B. SEM images. (A) At rest. (B) Under load. C. Pore sizes.", "A B C"),
    ("A, SEM image of felt. Panel B shows gauze. Wool is in (C). D, Pore sizes.", "A B C D"),
    ("Felt. a: dry felt, b: wet felt, c: frozen felt.", "a b c"),
    ("a SEM image of felt; (b) load of felt.", "a b"),
    ("(a) SEM image of felt. b Load of felt.", "a b"),
    ("a SEM image of felt.b Load of felt. c Yield of felt.", "a b c"),
    ("(a) Felt. (b) Gauze. (d) Wool; loads: c) silk, (e) thread.", "a b c d e"),
    # Behind it, and inside
    ("SEM image of felt (a), SEM image of gauze (b) and their pore sizes (c).", "a b c"),
    ("Dry (a), wet (b) and frozen (c) felt.", "a b c"),
    ("Felt stretched by (a) 1 %, (b) 2 % and (c) 4 %.", "a b c"),
    ("SEM images of felt (panels a and b) and gauze (panel c).", "a b c"),
    # Lists and ranges
    ("SEM images (a, c) and pore sizes (b, d) of felt.", "a b c d"),
    ("SEM images (a and b) and pore sizes (c and d) of felt.", "a b c d"),
    ("SEM images (a–c) of felt and a photograph (d) of it.", "a b c d"),
    ("SEM images (A to C) of felt and a photograph (D) of it.", "A B C D"),
    ("(a,b,e-g) Felt. (c/d) Gauze.", "a b c d e f g"),
    ("(a)–(c) Felt. (d)–(f) Gauze.", "a b c d e f"),
    ("Images of [(a), (b), and (c)] felt and [(d) and (e)] gauze.", "a b c d e"),
    ("SEM and optical images (a and b, respectively) of felt.", "a b"),
    # Numbers and primes
    ("(a1–a3) Felt under load. (b1, b2) Gauze under load.", "a1 a2 a3 b1 b2"),
    ("(A) Felt. (B) Gauze. (C1) Dry wool. (C2) Wet wool. (D) Silk.", "A B C1 C2 D"),
    ("(a–c) Felt, gauze and wool. (a'–c') The same at larger scale.", "a a' b b' c c'"),
    ("(a) Felt and (a′) its surface. (b) Gauze and (b′) its surface.", "a a' b b'"),
    # Roman numerals
    ("(i) SEM image of felt. (ii) Pore sizes. (iii) Yield.", "i ii iii"),
    ("i) SEM image of felt. ii) Pore sizes.", "i ii"),
    ("(I) SEM image of felt. (II) Pore sizes.", "I II"),
    # Words
    ("Felt (left) and gauze (right) under load.", "left right"),
    ("Left: felt. Right: gauze.", "left right"),
    ("Upper panel: load on the felt. Lower panel: its length.", "top bottom"),
    ("The left panel shows the load, the right panel shows the length.", "left right"),
    ("Felt (top left), gauze (top right) and wool (bottom).", "top left top right bottom"),
]

NO_PANELS = [
    "",
    "   ",
    "SEM image of felt.",
    # Units and quantities
    "Absorption (a.u.) of felt against energy (eV) at various temperatures (K).",
    "Current (A) and voltage (V) of the cell.",
    "The current I(a) and the voltage V(b) as functions of position.",
    # Chemical symbols, orbitals, crystals
    "Bond lengths between carbon (C) and nitrogen (N) in the ring.",
    "Map of the A and B sites; vacancies lie on the C site.",
    "Unit cell along the c axis and along the a axis, space group P(a)3.",
    # Citations, references, years
    "Yield of felt, compare Fig. 2(a) and Fig. 3(b).",
    "Yield of felt as in Refs. (a) and (b).",
    "Yield of felt (Nobody et al. 2012a, b).",
    "Photograph of the loom. Reprinted with permission. (c) 2015 A. Nobody.",
    # Enumerations and steps
    "Felt was (i) washed, (ii) dried and (iii) pressed.",
    "Steps of felting: (i) carding; (ii) wetting; (iii) rolling.",
    "Synthesis of the dye. Reagents and conditions: (a) NaOH, EtOH, reflux; (b) HCl, 0 °C; (c) toluene, 90 % yield.",
    # Parts of an apparatus, curves, samples
    "Set-up for the test: (A) lamp, (B) lens, (C) sample and (D) detector.",
    "Felting apparatus with (a) pump, (b) drum, (c) valve and (d) tank.",
    "Load on felt that is dry (curve a), wet (curve b) and frozen (curve c).",
    "Load on felt: curve a, dry; curve b, wet; curve c, frozen.",
    "The left curve is the load and the right curve is the length.",
    "Samples A, B and C after the test.",
    "Sample A was washed. Sample B was dyed.",
    "Felts (1) dry, (2) wet and (3) frozen.",
]


@pytest.mark.parametrize(("caption", "labels"), FORMS, ids=[caption for caption, _ in FORMS])
def test_labels_of_a_caption(caption: str, labels: str) -> None:
    found, mentions = find_labels(caption)
    assert " ".join(found) == labels
    assert {label for mention in mentions for label in mention.labels} == set(found)


@pytest.mark.parametrize("caption", NO_PANELS)
def test_letters_that_name_no_panel(caption: str) -> None:
    assert find_labels(caption) == ([], [])


@pytest.mark.parametrize(
    ("caption", "labels"),
    [
        ("(a) Felt; the box is enlarged in Fig. 4(c). (b) Gauze.", "a b"),
        ("(a) Absorption (a.u.) of felt. (b) Heat of fusion at 300 (K).", "a b"),
        ("(a) Felt with (i) long and (ii) short fibres. (b) Gauze.", "a b"),
        ("(A) Felt with a hole (a) and a fold (b). (B) Gauze with a hole (a).", "A B"),
        ("(a) Felt (left) and gauze (right). (b) Their pore sizes.", "a b"),
        ("(a) Felt. (b) Gauze. (c) 2015 A. Nobody.", "a b"),
        ("Looms of a mill. A. Plan of the looms (A to F). B. Photograph of one loom.", "A B"),
        ("Felt under (a) 1000 m, (b) 1500 m and (c) 2000 m of water.", "a b c"),
        ("(A–C) Loads of felt. F, fibre; D, drum; E, edge. (D) Yield of felt.", "A B C D"),
        ("a Felt. b Gauze. c A loom with five parts, (part a) drum, (track d) rail, (track e) belt.", "a b c"),
        ("(a) Felt. (b) Gauze. Inset of b: a single thread.", "a b"),
    ],
)
def test_other_letters_in_a_caption_with_panels(caption: str, labels: str) -> None:
    assert " ".join(find_labels(caption)[0]) == labels


def test_a_letter_that_abbreviates_the_word_before_it_is_a_label_where_the_others_stand_behind_too() -> None:
    assert find_labels("Area (A), bulk (B) and content (C) of felt.")[0] == ["A", "B", "C"]


def test_a_first_label_in_another_form() -> None:
    assert find_labels("a SEM image of felt; (b) SEM image of gauze; (c) pore sizes.")[0] == ["a", "b", "c"]


def test_a_first_label_that_was_lost_in_print() -> None:
    assert find_labels("SEM image of felt. (b) SEM image of gauze. (c) Pore sizes.")[0] == ["a", "b", "c"]


def test_a_letter_of_the_sequence_may_be_missing() -> None:
    assert find_labels("(a) Felt. (b) Gauze. (d) Wool. (e) Silk.")[0] == ["a", "b", "d", "e"]


def test_bold_type_makes_labels_of_letters_without_brackets() -> None:
    caption = "a Felt b Gauze"
    assert find_labels(caption)[0] == []
    assert find_labels(caption, bold=[(0, 1), (7, 8)])[0] == ["a", "b"]


def test_letters_seen_in_the_image_decide_between_two_sequences() -> None:
    caption = "Felt (a) and gauze (b): dry (A), wet (B)."
    assert find_labels(caption, letters=["a", "b"])[0][0].casefold() == "a"
    assert find_labels("(a) Felt under load.")[0] == []
    assert find_labels("(a) Felt under load.", letters=["a"])[0] == ["a"]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("a", "a"),
        ("a, c", "a c"),
        ("a and b", "a b"),
        ("a, c–e and g", "a c d e g"),
        ("a to c", "a b c"),
        ("a through c", "a b c"),
        ("a1–a3", "a1 a2 a3"),
        ("a'–c'", "a' b' c'"),
        ("i–iii", "i ii iii"),
        ("II–IV", "II III IV"),
        ("c–a", ""),
        ("a–C", ""),
    ],
)
def test_lists_and_ranges_are_taken_apart(text: str, labels: str) -> None:
    assert " ".join(expand(text)) == labels
