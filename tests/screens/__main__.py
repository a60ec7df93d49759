"""What `bin/screens` does: opens every page of a running demo, takes its picture, and looks for what no picture shows at once.

Broken is: wider than the screen, a picture that does not load, an error of a script, a request that is refused, whatever axe
calls a violation. What a page needs is done first, as the demo's clients and people do it.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

import click
from playwright.async_api import Browser, async_playwright

import enfilade
from tests.screens import hard, states
from tests.screens.looking import Album, opened, signed_in
from tests.screens.staff import PATHS, staff
from tests.screens.store import store

FONTS = Path(enfilade.__file__).parent / "web/shared/vendor/documents"
LANGUAGES = ("fr", "zh")
WIDTHS = (390, 820, 1440)
PARTS = ("store", "buying", "visit", "asked", "staff", "hard")


async def all_of(
    browser: Browser, base: str, album: Album, languages: tuple[str, ...], parts: tuple[str, ...]
) -> None:
    """Every part that was asked for; each visitor is a new one."""
    for language in languages:
        if "store" in parts:
            async with opened(browser, base, language) as page:
                await album.take(page, language, *await store(page, language))
        for name, part in (
            ("buying", states.buying),
            ("visit", states.visit),
            ("asked", states.asked),
            ("hard", hard.hard),
        ):
            if name in parts:
                async with opened(browser, base, language) as page:
                    await part(album, page, language, language)
    for person in PATHS if "staff" in parts else ():
        async with opened(browser, base, "en") as page:
            await signed_in(page, person)
            await staff(album, page, person)


def fonts(folder: Path) -> Path:
    """The machine's fonts and the Chinese one that documents are set in: clients have one, a server has none."""
    config = folder / "fonts.conf"
    config.write_text(
        "<fontconfig><include ignore_missing='yes'>/etc/fonts/fonts.conf</include>"
        f"<dir>{FONTS}</dir></fontconfig>",
        encoding="utf-8",
    )
    return config


async def screens(base: str, album: Album, languages: tuple[str, ...], parts: tuple[str, ...]) -> int:
    """How many pages are broken."""
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        with tempfile.TemporaryDirectory() as folder:
            browser = await playwright.chromium.launch(
                executable_path=os.environ["ENFILADE_CHROME"],
                args=arguments,
                env={**os.environ, "FONTCONFIG_FILE": str(fonts(Path(folder)))},
            )
            await all_of(browser, base, album, languages, parts)
            await browser.close()
    broken: dict[str, list[str]] = {}
    for look in album.seen:
        if look.broken:
            broken.setdefault(f"{look.name} {look.address}", []).extend(dict.fromkeys(look.broken))
    (album.into / "broken.json").write_text(
        json.dumps(broken, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for name, faults in broken.items():
        click.echo(f"{name}\n  " + "\n  ".join(faults))
    pages = len({look.name for look in album.seen})
    violations = sum("axe " in fault for faults in broken.values() for fault in faults)
    click.echo(
        f"{pages} pages, {album.pictures} pictures in {album.into}; {violations} violations of axe; "
        f"{len(broken)} pages have something broken"
    )
    return len(broken)


@click.command()
@click.argument("address", default="http://127.0.0.1:8000")
@click.option("--into", default="test-results/screens", type=click.Path(path_type=Path))
@click.option("--only", default="", help="Pages with this in their name.")
@click.option("--width", "widths", type=int, multiple=True, default=WIDTHS, help="May be said several times.")
@click.option("--language", "languages", multiple=True, default=LANGUAGES, help="May be said several times.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(PARTS),
    default=PARTS[:-1],
    help="May be said several times.",
)
@click.option(
    "--hard",
    "database",
    default="",
    help="Put the hard cases into the demo's database at this address, and look at them.",
)
def command(
    address: str,
    database: str,
    into: Path,
    only: str,
    widths: tuple[int, ...],
    languages: tuple[str, ...],
    parts: tuple[str, ...],
) -> None:
    """Take a picture of every page and tell what is broken."""
    into.mkdir(parents=True, exist_ok=True)
    album = Album(into, only, widths)
    if database:
        asyncio.run(hard.load(database))
        parts = ("hard",)
    sys.exit(asyncio.run(screens(address.rstrip("/"), album, languages, parts)) > 0)


if __name__ == "__main__":
    command()
