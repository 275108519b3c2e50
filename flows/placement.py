"""Where a stage's tasks run: on workers that offer a GPU, or on any."""

from __future__ import annotations

from collections.abc import Mapping

GPU = "GPU"  # the name of Dask's resource


class PlacementError(RuntimeError):
    """No worker can carry out a stage; one line with the ways out."""


def resources_for(stage_name: str, wants_gpu: bool, offered: Mapping[str, float], allow_cpu: bool) -> dict[str, float]:
    """The Dask resources that a task of the stage asks for; `offered` is the most that one worker has of each.

    PlacementError where the stage wants a GPU, no worker offers one, and other workers are not allowed: the task would
    wait for ever.
    """
    if not wants_gpu:
        return {}
    if offered.get(GPU, 0) >= 1:
        return {GPU: 1}
    if allow_cpu:
        return {}
    raise PlacementError(
        f'{stage_name} is for GPU workers and no Dask worker offers one: start one with --resources "GPU=1", or set '
        "execution.gpu_stages_on_cpu=true"
    )
