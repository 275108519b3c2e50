"""Where sentences of captions end, and which of their parts ask to be gone on with."""

from __future__ import annotations

import pytest

from exsclaim_core.captions.sentences import is_open, names_display, split_sentences
from exsclaim_core.captions.wording import trimmed


@pytest.mark.parametrize(
    "sentences",
    [
        ["Felt under load.", "Gauze at rest."],
        ["Is it felt?", "It is gauze!", "Both shrink."],
        # Abbreviations, initials, numbers
        ["Felt of ca. 3 mm vs. gauze of approx. 2.5 mm.", "Both dry."],
        ["Felt as in Fig. 3 and by A. Nobody et al. in 2012.", "Gauze."],
        ["Load in arb. u. and wt. Felt is dry."],
        ["Felt by Nobody et al.", "Reproduced with permission."],
        ["Felt in the U.S. (wet) and in oil.", "Gauze."],
        # A letter that names a panel
        ["Drawing of A.", "Scale bar: 2 mm."],
        # Brackets belong together
        ["Felt (dry. Not wet.) under load.", "Gauze."],
        # A small letter goes on
        ["Felt at 2.5 K. after an hour.", "Gauze."],
        # Labels without a space before them
        ["Felt under load.", "(b) Gauze at rest."],
        ["Felt under load.", "5 samples were pressed."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    found = split_sentences(text, 0, len(text), [])
    assert [text[start:end].strip() for start, end in found] == sentences


def test_a_sentence_begins_where_a_label_says_so() -> None:
    text = "Felt of Dr. Nobody et al. a SEM image"
    assert [text[a:b].strip() for a, b in split_sentences(text, 0, len(text), [25])] == [text[:25], text[26:]]


@pytest.mark.parametrize("text", ["SEM images of", "tested at", "shown for the", "after", "both", "R =", "rising to:"])
def test_text_that_asks_to_be_gone_on_with(text: str) -> None:
    assert is_open(text)


@pytest.mark.parametrize("text", ["SEM images", "SEM images of felt", "Felt (dry)", ""])
def test_text_that_is_whole(text: str) -> None:
    assert not is_open(text)


@pytest.mark.parametrize(("text", "display"), [("TEM image", True), ("pore size", True), ("wet felt", False)])
def test_words_for_what_kind_of_picture_it_is(text: str, display: bool) -> None:
    assert names_display(text) == display


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (", and felt under load;", "felt under load"),
        ("as well as felt, respectively.", "felt"),
        ("felt is shown in (", "felt"),
        (" shows the felt ", "the felt"),
        ("felt (dry)", "felt (dry)"),
        ("and-gate of felt", "and-gate of felt"),
        (" , and ; ", ""),
        ("", ""),
    ],
)
def test_connectives_and_separators_at_the_ends_describe_nothing(text: str, kept: str) -> None:
    start, end = trimmed(text, 0, len(text))
    assert text[start:end] == kept
