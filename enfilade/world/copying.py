"""Rows into tables by COPY: lines of text gathered by table, written in blocks, counted; ids that repeat."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from time import monotonic

from enfilade.base.db import Conn

#: Lines of one table that are held before they are written: a few megabytes.
LINES_AT_ONCE = 20_000

TABLES = {
    "catalogue.product": "maison_id, id, source, handle, slug, brand, family, gender, made_in, "
    "engraving_letters_max, published, position, changed_at",
    "catalogue.product_text": "maison_id, product_id, language, name, description, materials, care",
    "catalogue.variant": "maison_id, id, product_id, option_key, options, sku, barcode, colour, size, position",
    "catalogue.price": "maison_id, variant_id, market, valid_from, currency, amount_minor",
    "catalogue.picture": "maison_id, product_id, position, name, source_url, alt",
    "orders.contact": "maison_id, id, checkout_id, name, mail, phone, address",
    "orders.order": "maison_id, id, number, store_id, store_maison_id, checkout_id, legal_entity_id, contact_id, channel, "
    "method, state, language, market, currency, total_minor, tax_minor, link_hash, placed_at, changed_at",
    "orders.fulfilment": "maison_id, id, order_id, location_id, method, state, attempt, asked_at, pick_by, accepted_at, "
    "accepted_by, ready_at, collect_by, ended_at, ended_by, version, tracking",
    "orders.order_line": "maison_id, id, order_id, fulfilment_id, variant_id, product_id, sku, brand, name, colour, size, "
    "quantity, unit_price_minor, total_minor, tax_minor, tax_rate_basis_points, promised_online, state, "
    "credited_channel, credited_location_id, credited_staff_id",
    "orders.external_sale": "maison_id, reference, sold_at, channel, location_id, sku, quantity, net_minor, tax_minor, "
    "currency, promised_online, collected, visit",
    "stock.position": "maison_id, location_id, variant_id, on_hand, display, damaged, quality_control, on_approval, "
    "vic_hold, at_atelier, as_of",
    "stock.movement": "maison_id, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, "
    "cause_id",
}  # fmt: skip
NULL = r"\N"


def escaped(text: str) -> str:
    """As COPY reads it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


@dataclass(slots=True)
class Copier:
    """Takes lines (columns of TABLES parted by tabs, with the line's end) and writes full blocks of them."""

    conn: Conn
    rows: Counter[str] = field(default_factory=Counter[str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    _waiting: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(self, table: str, line: str) -> None:
        self._waiting.setdefault(table, []).append(line)

    def lines(self, table: str) -> list[str]:
        """Where lines of the table wait, for those who append many."""
        return self._waiting.setdefault(table, [])

    async def write(self, *, every: bool = False) -> None:
        """Writes the tables whose block is full, or `every` one."""
        for table, lines in self._waiting.items():
            if lines and (every or len(lines) >= LINES_AT_ONCE):
                began = monotonic()
                statement = f"copy {table} ({TABLES[table]}) from stdin".encode()
                async with self.conn.cursor() as cursor, cursor.copy(statement) as copy:
                    for start in range(0, len(lines), 1000):
                        await copy.write("".join(lines[start : start + 1000]))
                self.rows[table] += len(lines)
                self.seconds[table] = self.seconds.get(table, 0.0) + monotonic() - began
                lines.clear()


class Ids:
    """UUIDv7 as 32 hexadecimal digits, from repeatable chance; those of one millisecond go up (RFC 9562, 6.2, method 2)."""

    def __init__(self, draw: Random) -> None:
        self._bits = draw.getrandbits
        self._last = 0
        self._tail = 0

    def at(self, milliseconds: int) -> str:
        """A new one, made at so many milliseconds since 1970."""
        if milliseconds == self._last:
            self._tail += self._bits(32) + 1
        else:
            self._last, self._tail = milliseconds, self._bits(61)
        return f"{milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | self._tail:032x}"
