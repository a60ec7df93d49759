"""Health: `live` answers while the process runs, `ready` while the database answers too."""

from litestar import Response, get

from enfilade.base.db import Db, scalar


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


@get("/health/ready", include_in_schema=False)
async def ready(db: Db) -> Response[dict[str, str]]:
    """Published facts can be read. A failing archive is told, and no reason to turn clients away."""
    async with db.public() as conn:
        archive = await scalar(
            conn,
            """
            select case when current_setting('archive_library') = '' then 'off'
              when a.last_failed_time > coalesce(a.last_archived_time, '-infinity') then 'failing' else 'well' end
            from pg_stat_archiver a cross join (select count(*) from public_facts.store) as published
            """,
        )
    return Response({"status": "ready", "archive": str(archive)})
