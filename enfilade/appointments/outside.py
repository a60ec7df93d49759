"""Calendars outside: an advisor's busy times are read from an address they gave, and nobody is booked in them.

Only when somebody is busy is kept, as absences that are written anew when they change. `docs/algorithms/calendars.md` tells it.
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin
from uuid import UUID

import msgspec
from psycopg import errors

from enfilade.appointments import rosters, shifts, turns
from enfilade.appointments.busy_times import Span
from enfilade.appointments.shifts import SHIFT_DAYS, NoSuchAdvisor
from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.base.ids import new_id
from enfilade.base.messages import Messages
from enfilade.base.outgoing import AddressRefused, NoAnswer, Outgoing
from enfilade.clients import letters
from enfilade.staff.people import Colleague

READ, ROUND = "appointments.read_outside", "appointments.look_outside"
EVERY = timedelta(minutes=15)
#: What repeats is looked through again after so long, though the file is unchanged: other days have come into sight.
EXPANDED_FOR = timedelta(hours=12)
#: Who cannot be read is asked less and less often, and is told about after so long.
EVERY_MAX = timedelta(hours=4)
TOLD_AFTER = timedelta(days=1)
BYTES_MAX = 5_000_000
REDIRECTS_MAX = 3
#: What reading a file may take: of a processor, and on the clock of a machine that has others to serve.
READ_CPU_SECONDS_MAX, READ_SECONDS_MAX = 15, 60.0
#: Of a maison, asked for in one round.
ROUND_MAX = 50


@dataclass(frozen=True, slots=True)
class Outside:
    """The address as it stands; `why` is '' while it can be read. Only its `host` is shown: who has the whole reads it too."""

    id: UUID
    url: str
    read_at: datetime | None
    failing_since: datetime | None
    why: str
    spans: int

    @property
    def host(self) -> str:
        return self.url.split("/", 3)[2]


async def outside(conn: Conn, *, maison_id: UUID, staff_id: UUID) -> Outside | None:
    """What an advisor's busy times are read from, and how many are known."""
    return await maybe(
        conn,
        Outside,
        """
        select o.id, o.url, o.read_at, o.failing_since, o.why, (select count(*) from appointments.absence b
          where b.maison_id = o.maison_id and b.staff_id = o.staff_id and b.source = 'outside')::integer as spans
        from appointments.outside_calendar o where o.maison_id = %(maison_id)s and o.staff_id = %(staff_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
    )


def written(url: str) -> str:
    """As it is asked: calendar programs write webcal:// for https://."""
    scheme, _, rest = url.strip().partition("://")
    scheme = scheme.lower()
    return f"{'https' if scheme in ('webcal', 'webcals') else scheme}://{rest}" if rest else url.strip()


async def keep_outside(
    conn: Conn,
    *,
    maison_id: UUID,
    by: Colleague,
    staff_id: UUID,
    location_id: UUID | None,
    url: str,
    now: datetime,
) -> None:
    """Reads this address from now on; the same again changes nothing, another one takes the place of the one before.

    By the advisor, or by the manager of a boutique of theirs. `url` was judged before. Raises NoSuchAdvisor, ForManagers,
    NotYourBoutique.
    """
    await _allowed(conn, maison_id, by, staff_id, location_id)
    calendar_id = new_id(now)
    try:
        async with conn.transaction():
            changed = await execute(
                conn,
                """
                insert into appointments.outside_calendar as kept (maison_id, staff_id, id, url, said_at, due_at)
                values (%(maison_id)s, %(staff_id)s, %(id)s, %(url)s, %(now)s, %(due_at)s)
                on conflict (maison_id, staff_id) do update set id = excluded.id, url = excluded.url,
                  said_at = excluded.said_at, due_at = excluded.due_at, etag = '', read_at = null,
                  expanded_at = null, failing_since = null,
                  failures = 0, why = '', told_of = null
                where kept.url <> excluded.url
                """,
                maison_id=maison_id,
                staff_id=staff_id,
                id=calendar_id,
                url=written(url),
                now=now,
                due_at=now + EVERY,
            )
    except errors.ForeignKeyViolation:
        raise NoSuchAdvisor from None
    if changed:
        await jobs.defer(
            conn,
            maison_id=maison_id,
            jobs=[jobs.Job(READ, {"staff_id": staff_id, "calendar_id": calendar_id})],
        )


async def remove_outside(
    conn: Conn, *, maison_id: UUID, by: Colleague, staff_id: UUID, location_id: UUID | None
) -> None:
    """Reads it no more, and forgets the busy times. Repeatable. Raises as `keep_outside`."""
    await _allowed(conn, maison_id, by, staff_id, location_id)
    await _in_turn(conn, maison_id, staff_id)
    await execute(
        conn,
        """
        with gone as (
          delete from appointments.outside_calendar where maison_id = %(maison_id)s and staff_id = %(staff_id)s
        )
        delete from appointments.absence
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and source = 'outside'
        """,
        maison_id=maison_id,
        staff_id=staff_id,
    )


@dataclass(frozen=True, slots=True)
class _Post:
    there: bool


async def _allowed(
    conn: Conn, maison_id: UUID, by: Colleague, staff_id: UUID, location_id: UUID | None
) -> None:
    if by.staff_id == staff_id:
        return
    if location_id is None:
        raise NoSuchAdvisor
    rosters.managed(by, location_id)
    found = await maybe(
        conn,
        _Post,
        """
        select true as there from staff.post
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and location_id = %(location_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        location_id=location_id,
    )
    if found is None:
        raise NoSuchAdvisor


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


async def _in_turn(conn: Conn, maison_id: UUID, staff_id: UUID) -> None:
    """The advisor and the boutiques they are on duty at, locked: nobody is booked meanwhile."""
    await shifts.locked(conn, maison_id, [staff_id])
    places = await many(
        conn,
        _Id,
        """
        select distinct location_id as id from appointments.roster
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
    )
    await turns.take(conn, maison_id=maison_id, location_ids=[place.id for place in places], all_offer=False)


@dataclass(frozen=True, slots=True)
class _Due:
    staff_id: UUID
    id: UUID


async def look(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Asks for the readings that are due; returns how many. One that is under way is not asked for again."""
    due = await many(
        conn,
        _Due,
        """
        update appointments.outside_calendar o set due_at = %(next)s
        where o.maison_id = %(maison_id)s and o.staff_id in (select x.staff_id from appointments.outside_calendar x
          join staff.person p on p.maison_id = x.maison_id and p.id = x.staff_id and p.active
          where x.maison_id = %(maison_id)s and x.due_at <= %(now)s order by x.due_at, x.staff_id limit %(most)s
          for no key update of x skip locked)
        returning o.staff_id, o.id
        """,
        maison_id=maison_id,
        now=now,
        next=now + EVERY,
        most=ROUND_MAX,
    )
    if due:
        await jobs.defer(
            conn,
            maison_id=maison_id,
            jobs=[jobs.Job(READ, {"staff_id": one.staff_id, "calendar_id": one.id}) for one in due],
        )
    return len(due)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read, and by whose clock what has no zone is; `failures` in a row so far."""

    url: str
    etag: str
    zone: str
    failures: int


async def asked(
    conn: Conn, *, maison_id: UUID, staff_id: UUID, calendar_id: UUID, now: datetime
) -> Asked | None:
    """None where it was taken away, or is another one now. `etag` is '' where it is to be read even if it is unchanged."""
    return await maybe(
        conn,
        Asked,
        """
        select o.url, case when o.expanded_at > %(since)s then o.etag else '' end as etag, o.failures,
          coalesce((select l.zone from staff.post t
          join boutiques.location l on l.maison_id = t.maison_id and l.id = t.location_id
          where t.maison_id = o.maison_id and t.staff_id = o.staff_id order by t.location_id limit 1), 'UTC') as zone
        from appointments.outside_calendar o
        where o.maison_id = %(maison_id)s and o.staff_id = %(staff_id)s and o.id = %(calendar_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        calendar_id=calendar_id,
        since=now - EXPANDED_FOR,
    )


@dataclass(frozen=True, slots=True)
class Content:
    """`spans` None: as before."""

    spans: list[Span] | None
    etag: str


async def fetched(outgoing: Outgoing, found: Asked, *, now: datetime) -> Content:
    """What is there now, read by a program of its own. Raises AddressRefused, NoAnswer."""
    url = found.url
    for _ in range(REDIRECTS_MAX + 1):
        async with outgoing.to(url) as line:
            headers = {"accept": "text/calendar, */*;q=0.5", "user-agent": "Enfilade"}
            if found.etag:
                headers["if-none-match"] = found.etag
            answer = await line.get(headers, bytes_max=BYTES_MAX)
        if answer.status == 304:
            return Content(None, found.etag)
        if answer.status == 200:
            return Content(await spans_of(answer.content, zone=found.zone, now=now), answer.etag)
        if answer.status not in (301, 302, 303, 307, 308) or not answer.location:
            raise NoAnswer(f"It answered with {answer.status}.")
        # Where it leads is judged as the first address was.
        try:
            url = urljoin(url, answer.location)
        except ValueError:
            raise NoAnswer("It leads to no address.") from None
    raise NoAnswer("It leads from address to address.")


async def spans_of(content: bytes, *, zone: str, now: datetime) -> list[Span]:
    """The busy times from yesterday until the end of the published shifts. Raises NoAnswer."""
    wanted = {
        "zone": zone,
        "cpu_seconds": READ_CPU_SECONDS_MAX,
        "since": int((now - timedelta(days=1)).timestamp()),
        "until": int((now + timedelta(days=SHIFT_DAYS)).timestamp()),
    }
    reader = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "enfilade.appointments.busy_times",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(READ_SECONDS_MAX):
            said, _ = await reader.communicate(json.dumps(wanted).encode() + b"\n" + content)
    except TimeoutError:
        raise NoAnswer("It takes too long to read.") from None
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if reader.returncode != 0:
        raise NoAnswer("It takes too long to read.")
    answer = msgspec.json.decode(said, type=_Answer)
    if answer.why:
        raise NoAnswer(answer.why)
    return answer.spans


class _Answer(msgspec.Struct):
    spans: list[Span] = []
    why: str = ""


async def record(
    conn: Conn, *, maison_id: UUID, staff_id: UUID, calendar_id: UUID, content: Content, now: datetime
) -> int:
    """The absences are now these; returns how many were written or removed, −1 where the address is another one by now.

    Appointments of ours that came back through the advisor's own calendar keep nobody.
    """
    if content.spans is not None:
        await _in_turn(conn, maison_id, staff_id)
    kept = await execute(
        conn,
        """
        update appointments.outside_calendar set read_at = %(now)s, etag = %(etag)s, failing_since = null, failures = 0,
          why = '', told_of = null, expanded_at = case when %(anew)s then %(now)s else expanded_at end
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and id = %(calendar_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        calendar_id=calendar_id,
        etag=content.etag,
        anew=content.spans is not None,
        now=now,
    )
    if not kept:
        return -1
    if content.spans is None:
        return 0
    spans = joined(await _not_ours(conn, maison_id, content.spans))
    wanted = {
        "begins": [datetime.fromtimestamp(begins, UTC) for begins, _ in spans],
        "ends": [datetime.fromtimestamp(ends, UTC) for _, ends in spans],
    }
    gone = await execute(
        conn,
        """
        delete from appointments.absence b
        where b.maison_id = %(maison_id)s and b.staff_id = %(staff_id)s and b.source = 'outside' and not exists (
          select 1 from unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) as w(begins, ends)
          where b.during = tstzrange(w.begins, w.ends))
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        **wanted,
    )
    made = await execute(
        conn,
        """
        insert into appointments.absence (maison_id, id, staff_id, during, said_at, source)
        select %(maison_id)s, w.id, %(staff_id)s, tstzrange(w.begins, w.ends), %(now)s, 'outside'
        from unnest(%(ids)s::uuid[], %(begins)s::timestamptz[], %(ends)s::timestamptz[]) as w(id, begins, ends)
        where not exists (select 1 from appointments.absence b where b.maison_id = %(maison_id)s
          and b.staff_id = %(staff_id)s and b.source = 'outside' and b.during = tstzrange(w.begins, w.ends))
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        ids=[new_id(now) for _ in spans],
        now=now,
        **wanted,
    )
    return gone + made


def joined(spans: list[Span]) -> list[tuple[int, int]]:
    """Half-open, sorted and apart."""
    apart: list[tuple[int, int]] = []
    for begins, ends, _ in sorted(spans):
        if apart and begins <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(ends, apart[-1][1]))
        else:
            apart.append((begins, ends))
    return apart


async def _not_ours(conn: Conn, maison_id: UUID, spans: list[Span]) -> list[Span]:
    named = {known for _, _, name in spans if (known := _uuid(name)) is not None}
    if not named:
        return spans
    ours = await many(
        conn,
        _Id,
        "select id from appointments.appointment where maison_id = %(maison_id)s and id = any(%(named)s::uuid[])",
        maison_id=maison_id,
        named=list(named),
    )
    known = {one.id for one in ours}
    return [span for span in spans if _uuid(span[2]) not in known]


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Untold:
    """An advisor to be written to, and since when their calendar cannot be read."""

    name: str
    mail: str
    maison_name: str
    since: datetime


async def fail(
    conn: Conn, *, maison_id: UUID, staff_id: UUID, calendar_id: UUID, why: str, now: datetime
) -> Untold | None:
    """It could not be read: the busy times stay as they are, and it is asked again later. Whom to tell, after a day."""
    return await maybe(
        conn,
        Untold,
        """
        update appointments.outside_calendar o set failing_since = coalesce(o.failing_since, %(now)s),
          failures = o.failures + 1, why = %(why)s,
          due_at = %(now)s::timestamptz + least(%(most)s::interval, %(every)s::interval * power(2, least(o.failures, 8)))
        from staff.person p, public_facts.maison m
        where o.maison_id = %(maison_id)s and o.staff_id = %(staff_id)s and o.id = %(calendar_id)s
          and p.maison_id = o.maison_id and p.id = o.staff_id and m.maison_id = o.maison_id
        returning p.name, case when o.told_of is null and new.failing_since <= %(told)s then p.email else '' end as mail,
          m.name as maison_name, new.failing_since as since
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        calendar_id=calendar_id,
        why=why[:200],
        every=EVERY,
        most=EVERY_MAX,
        told=now - TOLD_AFTER,
        now=now,
    )


async def told(conn: Conn, *, maison_id: UUID, staff_id: UUID, calendar_id: UUID, now: datetime) -> None:
    """Its advisor knows."""
    await execute(
        conn,
        """
        update appointments.outside_calendar set told_of = %(now)s
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and id = %(calendar_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        calendar_id=calendar_id,
        now=now,
    )


def letter(untold: Untold, *, why: str, base_url: str) -> letters.Letter:
    """To the advisor, in the language of the boutique app."""
    return letters.Letter(
        sender=untold.maison_name,
        subject="Your calendar cannot be read",
        before=[
            f"Since {untold.since:%-d %B, %H:%M} (UTC) your busy times cannot be read: {why}",
            "You are booked around the times that were read last. What has changed since is not known.",
        ],
        link=("Look at the address", f"{base_url}/boutique/calendar"),
    )


async def read(
    db: Db,
    outgoing: Outgoing,
    messages: Messages,
    base_url: str,
    *,
    maison_id: UUID,
    staff_id: UUID,
    calendar_id: UUID,
    now: datetime,
) -> None:
    """One calendar, once: asked outside any transaction, then written, or noted that it cannot be read."""
    which = {"maison_id": maison_id, "staff_id": staff_id, "calendar_id": calendar_id}
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await asked(conn, **which, now=now)
    if found is None:
        return
    try:
        content = await fetched(outgoing, found, now=now)
    except (AddressRefused, NoAnswer) as refusal:
        why = str(refusal)
    else:
        await db.run(Actor.job(), maison_id, lambda conn: record(conn, **which, content=content, now=now))
        return
    untold = await db.run(Actor.job(), maison_id, lambda conn: fail(conn, **which, why=why, now=now))
    if untold is None or not untold.mail:
        return
    await messages.send(
        letters.message(
            letter(untold, why=why, base_url=base_url),
            key=f"outside-{calendar_id}-{int(untold.since.timestamp())}",
            to=untold.mail,
            language="en",
        )
    )
    await db.run(Actor.job(), maison_id, lambda conn: told(conn, **which, now=now))


def register(known: jobs.Jobs, db: Db, *, outgoing: Outgoing, messages: Messages, base_url: str) -> None:
    """Names the round and the reading."""

    async def work(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await read(
            db,
            outgoing,
            messages,
            base_url,
            maison_id=maison_id,
            staff_id=ids["staff_id"],
            calendar_id=ids["calendar_id"],
            now=datetime.now(UTC),
        )

    known.add(READ, work)
    known.at_each("*/5 * * * *", ROUND, look)
