"""Passwords: hashed with argon2id, and checked in the same time whether or not somebody is known."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX = 12, 200

# argon2-cffi's defaults: the low-memory profile of RFC 9106 (64 MiB, three passes).
_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")
# Each check takes 64 MiB: more at once than this wait for one another.
_AT_ONCE = asyncio.Semaphore(4)


class PasswordRefused(Exception):
    """Too short to be safe, or longer than anybody types."""

    def __init__(self) -> None:
        super().__init__(f"A password has {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters")


def hashed_password(password: str) -> str:
    """What is stored. Takes some 50 ms; raises PasswordRefused."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise PasswordRefused
    return _HASHER.hash(password)


async def right(password_hash: str | None, password: str) -> bool:
    """Whether `password` is behind the hash. None (nobody is known) takes as long and is never right."""
    async with _AT_ONCE:
        matches = await asyncio.to_thread(
            _matches, password_hash or _NOBODY, password[:PASSWORD_CHARACTERS_MAX]
        )
    return matches and password_hash is not None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
