"""What the client writes at checkout, checked field by field; what is wrong is said beside the field, nothing is lost."""

from collections.abc import Mapping
from contextlib import suppress
from typing import cast, get_args
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.orders.addresses import FIELDS
from enfilade.orders.placing import Contact
from enfilade.stock.holds import Method
from enfilade.web.shared import addresses

#: Payment methods by the market they are usual in, the first proposed.
METHODS: dict[str, tuple[str, ...]] = {
    "fr": ("card", "bancontact"),
    "nl": ("ideal", "card"),
    "gb": ("card",),
    "cn": ("alipay", "wechat_pay", "card"),
    "us": ("card",),
}
ABOUT = ("name", "mail", "phone", "collector_name", "gift", "gift_words", "age")
TEST_CARDS = ("tok_ok", "tok_second_step", "tok_refused", "tok_timeout_then_ok", "tok_timeout_then_refused")


class Filled(addresses.Written):
    """The form as it was sent."""

    __slots__ = ()

    @property
    def age(self) -> int:
        """How old the client has said to be at least; 0: nothing was said."""
        said = self.values["age"]
        return int(said) if said.isascii() and said.isdigit() and len(said) == 2 else 0

    @property
    def contact(self) -> Contact:
        """Whom the order is for."""
        return Contact(
            name=self.values["name"],
            mail=self.values["mail"],
            phone=self.values["phone"],
            address=self.address or None,
            collector_name=self.values["collector_name"],
            gift_words=self.values["gift_words"] if self.values["gift"] else None,
        )


def methods(form: Mapping[str, object]) -> tuple[Method | None, dict[UUID, Method]]:
    """How all is to be received, and the selling maisons whose part is said by itself; None where nothing is said."""
    known = get_args(Method)
    whole = form.get("method")
    apart: dict[UUID, Method] = {}
    for name, value in form.items():
        kind, _, maison = str(name).partition("-")
        if kind == "method" and maison and value in known:
            with suppress(ValueError):
                apart[UUID(maison)] = cast("Method", value)
    if whole in known:
        return cast("Method", whole), apart
    return next(iter(apart.values()), None), apart


def empty(market: str, countries: list[str]) -> Filled:
    """A form nobody has written in yet."""
    values = dict.fromkeys((*ABOUT, *FIELDS), "")
    return Filled(
        {**values, "country": countries[0], "payment_method": METHODS[market][0], "card_token": "tok_ok"}, {}
    )


def is_mail(written: str) -> bool:
    """Whether this can be a mail address; whether it is one, the letter tells."""
    before, at, after = written.partition("@")
    return bool(before and at and "." in after.strip(".")) and " " not in written


def filled(form: Mapping[str, object], *, method: str, market: str, language: Language) -> Filled:
    """What was sent, with what is missing or cannot be right."""
    _ = i18n.translations(language).gettext
    names = (*ABOUT, *FIELDS, "payment_method", "card_token")
    values = addresses.written(form, names)
    wrong: dict[str, str] = {}
    if not values["name"]:
        wrong["name"] = _("Please tell us your name.")
    if not is_mail(values["mail"]):
        wrong["mail"] = _("Please give a mail address, such as name@example.com.")
    if values["phone"] and sum(letter.isdigit() for letter in values["phone"]) < 6:
        wrong["phone"] = _("This phone number seems too short.")
    if method == "ship":
        wrong |= addresses.lacking(values, language)
    if method != "reserve" and values["payment_method"] not in METHODS[market]:
        wrong["payment_method"] = _("Please choose how to pay.")
    # Who wrote on the card means a gift; what is reserved is not paid yet, and is wrapped in the boutique.
    values["gift"] = "yes" if method != "reserve" and (values["gift"] or values["gift_words"]) else ""
    return Filled(values, wrong)
