"""Where a maison sells: countries with one currency, one tax rate, their languages and one legal entity."""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many


@dataclass(frozen=True, slots=True)
class Market:
    """`tax_rate_basis_points` 2000 is 20 %; `legal_entity` is the entity's code."""

    code: str
    legal_entity: str
    countries: list[str]
    currency: str
    languages: list[str]
    tax_rate_basis_points: int
    prices_include_tax: bool


class NoSuchLegalEntity(Exception):
    """A market names an entity the maison has not established."""

    def __init__(self, market: str, legal_entity: str) -> None:
        super().__init__(
            f"market {market} sells through “{legal_entity}”, which is not established; establish it first"
        )
        self.market, self.legal_entity = market, legal_entity


@dataclass(frozen=True, slots=True)
class _Code:
    code: str


async def open_markets(conn: Conn, *, maison_id: UUID, markets: list[Market]) -> None:
    """Writes the markets, known by code, and publishes them. Safe to repeat. Raises NoSuchLegalEntity."""
    entities = await many(
        conn,
        _Code,
        "select code from maisons.legal_entity where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )
    established = {entity.code for entity in entities}
    for market in markets:
        if market.legal_entity not in established:
            raise NoSuchLegalEntity(market.code, market.legal_entity)
    await execute(
        conn,
        """
        insert into maisons.market as kept (maison_id, code, legal_entity_id, countries, currency, languages,
          tax_rate_basis_points, prices_include_tax)
        select %(maison_id)s, m.code, e.id, m.countries, m.currency, m.languages, m.tax_rate_basis_points,
          m.prices_include_tax
        from jsonb_to_recordset(%(markets)s::jsonb) as m(code text, legal_entity text, countries text[],
          currency text,
          languages text[], tax_rate_basis_points integer, prices_include_tax boolean)
        join maisons.legal_entity e on e.maison_id = %(maison_id)s and e.code = m.legal_entity
        on conflict (maison_id, code) do update set legal_entity_id = excluded.legal_entity_id,
          countries = excluded.countries, currency = excluded.currency, languages = excluded.languages,
          tax_rate_basis_points = excluded.tax_rate_basis_points,
          prices_include_tax = excluded.prices_include_tax
        where kept is distinct from excluded
        """,
        maison_id=maison_id,
        markets=msgspec.json.encode(markets).decode(),
    )
    await execute(
        conn,
        """
        insert into public_facts.market as shown
          (maison_id, code, countries, currency, languages, tax_rate_basis_points, prices_include_tax)
        select maison_id, code, countries, currency, languages, tax_rate_basis_points, prices_include_tax
        from maisons.market where maison_id = %(maison_id)s
        on conflict (maison_id, code) do update set countries = excluded.countries,
          currency = excluded.currency,
          languages = excluded.languages, tax_rate_basis_points = excluded.tax_rate_basis_points,
          prices_include_tax = excluded.prices_include_tax
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
    )


async def markets_of(conn: Conn, *, maison_id: UUID) -> list[Market]:
    """The maison's markets, by code."""
    return await many(
        conn,
        Market,
        """
        select m.code, e.code as legal_entity, m.countries, m.currency, m.languages, m.tax_rate_basis_points,
          m.prices_include_tax
        from maisons.market m
        join maisons.legal_entity e on e.maison_id = m.maison_id and e.id = m.legal_entity_id
        where m.maison_id = %(maison_id)s order by m.code collate "C"
        """,
        maison_id=maison_id,
    )
