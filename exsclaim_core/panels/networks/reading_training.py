"""Training of the networks that read and that tell classes: on a CPU or a GPU, resumable."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
from exsclaim_core.panels.networks.serving import save_weights
from exsclaim_core.panels.synthesis.sources import Part, Sources

Loss = Callable[[nn.Module, np.random.Generator], tuple[Tensor, float]]  # the loss, and the share that is right
Report = Callable[[int, float, float], None]  # step, loss, seconds

MOST_KEPT = 0.995  # of the running average of weights, a step
SMOOTHING = 0.05  # of the classes: some pictures are of two


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How the networks for texts and for classes are trained."""

    figures: int = 2000
    """Synthetic figures of which words and panels are taken."""
    batch: int = 64
    steps: int = 8000
    minutes: float | None = None
    """Time after which the training ends; the learning rate falls to nothing by then."""
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    held_out: int = 1000
    """Examples of sources that the training never sees, on which the result is measured."""
    held_out_figures: int = 150
    seed: int = 0
    save_every: float = 60.0
    """Seconds between states from which an interrupted training goes on."""


def train_reader(
    data: Path, out: Path, work: Path, settings: ReadingSettings, report: Report | None = None
) -> dict[str, float]:
    """Train the network that reads and write its weights to `out`; the share of held-out texts read exactly.

    `work` holds synthetic figures (drawn where they are missing), the state of the training, and its curve as CSV.
    """
    words = gather_words(data, work, settings, "train")

    def loss(network: nn.Module, random: np.random.Generator) -> tuple[Tensor, float]:
        examples = sorted((words.example(random) for _ in range(settings.batch)), key=lambda each: each[0].shape[1])
        losses, weights = [], []
        for some in (examples[: settings.batch * 3 // 4], examples[settings.batch * 3 // 4 :]):  # short, long texts
            losses.append(text_loss(network, some))
            weights.append(len(some) / settings.batch)
        return losses[0] * weights[0] + losses[1] * weights[1], 0.0

    network = _train("reader", ReaderNetwork, loss, out, work, settings, report)
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

    def loss(network: nn.Module, random: np.random.Generator) -> tuple[Tensor, float]:
        inputs, numbers = class_batch(pictures, random, settings.batch)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = network(inputs)
        logits = logits.float()
        right = float((logits.argmax(1) == numbers).float().mean())
        return functional.cross_entropy(logits, numbers, label_smoothing=SMOOTHING), right

    network = _train("classes", ClassNetwork, loss, out, work, settings, report)
    held_out = gather_panels(data, work, settings, "held_out")
    random = np.random.default_rng((settings.seed, 13))
    shares = []
    with torch.inference_mode():
        for _ in range(max(1, settings.held_out // settings.batch)):
            inputs, numbers = class_batch(held_out, random, settings.batch)
            shares.append(float((network(inputs).argmax(1) == numbers).float().mean()))
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
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = network(as_rows(crops))
    chances = functional.log_softmax(logits.float(), 2).transpose(0, 1)  # (columns, batch, 1 + characters)
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


def _train(
    name: str,
    new_network: Callable[[], nn.Module],
    loss_of: Loss,
    out: Path,
    work: Path,
    settings: ReadingSettings,
    report: Report | None,
) -> nn.Module:
    """The trained network; its weights are written with each state, so that an interrupted training is of use."""
    torch.manual_seed(settings.seed)
    network = new_network().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=_towards, use_buffers=True)
    work.mkdir(parents=True, exist_ok=True)
    state, curve = work / f"{name}.state", work / f"{name}.csv"
    step, spent = 0, 0.0
    if state.is_file():
        stored = torch.load(state, weights_only=True)
        network.load_state_dict(stored["network"])
        optimiser.load_state_dict(stored["optimiser"])
        average.load_state_dict(stored["average"])
        step, spent = stored["step"], stored["spent"]
    else:
        curve.unlink(missing_ok=True)
    begun = saved = time.monotonic()
    sums, counted = np.zeros(2), 0

    def save() -> None:
        beside = state.with_suffix(".part")
        torch.save(
            {
                "network": network.state_dict(),
                "optimiser": optimiser.state_dict(),
                "average": average.state_dict(),
                "step": step,
                "spent": spent + time.monotonic() - begun,
            },
            beside,
        )
        beside.replace(state)
        save_weights(average.module, out)

    while True:
        done = step / settings.steps
        if settings.minutes is not None:
            done = max(done, (spent + time.monotonic() - begun) / (60 * settings.minutes))
        if done >= 1:
            break
        rate = settings.learning_rate * min(1.0, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * done))
        for group in optimiser.param_groups:
            group["lr"] = rate
        network.train()
        loss, right = loss_of(network, np.random.default_rng((settings.seed, 11, step)))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(network)
        step += 1
        sums += (float(loss.detach()), right)
        counted += 1
        if counted == 25:
            seconds = spent + time.monotonic() - begun
            new = not curve.exists()
            with curve.open("a", newline="", encoding="utf-8") as lines:
                writer = csv.writer(lines)
                if new:
                    writer.writerow(("step", "seconds", "loss", "right"))
                writer.writerow((step, round(seconds, 1), *(round(float(value) / counted, 5) for value in sums)))
            if report:
                report(step, float(sums[0]) / counted, seconds)
            sums, counted = np.zeros(2), 0
        if time.monotonic() - saved > settings.save_every:
            save()
            saved = time.monotonic()
    save()
    return average.module.eval()


@torch.no_grad()
def _towards(averages: Any, values: Any, count: Tensor | int) -> None:
    """Move averages of parameters and buffers towards their values, faster while few have been seen."""
    share = 1 - min(MOST_KEPT, (1 + int(count)) / (10 + int(count)))
    for average, value in zip(averages, values, strict=True):
        if average.is_floating_point():
            average.lerp_(value.to(average.dtype), share)
        else:
            average.copy_(value)
