"""The caption pipeline with the project's weights: what it says of captions that the tests have made up."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Token

from exsclaim_core.captions.language import WEIGHTS, caption_language, load_language


@pytest.fixture(scope="module")
def nlp() -> Language:
    return caption_language()


def word(doc: Doc, text: str) -> Token:
    return next(token for token in doc if token.text == text)


def test_it_is_loaded_once_also_by_threads() -> None:
    with ThreadPoolExecutor(4) as threads:
        loaded = list(threads.map(lambda _: caption_language(), range(8)))
    assert all(one is loaded[0] for one in loaded)


def test_a_folder_without_weights(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"meta\.json"):
        load_language(tmp_path)


def test_tags_parse_and_base_forms(nlp: Language) -> None:
    doc = nlp("TEM images of ZnO nanorods annealed at 500 °C.")
    assert doc.has_annotation("DEP")
    images = word(doc, "images")
    assert (images.pos_, images.tag_, images.lemma_, images.dep_) == ("NOUN", "NNS", "image", "ROOT")
    assert word(doc, "TEM").head == images
    assert word(doc, "nanorods").head == images
    assert word(doc, "annealed").lemma_ == "anneal"
    assert word(doc, "500").head.text == "°C"


def test_modifiers_with_letters_share_their_head(nlp: Language) -> None:
    doc = nlp("SEM (a), TEM (b) and HAADF (c) images of Au nanorods.")
    assert word(doc, "SEM").head.text == "images"
    assert [token.text for token in word(doc, "SEM").conjuncts] == ["TEM", "HAADF"]
    assert [(token.text, token.head.text) for token in doc if token.dep_ == "panel"] == [
        ("a", "SEM"),
        ("b", "TEM"),
        ("c", "HAADF"),
    ]


def test_sentences_of_a_caption(nlp: Language) -> None:
    doc = nlp("(a) Optical image of the film. (b) XRD pattern of the powder. Scale bar, 5 μm.")
    assert [sentence.text for sentence in doc.sents] == [
        "(a) Optical image of the film.",
        "(b) XRD pattern of the powder.",
        "Scale bar, 5 μm.",
    ]


def test_noun_phrases(nlp: Language) -> None:
    doc = nlp("The XRD patterns of porous TiO2 films.")
    assert [phrase.text for phrase in doc.noun_chunks] == ["The XRD patterns", "porous TiO2 films"]


def test_noun_phrases_without_rows_of_modifiers(nlp: Language) -> None:
    doc = nlp("SEM (a), TEM (b) and HAADF (c) images of Au nanorods.")
    assert [phrase.text for phrase in doc.noun_chunks] == ["images", "Au nanorods"]


@pytest.mark.parametrize("text", ["", " ", "(", "\n\n", "a", "…", "(a) (b) (c)", "\u0301"])
def test_odd_texts(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text
    assert list(doc.sents) is not None


@pytest.mark.parametrize("repeated", [3, 20])  # few captions are parsed by spaCy's own loop, many by the project's
def test_a_batch_is_as_one_by_one(nlp: Language, repeated: int) -> None:
    texts = ["TEM image (a) and map (b).", "", "Scale bars: 10 nm (a), 5 nm (b)."] * repeated
    together = [[(token.tag_, token.dep_, token.head.i) for token in doc] for doc in nlp.pipe(texts)]
    assert together == [[(token.tag_, token.dep_, token.head.i) for token in nlp(text)] for text in texts]


def test_words_read_in_context_are_those_of_spacys_own_layers(nlp: Language) -> None:
    network = nlp.get_pipe("tok2vec").model  # type: ignore[attr-defined]  # pipes have no types
    forms, encoder = network.get_ref("embed"), network.get_ref("encode")
    vectors = forms.predict([nlp.make_doc(text) for text in ("SEM image of a film.", "a", "(b) Map, " * 400)])
    for found, expected in zip(encoder.predict(vectors), encoder.layers[0].predict(vectors), strict=True):
        assert np.abs(found - expected).max() < 1e-4


def test_the_weights_name_their_sources_and_are_small() -> None:
    about = json.loads((WEIGHTS / "meta.json").read_text(encoding="utf-8"))
    assert "Zeldes 2017" in about["sources"][0]["name"]
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*")) < 8_000_000
    # The vocabulary would hold the words of the treebank's texts.
    assert not (WEIGHTS / "vocab").exists()
