"""Who stands for each role in the demo: somebody who works where the order is prepared, else in the first maison."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.tenants import tenants
from enfilade.web.demo.last_order import LastOrder

#: Where nobody has the role: whoever else can do it, in this order.
STAND_INS: dict[str, list[str]] = {
    "advisor": ["advisor", "boutique_manager", "maison_manager"],
    "boutique_manager": ["boutique_manager", "maison_manager"],
    "maison_manager": ["maison_manager"],
    "group": ["group_analyst", "group_administrator"],
}


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody to be."""

    maison_id: UUID
    staff_id: UUID
    place: str


async def find(db: Db, role: str, order: LastOrder | None) -> Found | None:
    """None where nobody was hired for it."""
    if role != "group" and order is not None:
        async with db.acting(Actor.job(), order.maison_id) as conn:
            return await _in(conn, order.maison_id, role, order.location_id)
    kind = "group" if role == "group" else "maison"
    for tenant in await tenants(db):
        if tenant.kind == kind:
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                found = await _in(conn, tenant.maison_id, role, None)
            if found is not None:
                return found
    return None


async def _in(conn: Conn, maison_id: UUID, role: str, location_id: UUID | None) -> Found | None:
    return await maybe(
        conn,
        Found,
        """
        select p.maison_id, p.id as staff_id, coalesce(l.name, '') as place
        from staff.person p
        left join lateral (select t.location_id from staff.post t
          where t.maison_id = p.maison_id and t.staff_id = p.id
          order by t.location_id is not distinct from %(location_id)s::uuid desc, t.location_id limit 1) t on true
        left join boutiques.location l on l.maison_id = p.maison_id and l.id = t.location_id
        where p.maison_id = %(maison_id)s and p.active and p.role = any(%(roles)s::text[])
          and (p.role in ('maison_manager', 'group_analyst', 'group_administrator') or %(location_id)s::uuid is null
            or t.location_id = %(location_id)s::uuid)
        order by array_position(%(roles)s::text[], p.role), p.email limit 1
        """,
        maison_id=maison_id,
        roles=STAND_INS[role],
        location_id=location_id,
    )
