"""Contact points: a mail address or a phone number, written one way so that one person is found again."""

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers

_MAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@(?:[^@\s.,;<>\"()]{1,63}\.)+[^@\s.,;<>\"()]{2,63}")


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """`value` is a mail address in small letters, or a phone number as E.164 writes it."""

    kind: Literal["mail", "phone"]
    value: str


class NotAContactPoint(Exception):
    """Neither a mail address nor a phone number."""

    def __init__(self) -> None:
        super().__init__("Give a mail address, or a phone number with its country code")


def contact_point(written: str, country: str) -> ContactPoint:
    """What somebody typed. `country` (ISO 3166 alpha-2) reads a number without country code.

    Raises NotAContactPoint.
    """
    text = written.strip()
    if "@" in text:
        if len(text) <= 254 and _MAIL.fullmatch(text):
            return ContactPoint("mail", text.lower())
        raise NotAContactPoint
    try:
        number = phonenumbers.parse(text[:40], country or None)
    except phonenumbers.NumberParseException:
        raise NotAContactPoint from None
    if not phonenumbers.is_valid_number(number):
        raise NotAContactPoint
    return ContactPoint("phone", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
