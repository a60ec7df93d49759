"""The local twin of a fiscal signing device: keeps books of its own, counts, is idempotent by key. It is certified nowhere.

A device that is unplugged does not answer: `plugged` says whether it is.
"""

import hashlib
import hmac
from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.db import Db, one, tally
from enfilade.payments.fiscal_device import DeviceSilent, Signed

SERIAL = "LOCAL-TWIN-1"
SECRET = b"a twin has no secrets"


class LocalFiscalDevice:
    def __init__(self, db: Db) -> None:
        self._db = db
        self.plugged = True

    async def sign(self, *, key: UUID, till: str, digest: bytes) -> Signed:
        if not self.plugged:
            raise DeviceSilent
        signature = hmac.new(SECRET, till.encode() + b"\0" + digest, hashlib.sha256).hexdigest()
        # Another company's books: their statements are not ours to count.
        token = tally.set(None)
        try:
            async with self._db.door() as conn:
                return await one(
                    conn,
                    Signed,
                    """
                    with signed as (
                      insert into local_provider.signature (key, signature, signed_at)
                      select %(key)s, %(signature)s, %(now)s
                      where not exists (select 1 from local_provider.signature where key = %(key)s)
                      on conflict (key) do update set key = excluded.key
                      returning counter, signature, signed_at
                    )
                    select %(serial)s as device, x.counter, x.signature, x.signed_at from (
                      select counter, signature, signed_at from signed
                      union all
                      select counter, signature, signed_at from local_provider.signature where key = %(key)s) x limit 1
                    """,
                    key=str(key),
                    signature=signature,
                    now=datetime.now(UTC),
                    serial=SERIAL,
                )
        finally:
            tally.reset(token)
