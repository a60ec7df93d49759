"""What the wheel asks for is what the locked installation has."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_wheel_asks_for_what_is_locked() -> None:
    asked = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    lines = (PROJECT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    assert sorted(asked) == sorted(line for line in lines if line and not line.startswith("#"))
