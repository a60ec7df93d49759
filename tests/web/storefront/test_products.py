"""How a piece is shown: enlarged, engraved, in three dimensions; light before anybody touches it."""

import gzip
import os
import re
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Page, async_playwright, expect

from enfilade.base.database import Addresses
from enfilade.base.i18n import LANGUAGES
from enfilade.web.shared.assets import ASSETS
from enfilade.web.shared.guards import HEADERS
from enfilade.web.storefront.pictures import pictures
from tests.served import served
from tests.shop import Shop
from tests.web.storefront.visiting import Visit

Admin = Callable[..., list[tuple[object, ...]]]
PAGE = "/en/products/alba-bag"
SCRIPT_BYTES_MAX, HTML_BYTES_MAX = 30_000, 40_000


@pytest.fixture
def shown(shop: Shop, admin: Admin) -> None:
    """The bag has two pictures of the album, and may be engraved."""
    admin(
        "update public_facts.product set engraving_letters_max = 6, pictures = %s::jsonb where slug = 'alba-bag'",
        ['[{"name": "bag-cognac"}, {"name": "bag-cognac-detail"}]'],
    )


@pytest.mark.usefixtures("shown")
async def test_little_is_sent_before_anybody_asks(visit: Visit) -> None:
    text = (await visit.get(PAGE)).text
    assert len(gzip.compress(text.encode())) < HTML_BYTES_MAX
    scripts = re.findall(r'<script[^>]* src="/static/[0-9a-f]+/([^"]+)"', text)
    assert len(scripts) >= 3
    assert sum(len(gzip.compress(ASSETS[name].path.read_bytes())) for name in scripts) < SCRIPT_BYTES_MAX
    assert not any("model-viewer" in name for name in scripts)


@pytest.mark.usefixtures("shown")
async def test_a_picture_is_enlarged_by_a_plain_link(visit: Visit) -> None:
    links = re.findall(r'<a href="(/static/[^"]+)" data-zoom', (await visit.get(PAGE)).text)
    assert len(links) == 2
    for link in links:
        assert (await visit.get(link)).response.headers["content-type"] == "image/webp"


@pytest.mark.usefixtures("shown")
async def test_the_engraving_is_shown_or_refused_in_words(visit: Visit) -> None:
    cut = (await visit.get(f"{PAGE}?engraving=No%C3%A9")).text
    assert "<span data-cut>Noé</span>" in cut
    assert "These are not cut: ♥" in (await visit.get(f"{PAGE}?engraving=a%E2%99%A5")).text
    assert "There is room for 6 letters; these are 7." in (await visit.get(f"{PAGE}?engraving=ABCDEFG")).text
    assert "data-cut" not in (await visit.get("/en/products/alba-ring")).text


async def test_only_the_mirror_asks_for_the_camera_and_only_of_what_is_tried_on(
    visit: Visit, admin: Admin
) -> None:
    assert "camera=()" in HEADERS["permissions-policy"]
    away = (await visit.get(f"{PAGE}/mirror")).response
    assert away.status_code == 303 and away.headers["location"] == PAGE
    admin(
        """update public_facts.product set pictures = '[{"name": "lipstick-carmin"}]' where slug = 'alba-bag'"""
    )
    assert f'href="{PAGE}/mirror?colour=carmin"' in (await visit.get(PAGE)).text
    found = await visit.get(f"{PAGE}/mirror")
    assert "camera=(self)" in found.response.headers["permissions-policy"]
    assert "script-src 'self';" in found.response.headers["content-security-policy"]
    assert 'data-worn="#A3101F"' in found.text and "no picture is kept, and none is sent" in found.text
    for model in ("blazeface", "facemesh", "handtrack", "handlandmark-lite"):
        for part in ("json", "bin"):
            assert f"shared/vendor/mirror/{model}.{part}" in ASSETS
    for name in ("human.js", "facemesh.json", "handtrack.bin"):
        assert (await visit.get(f"/static/0/shared/vendor/mirror/{name}")).response.status_code == 200
    assert "pictures/index.json" not in ASSETS


def test_one_sees_through_sunglasses_that_are_tried_on_and_sees_that_they_are_there() -> None:
    for finish in ("ecaille", "noir"):
        with Image.open(ASSETS[f"pictures/sunglasses-{finish}-worn.webp"].path) as picture:
            lens = picture.convert("RGBA").getpixel((picture.width // 4, picture.height // 2))
        assert isinstance(lens, tuple)
        assert 80 < lens[3] < 230, finish


def test_every_model_is_of_a_picture_and_small_enough_to_fetch_on_a_phone() -> None:
    models = {name for name in ASSETS if name.startswith("pictures/") and name.endswith(".glb")}
    of_pictures = {
        shot.model.split("/", 3)[3]
        for name in ASSETS
        if name.startswith("pictures/") and name.endswith("-400.webp")
        for shot in pictures([name.removeprefix("pictures/").removesuffix("-400.webp")], "en", "")
        if shot.model
    }
    assert of_pictures
    for name in models:
        assert ASSETS[name].path.stat().st_size <= 400_000, name


@pytest.fixture
async def page(addresses: Addresses, shown: None, tmp_path: Path) -> AsyncIterator[Page]:
    chrome = os.environ.get("ENFILADE_CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    assert chrome, "no Chrome or Chromium here: install Debian's chromium, or set ENFILADE_CHROME"
    software = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic", "--no-first-run"]
    async with served(addresses, tmp_path, workers=1) as running, async_playwright() as playwright:
        arguments = [*software, "--no-sandbox"] if os.geteuid() == 0 else software
        browser = await playwright.chromium.launch(executable_path=chrome, args=arguments)
        context = await browser.new_context(base_url=running.base, viewport={"width": 390, "height": 844})
        opened = await context.new_page()
        opened.set_default_timeout(20_000)
        yield opened


@pytest.mark.browser
async def test_by_keyboard_and_in_three_dimensions_under_the_strict_policy(page: Page) -> None:
    asked: list[str] = []
    refused: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on(
        "console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None
    )
    await page.goto(PAGE)

    await page.locator("a[data-zoom]").first.focus()
    await page.keyboard.press("Enter")
    large = page.locator("dialog.sheet-zoom .stage img")
    await expect(large).to_have_attribute("src", re.compile("bag-cognac"))
    await page.keyboard.press("+")
    assert "scale(1.5)" in (await large.get_attribute("style") or "")
    await page.keyboard.press("0")
    await page.keyboard.press("ArrowRight")
    await expect(large).to_have_attribute("src", re.compile("bag-cognac-detail"))
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)

    await page.fill("#engraved", "Zoé")
    await expect(page.locator("[data-cut]")).to_have_text("Zoé")

    assert not any("model-viewer" in url or url.endswith(".glb") for url in asked), (
        "fetched before anybody asked"
    )
    await page.get_by_role("button", name="Turn it around").click()
    await expect(page.locator("dialog.sheet-turn.ready model-viewer")).to_have_count(1, timeout=60_000)
    assert any(url.endswith("bag-cognac.glb") for url in asked)
    assert refused == []


@pytest.mark.browser
async def test_a_narrow_phone_is_wide_enough_for_every_language_and_for_long_words(page: Page) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    for language in LANGUAGES:
        for path in ("/", "/maisons/alba/pieces", PAGE.removeprefix("/en")):
            await page.goto(f"/{language}{path}")
            await page.evaluate(
                "document.querySelector('h1').textContent = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenetui'"
            )
            wide, head = await page.evaluate(
                """[Math.max(...["header.head", "main", "footer.foot"].map((one) => document.querySelector(one).scrollWidth)),
                    document.querySelector(".head-nav").offsetHeight]"""
            )
            assert wide <= 360, f"{language} {path}: {wide} wide"
            assert head < 90, f"{language} {path}: the head's words stand in two lines"
