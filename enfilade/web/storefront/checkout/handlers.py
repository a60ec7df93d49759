"""The checkout's pages: contact and payment, the second step, a calm wait, a refusal with another try, thanks."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.db import Db, maybe
from enfilade.base.i18n import Language
from enfilade.base.money import Money
from enfilade.base.secrets import new_secret
from enfilade.catalogue.engraving import LetteringNotOffered, NotEngraved, TooLong
from enfilade.clients import accounts
from enfilade.maisons import published
from enfilade.maisons.published import Front
from enfilade.orders import delivery_words
from enfilade.orders.addresses import FIELDS
from enfilade.orders.checkout import (
    AgeNotConfirmed,
    BasketEmpty,
    Checkout,
    CheckoutOver,
    Checkouts,
    CheckoutUnderway,
    DutiesNotQuoted,
    NoRoomToEngrave,
    NoRoomToMake,
    NoSuchService,
    NotByLaw,
    NotOffered,
    NotWithEngraving,
    Outcome,
    PiecesGone,
    PlaceClosed,
    ProposalOver,
    QuotaReached,
    Store,
    WhoIsItFor,
)
from enfilade.orders.placing import Contact
from enfilade.web.shared import asking
from enfilade.web.shared.addresses import LENGTH_MAX
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.basket.handlers import basket_page
from enfilade.web.storefront.checkout import forms
from enfilade.web.storefront.checkout.card import card_field, permissions
from enfilade.web.storefront.personal.own import own
from enfilade.web.storefront.products import places
from enfilade.web.storefront.products.engraving import not_cut
from enfilade.web.storefront.times import calendar_day, clock

REFRESH_SECONDS = "3"
MAIL_COOKIE = "mail"
COUNTRIES: dict[str, list[str]] = {
    "fr": ["FR", "BE", "LU", "MC"],
    "nl": ["NL"],
    "gb": ["GB"],
    "cn": ["CN"],
    "us": ["US"],
}


@post("/{language:str}/checkout", include_in_schema=False)
async def open_checkout(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str
) -> Response[Any]:
    """Holds the pieces and goes on; what cannot be held is named, and the basket stays as it was."""
    frame = await asked(request, db, language)
    translations = i18n.translations(frame.language)
    _ = translations.gettext
    form = await request.form()
    method, methods = forms.methods(form)
    if method is None:
        return await basket_page(
            request, db, frame, status=400, notices=[_("Please choose how you would like to receive it.")]
        )
    boutiques: dict[UUID, UUID] = {}
    brought: set[UUID] = set()
    for name, value in form.items():
        kind, dash, maison = str(name).partition("-")
        if dash and kind in ("collect", "reserve"):
            with suppress(ValueError):
                of, place = UUID(maison), UUID(str(value).removeprefix("brought:"))
                if methods.get(of, method) == kind:
                    boutiques[of] = place
                    if str(value).startswith("brought:"):
                        brought.add(of)
    visitor = asking.visitor(request)
    mail = " ".join(str(form.get("mail", "")).split())[:LENGTH_MAX]
    at = places.place("", asking.kept(request, places.PLACE_COOKIE), frame.market, frame.language)
    signed_in = await asking.client(request, db)
    try:
        checkout_id = await checkouts.open(
            _store(frame),
            visitor.id,
            method=method,
            methods=methods,
            boutiques=boutiques,
            brought=brought,
            latitude=at.latitude,
            longitude=at.longitude,
            market=frame.market,
            language=frame.language,
            key=str(form.get("key", ""))[:100] or new_secret(),
            now=datetime.now(UTC),
            client_id=signed_in.client_id
            if signed_in and signed_in.maison_id == frame.front.maison_id
            else None,
            contact=Contact("", mail, "", None, "") if forms.is_mail(mail) else None,
        )
    except WhoIsItFor:
        notice = _("One of the pieces is limited for each client: please give your mail address.")
        return await basket_page(request, db, frame, status=400, notices=[notice], mail=mail)
    except QuotaReached as refusal:
        return await basket_page(
            request, db, frame, status=409, notices=[_as_many_as_sold(frame, refusal)], mail=mail
        )
    except BasketEmpty:
        return Redirect(f"/{frame.language}/basket", status_code=303)
    except NotOffered:
        notice = _("Please choose a boutique, or another way: this one is not open for one of the pieces.")
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except NotByLaw as refusal:
        notices = [forbidden(frame.language, name) for name in refusal.names]
        return await basket_page(request, db, frame, status=409, notices=notices)
    except NotWithEngraving:
        notice = _(
            "An engraved piece is paid before it is cut, and prepared where it lies: choose another way for it."
        )
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except NoRoomToEngrave as refusal:
        notice = (
            _(
                "The day of this engraving has just gone to somebody else: continue once more, and see the next one."
            )
            if refusal.taken
            else _(
                "The workshop has no room for this engraving in the next days. Take the words off, or come back soon."
            )
        )
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except NoRoomToMake as refusal:
        notice = (
            _(
                "The day of this making has just gone to somebody else: continue once more, and see the next one."
            )
            if refusal.taken
            else _("The workshop has no room to make this piece in the next months. Please come back soon.")
        )
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except (NotEngraved, TooLong, LetteringNotOffered) as refusal:
        notice = _("The maison cannot engrave these words any more: take the piece out, and write others.")
        return await basket_page(
            request, db, frame, status=409, notices=[notice, not_cut(refusal, frame.language)]
        )
    except DutiesNotQuoted as refusal:
        notices = [not_quoted(frame.language, name) for name in refusal.names]
        return await basket_page(request, db, frame, status=409, notices=notices)
    except CheckoutUnderway:
        notice = _("This basket is being paid for in another window. Please finish there, or wait a minute.")
        return await basket_page(request, db, frame, status=409, notices=[notice])
    except PiecesGone as refusal:
        notices = [
            _(
                "%(piece)s has just been taken by somebody else. Another boutique or another way may still have it."
            )
            % {"piece": gone.name}
            if gone.left == 0
            else translations.ngettext(
                "Only one of %(piece)s can be held there.",
                "Only %(num)s of %(piece)s can be held there.",
                gone.left,
            )
            % {"piece": gone.name, "num": gone.left}
            for gone in refusal.lacking
        ]
        return await basket_page(request, db, frame, status=409, notices=notices)
    response = Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)
    if mail:  # so that nobody writes it twice
        response.set_cookie(asking.cookie(request, MAIL_COOKIE, quote(mail), days=0.02))
    return response


@get("/{language:str}/checkout/{checkout_id:uuid}", include_in_schema=False)
async def checkout(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, checkout_id: UUID
) -> Response[Any]:
    """Where the checkout stands, whatever happened before."""
    frame = await asked(request, db, language)
    seen = await _own(request, db, frame, checkouts, checkout_id)
    found = seen.checkout
    now = datetime.now(UTC)
    if found.state == "paying" or (found.state == "open" and now >= found.expires_at):
        outcome = await checkouts.settle(seen.store.maison_id, checkout_id, now=now)
        if outcome.kind != "confirming":
            seen = await _own(request, db, frame, checkouts, checkout_id)
        return _told(request, frame, seen, outcome, await _known(request, db, frame, seen.checkout))
    return _told(request, frame, seen, None, await _known(request, db, frame, found))


@post("/{language:str}/checkout/{checkout_id:uuid}", include_in_schema=False)
async def complete(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, checkout_id: UUID
) -> Response[Any]:
    """Pays and places; a form with something wrong comes back as it was written."""
    frame = await asked(request, db, language)
    seen = await _own(request, db, frame, checkouts, checkout_id)
    found = seen.checkout
    form = await request.form()
    written = forms.filled(form, method=found.method, market=found.market, language=frame.language)
    stripe: bool = request.app.state.settings.stripe
    by_card = found.method != "reserve" and written.values["payment_method"] == "card"
    if stripe and by_card and not written.values["card_token"]:
        _ = i18n.translations(frame.language).gettext
        written.wrong["card_token"] = _("Please give the card you would like to pay with.")
    if found.age_min and max(written.age, found.age_confirmed or 0) < found.age_min:
        written.wrong["age"] = _of_age(frame.language, found.age_min)
    if written.wrong:
        return _form(request, frame, seen, written, status=400)
    try:
        outcome = await checkouts.complete(
            seen.store,
            asking.visitor(request).id,
            checkout_id,
            contact=written.contact,
            payment_method="" if found.method == "reserve" else written.values["payment_method"],
            card_token=written.values["card_token"] or ("" if stripe else "tok_ok"),
            key=str(form.get("key", ""))[:100] or new_secret(),
            now=datetime.now(UTC),
            age_confirmed=written.age or None,
        )
    except AgeNotConfirmed as refusal:
        written.wrong["age"] = _of_age(frame.language, refusal.age)
        return _form(request, frame, seen, written, status=400, age=refusal.age)
    except NotByLaw as refusal:
        written.wrong["country"] = " ".join(forbidden(frame.language, name) for name in refusal.names)
        return _form(request, frame, seen, written, status=409)
    except DutiesNotQuoted as refusal:
        written.wrong["country"] = " ".join(not_quoted(frame.language, name) for name in refusal.names)
        return _form(request, frame, seen, written, status=409)
    except CheckoutOver:
        return Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)
    except ProposalOver:
        return Redirect(f"/{frame.language}/proposals/{found.proposal}", status_code=303)
    except PlaceClosed:
        return _form(request, frame, seen, written, status=409, closed=True)
    except QuotaReached as refusal:
        written.wrong["mail"] = _as_many_as_sold(frame, refusal)
        return _form(request, frame, seen, written, status=409)
    if outcome.kind == "refused":
        return _form(request, frame, seen, written, status=402, refused=True)
    if form.get("keep_address") == "yes" and found.method == "ship":
        await _keep_address(request, db, frame, written)
    if outcome.kind == "second_step" and outcome.url:
        return _second_step(request, frame, seen, outcome.url)
    return Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)


@post("/{language:str}/checkout/{checkout_id:uuid}/delivery", include_in_schema=False)
async def choose_delivery(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, checkout_id: UUID
) -> Response[Any]:
    """How one maison's part comes; what was written beside it comes back as it was, and nothing is paid yet."""
    frame = await asked(request, db, language)
    seen = await _own(request, db, frame, checkouts, checkout_id)
    form = await request.form()
    maison, _, service = str(form.get("delivery", "")).partition("/")
    # Something else than the page offers changes nothing; the page shows what holds.
    with suppress(NoSuchService, ValueError):
        await checkouts.choose_delivery(
            seen.store, asking.visitor(request).id, checkout_id, maison_id=UUID(maison), service=service[:20]
        )
    seen = await _own(request, db, frame, checkouts, checkout_id)
    if seen.checkout.state != "open" or datetime.now(UTC) >= seen.checkout.expires_at:
        return Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)
    written = forms.filled(
        form, method=seen.checkout.method, market=seen.checkout.market, language=frame.language
    )
    written.wrong.clear()
    return _form(request, frame, seen, written)


@get("/{language:str}/checkout/{checkout_id:uuid}/return", include_in_schema=False)
async def come_back(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, checkout_id: UUID
) -> Response[Any]:
    """Back from the provider's second step."""
    frame = await asked(request, db, language)
    seen = await _own(request, db, frame, checkouts, checkout_id)
    found = seen.checkout
    outcome = await checkouts.settle(seen.store.maison_id, checkout_id, now=datetime.now(UTC))
    if outcome.kind == "refused":
        blank = forms.empty(found.market, COUNTRIES[found.market])
        return _form(request, frame, seen, blank, status=402, refused=True)
    return Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)


@post("/{language:str}/checkout/{checkout_id:uuid}/choose", include_in_schema=False)
async def choose(
    request: Request[Any, Any, Any], db: Db, checkouts: Checkouts, language: str, checkout_id: UUID
) -> Response[Any]:
    """One maison's payment was refused: keep the others, or let all go."""
    frame = await asked(request, db, language)
    seen = await _own(request, db, frame, checkouts, checkout_id)
    keep = str((await request.form()).get("keep", "")) == "yes"
    # When it is over already, the page says how it ended.
    with suppress(CheckoutOver):
        await checkouts.choose(
            seen.store, asking.visitor(request).id, checkout_id, keep=keep, now=datetime.now(UTC)
        )
    return Redirect(f"/{frame.language}/checkout/{checkout_id}", status_code=303)


def _as_many_as_sold(frame: Asked, refusal: QuotaReached) -> str:
    return i18n.translations(frame.language).ngettext(
        "The maison sells one of these to each client, and you have it already.",
        "The maison sells %(num)s of these to each client, and with these you would have more.",
        refusal.pieces_max,
    ) % {"num": refusal.pieces_max}


def forbidden(language: Language, piece: str) -> str:
    """Why a piece is sent nowhere, and what can be done."""
    _ = i18n.translations(language).gettext
    return _(
        "By law %(piece)s may not be sent to this country from where it lies. It may be collected in a boutique."
    ) % {"piece": piece}


def not_quoted(language: Language, piece: str) -> str:
    """Why a piece is not sold there now."""
    _ = i18n.translations(language).gettext
    return _(
        "What customs will ask for %(piece)s cannot be said just now, so we do not sell it to this country yet."
    ) % {"piece": piece}


def _of_age(language: Language, age: int) -> str:
    _ = i18n.translations(language).gettext
    return _("By law we sell this only to somebody of %(age)s or older: please say that you are.") % {
        "age": age
    }


def _store(frame: Asked) -> Store:
    return Store(frame.front.id, frame.front.maison_id)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A checkout, the store it is in, and what dresses its page as its maison where it pays a proposal."""

    checkout: Checkout
    store: Store
    dress: dict[str, Any]


async def _own(
    request: Request[Any, Any, Any], db: Db, frame: Asked, checkouts: Checkouts, checkout_id: UUID
) -> _Seen:
    """The visitor's own, in this host's store, or in a maison's that has no host where it pays a proposal. 404 for none."""
    visitor, store = asking.visitor(request), _store(frame)
    found = await checkouts.read(store, visitor.id, checkout_id)
    if found is None:
        async with db.door() as conn:
            other = await maybe(
                conn,
                Store,
                "select store_id, maison_id from door.store_of_proposed(%(checkout_id)s)",
                checkout_id=checkout_id,
            )
        if other is None or (found := await checkouts.read(other, visitor.id, checkout_id)) is None:
            raise NotFoundException
        store = other
    if not found.proposal:
        return _Seen(found, store, {})
    async with db.public() as conn:
        front = await published.front_of(conn, store_id=store.store_id)
    return _Seen(found, store, dressed(front) if front else {})


def dressed(front: Front) -> dict[str, Any]:
    """What a page needs to look as the store's maison, on whatever host."""
    return {
        "look": (front.slug, front.theme),
        "maison_slug": front.slug,
        "maison_name": front.maison_name,
        "maison_wordmark": front.wordmark,
    }


async def _known(request: Request[Any, Any, Any], db: Db, frame: Asked, found: Checkout) -> dict[str, str]:
    """What a signed-in client need not write again: who they are, and the address they kept last where it can be used."""
    if found.state != "open" or (client := (await own(request, db, frame)).client) is None:
        return {}
    async with db.acting(client.actor, client.maison_id, client.region) as conn:
        person = await accounts.person(conn, maison_id=client.maison_id, client_id=client.client_id)
        addresses = await accounts.addresses(conn, maison_id=client.maison_id, client_id=client.client_id)
    said = {"name": person.name, "mail": person.mail}
    if found.method == "ship":
        for kept in addresses:
            if kept.country in COUNTRIES[found.market]:
                said |= {"name": person.name or kept.name, "line1": kept.line1, "line2": kept.line2}
                said |= {"postcode": kept.postcode, "city": kept.city, "country": kept.country}
                break
    return {name: value for name, value in said.items() if value}


async def _keep_address(request: Request[Any, Any, Any], db: Db, frame: Asked, written: forms.Filled) -> None:
    if (client := (await own(request, db, frame)).client) is None:
        return
    said = {name: written.values[name] for name in ("name", *FIELDS)}
    # The order is placed: ten addresses kept already are no reason to trouble its client.
    with suppress(accounts.TooManyAddresses):
        async with db.acting(client.actor, client.maison_id, client.region) as conn:
            await accounts.keep_address(
                conn,
                maison_id=client.maison_id,
                client_id=client.client_id,
                address=accounts.Address(client.client_id, **said),
                now=datetime.now(UTC),
            )


def _told(
    request: Request[Any, Any, Any],
    frame: Asked,
    seen: _Seen,
    outcome: Outcome | None,
    known: dict[str, str],
) -> Response[Any]:
    found = seen.checkout
    if found.state == "completed":
        return _thanks(request, frame, found)
    if found.state == "choosing":
        return shown(request, frame, "storefront/checkout/choosing.html", **seen.dress, checkout=found)
    if found.state == "released":
        reason = outcome.reason if outcome else ""
        return shown(
            request, frame, "storefront/checkout/released.html", **seen.dress, checkout=found, reason=reason
        )
    if outcome is not None and outcome.kind == "second_step" and outcome.url:
        return _second_step(request, frame, seen, outcome.url, waiting=True)
    if found.state == "paying":
        response = shown(request, frame, "storefront/checkout/confirming.html", **seen.dress, checkout=found)
        response.headers["refresh"] = REFRESH_SECONDS
        return response
    blank = forms.empty(found.market, COUNTRIES[found.market])
    blank.values["mail"] = unquote(asking.kept(request, MAIL_COOKIE))[:LENGTH_MAX]
    blank.values.update(known)
    refused = outcome is not None and outcome.kind == "refused"
    return _form(request, frame, seen, blank, refused=refused)


def _form(
    request: Request[Any, Any, Any],
    frame: Asked,
    seen: _Seen,
    written: forms.Filled,
    *,
    status: int = 200,
    refused: bool = False,
    closed: bool = False,
    age: int = 0,
) -> Response[str]:
    found = seen.checkout
    field = None if found.method == "reserve" else card_field(request.app.state.settings)
    response = shown(
        request,
        frame,
        "storefront/checkout/checkout.html",
        status=status,
        **seen.dress,
        checkout=found,
        written=written,
        refused=refused,
        closed=closed,
        ready=_ready(found, frame.language),
        ways=_ways(found, frame.language),
        duties=_duties(found),
        until=clock(found.expires_at.astimezone(ZoneInfo(found.lines[0].zone)), frame.language),
        countries=COUNTRIES[found.market],
        methods=forms.METHODS[found.market],
        test_cards=forms.TEST_CARDS,
        card_field=field,
        keepable=found.method == "ship" and bool(asking.kept(request, asking.CLIENT_COOKIE)),
        key=new_secret(),
        age=max(age, found.age_min or 0) if (found.age_confirmed or 0) < max(age, found.age_min or 0) else 0,
    )
    if field is not None:
        response.headers.update(permissions(field))
    return response


def _ready(found: Checkout, language: Language) -> dict[str, str]:
    """Of maisons whose pieces are brought to the boutique: the day from which they can be collected."""
    days: dict[str, datetime] = {}
    for line in found.lines:
        if line.ready_about is not None:
            at = line.ready_about.astimezone(ZoneInfo(line.zone))
            days[line.maison_name] = max(at, days.get(line.maison_name, at))
    return {name: calendar_day(at.date(), language) for name, at in days.items()}


@dataclass(frozen=True, slots=True)
class _Way:
    """A way of delivery as its maison's client reads it. `value` names it in the form."""

    value: str
    name: str
    price: Money
    when: str
    chosen: bool


def _ways(found: Checkout, language: Language) -> dict[str, list[_Way]]:
    """Maison → the ways its part can be delivered."""
    _ = i18n.translations(language).gettext
    names = {line.selling_maison_id: line.maison_name for line in found.lines}
    ways: dict[str, list[_Way]] = {}
    for way in found.ways:
        when = (
            _("with you by %(day)s") % {"day": calendar_day(way.promised_on, language)}
            if way.promised_on
            else ""
        )
        ways.setdefault(names[way.maison_id], []).append(
            _Way(
                f"{way.maison_id}/{way.service}",
                delivery_words.named(way.service, language),
                way.price,
                when,
                way.chosen,
            )
        )
    return ways


def _duties(found: Checkout) -> dict[str, Money]:
    """Maison → duties and import tax of its part; nothing of it where they are paid at the door."""
    owed: dict[str, Money] = {}
    for line in found.lines:
        if line.duties:
            owed[line.maison_name] = owed.get(line.maison_name, Money(0, line.currency)) + line.duty
    return owed


def _second_step(
    request: Request[Any, Any, Any], frame: Asked, seen: _Seen, url: str, *, waiting: bool = False
) -> Response[Any]:
    # A form may only lead to our own pages (form-action), so another host's is opened by a link.
    if not waiting and (
        url.startswith(frame.base_url + "/") or (url.startswith("/") and not url.startswith("//"))
    ):
        return Redirect(url, status_code=303)
    return shown(
        request, frame, "storefront/checkout/second_step.html", **seen.dress, checkout=seen.checkout, url=url
    )


def _thanks(request: Request[Any, Any, Any], frame: Asked, found: Checkout) -> Response[Any]:
    placed = [seller for seller in found.sellers if seller.link]
    if len(found.sellers) == 1 and placed:
        return Redirect(f"/{frame.language}/orders/{placed[0].link}", status_code=303)
    names = {line.selling_maison_id: line.maison_name for line in found.lines}
    return shown(
        request, frame, "storefront/checkout/thanks.html", checkout=found, names=names, placed=len(placed)
    )
