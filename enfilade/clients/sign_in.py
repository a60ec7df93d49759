"""Clients sign in at a store with a code or a link sent to the mail address or phone number they give.

Asking does and answers the same whether or not a client is known: the first sign-in makes the client.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import jobs, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.secrets import derived, hashed, new_secret
from enfilade.clients.contact_points import contact_point

CODE_DIGITS = 6
CODE_MINUTES = 15
SESSION_DAYS = 30
WINDOW_SECONDS = 15 * 60
ASKED_PER_ADDRESS_MAX = 5
ASKED_PER_NETWORK_MAX = 40
TRIED_PER_NETWORK_MAX = 100


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` goes into the cookie and is not kept anywhere else."""

    maison_id: UUID
    client_id: UUID
    token: str


@dataclass(frozen=True, slots=True)
class _Used:
    kind: str
    value: str
    language: str
    right: bool


@dataclass(frozen=True, slots=True)
class _Link:
    maison_id: UUID
    sign_in_id: UUID


def code_of(key: bytes, sign_in_id: UUID) -> str:
    """The six digits of this sign-in, made again whenever they must be sent."""
    digest = hmac.new(key, f"sign-in code:{sign_in_id}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}}"


def link_of(key: bytes, sign_in_id: UUID) -> str:
    """The secret of this sign-in's link: 128 bits."""
    return derived(key, "sign-in link", sign_in_id)


def _code_hash(key: bytes, sign_in_id: UUID, code: str) -> bytes:
    # Keyed: six digits behind a plain hash would be found by trying a million.
    return hmac.new(key, f"sign-in code hash:{sign_in_id}:{code}".encode(), hashlib.sha256).digest()


async def ask(
    db: Db,
    *,
    maison_id: UUID,
    key: bytes,
    address: str,
    country: str,
    language: str,
    network: str,
    now: datetime,
) -> UUID:
    """Sends a code and a link to `address`, as a job, and returns the sign-in the code belongs to.

    `maison_id` is the store's tenant. Raises NotAContactPoint, TooManyAttempts.
    """
    to = contact_point(address, country)
    async with db.door() as conn:
        buckets = {
            f"client sign-in asked from {network}": ASKED_PER_NETWORK_MAX,
            f"client sign-in asked {maison_id} {to.value}": ASKED_PER_ADDRESS_MAX,
        }
        await limits.spend_each(conn, buckets=buckets, window_seconds=WINDOW_SECONDS, now=now)
    sign_in_id = new_id(now)
    async with db.acting(Actor.link(sign_in_id), maison_id) as conn:
        await execute(
            conn,
            """
            insert into clients.sign_in_code
              (maison_id, id, kind, value, language, code_hash, link_hash, expires_at)
            values (%(maison_id)s, %(id)s, %(kind)s, %(value)s, %(language)s, %(code_hash)s, %(link_hash)s,
              %(expires_at)s)
            """,
            maison_id=maison_id,
            id=sign_in_id,
            kind=to.kind,
            value=to.value,
            language=language,
            code_hash=_code_hash(key, sign_in_id, code_of(key, sign_in_id)),
            link_hash=hashed(link_of(key, sign_in_id)),
            expires_at=now + timedelta(minutes=CODE_MINUTES),
        )
        await jobs.defer(
            conn, maison_id=maison_id, jobs=[jobs.Job("clients.mail_sign_in", {"sign_in_id": sign_in_id})]
        )
    return sign_in_id


async def redeem_code(
    db: Db, *, maison_id: UUID, key: bytes, sign_in_id: UUID, code: str, network: str, now: datetime
) -> SignedIn | None:
    """A session for the right code; None when it is wrong, used, too old, or was tried five times.

    Raises TooManyAttempts.
    """
    digits = "".join(letter for letter in code if letter.isdigit())[:CODE_DIGITS]
    await _tried(db, network, now)
    async with db.acting(Actor.link(sign_in_id), maison_id) as conn:
        return await _enter(conn, maison_id, sign_in_id, _code_hash(key, sign_in_id, digits), None, now)


async def redeem_link(db: Db, *, link: str, network: str, now: datetime) -> SignedIn | None:
    """A session for whoever holds the link; None when it is unknown, used or too old. Raises TooManyAttempts.

    Call it for a POST only: mail programs open links by themselves to look at them.
    """
    await _tried(db, network, now)
    async with db.door() as conn:
        found = await maybe(
            conn,
            _Link,
            "select maison_id, sign_in_id from door.sign_in_of_link(%(link)s, %(now)s)",
            link=hashed(link),
            now=now,
        )
    if found is None:
        return None
    async with db.acting(Actor.link(found.sign_in_id), found.maison_id) as conn:
        return await _enter(conn, found.maison_id, found.sign_in_id, None, hashed(link), now)


async def sign_out(conn: Conn, *, maison_id: UUID, token: str, now: datetime) -> None:
    """Ends the client's session; twice changes nothing."""
    await execute(
        conn,
        """
        update clients.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and token_hash = %(token_hash)s and revoked_at is null
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        now=now,
    )


async def forget_old(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes codes a day after they ended: an address somebody typed is not kept for nothing."""
    return await execute(
        conn,
        """
        delete from clients.sign_in_code
        where maison_id = %(maison_id)s and expires_at < %(now)s::timestamptz - interval '1 day'
        """,
        maison_id=maison_id,
        now=now,
    )


async def _tried(db: Db, network: str, now: datetime) -> None:
    async with db.door() as conn:
        await limits.spend(
            conn,
            bucket=f"client sign-in tried from {network}",
            most=TRIED_PER_NETWORK_MAX,
            window_seconds=WINDOW_SECONDS,
            now=now,
        )


async def _enter(
    conn: Conn,
    maison_id: UUID,
    sign_in_id: UUID,
    code_hash: bytes | None,
    link_hash: bytes | None,
    now: datetime,
) -> SignedIn | None:
    # One guarded statement counts the attempt and uses the code: two at once cannot both be right.
    used = await maybe(
        conn,
        _Used,
        """
        update clients.sign_in_code set attempts = attempts + 1,
          used_at = case when code_hash = %(code_hash)s::bytea or link_hash = %(link_hash)s::bytea
            then %(now)s::timestamptz end
        where maison_id = %(maison_id)s and id = %(id)s and used_at is null and attempts < 5
          and expires_at > %(now)s
        returning kind, value, language, used_at is not null as right
        """,
        maison_id=maison_id,
        id=sign_in_id,
        code_hash=code_hash,
        link_hash=link_hash,
        now=now,
    )
    if used is None or not used.right:
        return None
    client_id = await _client(conn, maison_id, used, now)
    token = new_secret()
    await execute(
        conn,
        """
        insert into clients.session (maison_id, token_hash, client_id, created_at, expires_at)
        values (%(maison_id)s, %(token_hash)s, %(client_id)s, %(now)s, %(expires_at)s)
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        client_id=client_id,
        now=now,
        expires_at=now + timedelta(days=SESSION_DAYS),
    )
    return SignedIn(maison_id, client_id, token)


async def _client(conn: Conn, maison_id: UUID, used: _Used, now: datetime) -> UUID:
    # Two first sign-ins of one address at once make one client: the second waits here and finds it.
    await execute(
        conn,
        "select pg_advisory_xact_lock(hashtextextended(%(point)s, 0))",
        point=f"{maison_id}:{used.kind}:{used.value}",
    )
    known: UUID | None = await scalar(
        conn,
        """
        select client_id from clients.contact_point
        where maison_id = %(maison_id)s and kind = %(kind)s and value = %(value)s
        """,
        maison_id=maison_id,
        kind=used.kind,
        value=used.value,
    )
    if known is not None:
        return known
    client_id = new_id(now)
    await execute(
        conn,
        """
        with client as (
          insert into clients.client (maison_id, id, language, created_at)
          values (%(maison_id)s, %(id)s, %(language)s, %(now)s)
        )
        insert into clients.contact_point (maison_id, client_id, kind, value, verified_at)
        values (%(maison_id)s, %(id)s, %(kind)s, %(value)s, %(now)s)
        """,
        maison_id=maison_id,
        id=client_id,
        language=used.language,
        kind=used.kind,
        value=used.value,
        now=now,
    )
    return client_id
