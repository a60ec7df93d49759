"""Secrets that open doors: made at random or derived from the installation's key, stored only as hashes."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def new_secret() -> str:
    """128 random bits, in letters that survive an address or a cookie."""
    return secrets.token_urlsafe(16)


def hashed(secret: str) -> bytes:
    """What is stored of a secret of 128 bits: its SHA-256. Passwords and short codes need more, see their owners."""
    return hashlib.sha256(secret.encode()).digest()


def derived(key: bytes, purpose: str, subject: UUID) -> str:
    """A 128-bit secret of `subject`, made again whenever it must be shown, never stored."""
    digest = hmac.new(key, f"{purpose}:{subject}".encode(), hashlib.sha256).digest()[:16]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def derived_code(key: bytes, purpose: str, subject: UUID, length: int = 8) -> str:
    """A short code a person can read aloud: `length` letters of 32, five bits each. Guard it with a rate limit."""
    digest = hmac.new(key, f"{purpose}:{subject}".encode(), hashlib.sha256).digest()
    return "".join(CODE_LETTERS[byte % 32] for byte in digest[:length])


def visitor_id(secret: str) -> UUID:
    """The visitor behind a cookie: half of its hash, so that the database never holds what the cookie says."""
    return UUID(bytes=hashed("visitor:" + secret)[:16])
