"""A certificate as a PDF (A5), in the look of its maison and the language of whoever reads it, made when it is asked for."""

import asyncio
import io
import re
from pathlib import Path

import msgspec
import segno
import typst
from babel.dates import format_date
from litestar import Response

from enfilade.base import i18n
from enfilade.orders.certificates import Certificate
from enfilade.web.shared.assets import WEB

TEMPLATE = Path(__file__).with_name("certificate.typ")
FONTS = WEB / "shared" / "vendor" / "documents"
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


async def answer(
    certificate: Certificate, code: str, language: i18n.Language, base_url: str
) -> Response[bytes]:
    """The document, shown in the browser, kept by nobody on the way. `code`: as it is printed."""
    headers = {
        "content-disposition": f'inline; filename="{code}.pdf"',
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
    }
    made = await pdf(certificate, code, language, base_url)
    return Response(made, media_type="application/pdf", headers=headers)


async def pdf(certificate: Certificate, code: str, language: i18n.Language, base_url: str) -> bytes:
    """The document's bytes."""
    said = told(certificate, code, language, base_url)
    drawn = io.BytesIO()
    address = f"{base_url}/{language}/certificates/{code}"
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", scale=4, border=0, dark=said["ink"], light=None
    )
    return await asyncio.to_thread(_compiled, msgspec.json.encode(said).decode(), drawn.getvalue().decode())


def _compiled(document: str, picture: str) -> bytes:
    made = typst.compile(
        str(TEMPLATE),
        sys_inputs={"document": document, "qr": picture},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made


def told(
    certificate: Certificate, code: str, language: i18n.Language, base_url: str
) -> dict[str, str | list[tuple[str, str]]]:
    """What the document says, in words of its language and colours of its maison."""
    _ = i18n.translations(language).gettext
    locale = i18n.LOCALES[language]
    void = ""
    if certificate.void_since is not None:
        day = format_date(certificate.void_since, "long", locale=locale)
        void = _("Void since %(day)s") % {"day": day}
    facts = [
        (_("Serial number"), certificate.serial),
        (_("Reference"), certificate.sku),
        (_("Colour"), certificate.colour),
        (_("Size"), certificate.size),
        (_("Day of sale"), format_date(certificate.sold_on, "long", locale=locale)),
        (_("Sold at"), certificate.sold_at or _("Sold online")),
    ]
    brand = certificate.brand if certificate.brand.casefold() != certificate.maison_name.casefold() else ""
    return {
        "language": language,
        "maison": certificate.maison_name,
        "title": _("Certificate"),
        "brand": brand,
        "piece": certificate.name,
        "facts": [(label, value) for label, value in facts if value],
        "words": _("This piece is one of ours; its serial number is its own."),
        "check": _("Scan it, or write its code at %(address)s")
        % {"address": f"{re.sub('^https?://', '', base_url)}/{language}/certificates"},
        "code": code,
        "void": void,
        **colours(certificate.maison_theme),
    }


def colours(theme: dict[str, object]) -> dict[str, str]:
    """Paper, ink, muted and rule to be printed with: of a maison that is light on dark, the other way round."""
    found = {
        name: value if isinstance(value := theme.get(name), str) and _COLOUR.fullmatch(value) else default
        for name, default in (
            ("paper", "#FAFAF7"),
            ("ink", "#20221F"),
            ("muted", "#5F635C"),
            ("rule", "#C9C4BC"),
        )
    }
    red, green, blue = (int(found["paper"][at : at + 2], 16) for at in (1, 3, 5))
    if 0.299 * red + 0.587 * green + 0.114 * blue < 96:
        return {"paper": "#FFFFFF", "ink": found["paper"], "muted": "#5F635C", "rule": "#C9C4BC"}
    return found
