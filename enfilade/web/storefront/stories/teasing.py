"""Stories in a list: what the store tells now to whoever reads this language in this market."""

from datetime import UTC, datetime

from enfilade.base.db import Db
from enfilade.editorial.published import Teaser, stories
from enfilade.web.storefront.asked import Asked


async def teasers(
    db: Db, frame: Asked, *, most: int, after: int = 0, maison: str = "", piece: str = ""
) -> list[Teaser]:
    """The last published first: all, one maison's, or those that show a piece; over a connection of its own."""
    async with db.public() as conn:
        return await stories(
            conn,
            store_id=frame.front.id,
            language=frame.language,
            market=frame.market,
            now=datetime.now(UTC),
            most=most,
            after=after,
            maison_slug=maison,
            piece=piece,
        )
