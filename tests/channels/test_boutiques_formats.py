"""Boutiques from our own CSV and from GeoJSON with OpenStreetMap tags."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.db import Db
from enfilade.channels.file_imports import Asked, import_boutiques
from enfilade.channels.imports import FileRefused, Report
from tests.maisons.house import NOW, founded

HEADER = (
    "code,kind,name,country,city,postcode,address,latitude,longitude,zone,opening_hours,phone,preparation_minutes,"
    "daily_cap,collect,reserve,ship,safety_collect,safety_ship\n"
)


async def imported(db: Db, maison_id: UUID, path: Path, country: str | None = None) -> Report:
    return await import_boutiques(db, Asked(path, maison_id, NOW), country)


def feature(at: Any = (4.835, 45.762), number: int = 7, **tags: str) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(at)} if isinstance(at, tuple) else at
    properties = {name.replace("__", ":"): value for name, value in tags.items()}
    return {"type": "Feature", "id": f"node/{number}", "geometry": geometry, "properties": properties}


def collection(tmp_path: Path, *features: Any) -> Path:
    path = tmp_path / "boutiques.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


async def test_our_own_csv(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    path = tmp_path / "boutiques.csv"
    path.write_text(
        HEADER
        + "NYC1,boutique,Madison,US,New York,10065,1 Madison,40.7683,-73.9680,,Mo-Sa 10:00-18:00; PH off,+1 555 0100,45,"
        "20,yes,yes,no,1,0\n"
        "WH1,warehouse,Depot,FR,Gonesse,95500,,48.98,2.44,Europe/Paris,,,,,,,yes,,\n"
        "BAD1,boutique,Wrong,FR,Paris,,,48.98,2.44,,Mo-Sa 10h-19h,,,,,,,,\n"
        "BAD2,kiosk,Wrong,FR,Paris,,,48.98,2.44,,,,,,,,,,\n"
        "BAD3,boutique,Wrong,France,Paris,,,48.98,2.44,,,,,,,,,,\n"
        "BAD4,boutique,Wrong,FR,Paris,,,148.98,2.44,,,,,,,,,,\n"
        "BAD5,boutique,Wrong,FR,Paris,,,48.98,2.44,Europe/Lutetia,,,,,,,,,\n"
        "BAD6,boutique,Wrong,FR,Paris,,,48.98,2.44,,,,-5,,,,,,\n"
        ",boutique,Wrong,FR,Paris,,,48.98,2.44,,,,,,,,,,\n",
        encoding="utf-8",
    )
    report = await imported(db, maison_id, path)
    assert [(r.line, r.column) for r in report.refusals] == [
        (4, "opening_hours"),
        (5, "kind"),
        (6, "country"),
        (7, "latitude"),
        (8, "zone"),
        (9, "preparation_minutes"),
        (10, "code"),
    ]
    assert "10h-19h" in report.refusals[0].reason
    assert admin(
        "select zone, preparation_minutes, daily_cap from boutiques.location where code = 'NYC1'"
    ) == [("America/New_York", 45, 20)]
    exposed = """select l.code, e.collect, e.reserve, e.ship, e.safety_collect from stock.exposure e
      join boutiques.location l on l.id = e.location_id order by 1"""
    assert admin(exposed) == [("NYC1", True, True, False, 1), ("WH1", False, False, True, 0)]
    assert admin(
        "select count(*) from public_facts.opening o join public_facts.boutique b on b.id = o.location_id "
        "where b.code = 'NYC1'"
    ) == [(23,)], "four weeks of six days without Thanksgiving"
    again = await imported(db, maison_id, path)
    assert (again.figures["locations unchanged"], again.figures["opt-ins written"]) == (2, 0)


async def test_geojson_with_openstreetmap_tags(db: Db, admin, tmp_path: Path):
    maison_id = await founded(db)
    way = {
        "type": "Polygon",
        "coordinates": [[[2.33, 48.86], [2.35, 48.86], [2.35, 48.88], [2.33, 48.88], [2.33, 48.86]]],
    }
    address = {"addr__street": "rue de la République", "addr__housenumber": "3", "addr__postcode": "69002"}
    path = collection(
        tmp_path,
        feature(
            name="Lyon",
            ref="LYO2",
            addr__city="Lyon",
            addr__country="FR",
            opening_hours="Mo-Sa 10:00-19:00",
            **address,  # type: ignore[arg-type]
        ),
        feature(way, name="Paris", addr__city="Paris", contact__phone="+33 1 99 00 00 00;+33 1 99 00 00 01"),
        feature(name="Nowhere"),
        feature(name="Hours", addr__city="Lyon", opening_hours="tous les jours"),
        feature((500.0, 2.0), name="Off", addr__city="Lyon"),
        feature({"type": "Point", "coordinates": []}, name="Off", addr__city="Lyon"),
        feature(name="Bad\ud800", addr__city="Lyon"),
        "not a feature",
    )
    report = await imported(db, maison_id, path, "FR")
    assert [(r.line, r.column) for r in report.refusals] == [
        (3, "addr:city"),
        (4, "opening_hours"),
        (5, "geometry"),
        (6, "geometry"),
        (7, "name"),
        (8, "geometry"),
    ]
    assert admin(
        "select code, address, postcode, zone, phone, latitude from public_facts.boutique "
        "where code in ('LYO2', 'node/7') order by code"
    ) == [
        ("LYO2", "3 rue de la République", "69002", "Europe/Paris", "", 45.762),
        ("node/7", "", "", "Europe/Paris", "+33 1 99 00 00 00", 48.870000000000005),
    ]
    assert [n.line for n in report.notices] == [2], "a boutique without hours is taken, and noticed"


@pytest.mark.parametrize("text", ['{"features": 3}', "[1,2]", '{"features": [', "[" * 100_000, "code\n1\n"])
async def test_another_document_is_refused_as_a_whole(db: Db, tmp_path: Path, text: str):
    maison_id = await founded(db)
    path = tmp_path / "file.geojson"
    path.write_text(text)
    with pytest.raises(FileRefused):
        await imported(db, maison_id, path)
