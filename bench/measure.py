"""Measuring by turns, and what came of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table. figures: name and value as shown; ratio: what is held against `aim` (both None: only
    shown); runs: how many of each.
    """

    case: str
    title: str
    peer: str
    figures: Mapping[str, str]
    ratio: float | None
    aim: float | None
    runs: int
    unit: str = ""
    note: str = ""
    spread: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def reached(self) -> bool:
        """Whether the aim is reached; a case without aim always is."""
        return self.ratio is None or self.aim is None or round(self.ratio, 2) <= self.aim


def timed(act: Callable[[], object]) -> float:
    """Seconds that `act` took, the collector of garbage switched off meanwhile, as `timeit` does."""
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        act()
        return time.perf_counter() - began
    finally:
        gc.enable()


def by_turns(
    runs: int, contestants: Mapping[str, Callable[[], float]], told: Callable[[str], None]
) -> dict[str, list[float]]:
    """Seconds of each contestant in `runs` rounds; who begins changes from round to round."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(runs):
        for name in names if number % 2 == 0 else reversed(names):
            found[name].append(contestants[name]())
        told(f"round {number + 1} of {runs}: " + ", ".join(f"{n} {said(found[n][-1])}" for n in names))
    return found


def median(values: list[float]) -> float:
    return statistics.median(values)


def said(seconds: float) -> str:
    """2.84 s, 12.3 ms."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.3g} ms" if seconds >= 0.001 else f"{seconds * 1000:.2f} ms"
