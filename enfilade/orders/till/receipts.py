"""The receipt: how a sale at the counter was paid, on paper beside its invoice, and by mail where an address was given."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.messages import Message, Messages
from enfilade.base.money import Money
from enfilade.clients import letters
from enfilade.orders import confirmation
from enfilade.orders.confirmation import Confirmed, ConfirmedLine
from enfilade.orders.letters import order_page

MAIL_RECEIPT = "orders.mail_receipt"


@dataclass(frozen=True, slots=True)
class Paid:
    """A tender as a receipt tells it. `given_minor`: the cash laid down, `change_minor` of which went back."""

    kind: str
    amount_minor: int
    given_minor: int | None
    slip: str

    @property
    def change_minor(self) -> int:
        return (self.given_minor or self.amount_minor) - self.amount_minor


async def tenders_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> list[Paid]:
    """What paid the order at a counter, in its order; nothing of an order that was paid otherwise, or of what was taken back."""
    return await many(
        conn,
        Paid,
        """
        select t.kind, t.amount_minor, t.given_minor, t.slip
        from orders.order o join payments.tender t on t.maison_id = o.maison_id and t.payment_id = o.payment_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and t.way = 'in' and t.state = 'done'
          and not exists (select 1 from payments.tender b where b.maison_id = t.maison_id and b.of_tender_id = t.id
            and b.way = 'back' and b.return_id is null and b.state = 'done')
        order by t.asked_at, t.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


def letter(
    order: Confirmed, lines: list[ConfirmedLine], paid: list[Paid], *, key: bytes, base_url: str
) -> Message:
    """The receipt in the order's language; the invoice is opened by its link."""
    language, _ = letters.words(order.language)

    def money(minor: int) -> str:
        return Money(minor, order.currency).shown(language)

    kinds = {"cash": _("Cash"), "card": _("Card"), "exchange": _("Exchange")}
    said = [line.said(order.currency, language) for line in lines]
    return letters.message(
        letters.Letter(
            sender=order.maison_name,
            subject=_("Your receipt {number}").format(number=order.number),
            before=[
                _("Dear {name},").format(name=order.name) if order.name else _("Good day,"),
                _("Thank you for your visit to {place}.").format(
                    place=f"{lines[0].location_name}, {lines[0].address}, {lines[0].city}"
                ),
                *said,
                _("Total: {total}").format(total=money(order.total_minor)),
                *(f"{kinds[one.kind]}: {money(one.amount_minor)}" for one in paid),
            ],
            link=(
                _("Your order and its invoice"),
                order_page(key, base_url, order.host, language, order.id),
            ),
            last=_("Keep this message to yourself: its link opens your order."),
        ),
        key=f"receipt-{order.id}",
        to=order.mail,
        language=language,
    )


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work `orders.mail_receipt`."""

    async def mail_receipt(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await confirmation.read(conn, maison_id=maison_id, order_id=ids["order_id"])
            paid = await tenders_of(conn, maison_id=maison_id, order_id=ids["order_id"])
        if found is not None:
            await messages.send(letter(*found, paid, key=key, base_url=base_url))

    known.add(MAIL_RECEIPT, mail_receipt)
