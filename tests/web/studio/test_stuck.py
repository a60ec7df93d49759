"""What waits too long is shown to the maison it concerns, each kind with why and what to do, and nobody else's."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.ids import new_id
from enfilade.orders import stuck
from tests.web.studio.conftest import Studio

HOUR = timedelta(hours=1)


async def found(studio: Studio, maison_id: UUID, later: timedelta = timedelta(0)) -> dict[str, list[str]]:
    """Kind → what it is about, as its maison sees it."""
    async with studio.db.acting(Actor.job(), maison_id) as conn:
        rows = await stuck.stuck(
            conn, maison_id=maison_id, providers=["local"], now=datetime.now(UTC) + later
        )
    kinds: dict[str, list[str]] = {}
    for row in rows:
        kinds.setdefault(row.what, []).append(row.about)
    return kinds


def job(admin, maison_id: UUID, status: str, attempts: int = 0) -> int:
    """A job of this maison, as a worker leaves it."""
    admin("set search_path = procrastinate, pg_catalog")  # as its triggers expect
    ((job_id,),) = admin(
        "insert into procrastinate.procrastinate_jobs (queue_name, task_name, status, attempts, scheduled_at, args) values "
        "('work', 'work', %s, %s, now() - interval '1 hour', %s) returning id",
        [
            status,
            attempts,
            json.dumps({"maison_id": str(maison_id), "name": "orders.mail_placed", "ids": {}}),
        ],
    )
    return job_id


async def test_a_quiet_maison_has_nothing_that_waits(studio: Studio, admin) -> None:
    # The shop was founded once for many tests, perhaps longer ago than work may wait; no worker has run since.
    admin("set search_path = procrastinate, pg_catalog")
    admin("delete from procrastinate_jobs")
    await studio.order()
    page = await studio.get("/stuck")
    assert page.response.status_code == 200
    assert "Nothing: every checkout, payment and preparation is where it should be." in page.text
    # The session, the maison's name, and all that waits.
    assert page.statements <= 3


async def test_every_kind_is_found_and_said(studio: Studio, admin) -> None:
    maison_id, order_id = studio.shop.a.maison_id, await studio.order()
    store = studio.shop.store.maison_id
    ((number, payment_id),) = admin("select number, payment_id from orders.order where id = %s", [order_id])
    # Procrastinate's triggers name their tables without a schema.
    admin("set search_path = procrastinate, pg_catalog")
    admin("delete from procrastinate.procrastinate_jobs")
    admin(
        "update orders.checkout set state = 'paying', changed_at = now() - interval '2 hours', "
        "expires_at = now() - interval '2 hours'"
    )
    assert await found(studio, store) == {"checkout": ["paying"]}
    assert await found(studio, maison_id) == {}
    # Nobody prepares it: the round would have moved it, the authorisation ends, the job to ask again is lost.
    assert await found(studio, maison_id, 3 * HOUR) == {"late": [number]}
    admin("update payments.payment set authorised_until = now() + interval '2 hours'")
    assert await found(studio, maison_id) == {"ending": [number]}
    admin("update payments.payment set authorised_until = now() + interval '20 days'")
    admin("update orders.fulfilment set state = 'ready', collect_by = now() + interval '5 minutes'")
    assert await found(studio, maison_id, HOUR) == {"uncollected": [number]}
    admin("update orders.fulfilment set state = 'handed_over', ended_at = now(), capture_after = now()")
    assert await found(studio, maison_id, HOUR) == {"capture": [number]}
    admin("update orders.fulfilment set capture_after = null")

    def operation(kind: str, state: str) -> None:
        admin(
            "insert into payments.operation (maison_id, id, payment_id, kind, amount_minor, state, cause_id, asked_at, ended_at)"
            " values (%s, %s, %s, %s, 5, %s, %s, now(), case when %s <> 'asked' then now() end)",
            [maison_id, uuid4(), payment_id, kind, state, uuid4(), state],
        )

    operation("capture", "asked")
    assert await found(studio, maison_id, HOUR) == {"operation": [number]}
    admin("update payments.payment set provider = 'bygone'")
    assert await found(studio, maison_id, HOUR) == {"provider": [number]}
    admin("update payments.payment set provider = 'local'")
    admin("update payments.operation set state = 'refused', ended_at = now() where kind = 'capture'")
    assert await found(studio, maison_id) == {"refused": [number]}
    admin("delete from payments.operation where kind = 'capture'")
    admin("update payments.operation set state = 'asked', ended_at = null where kind = 'authorise'")
    assert await found(studio, maison_id, HOUR) == {"asked": [number]}
    admin("update payments.payment set state = 'voided'")
    assert await found(studio, maison_id, HOUR) == {}
    assert await found(studio, maison_id, 25 * HOUR) == {"asked": [number]}
    admin("update payments.operation set state = 'refused', ended_at = now() where kind = 'authorise'")

    admin("update orders.order_line set state = 'unsourced', fulfilment_id = null")
    admin(
        "insert into orders.rejection (maison_id, id, order_line_id, location_id, reason, rejected_at) "
        "select maison_id, %s, id, credited_location_id, 'damaged', now() from orders.order_line",
        [uuid4()],
    )
    assert await found(studio, maison_id, HOUR) == {"unsourced": [f"{number}, Le sac"]}
    admin("update orders.order_line set state = 'cancelled'")
    admin(
        "insert into stock.shortage (maison_id, id, location_id, variant_id, quantity, cause, recorded_at) "
        "select maison_id, %s, location_id, variant_id, 2, 'count', now() from stock.position where maison_id = %s limit 1",
        [new_id(datetime.now(UTC)), maison_id],
    )
    assert list(await found(studio, maison_id, 25 * HOUR)) == ["shortage"]
    admin("update stock.shortage set resolved_at = now()")
    places = studio.shop.a.places
    admin(
        "insert into stock.transfer (maison_id, id, from_location_id, to_location_id, reason, asked_at)"
        " values (%s, %s, %s, %s, 'replenishment', now())",
        [maison_id, new_id(datetime.now(UTC)), places["alba-1"], places["alba-2"]],
    )
    assert await found(studio, maison_id, 71 * HOUR) == {}
    assert await found(studio, maison_id, 73 * HOUR) == {"unanswered": ["Paris → Lyon"]}
    admin("update stock.transfer set state = 'sent', sent_at = now(), expected_on = current_date")
    assert await found(studio, maison_id, 48 * HOUR) == {}
    assert await found(studio, maison_id, 98 * HOUR) == {"transfer": ["Paris → Lyon"]}
    admin("update stock.transfer set state = 'received', ended_at = now()")
    admin("delete from procrastinate.procrastinate_jobs")
    for status, attempts, kind in (("failed", 12, "job"), ("todo", 6, "retrying"), ("doing", 0, "waiting")):
        job(admin, maison_id, status, attempts)
        assert await found(studio, maison_id, HOUR) == {kind: ["orders.mail_placed"]}, status
        admin("delete from procrastinate.procrastinate_jobs")
    assert await found(studio, studio.shop.b.maison_id, 25 * HOUR) == {}


async def test_another_maison_sees_none_of_it_and_tries_nothing_again(studio: Studio, admin) -> None:
    mine = job(admin, studio.shop.a.maison_id, "failed", 12)
    theirs = await studio.as_("maison_manager", studio.shop.b)
    assert "Work that failed" not in (await studio.get("/stuck", theirs)).text
    refused = await studio.post(f"/stuck/jobs/{mine}/repetition", {}, theirs)
    never = await studio.post("/stuck/jobs/999999999/repetition", {}, theirs)
    assert refused.status_code == never.status_code == 404
    assert refused.text == never.text
    assert admin("select status::text from procrastinate.procrastinate_jobs where id = %s", [mine]) == [
        ("failed",)
    ]


async def test_failed_work_is_tried_again_once(studio: Studio, admin) -> None:
    mine = job(admin, studio.shop.a.maison_id, "failed", 12)
    assert "Work that failed" in (await studio.get("/stuck")).text
    for _ in range(2):
        pressed = await studio.post(f"/stuck/jobs/{mine}/repetition", {})
        assert pressed.status_code == 303
    state = admin("select status::text, attempts from procrastinate.procrastinate_jobs where id = %s", [mine])
    assert state == [("todo", 13)]


def test_every_kind_has_its_words() -> None:
    for kind in stuck.KINDS.values():
        assert all((kind.title, kind.why, kind.do))


async def test_the_command_says_what_waits(
    studio: Studio, addresses: Addresses, admin, tmp_path: Path
) -> None:
    """It exits 0 where nothing does, 1 where something does, each said in a line."""
    await studio.order()
    program = [sys.executable, "-m", "enfilade.run", "stuck"]
    environment = os.environ | {"ENFILADE_DATABASE_URL": addresses.admin, "ENFILADE_DATA": str(tmp_path)}

    async def told() -> tuple[int, list[str]]:
        done = await asyncio.to_thread(
            subprocess.run, program, env=environment, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout.splitlines()

    admin("set search_path = procrastinate, pg_catalog")
    admin("delete from procrastinate.procrastinate_jobs")
    assert await told() == (0, ["0 things wait too long"])
    admin("update orders.checkout set state = 'paying', expires_at = now() - interval '2 hours'")
    admin("update orders.checkout set changed_at = now() - interval '2 hours'")
    code, (line, sum_) = await told()
    assert (code, sum_) == (1, "1 things wait too long")
    assert line.startswith(f"arcade: {stuck.KINDS['checkout'].title} since ")
