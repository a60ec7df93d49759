"""A story of the first maison that shows its bag, published and seen everywhere; and one written from blocks."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.editorial import publishing, stories
from enfilade.editorial.blocks import read

Look = Callable[..., list[tuple[Any, ...]]]

PICTURE = {"name": "bag-noir", "alt": {"fr": "Un sac noir"}}


def written(slug: str = "alba", *blocks: dict[str, Any]) -> dict[str, Any]:
    """Its cover has a piece on it, its text leads to one and holds what is no mark."""
    return {
        "language": "fr",
        "title": {"fr": "Midi", "en": "Noon"},
        "standfirst": {"fr": "Une heure sans ombre."},
        "cover": PICTURE,
        "spots": [{"piece": f"{slug}-bag", "x": 0.4, "y": 0.6}],
        "blocks": [
            {"kind": "text", "text": {"fr": f"<b>Un</b> *mot* du [sac](piece:{slug}-bag)."}},
            *blocks,
        ],
    }


async def tell(db: Db, admin: Look, maison_id: UUID, content: dict[str, Any]) -> UUID:
    """Publishes it, as of yesterday."""
    admin("""update public_facts.product set pictures = '[{"name": "bag-noir", "alt": ""}]'""")
    at = datetime.now(UTC) - timedelta(days=1)
    async with db.acting(Actor.importer(), maison_id) as conn:
        story_id = await stories.begin(conn, maison_id=maison_id, title="Midi", language="fr", now=at)
        await stories.write(conn, maison_id=maison_id, story_id=story_id, draft=read(content), seen=1, now=at)
        await publishing.publish(conn, maison_id=maison_id, story_id=story_id, now=at)
    return story_id
