"""Bar charts by day as SVG, drawn by the server: the template writes them, and beside each a table says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 220
LEFT, BOTTOM, TOP = 44, 28, 12
LABELS = 8  # days named under the bars, at most


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, and what it says."""

    x: float
    y: float
    width: float
    height: float
    titolo: str


@dataclass(frozen=True)
class Tick:
    """A label of an axis and where it stands."""

    x: float
    y: float
    testo: str


@dataclass(frozen=True)
class Chart:
    """A chart of a series by day."""

    titolo: str
    riassunto: str
    bars: tuple[Bar, ...]
    giorni: tuple[Tick, ...]
    valori: tuple[Tick, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def step_of(top: float) -> int:
    """The distance of the lines of the value axis: 1, 2 or 5 times a power of ten, some four lines in all."""
    rough = max(top, 1) / 4
    power = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    return int(next(power * n for n in (1, 2, 5, 10) if power * n >= rough))


def by_day(titolo: str, days: Sequence[date], values: Sequence[int]) -> Chart:
    """The chart of one number a day."""
    step = step_of(max(values, default=0))
    top = step * max(1, math.ceil(max(values, default=0) / step))
    room, tall = WIDTH - LEFT - 4, HEIGHT - BOTTOM - TOP
    slot = room / max(1, len(days))
    bars = []
    for number, (day, value) in enumerate(zip(days, values, strict=True)):
        height = max(1.0, tall * value / top) if value else 0.0  # one of a thousand is still to be seen
        left = LEFT + slot * number + slot * 0.12
        bars.append(
            Bar(round(left, 2), round(TOP + tall - height, 2), round(slot * 0.76, 2), round(height, 2), f"{day:%d/%m}: {value}")
        )
    every = max(1, math.ceil(len(days) / LABELS))
    named = [Tick(round(LEFT + slot * (n + 0.5), 2), HEIGHT - 8, f"{days[n]:%d/%m}") for n in range(0, len(days), every)]
    lines = [Tick(LEFT - 6, round(TOP + tall - tall * v / top, 2), str(v)) for v in range(0, top + 1, step)]
    total, most = sum(values), max(values, default=0)
    busiest = f"; il massimo, {most}, il {days[values.index(most)]:%d/%m/%Y}" if most else ""
    return Chart(titolo, f"{titolo}: in tutto {total}{busiest}.", tuple(bars), tuple(named), tuple(lines))
