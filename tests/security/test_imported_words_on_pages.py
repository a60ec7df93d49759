"""What a dishonest maison writes into its files reaches no page as code, opens no file and asks no host."""

import csv
import json
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import html

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.channels.file_imports import Asked, CatalogueAsked, import_boutiques, import_catalogue
from tests import applications
from tests.shop import Shop

#: Somebody who would answer, were he asked: nothing listens there, and the link-local address of clouds.
HOSTS = ("inside.example", "169.254.169.254")
MARK = "Pwned"
SCRIPTS = (
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()",
    f'<a href="javascript:{MARK}()">a link</a>',
    f"<svg/onload={MARK}()>",
    f"</script><script>{MARK}()</script>",
    f"&lt;script&gt;{MARK}()&lt;/script&gt;",
    f"{{{{ {MARK} }}}}{{% for x in y %}}",
    f"<iframe srcdoc='<script>{MARK}()</script>'></iframe><style>@import '//{HOSTS[0]}'</style>",
)
ALL = " ".join(SCRIPTS)
#: Where a page may lead or load from. The rest would be another's.
ADDRESSED = ("href", "src", "action", "formaction", "poster", "data", "srcset", "ping", "background")
OURS = ("/", "#", "?", "mailto:", "tel:", "geo:", "http://127.0.0.1")

_asked: list[str] | None = None


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if _asked is not None and event in ("open", "socket.connect", "socket.getaddrinfo", "os.readlink"):
        _asked.append(f"{event} {arguments[:2]!r}")


sys.addaudithook(_listen)  # for the life of the process; it listens while a test asks


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Every file that Python opens meanwhile, and every host it looks up or connects to."""
    global _asked
    _asked = []
    yield _asked
    _asked = None


@pytest.fixture
async def browser(settings: Settings, shop: Shop) -> AsyncIterator[httpx.AsyncClient]:
    assert shop
    async with applications.browser(settings, settings.base_url) as client:
        yield client


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, sorted({name for row in rows for name in row}))
        out.writeheader()
        out.writerows(rows)
    return path


def own(folder: Path) -> Path:
    row = {"price_EUR": "100.00", "published": "yes"}
    words = dict.fromkeys(("description_en", "description_fr", "materials_en", "care_en"), ALL)
    return written(
        folder / "own.csv",
        [
            row
            | words
            | {"handle": f"piece-{n}", "sku": f"X-{n}", "name_en": f"Piece {n} {said}", "name_fr": said}
            | {
                "brand": said[:60],
                "family": said[:60],
                "made_in": said[:60],
                "colour": said[:60],
                "size": said[:40],
            }
            for n, said in enumerate(SCRIPTS)
        ],
    )


def shopify(folder: Path) -> Path:
    return written(
        folder / "shopify.csv",
        [
            {
                "Handle": f"shop-{n}",
                "Title": f"Piece {n} {said}",
                "Body (HTML)": ALL,
                "Vendor": said[:60],
                "Type": said[:60],
                "Published": "TRUE",
                "Option1 Name": said[:40],
                "Option1 Value": said[:40],
                "Variant SKU": f"S-{n}",
                "Variant Price": "100.00",
                "Image Src": f"https://{HOSTS[n % 2]}/{n}.jpg",
                "Image Alt Text": said,
            }
            for n, said in enumerate(SCRIPTS)
        ],
    )


def boutiques(folder: Path) -> Path:
    path = folder / "boutiques.json"
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [2.33 + n / 100, 48.86]},
            "properties": {
                "ref": f"x{n}",
                "name": said[:190],
                "addr:country": "FR",
                "addr:city": said[:90],
                "addr:full": said[:190],
                "phone": f"javascript:{MARK}()",
                "opening_hours": "24/7",
            },
        }
        for n, said in enumerate(SCRIPTS)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def wrongs(address: str, text: str) -> list[str]:
    """What a browser would run or load on this page that is not ours."""
    found: list[str] = []
    for element in html.document_fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and element.get("type") == "application/ld+json":
            json.loads(element.text or "")
        elif element.tag == "script" and (not element.get("src") or (element.text or "").strip()):
            found.append(f"script {element.text}")
        if element.tag in ("iframe", "object", "embed", "style", "base"):
            found.append(element.tag)
        for name, value in element.attrib.items():
            said = str(value).strip().lower()
            if str(name).startswith("on") or name in ("srcdoc", "style"):
                found.append(f"{name}={value}")
            # A search of ours may hold any words, written as a question's; it leads to no other host.
            if name in ADDRESSED and said and (not said.startswith(OURS) or said.startswith("//")):
                found.append(f"{name}={value}")
    return [f"{address}: {one}" for one in found]


async def test_markup_scripts_and_links_stay_words(
    db: Db, shop: Shop, browser: httpx.AsyncClient, tmp_path: Path, asked: list[str]
) -> None:
    at, now = shop.a.maison_id, datetime.now(UTC)
    for file in (own(tmp_path), shopify(tmp_path)):
        report = await import_catalogue(db, Asked(file, at, now), CatalogueAsked(market_prices=("fr",)))
        assert report.rows_read - report.rows_refused == len(SCRIPTS), report.refusals
    await import_boutiques(db, Asked(boutiques(tmp_path), at, now))
    walked: dict[str, str] = {}
    waiting = ["/en", "/fr", "/en/maisons", "/en/maisons/alba", "/fr/maisons/alba", "/en/boutiques"]
    while waiting and len(walked) < 70:
        address = waiting.pop(0)
        answer = await browser.get(address, headers={"accept": "text/html"}, follow_redirects=True)
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status_code < 500, address
        walked[address] = answer.text
        for link in html.document_fromstring(answer.text).xpath("//a/@href"):
            inside = str(link).startswith(
                ("/en/products/", "/fr/products/", "/en/boutiques", "/en/maisons/alba")
            )
            if inside and str(link) not in walked and str(link) not in waiting:
                waiting.append(str(link))
    assert [one for address, text in walked.items() for one in wrongs(address, text)] == []
    pages = [text for address, text in walked.items() if "/products/" in address]
    assert len(pages) >= len(SCRIPTS) and sum(MARK in text for text in pages) > len(SCRIPTS), (
        "the words are there, as words"
    )
    assert not [one for one in asked if any(host in one for host in HOSTS)]


#: An address of the web is kept as a word; what is none is refused with its row.
KEPT = (
    "http://inside.example/latest/meta-data",
    "http://169.254.169.254/latest",
    "https://user:word@inside.example/a.jpg",
    "http://inside.example/a.zip",
    "..",
)
REFUSED = (
    "file://{secret}",
    "{secret}",
    "../../../../../../{secret}",
    "{link}",
    "javascript:alert(1)",
    "data:text/html,<script>1</script>",
    "gopher://inside.example/",
    "//inside.example/a.jpg",
)


async def test_the_address_of_a_picture_is_neither_opened_nor_asked(
    db: Db, shop: Shop, browser: httpx.AsyncClient, tmp_path: Path, asked: list[str]
) -> None:
    secret, link = tmp_path / "secret.webp", tmp_path / "link.webp"
    secret.write_text(f"{MARK}: what nobody may read", encoding="utf-8")
    link.symlink_to(secret)
    row = {"name_en": "A piece", "price_EUR": "100.00", "published": "yes"}
    said = [address.format(secret=secret, link=link) for address in (*KEPT, *REFUSED)]
    file = written(
        tmp_path / "own.csv",
        [row | {"handle": f"x-{n}", "sku": f"X-{n}", "picture_1": one} for n, one in enumerate(said)],
    )
    asked.clear()  # what this test wrote itself
    report = await import_catalogue(db, Asked(file, shop.a.maison_id, datetime.now(UTC)))
    first = 2 + len(KEPT)  # the first line names the columns
    assert [one.line for one in report.refusals] == list(range(first, first + len(REFUSED)))
    listing = await browser.get("/en/maisons/alba")
    links = {str(one) for one in html.document_fromstring(listing.text).xpath("//a/@href")}
    shown = [listing, *[await browser.get(one) for one in links if "/products/" in one]]
    assert len(shown) > len(KEPT)
    for answer in (*shown, await browser.get("/api/v1/products?language=en")):
        assert answer.status_code == 200 and MARK not in answer.text and str(tmp_path) not in answer.text
        assert not any(host in answer.text for host in HOSTS)
    assert [one for answer in shown for one in wrongs(str(answer.url), answer.text)] == []
    touching = (secret.name, link.name, *HOSTS)
    assert [one for one in asked if any(what in one for what in touching)] == []
    # The ear can hear: whoever reads the link is noticed.
    link.read_bytes()
    assert any(link.name in one for one in asked)
