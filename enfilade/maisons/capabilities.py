"""Which shared functions a maison has adopted, and how far: it comes one capability at a time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from enfilade.base.db import Conn, execute, many

State = Literal["not_started", "importing", "shadow", "live", "retired"]


@dataclass(frozen=True, slots=True)
class Adoption:
    """The maison's state with one capability, and since when."""

    name: str
    state: State
    since: datetime


async def adopt(conn: Conn, *, maison_id: UUID, capabilities: dict[str, State], now: datetime) -> None:
    """Sets the state of the named capabilities; `since` changes only where the state does."""
    await execute(
        conn,
        """
        insert into maisons.capability as kept (maison_id, name, state, since)
        select %(maison_id)s, c.name, c.state, %(now)s
        from unnest(%(names)s::text[], %(states)s::text[]) as c(name, state)
        on conflict (maison_id, name) do update set state = excluded.state, since = excluded.since
        where kept.state <> excluded.state
        """,
        maison_id=maison_id,
        names=list(capabilities),
        states=list(capabilities.values()),
        now=now,
    )


async def adoptions(conn: Conn, *, maison_id: UUID) -> list[Adoption]:
    """Every capability the maison has a state with, by name."""
    return await many(
        conn,
        Adoption,
        """
        select name, state, since from maisons.capability where maison_id = %(maison_id)s
          order by name collate "C"
        """,
        maison_id=maison_id,
    )
