"""What the search's page reads beside what was found. Published facts only."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, maybe


@dataclass(frozen=True, slots=True)
class Maison:
    """The maison inside which somebody searches."""

    maison_id: UUID
    slug: str
    name: str


async def maison_in(conn: Conn, *, store_id: UUID, slug: str) -> Maison | None:
    """The maison of this slug, where the store shows it."""
    return await maybe(
        conn,
        Maison,
        """
        select m.maison_id, m.slug, m.name from public_facts.maison m
        join public_facts.store_maison s on s.maison_id = m.maison_id and s.store_id = %(store_id)s
        where m.slug = %(slug)s
        """,
        store_id=store_id,
        slug=slug,
    )
