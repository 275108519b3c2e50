"""What the labels of scale bars say, which bar and which panel they belong to, and whether the caption agrees."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from exsclaim_core.model import Box
from exsclaim_core.panels.bars.lengths import read_length
from exsclaim_core.panels.model import Panel, ScaleBar

Side = Literal["above", "below", "left", "right"]

_RECIPROCAL = re.compile(
    r"^(?P<number>\d+?(?:[.,]\d+?)?)\s*"
    r"(?:1\s?/\s?(?P<over>nm|Å|A|[µu]m)|(?P<unit>nm|Å|A|[µu]m)\s?\^?\{?-\s?1\}?|/\s?(?P<per>nm|Å|A|[µu]m))$"
)
_ONE_FORM = str.maketrans({"μ": "µ", "\u212b": "Å", "−": "-", "–": "-", "⁻": "-", "¹": "1"})
# Letters where a number should be, and units where "m" came out as "rn": nothing else is printed like this.
_NUMBER = re.compile(r"^(?P<number>[\dOolI|SZ.,]+)(?P<rest>\s?(?:n|µ|u|m|c|p|Å|A|1/).*)$")
_DIGITS = str.maketrans("OolI|", "00111")
_DIGITS_BESIDE_DIGITS = str.maketrans("OolI|SZ", "0011152")
_LONG_M = re.compile(r"(?<=[nµu])rn\b")

USUAL = {1.0: 1.0, 2.0: 1.0, 5.0: 1.0, 2.5: 0.9, 3.0: 0.5, 4.0: 0.5, 1.5: 0.4, 6.0: 0.35, 8.0: 0.35}
UNUSUAL = 0.2  # weight of other first digits, against those of USUAL
RANGE = (0.05, 2e8)  # nanometres that bars stand for: from half an ångström to twenty centimetres
OUT_OF_RANGE = 0.05  # weight
SAME = 0.01  # difference of two lengths that say the same, as a share

REACH = 2.0  # gap between a bar and a label above or below it, in heights of the label
REACH_BESIDE = 3.0  # the same for labels on the left or on the right
OTHER_SIDE = 1.0  # cost, in heights of the label, of not being on the side where the figure's other labels are
DOUBT = 1.5  # cost, in heights of the label, of a bar that is none by all that is known
NEAR_PANEL = 0.15  # distance of a bar from a panel below or beside which it stands, in heights of the panel


@dataclass(frozen=True, slots=True)
class Scale:
    """What a label says."""

    text: str  # in one form: "5 µm", "10 1/nm"
    nanometres: float | None  # None for reciprocal lengths
    reciprocal: bool = False


def read_scale(text: str) -> Scale | None:
    """What the label of a scale bar says; None where it says no length.

    Letters that look like digits are taken for them where no letter can stand: "2OO nm", "l µm".
    """
    text = text.strip().translate(_ONE_FORM).replace("A\u030a", "Å")
    text = _LONG_M.sub("m", text)
    match = _NUMBER.match(text)
    if match:
        certain = re.search(r"\d", match["number"]) is not None
        text = match["number"].translate(_DIGITS_BESIDE_DIGITS if certain else _DIGITS) + match["rest"]
    reciprocal = _RECIPROCAL.match(text)
    if reciprocal:
        number = reciprocal["number"].replace(",", ".")
        unit = (reciprocal["over"] or reciprocal["unit"] or reciprocal["per"]).replace("u", "µ").replace("A", "Å")
        return Scale(f"{number} 1/{unit}", None, True) if float(number) else None
    length = read_length(text)
    return Scale(*length) if length and length[1] else None


def choose_reading(readings: Iterable[tuple[str, float]]) -> tuple[Scale, float] | None:
    """The likeliest of some readings of one label with their chances, and its chance; None where none is a length.

    Bars stand for round lengths: between readings that are about as likely the round one is right.
    """
    weighted = []
    for text, chance in readings:
        scale = read_scale(text)
        if scale:
            weighted.append((chance * usualness(scale), chance, scale))
    if not weighted:
        return None
    _, chance, scale = max(weighted, key=lambda one: one[0])
    return scale, chance


def usualness(scale: Scale) -> float:
    """How usual a length is for scale bars, 0 to 1, by its digits and its size."""
    number = float(scale.text.split(" ")[0])
    digits = number / 10.0 ** math.floor(math.log10(number))
    weight = USUAL.get(round(digits, 6), UNUSUAL)
    if scale.nanometres is not None and not RANGE[0] <= scale.nanometres <= RANGE[1]:
        weight *= OUT_OF_RANGE
    return weight


def pair_labels(bars: Sequence[Box], labels: Sequence[Box], chances: Sequence[float] | None = None) -> list[int | None]:
    """The number of its label for each bar, None where none is near; no label serves two bars.

    Figures set their labels alike: where a label stands between two bars, the side of the other labels decides. What
    is hardly a bar, by the `chances`, gets a label where no other is near.
    """
    doubts = [DOUBT * (1 - chance) for chance in chances] if chances is not None else [0.0] * len(bars)
    near = sorted((apart + doubts[bar], bar, label, side) for apart, bar, label, side in _pairs(bars, labels))
    sides = Counter(side for _, bar, label, side in near if _alone(near, bar, label))
    usual = sides.most_common(1)[0][0] if sides else None
    found: list[int | None] = [None] * len(bars)
    for _, bar, label, _ in sorted(near, key=lambda pair: pair[0] + OTHER_SIDE * (usual not in (None, pair[3]))):
        if found[bar] is None and label not in found:
            found[bar] = label
    return found


def near_labels(bars: Sequence[Box], labels: Sequence[Box]) -> list[list[int]]:
    """The numbers of the bars that each label is near."""
    found: list[list[int]] = [[] for _ in labels]
    for _, bar, label, _ in _pairs(bars, labels):
        found[label].append(bar)
    return found


def _pairs(bars: Sequence[Box], labels: Sequence[Box]) -> Iterator[tuple[float, int, int, Side]]:
    """Bars and labels that are near each other: how far apart, in heights of the label, and where the label stands."""
    for number, bar in enumerate(bars):
        for other, label in enumerate(labels):
            height = max(label.height, 1.0)
            across = max(bar.x0 - label.x1, label.x0 - bar.x1) / height
            down = max(bar.y0 - label.y1, label.y0 - bar.y1) / height
            aside = abs(bar.x0 + bar.x1 - label.x0 - label.x1) / 2 / max(bar.width, label.width)
            level = abs(bar.y0 + bar.y1 - label.y0 - label.y1) / 2 / height
            above = label.y0 + label.y1 < bar.y0 + bar.y1
            if across <= 0 and down <= REACH:
                yield max(down, 0.0) + aside, number, other, "above" if above else "below"
            elif across <= REACH_BESIDE and level <= 1:
                yield max(across, 0.0) / 2 + level, number, other, "left" if label.x0 < bar.x0 else "right"


def _alone(near: Sequence[tuple[float, int, int, Side]], bar: int, label: int) -> bool:
    """Whether neither the bar nor the label is near another one."""
    return sum(one[1] == bar or one[2] == label for one in near) == 1


def assign_to_panels(bars: Sequence[Box], panels: Sequence[Box]) -> list[int | None]:
    """The number of the panel in which each bar lies: the smallest where panels lie within panels.

    A bar outside all panels belongs to the one that it is close to.
    """
    return [_panel_of(bar, panels) for bar in bars]


def _panel_of(bar: Box, panels: Sequence[Box]) -> int | None:
    around = [i for i, panel in enumerate(panels) if panel.expand(1).intersection(bar) >= 0.5 * bar.area]
    if around:
        return min(around, key=lambda i: panels[i].area)
    apart = [
        math.hypot(max(panel.x0 - bar.x1, bar.x0 - panel.x1, 0), max(panel.y0 - bar.y1, bar.y0 - panel.y1, 0))
        for panel in panels
    ]
    close = [i for i, panel in enumerate(panels) if apart[i] <= NEAR_PANEL * panel.height]
    return min(close, key=lambda i: apart[i], default=None)


def nanometres_per_pixel(bar: ScaleBar) -> float | None:
    """How many nanometres a pixel of a bar's picture is; None where the bar's value is not known."""
    return bar.nanometres / bar.length if bar.nanometres and bar.length > 0 else None


def scales_of_panels(bars: Sequence[ScaleBar], panels: Sequence[Panel], shared: bool = False) -> list[float | None]:
    """Nanometres per pixel of each panel, by its own bar; of several bars that disagree the surest counts.

    With `shared`, the one scale of a figure also holds for the pictures that have no bar: True only where someone
    says so, such as a caption ("the scale bar is the same in all panels").
    """
    scales: list[float | None] = [None] * len(panels)
    for bar in sorted(bars, key=lambda one: one.confidence):
        scale = nanometres_per_pixel(bar)
        if bar.panel is not None and scale is not None:
            scales[bar.panel] = scale
    known = [scale for scale in scales if scale is not None]
    if shared and known and max(known) <= (1 + SAME) * min(known):
        barred = {bar.panel for bar in bars}
        for number, panel in enumerate(panels):
            if panel.kind == "microscopy" and number not in barred:
                scales[number] = known[0]
    return scales


def caption_agreement(nanometres: float | None, caption_scales: Sequence[str]) -> Literal["agrees", "conflicts"] | None:
    """Whether a caption that gives some lengths of scale bars ("10 nm") gives this one; None where none can be told."""
    read = [read_scale(text) for text in caption_scales]
    said = [scale.nanometres for scale in read if scale and scale.nanometres]
    if nanometres is None or not said:
        return None
    return "agrees" if any(math.isclose(nanometres, one, rel_tol=SAME) for one in said) else "conflicts"
