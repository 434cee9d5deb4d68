"""What a benchmark gives: figures with a unit and, where the project has set itself one, an aim."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: what was measured.
        value: the median of the repeats; None where it could not be measured.
        unit: "s", "ms", "photos/s", or "" for a ratio.
        aim: what is wanted, as a limit on the value.
        at_least: True where more is better.
        low: the smallest of the repeats.
        high: the largest of the repeats.
        note: what one must know to read it; the reason where there is no value.
    """

    name: str
    value: float | None
    unit: str = ""
    aim: float | None = None
    at_least: bool = False
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none, or no value."""
        if self.aim is None or self.value is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim

    def as_dict(self) -> dict[str, object]:
        """The figure for a JSON file."""
        return asdict(self) | {"met": self.met}


def of_repeats(
    name: str,
    values: Sequence[float],
    unit: str = "",
    *,
    aim: float | None = None,
    at_least: bool = False,
    note: str = "",
) -> Figure:
    """A figure of several repeats: their median, and how far they lie apart."""
    if not values:
        return Figure(name, None, unit, aim, at_least, note=note or "nothing was measured")
    return Figure(name, statistics.median(values), unit, aim, at_least, min(values), max(values), note)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(work: Callable[[], object]) -> float:
    """Seconds by the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work took.

    Attributes:
        seconds: by the clock: what a person waits, and what everything else on the machine lengthens.
        cpu: seconds of this process' threads together: nearly the same however busy the machine is.
    """

    seconds: float
    cpu: float


def spent(work: Callable[[], object]) -> Spent:
    """Measure a piece of work by the clock and by the processor."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - started, time.process_time() - used)


def table(figures: Sequence[Figure]) -> str:
    """Figures as text in columns."""
    rows: list[tuple[str, ...]] = [("", "median", "lowest", "highest", "aim", "", "")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])] + [row[column].rjust(widths[column]) for column in range(1, 5)]
        lines.append("  ".join([*cells, row[5].ljust(widths[5]), row[6]]).rstrip())
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    spread = figure.low != figure.high
    aim = "" if figure.aim is None else f"{'>=' if figure.at_least else '<='} {_number(figure.aim, figure.unit)}"
    return (
        figure.name,
        _number(figure.value, figure.unit),
        _number(figure.low, figure.unit) if spread else "",
        _number(figure.high, figure.unit) if spread else "",
        aim,
        {True: "met", False: "NOT MET", None: ""}[figure.met],
        figure.note,
    )


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if unit != "s" else 3
    return f"{value:.{digits}f} {unit}".rstrip()
