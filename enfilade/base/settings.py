"""Settings: one frozen dataclass, read once from the environment by run.py. Every default works on a laptop."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingRefused(Exception):
    """A variable of the environment does not say what it should; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is documented in `docs/settings.md` under the variable it comes from."""

    database_url: str
    database_public_url: str
    database_group_url: str
    data: Path
    base_url: str
    key: bytes
    demo: bool
    development: bool
    smtp_url: str
    mail_from: str
    payment_timeout_seconds: float
    connections_max: int
    metrics: bool
    trace_endpoint: str


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `ENFILADE_…` variables. Raises SettingRefused with the variable's name."""
    # Imported here: only reading settings needs to know how role addresses derive.
    from enfilade.base.database import addresses

    url = environment.get("ENFILADE_DATABASE_URL", "")
    if not url:
        raise SettingRefused(
            "ENFILADE_DATABASE_URL is not set: give the address of PostgreSQL, or start bin/demo"
        )
    derived = addresses(url)
    data = Path(environment.get("ENFILADE_DATA", "") or "enfilade-data")
    return Settings(
        database_url=derived.app,
        database_public_url=environment.get("ENFILADE_DATABASE_PUBLIC_URL", "") or derived.public,
        database_group_url=environment.get("ENFILADE_DATABASE_GROUP_URL", "") or derived.group,
        data=data,
        base_url=environment.get("ENFILADE_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        key=_key(environment, data),
        demo=_flag(environment, "ENFILADE_DEMO"),
        development=_flag(environment, "ENFILADE_DEVELOPMENT"),
        smtp_url=environment.get("ENFILADE_SMTP_URL", ""),
        mail_from=environment.get("ENFILADE_MAIL_FROM", "orders@enfilade.example"),
        payment_timeout_seconds=_number(environment, "ENFILADE_PAYMENT_TIMEOUT_SECONDS", 3.0),
        connections_max=int(_number(environment, "ENFILADE_CONNECTIONS_MAX", 16)),
        metrics=_flag(environment, "ENFILADE_METRICS"),
        trace_endpoint=environment.get("ENFILADE_TRACE_ENDPOINT", ""),
    )


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "").lower()
    if value not in ("", "0", "1", "no", "yes", "false", "true"):
        raise SettingRefused(f"{name}={value!r}: say yes or no")
    return value in ("1", "yes", "true")


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    value = environment.get(name, "")
    try:
        number = float(value) if value else default
    except ValueError:
        raise SettingRefused(f"{name}={value!r}: give a number") from None
    if number <= 0:
        raise SettingRefused(f"{name}={value!r}: give a number above 0")
    return number


def _key(environment: Mapping[str, str], data: Path) -> bytes:
    """The installation's key: from ENFILADE_KEY, else from the file `key` in the data folder, made there once."""
    if given := environment.get("ENFILADE_KEY", ""):
        if len(given) < 32:
            raise SettingRefused("ENFILADE_KEY is shorter than 32 characters")
        return given.encode()
    path = data / "key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return path.read_text(encoding="ascii").encode()
