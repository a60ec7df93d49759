"""Import of a Shopify file: rows a second, next to the same statements run by psycopg alone, and by pgbench.

Run as a program it is one of the two processes that are measured: `import` or `replay`, told by its arguments.
"""

import asyncio
import csv
import json
import os
import pickle
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from bench import floors
from bench.ground import Place
from bench.measuring import entry
from bench.recording import Recorder, record
from bench.servers import PROJECT
from enfilade.base.database import Addresses
from enfilade.base.db import Db
from enfilade.base.db import _pool as pool  # pyright: ignore[reportPrivateUsage]
from enfilade.channels.file_imports import Asked, CatalogueAsked, import_catalogue

NAME = "import_rows"
COLUMNS = (
    *("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Published", "Option1 Name", "Option1 Value"),
    *("Variant SKU", "Variant Price", "Image Src"),
)
SIZES = ("36", "38", "40")


def import_figure(at: dict[str, Addresses], places: list[Place], rows: int, rounds: int) -> dict[str, Any]:
    """Rows a second; every round imports into a maison of its own, in processes of their own."""
    maisons = list({place.maison: place.maison_id for place in places}.values())
    ours: list[dict[str, Any]] = []
    bare: list[float] = []
    sql: list[float] = []
    with TemporaryDirectory(prefix="enfilade-bench-") as folder:
        file, recorded = Path(folder) / "shopify.csv", Path(folder) / "recorded"
        write(file, rows)
        for maison_id in maisons[:rounds]:
            _process("import", at["recorded"], str(file), str(maison_id), str(recorded))
            ours.append(_process("import", at["ours"], str(file), str(maison_id)))
            bare.append(_process("replay", at["bare"], str(recorded))["seconds"])
            transactions = pickle.loads(recorded.read_bytes())
            sql.append(floors.commands(at["sql"], [], [transactions], clients=1).seconds)
    middle = len(ours) // 2
    each = sorted(ours, key=lambda one: one["seconds"])[middle]
    return {
        NAME: entry(
            rows / each["seconds"],
            "rows/s",
            bare=rows / sorted(bare)[middle],
            sql_floor=rows / sorted(sql)[middle],
            rows=rows,
            seconds=each["seconds"],
            memory_mb=each["memory_mb"],
            taken=each["taken"],
        )
    }


def write(path: Path, rows: int) -> None:
    """A file as Shopify exports it: three sizes a product."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number in range(rows):
            product, size = divmod(number, len(SIZES))
            first = size == 0
            writer.writerow(
                (
                    f"bench-{product}",
                    f"Piece {product}" if first else "",
                    f"<p>A piece of the bench, number {product}, made to be imported.</p>" if first else "",
                    "Bench" if first else "",
                    "shoes" if first else "",
                    "true" if first else "",
                    "Size" if first else "",
                    SIZES[size],
                    f"BENCH-{product}-{SIZES[size]}",
                    f"{100 + product % 900}.00",
                    f"https://pictures.example/{product}.jpg" if first else "",
                )
            )


def _process(*arguments: Any) -> dict[str, Any]:
    told = [arg.admin if isinstance(arg, Addresses) else arg for arg in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing", *told],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


async def _import(at: Addresses, file: Path, maison_id: UUID, recorded: Path | None) -> dict[str, Any]:
    recorder = Recorder()
    if recorded is not None:
        record(recorder)
    db = Db(at.app, at.public, at.group, connections_max=2)
    await db.open()
    began = time.perf_counter()
    asked = Asked(file, maison_id, datetime.now(UTC), source="bench")
    report = await import_catalogue(db, asked, CatalogueAsked(market_prices=("fr",)))
    seconds = time.perf_counter() - began
    await db.close()
    if recorded is not None:
        recorded.write_bytes(pickle.dumps(recorder.taken()))
    assert not report.rows_refused, report.refusals
    return {"seconds": seconds, "taken": report.rows_taken}


async def _replay(at: Addresses, recorded: Path) -> dict[str, Any]:
    transactions = pickle.loads(recorded.read_bytes())
    connections = pool(at.app, 2)
    await connections.open(wait=True)
    began = time.perf_counter()
    for transaction in transactions:
        async with connections.connection() as conn:
            for statement in transaction.statements:
                cursor = await conn.execute(statement.text, statement.parameters, prepare=statement.prepare)
                if cursor.description is not None:
                    await cursor.fetchall()
    seconds = time.perf_counter() - began
    await connections.close()
    return {"seconds": seconds}


def _main(mode: str, admin: str, rest: list[str]) -> None:
    from enfilade.base.database import addresses

    at = addresses(admin)
    if mode == "import":
        recorded = Path(rest[2]) if len(rest) > 2 else None
        told = asyncio.run(_import(at, Path(rest[0]), UUID(rest[1]), recorded))
    else:
        told = asyncio.run(_replay(at, Path(rest[0])))
    # Kilobytes on Linux, bytes on macOS.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told["memory_mb"] = round(most / (1024 if sys.platform == "linux" else 1024**2), 1)
    print(json.dumps(told))


if __name__ == "__main__":
    _main(sys.argv[1], sys.argv[2], sys.argv[3:])
