"""A restored shop asks providers what they did meanwhile: each payment they tell differently is shown, and no other."""

from datetime import timedelta
from uuid import uuid4

from enfilade.base.db import Db
from enfilade.base.money import Money
from enfilade.payments.after_restore import differences
from enfilade.payments.local_provider import LocalProvider
from tests.payments.paying import NOW, Till
from tests.shop import found_house


async def test_what_a_provider_did_meanwhile_is_shown(db: Db) -> None:
    house = await found_house(db, NOW, "alba", kind="maison", shown_in=None, with_pieces=False)
    provider = LocalProvider(db, "http://store.example")
    till = Till(db, house.maison_id, provider)
    agreed, taken, back, gone = [await till.authorised() for _ in range(4)]
    # Carried out at the provider, and forgotten here.
    for payment in (taken, back):
        await provider.capture(key=uuid4(), reference=payment.id, amount=Money(60_00, "EUR"))
    await provider.refund(key=uuid4(), reference=back.id, amount=Money(10_00, "EUR"))
    await provider.void(key=uuid4(), reference=gone.id)
    unknown, refused = uuid4(), uuid4()
    for reference, token in ((unknown, "tok_ok"), (refused, "tok_refused")):
        await provider.authorise(
            key=uuid4(),
            reference=reference,
            amount=Money(5_00, "EUR"),
            method="card",
            token=token,
            return_url="http://store.example/back",
            metadata={},
        )
    found = await differences(db, {"local": provider}, since=NOW - timedelta(days=35))
    assert {(each.booked.reference, each.maison, each.what) for each in found} == {
        (taken.id, "alba", "6000 taken that we have not recorded"),
        (back.id, "alba", "6000 taken that we have not recorded"),
        (gone.id, "alba", "let go there, authorised here"),
        (unknown, "", "no payment of ours"),
    }
    assert agreed.id not in {each.booked.reference for each in found}
    assert await differences(db, {"local": provider}, since=NOW + timedelta(days=1)) == []
