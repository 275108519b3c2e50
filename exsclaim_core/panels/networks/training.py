"""Training of the networks for panels and for marks on synthetic figures: on a CPU or a GPU, resumable."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from exsclaim_core.panels.networks.examples import Figures, mark_example, panel_example
from exsclaim_core.panels.networks.mark_network import MarkNetwork, mark_loss
from exsclaim_core.panels.networks.panel_network import PanelNetwork, panel_loss, with_letters
from exsclaim_core.panels.networks.serving import MULTIPLES, Kind, as_input
from exsclaim_core.panels.networks.training_loop import Lesson, Report, Schedule, train_network
from exsclaim_core.panels.synthesis.sources import Part

Batch = tuple[Tensor, Any]  # pictures (batch, 3, height, width) and, for each, what is true of it


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings(Schedule):
    """How a network is trained."""

    figures: int = 6000
    """Synthetic figures that are drawn; each is seen again and again, varied each time."""
    batch: int = 12
    held_out: int = 200
    """Figures of sources that the training never sees, on which the loss is measured."""
    workers: int = 1
    """Processes that draw and vary figures."""


def loss_of(kind: Kind, network: nn.Module, batch: Batch) -> tuple[Tensor, tuple[float, float]]:
    """The loss of a batch, and its two parts: what is there, and where."""
    device = next(network.parameters()).device
    pictures, truth = _moved(batch, device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        first, second = network(pictures)
    first, second = first.float(), second.float()
    there, where = (panel_loss if kind == "panels" else mark_loss)(first, second, truth)
    return there + (1.0 if kind == "panels" else 0.5) * where, (there.item(), where.item())


def train(
    kind: Kind, data: Path, out: Path, work: Path, settings: TrainingSettings, report: Report | None = None
) -> float:
    """Train a network and write its weights to the file `out`; the loss on held-out figures comes back.

    `work` holds the drawn figures, the state from which an interrupted training goes on, and its curve as CSV.
    """
    lesson = Lesson(
        kind,
        PanelNetwork if kind == "panels" else MarkNetwork,
        lambda step: _batches(kind, data, work, settings, step),
        lambda network, batch: loss_of(kind, network, batch),
        ("there", "where"),
    )
    return held_out_loss(kind, train_network(lesson, out, work, settings, report), data, work, settings)


@torch.inference_mode()
def held_out_loss(kind: Kind, network: nn.Module, data: Path, work: Path, settings: TrainingSettings) -> float:
    """The mean loss on figures made of sources that the training has not seen."""
    parts = np.array_split(np.arange(settings.held_out), max(1, settings.held_out // settings.batch))
    losses = [
        float(loss_of(kind, network, _example_batch(kind, data, work, settings, "held_out", numbers.tolist()))[0])
        for numbers in parts
    ]
    return float(np.mean(losses))


def _batches(
    kind: Kind, data: Path, work: Path, settings: TrainingSettings, first: int
) -> Generator[Batch, None, None]:
    """Batches from a step on, drawn by other processes some steps ahead; the same for the same seed and step."""

    def numbers(step: int) -> tuple[int, ...]:
        # A figure may come anew in each round: its number is that of a walk through all in another order.
        place = step * settings.batch
        some = []
        for at in range(place, place + settings.batch):
            around, inside = divmod(at, settings.figures)
            order = np.random.default_rng((settings.seed, 7, around)).permutation(settings.figures)
            some.append(int(order[inside]))
        return tuple(some)

    if settings.workers < 1:
        step = first
        while True:
            yield _example_batch(kind, data, work, settings, "train", numbers(step), step)
            step += 1
    with ProcessPoolExecutor(settings.workers, get_context("spawn"), initializer=_quiet) as pool:
        waiting: list[Future[Batch]] = []
        step = first
        try:
            while True:
                while len(waiting) < 3 * settings.workers:
                    job = pool.submit(_example_batch, kind, data, work, settings, "train", numbers(step), step)
                    waiting.append(job)
                    step += 1
                yield waiting.pop(0).result()
        finally:
            for job in waiting:
                job.cancel()


def _quiet() -> None:
    torch.set_num_threads(1)


_known: dict[tuple[Path, int, Part], Figures] = {}  # in a worker: sources are read once


def _example_batch(
    kind: Kind,
    data: Path,
    work: Path,
    settings: TrainingSettings,
    part: Part,
    numbers: Sequence[int],
    step: int = 0,
) -> Batch:
    """Pictures and truth of some figures, varied by the step."""
    key = (work, settings.seed, part)
    figures = _known.setdefault(key, Figures(work / "figures", settings.seed, part, data))
    random = np.random.default_rng((settings.seed, 11, step, *(int(number) for number in numbers)))
    pictures, hints, truth = [], [], []
    for number in numbers:
        figure = figures.figure(int(number))
        if kind == "panels":
            pixels, letters, boxes = panel_example(random, figure, varied=part == "train")
            hints.append(letters)
            truth.append(torch.from_numpy(boxes))
        else:
            pixels, found = mark_example(random, figure)
            truth.append([torch.from_numpy(some) for some in found])  # type: ignore[arg-type]  # one kind a training
        pictures.append(pixels)
    given = as_input(pictures, MULTIPLES[kind])
    return torch.from_numpy(with_letters(given, hints) if kind == "panels" else given), truth


def _moved(batch: Batch, device: torch.device) -> Batch:
    pictures, truth = batch
    moved = [each.to(device) if isinstance(each, Tensor) else each for each in truth]
    return pictures.to(device, memory_format=torch.channels_last), moved
