"""Pictures of what was found in an open document, as files: figures and tables cut out, and overlay pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from typing import Any

from exsclaim_core.model import Box, ErrorRecord, Figure, Located
from exsclaim_core.pdf.damage import plain_message
from exsclaim_core.pdf.overlay import draw_overlay
from exsclaim_core.pdf.png import read_size
from exsclaim_core.pdf.rendering import forget_images, get_display_list, render_png, render_svg
from exsclaim_core.result_names import Target, picture_names
from exsclaim_core.settings import OutputSettings

# Pixels of a crop after which MuPDF is to forget the images that it holds decoded; after each crop that would cost
# a third of the time, since it reads fonts and colour profiles again.
LARGE = 6_000_000


class Pictures:
    """Makes the pictures of one document; what can't be made is in `errors`, and the rest is made all the same."""

    def __init__(self, document: Any, name: str, target: Target, settings: OutputSettings) -> None:
        self.document, self.name, self.target, self.settings = document, name, target, settings
        self.errors: list[ErrorRecord] = []

    def crop(self, figures: Sequence[Figure]) -> tuple[Figure, ...]:
        """Write PNG and SVG of each figure, as the settings ask for; the figures with the paths of these files."""
        made = list(figures)
        names = picture_names(figures)
        order = sorted(range(len(figures)), key=lambda index: figures[index].page)
        for page, indexes in groupby(order, key=lambda index: figures[index].page):
            display_list = None
            for index in indexes:
                figure = figures[index]
                if figure.bbox is not None:
                    with self._recording(figure.name, page):
                        display_list = display_list or get_display_list(self.document, page)
                        made[index] = self._crop(display_list, figure, figure.bbox, names[index])
        return tuple(made)

    def _crop(self, display_list: Any, figure: Figure, region: Box, name: str) -> Figure:
        if self.settings.images:
            crop = render_png(display_list, region, figure.direction, self.settings)
            path = self.target.image(name, ".png")
            self.target.write(path, crop.png)
            if crop.pixels[0] * crop.pixels[1] > LARGE:
                forget_images()
            figure = replace(figure, image_path=path, dpi=crop.dpi, pixels=crop.pixels)
        if self.settings.svg:
            path = self.target.image(name, ".svg")
            self.target.write(path, render_svg(display_list, region, figure.direction, self.settings.margin))
            figure = replace(figure, svg_path=path)
        return figure

    def overlay(self, located: Located) -> tuple[str, ...]:
        """Write a page with everything that was found on it drawn in, for each page with a caption; their paths."""
        found = (*located.figures, *located.captions_without_region, *located.text_boxes)
        paths = []
        for page in sorted({figure.page for figure in found}):
            on_page = [figure for figure in found if figure.page == page]
            marks = [mark for marks in located.marks if marks.page == page for mark in marks.marks]
            with self._recording("its overlay", page):
                path = self.target.overlay(page)
                display_list = get_display_list(self.document, page)
                self.target.write(path, draw_overlay(display_list, on_page, marks, self.settings.overlay_dpi))
                paths.append(path)
        return tuple(paths)

    @contextmanager
    def _recording(self, what: str, page: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # the picture's edge: whatever is wrong with it, the others are made
            kind = "memory" if isinstance(error, MemoryError) else "output" if isinstance(error, OSError) else "render"
            reason = (error.strerror if isinstance(error, OSError) else None) or plain_message(error)
            message = f"{what} could not be rendered: {reason or type(error).__name__}"
            self.errors.append(ErrorRecord(self.name, "render", kind, message, page))


def find_crops(figures: Sequence[Figure], target: Target) -> tuple[Figure, ...]:
    """The figures with the paths of the files that an interrupted `Pictures.crop` has written."""
    found = []
    for figure, name in zip(figures, picture_names(figures), strict=True):
        png, svg = (target.image(name, suffix) for suffix in (".png", ".svg"))
        if (target.folder / png).is_file():
            dpi, pixels = read_size(target.folder / png)
            figure = replace(figure, image_path=png, dpi=dpi, pixels=pixels)
        if (target.folder / svg).is_file():
            figure = replace(figure, svg_path=svg)
        found.append(figure)
    return tuple(found)
