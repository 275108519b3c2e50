"""Networks stored and loaded, and pictures as what they are given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from exsclaim_core.panels.images import Pixels

WEIGHTS = Path(__file__).parent / "weights"

Kind = Literal["panels", "marks"]  # of the networks that see whole figures
MULTIPLES: dict[Kind, int] = {"panels": 64, "marks": 32}  # of which the sides of their inputs are


def load_weights(network: nn.Module, path: Path, device: torch.device) -> nn.Module:
    """The network with stored weights, ready to be asked.

    Raises FileNotFoundError where there are none, with the command that makes them.
    """
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: `exsclaim train panels` makes it")
    network.load_state_dict(torch.load(path, map_location=device, weights_only=True))
    network.requires_grad_(False)
    return network.to(device).to(memory_format=torch.channels_last).eval()  # type: ignore[call-overload, no-any-return]


def best_device() -> torch.device:
    """A GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def save_weights(network: nn.Module, out: Path) -> None:
    """Write weights as half-precision numbers: half the size, and no worse."""
    weights = {
        name: value.half() if value.is_floating_point() else value for name, value in network.state_dict().items()
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_suffix(".part")
    torch.save(weights, beside)
    beside.replace(out)


def as_input(pictures: Sequence[Pixels], multiple: int) -> npt.NDArray[np.float32]:
    """Pictures of any sizes as one array (batch, 3, height, width) between -1 and 1, filled up with white."""
    height = -(-max(picture.shape[0] for picture in pictures) // multiple) * multiple
    width = -(-max(picture.shape[1] for picture in pictures) // multiple) * multiple
    batch = np.ones((len(pictures), 3, height, width), np.float32)
    for place, picture in enumerate(pictures):
        batch[place, :, : picture.shape[0], : picture.shape[1]] = picture.transpose(2, 0, 1) / np.float32(127.5) - 1
    return batch
