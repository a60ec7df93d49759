"""Health: `live` answers while the process runs, `ready` while the database answers too."""

from litestar import Response, get

from enfilade.base.db import Db, scalar


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "live"}


@get("/health/ready", include_in_schema=False)
async def ready(db: Db) -> Response[dict[str, str]]:
    """Published facts can be read."""
    async with db.public() as conn:
        await scalar(conn, "select count(*) from public_facts.store")
    return Response({"status": "ready"})
