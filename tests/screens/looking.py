"""One page in one width: its picture, and what no picture shows at once."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Error, Page

from enfilade.world.load import DEMO_PASSWORD

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
#: What is wider than the screen, pictures that did not come, words that reach over the edge of what holds them.
BROKEN = """() => {
  const wide = document.documentElement.scrollWidth;
  const gone = [...document.images].filter((one) => one.currentSrc && !one.naturalWidth && one.checkVisibility());
  const told = gone.map((one) => `no picture: ${one.currentSrc}`);
  for (const one of document.querySelectorAll("a,button,h1,h2,h3,p,td,th,dd,dt,li,label,legend,span")) {
    const box = one.getBoundingClientRect();
    if (!box.width || box.right <= innerWidth + 1 || !one.checkVisibility()) continue;
    let within = one.parentElement;
    while (within && !/auto|scroll|hidden|clip/.test(getComputedStyle(within).overflowX)) within = within.parentElement;
    if (!within || within === document.body || within === document.documentElement) {
      told.push(`over the edge: ${one.tagName.toLowerCase()} “${one.textContent.trim().slice(0, 40)}”`);
      break;
    }
  }
  return wide > innerWidth + 1 ? [`wider than the screen: ${wide}`, ...told] : told;
}"""


@dataclass(slots=True)
class Look:
    """One address, in several widths; `status` is what it is to answer."""

    name: str
    address: str
    status: int = 200
    broken: list[str] = field(default_factory=list[str])


def told(error: Error) -> str:
    """The first line of what the browser says."""
    return error.message.splitlines()[0]


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
        await page.set_viewport_size({"width": width, "height": 900})
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


@dataclass(slots=True)
class Album:
    """Where pictures go, of which pages (`only`: with this in their name), how wide; `seen` is what was looked at."""

    into: Path
    only: str
    widths: tuple[int, ...]
    seen: list[Look] = field(default_factory=list[Look])
    pictures: int = 0

    def wants(self, *names: str) -> bool:
        """Whether a page whose name begins so may be asked for."""
        return not self.only or any(self.only in name or name in self.only for name in names)

    async def take(self, page: Page, folder: str, *looks: Look) -> None:
        """Each of them in every width; what could not be reached is kept with its fault."""
        (self.into / folder).mkdir(parents=True, exist_ok=True)
        for look in looks:
            if self.only not in look.name:
                continue
            if not any(one is look for one in self.seen):
                self.seen.append(look)
            if look.address:
                for width in self.widths:
                    await look_at(page, look, width, self.into / folder, axe=width != 820)
                    self.pictures += 1

    @asynccontextmanager
    async def reaching(self, *looks: Look) -> AsyncIterator[None]:
        """On the way to these: what stops us is the fault of those that have no address yet, else of the last."""
        try:
            yield
        except Error as error:
            for look in [one for one in looks if not one.address] or looks[-1:]:
                look.broken.append(f"not reached, or not left: {told(error)}")
        known = {id(look) for look in self.seen}
        self.seen += [look for look in looks if look.broken and id(look) not in known]


def path_of(page: Page) -> str:
    """Where the page is, without its host."""
    return "/" + page.url.split("/", 3)[3]


async def linked(page: Page, name: str, within: str, selector: str) -> Look:
    """The page that the first such link leads to; a fault where there is none."""
    look = Look(name, "")
    try:
        await page.goto(within)
        look.address = await page.locator(selector).first.get_attribute("href", timeout=10_000) or ""
    except Error as error:
        look.broken.append(f"{within} leads to no {selector}: {told(error)}")
    return look


async def signed_in(page: Page, person: str) -> None:
    """One of the demo's people; who is not let in is told of by the pages that turn them away."""
    await page.goto("/boutique/sign-in")
    await page.fill("input[type=email]", f"{person}@enfilade.example")
    await page.fill("input[type=password]", DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_load_state()


@asynccontextmanager
async def opened(browser: Browser, base: str, language: str) -> AsyncIterator[Page]:
    """A fresh visitor, on a phone until a picture asks for another width."""
    context = await browser.new_context(
        base_url=base, viewport={"width": 390, "height": 900}, locale=language, service_workers="block"
    )
    page = await context.new_page()
    page.set_default_timeout(20_000)
    yield page
    await context.close()
