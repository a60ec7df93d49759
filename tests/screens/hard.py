"""Hard cases, put into the demo's database beside what is there: one piece without a picture, names of three lines, words that
do not break, a maison that writes Chinese alone, a price that people tell.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from playwright.async_api import Page

from enfilade.base.database import addresses
from enfilade.base.db import Db, scalar
from enfilade.base.tenants import at_each
from enfilade.search.jobs import sweep
from enfilade.staff.passwords import hashed_password
from enfilade.world.catalogue import Row
from enfilade.world.generate import World, world
from enfilade.world.load import DEMO_PASSWORD, _load_maison, _Loading
from enfilade.world.maisons import Maison, maisons
from enfilade.world.scale import SMALL
from enfilade.world.voices import Voice
from enfilade.world.words import Words
from tests.screens.looking import Album, Look
from tests.screens.states import put
from tests.screens.store import products

WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LINES = "Frères Anselme-Barthélemy de la Tour-Saint-Quentin et Filles, fournisseurs brevetés"
#: Slug → name, and the language it writes in alone ('': all of them).
HARD = {"hart": (f"{LINES} {WORD}", ""), "mo": ("墨守成规千秋万代文房四宝制作工坊", "zh")}


class _Hard(World):
    """The small world, with a few rows of each hard maison."""

    __slots__ = ()

    def catalogue_rows(self, maison: Maison) -> tuple[Row, ...]:
        row = dict(super().catalogue_rows(maisons()[10])[0])
        row |= {
            "handle": "piece",
            "sku": f"{maison.code}-{WORD[:40]}",
            "barcode": "",
            "brand": "",
            "size": "",
        }
        row |= {"picture_1": "", "picture_2": "", "picture_3": ""}
        for text in ("name", "description", "materials", "care"):
            for language in ("en", "fr", "nl", "zh"):
                here = maison.language != "zh" or language == "zh"
                words = "山水" * 30 if maison.language == "zh" else f"{LINES} {WORD}"
                row[f"{text}_{language}"] = words[:160] if here else ""
        if maison.language == "zh":
            row |= {"price_GBP": "", "price_USD": "", "price_EUR": ""}
        return (row,)

    def boutique_rows(self, maison: Maison) -> tuple[Row, ...]:
        found = [dict(row) for row in super().boutique_rows(maisons()[10])[:3]]
        for number, row in enumerate(found):
            row |= {
                "code": f"{maison.code}-{number}",
                "name": f"{row['city']}, {WORD}",
                "address": f"{WORD} 1",
            }
        return tuple(found)

    def legal_entity_rows(self, maison: Maison) -> list[Row]:
        used = {row["country"] for row in self.boutique_rows(maison)}
        rows = [dict(row) for row in super().legal_entity_rows(maisons()[10]) if row["country"] in used]
        return [row | {"code": f"{maison.code}-{row['country']}", "name": maison.name[:100]} for row in rows]

    def stock_rows(self, maison: Maison) -> list[Row]:
        row = super().stock_rows(maisons()[10])[0]
        sku = self.catalogue_rows(maison)[0]["sku"]
        return [
            row | {"location": place["code"], "sku": sku, "on_hand": "3"}
            for place in self.boutique_rows(maison)
        ]

    def sales_rows(self, maison: Maison) -> Iterator[Row]:
        return iter(())

    def staff_rows(self, maison: Maison) -> list[Row]:
        codes = " ".join(row["code"] for row in self.boutique_rows(maison))
        email = f"maison.{maison.slug}@enfilade.example"
        return [
            {
                "email": email,
                "name": WORD,
                "role": "maison_manager",
                "maison": maison.slug,
                "locations": codes,
            }
        ]


def _maison(slug: str, number: int) -> Maison:
    name, language = HARD[slug]
    words = Words(*([f"{name}. " * 3] * 4))
    return replace(
        maisons()[10], slug=slug, code=f"H{number:02d}", name=name, language=language or "fr",
        wordmark="", voice=Voice(words, words),
    )  # fmt: skip


async def load(address: str) -> None:
    """Into the database of this administrator's address, once."""
    at = addresses(address)
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    try:
        now = datetime.now(UTC)
        small = world(SMALL, today=now.date())
        hard = _Hard(small.scale, small.today, small.group, small.store, small.maisons)
        loading = _Loading(hard, now, hashed_password(DEMO_PASSWORD))
        async with db.public() as conn:
            shown = await scalar(
                conn, "select id from public_facts.store where multi_brand order by slug limit 1"
            )
        for number, slug in enumerate(HARD):
            await _load_maison(db, loading, _maison(slug, number), shown)
        await at_each(db, sweep, now=now)
    finally:
        await db.close()


async def hard(album: Album, page: Page, folder: str, language: str) -> None:
    """What a client sees of them."""
    for slug in HARD:
        base = f"/{language}/maisons/{slug}"
        looks = [Look(f"hard-{slug}", base), Look(f"hard-{slug}-pieces", f"{base}/pieces")]
        looks += [Look(f"hard-{slug}-product", at) for at in (await products(page, language, slug))[:1]]
        looks.append(Look(f"hard-{slug}-boutiques", f"/{language}/boutiques?maison={slug}"))
        await album.take(page, folder, *looks)
    await album.take(
        page,
        folder,
        Look("hard-search", f"/{language}/search?q={WORD[:30]}"),
        Look("hard-maisons", f"/{language}/maisons"),
    )
    basket = Look("hard-basket", f"/{language}/basket")
    async with album.reaching(basket):
        await put(page, language, "hart")
        await album.take(page, folder, basket)
