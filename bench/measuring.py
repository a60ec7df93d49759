"""From rounds to a figure: medians, ratios to the floors, and what else was seen while measuring."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench.load import Loaded, percentile


def ratio(value: float | None, floor: float | None, unit: str) -> float | None:
    """1 at the floor and smaller when worse, for rates (`…/s`) and for times alike."""
    if not value or not floor:
        return None
    return round(value / floor if unit.endswith("/s") else floor / value, 3)


@dataclass(slots=True)
class Rounds:
    """What the alternating rounds of one figure gave: the shop, the bare floor, PostgreSQL alone."""

    ours: list[Loaded] = field(default_factory=list[Loaded])
    bare: list[Loaded] = field(default_factory=list[Loaded])
    sql: list[float] = field(default_factory=list[float])

    def errors(self) -> list[str]:
        """Whatever went wrong in any of them."""
        return [error for loaded in (*self.ours, *self.bare) for error in loaded.errors]

    def figure(self, unit: str, **more: Any) -> dict[str, Any]:
        """The entry of latest.json. Latencies in ms; `load_share`: of the machine, spent by the generator."""
        value = median(loaded.rate for loaded in self.ours)
        bare = median(loaded.rate for loaded in self.bare) if self.bare else None
        sql = median(self.sql) if self.sql else None
        latencies = [took for loaded in self.ours for took in loaded.latencies]
        bare_latencies = [took for loaded in self.bare for took in loaded.latencies]
        cpu, bare_cpu = cpu_ms(self.ours), cpu_ms(self.bare)
        spent = sum(loaded.cpu_seconds for loaded in self.ours)
        seconds = sum(loaded.seconds for loaded in self.ours)
        return entry(
            value,
            unit,
            bare=bare,
            sql_floor=sql,
            p50_ms=percentile(latencies, 50),
            p99_ms=percentile(latencies, 99),
            bare_p50_ms=percentile(bare_latencies, 50),
            bare_p99_ms=percentile(bare_latencies, 99),
            rounds=[round(loaded.rate, 1) for loaded in self.ours],
            bare_rounds=[round(loaded.rate, 1) for loaded in self.bare],
            errors=len(self.errors()),
            cpu_ms=cpu,
            bare_cpu_ms=bare_cpu,
            cpu_ratio=ratio(cpu, bare_cpu, "ms"),
            load_share=round(spent / seconds / (os.cpu_count() or 1), 3) if seconds else None,
            **more,
        )


def cpu_ms(rounds: list[Loaded]) -> float | None:
    """Processor time of server and PostgreSQL for one journey: what a machine that is busy with other work still tells."""
    spent = [loaded.served_cpu_seconds for loaded in rounds if loaded.served_cpu_seconds is not None]
    begun = sum(loaded.begun for loaded in rounds)
    return sum(spent) / begun * 1000 if spent and begun else None


def entry(
    value: float, unit: str, *, bare: float | None = None, sql_floor: float | None = None, **more: Any
) -> dict[str, Any]:
    """A figure with its two ratios."""
    told: dict[str, Any] = {
        "value": value,
        "unit": unit,
        "bare": bare,
        "ratio": ratio(value, bare, unit),
        "sql_floor": sql_floor,
        "sql_ratio": ratio(value, sql_floor, unit),
        **more,
    }
    return {name: round(told[name], 3) if isinstance(told[name], float) else told[name] for name in told}


def alternate(rounds: int, *, sides: Sequence[Callable[[int], None]]) -> None:
    """A B C, then C B A: noise and drift meet every side alike."""
    for number in range(rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            side(number)
