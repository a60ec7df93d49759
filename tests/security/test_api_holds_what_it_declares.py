"""Schemathesis over the OpenAPI document, against the shop as it is served: no 5xx, no answer that is not declared.

As nobody, a visitor, a client and each kind of staff. The seed is fixed; `bin/soak api` asks a thousand times as much.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.settings import Settings
from tests.served import served
from tests.shop import found_shop
from tests.soaking import figure, sized
from tests.web.two_houses import Admin, live_in

pytestmark = pytest.mark.soak

#: What is not asked for: that everything the schema allows is taken (a cursor, a place, a key used before are looked at
#: only after it); that a list of rows is refused whole, where each bad row is refused by itself with 200; and the
#: framework's answer to OPTIONS, which forgets the second handler of an address.
CONFIGURATION = """
[checks]
positive_data_acceptance.enabled = false

[[operations]]
include-path-regex = "/stock/"
checks = { negative_data_rejection = { enabled = false } }

[[operations]]
include-path-regex = "/(lines|sessions)"
checks = { allow_header_conformance = { enabled = false } }
"""
#: What a session of staff opens. The addresses that end it are asked by nobody alone, else all others would answer 401.
OF_STAFF = ["--include-path-regex", "/(orders|stock|sessions)"]
ENDING = ["--exclude-path-regex", r"/sessions/(current|\{)"]
FUZZED = ["--phases", "fuzzing"]


async def test_no_server_error_and_nothing_undeclared(
    db: Db, settings: Settings, admin: Admin, addresses: Addresses, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    shop = await found_shop(db, now)
    a = await live_in(db, settings, admin, shop, shop.a, "Alice", now)
    visitor = f"Enfilade-Visitor: {a.visitor}"
    bearer = {role: f"Authorization: Bearer {secret}" for role, secret in a.staff.items()}
    callers: dict[str, tuple[list[str], list[str]]] = {
        "nobody": ([], FUZZED),
        "client": ([visitor, f"Cookie: visitor={a.visitor}; client={a.client}"], [*FUZZED, *ENDING]),
        "advisor": ([bearer["advisor"]], [*FUZZED, *ENDING, *OF_STAFF]),
        "boutique_manager": ([bearer["boutique_manager"]], [*FUZZED, *ENDING, *OF_STAFF]),
        "maison_manager": (
            [bearer["maison_manager"], visitor],
            ["--phases", "coverage,fuzzing,stateful", *ENDING],
        ),
    }
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION, encoding="utf-8")
    async with served(addresses, tmp_path, workers=1) as shop_served:
        for name, (headers, more) in callers.items():
            said = await _asked(shop_served.base, configuration, headers, more)
            assert "No issues found" in said, f"{name}\n{said}"
        log = (tmp_path / "web.log").read_text(encoding="utf-8")
    assert '"event": "unexpected"' not in log
    figure("answers of the API held against its OpenAPI", log.count('"path": "/api/v1/'), "requests")


async def _asked(base: str, configuration: Path, headers: list[str], more: list[str]) -> str:
    program = Path(sys.executable).with_name("schemathesis")
    arguments = ["--config-file", str(configuration), "run", f"{base}/api/v1/schema/openapi.json"]
    arguments += ["--seed", "1", "--max-examples", str(sized(1, 300)), "--generation-database", "none"]
    arguments += ["--no-color", "--continue-on-failure", "--warnings", "off", *more]
    for header in headers:
        arguments += ["--header", header]
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        cwd=configuration.parent,
        env=os.environ | {"NO_PROXY": "127.0.0.1", "COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return said.decode()
