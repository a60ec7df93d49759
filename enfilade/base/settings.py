"""Settings: one frozen dataclass, read once from the environment by run.py. Every default works on a laptop."""

import math
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from psycopg import ProgrammingError

KEY_LETTERS_MIN = 32


class SettingRefused(Exception):
    """A variable of the environment does not say what it should; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is documented in `docs/settings.md` under the variable it comes from. What may hold a secret is not shown."""

    database_url: str = field(repr=False)
    database_public_url: str = field(repr=False)
    database_group_url: str = field(repr=False)
    data: Path
    files: str = field(repr=False)
    base_url: str
    key: bytes = field(repr=False)
    demo: bool
    development: bool
    smtp_url: str = field(repr=False)
    mail_from: str
    payment_timeout_seconds: float
    stripe_secret_key: str = field(repr=False)
    stripe_publishable_key: str
    stripe_webhook_secret: str = field(repr=False)
    stripe_address: str
    stripe_script: str
    stripe_multicapture: bool
    connections_max: int
    metrics: bool
    trace_endpoint: str
    worker: bool
    webhooks_inside: bool

    @property
    def stripe(self) -> bool:
        """Whether payments go to Stripe."""
        return bool(self.stripe_secret_key)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `ENFILADE_…` variables. Raises SettingRefused with the variable's name."""
    # Imported here: only reading settings needs to know how role addresses derive.
    from enfilade.base.database import addresses

    url = environment.get("ENFILADE_DATABASE_URL", "")
    if not url:
        raise SettingRefused(
            "ENFILADE_DATABASE_URL is not set: give the address of PostgreSQL, or start bin/demo"
        )
    try:
        derived = addresses(url)
    except ProgrammingError:
        # Not quoted: it may hold a password.
        raise SettingRefused(
            "ENFILADE_DATABASE_URL cannot be read: give postgresql://host/database or host=… dbname=…"
        ) from None
    data = Path(environment.get("ENFILADE_DATA", "") or "enfilade-data")
    return Settings(
        database_url=derived.app,
        database_public_url=environment.get("ENFILADE_DATABASE_PUBLIC_URL", "") or derived.public,
        database_group_url=environment.get("ENFILADE_DATABASE_GROUP_URL", "") or derived.group,
        data=data,
        files=_address(environment, "ENFILADE_FILES", "", ("s3",)),
        base_url=_address(environment, "ENFILADE_BASE_URL", "http://127.0.0.1:8000", ("http", "https")),
        key=_key(environment, data),
        demo=_flag(environment, "ENFILADE_DEMO"),
        development=_flag(environment, "ENFILADE_DEVELOPMENT"),
        smtp_url=_address(environment, "ENFILADE_SMTP_URL", "", ("smtp", "smtps")),
        mail_from=_sender(environment),
        payment_timeout_seconds=_number(environment, "ENFILADE_PAYMENT_TIMEOUT_SECONDS", 3.0),
        **_stripe(environment),
        connections_max=_whole(environment, "ENFILADE_CONNECTIONS_MAX", 16),
        metrics=_flag(environment, "ENFILADE_METRICS"),
        trace_endpoint=_address(environment, "ENFILADE_TRACE_ENDPOINT", "", ("http", "https")),
        worker=_flag(environment, "ENFILADE_WORKER", default=True),
        webhooks_inside=_flag(environment, "ENFILADE_WEBHOOKS_INSIDE"),
    )


class _Stripe(TypedDict):
    stripe_secret_key: str
    stripe_publishable_key: str
    stripe_webhook_secret: str
    stripe_address: str
    stripe_script: str
    stripe_multicapture: bool


def _stripe(environment: Mapping[str, str]) -> _Stripe:
    """With a secret key everything that belongs to it must be there; without, payments stay with the local provider."""
    secret_key = _secret(environment, "ENFILADE_STRIPE_SECRET_KEY")
    publishable_key = environment.get("ENFILADE_STRIPE_PUBLISHABLE_KEY", "")
    webhook_secret = _secret(environment, "ENFILADE_STRIPE_WEBHOOK_SECRET")
    if secret_key and not secret_key.startswith(("sk_", "rk_")):
        raise SettingRefused("ENFILADE_STRIPE_SECRET_KEY: give the key that begins with sk_ or rk_")
    if secret_key and not publishable_key.startswith("pk_"):
        raise SettingRefused("ENFILADE_STRIPE_PUBLISHABLE_KEY: give the key that begins with pk_")
    if secret_key and not webhook_secret:
        raise SettingRefused(
            "ENFILADE_STRIPE_WEBHOOK_SECRET is not set: no message of Stripe's could be believed"
        )
    web = ("http", "https")
    return {
        "stripe_secret_key": secret_key,
        "stripe_publishable_key": publishable_key,
        "stripe_webhook_secret": webhook_secret,
        "stripe_address": _address(environment, "ENFILADE_STRIPE_ADDRESS", "https://api.stripe.com", web),
        "stripe_script": _address(environment, "ENFILADE_STRIPE_SCRIPT", "https://js.stripe.com/v3", web),
        "stripe_multicapture": _flag(environment, "ENFILADE_STRIPE_MULTICAPTURE"),
    }


def _secret(environment: Mapping[str, str], name: str) -> str:
    """From the variable, else from the file that NAME_FILE names, as containers are given secrets."""
    if path := environment.get(f"{name}_FILE", ""):
        try:
            return Path(path).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingRefused(f"{name}_FILE: this file cannot be read") from None
    return environment.get(name, "").strip()


def _flag(environment: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    value = environment.get(name, "").lower() or ("yes" if default else "no")
    if value not in ("0", "1", "no", "yes", "false", "true"):
        raise SettingRefused(f"{name}={value!r}: say yes or no")
    return value in ("1", "yes", "true")


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    value = environment.get(name, "")
    try:
        number = float(value) if value else default
    except ValueError:
        raise SettingRefused(f"{name}={value!r}: give a number") from None
    if not (math.isfinite(number) and number > 0):
        raise SettingRefused(f"{name}={value!r}: give a number above 0")
    return number


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    number = _number(environment, name, default)
    if number != int(number):
        raise SettingRefused(f"{name}={number}: give a whole number")
    return int(number)


def _address(environment: Mapping[str, str], name: str, default: str, schemes: tuple[str, ...]) -> str:
    value = (environment.get(name, "") or default).rstrip("/")
    with suppress(ValueError):  # a port that is no number
        parts = urlsplit(value)
        if not value or (parts.scheme in schemes and parts.hostname and parts.port != 0):
            return value
    # Not quoted: it may hold a password, as the suppressed error may.
    raise SettingRefused(
        f"{name}: give an address that begins with {' or '.join(f'{s}://' for s in schemes)}"
    )


def _sender(environment: Mapping[str, str]) -> str:
    value = environment.get("ENFILADE_MAIL_FROM", "") or "orders@enfilade.example"
    name, _, domain = parseaddr(value)[1].rpartition("@")
    if not (name and domain):
        raise SettingRefused(f"ENFILADE_MAIL_FROM={value!r}: give a mail address")
    return value


def _key(environment: Mapping[str, str], data: Path) -> bytes:
    """The installation's key: from ENFILADE_KEY, else from the file `key` in the data folder, made there once."""
    if given := environment.get("ENFILADE_KEY", ""):
        if len(given) < KEY_LETTERS_MIN:
            raise SettingRefused(f"ENFILADE_KEY is shorter than {KEY_LETTERS_MIN} characters")
        return given.encode()
    path = data / "key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        # Written whole and then linked: of processes that start together one wins, and none reads half a key.
        written = data / f"key.{secrets.token_hex(8)}"
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(written, path)
        written.unlink()
    key = path.read_text(encoding="ascii").strip()
    if len(key) < KEY_LETTERS_MIN:
        raise SettingRefused(
            f"the key in ENFILADE_DATA/key is shorter than {KEY_LETTERS_MIN} characters: {path}"
        )
    return key.encode()
