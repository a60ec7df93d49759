"""What search engines are told beside the words of a page, as schema.org data: where it stands, whose store, which door."""

from datetime import datetime, timedelta
from typing import Any

from enfilade.boutiques.zones import zone_of

Data = dict[str, Any]
CONTEXT = "https://schema.org"


def crumbs(base_url: str, steps: list[tuple[str, str]]) -> Data:
    """The way from the store's home to this page; `steps` are names with their paths, the home first."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": base_url + path}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }


def organization(
    base_url: str, name: str, path: str, logo: str, *, founded: int | None = None, city: str | None = None
) -> Data:
    """A maison, or the store itself."""
    data: Data = {
        "@context": CONTEXT,
        "@type": "Organization",
        "name": name,
        "url": base_url + path,
        "logo": base_url + logo,
    }
    if founded:
        data["foundingDate"] = str(founded)
    if city:
        data["foundingLocation"] = {"@type": "Place", "name": city}
    return data


def boutique(
    base_url: str,
    path: str,
    *,
    name: str,
    maison_name: str,
    maison_path: str,
    address: Data,
    latitude: float,
    longitude: float,
    phone: str,
    opens: list[datetime],
    closes: list[datetime],
    zone: str,
) -> Data:
    """A boutique with the hours of its coming days, each valid for its own day: holidays and closures are out already."""
    data: Data = {
        "@context": CONTEXT,
        "@type": "Store",
        "name": name,
        "url": base_url + path,
        "parentOrganization": {"@type": "Organization", "name": maison_name, "url": base_url + maison_path},
        "address": {"@type": "PostalAddress", **{key: value for key, value in address.items() if value}},
        "geo": {"@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude},
    }
    if phone:
        data["telephone"] = phone
    if hours := _hours(opens, closes, zone):
        data["openingHoursSpecification"] = hours
    return data


def _hours(opens: list[datetime], closes: list[datetime], zone: str) -> list[Data]:
    there = zone_of(zone)
    hours: list[Data] = []
    for begins, ends in zip(opens, closes, strict=True):
        start, end = begins.astimezone(there), ends.astimezone(there)
        if end - start > timedelta(hours=24):
            # Open day and night is one interval of weeks: said day by day, as the vocabulary knows it.
            end = start + timedelta(days=min((end - start).days, 7))
            days = [(start.date() + timedelta(days=n)) for n in range((end - start).days)]
            hours += [_day(day.strftime("%A"), day.isoformat(), "00:00", "23:59") for day in days]
            continue
        hours.append(_day(f"{start:%A}", start.date().isoformat(), f"{start:%H:%M}", f"{end:%H:%M}"))
    return hours


def _day(name: str, on: str, opens: str, closes: str) -> Data:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": f"{CONTEXT}/{name}",
        "validFrom": on,
        "validThrough": on,
        "opens": opens,
        "closes": closes,
    }
