"""Another time for an appointment that cannot be: by the letter’s link, without a script."""

from datetime import UTC, datetime

from enfilade.appointments import alternative_letters
from enfilade.appointments.keeping import link_secret
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.closures import working
from tests.appointments.diary import KEY, opened
from tests.closures.test_visits import close
from tests.shop import Shop
from tests.web.storefront.test_appointments import LINK_STATEMENTS_MAX, plain
from tests.web.storefront.visiting import Visit


async def test_who_is_proposed_another_time_takes_it_with_one_tap_by_the_letters_link(
    db: Db, shop: Shop, visit: Visit, admin
) -> None:
    diary = await opened(db, shop, datetime.now(UTC), advisors=1)
    kept = await diary.book(diary.at(1, 11))
    act = await close(diary)
    await working.carry_out(db, maison_id=diary.maison_id, act_id=act, now=diary.now)
    ((alternative_id,),) = admin("select id from appointments.alternative")
    closed = {"en": "closed at the time", "fr": "fermée à l’heure", "nl": "gesloten op", "zh": "暂停营业"}
    for language, word in closed.items():
        admin("update appointments.appointment set language = %s", [language])
        async with db.acting(Actor.job(), diary.maison_id) as conn:
            written = await alternative_letters.letter(
                conn, maison_id=diary.maison_id, alternative_id=alternative_id, key=KEY, base_url="https://a.example",
                now=diary.now,
            )  # fmt: skip
        assert written is not None
        assert word in written.text
        assert link_secret(KEY, kept.id) in written.text
    link = f"/en/appointments/{link_secret(KEY, kept.id)}"
    await visit.get(link)
    page = await visit.get(link)
    assert page.statements <= LINK_STATEMENTS_MAX
    assert "We keep another time for you" in page.text
    assert (await visit.post(f"{link}/alternative", alternative=str(kept.id))).status_code == 409
    for _ in range(2):
        assert (await visit.post(f"{link}/alternative", alternative=str(alternative_id))).status_code == 303
    after = plain((await visit.get(link)).text)
    assert "We keep another time" not in after
    assert "We look forward to seeing you" in after
