"""The store on a phone's first screen: a manifest each, a worker that can be called off, none within WeChat."""

from pathlib import Path

import httpx

from enfilade.base.database import Addresses
from tests.applications import application, running
from tests.conftest import settings_of
from tests.shop import Shop
from tests.web.storefront.visiting import Visit

WECHAT = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 MicroMessenger/8.0.49"


async def test_each_store_and_maison_installs_as_itself(visit: Visit) -> None:
    page = (await visit.get("/fr/maisons/alba")).text
    assert '<link rel="manifest" href="/fr/manifest.webmanifest?maison=alba">' in page
    store = (await visit.get("/fr/manifest.webmanifest")).response.json()
    maison = (await visit.get("/fr/manifest.webmanifest?maison=alba")).response.json()
    assert (store["name"], store["start_url"]) == ("Arcade", "/fr/")
    assert (maison["name"], maison["start_url"]) == ("Alba", "/fr/maisons/alba")
    for icon in maison["icons"] + store["icons"]:
        found = (await visit.get(icon["src"])).response
        assert found.headers["content-type"] == "image/png" and "immutable" in found.headers["cache-control"]
    assert {icon["purpose"] for icon in maison["icons"]} == {"any", "maskable"}
    assert (await visit.get("/fr/manifest.webmanifest?maison=nobody")).response.status_code == 404
    assert 'href="/fr/wish-list"' in (await visit.get("/fr/offline")).text


async def test_the_worker_is_never_kept_and_can_be_called_off(
    visit: Visit, shop: Shop, addresses: Addresses, tmp_path: Path
) -> None:
    found = (await visit.get("/worker.js")).response
    assert "no-store" in found.headers["cache-control"] and "unregister" not in found.text
    assert (await visit.get("/worker.js", **{"user-agent": WECHAT})).response.status_code == 404
    settings = settings_of(addresses, tmp_path, ENFILADE_WORKER="no")
    app = application(settings)
    async with running(app):
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        gone = Visit(httpx.AsyncClient(transport=transport, base_url=settings.base_url), shop)
        assert "registration.unregister" in (await gone.get("/worker.js")).text
