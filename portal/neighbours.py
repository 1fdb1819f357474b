"""Instances whose indices are searched beside ours, as pages and programs are told of them.

What a peer answers was written by somebody else. Its texts were cut and cleaned (`catalogue.search.elastic.afar`); no address of
it is used: the page of a record is at the home that our administrator declared, under the path that each instance gives it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.models import DataService, Dataset
from catalogue.search.across import Silent, Why
from catalogue.search.contract import Hit
from harvesters.models import HarvestSource
from harvesters.origins import PEER, home_of
from portal.asking import Asked

MODELS: Final[dict[str, type[Dataset | DataService]]] = {"dataset": Dataset, "service": DataService}
FAULTS: Final[dict[Why, str]] = {
    "late": gettext_noop("n’a pas répondu à temps"),
    "away": gettext_noop("ne répond pas"),
    "layout": gettext_noop("a un index d’une autre version, que cette recherche ne lit pas"),
    "garbled": gettext_noop("a donné une réponse qui ne se lit pas"),
}


@dataclass(frozen=True)
class Missing:
    """`address` asks the same at that instance."""

    name: str
    home: str
    why: Why
    address: str

    @property
    def fault(self) -> str:
        return _(FAULTS[self.why])


def called(homes: Collection[str]) -> dict[str, str]:
    """Their names: the title of the source that follows each, if everybody may know of it; else its host. One query, of peers."""
    if not homes:
        return {}
    known = HarvestSource.objects.filter(kind=PEER, private=False).exclude(title="").values_list("key", "title")
    titles = {home_of(key): title for key, title in known}
    return {home: titles.get(home) or urlsplit(home).netloc for home in homes}


def page_of(hit: Hit) -> str:
    """The address of a peer's record at its home."""
    path: str = MODELS[hit.kind](pk=UUID(hit.id)).get_absolute_url()
    return hit.home + path


def missing(silent: Sequence[Silent], asked: Asked) -> tuple[Missing, ...]:
    names = called({each.home for each in silent})
    return tuple(Missing(names[each.home], each.home, each.why, each.home + asked.at(1).address()) for each in silent)
