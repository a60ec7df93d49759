"""What the maisons drawn in full offer by appointment, read from services.toml, and who is there for it."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from enfilade.appointments import rosters, services
from enfilade.appointments.rosters import Hours
from enfilade.appointments.services import Said, Service
from enfilade.base.db import Conn, many, scalar
from enfilade.staff.people import Colleague
from enfilade.world.maisons import Maison
from enfilade.world.people import ELSEWHERE, tongue_of

HERE = Path(__file__).parent
#: Boutiques of a maison that take appointments, the first of them.
BOUTIQUES_MAX = 16
#: From half past nine until eight, by the boutique's clock: what is outside of its hours is not offered.
FROM_MINUTE, UNTIL_MINUTE = 570, 1200
#: Two advisors, one of whom is there on every day of the week; on Saturdays and busy days both.
WEEKS = ((1, 2, 3, 4, 5, 6), (3, 4, 5, 6, 7))


@dataclass(frozen=True, slots=True)
class _Post:
    """An advisor at a boutique."""

    staff_id: UUID
    name: str
    location_id: UUID
    country: str


async def keep_services(
    conn: Conn, *, maison_id: UUID, maison: Maison, boutiques: list[str], now: datetime
) -> None:
    """The maison's services, and the weeks of its advisors in the first of these `boutiques` (codes).

    Where it has services already nothing is changed.
    """
    entries = [entry for entry in _entries() if entry["maison"] == maison.slug]
    if not entries or await scalar(
        conn, "select exists (select 1 from appointments.service where maison_id = %(id)s)", id=maison_id
    ):
        return
    working = _placed(
        await many(
            conn,
            _Post,
            """
            select p.id as staff_id, p.name, l.id as location_id, l.country
            from boutiques.location l
            join staff.post t on t.maison_id = l.maison_id and t.location_id = l.id
            join staff.person p on p.maison_id = t.maison_id and p.id = t.staff_id and p.role = 'advisor'
            where l.maison_id = %(maison_id)s and l.code = any(%(codes)s::text[])
            order by array_position(%(codes)s::text[], l.code), p.email collate "C"
            """,
            maison_id=maison_id,
            codes=boutiques[:BOUTIQUES_MAX],
        )
    )
    places = tuple(sorted({one.location_id for _, one in working}))
    for entry in entries:
        minutes, preparation, clearing = entry["minutes"]
        service = Service(
            entry["code"],
            entry["kind"],
            minutes,
            preparation,
            clearing,
            pieces_max=entry.get("pieces_max", 0),
            brought_max=entry.get("brought_max", 0),
            cancel_until_minutes=120,
            texts=_texts(entry),
            location_ids=places,
        )
        await services.keep(conn, maison_id=maison_id, service=service, now=now)
    by = Colleague(maison_id, "", "maison_manager", frozenset())
    for turn, one in working:
        await rosters.keep_advisor(
            conn,
            maison_id=maison_id,
            by=by,
            staff_id=one.staff_id,
            location_id=one.location_id,
            shown_name=one.name,
            languages=_spoken(one.country),
            skills=[],
            bookable=True,
            by_name=turn == 0,
            now=now,
        )
        await rosters.set_week(
            conn,
            maison_id=maison_id,
            by=by,
            staff_id=one.staff_id,
            location_id=one.location_id,
            hours=[Hours(day, FROM_MINUTE, UNTIL_MINUTE) for day in WEEKS[turn % len(WEEKS)]],
            valid_from=now.date() - timedelta(days=1),
            now=now,
        )


def _placed(posts: list[_Post]) -> list[tuple[int, _Post]]:
    """Each advisor at the first boutique they have a post at, with how many of that boutique come before them."""
    placed: dict[UUID, list[_Post]] = {}
    for post in {one.staff_id: one for one in reversed(posts)}.values():
        placed.setdefault(post.location_id, []).append(post)
    first = dict.fromkeys(one.location_id for one in posts)
    return [(turn, one) for place in first for turn, one in enumerate(reversed(placed.get(place, [])))]


def _spoken(country: str) -> list[str]:
    tongue = tongue_of(country)
    return ["en"] if tongue in ("en", ELSEWHERE) else [tongue, "en"]


def _texts(entry: dict[str, Any]) -> dict[str, Said]:
    asked = entry.get("question", {})
    return {
        language: Said(name, entry["words"][language], (asked[language],) if language in asked else ())
        for language, name in entry["name"].items()
    }


@cache
def _entries() -> list[dict[str, Any]]:
    return tomllib.loads((HERE / "services.toml").read_text("utf-8"))["service"]
