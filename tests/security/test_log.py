"""The logs of web, worker and PostgreSQL hold nobody's name, address, number or code: after orders, and after failures."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from psycopg import errors

from enfilade.base import log
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.embedded import Cluster
from enfilade.base.secrets import new_secret
from tests.served import served
from tests.shop import Shop
from tests.web.two_houses import Admin

NAME, MAIL, PHONE = "Philomène Recognisable", "philomene@recognisable.example", "+33612345699"


@contextlib.asynccontextmanager
async def a_letterbox_that_refuses() -> AsyncIterator[int]:
    """SMTP that knows no recipient and says whom."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"RCPT"):
                writer.write(b"550 unknown " + line.split(b":", 1)[1].strip() + b"\r\n")
            elif line.upper().startswith(b"QUIT"):
                break
            else:
                writer.write(b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_logs_hold_nothing_of_anybody(
    cluster: Cluster, db: Db, shop: Shop, admin: Admin, addresses: Addresses, tmp_path: Path
) -> None:
    variant, place = shop.a.variants["alba-bag"], shop.a.places["alba-1"]
    contact = {"name": NAME, "mail": MAIL, "phone": PHONE}
    async with (
        a_letterbox_that_refuses() as port,
        served(addresses, tmp_path, workers=1, jobs=True, ENFILADE_SMTP_URL=f"smtp://127.0.0.1:{port}") as at,
        httpx.AsyncClient(base_url=at.base, timeout=30, trust_env=False) as http,
    ):

        async def buy() -> httpx.Response:
            headers = {"enfilade-visitor": new_secret()}

            def keyed() -> dict[str, str]:
                return headers | {"idempotency-key": uuid4().hex}

            line = f"/api/v1/baskets/alba/lines/{variant}"
            await http.put(line, json={"quantity": 1}, headers=keyed())
            opening = {"store": "alba", "method": "collect", "market": "fr"}
            opening |= {"boutiques": [{"maison_id": str(shop.a.maison_id), "boutique_id": str(place)}]}
            opened = await http.post("/api/v1/checkouts", json=opening, headers=keyed())
            assert opened.status_code == 201, opened.text
            paid = {"contact": contact, "payment_method": "card", "card_token": "tok_ok"}
            return await http.post(
                f"/api/v1/checkouts/{opened.json()['id']}/completion?store=alba", json=paid, headers=keyed()
            )

        assert (await buy()).status_code == 200
        asked = await http.post("/en/sign-in", data={"address": MAIL})
        assert asked.status_code == 303
        # Every row written from now on breaks a rule, and PostgreSQL quotes the whole row.
        admin("alter table orders.contact add constraint nobody check (name = '') not valid")
        assert (await buy()).status_code == 500
        admin("alter table clients.sign_in_code add constraint nobody check (value = '') not valid")
        assert (await http.post("/en/sign-in", data={"address": MAIL})).status_code == 500
        # The letter cannot be sent: the worker tries, and says so.
        worker = tmp_path / "worker.log"
        for _ in range(300):
            if "SMTPRecipientsRefused" in worker.read_text(encoding="utf-8"):
                break
            # Failures that will be tried again are not told: let the next one be the last.
            admin("set search_path = procrastinate, pg_catalog")
            admin("""update procrastinate.procrastinate_jobs set attempts = 1000, scheduled_at = now()
                where status = 'todo'""")
            await asyncio.sleep(0.1)
    logs = {name: (tmp_path / f"{name}.log").read_text(encoding="utf-8") for name in ("web", "worker")}
    logs["postgresql"] = (cluster.data / "server.log").read_text(encoding="utf-8")
    assert "SMTPRecipientsRefused" in logs["worker"], logs["worker"][-2000:]
    assert "constraint nobody" in logs["web"] and "Traceback" not in logs["web"]
    assert 'violates check constraint "nobody"' in logs["postgresql"], "what broke is told"
    codes = [str(code) for (code,) in admin("select encode(code_hash, 'hex') from clients.sign_in_code")]
    for name, text in logs.items():
        for mark in (NAME, "Recognisable", "recognisable", PHONE, PHONE[3:], *codes):
            assert mark not in text, f"{name} holds {mark!r}: {_around(text, mark)}"


def _around(text: str, mark: str) -> str:
    at = text.index(mark)
    return text[max(0, at - 300) : at + 100]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ValueError("Philomène"), "builtins.ValueError"),
        (KeyError("Philomène"), "builtins.KeyError"),
        (
            errors.InvalidTextRepresentation('invalid input: "Philomène"'),
            "psycopg.errors.InvalidTextRepresentation",
        ),
        (TypeError("x() takes no arguments"), "builtins.TypeError: x() takes no arguments"),
    ],
)
def test_words_that_may_hold_a_name_are_not_told(error: Exception, said: str) -> None:
    assert log.told(error) == said
