"""Refusals: every exception of the house has its answer, told as problem details or as a page in the reader's language."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import httpx
import pytest
from litestar.exceptions import HTTPException

import enfilade
from enfilade.web.shared.refusals import REFUSALS
from tests.served import Served
from tests.web.shared.conftest import SECRET

#: Never met by a handler: raised by commands and at start, or always handled by the caller named here.
INTERNAL = {
    **dict.fromkeys(
        ("NotThatDay", "OfferOver", "StillFree", "WaitsAlready"), "said on the pages of a waitlist"
    ),
    "NotSoMuchLeft": "an exchange looks before it passes money on",
    "DutiesSilent": "a checkout asks its duties otherwise, or refuses",
    "DutiesUnknown": "a checkout asks its duties otherwise, or refuses",
    "CannotRun": "the embedded server's start",
    "ClusterFailed": "the embedded server's start",
    "DataInUse": "the demo's start",
    "DemoFailed": "the demo's start",
    "MigrationChanged": "enfilade database migrate",
    "MigrationWaits": "enfilade database migrate",
    "BackupFailed": "enfilade backup",
    "RestoreRefused": "enfilade restore",
    "SettingRefused": "read at start",
    "WorldRefused": "the demo's world is loaded",
    "ScaleRefused": "the demo's world is loaded",
    "NoSuchAddress": "enfilade where",
    "JudgedRefused": "enfilade search evaluate",
    "TooFaint": "the studio's store says which colour, and one that would do",
    "LookChanged": "the studio's store shows the look as it is now",
    "TreeChanged": "the studio's store shows the tree as it is now",
    "PictureRefused": "the studio's pictures name the file and why",
    "ModelRefused": "the studio's product names the file and why",
    "FilmRefused": "the studio's films name the file and why",
    "StillPlayed": "the studio's films name the story",
    "AltTooLong": "the studio's picture marks the language",
    "StillShown": "the studio's picture names the piece, story or window",
    "NothingSaid": "the studio's picture asks for words",
    "CellRefused": "imports turn it into a refused row",
    "PriceRefused": "imports turn it into a refused row",
    "HoursRefused": "imports turn it into a refused row; the rounds read hours that were accepted",
    "FileRefused": "enfilade import tells it",
    "_Refused": "the form says it beside the field",
    "_MoneyLetGo": "orders.settling looks again",
    "_Declined": "payments.stripe_provider tells a refused card",
    "MakingUnclear": "the studio's page says it",
    "NoSuchJob": "the studio's page says it",
    "NoSuchRefund": "the studio's page says it",
    "_Taken": "orders.closing rolls the move back and tells it as taken",
    "_Undo": "ends a dry run, caught where it is raised",
    "NotCommitted": "a defect of ours, answered 500 and logged",
    "NoSuchPerson": "the command looks first",
    "NotRead": "busy_times answers it to whoever started it",
    "NotEnoughStock": "orders.checkout tells it as PiecesGone",
    "NoLongerHeld": "orders.settling looks for another place",
    "TooManyAddresses": "the account says it beside the form",
    "NotAContactPoint": "the sign-in page says it beside the field",
    "CarrierSilent": "jobs ask again",
    "CarrierRefused": "jobs record it on the label",
    "CarrierUnknown": "jobs fail, and the stuck list shows the label",
    "NoServiceCan": "the label says it",
    "NoSuchLabel": "told as a page that is not there",
    "NothingToWithdraw": "the form on the order's page says it",
    "SayWho": "the form on the piece's page or the order's says it",
    "ProviderSilent": "orders.settling answers that we are confirming; jobs ask again",
    "DeviceSilent": "the job asks the signing device again",
    "TerminalSilent": "the till's screen offers to ask again",
    "ProviderUnknown": "orders.settling answers that we are confirming; jobs pass over it and the stuck list shows it",
    "ProviderRefused": "orders.settling tells it as a refused payment; jobs record it",
}
#: Raised by verbs that no address calls yet: mapped when one does.
UNREACHED = {
    "AlreadyClosed": ("enfilade.boutiques.closures", "close"),
    "NoSuchLocation": ("enfilade.boutiques.closures", "close"),
    "EmptyInterval": ("enfilade.boutiques.closures", "close"),
    "SlugTaken": ("enfilade.maisons.founding", "found"),
    "NoSuchLegalEntity": ("enfilade.maisons.markets", "open_markets"),
    "StoreAddressTaken": ("enfilade.maisons.stores", "open_store"),
}


def exceptions() -> list[type[Exception]]:
    importlib.import_module("enfilade.run")  # every surface names its refusals
    found: set[type[Exception]] = set()
    for module in pkgutil.walk_packages(enfilade.__path__, "enfilade."):
        if not module.name.endswith("__main__"):
            for thing in vars(importlib.import_module(module.name)).values():
                if (
                    isinstance(thing, type)
                    and issubclass(thing, Exception)
                    and thing.__module__ == module.name
                ):
                    found.add(thing)
    return sorted(found, key=lambda kind: (kind.__module__, kind.__name__))


@pytest.mark.parametrize("kind", exceptions(), ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_every_exception_has_an_answer_or_is_named_internal(kind: type[Exception]) -> None:
    mapped = issubclass(kind, HTTPException) or any(base in REFUSALS for base in kind.__mro__)
    assert mapped or kind.__name__ in INTERNAL or kind.__name__ in UNREACHED, (
        "name its answer in a surface's refusals"
    )
    assert not (mapped and kind.__name__ in INTERNAL | UNREACHED), "it has an answer: take it off the list"


def test_the_lists_name_only_what_exists() -> None:
    assert set(INTERNAL) | set(UNREACHED) <= {kind.__name__ for kind in exceptions()}
    assert len(exceptions()) > 30


@pytest.mark.parametrize("name", sorted(UNREACHED))
def test_no_address_calls_the_verbs_that_raise_what_has_no_answer(name: str) -> None:
    module, verb = UNREACHED[name]
    assert hasattr(importlib.import_module(module), verb)
    for path in (Path(enfilade.__file__).parent / "web").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert f"{module.rpartition('.')[2]}.{verb}(" not in source, path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == module:
                assert verb not in {alias.name for alias in node.names}, path


def test_answers_are_statuses_of_refusal_with_words() -> None:
    for kind, refusal in REFUSALS.items():
        assert 400 <= refusal.status <= 503, kind
        assert refusal.title and not refusal.title.endswith("."), kind


PROBLEMS = [
    ("GET", "/api/v1/nowhere", None, 404),
    ("GET", "/api/v1/products/0199b1f0-0000-7000-8000-000000000001", None, 404),
    ("DELETE", "/api/v1/products", None, 405),
    ("POST", "/api/v1/checkouts", {"store": 7}, 400),
    ("GET", "/health/nothing", None, 404),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), PROBLEMS)
async def test_problem_details_have_their_shape(
    client: httpx.AsyncClient, method: str, path: str, body: object, status: int
) -> None:
    answer = await client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "about:blank"
    assert problem["status"] == status
    assert problem["instance"] == path
    assert problem["title"] and isinstance(problem["detail"], str)


async def test_a_wrong_field_is_named(client: httpx.AsyncClient) -> None:
    answer = await client.put(
        "/api/v1/baskets/arcade/lines/0199b1f0-0000-7000-8000-000000000001",
        json={"quantity": "many"},
        headers={"idempotency-key": "key-12345678", "enfilade-visitor": "a" * 22},
    )
    assert answer.status_code == 400
    assert "quantity" in str(answer.json()["errors"])


SAID = {"fr": "fr", "en": "en", "nl": "nl", "zh": "zh-Hans"}


@pytest.mark.parametrize("language", SAID)
async def test_a_refusal_is_a_page_in_the_readers_language(client: httpx.AsyncClient, language: str) -> None:
    answer = await client.get(f"/{language}/no-such-page/at-all", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{SAID[language]}"' in answer.text
    (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text)
    assert (heading == "This page is not here") == (language == "en")
    assert f'href="/{language}/"' in answer.text


async def test_a_page_broken_on_our_side_says_so_and_no_more(client: httpx.AsyncClient) -> None:
    words = set()
    for language in SAID:
        answer = await client.get(f"/{language}/orders/{SECRET}", headers={"accept": "text/html"})
        assert answer.status_code == 500
        assert f'<html lang="{SAID[language]}"' in answer.text
        words |= set(re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text))
        for inside in ("order_of", "Traceback", "psycopg", ".py"):
            assert inside not in answer.text
    assert len(words) == 4


async def test_a_program_is_told_of_the_same_break_as_a_problem(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/en/orders/{SECRET}", headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert answer.json()["title"] == "Something broke on our side"
    assert answer.json()["detail"] == ""


async def test_the_log_tells_the_break_and_not_the_secret(house: Served, client: httpx.AsyncClient) -> None:
    answer = await client.get(
        f"/en/orders/{SECRET}?code={SECRET}", headers={"x-request-id": "asked-by-a-test"}
    )
    assert answer.status_code == 500
    log = (house.data / "web.log").read_text(encoding="utf-8")
    assert '"/{language}/orders/{secret}"' in log.replace(":str", "")
    assert "order_of_link" in log and "asked-by-a-test" in log
    assert SECRET not in log
