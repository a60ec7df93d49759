"""Answering a question: pieces by what fits best, with honest facets; maisons, stories and boutiques beside them.

`docs/algorithms/search.md` tells it in prose.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from babel.numbers import get_currency_precision

from enfilade.base.db import Conn, many, one, scalar
from enfilade.base.money import Money
from enfilade.catalogue.published import NAME_AND_PRICE
from enfilade.search import correcting
from enfilade.search.meanings import FACETS
from enfilade.search.questions import Question

#: So many are put in order and can be paged through; so many are counted before "more than" is said.
CANDIDATES_MAX = 1_000
COUNTED_MAX = 10_000
#: The usual constant of reciprocal rank fusion (Cormack, Clarke, Büttcher 2009).
FUSION = 60
NEAR_KM = 60.0
BESIDE_MAX = 6
#: With fewer results than a page, what comes closest is looked for, too, and so much of it shown.
ENOUGH = CLOSE_MAX = 24
VALUES_MAX = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and how is asked. `maison_id` narrows a store of several maisons; `facets` are concepts that must all hold.

    `market` decides prices, `currency` their unit; `place` (latitude, longitude) asks for what can be had there.
    """

    store_id: UUID
    language: str
    market: str
    maison_id: UUID | None = None
    facets: tuple[str, ...] = ()
    least_minor: int | None = None
    most_minor: int | None = None
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece in a list of results."""

    id: UUID
    slug: str
    family: str
    brand: str
    pictures: list[Any]
    language: str
    name: str
    maison_slug: str
    maison_name: str
    colours: list[str]
    currency: str | None
    from_minor: int | None

    @property
    def price(self) -> Money | None:
        """The lowest price of its variants."""
        if self.from_minor is None or self.currency is None:
            return None
        return Money(self.from_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Beside:
    """A maison, a boutique or a story that answers the words; `city` is where it is, `language` a story's title's.

    `slug` is the maison's or the story's.
    """

    kind: str
    id: UUID
    slug: str
    name: str
    language: str
    city: str
    maison_slug: str
    maison_name: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a facet and how many results remain when it is chosen."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """`ranked` has all that was asked; `total` of it is exact unless `more`: then there are more. `close` comes closest after it.

    `question` is what was answered: not what was asked where typing errors were mended (`mended`).
    """

    question: Question
    total: int
    more: bool
    facets: dict[str, list[Counted]]
    maison_names: dict[str, str]
    ranked: list[UUID]
    close: list[UUID]
    mended: bool = False


@dataclass(frozen=True, slots=True)
class _Matched:
    total: int
    facets: dict[str, int]
    maisons: dict[str, dict[str, Any]]
    by_words: list[UUID]
    by_order: list[UUID]


def price(whole: int, currency: str) -> Money:
    """So many whole units."""
    return Money(whole * 10 ** get_currency_precision(currency), currency)


def priced(asked: Asked, question: Question, currency: str) -> tuple[Asked, Question]:
    """The limits of price a question speaks of, in minor units of the market's currency; limits already given stand."""
    least = None if question.least is None else price(question.least, currency).minor
    most = None if question.most is None else price(question.most, currency).minor
    return (
        replace(
            asked,
            least_minor=least if asked.least_minor is None else asked.least_minor,
            most_minor=most if asked.most_minor is None else asked.most_minor,
        ),
        question,
    )


async def find(conn: Conn, asked: Asked, question: Question) -> Results:
    """Pieces that have all of it, else with typing errors mended; where these are few, what comes closest.

    One statement where there is much to find, seven at most. Reads published facts only.
    """
    near = await _boutiques_near(conn, asked) if asked.place else None
    found, mended = await _matched(conn, asked, question, question.all_words(), near), False
    if not found.total and question.words:
        read = await correcting.mended(conn, asked.store_id, asked.maison_id, question)
        if read is not None:
            question, mended = read, True
            found = await _matched(conn, asked, question, question.all_words(), near)
    close = await _close(conn, asked, question, near) if found.total < ENOUGH and question.words else []
    ranked = fused(found.by_words, found.by_order)
    had = set(ranked)
    return Results(
        question,
        min(found.total, COUNTED_MAX),
        found.total > COUNTED_MAX,
        _counted(found),
        {slug: told["name"] for slug, told in found.maisons.items()},
        ranked,
        [one_id for one_id in close if one_id not in had][:CLOSE_MAX],
        mended,
    )


async def _close(conn: Conn, asked: Asked, question: Question, near: list[UUID] | None) -> list[UUID]:
    """What has all but one of the words, or all at another price; else any of the words."""
    rankings: list[list[UUID]] = []
    if len(question.words) > 1:
        found = await _matched(conn, asked, question, question.all_words(but=1), near)
        rankings += [found.by_words]
    if asked.least_minor is not None or asked.most_minor is not None:
        anywhere = replace(asked, least_minor=None, most_minor=None)
        found = await _matched(conn, anywhere, question, question.all_words(), near)
        rankings += [found.by_words]
    if not any(rankings) and len(question.words) > 2:
        found = await _matched(conn, asked, question, question.any_word(), near)
        rankings += [found.by_words]
    return fused(*rankings)


async def pieces(conn: Conn, asked: Asked, ids: list[UUID]) -> list[Piece]:
    """The pieces of a page, in this order, with the price of the moment; what was withdrawn meanwhile is left out."""
    return await many(
        conn,
        Piece,
        f"""
        select p.id, p.slug, p.family, p.brand, p.pictures, t.language, t.name, m.slug as maison_slug,
          case when p.brand_id is null then m.name else p.brand end as maison_name,
          array(select v.colour from public_facts.variant v where v.product_id = p.id
            group by v.colour order by min(v.position), v.colour) as colours, r.currency, r.from_minor
        from unnest(%(ids)s::uuid[]) with ordinality as wanted(id, place)
        join public_facts.product p on p.id = wanted.id
        join public_facts.maison m on m.maison_id = p.maison_id
        {NAME_AND_PRICE}
        order by wanted.place
        """,
        ids=ids,
        language=asked.language,
        market=asked.market,
    )


async def currency_of(conn: Conn, asked: Asked) -> str | None:
    """The currency of the market in this store; None where nobody sells there."""
    return await scalar(
        conn,
        """
        select k.currency from public_facts.store_maison s join public_facts.market k on k.maison_id = s.maison_id
        where s.store_id = %(store_id)s and k.code = %(market)s order by k.currency limit 1
        """,
        store_id=asked.store_id,
        market=asked.market,
    )


async def beside(conn: Conn, asked: Asked, question: Question, now: datetime) -> list[Beside]:
    """The maisons and boutiques of the store that have all the words in their names, and the stories shown now that have them."""
    if not question.words:
        return []
    return await many(
        conn,
        Beside,
        """
        select f.kind, f.id, coalesce(s.slug, m.slug) as slug, coalesce(b.name, t.title, m.name) as name,
          coalesce(t.language, '') as language, coalesce(b.city, m.city, '') as city, m.slug as maison_slug, m.name as maison_name
        from (
          select d.maison_id, d.kind, d.id, row_number() over (partition by d.kind
            order by d.names @@ %(words)s::tsquery desc, ts_rank(d.names, %(words)s::tsquery) desc, d.maison_id, d.id) as turn
          from public_facts.search_document d
          where d.words @@ %(words)s::tsquery
            and (d.kind in ('maison', 'boutique') and d.names @@ %(words)s::tsquery or d.kind = 'story' and exists (
              select 1 from public_facts.story_market k where k.story_id = d.id and k.market = %(market)s
                and k.shown_from <= %(now)s and (k.shown_until is null or k.shown_until > %(now)s)))
            and (d.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
              or d.kind = 'story' and d.maison_id = (select o.maison_id from public_facts.store o where o.id = %(store_id)s))
            and (%(maison_id)s::uuid is null or d.maison_id = %(maison_id)s)) f
        join public_facts.maison m on m.maison_id = f.maison_id
        left join public_facts.boutique b on f.kind = 'boutique' and b.id = f.id
        left join public_facts.story s on f.kind = 'story' and s.id = f.id
        left join lateral (select x.language, x.title from public_facts.story_text x where x.story_id = s.id
          order by x.language = %(language)s desc, x.language = s.content ->> 'language' desc, x.language limit 1) t on true
        where f.turn <= %(most)s and (f.kind <> 'story' or t.title is not null)
        order by f.kind desc, f.turn
        """,
        words=question.all_words(),
        store_id=asked.store_id,
        maison_id=asked.maison_id,
        market=asked.market,
        language=asked.language,
        now=now,
        most=BESIDE_MAX,
    )


def fused(*rankings: list[UUID]) -> list[UUID]:
    """One order out of several: each gives 1 / (60 + place) to what it ranks. Equal sums keep the first order."""
    points: dict[UUID, float] = {}
    for ranking in rankings:
        for place, one_id in enumerate(ranking, 1):
            points[one_id] = points.get(one_id, 0.0) + 1 / (FUSION + place)
    return sorted(points, key=lambda one_id: -points[one_id])[:CANDIDATES_MAX]


async def _matched(
    conn: Conn, asked: Asked, question: Question, words: str, near: list[UUID] | None
) -> _Matched:
    facets = " & ".join(_quoted(facet) for facet in asked.facets)
    words = f"({words}) & {facets}" if words and facets else words or facets
    if not words or near == []:
        return _Matched(0, {}, {}, [], [])
    return await one(
        conn,
        _Matched,
        """
        with matched as materialized (
          select d.maison_id, d.id, d.position, d.facets, d.names, d.names @@ %(meant)s::tsquery as named
          from public_facts.search_document d
          where d.words @@ %(words)s::tsquery and d.kind = 'piece'
            and d.maison_id in (select s.maison_id from public_facts.store_maison s where s.store_id = %(store_id)s)
            and (%(maison_id)s::uuid is null or d.maison_id = %(maison_id)s)
            and (%(least)s::bigint is null or (d.prices ->> %(market)s)::bigint >= %(least)s)
            and (%(most)s::bigint is null or (d.prices ->> %(market)s)::bigint <= %(most)s)
          limit %(counted)s::bigint + 1),
        first as materialized (
          select * from matched order by named desc, position, id limit %(candidates)s),
        kept as materialized (
          select * from matched where %(near)s::uuid[] is null
          union all
          select f.* from first f where %(near)s::uuid[] is not null and exists (
            select 1 from public_facts.variant v
            join public_facts.availability a on a.maison_id = f.maison_id and a.variant_id = v.id
              and a.location_id = any(%(near)s::uuid[])
            where v.product_id = f.id and (a.collect > 0 or a.reserve > 0))),
        ordered as materialized (
          select k.id, row_number() over (order by k.named desc, k.position, k.id) as by_order,
            row_number() over (order by k.named desc, ts_rank(k.names, %(words)s::tsquery) desc, k.position, k.id) as by_words
          from (select * from kept order by named desc, position, id limit %(candidates)s) k)
        select (select count(*) from kept) as total,
          coalesce((select jsonb_object_agg(x.facet, x.pieces) from (
            select f.facet, count(*) as pieces from (select unnest(k.facets) as facet from kept k) f
            group by f.facet) x), '{}') as facets,
          coalesce((select jsonb_object_agg(m.slug, jsonb_build_object('name', m.name, 'pieces', x.pieces)) from (
            select k.maison_id, count(*) as pieces from kept k group by k.maison_id) x
            join public_facts.maison m on m.maison_id = x.maison_id), '{}') as maisons,
          coalesce((select array_agg(o.id order by o.by_words) from ordered o), '{}') as by_words,
          coalesce((select array_agg(o.id order by o.by_order) from ordered o), '{}') as by_order
        """,
        words=words,
        meant=question.meant_words() or words,
        store_id=asked.store_id,
        maison_id=asked.maison_id,
        market=asked.market,
        least=asked.least_minor,
        most=asked.most_minor,
        counted=COUNTED_MAX,
        candidates=CANDIDATES_MAX,
        near=near,
    )


async def _boutiques_near(conn: Conn, asked: Asked) -> list[UUID]:
    assert asked.place is not None
    found: list[UUID] = await scalar(
        conn,
        """
        select coalesce(array_agg(b.id), '{}') from public_facts.store_maison s
        join public_facts.boutique b on b.maison_id = s.maison_id and b.kind = 'boutique'
        where s.store_id = %(store_id)s and (%(maison_id)s::uuid is null or b.maison_id = %(maison_id)s)
          and public_facts.distance_km(%(latitude)s, %(longitude)s, b.latitude, b.longitude) <= %(most)s
        """,
        store_id=asked.store_id,
        maison_id=asked.maison_id,
        latitude=asked.place[0],
        longitude=asked.place[1],
        most=NEAR_KM,
    )
    return found


def _counted(found: _Matched) -> dict[str, list[Counted]]:
    told = {facet: dict[str, int]() for facet in FACETS}
    for value, count in found.facets.items():
        facet = value.partition(":")[0]
        if facet in told:
            told[facet][value] = count
    return {
        facet: [
            Counted(value, values[value])
            for value in sorted(values, key=lambda value: (-values[value], value))[:VALUES_MAX]
        ]
        for facet, values in (
            told | {"maison": {slug: maison["pieces"] for slug, maison in found.maisons.items()}}
        ).items()
    }


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
