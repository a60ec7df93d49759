"""The local carrier tells us that a parcel was scanned, as carriers do: signed, at least once, in no order, perhaps late.

It is told nothing that is believed: whoever hears it asks the carrier what it knows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from enfilade.base import own_hooks, webhooks
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.ids import new_id
from enfilade.base.jobs import Job, Jobs, defer
from enfilade.base.secrets import derived

ANNOUNCE = "local_carrier.announce"
HOOK = "/hooks/local-carrier"


@dataclass(frozen=True, slots=True)
class Announced:
    """`message_id` is the same when it comes again. Ids are what we gave the carrier when we asked for the label."""

    message_id: str
    maison_id: UUID
    label_id: UUID


class _Subject(msgspec.Struct, frozen=True):
    maison: UUID
    label: UUID


class _Message(msgspec.Struct, frozen=True):
    type: str
    metadata: _Subject


@dataclass(frozen=True, slots=True)
class _Known:
    metadata: dict[str, str]


async def announce(conn: Conn, *, tracking: str, metadata: Mapping[str, str]) -> None:
    """In the transaction of the carrier's books: a message will go out. A parcel that is nobody's is told to nobody."""
    if "maison" in metadata:
        ids = {"label_id": UUID(metadata["label"]), "message_id": new_id(datetime.now(UTC))}
        await defer(conn, maison_id=UUID(metadata["maison"]), jobs=[Job(ANNOUNCE, ids)])


def heard(key: bytes, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Announced:
    """What a message says. Raises NotSigned when it is not the local carrier's, or old."""
    message_id = webhooks.verified(_secret(key), headers, body, now)
    try:
        said = msgspec.json.decode(body, type=_Message)
    except msgspec.DecodeError:
        raise webhooks.NotSigned from None
    return Announced(message_id, said.metadata.maison, said.metadata.label)


async def message(
    db: Db, key: bytes, label_id: UUID, message_id: UUID, *, now: datetime
) -> tuple[bytes, dict[str, str]] | None:
    """The body and headers of what is told of a parcel; None for one that is not there."""
    async with db.door() as conn:
        known = await maybe(
            conn,
            _Known,
            "select metadata from local_carrier.parcel where key = %(key)s",
            key=str(label_id),
        )
    if known is None:
        return None
    subject = _Subject(UUID(known.metadata["maison"]), UUID(known.metadata["label"]))
    body = msgspec.json.encode(_Message("parcel.scanned", subject))
    return body, webhooks.signed(_secret(key), f"msg_{message_id.hex}", body, now)


def register(jobs: Jobs, db: Db, *, key: bytes, base_url: str) -> None:
    """Names the job that tells; what is not taken is told again."""

    async def tell(_maison_id: UUID, ids: dict[str, UUID]) -> None:
        made = await message(db, key, ids["label_id"], ids["message_id"], now=datetime.now(UTC))
        if made is not None:
            await own_hooks.tell(f"{base_url}{HOOK}", *made)

    jobs.add(ANNOUNCE, tell)


def _secret(key: bytes) -> bytes:
    return derived(key, "local carrier's messages", UUID(int=0)).encode()
