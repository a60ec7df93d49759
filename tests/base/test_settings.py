"""Settings: each documented, each bad value named with its variable, the key made once whoever comes first."""

import ast
import inspect
import re
import subprocess
import sys
import traceback
from dataclasses import fields
from pathlib import Path

import pytest

import enfilade
from enfilade.base import settings as module
from enfilade.base.settings import SettingRefused, Settings, read

ROOT = Path(enfilade.__file__).parents[1]
URL = "postgresql://enfilade_app:hidden-word@db.example/enfilade"
#: Read by commands, not by the running program.
ELSEWHERE = {"ENFILADE_DATABASE_ADMIN_URL", "ENFILADE_BACKUPS"}


def given(tmp_path: Path, **environment: str) -> Settings:
    return read({"ENFILADE_DATABASE_URL": URL, "ENFILADE_DATA": str(tmp_path), **environment})


def documented() -> set[str]:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `(ENFILADE_\w+)` \|", text, re.MULTILINE))


def test_every_variable_that_is_read_is_documented_and_the_other_way_round() -> None:
    literals = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant)
    }
    read_here = {
        text for text in literals if isinstance(text, str) and re.fullmatch(r"ENFILADE_[A-Z_]+", text)
    }
    assert read_here == documented() - ELSEWHERE
    assert {f"ENFILADE_{field.name.upper()}" for field in fields(Settings)} == read_here


def test_what_commands_read_is_documented() -> None:
    used: set[str] = set()
    for path in (ROOT / "enfilade").rglob("*.py"):
        used |= set(re.findall(r"\bENFILADE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert used - documented() == set()


def test_the_defaults_work_on_a_laptop(tmp_path: Path) -> None:
    settings = given(tmp_path)
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.demo, settings.development, settings.metrics) == (False, False, False)
    assert (settings.smtp_url, settings.trace_endpoint) == ("", "")
    assert "user=enfilade_public" in settings.database_public_url
    assert len(settings.key) >= 32


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENFILADE_DATABASE_URL", ""),
        ("ENFILADE_DATABASE_URL", "mysql://db.example"),
        ("ENFILADE_BASE_URL", "store.example"),
        ("ENFILADE_BASE_URL", "ftp://store.example"),
        ("ENFILADE_BASE_URL", "https://store.example:port"),
        ("ENFILADE_KEY", "short"),
        ("ENFILADE_DEMO", "maybe"),
        ("ENFILADE_DEVELOPMENT", "2"),
        ("ENFILADE_METRICS", "on please"),
        ("ENFILADE_SMTP_URL", "mail.example"),
        ("ENFILADE_SMTP_URL", "http://mail.example"),
        ("ENFILADE_MAIL_FROM", "orders"),
        ("ENFILADE_MAIL_FROM", "@enfilade.example"),
        ("ENFILADE_PAYMENT_TIMEOUT_SECONDS", "three"),
        ("ENFILADE_PAYMENT_TIMEOUT_SECONDS", "0"),
        ("ENFILADE_PAYMENT_TIMEOUT_SECONDS", "-1"),
        ("ENFILADE_PAYMENT_TIMEOUT_SECONDS", "nan"),
        ("ENFILADE_PAYMENT_TIMEOUT_SECONDS", "inf"),
        ("ENFILADE_CONNECTIONS_MAX", "many"),
        ("ENFILADE_CONNECTIONS_MAX", "0.5"),
        ("ENFILADE_CONNECTIONS_MAX", "nan"),
        ("ENFILADE_CONNECTIONS_MAX", "1e400"),
        ("ENFILADE_TRACE_ENDPOINT", "collector:4318"),
    ],
)
def test_a_bad_value_names_its_variable(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingRefused, match=variable):
        given(tmp_path, **{variable: value})


def test_a_refusal_does_not_tell_passwords(tmp_path: Path) -> None:
    for variable, value in (
        ("ENFILADE_DATABASE_URL", "postgres//app:hidden-word@db.example/enfilade"),
        ("ENFILADE_SMTP_URL", "mail://user:hidden-word@mail.example"),
        ("ENFILADE_SMTP_URL", "smtp://user:hidden-word@mail.example:none"),
    ):
        with pytest.raises(SettingRefused) as refused:
            given(tmp_path, **{variable: value})
        assert "hidden-word" not in str(refused.value)
        assert "hidden-word" not in "".join(traceback.format_exception(refused.value))


def test_a_sender_may_have_a_name(tmp_path: Path) -> None:
    assert given(tmp_path, ENFILADE_MAIL_FROM="Maison Alba <orders@alba.example>").mail_from.startswith(
        "Maison"
    )


def test_the_key_is_made_once_by_whoever_comes_first(tmp_path: Path) -> None:
    """As web processes do that start together; none may read a key that is half written."""
    script = (
        "import sys; from pathlib import Path; from enfilade.base.settings import _key\n"
        "sys.stdin.readline(); print(_key({}, Path(sys.argv[1])).decode())"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "data")]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(6)
    ]
    keys = set()
    for process in processes:  # all are started before the first may go on
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        keys.add(process.communicate(timeout=30)[0].strip())
    (key,) = keys
    assert len(key) >= 32
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["key"]
    assert (tmp_path / "data" / "key").stat().st_mode & 0o077 == 0


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("")
    with pytest.raises(SettingRefused, match="key"):
        given(tmp_path)


def test_stripe_is_set_up_whole_or_not_at_all_and_its_secrets_may_lie_in_files(tmp_path: Path) -> None:
    assert not given(tmp_path).stripe
    whole = {
        "ENFILADE_STRIPE_SECRET_KEY": "sk_live_hidden-word",
        "ENFILADE_STRIPE_PUBLISHABLE_KEY": "pk_live_shown",
        "ENFILADE_STRIPE_WEBHOOK_SECRET": "whsec_hidden-word",
    }
    settings = given(tmp_path, **whole)
    assert settings.stripe and settings.stripe_address == "https://api.stripe.com"
    assert "hidden-word" not in repr(settings)
    for name, wrong in (
        ("ENFILADE_STRIPE_SECRET_KEY", "pk_live_shown"),
        ("ENFILADE_STRIPE_PUBLISHABLE_KEY", ""),
        ("ENFILADE_STRIPE_PUBLISHABLE_KEY", "sk_live_hidden-word"),
        ("ENFILADE_STRIPE_WEBHOOK_SECRET", ""),
        ("ENFILADE_STRIPE_SECRET_KEY_FILE", str(tmp_path / "nothing")),
    ):
        with pytest.raises(SettingRefused, match=name) as refused:
            given(tmp_path, **{**whole, name: wrong})
        assert "hidden-word" not in str(refused.value)
    (tmp_path / "secret").write_text("sk_live_of_the_file\n", encoding="ascii")
    kept = given(tmp_path, **whole, ENFILADE_STRIPE_SECRET_KEY_FILE=str(tmp_path / "secret"))
    assert kept.stripe_secret_key == "sk_live_of_the_file"
