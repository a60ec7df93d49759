"""Every example of docs/api.md is asked in its order, and answers as it says there."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

from enfilade.base.db import Db
from tests.shop import Shop
from tests.web.api.conftest import Api

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
BLOCK = re.compile(
    r"```http\n(?P<asked>.*?)```\n+```http\n(?P<answer>.*?)```\n(?P<kept>(?:<!-- .*? -->\n)*)", re.S
)


async def test_the_examples_happen_as_they_are_told(api: Api, db: Db, shop: Shop) -> None:
    known: dict[str, str] = {}
    blocks = list(BLOCK.finditer(PAGE.read_text(encoding="utf-8")))
    assert len(blocks) == PAGE.read_text(encoding="utf-8").count("```http") / 2 > 10
    for block in blocks:
        asked = re.sub(r"\$(\w+)", lambda found: known[found.group(1)], block["asked"])
        answer = await _ask(api, asked)
        status, _, told = block["answer"].partition("\n")
        assert answer.status_code == int(status), (asked, answer.text)
        if told.strip():
            _fits(json.loads(told), answer.json(), asked.partition("\n")[0])
        for name, path in re.findall(r"<!-- (\w+) = (\S+) -->", block["kept"]):
            known[name] = _at(answer.json(), path)


async def _ask(api: Api, asked: str) -> httpx.Response:
    head, _, body = asked.partition("\n\n")
    first, *lines = head.strip().splitlines()
    method, path = first.split(" ", 1)
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    more: dict[str, Any] = {"json": json.loads(body)} if body.strip() else {}
    return await api(method, path.removeprefix("/api/v1"), key="", headers=headers, **more)


def _fits(told: Any, said: Any, where: str) -> None:
    """The same fields all the way down, of the same kinds; words that are no ids or times are the same words."""
    if isinstance(told, dict):
        assert set(told) == set(said), where
        for name, value in told.items():
            _fits(value, said[name], f"{where}.{name}")
    elif isinstance(told, list):
        for one, other in zip(told, said, strict=False):
            _fits(one, other, f"{where}[]")
        assert bool(said) or not told, where
    elif isinstance(told, str) and re.fullmatch(r"[a-z_]+", told):
        assert said == told, where
    else:
        assert isinstance(said, type(told)), (where, told, said)


def _at(answer: Any, path: str) -> str:
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return str(answer)
