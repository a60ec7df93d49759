"""Messages between programs, signed as Standard Webhooks say (https://www.standardwebhooks.com): who sent it, and that it is new.

Written here since its library reads the clock itself: here time is an argument.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

OLD_AFTER = timedelta(minutes=5)


class NotSigned(Exception):
    """Nobody who knows the secret sent this now: the signature is missing, is another's, or is old."""


def signed(secret: bytes, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a message. Sent again, it keeps its id and is signed anew."""
    at = str(int(now.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(_mac(secret, message_id, at, body)).decode()}",
    }


def signed_by_all(secrets: list[bytes], message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The same with the signature of each secret: while one is exchanged for another, a receiver may know either."""
    each = [signed(secret, message_id, body, now) for secret in secrets]
    return each[0] | {"webhook-signature": " ".join(one["webhook-signature"] for one in each)}


def verified(secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The message's id, by which it is known when it comes twice. Raises NotSigned."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (at.isascii() and at.isdigit() and len(at) < 12 and 8 <= len(message_id) <= 200):
        raise NotSigned
    if abs(now.timestamp() - int(at)) > OLD_AFTER.total_seconds():
        raise NotSigned
    right = _mac(secret, message_id, at, body)
    # Several may be given while a secret is exchanged for another.
    for one in headers.get("webhook-signature", "").split(" ")[:10]:
        version, _, given = one.partition(",")
        try:
            if version == "v1" and hmac.compare_digest(base64.b64decode(given, validate=True), right):
                return message_id
        except (binascii.Error, ValueError):
            continue
    raise NotSigned


def _mac(secret: bytes, message_id: str, at: str, body: bytes) -> bytes:
    return hmac.new(secret, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
