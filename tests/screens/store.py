"""The store's pages that nobody needs to do anything for: of every shop, and of each maison what it leads to."""

import re

from playwright.async_api import Page

from tests.screens.looking import Look, linked

MAISONS = ("brisseval", "odelaine", "tournelune", "orsanne")
#: Two whose dark looks are derived by the rule that any maison may use.
DERIVED = ("weissenau", "kasumori")
SEVERAL = (
    ("home", "/", 200),
    ("maisons", "/maisons", 200),
    ("boutiques", "/boutiques", 200),
    ("stories", "/stories", 200),
    ("search", "/search", 200),
    ("search-found", "/search?q=sac+noir+moins+de+5000", 200),
    ("search-mended", "/search?q=brisevall", 200),
    ("search-none", "/search?q=qwertzuiop", 200),
    ("sizes", "/sizes/ring", 200),
    ("sizes-shoe", "/sizes/shoe", 200),
    ("wish-list", "/wish-list", 200),
    ("basket-empty", "/basket", 200),
    ("sign-in", "/sign-in", 200),
    ("legal", "/legal", 200),
    ("offline", "/offline", 200),
    ("certificates", "/certificates", 200),
    ("not-there", "/maisons/nobody", 404),
)


async def store(page: Page, language: str) -> list[Look]:
    """All of them."""
    looks = [Look(name, f"/{language}{path}", status) for name, path, status in SEVERAL]
    for maison in (*MAISONS, *DERIVED):
        base = f"/{language}/maisons/{maison}"
        looks += [Look(maison, base), Look(f"{maison}-pieces", f"{base}/pieces")]
        ways = [("product", f"{base}/pieces", f"/{language}/products/")]
        if maison in MAISONS:
            looks.append(Look(f"{maison}-window", f"/{language}/windows/{maison}"))
            ways += [
                ("story", f"/{language}/stories?maison={maison}", f"/{language}/stories/"),
                ("boutique", f"/{language}/boutiques?maison={maison}", f"/{language}/boutiques/"),
            ]
        for kind, within, wanted in ways:
            looks.append(await linked(page, f"{maison}-{kind}", within, f'main a[href^="{wanted}"]'))
    story = next(look for look in looks if look.name == f"{MAISONS[0]}-story")
    looks.append(await linked(page, "story-piece", story.address, "main a[data-opens]"))
    looks.append(await linked(page, "brand", f"/{language}/maisons", f'main a[href^="/{language}/brands/"]'))
    for maison in ("claerhem", "aubrelle"):
        look = await _with(page, f"mirror-{maison}", language, maison, "/mirror")
        looks.append(look)
    looks.append(await _with(page, "engraving", language, "orsanne", 'name="engraving'))
    return looks + await _own_host(page, language)


async def _with(page: Page, name: str, language: str, maison: str, mark: str) -> Look:
    """The first product of the maison whose page holds the mark; of a page that it leads to, that page."""
    for path in await products(page, language, maison):
        answer = await page.request.get(path)
        text = await answer.text()
        if mark in text:
            return Look(name, path + mark if mark.startswith("/") else path)
    return Look(name, "", broken=[f"no product of {maison} has {mark}"])


async def products(page: Page, language: str, maison: str) -> list[str]:
    """The addresses of the maison's first pieces."""
    answer = await page.request.get(f"/{language}/maisons/{maison}/pieces")
    found = re.findall(rf'"(/{language}/products/[^"?]+)', await answer.text())
    return list(dict.fromkeys(found))


async def _own_host(page: Page, language: str) -> list[Look]:
    """A maison's own store, at the host the demo names."""
    found = re.search(
        r'href="(http://[^"/]+\.localhost[^"/]*)/"', await (await page.request.get("/demo")).text()
    )
    if found is None:
        return [Look("own-home", "", broken=["the demo names no store with its own host"])]
    return [
        Look("own-home", f"{found[1]}/{language}/"),
        Look("own-stories", f"{found[1]}/{language}/stories"),
        Look("own-boutiques", f"{found[1]}/{language}/boutiques"),
    ]
