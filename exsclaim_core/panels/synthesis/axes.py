"""The frame of a plot: axes with ticks, numbers and titles around an area for the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from exsclaim_core.panels.synthesis.fonts import Colour, Stamp, put, put_centred, widest
from exsclaim_core.panels.synthesis.look import Look

X_TITLES = (
    "Time (s)",
    "Time (h)",
    "Temperature (K)",
    "Temperature (°C)",
    "Wavelength (nm)",
    "Energy (eV)",
    "Binding energy (eV)",
    "Raman shift (cm^{-1})",
    "Wavenumber (cm^{-1})",
    "2θ (degree)",
    "2 Theta (deg.)",
    "Capacity (mAh g^{-1})",
    "Cycle number",
    "Voltage (V)",
    "Potential (V)",
    "Strain (%)",
    "Frequency (Hz)",
    "Distance (nm)",
    "Position (µm)",
    "Diameter (nm)",
    "Magnetic field (T)",
    "Pressure (GPa)",
    "Concentration (mM)",
    "x (µm)",
    "q (Å^{-1})",
    "1000/T (K^{-1})",
    "Depth (nm)",
    "Dose (mg/kg)",
    "Sample",
)
Y_TITLES = (
    "Intensity (a.u.)",
    "Intensity (arb. units)",
    "Absorbance",
    "Counts",
    "Frequency (%)",
    "Current (mA)",
    "Current density (mA cm^{-2})",
    "Capacity (mAh g^{-1})",
    "Voltage (V)",
    "Stress (MPa)",
    "Efficiency (%)",
    "Conductivity (S cm^{-1})",
    "Resistance (Ω)",
    "Magnetization (emu/g)",
    "Heat flow (W/g)",
    "Weight (%)",
    "Relative expression",
    "Transmittance (%)",
    "Height (nm)",
    "PL intensity (a.u.)",
    "C/C_{0}",
    "Viability (%)",
    "σ (S/m)",
    "–Z'' (Ω)",
    "dQ/dV",
    "log k",
)

HEADS = ("Control", "Sample A", "T = 300 K", "pH 7.4", "As prepared", "After 100 cycles", "Group 1", "Model", "(110)")


@dataclass(frozen=True, slots=True)
class Axes:
    """A plot under way: where it is drawn and which part of that is for the data."""

    image: Image.Image
    draw: ImageDraw.ImageDraw
    x0: int
    y0: int
    x1: int
    y1: int
    look: Look

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    def points(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[tuple[float, float]]:
        """Pixels of data given in shares of the area, y upwards."""
        across = (self.x0 + np.clip(x, 0, 1) * self.width).tolist()
        down = (self.y1 - np.clip(y, 0, 1) * self.height).tolist()
        return list(zip(across, down, strict=True))


@dataclass(frozen=True, slots=True)
class Sides:
    """Which sides of a plot carry numbers and titles; plots that touch share those between them."""

    bottom: bool = True
    left: bool = True
    right: bool = False  # a second y axis
    colour_bar: bool = False
    categories: tuple[str, ...] = ()  # below the x axis, in place of numbers


def draw_axes(random: np.random.Generator, width: int, height: int, look: Look, sides: Sides) -> Axes:
    """A new image in the figure's ground with the frame of a plot, all inside the image."""
    image = Image.new("RGB", (width, height), look.ground)
    draw = ImageDraw.Draw(image)
    small = min(width, height) < 7 * look.text
    numbers_y = [] if small or random.random() < 0.1 else _marks(random, look, max(2, height // (look.text * 3)))
    bottom_marks = _marks(random, look, max(2, width // (look.text * 6)))
    numbers_x = [] if small or random.random() < 0.04 else bottom_marks
    if sides.categories:
        numbers_x = [look.words(text, 0.9) for text in sides.categories]
    size = float(random.choice((1.0, 1.1, 1.25)))
    title_x = None if small else _fitting(look, random, X_TITLES, size, width * 0.8)
    title_y = None if small else _fitting(look, random, Y_TITLES, size, height * 0.9)
    tick = 0 if small or random.random() < 0.06 else max(2, round(look.text * random.uniform(0.25, 0.5)))
    gap = max(2, round(look.text * random.uniform(0.2, 0.45)))
    outer = 0 if look.ticks_inside else tick
    left = right = top = bottom = look.line + 1
    if sides.left:
        left += outer + gap + widest(numbers_y) + (title_y.height + gap if title_y else 0)
    if sides.right:
        right += outer + gap + widest(numbers_y) + (title_y.height + gap if title_y else 0)
    if sides.colour_bar:
        right += 4 * gap + look.text + widest(numbers_y)
    elif numbers_x and sides.bottom:
        right += numbers_x[-1].width // 2
    if numbers_y:
        top += numbers_y[-1].height // 2
    if sides.bottom:
        highest = max((mark.height for mark in numbers_x), default=0)
        bottom += outer + gap + highest + (title_x.height + gap if title_x else 0)
    head = _fitting(look, random, HEADS, size, width * 0.8) if sides.bottom and random.random() < 0.09 else None
    if head and not small:
        put(image, ((left + width - right - head.width) / 2, 1), head, look.ink)
        top = max(top, head.height + gap + 1)
    if left + right > width * 0.8 or top + bottom > height * 0.8:
        left = right = top = bottom = look.line + 1
        numbers_x, numbers_y, title_x, title_y = [], [], None, None
        sides = Sides(False, False)
    axes = Axes(image, draw, left, top, width - right - 1, height - bottom - 1, look)
    colour = look.palette[1] if sides.right else look.ink
    _draw_frame(axes, sides)
    _draw_x(axes, numbers_x if sides.bottom else [], title_x if sides.bottom else None, tick, gap, sides)
    if sides.left:
        _draw_y(axes, numbers_y, title_y, tick, gap)
    if sides.right:
        _draw_right(axes, numbers_y, title_y, tick, gap, colour)
    return axes


def _draw_frame(axes: Axes, sides: Sides) -> None:
    look, box = axes.look, (axes.x0, axes.y0, axes.x1, axes.y1)
    if look.grid:
        pale = tuple((3 * ground + ink) // 4 for ground, ink in zip(look.ground, look.ink, strict=True))
        for share in np.linspace(0, 1, 6)[1:-1]:
            x, y = axes.x0 + share * axes.width, axes.y0 + share * axes.height
            axes.draw.line((x, axes.y0, x, axes.y1), pale, 1)
            axes.draw.line((axes.x0, y, axes.x1, y), pale, 1)
    if look.frame or sides.right or sides.colour_bar:
        axes.draw.rectangle(box, outline=look.ink, width=look.line)
    else:
        axes.draw.line((axes.x0, axes.y0, axes.x0, axes.y1), look.ink, look.line)
        axes.draw.line((axes.x0, axes.y1, axes.x1, axes.y1), look.ink, look.line)


def _draw_x(axes: Axes, numbers: list[Stamp], title: Stamp | None, tick: int, gap: int, sides: Sides) -> None:
    look = axes.look
    step = -tick if look.ticks_inside else tick
    below = axes.y1 + (0 if look.ticks_inside else tick) + gap
    count = len(numbers) if numbers else 5
    for at in range(count):
        share = (at + 0.5) / count if sides.categories else at / max(1, count - 1)
        x = axes.x0 + share * axes.width
        axes.draw.line((x, axes.y1, x, axes.y1 + step), look.ink, look.line)
        if numbers:
            put(axes.image, (x - numbers[at].width / 2, below), numbers[at], look.ink)
    if title:
        height = max((mark.height for mark in numbers), default=0)
        put(axes.image, ((axes.x0 + axes.x1 - title.width) / 2, below + height + gap), title, look.ink)


def _draw_y(axes: Axes, numbers: list[Stamp], title: Stamp | None, tick: int, gap: int) -> None:
    look = axes.look
    step = tick if look.ticks_inside else -tick
    edge = axes.x0 - (0 if look.ticks_inside else tick) - gap
    for at, mark in enumerate(numbers):
        y = axes.y1 - at / max(1, len(numbers) - 1) * axes.height
        axes.draw.line((axes.x0, y, axes.x0 + step, y), look.ink, look.line)
        put(axes.image, (edge - mark.width, y - mark.height / 2), mark, look.ink)
    if title:
        turned = title.turned()
        x = max(0, edge - widest(numbers) - gap - turned.width)
        put(axes.image, (x, max(0, (axes.y0 + axes.y1 - turned.height) / 2)), turned, look.ink)


def _draw_right(axes: Axes, numbers: list[Stamp], title: Stamp | None, tick: int, gap: int, colour: Colour) -> None:
    look = axes.look
    step = -tick if look.ticks_inside else tick
    edge = axes.x1 + (0 if look.ticks_inside else tick) + gap
    axes.draw.line((axes.x1, axes.y0, axes.x1, axes.y1), colour, look.line)
    for at, mark in enumerate(numbers):
        y = axes.y1 - at / max(1, len(numbers) - 1) * axes.height
        axes.draw.line((axes.x1, y, axes.x1 + step, y), colour, look.line)
        put(axes.image, (edge, y - mark.height / 2), mark, colour)
    if title:
        turned = title.turned()
        x = min(axes.image.width - turned.width, edge + widest(numbers) + gap)
        put_centred(axes.image, (x + turned.width / 2, (axes.y0 + axes.y1) / 2), turned, colour)


def _marks(random: np.random.Generator, look: Look, most: int) -> list[Stamp]:
    """Numbers for an axis: even, in powers of ten, or with decimals."""
    count = min(most, int(random.integers(3, 8)))
    kind = random.random()
    if kind < 0.12:
        power = int(random.integers(-7, 4))
        texts: Sequence[str] = [f"10^{{{power + at}}}" for at in range(count)]
    else:
        step = float(random.choice((1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 0.1, 0.2, 0.5, 0.05)))
        first = step * float(random.choice((0, 0, 0, -1, -2, 1, 2, 3, 10)))
        digits = 0 if step >= 1 else 2 if step < 0.1 else 1
        texts = [f"{first + at * step:.{digits}f}".replace("-", "–") for at in range(max(2, count))]
    return [look.words(text) for text in texts]


def _fitting(look: Look, random: np.random.Generator, titles: Sequence[str], size: float, room: float) -> Stamp | None:
    if random.random() < 0.06:
        return None
    mark = look.words(titles[int(random.integers(len(titles)))], size, look.bold)
    return mark if mark.width <= room else None
