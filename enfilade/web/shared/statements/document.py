"""A partner's statement as a PDF (A4 on its side), in the language of whoever reads it, and as rows for a spreadsheet."""

import asyncio
from datetime import date, timedelta
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
from enfilade.orders.partners.statements import Company, Line, Statement
from enfilade.web.shared import spreadsheets
from enfilade.web.shared.assets import WEB

TEMPLATE = Path(__file__).with_name("statement.typ")
FONTS = WEB / "shared" / "vendor" / "documents"
HEADER = (
    "day", "what", "order", "sku", "name", "colour", "size", "quantity", "entity", "currency", "price", "tax", "share_percent",
    "not_yours", "due", "serials",
)  # fmt: skip

NUMBERS = frozenset(
    HEADER.index(name) for name in ("quantity", "price", "tax", "share_percent", "not_yours", "due")
)


async def answer(statement: Statement, language: i18n.Language) -> Response[bytes]:
    """The document, shown in the browser, kept by nobody on the way."""
    headers = {
        "content-disposition": f'inline; filename="{statement.name}.pdf"',
        "cache-control": "private, no-store",
        "referrer-policy": "no-referrer",
    }
    return Response(await pdf(statement, language), media_type="application/pdf", headers=headers)


async def pdf(statement: Statement, language: i18n.Language) -> bytes:
    """The document's bytes."""
    said = msgspec.json.encode(told(statement, language)).decode()
    return await asyncio.to_thread(_compiled, said)


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


def table(statement: Statement) -> tuple[tuple[str, ...], list[list[object]]]:
    """The names of the columns and a row a line, amounts in whole units of the currency with a point."""

    def major(line: Line, minor: int) -> str:
        return str(Money(minor, line.currency).major)

    return HEADER, [
        [
            line.day.isoformat(), line.kind, line.order, line.sku, line.name, line.colour, line.size, line.quantity, line.entity,
            line.currency, major(line, line.total_minor), major(line, line.tax_minor), str(Decimal(line.basis_points) / 100),
            major(line, line.kept_minor), major(line, line.due_minor), " ".join(line.serials),
        ]
        for line in statement.lines
    ]  # fmt: skip


def csv(statement: Statement) -> Response[bytes]:
    """The same lines as a file. Amounts are numbers, those of what came back less than nothing."""
    header, rows = table(statement)
    return spreadsheets.file(f"{statement.name}.csv", header, rows, figures=NUMBERS)


def told(statement: Statement, language: i18n.Language) -> dict[str, object]:
    """What the document says, in words and figures of its language."""
    _ = i18n.translations(language).gettext
    locale = i18n.LOCALES[language]
    brand = statement.kind == "brand"
    countries = cast("dict[str, str]", Locale.parse(locale).territories)

    def money(minor: int, currency: str) -> str:
        return format_currency(Money(minor, currency).major, currency, locale=locale)

    def day(value: date) -> str:
        return format_date(value, "medium", locale=locale)

    def company(one: Company) -> str:
        parts = (
            one.name,
            one.code if brand and one.code != one.name and one is partner else "",
            one.address,
            one.city,
            countries.get(one.country, ""),
            one.number,
        )
        return "\n".join(part for part in parts if part)

    partner = statement.partner
    terms = {
        "consignment": _("Goods on consignment: sold by the store in its own name."),
        "concession": _(
            "Concession: sold in the name and on behalf of the brand, which owes the tax; the tax is in what is due."
        ),
    }.get(statement.terms, _("A collaboration: shares of the price without tax."))
    kept = _("The store’s commission") if brand else _("Not yours")
    kinds = {"sold": _("Sold"), "returned": _("Returned")}
    return {
        "language": language,
        "maison": statement.maison_name,
        "title": _("Statement %(number)s") % {"number": statement.name},
        "issuer": "\n\n".join(company(one) for one in statement.issuers),
        "partner": company(partner),
        "terms": terms,
        "facts": [
            (_("From"), day(statement.begins)),
            (_("To"), day(statement.ends - timedelta(days=1))),
            (_("Issued"), day(statement.issued_at.date())),
        ],
        "lines": [
            [
                day(line.day),
                f"{kinds[line.kind]} {line.order}".strip(),
                line.name,
                " · ".join(filter(None, (line.colour, line.size, line.sku, *line.serials))),
                str(line.quantity),
                money(line.total_minor, line.currency),
                money(line.tax_minor, line.currency),
                format_percent(Decimal(line.basis_points) / 10_000, "#,##0.##%", locale=locale),
                money(line.kept_minor, line.currency),
                money(line.due_minor, line.currency),
            ]
            for line in statement.lines
        ],
        "sums": [
            {
                "head": " · ".join(filter(None, (one.entity.upper(), one.currency))),
                "rows": [
                    (_("Sold, tax included"), money(one.sold_minor, one.currency)),
                    (_("Returned, tax included"), money(one.returned_minor, one.currency)),
                    (_("Tax in it"), money(one.tax_minor, one.currency)),
                    (kept, money(one.kept_minor, one.currency)),
                ],
                "due": money(one.due_minor, one.currency),
            }
            for one in statement.sums
        ],
        "stock": [
            [
                held.name,
                held.sku,
                *(str(n) for n in (held.opening, held.received, held.sold, held.returned, held.other, held.closing)),
            ]
            for held in statement.stock
        ],
        "words": {
            "issuer": _("Issued by"),
            "partner": _("For"),
            "columns": [
                _("Day"), _("Order"), _("Piece"), _("Quantity"), _("Price"), _("Tax"), _("Share"), kept, _("Due to you"),
            ],
            "none": _("Nothing was sold or came back."),
            "due": _("Due to you"),
            "stock": _("Pieces held for you"),
            "stock_columns": [
                _("Piece"), _("SKU"), _("At the beginning"), _("Received"), _("Sold"), _("Returned"), _("Otherwise"),
                _("At the end"),
            ],
        },
        "footer": f"{statement.maison_name} · {statement.name}",
    }  # fmt: skip
