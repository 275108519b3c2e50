"""Training of the networks for panels and for marks on synthetic figures: on a CPU or a GPU, resumable."""

from __future__ import annotations

import csv
import logging
import math
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from exsclaim_core.panels.networks.examples import Figures, mark_example, panel_example
from exsclaim_core.panels.networks.mark_network import MarkNetwork, mark_loss
from exsclaim_core.panels.networks.panel_network import PanelNetwork, panel_loss
from exsclaim_core.panels.networks.serving import as_input, best_device, save_weights
from exsclaim_core.panels.synthesis.sources import Part

logger = logging.getLogger(__name__)

STATISTICS_BATCHES = 60  # on which the averaged network's statistics are taken

Kind = Literal["panels", "marks"]
Batch = tuple[Tensor, Any]  # pictures (batch, 3, height, width) and, for each, what is true of it


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a network is trained."""

    figures: int = 6000
    """Synthetic figures that are drawn; each is seen again and again, varied each time."""
    batch: int = 12
    steps: int = 6000
    minutes: float | None = None
    """Time after which the training ends; the learning rate falls to nothing by then."""
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    held_out: int = 200
    """Figures of sources that the training never sees, on which the loss is measured."""
    seed: int = 0
    workers: int = 1
    """Processes that draw and vary figures."""
    report_every: int = 50
    """Steps of which the mean loss is reported and noted."""
    save_every: float = 120.0
    """Seconds between states from which an interrupted training goes on."""


def new_network(kind: Kind) -> nn.Module:
    """A network without knowledge."""
    return PanelNetwork() if kind == "panels" else MarkNetwork()


def loss_of(kind: Kind, network: nn.Module, batch: Batch) -> tuple[Tensor, tuple[float, float]]:
    """The loss of a batch, and its two parts: what is there, and where."""
    pictures, truth = batch
    device = pictures.device.type
    with torch.autocast(device, dtype=torch.bfloat16):
        first, second = network(pictures)
    first, second = first.float(), second.float()
    there, where = (panel_loss if kind == "panels" else mark_loss)(first, second, truth)
    return there + (1.0 if kind == "panels" else 0.5) * where, (there.item(), where.item())


def train(
    kind: Kind,
    data: Path,
    out: Path,
    work: Path,
    settings: TrainingSettings,
    report: Callable[[int, float, float], None] | None = None,
) -> float:
    """Train a network and write its weights to the file `out`; the loss on held-out figures comes back.

    `work` holds the drawn figures, the state from which an interrupted training goes on, and its curve as CSV.
    """
    torch.manual_seed(settings.seed)
    device = best_device()
    network = new_network(kind).to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
    average = torch.optim.swa_utils.AveragedModel(
        network,
        multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998),  # type: ignore[no-untyped-call]
        use_buffers=True,
    )
    work.mkdir(parents=True, exist_ok=True)
    state, curve = work / f"{kind}.state", work / f"{kind}.csv"
    step, spent = 0, 0.0
    if state.is_file():
        stored = torch.load(state, map_location=device, weights_only=True)
        network.load_state_dict(stored["network"])
        optimiser.load_state_dict(stored["optimiser"])
        average.load_state_dict(stored["average"])
        step, spent = stored["step"], stored["spent"]
    else:
        curve.unlink(missing_ok=True)
    begun = saved = time.monotonic()
    sums, counted = np.zeros(3), 0
    batches = _batches(kind, data, work, settings, step)
    try:
        for pictures, truth in batches:
            done = step / settings.steps
            if settings.minutes is not None:
                done = max(done, (spent + time.monotonic() - begun) / (60 * settings.minutes))
            if done >= 1:
                break
            for group in optimiser.param_groups:
                group["lr"] = (
                    settings.learning_rate * min(1.0, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * done))
                )
            network.train()
            loss, parts = loss_of(kind, network, _moved((pictures, truth), device))
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimiser.step()
            average.update_parameters(network)
            step += 1
            sums += (float(loss.detach()), *parts)
            counted += 1
            if counted == settings.report_every:
                _note(curve, step, spent + time.monotonic() - begun, sums / counted)
                if report:
                    report(step, float(sums[0] / counted), spent + time.monotonic() - begun)
                sums, counted = np.zeros(3), 0
            if time.monotonic() - saved > settings.save_every:
                _save_state(state, network, optimiser, average, step, spent + time.monotonic() - begun)
                saved = time.monotonic()
        renew_statistics(average.module, (pictures for pictures, _ in islice(batches, STATISTICS_BATCHES)), device)
    finally:
        batches.close()
    _save_state(state, network, optimiser, average, step, spent + time.monotonic() - begun)
    trained = average.module.eval()
    save_weights(trained, out)
    return held_out_loss(kind, trained, data, work, settings)


@torch.no_grad()
def renew_statistics(network: nn.Module, pictures: Iterable[Tensor], device: torch.device) -> None:
    """Give averaged weights the means and deviations that belong to them; those of the single networks are others."""
    network.train()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None  # the mean of all batches
    for batch in pictures:
        with torch.autocast(device.type, dtype=torch.bfloat16):
            network(batch.to(device, memory_format=torch.channels_last))


@torch.inference_mode()
def held_out_loss(kind: Kind, network: nn.Module, data: Path, work: Path, settings: TrainingSettings) -> float:
    """The mean loss on figures made of sources that the training has not seen."""
    device = next(network.parameters()).device
    losses = [
        float(
            loss_of(
                kind, network, _moved(_example_batch(kind, data, work, settings, "held_out", numbers.tolist()), device)
            )[0]
        )
        for numbers in np.array_split(np.arange(settings.held_out), max(1, settings.held_out // settings.batch))
    ]
    return float(np.mean(losses))


def _save_state(
    path: Path,
    network: nn.Module,
    optimiser: torch.optim.Optimizer,
    average: torch.optim.swa_utils.AveragedModel,
    step: int,
    spent: float,
) -> None:
    beside = path.with_suffix(".part")
    torch.save(
        {
            "network": network.state_dict(),
            "optimiser": optimiser.state_dict(),
            "average": average.state_dict(),
            "step": step,
            "spent": spent,
        },
        beside,
    )
    beside.replace(path)


def _note(curve: Path, step: int, seconds: float, means: np.ndarray) -> None:
    new = not curve.exists()
    with curve.open("a", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        if new:
            writer.writerow(("step", "seconds", "loss", "there", "where"))
        writer.writerow((step, round(seconds, 1), *(round(float(value), 5) for value in means)))


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
    pictures, truth = [], []
    for number in numbers:
        figure = figures.figure(int(number))
        if kind == "panels":
            pixels, boxes = panel_example(random, figure, varied=part == "train")
            truth.append(torch.from_numpy(boxes))
        else:
            pixels, found = mark_example(random, figure)
            truth.append([torch.from_numpy(some) for some in found])  # type: ignore[arg-type]  # one kind a training
        pictures.append(pixels)
    multiple = 64 if kind == "panels" else 32
    return torch.from_numpy(as_input(pictures, multiple)), truth


def _moved(batch: Batch, device: torch.device) -> Batch:
    pictures, truth = batch
    moved = [each.to(device) if isinstance(each, Tensor) else each for each in truth]
    return pictures.to(device, memory_format=torch.channels_last), moved
