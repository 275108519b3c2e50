"""Training of the networks that read and that tell classes: on a CPU or a GPU, resumable."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from exsclaim_core.panels.networks.class_examples import PanelPictures
from exsclaim_core.panels.networks.class_network import ClassNetwork
from exsclaim_core.panels.networks.examples import Figures
from exsclaim_core.panels.networks.reader_network import STEP, Grey, ReaderNetwork, as_rows, read_texts
from exsclaim_core.panels.networks.reading_examples import Words
from exsclaim_core.panels.networks.readings import encode
from exsclaim_core.panels.networks.training_loop import Lesson, Report, Schedule, train_network
from exsclaim_core.panels.synthesis.sources import Part, Sources

SMOOTHING = 0.05  # of the classes: some pictures are of two

Texts = list[tuple[Grey, str]]  # crops, and what they say


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSettings(Schedule):
    """How the networks for texts and for classes are trained."""

    figures: int = 2000
    """Synthetic figures of which words and panels are taken."""
    batch: int = 64
    kept: float = 0.995
    held_out: int = 1000
    """Examples of sources that the training never sees, on which the result is measured."""
    held_out_figures: int = 150


def train_reader(
    data: Path, out: Path, work: Path, settings: ReadingSettings, report: Report | None = None
) -> dict[str, float]:
    """Train the network that reads and write its weights to `out`; the share of held-out texts read exactly.

    `work` holds synthetic figures (drawn where they are missing), the state of the training, and its curve as CSV.
    """
    words = gather_words(data, work, settings, "train")

    def batches(step: int) -> Generator[Texts, None, None]:
        for random in _random(settings.seed, step):
            yield sorted((words.example(random) for _ in range(settings.batch)), key=lambda each: each[0].shape[1])

    def loss(network: nn.Module, examples: Texts) -> tuple[Tensor, tuple[float, ...]]:
        short = settings.batch * 3 // 4  # apart from the long ones: little to fill up
        share = short / settings.batch
        return share * text_loss(network, examples[:short]) + (1 - share) * text_loss(network, examples[short:]), ()

    lesson = Lesson("reader", ReaderNetwork, batches, loss, ())
    network = train_network(lesson, out, work, settings, report)
    held_out = gather_words(data, work, settings, "held_out")
    random = np.random.default_rng((settings.seed, 13))
    examples = [held_out.example(random) for _ in range(settings.held_out)]
    readings = read_texts(network, [crop for crop, _ in examples])
    right = [
        reading.text.replace(" ", "") == text.replace(" ", "")
        for reading, (_, text) in zip(readings, examples, strict=True)
    ]
    return {"exact": float(np.mean(right))}


def train_classes(
    data: Path, out: Path, work: Path, settings: ReadingSettings, report: Report | None = None
) -> dict[str, float]:
    """Train the network for classes and write its weights to `out`; the share of held-out examples told rightly."""
    pictures = gather_panels(data, work, settings, "train")

    def batches(step: int) -> Generator[tuple[Tensor, Tensor], None, None]:
        for random in _random(settings.seed, step):
            yield class_batch(pictures, random, settings.batch)

    def loss(network: nn.Module, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[float, ...]]:
        device = next(network.parameters()).device
        inputs, numbers = (each.to(device) for each in batch)
        with torch.autocast(device.type, dtype=torch.bfloat16):
            logits = network(inputs)
        logits = logits.float()
        right = float((logits.argmax(1) == numbers).float().mean())
        return functional.cross_entropy(logits, numbers, label_smoothing=SMOOTHING), (right,)

    lesson = Lesson("classes", ClassNetwork, batches, loss, ("right",))
    network = train_network(lesson, out, work, settings, report)
    device = next(network.parameters()).device
    held_out = gather_panels(data, work, settings, "held_out")
    random = np.random.default_rng((settings.seed, 13))
    shares = []
    with torch.inference_mode():
        for _ in range(max(1, settings.held_out // settings.batch)):
            inputs, numbers = class_batch(held_out, random, settings.batch)
            found = network(inputs.to(device)).argmax(1).cpu()
            shares.append(float((found == numbers).float().mean()))
    return {"accuracy": float(np.mean(shares))}


def gather_words(data: Path, work: Path, settings: ReadingSettings, part: Part) -> Words:
    """Words and grounds of the synthetic figures of a part."""
    sources = Sources.load(data, part) if data.is_dir() else Sources.drawn()
    words = Words(scale_texts=sources.scale_texts)
    figures = Figures(work / "figures", settings.seed, part, data)
    count = settings.figures if part == "train" else settings.held_out_figures
    words.gather(np.random.default_rng((settings.seed, 17)), map(figures.figure, range(count)))
    return words


def gather_panels(data: Path, work: Path, settings: ReadingSettings, part: Part) -> PanelPictures:
    """Real pictures and the panels of the synthetic figures of a part."""
    pictures = PanelPictures()
    figures = Figures(work / "figures", settings.seed, part, data)
    sources = Sources.load(data, part) if data.is_dir() else Sources.drawn()
    count = settings.figures if part == "train" else settings.held_out_figures
    pictures.gather(sources, map(figures.figure, range(count)))
    return pictures


def text_loss(network: nn.Module, examples: list[tuple[Grey, str]]) -> Tensor:
    """The loss of crops with what they say, a character."""
    crops = [crop for crop, _ in examples]
    device = next(network.parameters()).device
    with torch.autocast(device.type, dtype=torch.bfloat16):
        logits = network(as_rows(crops).to(device))
    chances = functional.log_softmax(logits.float().cpu(), 2).transpose(0, 1)  # (columns, batch, 1 + characters)
    texts = [encode(text) for _, text in examples]
    lengths = torch.tensor([len(text) for text in texts])
    columns = torch.tensor([crop.shape[1] // STEP for crop in crops])
    codes = torch.tensor([code for text in texts for code in text])
    each = functional.ctc_loss(chances, codes, columns, lengths, reduction="none", zero_infinity=True)
    return (each / (lengths + 1)).mean()


def class_batch(pictures: PanelPictures, random: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
    """Varied examples with the numbers of their classes."""
    examples = [pictures.example(random) for _ in range(count)]
    inputs = torch.from_numpy(np.stack([each for each, _ in examples]))
    numbers = torch.tensor([number for _, number in examples])
    return inputs.to(memory_format=torch.channels_last), numbers


def _random(seed: int, step: int) -> Iterator[np.random.Generator]:
    """One generator a step, the same for the same step."""
    return (np.random.default_rng((seed, 11, at)) for at in count(step))
