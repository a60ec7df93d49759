"""What `bin/screens` does: opens every page of a running demo, takes its picture, and looks for what no picture shows at once.

Broken is: wider than the screen, a picture that does not load, an error of a script, a request that is refused, whatever axe
calls a violation. Pages behind a sign-in are opened as the demo's people.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Error, Page, async_playwright

import enfilade
from enfilade.world.load import DEMO_PASSWORD

FONTS = Path(enfilade.__file__).parent / "web/shared/vendor/documents"
LANGUAGES = ("fr", "zh")
WIDTHS = (390, 820, 1440)
MAISONS = ("brisseval", "odelaine", "tournelune")
STAFF = {
    "desk.brisseval": ("/desk/", "/desk/?q=martin", "/desk/selling", "/desk/selling/new"),
    "maison.brisseval": ("/studio", "/studio/orders", "/studio/stories", "/studio/windows", "/studio/windows/row",
                         "/studio/media", "/studio/policy", "/studio/webhooks", "/studio/quotas", "/studio/missing",
                         "/studio/stuck", "/studio/sourcing", "/studio/laws", "/studio/waitlist", "/studio/money",
                         "/studio/products", "/studio/pieces", "/studio/collaborations", "/studio/delivery", "/studio/services",
                         "/studio/closures", "/studio/statements", "/studio/engraving", "/studio/store",
                         "/studio/store?temper=night"),
    "advisor.brisseval": ("/boutique", "/boutique/pickups", "/boutique/returns", "/boutique/shortages", "/boutique/transfers",
                          "/boutique/transfers/asking?q=sac", "/boutique/selling", "/boutique/selling/new?q=sac",
                          "/boutique/engravings", "/boutique/till", "/boutique/appointments", "/boutique/password"),
    "boutique.brisseval": ("/boutique/roster", "/boutique/closing"),
    "maison.claire-voie": ("/studio/brands",),
    "analyst": ("/cockpit", "/cockpit/figures", "/cockpit/windows", "/cockpit/maisons/brisseval"),
}  # fmt: skip
#: These lead to each other.
BUYING = ("basket", "checkout", "order", "account")
#: Lazy pictures are asked for when they come near: every page is walked to its end once. What is painted only
#: when it comes near would stay blank in a picture of the whole page.
WALK = """async () => {
  for (const one of document.querySelectorAll("body *")) {
    if (getComputedStyle(one).contentVisibility === "auto") one.style.contentVisibility = "visible";
  }
  for (const one of document.images) one.loading = "eager";
  const soon = (ms) => new Promise((on) => setTimeout(on, ms));
  for (let y = 0; y < document.body.scrollHeight; y += innerHeight) { scrollTo(0, y); await soon(60); }
  const loaded = (one) => one.complete || new Promise((on) => { one.onload = one.onerror = on; });
  await Promise.race([Promise.all([...document.images].map(loaded)), soon(5000)]);
  scrollTo(0, 0);
}"""
BROKEN = """() => {
  const wide = document.documentElement.scrollWidth;
  const gone = [...document.images].filter((one) => one.currentSrc && !one.naturalWidth && one.checkVisibility());
  const told = gone.map((one) => `no picture: ${one.currentSrc}`);
  return wide > innerWidth + 1 ? [`wider than the screen: ${wide}`, ...told] : told;
}"""


@dataclass(slots=True)
class Look:
    """One address in one width; `status` is what it is to answer."""

    name: str
    address: str
    status: int = 200
    broken: list[str] = field(default_factory=list[str])


async def store(page: Page, language: str) -> list[Look]:
    """The pages of the store: those of every shop, then of each maison what it leads to."""
    looks = [
        Look(name, f"/{language}{path}", status)
        for name, path, status in (
            ("home", "/", 200),
            ("maisons", "/maisons", 200),
            ("boutiques", "/boutiques", 200),
            ("stories", "/stories", 200),
            ("search", "/search", 200),
            ("search-found", "/search?q=sac+noir+moins+de+5000", 200),
            ("search-mended", "/search?q=brisevall", 200),
            ("search-none", "/search?q=qwertzuiop", 200),
            ("sizes", "/sizes/ring", 200),
            ("wish-list", "/wish-list", 200),
            ("basket-empty", "/basket", 200),
            ("sign-in", "/sign-in", 200),
            ("legal", "/legal", 200),
            ("offline", "/offline", 200),
            ("not-there", "/maisons/nobody", 404),
        )
    ]
    for maison in MAISONS:
        base = f"/{language}/maisons/{maison}"
        looks += [Look(maison, base), Look(f"{maison}-pieces", f"{base}/pieces")]
        looks.append(Look(f"{maison}-window", f"/{language}/windows/{maison}"))
        for kind, within, wanted in (
            ("product", f"{base}/pieces", f"/{language}/products/"),
            ("story", f"/{language}/stories?maison={maison}", f"/{language}/stories/"),
            ("boutique", f"/{language}/boutiques?maison={maison}", f"/{language}/boutiques/"),
        ):
            found = Look(f"{maison}-{kind}", within)
            try:
                await page.goto(within)
                found.address = (
                    await page.locator(f'main a[href^="{wanted}"]').first.get_attribute(
                        "href", timeout=10_000
                    )
                    or within
                )
            except Error as error:
                found.broken.append(f"leads to no {wanted}: {told(error)}")
            looks.append(found)
    return looks


def told(error: Error) -> str:
    """The first line of what the browser says."""
    return error.message.splitlines()[0]


async def bought(page: Page, language: str) -> list[Look]:
    """A basket with a piece in it, and its checkout."""
    basket, checkout = Look("basket", f"/{language}/basket"), Look("checkout", f"/{language}/basket")
    try:
        await page.goto(f"/{language}/maisons/{MAISONS[0]}/pieces")
        await page.locator(f'main a[href^="/{language}/products/"]').first.click()
        await page.locator("form.take button").click()
        await page.wait_for_url(f"**/{language}/basket*")
        await page.locator("main button.primary").last.click()
        await page.wait_for_url("**/checkout/*")
        checkout.address = re.sub(r"^https?://[^/]+", "", page.url)
    except Error as error:
        checkout.broken.append(f"not reached: {told(error)}")
    return [basket, checkout]


#: What a client writes at the checkout, by the id of the field; a method asks for some of them only.
CLIENT = {
    "name": "Ada Martin",
    "phone": "+33 6 12 34 56 78",
    "line1": "1 rue des Essais",
    "postcode": "75001",
    "city": "Paris",
}


async def ordered(page: Page, language: str, checkout: str, mail: str) -> list[Look]:
    """The order that the checkout becomes, and the account of who placed it."""
    order, account = Look("order", checkout), Look("account", f"/{language}/account")
    try:
        await page.goto(checkout)
        for field_id, value in {**CLIENT, "mail": mail}.items():
            if await page.locator(f"#{field_id}").count():
                await page.fill(f"#{field_id}", value)
        # A card, whatever the market names first: nothing is asked at a bank.
        await page.locator('main input[name="payment_method"][value="card"]').check()
        await page.locator("main form.details button.primary").click()
        await page.wait_for_url("**/orders/*")
        order.address = re.sub(r"^https?://[^/]+", "", page.url)
        await page.goto(f"/{language}/sign-in")
        await page.fill("#address", mail)
        await page.locator("main button.primary").click()
        await page.wait_for_url("**/sign-in/code*")
        at = page.url
        code = await _code(page, mail)
        await page.goto(at)
        await page.fill("#code", code)
        await page.locator("main button.primary").click()
        await page.wait_for_url(f"**/{language}/account*")
    except Error as error:
        account.broken.append(f"not reached: {told(error)}")
    return [order, account]


async def _code(page: Page, mail: str) -> str:
    """Of the letter the demo's mailbox received for it; a worker sends it within seconds."""
    for _ in range(20):
        await page.goto("/demo/mailbox")
        letter = page.locator('#letters li a[href*="/sign-in-"]', has_text=mail)
        if await letter.count():
            await letter.first.click()
            if found := re.search(r"(?<!\d)\d{6}(?!\d)", await page.locator("pre").text_content() or ""):
                return found.group()
        await page.wait_for_timeout(500)
    raise Error(f"no letter with a code came to {mail}")


async def look_at(page: Page, look: Look, width: int, into: Path, axe: bool) -> None:
    """Takes the picture and writes down what is broken."""

    def heard(text: str) -> None:
        look.broken.append(f"{width}: {text}")

    def answered(response: Any) -> None:
        expected = look.status if response.url.endswith(look.address) else 200
        if response.status >= 400 and response.status != expected:
            heard(f"{response.status} {response.url}")

    def said(message: Any) -> None:
        if message.type == "error" and "status of 404" not in message.text:
            heard(f"says: {message.text}")

    listeners: list[tuple[str, Callable[[Any], None]]] = [
        ("response", answered),
        ("console", said),
        ("pageerror", lambda e: heard(f"fails: {e}")),
    ]
    for name, listener in listeners:
        page.on(name, listener)  # type: ignore[call-overload]
    try:
        answer = await page.goto(look.address, wait_until="load")
        if answer is None or answer.status != look.status:
            heard(f"answers {answer and answer.status}")
        await page.evaluate(WALK)
        for found in await page.evaluate(BROKEN):
            heard(found)
        await page.screenshot(path=into / f"{look.name}-{width}.png", full_page=True)
        if axe:
            for violation in (await Axe().run(page)).response["violations"]:
                nodes = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
                heard(f"axe {violation['id']} ({violation['impact']}): {nodes}")
    except Error as error:
        heard(f"is not shown: {told(error)}")
    finally:
        for name, listener in listeners:
            page.remove_listener(name, listener)


async def signed_in(page: Page, person: str) -> None:
    """One of the demo's people; who is not let in is told of by the pages that turn them away."""
    await page.goto("/boutique/sign-in")
    await page.fill("input[type=email]", f"{person}@enfilade.example")
    await page.fill("input[type=password]", DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_load_state()


@asynccontextmanager
async def opened(browser: Browser, base: str, width: int, language: str) -> AsyncIterator[Page]:
    """A fresh visitor."""
    context = await browser.new_context(
        base_url=base, viewport={"width": width, "height": 900}, locale=language, service_workers="block"
    )
    page = await context.new_page()
    page.set_default_timeout(30_000)
    yield page
    await context.close()


async def all_of(browser: Browser, base: str, into: Path, only: str, widths: tuple[int, ...]) -> list[Look]:
    """Every page at these widths."""
    seen: list[Look] = []

    async def each(folder: Path, width: int, page: Page, looks: list[Look]) -> None:
        for look in looks:
            if only in look.name:
                await look_at(page, look, width, folder, axe=width != 820)
                seen.append(look)

    for width in widths:
        for language in LANGUAGES:
            folder = into / language
            folder.mkdir(parents=True, exist_ok=True)
            async with opened(browser, base, width, language) as page:
                await each(folder, width, page, await store(page, language))
                if not only or only in BUYING:
                    looks = await bought(page, language)
                    await each(folder, width, page, looks)
                    mail = f"{uuid4().hex}@example.org"
                    await each(folder, width, page, await ordered(page, language, looks[-1].address, mail))
        (into / "staff").mkdir(parents=True, exist_ok=True)
        for person, paths in STAFF.items():
            async with opened(browser, base, width, "en") as page:
                await signed_in(page, person)
                looks = [Look(path[1:].replace("/", "-"), path) for path in paths]
                await each(into / "staff", width, page, looks)
    return seen


def _fonts(folder: Path) -> Path:
    """The machine's fonts and the Chinese one that documents are set in: clients have one, a server has none."""
    config = folder / "fonts.conf"
    config.write_text(
        "<fontconfig><include ignore_missing='yes'>/etc/fonts/fonts.conf</include>"
        f"<dir>{FONTS}</dir></fontconfig>",
        encoding="utf-8",
    )
    return config


async def screens(base: str, into: Path, only: str, widths: tuple[int, ...]) -> int:
    """How many pages are broken."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with tempfile.TemporaryDirectory() as folder:
            browser = await playwright.chromium.launch(
                executable_path=os.environ["ENFILADE_CHROME"],
                args=arguments,
                env={**os.environ, "FONTCONFIG_FILE": str(_fonts(Path(folder)))},
            )
            seen = await all_of(browser, base, into, only, widths)
            await browser.close()
    broken: dict[str, list[str]] = {}
    for look in seen:
        if look.broken:
            broken.setdefault(f"{look.name} {look.address}", []).extend(dict.fromkeys(look.broken))
    (into / "broken.json").write_text(
        json.dumps(broken, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for name, faults in broken.items():
        click.echo(f"{name}\n  " + "\n  ".join(faults))
    click.echo(f"{len(seen)} pictures in {into}; {len(broken)} pages have something broken")
    return len(broken)


@click.command()
@click.argument("address", default="http://127.0.0.1:8000")
@click.option("--into", default="test-results/screens", type=click.Path(path_type=Path))
@click.option("--only", default="", help="Pages with this in their name.")
@click.option("--width", "widths", type=int, multiple=True, default=WIDTHS, help="May be said several times.")
def command(address: str, into: Path, only: str, widths: tuple[int, ...]) -> None:
    """Take a picture of every page and tell what is broken."""
    sys.exit(asyncio.run(screens(address.rstrip("/"), into, only, widths)) > 0)


if __name__ == "__main__":
    command()
