"""Training of the caption pipeline on a treebank, with its measures."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import cast

from spacy.language import Language
from spacy.pipeline import Tagger
from spacy.scorer import Scorer
from spacy.training import Example
from thinc.api import Adam, fix_random_seed

from exsclaim_core.captions.augmentation import noun_phrase, vary
from exsclaim_core.captions.drawn_captions import draw_caption
from exsclaim_core.captions.language import new_language, save_language
from exsclaim_core.captions.network import Network, use_fast_products
from exsclaim_core.captions.treebank import Sentence, as_document, read_treebank
from exsclaim_core.captions.word_forms import TAGS, WordForms

logger = logging.getLogger(__name__)

Documents = Sequence[Sequence[Sentence]]

SOURCES = [
    {
        "name": "GUM, the Georgetown University Multilayer corpus (Zeldes 2017, Language Resources and Evaluation 51)",
        "url": "https://gucorpling.org/gum/",
        "license": "texts CC BY 4.0, CC BY 2.5, CC BY-SA 3.0; annotations CC BY 4.0",
    }
]


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a caption pipeline is trained."""

    epochs: int = 16
    minutes: float | None = None
    """Time after which the training ends before its last epoch."""
    seed: int = 0
    learning_rate: float = 0.001
    dropout: float = 0.15
    words_a_batch: tuple[int, int] = (250, 900)
    """Words of a batch at the beginning and after a fifth of the training."""
    fragments: float = 0.25
    """Noun phrases that are cut out, for each sentence."""
    drawn_captions: int = 350
    """Captions drawn at random, for each epoch."""
    network: Network = field(default_factory=Network)


@dataclass(frozen=True, slots=True)
class Measures:
    """What a pipeline gets right on a treebank's raw text, as shares; punctuation does not count in the attachments."""

    words: float
    tags: float
    classes: float
    base_forms: float
    unlabelled: float
    labelled: float
    sentences: float

    @property
    def mark(self) -> float:
        """The one number by which the best weights are chosen."""
        return 0.6 * self.labelled + 0.25 * self.tags + 0.15 * self.sentences

    def __str__(self) -> str:
        return (
            f"words {self.words:.3f}, tags {self.tags:.3f}, classes {self.classes:.3f}, "
            f"base forms {self.base_forms:.3f}, UAS {self.unlabelled:.3f}, LAS {self.labelled:.3f}, "
            f"sentences {self.sentences:.3f}"
        )


def train_captions(
    data: Path,
    out: Path,
    settings: TrainingSettings,
    report: Callable[[int, Measures], None] = lambda epoch, measures: None,
) -> Measures:
    """Train on `treebank/train.conllu` of the data folder, keep the best weights in `out`, return their measures.

    The folder always holds the best weights so far: a training that is interrupted leaves them there.
    Raises FileNotFoundError where the treebank is not.
    """
    train = read_treebank(data / "treebank" / "train.conllu")
    dev = read_treebank(data / "treebank" / "dev.conllu")
    if not train or not dev:
        raise ValueError(f"the treebank in {data} has no sentences")
    fix_random_seed(settings.seed)
    random = Random(settings.seed)
    nlp = new_language(settings.network)
    words = (word for document in train for sentence in document for word in sentence)
    cast(WordForms, nlp.get_pipe("word_forms")).learn((word.form, word.tag, word.lemma) for word in words)
    for tag in TAGS:
        cast(Tagger, nlp.get_pipe("tagger")).add_label(tag)
    first = [*_examples(nlp, drawn_epoch(train, settings, random))]
    nlp.initialize(lambda: [*first, *_examples(nlp, train)])
    use_fast_products(nlp)
    optimizer = Adam(settings.learning_rate, L2=0.01, L2_is_weight_decay=True, grad_clip=1.0, use_averages=True)
    best: Measures | None = None
    start = time.monotonic()
    limit = settings.minutes * 60 if settings.minutes else float("inf")
    for epoch in range(1, settings.epochs + 1):
        examples = [*_examples(nlp, drawn_epoch(train, settings, random))]
        random.shuffle(examples)
        for done, batch in _batches(examples, settings, (epoch - 1) / settings.epochs):
            elapsed = (time.monotonic() - start) / limit
            # With a limit of time the steps get smaller as it nears.
            optimizer.learn_rate = settings.learning_rate * _pace(max(done, elapsed))
            nlp.update(batch, sgd=optimizer, drop=settings.dropout)
            if elapsed >= 1:
                break
        with nlp.use_params(optimizer.averages):
            measures = measure(nlp, dev)
            logger.info("epoch %d, %.0f s: %s", epoch, time.monotonic() - start, measures)
            report(epoch, measures)
            if best is None or measures.mark > best.mark:
                best = measures
                _keep(nlp, out, measures, settings, epoch)
        if time.monotonic() - start >= limit:
            break
    if best is None:
        raise ValueError(f"{settings.epochs} epochs train nothing")
    return best


def _pace(done: float) -> float:
    """Share of the learning rate: rises over the first 2 %, then falls in a straight line to a fiftieth."""
    return min(done / 0.02, 1.0) * (1.0 - 0.98 * done) if done < 0.02 else 1.0 - 0.98 * min(done, 1.0)


def drawn_epoch(documents: Documents, settings: TrainingSettings, random: Random) -> Iterator[list[Sentence]]:
    """The treebank once, as captions might hold its sentences: documents of one to five sentences."""
    for document in documents:
        sentences: list[Sentence] = []
        size = random.randint(1, 5)
        for sentence in document:
            sentences.append(vary(sentence, random))
            if random.random() < settings.fragments and (phrase := noun_phrase(sentence, random)):
                sentences.append(vary(phrase, random))
            if len(sentences) >= size:
                yield sentences
                sentences, size = [], random.randint(1, 5)
        if sentences:
            yield sentences
    for _ in range(settings.drawn_captions):
        yield draw_caption(random)


def _examples(nlp: Language, documents: Documents | Iterator[list[Sentence]]) -> Iterator[Example]:
    for document in documents:
        reference = as_document(nlp.vocab, document)
        yield Example(nlp.make_doc(reference.text), reference)


def _batches(
    examples: Sequence[Example], settings: TrainingSettings, done_before: float
) -> Iterator[tuple[float, list[Example]]]:
    """Batches of an epoch, each with the share of the training that lies before it."""
    batch: list[Example] = []
    words = 0
    small, large = settings.words_a_batch
    for place, example in enumerate(examples):
        done = done_before + place / len(examples) / settings.epochs
        if batch and words + len(example.reference) > small + (large - small) * min(done * 5, 1):
            yield done, batch
            batch, words = [], 0
        batch.append(example)
        words += len(example.reference)
    if batch:
        yield done_before + 1 / settings.epochs, batch


def measure(nlp: Language, documents: Documents) -> Measures:
    """How right a pipeline is on the raw text of documents."""
    references = [as_document(nlp.vocab, document) for document in documents]
    found = nlp.pipe(reference.text for reference in references)
    examples = [Example(doc, reference) for doc, reference in zip(found, references, strict=True)]
    scores = Scorer(nlp).score(examples)
    return Measures(
        words=Scorer.score_tokenization(examples)["token_f"],
        tags=scores["tag_acc"],
        classes=Scorer.score_token_attr(examples, "pos")["pos_acc"],
        base_forms=Scorer.score_token_attr(examples, "lemma")["lemma_acc"],
        unlabelled=scores["dep_uas"],
        labelled=scores["dep_las"],
        sentences=scores["sents_f"],
    )


def _keep(nlp: Language, out: Path, measures: Measures, settings: TrainingSettings, epoch: int) -> None:
    """Write the weights beside the folder and swap the two: the folder is never half of one."""
    new, old = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    out.parent.mkdir(parents=True, exist_ok=True)
    save_language(
        nlp,
        new,
        {
            "name": "exsclaim",
            "version": "1",
            "description": "Tags, parse and base forms of scientific captions",
            "sources": SOURCES,
            "spacy_version": ">=3.8,<4",
            "performance": {name: round(value, 4) for name, value in asdict(measures).items()},
            "training": {**asdict(settings), "epoch": epoch},
        },
    )
    if out.exists():
        out.rename(old)
    new.rename(out)
    shutil.rmtree(old, ignore_errors=True)
