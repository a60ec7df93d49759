"""Where and when a story is shown: by market, from, until; published and taken back in the transaction of the act."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many, scalar
from enfilade.editorial.blocks import (
    Content,
    Fault,
    MapBlock,
    StoryRefused,
    TextBlock,
    WindowBlock,
    all_pieces,
    pictures_of,
    pieces_of,
)
from enfilade.editorial.complete import lacking, spoken, texts
from enfilade.editorial.events import StoryPublished
from enfilade.editorial.films import films_unknown
from enfilade.editorial.marks import led_to, unmarked
from enfilade.editorial.pictures import pictures_there
from enfilade.editorial.stories import NoSuchStory, keep, story, version

#: What a schedule may name.
OUR_TIME = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Showing:
    """A market, and when its visitors see the story; `shown_until` None: until it is taken back."""

    market: str
    shown_from: datetime
    shown_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    slug: str


class ScheduleRefused(Exception):
    """A market the maison does not sell in, or an end before the beginning."""

    def __init__(self, market: str, reason: str) -> None:
        super().__init__(f"{market}: {reason}")
        self.market, self.reason = market, reason


async def schedule(conn: Conn, *, maison_id: UUID, story_id: UUID, showings: list[Showing]) -> None:
    """Says anew in which markets the story is shown, and when; a published story follows at once.

    Raises NoSuchStory, ScheduleRefused.
    """
    await story(conn, maison_id=maison_id, story_id=story_id)
    possible(showings, await markets_of(conn, maison_id))
    await execute(
        conn,
        """
        with gone as (
          delete from editorial.schedule where maison_id = %(maison_id)s and story_id = %(story_id)s
            and market <> all(%(markets)s::text[])
        )
        insert into editorial.schedule as kept (maison_id, story_id, market, shown_from, shown_until)
        select %(maison_id)s, %(story_id)s, s.market, s.shown_from, s.shown_until
        from jsonb_to_recordset(%(showings)s::jsonb) as s(market text, shown_from timestamptz, shown_until timestamptz)
        on conflict (maison_id, story_id, market) do update
        set shown_from = excluded.shown_from, shown_until = excluded.shown_until
        """,
        maison_id=maison_id,
        story_id=story_id,
        markets=[one.market for one in showings],
        showings=msgspec.json.encode(showings).decode(),
    )
    await _show_markets(conn, maison_id, story_id)


async def showings(conn: Conn, *, maison_id: UUID, story_id: UUID) -> list[Showing]:
    """The story's schedule, by market."""
    return await many(
        conn,
        Showing,
        """
        select market, shown_from, shown_until from editorial.schedule
        where maison_id = %(maison_id)s and story_id = %(story_id)s order by market collate "C"
        """,
        maison_id=maison_id,
        story_id=story_id,
    )


async def publish(
    conn: Conn, *, maison_id: UUID, story_id: UUID, now: datetime, published_by: UUID | None = None
) -> int:
    """Shows the draft to the visitors of its markets, as a version; returns its number. Repeatable.

    Without a schedule it is shown in all markets of the maison, from now on. Raises NoSuchStory, StoryRefused.
    """
    found = await story(conn, maison_id=maison_id, story_id=story_id)
    if faults := [*lacking(found.draft), *await unknown(conn, maison_id=maison_id, content=found.draft)]:
        raise StoryRefused(faults)
    number = await keep(conn, maison_id=maison_id, story_id=story_id, now=now, kept_by=published_by)
    if not await showings(conn, maison_id=maison_id, story_id=story_id):
        everywhere = [Showing(market, now) for market in await markets_of(conn, maison_id)]
        await schedule(conn, maison_id=maison_id, story_id=story_id, showings=everywhere)
    await execute(
        conn,
        """
        update editorial.story set published_version = %(number)s, published_at = coalesce(published_at, %(now)s)
        where maison_id = %(maison_id)s and id = %(story_id)s
        """,
        maison_id=maison_id,
        story_id=story_id,
        number=number,
        now=now,
    )
    content = await version(conn, maison_id=maison_id, story_id=story_id, number=number)
    await _show(conn, maison_id, story_id, content, now)
    await facts.record(conn, maison_id=maison_id, now=now, facts=[StoryPublished(story_id)])
    return number


async def unpublish(conn: Conn, *, maison_id: UUID, story_id: UUID, now: datetime) -> None:
    """Takes the story back from every market; its draft, versions and schedule stay. Repeatable. Raises NoSuchStory."""
    touched = await execute(
        conn,
        """
        update editorial.story set published_version = null, published_at = null
        where maison_id = %(maison_id)s and id = %(story_id)s
        """,
        maison_id=maison_id,
        story_id=story_id,
    )
    if not touched:
        raise NoSuchStory("story")
    gone = await execute(
        conn,
        "delete from public_facts.story where maison_id = %(maison_id)s and id = %(story_id)s",
        maison_id=maison_id,
        story_id=story_id,
    )
    if gone:
        await facts.record(conn, maison_id=maison_id, now=now, facts=[StoryPublished(story_id)])


async def unknown(conn: Conn, *, maison_id: UUID, content: Content) -> list[Fault]:
    """What the story names and may not show: pieces, pictures and maisons that are not its own.

    A maison shows its own published pieces alone; a retailer those of every maison in its store.
    """
    pieces = await may_show(conn, maison_id=maison_id, slugs=_named_pieces(content))
    pictures = await pictures_there(conn, maison_id=maison_id, names=_named_pictures(content))
    doors = {b.maison for b in content.blocks if isinstance(b, (WindowBlock, MapBlock)) and b.maison}
    maisons = await _maisons_there(conn, maison_id, sorted(doors))
    faults = await films_unknown(conn, maison_id=maison_id, content=content)
    heads = [(0, "pieces on the picture", [spot.piece for spot in content.spots if spot.piece])]
    for number, block in enumerate(content.blocks, 1):
        name = "pieces on the picture" if pictures_of(block) else "pieces"
        linked = (
            [slug for text in block.text.values() for slug in led_to(text, "piece")]
            if isinstance(block, TextBlock)
            else []
        )
        heads.append((number, name, [*pieces_of(block), *linked]))
        if isinstance(block, (WindowBlock, MapBlock)) and block.maison and block.maison not in maisons:
            faults.append(Fault(number, "maison", f"“{block.maison}” is no maison this story may show"))
    for number, name, slugs in heads:
        wrong = [slug for slug in dict.fromkeys(slugs) if slug not in pieces]
        faults += [
            Fault(number, name, f"“{slug}” is no published piece this story may show") for slug in wrong
        ]
    shown = [(0, "cover", content.cover)]
    shown += [(n, name, picture) for n, b in enumerate(content.blocks, 1) for name, picture in pictures_of(b)]
    faults += [
        Fault(number, name, f"“{picture.name}” is no picture this maison has")
        for number, name, picture in shown
        if picture.name and picture.name not in pictures
    ]
    return sorted(faults, key=lambda fault: fault.block)


async def may_show(conn: Conn, *, maison_id: UUID, slugs: list[str]) -> set[str]:
    """Those of the slugs that are published pieces of the maison, or of a maison shown in its multi-brand store."""
    rows = await many(
        conn,
        _Known,
        """
        select p.slug from public_facts.product p
        where p.slug = any(%(slugs)s) and (p.maison_id = %(maison_id)s or exists (
          select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
          where s.maison_id = %(maison_id)s and s.multi_brand and m.maison_id = p.maison_id))
        """,
        slugs=slugs,
        maison_id=maison_id,
    )
    return {row.slug for row in rows}


async def _maisons_there(conn: Conn, maison_id: UUID, slugs: list[str]) -> set[str]:
    if not slugs:
        return set()
    rows = await many(
        conn,
        _Known,
        """
        select n.slug from public_facts.maison n
        where n.slug = any(%(slugs)s) and (n.maison_id = %(maison_id)s or exists (
          select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
          where s.maison_id = %(maison_id)s and s.multi_brand and m.maison_id = n.maison_id))
        """,
        slugs=slugs,
        maison_id=maison_id,
    )
    return {row.slug for row in rows}


def _named_pieces(content: Content) -> list[str]:
    linked = [
        slug
        for block in content.blocks
        if isinstance(block, TextBlock)
        for text in block.text.values()
        for slug in led_to(text, "piece")
    ]
    return list(dict.fromkeys([*all_pieces(content), *linked]))


def _named_pictures(content: Content) -> list[str]:
    pictures = [content.cover, *(picture for block in content.blocks for _, picture in pictures_of(block))]
    return list(dict.fromkeys(picture.name for picture in pictures if picture.name))


def possible(showings: list[Showing], markets: list[str]) -> None:
    """Raises ScheduleRefused for a market not among these, or named twice, an end before the beginning, another century."""
    for one in showings:
        if one.market not in markets:
            raise ScheduleRefused(one.market, "the maison does not sell in this market")
        if one.shown_until is not None and one.shown_until <= one.shown_from:
            raise ScheduleRefused(one.market, "the end comes before the beginning")
        if any(
            not OUR_TIME[0] <= at < OUR_TIME[1] for at in (one.shown_from, one.shown_until or one.shown_from)
        ):
            raise ScheduleRefused(one.market, "the year is not of our time")
        if sum(other.market == one.market for other in showings) > 1:
            raise ScheduleRefused(one.market, "the market is named twice")


async def markets_of(conn: Conn, maison_id: UUID) -> list[str]:
    """The codes of the markets the maison sells in."""
    found: list[str] = await scalar(
        conn,
        """
        select coalesce(array_agg(k.code order by k.code collate "C"), '{}') from maisons.market k
        where k.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )
    return found


async def _show(conn: Conn, maison_id: UUID, story_id: UUID, content: Content, now: datetime) -> None:
    await execute(
        conn,
        """
        insert into public_facts.story as shown (id, maison_id, slug, version, content, pieces, published_at, changed_at)
        select s.id, s.maison_id, s.slug, s.published_version, %(content)s::jsonb, %(pieces)s, s.published_at, %(now)s
        from editorial.story s where s.maison_id = %(maison_id)s and s.id = %(story_id)s
        on conflict (id) do update set version = excluded.version, content = excluded.content, pieces = excluded.pieces,
          changed_at = case when shown.content = excluded.content then shown.changed_at else excluded.changed_at end
        """,
        maison_id=maison_id,
        story_id=story_id,
        content=msgspec.json.encode(content).decode(),
        pieces=all_pieces(content),
        now=now,
    )
    said = [
        {
            "language": language,
            "title": content.title[language].strip(),
            "standfirst": content.standfirst.get(language, "").strip(),
            "plain": "\n\n".join(
                unmarked(text.words[language])
                for text in texts(content)
                if text.words.get(language, "").strip()
            ),
        }
        for language in spoken(content)
    ]
    await execute(
        conn,
        """
        with gone as (
          delete from public_facts.story_text where story_id = %(story_id)s and language <> all(%(languages)s::text[])
        )
        insert into public_facts.story_text as shown (story_id, maison_id, language, title, standfirst, plain)
        select %(story_id)s, %(maison_id)s, t.language, t.title, t.standfirst, t.plain
        from jsonb_to_recordset(%(said)s::jsonb) as t(language text, title text, standfirst text, plain text)
        on conflict (story_id, language) do update
        set title = excluded.title, standfirst = excluded.standfirst, plain = excluded.plain
        """,
        story_id=story_id,
        maison_id=maison_id,
        languages=spoken(content),
        said=msgspec.json.encode(said).decode(),
    )
    await _show_markets(conn, maison_id, story_id)


async def _show_markets(conn: Conn, maison_id: UUID, story_id: UUID) -> None:
    await execute(
        conn,
        """
        with gone as (
          delete from public_facts.story_market m where m.maison_id = %(maison_id)s and m.story_id = %(story_id)s
            and not exists (select 1 from editorial.schedule c where c.maison_id = m.maison_id
              and c.story_id = m.story_id and c.market = m.market)
        )
        insert into public_facts.story_market as shown (story_id, maison_id, market, shown_from, shown_until)
        select c.story_id, c.maison_id, c.market, c.shown_from, c.shown_until
        from editorial.schedule c join public_facts.story s on s.id = c.story_id and s.maison_id = c.maison_id
        where c.maison_id = %(maison_id)s and c.story_id = %(story_id)s
        on conflict (story_id, market) do update
        set shown_from = excluded.shown_from, shown_until = excluded.shown_until
        """,
        maison_id=maison_id,
        story_id=story_id,
    )
