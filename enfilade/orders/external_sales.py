"""Sales made elsewhere, at the maison's tills or its present shop, past and present: figures, no client."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, many

Channel = Literal["boutique", "web", "reserve", "pay_by_link", "endless_aisle", "phone"]


@dataclass(frozen=True, slots=True)
class ExternalSale:
    """One line of a sale, known by its `reference` and SKU. A return has negative quantity and amounts.

    `promised_online`: the promise was made on a screen of the client's; `collected`: handed over in a
      boutique.
    `visit`: the word that the lines of one visit share, '' where it is not known; see `visit_word`.
    """

    reference: str
    sold_at: datetime
    channel: Channel
    location_id: UUID | None
    sku: str
    quantity: int
    net_minor: int
    tax_minor: int
    currency: str
    promised_online: bool
    collected: bool
    visit: str = ""


def visit_word(text: str) -> str:
    """As it is kept and compared, however a till wrote it: in capitals, without dashes and spaces."""
    return "".join(re.split(r"[-\u2010-\u2015\s]", text)).upper()


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many lines are new, and how many correct one that was told before."""

    new: int
    corrected: int


@dataclass(frozen=True, slots=True)
class _Fresh:
    fresh: bool


async def record_external_sales(conn: Conn, *, maison_id: UUID, sales: list[ExternalSale]) -> Recorded:
    """Records thousands of lines in one statement; the same line again changes nothing, another corrects it.

    A reference and SKU given twice in `sales` count as their last line.
    """
    last = {(sale.reference, sale.sku): replace(sale, visit=visit_word(sale.visit)) for sale in sales}
    written = await many(
        conn,
        _Fresh,
        """
        insert into orders.external_sale as kept (maison_id, reference, sold_at, channel, location_id, sku,
          quantity,
          net_minor, tax_minor, currency, promised_online, collected, visit)
        select %(maison_id)s, s.reference, s.sold_at, s.channel, s.location_id, s.sku, s.quantity,
          s.net_minor,
          s.tax_minor, s.currency, s.promised_online, s.collected, s.visit
        from jsonb_to_recordset(%(sales)s::jsonb) as s(reference text, sold_at timestamptz, channel text,
          location_id uuid, sku text, quantity integer, net_minor bigint, tax_minor bigint, currency text,
          promised_online boolean, collected boolean, visit text)
        order by s.reference, s.sku
        on conflict (maison_id, reference, sku) do update set sold_at = excluded.sold_at,
          channel = excluded.channel,
          location_id = excluded.location_id, quantity = excluded.quantity,
          net_minor = excluded.net_minor, tax_minor = excluded.tax_minor, currency = excluded.currency,
          promised_online = excluded.promised_online, collected = excluded.collected,
          visit = excluded.visit
        where kept is distinct from excluded
        returning kept.xmax = 0 as fresh
        """,
        maison_id=maison_id,
        sales=msgspec.json.encode(list(last.values())).decode(),
    )
    new = sum(sale.fresh for sale in written)
    return Recorded(new, len(written) - new)
