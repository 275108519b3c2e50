"""The network that reads captions: one vector a word, shared by tagger and parser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from spacy.language import Language
from spacy.ml.featureextractor import FeatureExtractor
from spacy.pipeline import TrainablePipe
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
    uniqued,
    with_array,
)
from thinc.types import Floats2d

Matrix = npt.NDArray[np.float32]


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
            "@architectures": "spacy.MaxoutWindowEncoder.v2",
            "width": network.width,
            "depth": network.depth,
            "window_size": 1,
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
