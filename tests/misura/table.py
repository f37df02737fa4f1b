"""A table of text: sections with headings of their own, all columns aligned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Row = tuple[str, Sequence[str]]
MISSING = "–"


def percent(value: float | None) -> str:
    return MISSING if value is None else f"{value * 100:.1f}%".replace(".", ",")


def number(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")


def times(value: float, beside: float) -> str:
    return f"{number(value / beside)}×"


def megabytes(value: int) -> str:
    return f"{value / 1_000_000:.0f} MB"


@dataclass(frozen=True)
class _Section:
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    notes: Sequence[str]

    def names(self) -> list[str]:
        return [self.title, *(name for name, _ in self.rows)]

    def cells(self) -> list[str]:
        return [*self.columns, *(cell for _, cells in self.rows for cell in cells)]


class Table:
    """Gathers sections, and prints as text."""

    def __init__(self) -> None:
        self._sections: list[_Section] = []

    def section(self, title: str, columns: Sequence[str], rows: Sequence[Row], notes: Sequence[str] = ()) -> None:
        self._sections.append(_Section(title, columns, rows, notes))

    def __str__(self) -> str:
        first = max(len(name) for s in self._sections for name in s.names())
        cell = max(len(text) for s in self._sections for text in s.cells()) + 2
        width = first + cell * max(len(s.columns) for s in self._sections)

        def line(name: str, cells: Sequence[str]) -> str:
            return name.ljust(first) + "".join(text.rjust(cell) for text in cells)

        lines = []
        for s in self._sections:
            lines += ["═" * width, line(s.title, s.columns), "─" * width]
            lines += [line(name, cells) for name, cells in s.rows]
            lines += [f"  {note}" for note in s.notes]
        return "\n".join([*lines, "═" * width])
