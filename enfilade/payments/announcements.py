"""The local provider tells us what became of a charge, as providers do: signed, at least once, in no order, perhaps late.

It is told nothing that is believed: whoever hears it asks the provider what it knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from enfilade.base import own_hooks, webhooks
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.jobs import Job, Jobs, defer
from enfilade.base.secrets import derived

ANNOUNCE = "local_provider.announce"
HOOK = "/hooks/local-provider"


@dataclass(frozen=True, slots=True)
class Announced:
    """`message_id` is the same when it comes again. Ids are what we gave the provider when we asked for the money."""

    message_id: str
    store_maison_id: UUID
    checkout_id: UUID


class _Subject(msgspec.Struct, frozen=True):
    store_maison: UUID
    checkout: UUID


class _Message(msgspec.Struct, frozen=True):
    type: str
    reference: UUID
    metadata: _Subject


@dataclass(frozen=True, slots=True)
class _Charge:
    reference: str
    state: str
    store_maison: str
    checkout: str


async def announce(
    conn: Conn, *, reference: str, metadata: Mapping[str, object], at: datetime | None
) -> None:
    """In the transaction of the provider's books: a message will go out, now or `at` the time its answer is known."""
    if "store_maison" in metadata:
        store = UUID(str(metadata["store_maison"]))
        await defer(conn, maison_id=store, jobs=[Job(ANNOUNCE, {"reference": UUID(reference)}, at)])


def heard(key: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Announced:
    """What a message says. Raises NotSigned when it is not the local provider's, or old."""
    message_id = webhooks.verified(_secret(key), headers, body, now)
    try:
        said = msgspec.json.decode(body, type=_Message)
    except msgspec.DecodeError:
        raise webhooks.NotSigned from None
    return Announced(message_id, said.metadata.store_maison, said.metadata.checkout)


async def message(
    db: Db, key: bytes, reference: UUID, *, now: datetime
) -> tuple[bytes, dict[str, str]] | None:
    """The body and headers of what is told of a charge as it stands; None for one that is not there."""
    async with db.door() as conn:
        charge = await maybe(
            conn,
            _Charge,
            """
            select reference, state, metadata ->> 'store_maison' as store_maison, metadata ->> 'checkout' as checkout
            from local_provider.charge where reference = %(reference)s
            """,
            reference=str(reference),
        )
    if charge is None:
        return None
    subject = _Subject(UUID(charge.store_maison), UUID(charge.checkout))
    body = msgspec.json.encode(_Message(f"charge.{charge.state}", reference, subject))
    return body, webhooks.signed(_secret(key), f"msg_{reference.hex}_{charge.state}", body, now)


def register(jobs: Jobs, db: Db, *, key: bytes, base_url: str) -> None:
    """Names the job that tells; what is not taken is told again."""

    async def tell(_maison_id: UUID, ids: dict[str, UUID]) -> None:
        made = await message(db, key, ids["reference"], now=datetime.now(UTC))
        if made is not None:
            await own_hooks.tell(f"{base_url}{HOOK}", *made)

    jobs.add(ANNOUNCE, tell)


def _secret(key: bytes) -> bytes:
    return derived(key, "local provider's messages", UUID(int=0)).encode()
