"""The five markets, and the company through which a maison sells in each country."""

from functools import cache

from enfilade.world.boutiques import boutique_rows
from enfilade.world.catalogue import Row
from enfilade.world.chance import chance
from enfilade.world.maisons import Maison
from enfilade.world.scale import Scale

# Every country of cities.csv belongs to one market, and is priced in its currency with its tax: a
# simplification of
# the demo. The dollar market holds the Americas, and whoever else has no list of prices of its own.
# Rates: standard VAT of France, the Netherlands, Great Britain and China; sales tax of New York City.
MARKETS: tuple[Row, ...] = (
    {
        "code": "fr",
        "currency": "EUR",
        "languages": "fr en",
        "tax_rate": "0.20",
        "prices_include_tax": "yes",
        "countries": "FR MC BE LU IT ES PT CH AT DE GR CZ PL HU RO MA",
    },
    {
        "code": "nl",
        "currency": "EUR",
        "languages": "nl en",
        "tax_rate": "0.21",
        "prices_include_tax": "yes",
        "countries": "NL DK SE NO FI",
    },
    {
        "code": "gb",
        "currency": "GBP",
        "languages": "en",
        "tax_rate": "0.20",
        "prices_include_tax": "yes",
        "countries": "GB IE",
    },
    {
        "code": "cn",
        "currency": "CNY",
        "languages": "zh en",
        "tax_rate": "0.13",
        "prices_include_tax": "yes",
        "countries": "CN HK MO TW",
    },
    {
        "code": "us",
        "currency": "USD",
        "languages": "en fr zh",
        "tax_rate": "0.08875",
        "prices_include_tax": "no",
        "countries": "US CA MX BR AR CL CO PE PA JP KR SG MY TH ID PH VN IN AE QA KW SA BH IL TR KZ ZA AU NZ",
    },
)
FORM = {
    "FR": "SAS",
    "BE": "SA",
    "NL": "B.V.",
    "GB": "Ltd",
    "US": "Inc.",
    "IT": "S.r.l.",
    "DE": "GmbH",
    "CH": "SA",
    "CN": "Co., Ltd",
}


def market_rows() -> list[Row]:
    return [dict(market) for market in MARKETS]


@cache
def market_of(country: str) -> Row:
    """The one market a country belongs to."""
    return next(market for market in MARKETS if country in market["countries"].split())


def legal_entity_rows(scale: Scale, maison: Maison) -> list[Row]:
    """One company a country in which the maison has a location, the home country first."""
    draw = chance(scale.seed, "legal", maison.slug)
    homes: dict[str, Row] = {}
    for row in boutique_rows(scale, maison):
        homes.setdefault(row["country"], row)
    return [
        {
            "code": f"{maison.code}-{country}",
            "name": f"{maison.name} {country} {FORM.get(country, 'Ltd')}",
            "country": country,
            "address": f"{home['address']}\n{home['postcode']} {home['city']}",
            "market": market_of(country)["code"],
            "currency": market_of(country)["currency"],
            "tax_id": f"{country}00{draw.randint(10**8, 10**9 - 1)}",
            "invoice_prefix": f"{maison.code}{country}",
            "payment_account": f"acct_{maison.code.lower()}_{country.lower()}",
        }
        for country, home in homes.items()
    ]
