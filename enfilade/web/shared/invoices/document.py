"""An invoice or a credit note as a PDF (A4), in the language of whoever reads it, made when it is asked for."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import msgspec
import typst
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_percent
from litestar import Response

from enfilade.base import i18n
from enfilade.base.money import Money
from enfilade.orders.invoices import Invoice, Line, Sale
from enfilade.orders.sellers import company, sold_by
from enfilade.orders.till.fiscal import Record
from enfilade.orders.till.receipts import Paid
from enfilade.web.shared.assets import WEB

TEMPLATE = Path(__file__).with_name("invoice.typ")
FONTS = WEB / "shared" / "vendor" / "documents"


async def answer(
    invoice: Invoice,
    sale: Sale,
    language: i18n.Language,
    paid: Sequence[Paid] = (),
    record: Record | None = None,
) -> Response[bytes]:
    """The document, shown in the browser, kept by nobody on the way."""
    headers = {
        "content-disposition": f'inline; filename="{invoice.name}.pdf"',
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
    }
    made = await pdf(invoice, sale, language, paid, record)
    return Response(made, media_type="application/pdf", headers=headers)


async def pdf(
    invoice: Invoice,
    sale: Sale,
    language: i18n.Language,
    paid: Sequence[Paid] = (),
    record: Record | None = None,
) -> bytes:
    """The document's bytes; some 30 ms of a thread, the first of a process a quarter of a second."""
    said = told(invoice, sale, language, paid, record)
    return await asyncio.to_thread(_compiled, msgspec.json.encode(said).decode())


def _compiled(document: str) -> bytes:
    made = typst.compile(
        str(TEMPLATE),
        sys_inputs={"document": document},
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
    )
    assert isinstance(made, bytes)
    return made


def told(
    invoice: Invoice,
    sale: Sale,
    language: i18n.Language,
    paid: Sequence[Paid] = (),
    record: Record | None = None,
) -> dict[str, object]:
    """What the document says, in words and figures of its language. `paid`: what paid it at a counter, sealed by `record`."""
    _ = i18n.translations(language).gettext
    locale = i18n.LOCALES[language]
    credit = invoice.kind == "credit_note"

    def money(minor: int) -> str:
        # To the last cent, as columns of figures are read.
        amount = Money(-minor if credit else minor, invoice.currency).major
        return format_currency(amount, invoice.currency, locale=locale)

    def rate(basis_points: int) -> str:
        return format_percent(Decimal(basis_points) / 10_000, "#,##0.##%", locale=locale)

    def more(line: Line) -> str:
        stood_on = _("of invoice %(number)s") % {"number": line.invoice} if line.invoice else ""
        kept = _("a part given back, the piece stays") if not line.quantity else ""
        seller = sold_by(line.seller, language)
        words = sale.engravings.get(str(line.line_id))
        cut = _("Engraved: %(words)s") % {"words": words} if words else ""
        left = (
            _left(sale.kept[str(line.line_id)], language)
            if str(line.line_id) in sale.kept and not credit
            else ""
        )
        return " · ".join(filter(None, (line.colour, line.size, line.sku, cut, left, stood_on, kept, seller)))

    kinds = {"cash": _("Cash"), "card": _("Card"), "exchange": _("Exchange")}

    def how(one: Paid) -> list[tuple[str, str]]:
        rows = [(kinds[one.kind], money(one.amount_minor))]
        if one.given_minor and one.change_minor:
            rows += [(_("Cash given"), money(one.given_minor)), (_("Your change"), money(one.change_minor))]
        return rows

    countries = cast("dict[str, str]", Locale.parse(locale).territories)
    taxes: dict[int, list[Line]] = defaultdict(list)
    for line in invoice.lines:
        taxes[line.tax_rate_basis_points].append(line)
    address = sale.address or {}
    town = " ".join(filter(None, (address.get("postcode"), address.get("city"))))
    bought_by = [
        sale.buyer,
        address.get("line1"),
        address.get("line2"),
        town,
        countries.get(address.get("country", "")),
    ]
    seller = [invoice.seller_name, invoice.seller_address, countries.get(invoice.seller_country)]
    tax_id = _("Tax number %(number)s") % {"number": invoice.seller_tax_id} if invoice.seller_tax_id else ""
    others = dict.fromkeys(company(line.seller, language) for line in invoice.lines if line.seller)
    title = _("Credit note %(number)s") if credit else _("Invoice %(number)s")
    return {
        "language": language,
        "maison": sale.maison_name,
        "title": title % {"number": invoice.name},
        "seller": "\n".join(filter(None, (*seller, tax_id))),
        "buyer": "\n".join(filter(None, bought_by)) or ("" if sale.unnamed else _("No longer kept")),
        "facts": [
            (_("Date"), format_date(invoice.issued_on, "long", locale=locale)),
            (_("Order"), sale.order_number),
        ],
        "lines": [
            {
                "name": line.name,
                "more": more(line),
                "quantity": str(line.quantity) if line.quantity else "",
                "net": money(line.total_minor - line.tax_minor),
                "rate": rate(line.tax_rate_basis_points),
                "total": money(line.total_minor),
            }
            for line in invoice.lines
        ],
        "sums": [
            (_("Without tax"), money(invoice.total_minor - invoice.tax_minor)),
            *(
                (
                    _("Tax %(rate)s of %(amount)s")
                    % {
                        "rate": rate(points),
                        "amount": money(sum(line.total_minor - line.tax_minor for line in lines)),
                    },
                    money(sum(line.tax_minor for line in lines)),
                )
                for points, lines in sorted(taxes.items())
            ),
        ],
        "total": money(invoice.total_minor),
        "notes": [
            _(
                "Where %(company)s is named, this company is the seller: %(issuer)s invoices in its name and on its behalf,"
                " and takes payment and returns for it."
            )
            % {"company": other, "issuer": invoice.seller_name}
            for other in others
        ]
        + (_sealed(record, language) if record else []),
        "paid": [row for one in paid for row in how(one)],
        "words": {
            "seller": _("Sold by"),
            "buyer": _("Sold to"),
            "columns": [_("Piece"), _("Quantity"), _("Without tax"), _("Tax"), _("With tax")],
            "total": _("Total, tax included"),
        },
        "footer": " · ".join(filter(None, (invoice.seller_name, tax_id))),
    }


def _left(ready_by: str | None, language: i18n.Language) -> str:
    """That the piece stays with us to be engraved, until the day (ISO 8601), where one was promised."""
    _ = i18n.translations(language).gettext
    if ready_by is None:
        return _("left with us to be engraved")
    day = format_date(date.fromisoformat(ready_by), "long", locale=i18n.LOCALES[language])
    return _("left with us to be engraved, ready by %(day)s") % {"day": day}


def _sealed(record: Record, language: i18n.Language) -> list[str]:
    _ = i18n.translations(language).gettext
    told = [
        _("Till record %(number)s, sealed %(digest)s") % {"number": record.number, "digest": record.digest}
    ]
    if record.signature is not None:
        told.append(
            _("Signed by %(device)s, no. %(counter)s, %(at)s: %(signature)s")
            % {
                "device": record.device,
                "counter": record.counter,
                "at": record.signed_at.isoformat(timespec="seconds") if record.signed_at else "",
                "signature": record.signature,
            }
        )
    elif record.device_due:
        told.append(_("The signing device has not answered; it signs this record later."))
    return told
