"""The local twin of who quotes duties: a table of rates, each with its source, and nothing guessed beyond it.

The most digits of a code decide, then an origin that is named. Import tax is on value and duty; both are rounded half up, once a
line. A code of 999971 falls silent, for those who try what happens then.
"""

import asyncio
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from enfilade.base.money import Money, tax_on_top
from enfilade.duties.quote import Consignment, DutiesUnknown, Line, LineDuties, Quote

NAME = "local"
VALID = timedelta(days=1)
SILENT_CODE, SILENT_SECONDS = "999971", 60
_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a country asks for goods whose code begins so, made there ('*': anywhere, 'EU': in the Union), in basis points."""

    destination: str
    hs_code: str
    made_in: str
    duty: int
    import_tax: int
    source: str

    def covers(self, line: Line, destination: str) -> bool:
        origin = self.made_in in ("*", line.made_in) or (self.made_in == "EU" and line.made_in in _UNION)
        return self.destination == destination and origin and line.hs_code.startswith(self.hs_code)


def shipped() -> list[Rate]:
    """The table beside this file."""
    with Path(__file__).with_name("tariff.csv").open(encoding="utf-8", newline="") as file:
        return [
            Rate(
                row["destination"],
                row["hs_code"],
                row["made_in"],
                int(row["duty_basis_points"]),
                int(row["import_tax_basis_points"]),
                row["source"],
            )
            for row in csv.DictReader(file)
        ]


class LocalTariff:
    """Answers from its table at once."""

    def __init__(self, rates: Iterable[Rate] | None = None) -> None:
        self._rates = list(rates) if rates is not None else shipped()

    @property
    def name(self) -> str:
        return NAME

    async def quote(self, *, consignment: Consignment, now: datetime) -> Quote:
        if any(line.hs_code.startswith(SILENT_CODE) for line in consignment.lines):
            await asyncio.sleep(SILENT_SECONDS)
        found = [(line, self._rate(line, consignment.destination)) for line in consignment.lines]
        unknown = [line.name for line, rate in found if rate is None]
        if unknown:
            raise DutiesUnknown(unknown)
        known = [(line, rate) for line, rate in found if rate is not None]
        return Quote(
            [_owed(line, rate) for line, rate in known],
            now + VALID,
            sorted({rate.source for _, rate in known}),
        )

    def _rate(self, line: Line, destination: str) -> Rate | None:
        if not line.hs_code:
            return None
        able = [rate for rate in self._rates if rate.covers(line, destination)]
        return max(able, key=lambda rate: (len(rate.hs_code), rate.made_in != "*"), default=None)


def _owed(line: Line, rate: Rate) -> LineDuties:
    duty = tax_on_top(line.value.minor, rate.duty)
    tax = tax_on_top(line.value.minor + duty, rate.import_tax)
    return LineDuties(line.id, Money(duty, line.value.currency), Money(tax, line.value.currency))
