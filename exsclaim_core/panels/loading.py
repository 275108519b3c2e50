"""The networks for panels, loaded once a process, on the device that is wanted."""

from __future__ import annotations

from functools import cache

from exsclaim_core.panels.choosing import fitted_model
from exsclaim_core.panels.picture_folders import Device
from exsclaim_core.panels.separation import Separator, separator


class LoadingError(RuntimeError):
    """The networks can't be loaded, for whichever figure: one line that says why."""


@cache
def load_separator(device: Device = "auto") -> Separator:
    """The networks with the program's own weights; "auto" takes a GPU where there is one.

    LoadingError where weights are missing or damaged, or where there is no such device.
    """
    import torch

    from exsclaim_core.panels.networks.class_network import Classifier
    from exsclaim_core.panels.networks.reader_network import Reader
    from exsclaim_core.panels.networks.seeing import FigureReader

    if device == "cuda" and not torch.cuda.is_available():
        raise LoadingError("there is no GPU that PyTorch can use: leave the device to the program, or choose cpu")
    try:
        fitted_model()
        if device == "auto":
            return separator()
        place = torch.device(device)
        return Separator(FigureReader(device=place), Reader(device=place), Classifier(device=place))
    except (OSError, RuntimeError, ValueError, KeyError) as error:  # PyTorch's words for damaged weights fill pages
        reason = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)
        raise LoadingError(reason.partition("\n")[0]) from error
