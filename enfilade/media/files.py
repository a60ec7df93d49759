"""Where bytes lie: a folder by default, an S3-compatible storage by setting; named by their content, written before their rows.

`obstore` speaks to both in the same words. What no row names any more is swept after a day.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, from_url

SWEPT_AFTER = timedelta(days=1)
#: Of a storage that is far away; the folder answers at once.
SECONDS_MAX = "20s"
#: Of a long file, when it is sent.
BYTES_AT_ONCE = 1_000_000


class FilesGone(Exception):
    """The storage does not have the bytes, or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that lie there."""

    name: str
    changed_at: datetime


class Files:
    """Puts, gets and sweeps. `address`: "" for `folder`, else s3://bucket/prefix with the usual AWS_… variables."""

    def __init__(self, address: str, folder: Path) -> None:
        self._address, self._folder = address, folder

    @cached_property
    def _store(self) -> Any:
        # Opened when first needed: who only looks at the application makes no folder.
        if self._address:
            return from_url(self._address, client_options={"timeout": SECONDS_MAX, "allow_http": True})
        self._folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(self._folder)

    async def put(self, name: str, content: bytes) -> None:
        """Writes whole or not at all; the same bytes again change nothing. Raises FilesGone."""
        try:
            await obstore.put_async(self._store, name, content)
        except (BaseError, OSError) as error:
            raise FilesGone(name) from error

    async def get(self, name: str) -> bytes:
        """Raises FilesGone."""
        try:
            return bytes(await (await obstore.get_async(self._store, name)).bytes_async())
        except (BaseError, OSError) as error:
            raise FilesGone(name) from error

    async def put_from(self, name: str, content: IO[bytes]) -> None:
        """The same of a file that is open at its beginning, piece by piece. Raises FilesGone."""
        try:
            await obstore.put_async(self._store, name, content)
        except (BaseError, OSError) as error:
            raise FilesGone(name) from error

    async def pieces(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        """From byte `start` up to `end`, excluded, a part at a time. Raises FilesGone."""
        while start < end:
            upto = min(end, start + BYTES_AT_ONCE)
            try:
                yield bytes(await obstore.get_range_async(self._store, name, start=start, end=upto))
            except (BaseError, OSError) as error:
                raise FilesGone(name) from error
            start = upto

    async def remove(self, name: str) -> None:
        """What is gone already stays gone. Raises FilesGone when the storage cannot be reached."""
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise FilesGone(name) from error

    async def older_than(self, now: datetime, age: timedelta = SWEPT_AFTER) -> AsyncIterator[Kept]:
        """Everything that has lain there so long."""
        listed: Any = obstore.list(self._store)  # pyright: ignore[reportUnknownMemberType]
        async for some in listed:
            for each in some:
                if each["last_modified"].astimezone(UTC) < now - age:
                    yield Kept(str(each["path"]), each["last_modified"])
