"""The project's spaCy pipeline for captions: words, their classes and base forms, and the parse."""

from __future__ import annotations

import warnings
from pathlib import Path
from threading import Lock
from typing import Any

import spacy
from spacy.lang.en.lex_attrs import LEX_ATTRS
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.language import BaseDefaults, Language
from spacy.util import registry
from thinc.api import Config

# These two register what the pipeline's configuration names.
from exsclaim_core.captions import tokenizer as _tokenizer  # noqa: F401
from exsclaim_core.captions import word_forms as _word_forms  # noqa: F401
from exsclaim_core.captions.network import PARSER, Network, listener_settings, tok2vec_settings, use_fast_products
from exsclaim_core.captions.noun_phrases import noun_phrases

WEIGHTS = Path(__file__).parent / "weights"
LANGUAGE = "captions"


class CaptionDefaults(BaseDefaults):
    """English without the exceptions of spaCy's tokenizer, with noun phrases of Universal Dependencies."""

    config = Config({"nlp": {"lang": LANGUAGE, "tokenizer": {"@tokenizers": "exsclaim.CaptionTokenizer.v1"}}})
    lex_attr_getters = LEX_ATTRS
    stop_words = STOP_WORDS
    syntax_iterators = {"noun_chunks": noun_phrases}  # noqa: RUF012  (spaCy declares them without ClassVar)
    writing_system = {"direction": "ltr", "has_case": True, "has_letters": True}  # noqa: RUF012


@registry.languages(LANGUAGE)
class CaptionLanguage(Language):  # type: ignore[no-untyped-call]  # __init_subclass__ has no types
    """The English of scientific captions, under the name "captions" in spaCy."""

    lang = LANGUAGE
    Defaults = CaptionDefaults


def new_language(network: Network) -> CaptionLanguage:
    """A pipeline without weights: what the training starts from."""
    nlp = CaptionLanguage()
    listener = listener_settings(network)
    parser = {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "parser",
        "extra_state_tokens": False,
        "hidden_width": network.parser_width,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": listener,
    }
    nlp.add_pipe("tok2vec", config={"model": tok2vec_settings(network)})
    nlp.add_pipe("tagger", config={"model": {"@architectures": "spacy.Tagger.v2", "tok2vec": listener}})
    # Pieces of a parse are learned side by side: short ones take half the time of whole sentences.
    nlp.add_pipe(PARSER, name="parser", config={"model": parser, "update_with_oracle_cut_size": 30})
    nlp.add_pipe("word_forms")
    return nlp


def load_language(folder: Path) -> Language:
    """The pipeline whose weights are in a folder.

    Raises OSError where the folder holds none.
    """
    with warnings.catch_warnings():
        # Weights are tested with the spaCy that is installed; the minor version that wrote them does not matter.
        warnings.filterwarnings("ignore", message=r"\[W095\]")
        nlp = spacy.load(folder)
    # The tagger expects the names of its tags in the vocabulary, which is not stored: it holds the training's words.
    for label in nlp.pipe_labels["tagger"]:
        nlp.vocab.strings.add(label)
    use_fast_products(nlp)
    return nlp


_lock = Lock()
_loaded: list[Language] = []


def caption_language() -> Language:
    """The caption pipeline with the project's weights, loaded once a process.

    A pipeline is for one thread at a time; processes load their own. It is fast with `pipe` and batches of 128 captions
    and more.
    """
    with _lock:
        if not _loaded:
            _loaded.append(load_language(WEIGHTS))
        return _loaded[0]


def save_language(nlp: Language, folder: Path, about: dict[str, Any]) -> None:
    """Write a pipeline without its vocabulary; `about` goes into the pipeline's `meta`."""
    nlp.meta.update(about)
    nlp.to_disk(folder, exclude=["vocab"])
