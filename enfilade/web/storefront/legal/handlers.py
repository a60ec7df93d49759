"""The legal page: who sells, what is kept of a visitor and for how long, how long a piece may come back."""

from itertools import groupby
from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.maisons import published
from enfilade.orders.return_terms import LAW_DAYS
from enfilade.web.shared.asking import VISITOR_DAYS
from enfilade.web.storefront.asked import MARKETS, asked, shown


@get("/{language:str}/legal", include_in_schema=False)
async def legal(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """One short page."""
    frame = await asked(request, db, language)
    by_law = LAW_DAYS.get(MARKETS[frame.market], 0)
    async with db.public() as conn:
        maisons = await published.taken_back(conn, store_id=frame.front.id)

    def terms(one: published.TakenBack) -> tuple[int, bool]:
        return -max(one.return_days, by_law), one.return_abroad

    return shown(
        request,
        frame,
        "storefront/legal/legal.html",
        public=True,
        visitor_days=VISITOR_DAYS,
        by_law=by_law,
        # Alike terms together, the longest first: days, whether abroad, names.
        taken_back=[
            (-days, abroad, [one.name for one in alike])
            for (days, abroad), alike in groupby(sorted(maisons, key=terms), key=terms)
        ],
    )
