"""The captions of a document's figures, distributed to panels all at once: the stage `distribution`."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from exsclaim_core.captions.distribution import Distribution, distribute_many
from exsclaim_core.captions.label_forms import Form
from exsclaim_core.captions.labels import find_labels
from exsclaim_core.model import called
from exsclaim_core.settings import DistributionSettings
from exsclaim_core.tables.arrow import Row
from exsclaim_core.tables.distribution_tables import COLUMNS, caption_record
from exsclaim_core.work import describe

logger = logging.getLogger(__name__)

Fault = tuple[str, str, int | None]  # kind, message and page, as in ErrorRecord
_Given = tuple[str, list[dict[str, Any]], tuple[str, ...]]  # caption, markup, letters
_PAIRS = ("()", "[]")
# What stands behind a letter.
_SIGNS: dict[Form, str] = {"bracket": ")", "dot": ".", "colon": ":", "comma": ","}


def distribute_captions(
    figures: Row, settings: DistributionSettings, panels: Row | None = None
) -> tuple[Row, list[Fault]]:
    """The row of the table `distribution` for a row of the table `figures`, and what is wrong with some captions.

    Only figures have panels: captions of tables are left out. The publisher's markup is evidence for the labels, and so
    are letters that were read in the picture: `panels` is the document's row of that table.
    """
    some = list(_captions(figures))
    seen = {each["number"]: each for each in panels["figures"]} if panels else {}
    given: list[_Given] = [
        (record["caption"], record["markup"], _letters(seen.get(number), settings) if column == "figures" else ())
        for column, number, record in some
    ]
    records: list[Row] = []
    faults: list[Fault] = []
    for (column, number, record), found in zip(some, _distribute(given, settings), strict=True):
        if isinstance(found, Distribution):
            records.append(caption_record(column, number, found, find_delimiter(record["caption"], record["markup"])))
        else:
            kind, message = describe(found)
            faults.append((kind, f"caption of {called(record['type'], record['label'])}: {message}", record["page"]))
    return {"captions": records}, faults


def find_delimiter(caption: str, markup: Sequence[Row]) -> str:
    """What sets the letters of a caption apart: "()", ")", "." and the like; "" for letters that stand by themselves.

    "" also where there are none.
    """
    _, mentions = find_labels(caption, [(span["start"], span["end"]) for span in markup if span["kind"] == "bold"])
    signs: Counter[str] = Counter()
    for each in mentions:
        ends = caption[each.start] + caption[each.end - 1]
        signs[ends if ends in _PAIRS else _SIGNS.get(each.form, "")] += 1
    return max(signs, key=lambda sign: signs[sign], default="")


def _letters(seen: Row | None, settings: DistributionSettings) -> tuple[str, ...]:
    """The letters of a figure's panels; none unless all are sure, since one that is missing counts against a label."""
    panels = seen["panels"] if seen else []
    sure = len(panels) > 1 and all(each["label"] and each["confidence"] >= settings.least_letter for each in panels)
    return tuple(each["label"] for each in panels) if sure else ()


def _captions(figures: Row) -> Iterator[tuple[str, int, Row]]:
    """Column, number and record of each figure."""
    for column in COLUMNS:
        for number, record in enumerate(figures[column]):
            if record["type"] == "Figure":
                yield column, number, record


def _distribute(given: Sequence[_Given], settings: DistributionSettings) -> Iterator[Distribution | Exception]:
    """The distribution of each caption, or what has gone wrong with it."""
    try:
        yield from list(distribute_many(given, settings.terms))
        return
    except MemoryError:
        raise
    except Exception as error:  # one of them: which one is found out below
        logger.debug("captions are distributed one by one: %s", error)
    for each in given:
        try:
            (found,) = distribute_many([each], settings.terms)
        except MemoryError:
            raise
        except Exception as error:  # the caption's edge: a fault in it, or here, must not stop the others
            yield error
        else:
            yield found
