"""Laws: what a kind of goods is bound to in a country. Some are shipped, with their source; a maison adds stricter ones.

docs/algorithms/laws.md tells them in prose.
"""

from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, many

Kind = Literal["wine", "spirits", "perfume", "cosmetics", "jewellery", "watch", "exotic_skin", "book", "food"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Rule = Literal["age", "ground", "border", "insured_from", "opened"]
RULES: tuple[Rule, ...] = get_args(Rule)
EVERYWHERE = "*"
#: What a maison may say of each rule: the least and the greatest value.
BOUNDS: dict[Rule, tuple[int, int]] = {
    "age": (16, 25),
    "ground": (1, 1),
    "border": (1, 2),
    "insured_from": (0, 1_000_000),
    "opened": (1, 1),
}


class LooserThanShipped(Exception):
    """What is shipped for this kind and country is stricter, and stays."""


class NoSuchRule(Exception):
    """The kind, the rule, the country or the value is none that a law can have."""


@dataclass(frozen=True, slots=True)
class Law:
    """`value`: years of age; 1 for `ground` and `opened`; for `border` 1 the customs union, 2 the country; whole euros.

    `country` "*": wherever nothing is said of the country itself. `source`: of a shipped one; None: the maison's own.
    """

    kind: Kind
    rule: Rule
    country: str
    value: int
    source: str | None = None


async def laws_of(conn: Conn, *, maison_id: UUID) -> list[Law]:
    """Shipped ones and the maison's own, by kind, rule and country; where both speak, the stricter holds."""
    return await many(
        conn,
        Law,
        """
        select kind, rule, country, value, source from (
          select s.kind, s.rule, s.country, s.value, s.source from public_facts.shipped_law() s where s.rule <> 'tax'
          union all
          select l.kind, l.rule, l.country, l.value, null from public_facts.law l where l.maison_id = %(maison_id)s) x
        order by array_position(%(rules)s::text[], rule), kind, country <> '*', country, source nulls last
        """,
        maison_id=maison_id,
        rules=list(RULES),
    )


async def tighten(conn: Conn, *, maison_id: UUID, law: Law) -> None:
    """Puts a law of the maison's own in force, from the next checkout on. Raises LooserThanShipped, NoSuchRule."""
    try:
        await execute(
            conn,
            """
            insert into public_facts.law (maison_id, kind, rule, country, value)
            values (%(maison_id)s, %(kind)s, %(rule)s, %(country)s, %(value)s)
            on conflict on constraint one_law_a_place do update set value = excluded.value
            """,
            maison_id=maison_id,
            kind=law.kind,
            rule=law.rule,
            country=law.country,
            value=law.value,
        )
    except errors.CheckViolation as error:
        if constraint(error) == "never_looser_than_shipped":
            raise LooserThanShipped(law.kind) from None
        raise NoSuchRule(law.rule) from None


async def loosen(conn: Conn, *, maison_id: UUID, kind: str, rule: str, country: str) -> None:
    """Takes a law of the maison's own away; what is shipped holds on."""
    await execute(
        conn,
        """
        delete from public_facts.law where maison_id = %(maison_id)s and kind = %(kind)s and rule = %(rule)s
          and country = %(country)s
        """,
        maison_id=maison_id,
        kind=kind,
        rule=rule,
        country=country,
    )


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate of tax of a kind in a market, in hundredths of a per cent."""

    market: str
    kind: Kind
    tax_rate_basis_points: int


@dataclass(frozen=True, slots=True)
class KnownRate:
    """A reduced rate of a country, as it is shipped: for a maison to look at, applied only where it says so."""

    kind: Kind
    country: str
    tax_rate_basis_points: int
    source: str


async def rates_of(conn: Conn, *, maison_id: UUID) -> list[Rate]:
    """Those the maison has said; every other kind has its market's rate."""
    return await many(
        conn,
        Rate,
        """
        select market, kind, tax_rate_basis_points from public_facts.market_rate
        where maison_id = %(maison_id)s order by market collate "C", kind
        """,
        maison_id=maison_id,
    )


async def known_rates(conn: Conn) -> list[KnownRate]:
    """Reduced rates of countries, with the law that says so."""
    return await many(
        conn,
        KnownRate,
        """
        select s.kind, s.country, s.value as tax_rate_basis_points, s.source from public_facts.shipped_law() s
        where s.rule = 'tax' order by s.kind, s.country
        """,
    )


async def set_rate(conn: Conn, *, maison_id: UUID, market: str, kind: Kind, basis_points: int | None) -> None:
    """What is sold from now on of this kind in the market has this rate; None: the market's. Raises NoSuchRule."""
    if basis_points is None:
        await execute(
            conn,
            """
            delete from public_facts.market_rate
            where maison_id = %(maison_id)s and market = %(market)s and kind = %(kind)s
            """,
            maison_id=maison_id,
            market=market,
            kind=kind,
        )
        return
    try:
        written = await execute(
            conn,
            """
            insert into public_facts.market_rate (maison_id, market, kind, tax_rate_basis_points)
            select maison_id, code, %(kind)s, %(basis_points)s from maisons.market
            where maison_id = %(maison_id)s and code = %(market)s
            on conflict on constraint one_rate_a_kind do update set tax_rate_basis_points = excluded.tax_rate_basis_points
            """,
            maison_id=maison_id,
            market=market,
            kind=kind,
            basis_points=basis_points,
        )
    except errors.CheckViolation:
        raise NoSuchRule(kind) from None
    if not written:
        raise NoSuchRule(market)
