"""The pages of those who work here, in English: what each opens, what those pages lead to, and what they do first."""

from playwright.async_api import Page

from tests.screens.looking import Album, Look, linked, path_of

PATHS = {
    "desk.brisseval": ("/desk/", "/desk/?q=martin", "/desk/selling", "/desk/selling/new"),
    "maison.brisseval": ("/studio", "/studio/orders", "/studio/stories", "/studio/windows", "/studio/windows/row",
                         "/studio/media", "/studio/policy", "/studio/webhooks", "/studio/quotas", "/studio/missing",
                         "/studio/stuck", "/studio/sourcing", "/studio/laws", "/studio/waitlist", "/studio/money",
                         "/studio/products", "/studio/pieces", "/studio/collaborations", "/studio/delivery",
                         "/studio/services", "/studio/closures", "/studio/statements", "/studio/engraving",
                         "/studio/films", "/studio/making", "/studio/store", "/studio/store?temper=night"),
    "advisor.brisseval": ("/boutique", "/boutique/pickups", "/boutique/returns", "/boutique/shortages",
                          "/boutique/transfers", "/boutique/transfers/asking?q=sac", "/boutique/selling",
                          "/boutique/selling/new?q=sac", "/boutique/engravings", "/boutique/till",
                          "/boutique/appointments", "/boutique/calendar", "/boutique/making", "/boutique/password"),
    "boutique.brisseval": ("/boutique/roster", "/boutique/closing"),
    "maison.claire-voie": ("/studio/brands",),
    "analyst": ("/cockpit", "/cockpit/figures", "/cockpit/windows", "/cockpit/maisons/brisseval"),
}  # fmt: skip
#: Person → page, what it is called, the link on it that leads there.
LINKED = {
    "desk.brisseval": (("desk-order", "/desk/?q=martin", 'main a[href^="/desk/orders/"]'),),
    "maison.brisseval": (
        ("studio-story", "/studio/stories", 'main th a[href^="/studio/stories/"]'),
        ("studio-story-preview", "/studio/stories", 'main th a[href^="/studio/stories/"]'),
        ("studio-story-schedule", "/studio/stories", 'main th a[href^="/studio/stories/"]'),
        ("studio-story-versions", "/studio/stories", 'main th a[href^="/studio/stories/"]'),
        ("studio-order", "/studio/orders", 'main th a[href^="/studio/orders/"]'),
        ("studio-window", "/studio/windows", 'main th a[href^="/studio/windows/"]'),
        ("studio-product", "/studio/products", 'main a[href^="/studio/products/"]'),
        ("studio-service", "/studio/services", 'main th a[href*="change="]'),
    ),
    "boutique.brisseval": (("boutique-advisor", "/boutique/roster", 'main a[href*="/boutique/roster/"]'),),
}


async def staff(album: Album, page: Page, person: str) -> None:
    """Everything one of them opens."""
    looks = [Look(path[1:].replace("/", "-"), path) for path in PATHS[person]]
    for name, within, selector in LINKED.get(person, ()):
        if album.only in name:
            look = await linked(page, name, within, selector)
            for last in ("preview", "schedule", "versions"):
                if look.address and name.endswith(last):
                    look.address += f"/{last}"
            looks.append(look)
    await album.take(page, "staff", *looks)
    if person == "advisor.brisseval":
        if album.wants("boutique-till"):
            await _till(album, page)
        if album.wants("boutique-proposal", "proposal"):
            await _proposal(album, page)


async def _till(album: Album, page: Page) -> None:
    """Opened for the day, a piece rung up, paid, its receipt."""
    sale, receipt = Look("boutique-till-sale", ""), Look("boutique-till-receipt", "")
    async with album.reaching(sale, receipt):
        await page.goto("/boutique/till")
        if await page.locator("input[name=float]").count():
            await page.fill("input[name=float]", "200")
            await page.get_by_role("button", name="Open the till").click()
        await page.get_by_role("button", name="New sale").click()
        await page.fill("input[name=q]", "sac")
        await page.press("input[name=q]", "Enter")
        await page.wait_for_load_state()
        await page.locator("ul.found form button").first.click()
        await page.wait_for_load_state()
        sale.address = path_of(page).partition("?")[0]
        await album.take(page, "staff", sale)
        await page.goto(sale.address)
        for one in await page.locator('input[name="serial"], select[name="serial"]').all():
            if await one.evaluate("one => one.tagName") == "SELECT":
                await one.select_option(index=0)
        if await page.locator('input[name="amount"]').count():
            await page.get_by_role("button", name="Card", exact=True).click()
            await page.wait_for_load_state()
        await page.get_by_role("button", name="Finish and hand over").click()
        await page.wait_for_load_state()
        receipt.address = path_of(page)
    await album.take(page, "staff", receipt)


async def _proposal(album: Album, page: Page) -> None:
    """Put together by an advisor; what the client opens is the link it shows."""
    made, theirs = Look("boutique-proposal", ""), Look("proposal", "")
    async with album.reaching(made, theirs):
        await page.goto("/boutique/selling/new?q=sac")
        await page.locator("form.ask button").first.click()
        await page.wait_for_load_state()
        await album.take(page, "staff", Look("boutique-proposal-composing", path_of(page)))
        await page.get_by_role("button", name="Make the link").click()
        await page.wait_for_url("**/boutique/selling/*")
        made.address = path_of(page)
        theirs.address = await page.locator("#link").input_value()
    await album.take(page, "staff", made, theirs)
