"""One way of writing an address or a number, and what is neither."""

import pytest

from enfilade.clients.contact_points import ContactPoint, NotAContactPoint, contact_point


@pytest.mark.parametrize(
    ("written", "country", "known"),
    [
        (" Ines@Client.Example ", "FR", ContactPoint("mail", "ines@client.example")),
        ("ines+shop@a.b.example", "", ContactPoint("mail", "ines+shop@a.b.example")),
        ("06 12 34 56 78", "FR", ContactPoint("phone", "+33612345678")),
        ("+33 (0)6 12 34 56 78", "NL", ContactPoint("phone", "+33612345678")),
        ("138 0013 8000", "CN", ContactPoint("phone", "+8613800138000")),
    ],
)
def test_known(written: str, country: str, known: ContactPoint) -> None:
    assert contact_point(written, country) == known


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ines",
        "a@b",
        "a b@c.example",
        "a@b.example,c@d.example",
        "12",
        "a@b.example\r\nBcc: c@d.example",
        "x" * 300 + "@a.example",
    ],
)
def test_neither(written: str) -> None:
    with pytest.raises(NotAContactPoint):
        contact_point(written, "FR")
