"""What a maison has decided, and how far it has come onto the platform, as values to begin with."""

from datetime import date, timedelta

from enfilade.carriers.terms import Terms as Parcels
from enfilade.catalogue.engraving import Terms as Cut
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing_terms import Sourcing
from enfilade.world.chance import chance
from enfilade.world.maisons import Maison

CAPABILITIES = (
    "availability",
    "click_and_collect",
    "reserve_in_boutique",
    "ship_from_store",
    "appointments",
    "stories",
    "personal_shopper",
    "drops",
    "certificates",
)
STATES = ("not_started", "importing", "shadow", "live")


def policy(maison: Maison) -> dict[str, int]:
    """Times and limits; units stand last in the name. Dear pieces are held longer and offered for return
    longer.
    """
    dear = maison.segment == "watches_and_jewellery" or maison.slug == "brisseval"
    return {
        "hold_minutes": 30 if dear else 20,
        "collect_by_days": 7 if dear else 5,
        "reserve_days": 3 if dear else 2,
        "pick_sla_minutes": 120 if dear else 90,
        "sourcing_attempts_max": 3,
        "as_of_limit_minutes": 240 if dear else 1440,
        "network_threshold": 0,
        "return_days": 30 if maison.segment != "wines_and_spirits" else 14,
        "quota_pieces": 2 if dear else 0,
        "quota_days": 365 if dear else 0,
        "basket_hold": 0,
    }


#: By which rules a maison sources, and what things cost it; who is not here has said nothing. Jewellery travels insured, and its
#: last piece is missed for weeks; wine is heavy; perfume is cheap to send and back on the shelf within days.
SOURCING = {
    "watches_and_jewellery": Sourcing(
        ("one_parcel", "same_country", "boutique_first", "slowest"),
        Terms(parcel_minor=6_000, border_minor=15_000, lost_sale_percent=60, resupply_days=45),
    ),
    "wines_and_spirits": Sourcing(
        ("same_country", "warehouse_first", "nearest"), Terms(parcel_minor=2_500, per_100_km_minor=400)
    ),
    "perfumes_and_cosmetics": Sourcing(
        ("one_parcel", "warehouse_first"), Terms(parcel_minor=700, lost_sale_percent=10, resupply_days=5)
    ),
    "brisseval": Sourcing(("one_parcel", "same_country", "with_time", "slowest")),
}


#: Working days a parcel takes to a boutique of the same country; a maison that is not here brings nothing to another boutique.
SHIP_TO_STORE_DAYS = {"brisseval": 1, "odelaine": 2, "orsanne": 1, "claerhem": 2}


def sourcing(maison: Maison) -> Sourcing | None:
    """By name, else by what it makes."""
    return SOURCING.get(maison.slug) or SOURCING.get(maison.segment)


#: What a maison cuts, for its fee in each market, and what its bench does a day; others cut for nothing, uncounted.
ENGRAVING = {
    "orsanne": (
        ("upright", "italic"),
        ("latin", "han"),
        {"fr": 6_000, "nl": 6_000, "gb": 5_500, "cn": 48_000, "us": 7_000},
    ),
}
BENCHES = {"orsanne": ("Atelier de la rue Cambon", "Europe/Paris", 6, 1, 1)}


def engraving(maison: Maison) -> Cut | None:
    """None: it has said nothing."""
    said = ENGRAVING.get(maison.slug)
    return Cut(*said) if said else None


#: What a piece weighs with what it is wrapped in, in grams; who is not here sends bags and scarves.
WEIGHTS = {
    "watches_and_jewellery": (200, 500),
    "wines_and_spirits": (1_700, 900),
    "perfumes_and_cosmetics": (350, 250),
}
#: Services of the local carrier that every maison offers everywhere.
SERVICES = ("ground", "ground_signed", "express", "escort")


def parcels(maison: Maison) -> Parcels:
    """How its parcels are reckoned; all are insured."""
    piece, wrapping = WEIGHTS.get(maison.segment, (900, 400))
    return Parcels(piece_grams=piece, wrapping_grams=wrapping)


def adoption_rows(maison: Maison, today: date) -> list[dict[str, str]]:
    """State of each capability: none is further on than those before it."""
    draw = chance(0, "adoption", maison.slug)
    reached = len(CAPABILITIES) if maison.drawn else draw.choice((0, 1, 1, 2, 3, 3, 4, 5, 6))
    rows: list[dict[str, str]] = []
    for number, capability in enumerate(CAPABILITIES):
        state = (
            "live" if number < reached else draw.choice(STATES[1:3]) if number == reached else "not_started"
        )
        since = today - timedelta(days=40 + 70 * max(0, reached - number) + draw.randint(0, 30))
        rows.append({"capability": capability, "state": state, "since": since.isoformat()})
    return rows
