"""In which markets a maison sells with duties paid, and what customs call its pieces."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, execute, many


@dataclass(frozen=True, slots=True)
class Market:
    """A market with duties paid. `at_door`: sold too where nobody can quote them; then the client pays them at the door."""

    market: str
    at_door: bool


@dataclass(frozen=True, slots=True)
class Code:
    """A family and its code of the Harmonized System, six, eight or ten digits."""

    family: str
    hs_code: str


async def markets_of(conn: Conn, *, maison_id: UUID) -> list[Market]:
    """Those with duties paid."""
    return await many(
        conn,
        Market,
        "select market, at_door from public_facts.duty_terms where maison_id = %(maison_id)s order by market",
        maison_id=maison_id,
    )


async def codes_of(conn: Conn, *, maison_id: UUID) -> list[Code]:
    """Of every family that has published pieces or a code; '' where none is said."""
    return await many(
        conn,
        Code,
        """
        select family, coalesce(max(hs_code), '') as hs_code from (
          select p.family, null as hs_code from public_facts.product p where p.maison_id = %(maison_id)s
          union all select c.family, c.hs_code from public_facts.customs_code c where c.maison_id = %(maison_id)s) f
        where family <> '' group by family order by family
        """,
        maison_id=maison_id,
    )


async def set_duties(conn: Conn, *, maison_id: UUID, markets: list[Market], families: list[Code]) -> None:
    """In force for checkouts opened from now on; takes the place of what was."""
    await execute(
        conn,
        """
        with gone as (
          delete from public_facts.duty_terms where maison_id = %(maison_id)s and market <> all(%(markets)s::text[])
        )
        insert into public_facts.duty_terms (maison_id, market, at_door)
        select %(maison_id)s, m.market, m.at_door from unnest(%(markets)s::text[], %(at_door)s::boolean[]) as m(market, at_door)
        on conflict on constraint one_terms_a_market do update set at_door = excluded.at_door
        """,
        maison_id=maison_id,
        markets=[one.market for one in markets],
        at_door=[one.at_door for one in markets],
    )
    await execute(
        conn,
        """
        with gone as (
          delete from public_facts.customs_code where maison_id = %(maison_id)s and family <> all(%(families)s::text[])
        )
        insert into public_facts.customs_code (maison_id, family, hs_code)
        select %(maison_id)s, c.family, c.hs_code from unnest(%(families)s::text[], %(codes)s::text[]) as c(family, hs_code)
        on conflict on constraint one_code_a_family do update set hs_code = excluded.hs_code
        """,
        maison_id=maison_id,
        families=[one.family for one in families if one.hs_code],
        codes=[one.hs_code for one in families if one.hs_code],
    )
