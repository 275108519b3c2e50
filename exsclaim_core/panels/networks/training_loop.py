"""The loop that trains any of the networks: resumable, on a CPU or a GPU, with its curve as CSV."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from exsclaim_core.panels.networks.serving import best_device, save_weights

STATISTICS_BATCHES = 60  # on which the averaged network's statistics are taken
WARM_UP = 200  # steps in which the learning rate rises
LARGEST_GRADIENT = 5.0

Batch = TypeVar("Batch")
Report = Callable[[int, float, float], None]  # step, loss, seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How long a network is trained, and how fast it learns."""

    steps: int = 8000
    minutes: float | None = None
    """Time after which the training ends; the learning rate falls to nothing by then."""
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    kept: float = 0.998
    """Share of the running average of weights that a step keeps, in the end."""
    seed: int = 0
    report_every: int = 50
    """Steps of which the mean loss is reported and noted."""
    save_every: float = 120.0
    """Seconds between states from which an interrupted training goes on."""


@dataclass(frozen=True, slots=True)
class Lesson(Generic[Batch]):
    """What a network is to learn."""

    name: str
    network: Callable[[], nn.Module]
    """A network without knowledge."""
    batches: Callable[[int], Generator[Batch, None, None]]
    """What it learns from, from a step on; the same for the same step."""
    loss: Callable[[nn.Module, Batch], tuple[Tensor, tuple[float, ...]]]
    """The loss of a batch, and numbers for the curve."""
    columns: tuple[str, ...]
    """Names of these numbers."""


def train_network(
    lesson: Lesson[Batch], out: Path, work: Path, schedule: Schedule, report: Report | None = None
) -> nn.Module:
    """The trained network, whose weights are then in the file `out`.

    `work` holds the state from which an interrupted training goes on, and the curve. What comes back and is written is
    the running average of the weights, with statistics of its own: those of the single networks do not fit it.
    """
    torch.manual_seed(schedule.seed)
    device = best_device()
    network = lesson.network().to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), schedule.learning_rate, weight_decay=schedule.weight_decay)
    average = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=_towards(schedule.kept), use_buffers=True)
    work.mkdir(parents=True, exist_ok=True)
    state, curve = work / f"{lesson.name}.state", work / f"{lesson.name}.csv"
    step, spent = 0, 0.0
    parts: dict[str, Any] = {"network": network, "optimiser": optimiser, "average": average}
    if state.is_file():
        stored = torch.load(state, map_location=device, weights_only=True)
        for name, part in parts.items():
            part.load_state_dict(stored[name])
        step, spent = stored["step"], stored["spent"]
    else:
        curve.unlink(missing_ok=True)
    begun = saved = time.monotonic()

    def seconds() -> float:
        return spent + time.monotonic() - begun

    sums, counted = np.zeros(1 + len(lesson.columns)), 0
    batches = lesson.batches(step)
    try:
        for batch in batches:
            done = step / schedule.steps
            if schedule.minutes is not None:
                done = max(done, seconds() / (60 * schedule.minutes))
            if done >= 1:
                break
            rate = schedule.learning_rate * min(1.0, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * done))
            for group in optimiser.param_groups:
                group["lr"] = rate
            network.train()
            loss, numbers = lesson.loss(network, batch)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), LARGEST_GRADIENT)
            optimiser.step()
            average.update_parameters(network)
            step += 1
            sums += (float(loss.detach()), *numbers)
            counted += 1
            if counted == schedule.report_every:
                _note(curve, lesson.columns, step, seconds(), sums / counted)
                if report:
                    report(step, float(sums[0] / counted), seconds())
                sums[:], counted = 0, 0
            if time.monotonic() - saved > schedule.save_every:
                _save(state, parts, step, seconds())
                saved = time.monotonic()
        renew_statistics(average.module, lesson, islice(batches, STATISTICS_BATCHES))
    finally:
        batches.close()
    _save(state, parts, step, seconds())
    trained = average.module.eval()
    save_weights(trained, out)
    return trained


@torch.no_grad()
def renew_statistics(network: nn.Module, lesson: Lesson[Batch], batches: islice[Batch]) -> None:
    """Give averaged weights the means and deviations that belong to them; those of the single networks are others."""
    network.train()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.reset_running_stats()
            layer.momentum = None  # the mean of all batches
    for batch in batches:
        lesson.loss(network, batch)


def _towards(kept: float) -> Callable[[Any, Any, Tensor | int], None]:
    @torch.no_grad()
    def move(averages: Any, values: Any, count: Tensor | int) -> None:
        """Move averages of parameters and buffers towards their values, faster while few have been seen."""
        share = 1 - min(kept, (1 + int(count)) / (10 + int(count)))
        for average, value in zip(averages, values, strict=True):
            if average.is_floating_point():
                average.lerp_(value.to(average.dtype), share)
            else:
                average.copy_(value)

    return move


def _save(path: Path, parts: dict[str, Any], step: int, seconds: float) -> None:
    beside = path.with_suffix(".part")
    torch.save({name: part.state_dict() for name, part in parts.items()} | {"step": step, "spent": seconds}, beside)
    beside.replace(path)


def _note(curve: Path, columns: tuple[str, ...], step: int, seconds: float, means: np.ndarray) -> None:
    new = not curve.exists()
    with curve.open("a", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines)
        if new:
            writer.writerow(("step", "seconds", "loss", *columns))
        writer.writerow((step, round(seconds, 1), *(round(float(value), 5) for value in means)))
