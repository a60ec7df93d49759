"""The policy is read, changed once, bounded where the table bounds it, and never lost or overwritten unseen."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict

import pytest

from enfilade.base.actors import Actor
from enfilade.base.secrets import new_secret
from enfilade.maisons.policies import Policy, policy_of
from enfilade.web.studio.policy.terms import TERMS
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[object, ...]]]


def fields_of(text: str) -> dict[str, str]:
    """What the browser would send of the form as it came."""
    fields = {
        name: re.search(rf'name="{name}"[^>]*? value="([^"]*)"', text).group(1)  # type: ignore[union-attr]
        for name in ("key", "seen", *(term.name for term in TERMS if term.most))
    }
    for term in TERMS:
        if not term.most:
            fields[term.name] = re.search(rf'name="{term.name}".*?value="(\w+)" selected', text).group(1)  # type: ignore[union-attr]
    return fields


async def form(studio: Studio, **changed: str) -> dict[str, str]:
    """The form as it comes, with some fields written anew."""
    return fields_of((await studio.get("/policy")).text) | changed


async def in_force(studio: Studio) -> Policy:
    async with studio.db.acting(Actor.job(), studio.shop.a.maison_id) as conn:
        return await policy_of(conn, maison_id=studio.shop.a.maison_id)


def test_the_form_asks_for_every_term_within_the_bounds_of_the_table(admin: Look) -> None:
    assert [term.name for term in TERMS] == list(asdict(Policy()))
    bounds = {
        str(name): (int(low), int(high))
        for (text,) in admin(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conrelid = 'maisons.policy'::regclass and contype = 'c'"
        )
        for name, low, high in re.findall(r"\((\w+) >= (\d+)\) AND \(\w+ <= (\d+)\)", str(text))
    }
    assert bounds == {term.name: (term.least, term.most) for term in TERMS if term.most}


async def test_the_policy_is_read_in_few_statements(studio: Studio) -> None:
    page = await studio.get("/policy")
    assert page.response.status_code == 200
    assert page.statements <= 4
    assert "5 to 2,880 minutes" in page.text


async def test_a_change_is_in_force_published_and_audited(studio: Studio, admin: Look) -> None:
    answer = await studio.post("/policy", await form(studio, collect_days="10", hold_minutes="20"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/studio/policy?saved=yes"
    now = await in_force(studio)
    assert (now.collect_days, now.hold_minutes) == (10, 20)
    house = studio.shop.a
    assert admin(
        "select collect_days from public_facts.promise_terms where maison_id = %s", [house.maison_id]
    ) == [(10,)]
    assert admin(
        "select staff_id, act, subject_id from base.audit where maison_id = %s", [house.maison_id]
    ) == [(house.staff["maison_manager"], "change_policy", house.maison_id)]
    assert "set by maison_manager.alba" in (await studio.get("/policy?saved=yes")).text
    other = studio.shop.b.maison_id
    assert admin("select collect_days from maisons.policy where maison_id = %s", [other]) == [(7,)]


async def test_a_form_sent_twice_changes_once(studio: Studio, admin: Look) -> None:
    cookie = await studio.as_("maison_manager")
    fields = await form(studio, collect_days="10")
    answers = await asyncio.gather(*(studio.post("/policy", fields, cookie) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert admin("select count(*) from base.audit") == [(1,)]


async def test_saving_what_is_in_force_leaves_no_trace(studio: Studio, admin: Look) -> None:
    assert (await studio.post("/policy", await form(studio))).status_code == 303
    assert admin("select count(*) from base.audit") == [(0,)]


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("collect_days", "31", "Between 1 and 30 days."),
        ("hold_minutes", "four", "Give a whole number of minutes."),
        ("hold_minutes", "", "Give a whole number of minutes."),
        ("pick_sla_minutes", "-5", "Give a whole number of minutes."),
        ("capture_delay_minutes", "١٢", "Give a whole number of minutes."),
        ("delivery_days_max", "1", "Not less than what delivery takes at least."),
        ("as_of_limit_minutes", "99999999999999999999", "Between 1 and 43200 minutes."),
    ],
)
async def test_bad_input_names_the_field_and_loses_nothing(
    studio: Studio, field: str, written: str, said: str
) -> None:
    before = await in_force(studio)
    fields = await form(studio, sourcing_attempts_max="4", **{field: written})
    answer = await studio.post("/policy", fields)
    assert answer.status_code == 400
    assert f'id="{field}-wrong">{said}' in answer.text
    assert f'<a href="#{field}">' in answer.text
    assert re.search(rf'name="{field}"[^>]* value="{re.escape(written)}"', answer.text)
    assert re.search(r'name="sourcing_attempts_max"[^>]* value="4"', answer.text)
    assert await in_force(studio) == before


async def test_a_colleagues_change_is_not_overwritten_unseen(studio: Studio) -> None:
    old = await form(studio, collect_days="10")
    assert (await studio.post("/policy", await form(studio, hold_minutes="30"))).status_code == 303
    answer = await studio.post("/policy", old)
    assert answer.status_code == 409
    assert "maison_manager.alba changed the policy while you were writing." in answer.text
    assert re.search(r'name="collect_days"[^>]* value="10"', answer.text)
    assert "In force: 30." in answer.text
    assert (await in_force(studio)).collect_days == 7
    again = fields_of(answer.text)
    assert (await studio.post("/policy", again)).status_code == 303
    assert (await in_force(studio)).collect_days == 10


async def test_a_form_without_its_key_comes_back(studio: Studio) -> None:
    fields = await form(studio, collect_days="10", key="")
    answer = await studio.post("/policy", fields)
    assert answer.status_code == 400
    assert re.search(r'name="collect_days"[^>]* value="10"', answer.text)
    assert (await studio.post("/policy", fields | {"key": new_secret()})).status_code == 303


async def test_an_advisor_changes_nothing(studio: Studio) -> None:
    before = await in_force(studio)
    answer = await studio.post("/policy", await form(studio, collect_days="10"), await studio.as_("advisor"))
    assert answer.status_code == 403
    assert await in_force(studio) == before
