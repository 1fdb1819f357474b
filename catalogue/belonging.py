"""What is of a territory, in the reader's language: French has its articles (« du Havre »), other languages a word of theirs."""

from __future__ import annotations

from django.utils.translation import pgettext

from catalogue.models import Territory


def whose(place: Territory) -> str:
    """« de Lyon », for Lyon."""
    return _unless_french(place, pgettext("whose", "de %(name)s"))


def inside(place: Territory) -> str:
    """Of what lies in it: « communes du Morbihan », municipalities in Morbihan."""
    return _unless_french(place, pgettext("inside", "de %(name)s"))


def _unless_french(place: Territory, said: str) -> str:
    """What is not translated comes back as it was written."""
    return place.of() if said == "de %(name)s" else said % {"name": place.name}
