"""The invented communes, their agglomeration and their people: what figures are computed and compared with."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from catalogue import publishing
from catalogue.models import Organisation, Territory
from catalogue.models.territories import Level, Population, sort_key
from catalogue.reference.classing import classify
from portal.demonstration.catalogue import body_uri, said

FIRST_YEAR: Final = 2019  # of `inhabitants`
SOURCE: Final = "inventée"


@transaction.atomic
def make_places() -> Territory:
    """The first commune, that holds the instance; made once, and put right whenever the demonstration is."""
    group = _place(Level.EPCI, said()["group"]["siren"], said()["group"])
    communes = [_commune(one) for one in said()["communes"]]
    group.members.set(communes)
    _make_body(group)
    classify()
    return communes[0]


def _commune(one: dict[str, Any]) -> Territory:
    longitude, latitude = one["place"]
    commune = _place(Level.COMMUNE, one["code"], one, longitude=longitude, latitude=latitude, area_km2=one["area"])
    for year, value in enumerate(one["inhabitants"], FIRST_YEAR):
        commune.populations.update_or_create(
            year=year, kind=Population.Kind.MUNICIPALE, source=SOURCE, defaults={"value": value}
        )
    return commune


def _place(level: Level, code: str, one: dict[str, Any], **values: Any) -> Territory:
    given = {"name": one["name"], "sort_name": sort_key(one["name"]), "siren": one["siren"], **values}
    given["liaison"] = one.get("liaison", 0)
    place, _ = Territory.objects.update_or_create(level=level, code=code, defaults=given)
    return place


def _make_body(group: Territory) -> None:
    """The agglomeration's body, by the address that the catalogue gives it: its files are of its territory."""
    code = said()["group"]["body"]
    given = said()["bodies"][code]
    uri = body_uri(code)
    body = Organisation.objects.filter(uri=uri).first() or Organisation(uri=uri, slug=sort_key(given["name"]))
    publishing.change_body(body, name=given["name"], email=given["email"], territory=group)
