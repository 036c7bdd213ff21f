"""The forecast as a picture and as a table: what goes when, per promise. SVG, in the colours of the stylesheet.

Pure: forecast cells in, shapes out; the template writes them. At most four series (the three largest promises and
the rest), always stacked and listed in the same order, so that they can be told apart without colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gallra.running.report import ForecastCell
from gallra.site import saying
from gallra.systems.own import every

SERIES = 4
"""Hues; the last one is shared by every promise beyond the three largest."""
MONTHS = 24
WIDTH, HEIGHT = 760, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 14, 26
"""The margins around the bars, in units of the picture."""


@dataclass(frozen=True, slots=True)
class Label:
    """What the legend says of a promise: its id; of a rule without one, its records. linked: it has a page."""

    text: str
    linked: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One hue of the chart. css: s1 … s4; promises: whose records it counts, and labels, what they are called; total:
    over all months.
    """

    css: str
    promises: tuple[str, ...]
    labels: tuple[Label, ...]
    total: int
    rest: bool

    @property
    def name(self) -> str:
        return ", ".join(label.text for label in self.labels)


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle, in the picture's units."""

    css: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A month: what its tooltip says, its blocks from the bottom up, and its label on the axis, if it has one."""

    title: str
    blocks: tuple[Block, ...]
    label: str
    x: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across at `y`, and the count it stands for."""

    y: float
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A month of the table: one count per series, in their order, and all together."""

    month: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The picture (width × height units) and the same numbers as a table. Empty when nothing is forecast."""

    series: tuple[Series, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def total(self) -> int:
        return sum(series.total for series in self.series)

    @property
    def axis(self) -> float:
        return HEIGHT - 8

    @property
    def left(self) -> float:
        return LEFT

    @property
    def right(self) -> float:
        return WIDTH - RIGHT

    @property
    def gutter(self) -> float:
        return LEFT - 8


def chart(cells: Sequence[ForecastCell], *, first: date, lang: str, months: int = MONTHS) -> Chart:
    """The chart of `months` months from that of `first`; cells outside them are left out."""
    span = [_month(first, ahead) for ahead in range(months)]
    counts: Counter[tuple[date, str]] = Counter()
    for cell in cells:
        if cell.count and cell.month.replace(day=1) in span:
            counts[cell.month.replace(day=1), cell.promise] += cell.count
    if not counts:
        return Chart((), (), (), ())
    series = _series(counts, lang)
    rows = tuple(_row(month, series, counts, lang) for month in span)
    top = _ceiling(max(row.total for row in rows))
    bars = tuple(
        _bar(index, row, month, series, top, months, lang)
        for index, (row, month) in enumerate(zip(rows, span, strict=True))
    )
    ticks = tuple(Tick(_round(_y(value, top)), saying.number(value)) for value in _ticks(top))
    return Chart(series, bars, ticks, rows)


def _month(first: date, ahead: int) -> date:
    year, month = divmod(first.month - 1 + ahead, 12)
    return date(first.year + year, month + 1, 1)


def _series(counts: Counter[tuple[date, str]], lang: str) -> tuple[Series, ...]:
    totals: Counter[str] = Counter()
    for (_, promise), count in counts.items():
        totals[promise] += count
    ranked = sorted(totals, key=lambda promise: (-totals[promise], promise))
    own = len(ranked) if len(ranked) <= SERIES else SERIES - 1
    groups: list[tuple[str, ...]] = [(promise,) for promise in ranked[:own]]
    if ranked[own:]:
        groups.append(tuple(ranked[own:]))
    return tuple(
        Series(
            f"s{index}",
            group,
            tuple(_label(promise, lang) for promise in group),
            sum(totals[promise] for promise in group),
            index > own,
        )
        for index, group in enumerate(groups, start=1)
    )


def _label(promise: str, lang: str) -> Label:
    """A cell's promise as people read it: a rule without an id ends with the record kind it is for."""
    kind = every().get(promise.rsplit(" ", 1)[-1])
    if kind is not None:
        many = kind.noun.many
        return Label(many.sv if lang == "sv" else many.en, linked=False)
    return Label(promise, linked=" " not in promise and "." not in promise)


def _row(month: date, series: Sequence[Series], counts: Counter[tuple[date, str]], lang: str) -> Row:
    each = tuple(sum(counts[month, promise] for promise in one.promises) for one in series)
    return Row(saying.long_month(month, lang), each, sum(each))


def _bar(
    index: int, row: Row, month: date, series: Sequence[Series], top: int, months: int, lang: str
) -> Bar:
    slot = (WIDTH - LEFT - RIGHT) / months
    x, width = LEFT + index * slot + slot * 0.16, slot * 0.68
    blocks: list[Block] = []
    floor = _y(0, top)
    for one, count in zip(series, row.counts, strict=True):
        if not count:
            continue
        # A month with one record must be seen beside one with thousands, and blocks must not run together.
        height = max(1.5, _y(0, top) - _y(count, top) - 1)
        blocks.append(Block(one.css, _round(x), _round(floor - height), _round(width), _round(height)))
        floor -= height + 1
    said = ", ".join(
        f"{'/'.join(label.text for label in one.labels)} {saying.number(count)}"
        for one, count in zip(series, row.counts, strict=True)
        if count
    )
    label = saying.month(month, lang) if index % 3 == 0 else ""
    return Bar(f"{row.month}: {said or 0}", tuple(blocks), label, _round(x + width / 2))


def _y(value: int, top: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _ceiling(value: int) -> int:
    """The smallest of 4, 10, 20, 40, 100, 200, 400 … that is not below `value`: it divides into four or five ticks."""
    unit = 1
    while True:
        for step in (4, 10, 20):
            if step * unit >= value:
                return step * unit
        unit *= 10


def _ticks(top: int) -> tuple[int, ...]:
    parts = 4 if top % 4 == 0 else 2
    return tuple(top * part // parts for part in range(parts + 1))


def _round(value: float) -> float:
    return round(value, 1)
