"""Marks: what one client has and another has not, as keyed hashes, so that a quota can count without knowing anybody.

A thousand spellings of one mail address, one phone, one door or one card leave the same mark. They are made with the
installation's key and the maison's id: two maisons cannot compare theirs, and nobody can find the address again.
"""

import hashlib
import hmac
import re
from uuid import UUID

from enfilade.clients.contact_points import NotAContactPoint, contact_point
from enfilade.orders.placing import Contact

#: Hosts whose mailboxes do not tell dots apart.
_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def marks_of(
    key: bytes, maison_id: UUID, *, contact: Contact | None, client_id: UUID | None, card: str = ""
) -> list[bytes]:
    """Every mark of this client, sorted; none when nothing is known. `card`: the provider's fingerprint of it."""
    said: list[str] = []
    if contact is not None:
        address = contact.address or {}
        said += [f"mail:{_mailbox(contact.mail)}"] if contact.mail else []
        said += [f"phone:{_number(contact.phone, address.get('country', ''))}"] if contact.phone else []
        said += [f"door:{_door(address)}"] if address else []
    if client_id is not None:
        said.append(f"client:{client_id}")
    if card:
        said.append(f"card:{card}")
    return sorted(
        {hmac.new(key, f"quota:{maison_id}:{mark}".encode(), hashlib.sha256).digest()[:16] for mark in said}
    )


def _mailbox(mail: str) -> str:
    """One mailbox, one spelling: small letters, nothing after a plus."""
    name, _, host = mail.strip().lower().rpartition("@")
    name = name.partition("+")[0]
    if host in _DOTLESS:
        name, host = name.replace(".", ""), _DOTLESS[host]
    return f"{name}@{host}"


def _number(phone: str, country: str) -> str:
    try:
        return contact_point(phone, country).value
    except NotAContactPoint:
        return re.sub(r"\D", "", phone)


def _door(address: dict[str, str]) -> str:
    """Letters and figures only: commas, spaces and capitals make no second door."""
    parts = (address.get(part, "") for part in ("country", "postcode", "line1", "line2"))
    return "|".join("".join(letter for letter in part.casefold() if letter.isalnum()) for part in parts)
