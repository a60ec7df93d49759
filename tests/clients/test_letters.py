"""The sign-in message: sent while it is of use, in the reader's language."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from enfilade.base.db import Db
from enfilade.base.i18n import LANGUAGES
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Mailbox
from enfilade.clients import sign_in
from enfilade.clients.jobs import register
from tests.staff.houses import house

KEY = b"k" * 48


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("late", [False, True])
async def test_code_and_link_are_sent_while_they_are_good(
    db: Db, tmp_path: Path, language: str, late: bool
) -> None:
    maison_id, _ = await house(db, "auber")
    mailbox = Mailbox(tmp_path, "orders@enfilade.example")
    known = Jobs(db)
    register(known, db, key=KEY, messages=mailbox, base_url="https://shop.example")
    sign_in_id = await sign_in.ask(
        db,
        maison_id=maison_id,
        key=KEY,
        address="ines@client.example",
        country="FR",
        language=language,
        network="192.0.2.1",
        now=datetime.now(UTC) - timedelta(minutes=16 if late else 0),
    )
    for _ in range(2):
        await known.do("clients.mail_sign_in", maison_id, {"sign_in_id": sign_in_id})
    letters = mailbox.letters()
    assert len(letters) == (0 if late else 1)
    for letter in letters:
        body = letter.get_body(("plain",))
        assert body is not None
        said = body.get_content()
        assert sign_in.code_of(KEY, sign_in_id) in said and "Auber" in said
        assert f"https://shop.example/{language}/sign-in/{sign_in.link_of(KEY, sign_in_id)}" in said
