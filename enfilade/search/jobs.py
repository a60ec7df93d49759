"""What the worker does for search: documents written again when something was published, and once a night in any case."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, scalar
from enfilade.base.facts import Heard
from enfilade.base.jobs import Jobs
from enfilade.boutiques.events import BoutiquesPublished
from enfilade.catalogue.events import PiecesPublished
from enfilade.editorial.events import StoryPublished
from enfilade.maisons.events import MaisonPublished
from enfilade.search import documents, indexing


def register(jobs: Jobs) -> None:
    """Listeners answer within a second of a commit; the rounds mend what no fact told."""

    jobs.listen(PiecesPublished, "search.index_pieces", _index_pieces)
    jobs.listen(BoutiquesPublished, "search.index_boutiques", _index_boutiques)
    jobs.listen(MaisonPublished, "search.index_maison", _index_maison)
    jobs.listen(StoryPublished, "search.index_story", _index_story)
    jobs.at_each("7 * * * *", "search.mend", mend)
    jobs.at_each("37 3 * * *", "search.sweep", sweep)


async def mend(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
    """Indexes a maison that is behind."""
    if await behind(conn, maison_id=maison_id):
        await indexing.index_all(conn, maison_id=maison_id)


async def sweep(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
    """Indexes everything the maison has published, and forgets words that nothing bears any more."""
    await indexing.index_all(conn, maison_id=maison_id)
    await documents.forget_words(conn, maison_id=maison_id)


async def behind(conn: Conn, *, maison_id: UUID) -> bool:
    """Whether a published piece or story has no document: nothing was indexed yet, or a listener failed for good."""
    return bool(
        await scalar(
            conn,
            """
            select exists (select 1 from public_facts.product p where p.maison_id = %(maison_id)s and not exists (
              select 1 from public_facts.search_document d
              where d.maison_id = %(maison_id)s and d.kind = 'piece' and d.id = p.id))
            or exists (select 1 from public_facts.story s where s.maison_id = %(maison_id)s and not exists (
              select 1 from public_facts.search_document d
              where d.maison_id = %(maison_id)s and d.kind = 'story' and d.id = s.id))
            """,
            maison_id=maison_id,
        )
    )


async def _index_pieces(conn: Conn, heard: Heard) -> None:
    ids = [UUID(told) for told in heard.body["product_ids"]]
    before = await _count(conn, heard.maison_id, ids)
    shown = await indexing.index_pieces(conn, maison_id=heard.maison_id, product_ids=ids)
    if shown < before:
        # What was withdrawn is not proposed while somebody types, either.
        await documents.forget_words(conn, maison_id=heard.maison_id)


async def _index_boutiques(conn: Conn, heard: Heard) -> None:
    ids = [UUID(told) for told in heard.body["location_ids"]]
    await indexing.index_boutiques(conn, maison_id=heard.maison_id, location_ids=ids)


async def _index_story(conn: Conn, heard: Heard) -> None:
    await indexing.index_stories(conn, maison_id=heard.maison_id, story_ids=[heard.subject_id])


async def _index_maison(conn: Conn, heard: Heard) -> None:
    # Its name stands in the documents of its pieces, boutiques and stories.
    await indexing.index_all(conn, maison_id=heard.maison_id)


async def _count(conn: Conn, maison_id: UUID, ids: list[UUID]) -> int:
    found: int = await scalar(
        conn,
        """
        select count(*) from public_facts.search_document
        where maison_id = %(maison_id)s and kind = 'piece' and id = any(%(ids)s::uuid[])
        """,
        maison_id=maison_id,
        ids=ids,
    )
    return found
