"""A piece tried on in the mirror of one's own phone: lipstick on the lips, sunglasses on the nose, a watch on the wrist.

The camera is asked for after a tap only; face or hand are found in the browser, and no picture leaves it.
"""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import Parameter
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.catalogue import published
from enfilade.web.shared import permitted
from enfilade.web.shared.assets import ASSETS, asset
from enfilade.web.storefront.asked import asked, shown
from enfilade.web.storefront.pictures import Picture, pictures

FINDER = "shared/vendor/mirror/human.js"
MODELS = "shared/vendor/mirror/facemesh.json"
#: What is worn on a wrist; all else that is tried on is worn on a face.
ON_WRIST = ("watch",)
#: Only here may the store ask for the camera, and only here are models of face and hand fetched.
OF_THIS_SCREEN = permitted.asked_for(camera="(self)") | permitted.sources(connect_src="blob:")

Word = Annotated[str, Parameter(max_length=200)]


def worn(shot: Picture) -> str:
    """How a piece is put on: the colour of a lipstick, or the address of its picture as it is worn; '' if it is not."""
    if FINDER not in ASSETS:
        return ""
    if shot.kind == "lipstick":
        return shot.hex
    front = f"pictures/{shot.kind}-{shot.finish}-worn.webp"
    return asset(front) if front in ASSETS else ""


@get("/{language:str}/products/{slug:str}/mirror", include_in_schema=False)
async def mirror(
    request: Request[Any, Any, Any], db: Db, language: str, slug: str, colour: Word = ""
) -> Response[str] | Redirect:
    """The mirror, dark until it is asked to open; a piece that is not tried on is shown instead."""
    frame = await asked(request, db, language)
    async with db.public() as conn:
        found = await published.product(
            conn, store_id=frame.front.id, slug=slug, language=frame.language, market=frame.market
        )
    if found is None:
        raise NotFoundException
    shots = [shot for shot in pictures(found.pictures, frame.language, found.name) if worn(shot)]
    shot = next((shot for shot in shots if shot.finish == colour), shots[0] if shots else None)
    if shot is None:
        return Redirect(f"/{frame.language}/products/{slug}", status_code=303)
    way = "wrist" if shot.kind in ON_WRIST else "face"
    response = shown(
        request,
        frame,
        "storefront/products/mirror.html",
        look=(found.maison_slug, found.maison_theme),
        public=True,
        product=found,
        maison_slug=found.maison_slug,
        maison_name=found.maison_name,
        maison_wordmark=found.maison_wordmark,
        shot=shot,
        worn=worn(shot),
        way=way,
        way_script=asset(f"storefront/products/{way}.js"),
        finder=asset(FINDER),
        models=asset(MODELS).removesuffix("facemesh.json"),
    )
    response.headers |= OF_THIS_SCREEN
    return response
