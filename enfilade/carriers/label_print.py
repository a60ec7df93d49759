"""The local carrier's label as a PDF of 10 × 15 cm: the same bytes for the same parcel and number."""

import asyncio
import io
from pathlib import Path
from typing import cast

import msgspec
import segno
import typst
from babel import Locale

from enfilade.carriers.carrier import Address, Parcel, Service

TEMPLATE = Path(__file__).with_name("label.typ")


async def pdf(parcel: Parcel, service: Service, *, carrier: str, tracking: str, fonts: Path | None) -> bytes:
    """The label's bytes; some 30 ms of a thread. `fonts`: where letters are that the program brings none for."""
    needs = parcel.needs
    marks = [
        *(["GROUND ONLY"] if needs.ground_only else []),
        *(["ADULT SIGNATURE"] if needs.adult_signature else []),
        *([f"INSURED {needs.insured.shown('en')}"] if needs.insured else []),
    ]
    drawn = io.BytesIO()
    segno.make(tracking, error="m", micro=False).save(drawn, kind="svg", border=0)
    said = {
        "carrier": carrier,
        "service": service.name,
        "sender": _lines(parcel.sender),
        "recipient": _lines(parcel.recipient),
        "marks": marks,
        "tracking": tracking,
        "code": drawn.getvalue().decode(),
        "weight": f"{parcel.grams / 1000:.2f} kg",
    }
    return await asyncio.to_thread(_compiled, msgspec.json.encode(said).decode(), fonts)


def _lines(address: Address) -> list[str]:
    # A label is read by carriers of all countries: the country stands in English, in capitals.
    countries = cast("dict[str, str]", Locale.parse("en").territories)
    town = f"{address.postcode} {address.city}".strip()
    country = countries.get(address.country, address.country).upper()
    return [part for part in (address.name, address.line1, address.line2, town, country) if part]


def _compiled(label: str, fonts: Path | None) -> bytes:
    made = typst.compile(
        str(TEMPLATE),
        sys_inputs={"label": label},
        font_paths=[str(fonts)] if fonts else [],
        ignore_system_fonts=True,
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made
