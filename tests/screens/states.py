"""Pages that somebody must have done something for: a checkout at each of its steps, an order's life, a visit, a wait."""

import re
from uuid import uuid4

from playwright.async_api import Error, Page

from tests.screens.looking import Album, Look, linked, path_of, signed_in
from tests.screens.store import MAISONS, products

#: What a client writes, by the id of the field; a form asks for some of them only.
CLIENT = {
    "name": "Ada Martin",
    "phone": "+33 6 12 34 56 78",
    "line1": "1 rue des Essais",
    "postcode": "75001",
    "city": "Paris",
}
BUYING = ("basket", "checkout", "order", "account", "bank", "second-step", "confirming", "choosing", "return")


async def put(page: Page, language: str, maison: str) -> None:
    """The first of the maison's pieces that can be had, into the basket."""
    for path in await products(page, language, maison):
        if "form" in path or 'class="take"' not in await (await page.request.get(path)).text():
            continue
        await page.goto(path)
        if await page.locator("form.take button").count():
            await page.locator("form.take button").first.click()
            await page.wait_for_url(f"**/{language}/basket*")
            return
    raise Error(f"{maison} has nothing to sell")


async def opened_checkout(page: Page) -> str:
    """From the basket, sent home."""
    for way in await page.locator('main input[name^="method"][value="ship"]').all():
        await way.check()
    await page.locator("main button.primary").last.click()
    await page.wait_for_url("**/checkout/*")
    return path_of(page)


async def filled(page: Page, mail: str) -> None:
    for field_id, value in {**CLIENT, "mail": mail}.items():
        if await page.locator(f"#{field_id}").count():
            await page.fill(f"#{field_id}", value)


async def paid(page: Page, checkout: str, mail: str, card: str) -> None:
    """A card, whatever the market names first; `card` is the demo's."""
    await page.goto(checkout)
    await filled(page, mail)
    await page.locator('main input[name="payment_method"][value="card"]').check()
    if await page.locator("#card_token").count():
        await page.select_option("#card_token", card)
    await page.locator("main form.details button.primary").click()
    await page.wait_for_load_state()


async def buying(album: Album, page: Page, folder: str, language: str) -> None:
    """Basket, checkout, the bank, what happens while it thinks, an order, its forms, its return, the account."""
    mail = f"{uuid4().hex}@example.org"
    basket, checkout = Look("basket", ""), Look("checkout", "")
    async with album.reaching(basket, checkout):
        await put(page, language, MAISONS[0])
        basket.address = f"/{language}/basket"
        await album.take(page, folder, basket)
        await page.goto(basket.address)
        checkout.address = await opened_checkout(page)
        await album.take(page, folder, checkout)
    asked, bank = Look("second-step", ""), Look("bank", "")
    async with album.reaching(asked, bank):
        await paid(page, checkout.address, mail, "tok_second_step")
        await page.goto(checkout.address)
        asked.address = path_of(page)
        bank.address = await page.locator("main a.button").first.get_attribute("href") or ""
        await album.take(page, folder, asked, bank)
        await page.goto(bank.address)
        await page.locator('button[value="approve"]').click()
        await page.wait_for_url("**/orders/*")
    await _ordered(album, page, folder, language, mail)
    await _waiting(album, page, folder, language, mail)
    await _choosing(album, page, folder, language, mail)
    await _account(album, page, folder, language, mail)


async def _waiting(album: Album, page: Page, folder: str, language: str, mail: str) -> None:
    """The provider is silent for some seconds: each width has a checkout of its own that waits."""
    for width in album.widths:
        look = Look("confirming", "")
        async with album.reaching(look):
            await put(page, language, MAISONS[0])
            at = await opened_checkout(page)
            await paid(page, at, mail, "tok_timeout_then_ok")
            look.address = path_of(page)
            one = Album(album.into, album.only, (width,))
            await one.take(page, folder, look)
            album.pictures += one.pictures
            album.seen += one.seen
            await page.wait_for_url("**/orders/*")


async def _choosing(album: Album, page: Page, folder: str, language: str, mail: str) -> None:
    """Two maisons, two banks' pages: one says yes, the other no."""
    choosing = Look("choosing", "")
    async with album.reaching(choosing):
        await put(page, language, MAISONS[0])
        await put(page, language, MAISONS[1])
        await album.take(page, folder, Look("basket-of-two", f"/{language}/basket"))
        await page.goto(f"/{language}/basket")
        choosing_at = await opened_checkout(page)
        await paid(page, choosing_at, mail, "tok_second_step")
        for decision in ("approve", "refuse"):
            await page.locator(f'button[value="{decision}"]').click()
            await page.wait_for_load_state()
            if not await page.locator('button[value="refuse"]').count() and decision == "approve":
                await page.goto(choosing_at)
                await page.locator("main a.button").first.click()
                await page.wait_for_load_state()
        choosing.address = choosing_at
        await album.take(page, folder, choosing)
        await page.goto(choosing_at)
        await page.locator("main form button").last.click()
        await page.wait_for_load_state()
        await album.take(page, folder, Look("checkout-released", choosing_at))


async def _ordered(album: Album, page: Page, folder: str, language: str, mail: str) -> None:
    order, returning = Look("order", ""), Look("return", "")
    work = Look("boutique-preparation", "")
    async with album.reaching(order, work, returning):
        await page.goto(f"/{language}/basket")
        await put(page, language, MAISONS[1])
        await paid(page, await opened_checkout(page), mail, "tok_ok")
        await page.wait_for_url("**/orders/*")
        order.address = path_of(page).partition("?")[0]
        forms = [
            Look(f"order-{form}", f"{order.address}/{form}")
            for form in ("cancellation", "address", "withdrawal")
        ]
        await album.take(page, folder, order, *forms)
        answer = await page.request.post("/demo/persons/advisor")
        work.address = "/" + answer.url.split("/", 3)[3]
        if language == "fr":
            await album.take(page, "staff", work)
        await page.goto(work.address)
        for name in ("Accept", "I have it", "It has left"):
            if name == "It has left":
                await page.fill("input[name=tracking]", "1Z000")
            elif name == "I have it" and language == "fr":
                await album.take(page, "staff", Look("boutique-picking", work.address))
                await page.goto(work.address)
            await page.get_by_role("button", name=name, exact=True).click()
            await page.wait_for_load_state()
        await album.take(page, folder, Look("order-sent", order.address))
        returning.address = f"{order.address}/return"
        await album.take(page, folder, returning)
        await page.goto(returning.address)
        for one in await page.locator("form.returning select").all():
            await one.select_option(index=1)
        await page.locator("form.returning button").last.click()
        await page.wait_for_load_state()
        await album.take(
            page, folder, Look("return-announced", returning.address), Look("order-returned", order.address)
        )


async def _account(album: Album, page: Page, folder: str, language: str, mail: str) -> None:
    account, code = Look("account", ""), Look("sign-in-code", "")
    async with album.reaching(account, code):
        await page.goto(f"/{language}/sign-in")
        await page.fill("#address", mail)
        await page.locator("main button.primary").click()
        await page.wait_for_url("**/sign-in/code*")
        code.address = path_of(page)
        await album.take(page, folder, code)
        letter = await mailed(page, mail, "/sign-in-")
        written = re.search(r"(?<!\d)\d{6}(?!\d)", letter)
        await page.goto(code.address)
        await page.fill("#code", written[0] if written else "")
        await page.locator("main button.primary").click()
        await page.wait_for_url(f"**/{language}/account*")
        account.address = f"/{language}/account"
    await album.take(page, folder, account)


async def mailed(page: Page, mail: str, kind: str) -> str:
    """The letter of this kind that the demo's mailbox received for it; a worker sends it within seconds."""
    for _ in range(40):
        await page.goto("/demo/mailbox")
        letter = page.locator(f'#letters li a[href*="{kind}"]', has_text=mail)
        if await letter.count():
            await letter.first.click()
            return await page.locator("pre").text_content() or ""
        await page.wait_for_timeout(500)
    raise Error(f"no letter {kind} came to {mail}")


async def visit(album: Album, page: Page, folder: str, language: str) -> None:
    """From a service to an appointment, and to another time; then one with a piece that is brought."""
    base = f"/{language}/maisons/{MAISONS[0]}/appointments"
    where, when, who = (Look(f"visit-{name}", "") for name in ("where", "when", "who"))
    kept, moving = Look("visit-kept", ""), Look("visit-moving", "")
    async with album.reaching(where, when, who, kept, moving):
        await album.take(page, folder, Look("visit-services", base))
        where.address = f"{base}/try"
        await page.goto(where.address)
        when.address = await page.locator(f'main a[href^="{base}/try/"]').first.get_attribute("href") or ""
        who.address = await _hour(page, when.address)
        await album.take(page, folder, where, when, who)
        kept.address = await _agreed(page, who.address)
        await page.goto(kept.address)
        moving.address = (
            await page.locator('main a[href*="/move"], main a[href*="/moving"]').first.get_attribute("href")
            or ""
        )
        await album.take(page, folder, kept, moving)
        if language == "fr":
            await _awaited(album, page, who.address, "boutique-appointment")
    await _brought(album, page, folder, language)


async def _brought(album: Album, page: Page, folder: str, language: str) -> None:
    """From a piece that lies elsewhere to an appointment it is brought for."""
    where, when, who, kept = (Look(f"visit-brought-{name}", "") for name in ("where", "when", "who", "kept"))
    if not any(album.only in look.name for look in (where, when, who, kept)):
        return
    async with album.reaching(where, when, who, kept):
        for path in await products(page, language, MAISONS[0]):
            piece = re.search(
                r"/appointments\?piece=([0-9a-f-]{36})", await (await page.request.get(path)).text()
            )
            if piece is None:
                continue
            address = f"/{language}/maisons/{MAISONS[0]}/appointments/try?piece={piece[1]}"
            await page.goto(address)
            it = page.locator(".offered-list a:has(> span:nth-of-type(4))").first
            if await it.count():
                where.address, when.address = address, await it.get_attribute("href") or ""
                who.address = await _hour(page, when.address)
                await album.take(page, folder, where, when, who)
                kept.address = await _agreed(page, who.address)
                await album.take(page, folder, kept)
                if language == "fr":
                    await _awaited(album, page, who.address, "boutique-appointment-brought")
                return
        raise Error("no piece of these is brought anywhere")


async def _hour(page: Page, when: str) -> str:
    """The form for the first free hour of a boutique."""
    await page.goto(when)
    hours = page.locator(".hours-links a")
    if not await hours.count():
        await page.locator(".fortnight a").nth(2).click()
    return await hours.first.get_attribute("href") or ""


async def _agreed(page: Page, who: str) -> str:
    """Books it; the way its client comes back is the link in the letter."""
    mail = f"{uuid4().hex}@example.org"
    await page.goto(who)
    await page.fill("#name", CLIENT["name"])
    await page.fill("#reach", mail)
    await page.locator('main input[name="agreed"]').check()
    await page.locator("main button.primary").last.click()
    await page.wait_for_load_state()
    link = re.search(r"https?://[^/\s]+(/\S+/appointments/\S+)", await mailed(page, mail, "/appointment-"))
    return link[1] if link else ""


async def _awaited(album: Album, page: Page, who: str, name: str) -> None:
    """The appointment as the maison's people see it, in the diary of its boutique."""
    place = re.search(r"/try/([0-9a-f-]{36})", who)
    day = re.search(r"slot=(\d{4}-\d\d-\d\d)", who)
    await signed_in(page, f"maison.{MAISONS[0]}")
    diary = f"/boutique/appointments?at={place[1] if place else ''}&on={day[1] if day else ''}"
    it = await linked(page, name, diary, 'main a[href^="/boutique/appointments/"]')
    await album.take(page, "staff", Look("boutique-diary", diary), it)


async def asked(album: Album, page: Page, folder: str, language: str) -> None:
    """A piece that nobody has and one whose price is told by people: their forms, and what is said afterwards."""
    for name, mark, fields in (
        ("waitlist", 'class="wait"', {"#wait-mail": f"{uuid4().hex}@example.org"}),
        (
            "enquiry",
            'class="enquiry"',
            {"#enquiry-name": CLIENT["name"], "#enquiry-reach": "ada@example.org"},
        ),
    ):
        form, sent = Look(f"{name}-form", ""), Look(f"{name}-sent", "")
        async with album.reaching(form, sent):
            form.address = await _first_with(page, language, mark)
            await album.take(page, folder, form)
            await page.goto(form.address)
            for selector, value in fields.items():
                await page.fill(selector, value)
            for box in await page.locator("form.enquiry input[type=checkbox]").all():
                await box.check()
            await page.locator(
                f"form[class={'wait' if name == 'waitlist' else 'enquiry'}] button"
            ).last.click()
            await page.wait_for_load_state()
            sent.address = path_of(page)
            await album.take(page, folder, sent)
            if name == "waitlist":
                letter = await mailed(page, fields["#wait-mail"], "/wait-asked-")
                link = re.search(r"https?://[^/\s]+(/\S+/waitlist/\S+)", letter)
                await album.take(page, folder, Look("waitlist-confirm", link[1] if link else ""))


async def _first_with(page: Page, language: str, mark: str) -> str:
    for maison in ("sedrane", "orsanne", "brisseval", "odelaine", "tournelune", "aubrelle", "claerhem"):
        for path in await products(page, language, maison):
            text = await (await page.request.get(path)).text()
            for at in dict.fromkeys([path, *re.findall(rf'"({re.escape(path)}\?[^"#]+)"', text)]):
                at = at.replace("&amp;", "&")
                if mark in (text if at == path else await (await page.request.get(at)).text()):
                    return at
    raise Error(f"no product has {mark}")
