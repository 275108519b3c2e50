"""The network that reads captions: one vector a word, shared by tagger and parser, and the parser's steps on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.ml.featureextractor import FeatureExtractor
from spacy.ml.models.tok2vec import MaxoutWindowEncoder
from spacy.ml.parser_model import ParserStepModel  # type: ignore[import-not-found]  # compiled, without types
from spacy.pipeline import DependencyParser, TrainablePipe
from spacy.tokens import Doc
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Maxout,
    Model,
    NumpyOps,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    set_dropout_rate,
    uniqued,
    with_array,
)
from thinc.types import Floats2d

Matrix = npt.NDArray[np.float32]

PARSER = "caption_parser"

_WORDS_A_RUN = 800
_SMALLEST_VARIANCE = np.float32(1e-8)  # Thinc's
# spaCy's own loop is faster for a few captions.
_FEW_CAPTIONS = 12


@dataclass(frozen=True, slots=True)
class Network:
    """Sizes of the network."""

    width: int = 96
    depth: int = 4
    """Layers of which each looks one word further to both sides."""
    rows: tuple[int, int, int, int] = (4000, 1000, 2000, 1500)
    """Vectors of words, first letters, last three letters and shapes."""
    maxout_pieces: int = 3
    parser_width: int = 64


def tok2vec_settings(network: Network) -> dict[str, Any]:
    """The shared part as a spaCy configuration."""
    return {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "exsclaim.WordForms.v1",
            "width": network.width,
            "rows": list(network.rows),
            "maxout_pieces": network.maxout_pieces,
        },
        "encode": {
            "@architectures": "exsclaim.WindowEncoder.v1",
            "width": network.width,
            "depth": network.depth,
            "maxout_pieces": network.maxout_pieces,
        },
    }


def listener_settings(network: Network) -> dict[str, Any]:
    """What tagger and parser have in place of a network of their own."""
    return {"@architectures": "spacy.Tok2VecListener.v1", "width": network.width, "upstream": "tok2vec"}


@registry.architectures("exsclaim.WordForms.v1")  # type: ignore[untyped-decorator]  # catalogue's has no types
def word_form_vectors(width: int, rows: list[int], maxout_pieces: int) -> Model[list[Doc], list[Floats2d]]:
    """spaCy's MultiHashEmbed, computed once for each form of a batch: captions repeat two words of three."""
    attributes = ["NORM", "PREFIX", "SUFFIX", "SHAPE"]
    if len(rows) != len(attributes):
        raise ValueError(f"rows are of {', '.join(attributes)}, and not {rows}")
    tables: list[Model[Any, Any]] = [
        HashEmbed(width, count, column=1 + place, seed=7 + place) for place, count in enumerate(rows)
    ]
    mix = Maxout(width, width * len(tables), nP=maxout_pieces, dropout=0.0, normalize=True)
    # (words, 5) hashes -> (forms, 5) -> (forms, 4 * width) -> (forms, width) -> (words, width)
    forms: Model[Any, Any] = uniqued(chain(concatenate(*tables), mix), column=0)
    vectors: Model[list[Doc], list[Floats2d]] = chain(
        FeatureExtractor(["ORTH", *attributes]), list2ragged(), with_array(forms), ragged2list()
    )
    return vectors


@registry.architectures("exsclaim.WindowEncoder.v1")  # type: ignore[untyped-decorator]
def window_encoder(width: int, depth: int, maxout_pieces: int) -> Model[list[Floats2d], list[Floats2d]]:
    """spaCy's MaxoutWindowEncoder with a window of one word to both sides, which reads in half the time."""
    layers = MaxoutWindowEncoder(width=width, window_size=1, maxout_pieces=maxout_pieces, depth=depth)
    return Model("window_encoder", _encode, init=_initialize, layers=[layers], dims={"nO": width})


def _initialize(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: N803  (Thinc gives them by name)
    model.layers[0].initialize(X=X, Y=Y)


def _encode(
    model: Model[list[Floats2d], list[Floats2d]], vectors: list[Floats2d], is_train: bool
) -> tuple[list[Floats2d], Callable[[list[Floats2d]], list[Floats2d]]]:
    """The words' vectors with what stands around them; what Thinc's own layers give, up to the last digits."""
    if is_train:
        return model.layers[0](vectors, is_train)
    layers = _window_layers(model)
    gap = np.zeros((len(layers), model.get_dim("nO")), dtype=np.float32)
    encoded: list[Floats2d] = []
    for run in _runs(vectors):
        # Between documents there is as much room as a word looks over.
        parts = [part for one in run for part in (gap, np.asarray(one))]
        row = _through_layers(np.concatenate([*parts, gap]), layers)
        end = 0
        for one in run:
            start = end + len(gap)
            end = start + len(one)
            encoded.append(cast(Floats2d, row[start:end]))
    return encoded, lambda gradient: gradient


@dataclass(frozen=True, slots=True)
class _Layer:
    weights: list[Matrix]  # of each piece: (left, middle and right vector, width)
    bias: Matrix  # (pieces, width)
    scale: Matrix
    shift: Matrix


def _parameter(node: Model[Any, Any], name: str) -> Matrix:
    return np.asarray(node.get_param(name), dtype=np.float32)


def _window_layers(model: Model[Any, Any]) -> list[_Layer]:
    maxouts = [node for node in model.walk() if node.name == "maxout"]
    norms = [node for node in model.walk() if node.name == "layernorm"]
    return [
        _Layer(
            # Thinc has them as (width, pieces, inputs).
            [np.ascontiguousarray(piece.T) for piece in _parameter(maxout, "W").transpose(1, 0, 2)],
            _parameter(maxout, "b").T,
            _parameter(norm, "G"),
            _parameter(norm, "b"),
        )
        for maxout, norm in zip(maxouts, norms, strict=True)
    ]


def _runs(vectors: list[Floats2d]) -> Iterator[list[Floats2d]]:
    """Documents with about 800 words together: what is computed of them stays in the processor's cache."""
    run: list[Floats2d] = []
    words = 0
    for one in vectors:
        if run and words + len(one) > _WORDS_A_RUN:
            yield run
            run, words = [], 0
        run.append(one)
        words += len(one)
    if run:
        yield run


def _through_layers(row: Matrix, layers: list[_Layer]) -> Matrix:
    """Each layer: the largest of some products with a word and its neighbours, normalised, added to the word itself."""
    width = row.shape[1]
    windows = np.zeros((len(row), 3 * width), dtype=np.float32)
    best, other, mean = np.empty_like(row), np.empty_like(row), np.full(width, 1 / width, dtype=np.float32)
    for layer in layers:
        windows[1:, :width] = row[:-1]
        windows[:, width : 2 * width] = row
        windows[:-1, 2 * width :] = row[1:]
        np.matmul(windows, layer.weights[0], out=best)
        best += layer.bias[0]
        for weights, bias in zip(layer.weights[1:], layer.bias[1:], strict=True):
            np.matmul(windows, weights, out=other)
            other += bias
            np.maximum(best, other, out=best)
        best -= (best @ mean)[:, None]
        variance = np.einsum("ij,ij->i", best, best) / width + _SMALLEST_VARIANCE
        best *= (1 / np.sqrt(variance))[:, None]
        best *= layer.scale
        best += layer.shift
        row += best
    return row


class CaptionParser(DependencyParser):  # type: ignore[misc]  # compiled, without types
    """A `DependencyParser` that finds the same trees in less than half the time.

    spaCy's loop adds up the features of each state one by one, through a function that takes Python's lock each time:
    with networks as small as this one that is half of its work. NumPy adds them for all captions of a batch in one go.
    """

    def greedy_parse(self, docs: Sequence[Doc], drop: float = 0.0) -> list[Any]:
        """The final states of the transition system, one for each document."""
        if len(docs) < _FEW_CAPTIONS or self.model.attrs["unseen_classes"]:
            return super().greedy_parse(docs, drop)  # type: ignore[no-any-return]
        set_dropout_rate(self.model, drop)
        states = self.moves.init_batch(docs)
        score = _scoring(self.model, docs)
        places = SimpleNamespace(state2vec=SimpleNamespace(nF=self.model.get_ref("lower").get_dim("nF")))
        active = [state for state in states if not state.is_final()]
        while active:
            # What a state is judged by: places of words, -1 where there is none.
            words = ParserStepModel.get_token_ids(places, active)
            active = self.transition_states(active, score(words))
        return states  # type: ignore[no-any-return]


def _scoring(model: Model[list[Doc], Any], docs: Sequence[Doc]) -> Callable[[npt.NDArray[np.int32]], Matrix]:
    """What gives the scores of the transitions, (states, classes), for the words of states, (states, features)."""
    lower, upper = model.get_ref("lower"), model.get_ref("upper")
    vectors = model.get_ref("tok2vec").predict(docs)  # (words, width)
    weights = _parameter(lower, "W").transpose(0, 2, 1, 3)  # (features, pieces, hidden, width)
    features, pieces, hidden, width = weights.shape
    # A word's share in each feature is computed once, whatever the number of states it is looked at in.
    table = np.empty((len(vectors) + 1, features, pieces * hidden), dtype=np.float32)
    np.matmul(vectors, weights.reshape(-1, width).T, out=table[1:].reshape(len(vectors), -1))
    table[0] = _parameter(lower, "pad")[0].transpose(0, 2, 1).reshape(features, -1)
    table[:, 0] += _parameter(lower, "b").T.reshape(-1)
    rows = table.reshape(-1, pieces * hidden)
    first = np.arange(features, dtype=np.int32) + features
    scores, bias = np.ascontiguousarray(_parameter(upper, "W").T), _parameter(upper, "b")

    ones = np.ones((1, features), dtype=np.float32)  # sums by a product: half the time of `sum` for so few

    def score(words: npt.NDArray[np.int32]) -> Matrix:
        summed = (ones @ rows.take(words * features + first, axis=0)).reshape(-1, pieces, hidden)
        best = summed[:, 0]
        for piece in range(1, pieces):
            best = np.maximum(best, summed[:, piece])
        found: Matrix = best @ scores
        found += bias
        return found

    return score


@Language.factory(
    PARSER,
    assigns=["token.dep", "token.head", "token.is_sent_start", "doc.sents"],
    default_config={"update_with_oracle_cut_size": 100, "min_action_freq": 30},
    default_score_weights={"dep_uas": 0.5, "dep_las": 0.5, "sents_f": 0.0},
)
def create_caption_parser(
    nlp: Language, name: str, model: Model[list[Doc], Any], update_with_oracle_cut_size: int, min_action_freq: int
) -> CaptionParser:
    return CaptionParser(
        nlp.vocab,
        model,
        name,
        update_with_oracle_cut_size=update_with_oracle_cut_size,
        min_action_freq=min_action_freq,
    )


class _MatrixOps(NumpyOps):  # type: ignore[misc]  # compiled, without types
    """Thinc's operations with NumPy's matrix product, which takes a third of the time of Thinc's own (BLIS)."""

    def gemm(
        self, x: Matrix, y: Matrix, out: Matrix | None = None, trans1: bool = False, trans2: bool = False
    ) -> Matrix:
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def use_fast_products(nlp: Language) -> None:
    """Let all networks of a pipeline multiply by NumPy."""
    operations = _MatrixOps()
    for _, pipe in nlp.pipeline:
        if isinstance(pipe, TrainablePipe):
            for node in pipe.model.walk():
                node.ops = operations
