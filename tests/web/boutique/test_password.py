"""The screen of one's password over HTTP, and that a browser which signs in leaves the session it had."""

import re

import pytest
from httpx import Response

from enfilade.base.actors import Actor
from enfilade.base.db import Tally, execute, scalar, tally
from tests.web.boutique.conftest import App
from tests.web.boutique.test_boutique import enter

NEW = "  rain on the glass roof  "


def token(answer: Response) -> str:
    return re.findall("staff=([^;]+)", answer.headers["set-cookie"])[0]


async def status(app: App, secret: str) -> int:
    app.client.cookies.set("staff", secret)
    return (await app.client.get("/boutique/")).status_code


async def change(app: App, current: str, new: str = NEW) -> Response:
    return await app.client.post(
        "/boutique/password", data={"current_password": current, "new_password": new}
    )


async def test_changed_from_the_app(app: App, password: str) -> None:
    elsewhere = token(await enter(app, "claire@auber.example", password))
    app.client.cookies.clear()
    here = token(await enter(app, "claire@auber.example", password))
    assert 'href="/boutique/password"' in (await app.client.get("/boutique/")).text
    shown = (await app.client.get("/boutique/password")).text
    for name, way in (("current_password", "current-password"), ("new_password", "new-password")):
        (field,) = re.findall(f'<input[^>]*name="{name}"[^>]*>', shown)
        assert 'type="password"' in field and f'autocomplete="{way}"' in field
        # A maxlength would cut what is pasted without a word.
        assert "maxlength" not in field and "pattern" not in field
    assert "onpaste" not in shown

    wrong = await change(app, "not this one at all")
    assert wrong.status_code == 403 and "The present password is not right" in wrong.text
    known = await change(app, password, "password1234")
    assert known.status_code == 400 and "Many people have this password" in known.text
    short = await change(app, password, "short")
    assert short.status_code == 400 and "12 to 200 characters" in short.text

    done = await change(app, password)
    assert done.status_code == 303
    now = token(done)
    assert "signed out everywhere else" in (await app.client.get(done.headers["location"])).text
    app.client.cookies.clear()
    opened = []
    for secret in (now, here, elsewhere):
        app.client.cookies.clear()
        opened.append(await status(app, secret))
    assert opened == [200, 303, 303]
    app.client.cookies.clear()
    assert (await enter(app, "claire@auber.example", password)).status_code == 403
    assert (await enter(app, "claire@auber.example", NEW.strip())).status_code == 403
    assert (await enter(app, "claire@auber.example", NEW)).status_code == 303


async def test_it_asks_who_is_there(app: App) -> None:
    for answer in (await app.client.get("/boutique/password"), await change(app, "whatever this is")):
        assert answer.status_code == 303 and answer.headers["location"].startswith("/boutique/sign-in")


async def test_too_many_tries_end(app: App, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await enter(app, "claire@auber.example", password)
    monkeypatch.setattr("enfilade.staff.sign_in.ATTEMPTS_PER_ADDRESS_MAX", 2)
    assert (await change(app, "not this one at all")).status_code == 403
    answer = await change(app, password)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0


async def test_signing_in_again_ends_the_session_this_browser_had(app: App, password: str) -> None:
    first = token(await enter(app, "claire@auber.example", password))
    assert (await enter(app, "claire@auber.example", "wrong wrong wrong")).status_code == 403
    assert await status(app, first) == 200, "who fails to sign in stays who they were"
    second = token(await enter(app, "claire@auber.example", password))
    assert second != first
    app.client.cookies.clear()
    # Another browser, which brings no session, ends none.
    third = token(await enter(app, "claire@auber.example", password))
    opened = []
    for secret in (first, second, third):
        app.client.cookies.clear()
        opened.append(await status(app, secret))
    assert opened == [303, 200, 200]


async def test_a_tap_keeps_a_session_open_and_a_screen_by_itself_does_not(app: App) -> None:
    cookie = await app.cookie("claire")
    idle = "select idle_until - now() > interval '110 minutes' from staff.session"
    nearly = "update staff.session set idle_until = now() + interval '100 minutes'"

    async def kept_open(**headers: str) -> bool:
        async with app.shop.db.acting(Actor.importer(), app.shop.maison_id) as conn:
            await execute(conn, nearly)
        counting = Tally()
        token = tally.set(counting)
        assert (await app.client.get("/boutique/", headers=cookie | headers)).status_code == 200
        tally.reset(token)
        noted.append(sum("idle_until = " in text for text in counting.texts))
        async with app.shop.db.acting(Actor.importer(), app.shop.maison_id) as conn:
            return bool(await scalar(conn, idle))

    noted: list[int] = []
    assert not await kept_open(**{"enfilade-renewal": "yes"})
    assert await kept_open()
    # And once noted, the next requests write nothing.
    counting = Tally()
    token = tally.set(counting)
    await app.client.get("/boutique/", headers=cookie)
    tally.reset(token)
    assert noted == [0, 1] and not any("idle_until = " in text for text in counting.texts)
    script = (
        await app.client.get(re.findall(r'src="([^"]*live[^"]*\.js)"', (await app.get("/")).text)[0])
    ).text
    assert '"enfilade-renewal"' in script
    async with app.shop.db.acting(Actor.importer(), app.shop.maison_id) as conn:
        await execute(conn, "update staff.session set idle_until = now()")
    assert (await app.client.get("/boutique/", headers=cookie)).status_code == 303
