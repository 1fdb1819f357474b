"""A few communes of the reference with all that contains them, and the shipped pack that asks the national bases of this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from catalogue.reference.files import Atlas
from portal.planting.making import SHIPPED
from tests.plant import national

# Towns of every sort: see test_plant.SORTS.
CODES = {
    *("40192", "69123", "76351", "75056", "13055", "97411", "97502", "98611", "29083", "01015", "94038", "95527"),
    *("05048", "40001", "55039", "51513"),
}


def excerpt(atlas: Atlas) -> Atlas:
    communes = [place for place in atlas.places if place.level == "commune" and place.code in CODES]
    kept = {place.key for place in communes} | {parent for place in communes for parent in place.parents}
    places = [
        replace(place, parents=tuple(parent for parent in place.parents if parent in kept))
        for place in atlas.places
        if place.key in kept or place.level == "country"
    ]
    series = [
        replace(each, values={key: value for key, value in each.values.items() if key in kept})
        for each in atlas.populations
    ]
    return Atlas(tuple(places), tuple(series))


def pack(folder: Path, port: int) -> str:
    """The address of it, signed."""
    asking = national.rewritten(SHIPPED / "commune", folder / "commune", port)
    return str(national.signed(asking, folder / "signed"))
