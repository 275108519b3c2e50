"""The figures of a document taken apart: the stage `panels`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from exsclaim_core.captions.labels import find_labels
from exsclaim_core.captions.scales import is_scale_shared, scales_of
from exsclaim_core.model import Box, called
from exsclaim_core.panels.bars.scales import caption_agreement, nanometres_per_pixel, scales_of_panels
from exsclaim_core.panels.crops import POINTS_PER_INCH, frame_crop, separation_of
from exsclaim_core.panels.images import Raster, read_raster
from exsclaim_core.panels.loading import LoadingError, load_separator
from exsclaim_core.panels.model import Separation
from exsclaim_core.panels.operators import separate_operators
from exsclaim_core.panels.panel_files import crop_png, scaled
from exsclaim_core.panels.separation import Given
from exsclaim_core.result_names import PanelTarget, panel_names
from exsclaim_core.settings import PanelSettings, RunSettings
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.figure_tables import unpack_figure
from exsclaim_core.tables.page_tables import unpack_pages
from exsclaim_core.tables.panel_tables import Route, figure_record, lacking_record
from exsclaim_core.work import describe

logger = logging.getLogger(__name__)

Fault = tuple[str, str, int | None]  # kind, message and page, as in ErrorRecord
BATCH = 8  # figures that the networks look at together
WHOLE = 0.9  # share of a figure's picture: a panel of so much, alone in it, needs no picture of its own
NO_PICTURE = "it has no picture, and no page that tells its panels"


class UnreadableError(ValueError):
    """A picture that can't be read."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A figure with what there is to tell its panels by."""

    number: int
    record: Row
    raster: Raster | None  # its picture
    drawn: Separation | None  # by operators, in pixels of its picture's file, or of the picture that would be made


class DocumentPanels:
    """Takes the figures of one document apart.

    `figures` and `pages` are its rows of the tables `figures` and `read`; a harvested article has no pages.
    """

    def __init__(self, figures: Row, pages: Row | None, target: PanelTarget, settings: RunSettings) -> None:
        self._figures, self._target, self._settings = figures, target, settings
        self._pages = unpack_pages(pages) if pages else None
        self.faults: list[Fault] = []

    def separate(self) -> Row:
        """The document's row of the table `panels`; what is wrong with some figures is in `faults`.

        LoadingError where there are no networks, OSError where a panel's picture can't be written.
        """
        wanted = [(number, each) for number, each in enumerate(self._figures["figures"]) if each["type"] == "Figure"]
        found: dict[int, Row] = {}
        for first in range(0, len(wanted), BATCH):
            opened = []
            for number, record in wanted[first : first + BATCH]:
                try:
                    opened.append(self._open(number, record))
                except MemoryError:
                    raise
                except Exception as error:  # the figure's edge: a fault in it, or here, must not stop the others
                    found[number] = self._failed(number, record, error)
            for each, answer in zip(opened, self._look(opened), strict=True):
                if answer is None:
                    found[each.number] = lacking_record(each.number, NO_PICTURE)
                elif isinstance(answer, Exception):
                    found[each.number] = self._failed(each.number, each.record, answer)
                else:
                    found[each.number] = self._finish(each, answer)
        return {"figures": [found[number] for number in sorted(found)]}

    def _open(self, number: int, record: Row) -> _Opened:
        """The figure; UnreadableError where its picture can't be read."""
        raster = None
        if record["image"]:
            path = self._target.folder / record["image"]
            try:
                raster = read_raster(path)
            except ValueError as error:
                reason = str(error).removeprefix(f"{path} could not be read: ")
                raise UnreadableError(f"its picture could not be read: {reason}") from error
        return _Opened(number, record, raster, self._find_drawn(record))

    def _find_drawn(self, record: Row) -> Separation | None:
        """What the operators of its page tell; None for a figure that has none, or of which they tell nothing."""
        if self._pages is None or not record["bbox"] or not self._settings.panels.operators:
            return None
        figure = unpack_figure(record)
        places = np.flatnonzero(self._pages.numbers == figure.page)
        box = cast(Box, figure.bbox)
        if not len(places):
            return None
        page = self._pages.page(int(places[0]))
        found = separate_operators(box, page, figure.direction)
        if found is None or not found.panels:
            return None
        output = self._settings.output
        if figure.pixels is None:  # it has none: in pixels of the picture that the settings would make
            upright = (box.height, box.width) if figure.direction % 2 else (box.width, box.height)
            width, height = (max(1, round(side * output.dpi / POINTS_PER_INCH)) for side in upright)
            figure = replace(figure, dpi=output.dpi, pixels=(width, height))
        return separation_of(found, frame_crop(figure, (page.width, page.height), output.margin))

    def _look(self, opened: Sequence[_Opened]) -> list[Separation | Exception | None]:
        """What each figure is made of, in pixels of its picture's file; None where nothing tells."""
        seen = self._see([each for each in opened if each.raster])
        return [next(seen) if each.raster else each.drawn for each in opened]

    def _see(self, opened: Sequence[_Opened]) -> Iterator[Separation | Exception]:
        """What the networks make of pictures, together with what was drawn; or what has gone wrong with one."""
        if not opened:
            return
        separator = load_separator(self._settings.execution.device)
        given = [_given(each, self._settings.panels) for each in opened]
        try:
            found = list(separator.separate_many(given))
        except MemoryError:
            raise
        except Exception as error:  # one of them: which one is found out below
            logger.debug("figures are taken apart one by one: %s", error)
        else:
            yield from (_back(one, each) for one, each in zip(found, opened, strict=True))
            return
        for one, each in zip(given, opened, strict=True):
            try:
                (alone,) = separator.separate_many([one])
            except MemoryError:
                raise
            except Exception as error:  # the figure's edge
                yield error
            else:
                yield _back(alone, each)

    def _finish(self, each: _Opened, found: Separation) -> Row:
        """The figure's record; pictures of its panels are written."""
        caption, bars = each.record["caption"], found.scale_bars
        scales = scales_of_panels(bars, found.panels, is_scale_shared(caption))
        route: Route = "operators" if each.drawn and each.drawn.panels else "pixels"
        record = figure_record(each.number, found, route, scales)
        said = scales_of(caption, [(0, len(caption))])
        for row, bar in zip(record["scale_bars"], bars, strict=True):
            row["nm_per_pixel"] = nanometres_per_pixel(bar)
            row["caption"] = caption_agreement(bar.nanometres, said)
        if each.raster and self._settings.panels.crops:
            self._crop(each.record["image"], each.raster, found, record["panels"])
        return record

    def _crop(self, image: str, raster: Raster, found: Separation, records: Sequence[Row]) -> None:
        """Write a picture of each panel, and its path into its record; that of a panel alone is its figure's."""
        names = panel_names([panel.label for panel in found.panels])
        for row, panel, name in zip(records, found.panels, names, strict=True):
            if len(names) == 1 and panel.box.area >= WHOLE * found.width * found.height:
                row["image"] = image
            elif png := crop_png(raster, panel.box):
                row["image"] = self._target.panel(image, name)
                self._target.write(row["image"], png)

    def _failed(self, number: int, record: Row, error: Exception) -> Row:
        if isinstance(error, LoadingError):
            raise error
        kind, message = describe(error)
        if isinstance(error, UnreadableError):
            kind, message = "unreadable", str(error)
        self.faults.append((kind, f"panels of {called(record['type'], record['label'])}: {message}", record["page"]))
        return lacking_record(number, message)


def _given(each: _Opened, settings: PanelSettings) -> Given:
    """A figure for the networks: what was drawn comes in pixels of the picture as they see it."""
    raster = cast(Raster, each.raster)
    height, width = raster.pixels.shape[:2]
    drawn = scaled(each.drawn, width, height) if each.drawn else None
    return Given(raster.pixels, _labels(each.record) if settings.caption_labels else (), drawn)


def _back(found: Separation, each: _Opened) -> Separation:
    raster = cast(Raster, each.raster)
    return scaled(found, raster.width, raster.height)


def _labels(record: Row) -> tuple[str, ...]:
    """The labels of panels that a caption names."""
    bold = [(span["start"], span["end"]) for span in record["markup"] if span["kind"] == "bold"]
    return tuple(find_labels(record["caption"], bold)[0])
