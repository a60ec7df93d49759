"""The legal page: who sells, what is kept of a visitor and for how long."""

from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.web.shared.asking import VISITOR_DAYS
from enfilade.web.storefront.asked import asked, shown


@get("/{language:str}/legal", include_in_schema=False)
async def legal(request: Request[Any, Any, Any], db: Db, language: str) -> Response[str]:
    """One short page."""
    frame = await asked(request, db, language)
    return shown(request, frame, "storefront/legal/legal.html", public=True, visitor_days=VISITOR_DAYS)
