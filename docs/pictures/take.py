"""Takes the picture of the README from a running demo: `python docs/pictures/take.py http://127.0.0.1:8000`.

A client orders on a phone, the boutique prepares, the group looks; the three screens stand side by side.
"""

import io
import os
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "enfilade-demo"  # noqa: S105 the demo's own, printed at every start
HEIGHT = 1500


def page_of(browser: Browser, base: str, width: int, height: int) -> Page:
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, device_scale_factor=2, locale="en-GB"
    )
    context.add_cookies([{"name": "market", "value": "fr", "url": base}])
    return context.new_page()


def sign_in(page: Page, address: str, mail: str) -> None:
    page.goto(address)
    page.fill("input[type=email]", mail)
    page.fill("input[type=password]", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state("networkidle")


def taken(page: Page) -> Image.Image:
    page.wait_for_timeout(800)
    return Image.open(io.BytesIO(page.screenshot()))


def main(base: str) -> None:
    chrome = os.environ.get("ENFILADE_CHROME") or shutil.which("chromium")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=arguments)
        client = page_of(browser, base, 390, 844)
        client.goto("/en/products/brisseval-bastide-grain")
        shots = [taken(client)]
        client.get_by_role("button", name="Add to basket").click()
        client.get_by_role("radio", name=re.compile("Collect in a boutique")).check()
        client.get_by_role("button", name="Continue").click()
        client.fill("input[name=name]", "Camille Aubry")
        client.fill("input[name=mail]", "camille@client.example")
        client.get_by_role("button", name="Order and pay").click()
        client.wait_for_url("**/en/orders/*")
        advisor = page_of(browser, base, 430, 844)
        sign_in(advisor, "/boutique/", "maison.brisseval@enfilade.example")
        advisor.get_by_role("link", name=re.compile("Bastide")).first.click()
        shots.append(taken(advisor))
        group = page_of(browser, base, 1000, 844)
        sign_in(group, "/cockpit/", "analyst@enfilade.example")
        shots.append(taken(group))
        browser.close()
    sized = [shot.resize((round(shot.width * HEIGHT / shot.height), HEIGHT)) for shot in shots]
    gap = 60
    width = sum(shot.width for shot in sized) + gap * (len(sized) + 1)
    picture = Image.new("RGB", (width, HEIGHT + 2 * gap), "#dedbd4")
    left = gap
    for shot in sized:
        picture.paste(shot.convert("RGB"), (left, gap))
        left += shot.width + gap
    picture.resize((1800, round(picture.height * 1800 / width))).save(
        Path(__file__).with_name("main-job.webp"), quality=82, method=6
    )


if __name__ == "__main__":
    main(sys.argv[1])
