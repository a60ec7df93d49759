"""The local twin keeps the rules of every provider."""

from uuid import UUID

import pytest

from enfilade.base.db import Db
from enfilade.payments.local_provider import LocalProvider
from tests.payments.conformance import Bench, Conformance

LATE_SECONDS = 2.0


@pytest.fixture
def bench(db: Db, admin) -> Bench:
    provider = LocalProvider(db, "http://store.example", known_after_seconds=LATE_SECONDS)

    async def decide(url: str, approved: bool) -> str | None:
        return await provider.answer_second_step(token=url.rpartition("/")[2], approved=approved)

    async def taken(reference: UUID) -> int:
        ((minor,),) = admin(
            "select captured_minor - refunded_minor from local_provider.charge where reference = %s",
            [str(reference)],
        )
        return minor

    return Bench(
        provider,
        cards={
            "ok": "tok_ok",
            "refused": "tok_refused",
            "second_step": "tok_second_step",
            "approved_late": "tok_second_step_then_late",
            "once": "tok_ok:4242",
            "late_ok": "tok_timeout_then_ok",
            "late_refused": "tok_timeout_then_refused",
        },
        separate="card",
        immediate=("ideal", "bancontact", "alipay", "wechat_pay"),
        decide=decide,
        approve_late=lambda url: decide(url, True),
        taken=taken,
        silent_seconds=1.0,
        late_seconds=LATE_SECONDS,
    )


class TestLocalProvider(Conformance):
    """Every rule, against the local provider."""


async def test_a_card_nobody_knows_is_refused(bench: Bench) -> None:
    bench.cards["ok"] = "4111 1111 1111 1111"
    _, charge = await bench.authorise()
    assert charge.state == "refused"


async def test_an_unknown_second_step_leads_nowhere(bench: Bench) -> None:
    assert await bench.decide("http://store.example/local-provider/unknown", True) is None


async def test_an_authorisation_that_ran_out_is_not_captured(bench: Bench, admin) -> None:
    reference, _ = await bench.authorise()
    admin("update local_provider.charge set authorised_until = now() - interval '1 second'")
    with pytest.raises(Exception, match="not possible"):
        await bench.capture(reference, 1)
    assert await bench.taken(reference) == 0
