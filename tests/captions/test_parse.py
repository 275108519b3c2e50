"""What the parse of a caption is asked about its parts; the parses are written by hand."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from exsclaim_core.captions.distribution import distribute_doc
from exsclaim_core.captions.parse import Parse

# word/tag/relation/number of its head; a word that begins with _ has no space before it
LOADS = """Loads/NNS/nsubj/5 on/IN/case/2 felt/NN/nmod/0 were/VBD/cop/5 always/RB/advmod/5 low/JJ/ROOT/5
(/-LRB-/punct/7 _a/LS/panel/0 _)/-RRB-/punct/7 _,/,/punct/13 and/CC/cc/13 the/DT/det/12 strain/NN/nsubj/13
grew/VBD/conj/5 with/IN/case/15 time/NN/obl/13 (/-LRB-/punct/17 _b/LS/panel/13 _)/-RRB-/punct/17 _././punct/5"""
IMAGES = """Images/NNS/ROOT/0 of/IN/case/3 dry/JJ/amod/3 felt/NN/nmod/0 (/-LRB-/punct/5 _a/LS/panel/3 _)/-RRB-/punct/5
and/CC/cc/9 wet/JJ/amod/9 gauze/NN/conj/3 (/-LRB-/punct/11 _b/LS/panel/9 _)/-RRB-/punct/11 that/WDT/nsubj/14
tore/VBD/acl:relcl/9 _././punct/0"""
BEHIND = """(/-LRB-/punct/1 _a/LS/panel/4 _)/-RRB-/punct/1 Dry/JJ/amod/4 felt/NN/ROOT/4 _;/:/punct/10 (/-LRB-/punct/7
_b/LS/panel/10 _)/-RRB-/punct/7 wet/JJ/amod/10 felt/NN/conj/4 _;/:/punct/15 all/DT/det/13 fibres/NNS/nsubj:pass/15
were/VBD/aux:pass/15 torn/VBN/parataxis/4 _././punct/4"""


def parsed(text: str) -> Doc:
    rows = [each.rsplit("/", 3) for each in text.split()]
    words = [row[0] for row in rows]
    return Doc(
        Vocab(),
        [word.removeprefix("_") for word in words],
        [not word.startswith("_") and before != "(" for before, word in zip(words, [*words[1:], "_"], strict=True)],
        tags=[row[1] for row in rows],
        deps=[row[2] for row in rows],
        heads=[int(row[3]) for row in rows],
    )


def stretch(doc: Doc, part: str) -> tuple[int, int]:
    start = doc.text.index(part)
    return start, start + len(part)


def test_the_parses_are_of_captions() -> None:
    assert parsed(LOADS).text == "Loads on felt were always low (a), and the strain grew with time (b)."
    assert parsed(IMAGES).text == "Images of dry felt (a) and wet gauze (b) that tore."
    assert parsed(BEHIND).text == "(a) Dry felt; (b) wet felt; all fibres were torn."


@pytest.mark.parametrize(
    ("text", "part", "clause"),
    [
        (LOADS, "the strain grew with time", True),
        (LOADS, "strain", False),
        (LOADS, "Loads on felt were always low", True),
        (IMAGES, "wet gauze (b) that tore", False),
        (BEHIND, "all fibres were torn", True),
        (BEHIND, "wet felt", False),
    ],
)
def test_clauses_have_a_predicate_of_their_own(text: str, part: str, clause: bool) -> None:
    doc = parsed(text)
    assert Parse(doc).is_clause(stretch(doc, part)) is clause


def test_what_is_coordinated() -> None:
    doc = parsed(IMAGES)
    gauze = stretch(doc, "wet gauze")
    assert Parse(doc).coordinated(stretch(doc, "Images of dry felt"), gauze) == len("Images of ")
    assert Parse(doc).coordinated(stretch(doc, "Images"), gauze) is None


def test_clauses_share_no_head() -> None:
    panels = {panel.label: panel.statement for panel in distribute_doc(parsed(LOADS)).panels}
    assert panels == {"a": "Loads on felt were always low", "b": "the strain grew with time"}


def test_a_clause_behind_the_last_panel_is_no_part_of_it() -> None:
    found = distribute_doc(parsed(BEHIND))
    assert [found.texts(panel.spans) for panel in found.panels] == [["Dry felt"], ["wet felt"]]
    assert found.texts(found.general) == ["all fibres were torn"]
