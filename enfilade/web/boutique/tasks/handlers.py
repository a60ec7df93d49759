"""Today's tasks: who is on the way, what is late, what is to prepare, what waits, what can still be undone."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.orders import making, reading
from enfilade.orders.reading import Task
from enfilade.orders.rejections import is_late
from enfilade.web.boutique.showing import screen
from enfilade.web.shared.acting import Member


@dataclass(frozen=True, slots=True)
class Day:
    """The tasks as sections, each in the order they came."""

    coming: list[Task]
    late: list[Task]
    to_prepare: list[Task]
    ready: list[Task]
    undoable: list[Task]
    to_put_away: list[Task]
    awaited: list[Task]

    @property
    def empty(self) -> bool:
        return not (
            self.coming
            or self.late
            or self.to_prepare
            or self.ready
            or self.undoable
            or self.to_put_away
            or self.awaited
        )


def day(tasks: list[Task], now: datetime) -> Day:
    """Sorts tasks into the sections of the screen; each stands in one, and in another where something is to be put away."""
    made = Day([], [], [], [], [], [], [])
    for task in tasks:
        if task.to_put_away:
            made.to_put_away.append(task)
        if task.state == "ready":
            (made.coming if task.on_my_way_at else made.ready).append(task)
        elif task.state == "awaited":
            made.awaited.append(task)
        elif task.state in ("asked", "accepted"):
            late = is_late(task.pick_by, task.sla_minutes, now)
            (made.late if late else made.to_prepare).append(task)
        elif task.capture_after is not None and task.capture_after > now and task.state != "dispatched":
            made.undoable.append(task)
    return made


@get("/", include_in_schema=False)
async def tasks(request: Request[Any, Any, Any], db: Db, member: Member) -> Response[str]:
    """The first screen of the day."""
    now = datetime.now(UTC)
    async with db.acting(member.actor, member.maison_id) as conn:
        by = await member.by(conn)
        found = await reading.tasks(conn, maison_id=member.maison_id, by=by, now=now)
        to_make = await making.waiting(conn, maison_id=member.maison_id, by=by)
    return screen(
        request,
        "boutique/tasks/tasks.html",
        member=member,
        tab="tasks",
        day=day(found, now),
        to_engrave=sum(task.to_engrave for task in found),
        to_make=to_make,
        places=sorted({task.location_name for task in found}),
    )
