"""Files of figures taken apart: what a child process does for `exsclaim_core.panels.separating`."""

from __future__ import annotations

from collections.abc import Sequence

from exsclaim_core.panels.images import Raster, read_raster
from exsclaim_core.panels.loading import load_separator
from exsclaim_core.panels.model import Separation
from exsclaim_core.panels.overlay import draw_separation
from exsclaim_core.panels.panel_files import crop_png, scaled
from exsclaim_core.panels.picture_folders import OVERLAYS, PANELS, Answer, Picture, Work
from exsclaim_core.panels.separation import Given
from exsclaim_core.pdf.child import announce_pages
from exsclaim_core.result_names import panel_names, write_whole


class WritingError(RuntimeError):
    """A file of the results can't be written, for whichever figure: one line that says why."""


def load(work: Work) -> str:
    """Load the networks, and say on which device they are: "cpu" or "cuda"."""
    import torch

    announce_pages(1)  # loading may take long, see exsclaim_core.panels.separating.LOADING
    load_separator(work.device)
    return "cuda" if work.device != "cpu" and torch.cuda.is_available() else "cpu"


def separate_pictures(pictures: Sequence[Picture], work: Work) -> list[Answer]:
    """What each picture is made of, read and looked at together; crops and overlays are written.

    WritingError where a file of the results can't be written, LoadingError where there are no networks.
    """
    import torch

    if not load_separator.cache_info().currsize:
        announce_pages(1)
    torch.set_num_threads(work.threads)  # a child process begins with one
    rasters = [_read(picture) for picture in pictures]
    given = [Given(raster.pixels, work.labels) for raster in rasters if isinstance(raster, Raster)]
    found = load_separator(work.device).separate_many(given)
    return [
        Answer(None, raster) if isinstance(raster, str) else _finish(picture, raster, next(found), work)
        for picture, raster in zip(pictures, rasters, strict=True)
    ]


def _read(picture: Picture) -> Raster | str:
    try:
        return read_raster(picture.path)
    except ValueError as error:
        return " ".join(str(error).removeprefix(f"{picture.path} could not be read: ").split())


def _finish(picture: Picture, raster: Raster, found: Separation, work: Work) -> Answer:
    found = scaled(found, raster.width, raster.height)
    try:
        if work.crops:
            names = panel_names([panel.label for panel in found.panels])
            for panel, name in zip(found.panels, names, strict=True):
                if png := crop_png(raster, panel.box):
                    write_whole(work.out / PANELS / f"{picture.name}-{name}.png", png)
        if work.overlays:
            write_whole(work.out / OVERLAYS / f"{picture.name}.jpg", draw_separation(raster, found))
    except OSError as error:
        raise WritingError(f"results cannot be written to {work.out}: {error.strerror or error}") from error
    return Answer(found.to_dict())
