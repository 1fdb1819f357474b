"""A few communes of the reference, with all that contains them: the whole takes seconds to load."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from catalogue.reference.files import Atlas


def excerpt(atlas: Atlas, codes: Collection[str]) -> Atlas:
    communes = [place for place in atlas.places if place.level == "commune" and place.code in codes]
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
