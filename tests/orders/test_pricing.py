"""The table in docs/algorithms/pricing.md says what the code does."""

from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from enfilade.base.money import from_major
from enfilade.orders.placing import PlacingLine

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "pricing.md"
TABLE = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and line.split("|")[1].strip().isupper()
]


def test_the_table_is_found() -> None:
    assert len(TABLE) >= 12


@pytest.mark.parametrize("row", TABLE, ids=lambda row: " ".join(row[:5]))
def test_a_line_costs_what_the_table_says(row: list[str]) -> None:
    currency, price, quantity, rate, tax, pays, inside, _ = row
    nobody = UUID(int=0)
    line = PlacingLine(
        nobody,
        nobody,
        nobody,
        "SKU",
        "Auber",
        "Piece",
        "",
        "",
        int(quantity),
        nobody,
        currency,
        from_major(Decimal(price), currency).minor,
        int((Decimal(rate) * 100).to_integral_value(rounding="ROUND_HALF_UP")),
        {"included": True, "on top": False}[tax],
    )
    assert (line.total, line.tax) == (
        from_major(Decimal(pays), currency),
        from_major(Decimal(inside), currency),
    )
