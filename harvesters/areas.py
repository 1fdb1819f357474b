"""Whether a record concerns a territory, from what it says of its place and of who publishes it. Values, no database.

What is surest comes first: the publisher's SIREN, the places named by a code, outlines, names, then the publisher again.
What another place is called proves nothing (France has 14 Saint-Denis): only names that one territory bears are known here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalogue.dcat.boxes import Box, box_of
from catalogue.dcat.terms import Values
from catalogue.models.territories import sort_key

ELSEWHERE: Final = "un autre territoire que le vôtre"
WIDER: Final = "un territoire plus large que le vôtre"
NOWHERE: Final = "ni lieu, ni producteur de votre territoire"
INSEE: Final = re.compile(
    r"https?://(?:rdf\.)?(?:id\.)?insee\.fr/geo/(?:\d{4}/)?([A-Za-z]+)/([0-9AB]{2,9})(?:[/@#]|\Z)"
)
ZONE: Final = re.compile(r"\bfr:([a-z]+):([0-9AB]{2,9})(?:@|\Z)")
FRANCE: Final = re.compile(r"/authority/country/FRA\Z|\bcountry:fr\Z")
PATHS: Final = {"epci": "intercommunalite", "arrondissementMunicipal": "commune"}
DIGITS: Final = re.compile(r"(?<!\d)(?:\d[\s\u00a0\u202f]?){9}(?:(?:[\s\u00a0\u202f]?\d){5})?(?!\d)")
# Legal persons of public law whose SIREN says what they govern: "20" and "24" groupings, "21" communes, "22", "23".
GOVERNS: Final = ("20", "21", "22", "23", "24")


@dataclass(frozen=True)
class Area:
    """What may be known of the territories that somebody wants records of.

    Codes are "commune/40088", "intercommunalite/244000675", "country/FRA"; names are as `sort_key` makes them. `ours`: of
    the territories wanted, and of all that lie in them. `near`: of the wider ones that concern them too; `wider`: of the
    others. `home`: their outlines. `outlines`: those that were given as four numbers, which records have only to touch.
    `most`: square degrees beyond which an outline is that of something wider.
    """

    ours: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    wider: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    near_names: frozenset[str] = frozenset()
    wider_names: frozenset[str] = frozenset()
    sirens: frozenset[str] = frozenset()
    near_sirens: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    near_publishers: frozenset[str] = frozenset()
    home: tuple[Box, ...] = ()
    outlines: tuple[Box, ...] = ()
    most: float = math.inf
    placeless: bool = False  # whether what says nothing of its place is wanted

    def refuses(self, values: Values) -> str:
        """Why a record does not concern these territories; "" when it does."""
        agent = values.get("publisher") or {}
        sirens, called = sirens_of(agent), {sort_key(name) for name in _texts(agent.get("name"))}
        if sirens & self.sirens:
            return ""
        places = [place for place in values.get("spatial") or () if isinstance(place, dict)]
        said = self._by_code(places)
        if said is None or (said and self.outlines and self._by_outline(places) == ""):
            said = self._by_outline(places)
        if said is None:
            said = self._by_name(places)
        if said is None and (sirens & self.near_sirens or called & (self.publishers | self.near_publishers)):
            said = ""
        if said is None and any(siren.startswith(GOVERNS) for siren in sirens):
            said = ELSEWHERE
        return said if said is not None else "" if self.placeless else NOWHERE

    def _by_code(self, places: list[Any]) -> str | None:
        codes = {code for place in places for code in codes_of(place)}
        if not codes:
            return None
        if codes & (self.ours | self.near):
            return ""
        return WIDER if codes & self.wider else ELSEWHERE

    def _by_outline(self, places: list[Any]) -> str | None:
        boxes = [box for place in places if (box := box_of(place))]
        if not boxes:
            return None
        small = [box for box in boxes if box.size <= self.most]
        touched = any(box.common(outline) is not None for box in small for outline in self.outlines)
        if touched or any(box.mostly(home) for box in small for home in self.home):
            return ""
        mine = (*self.home, *self.outlines)
        return WIDER if any(box.common(home) is not None for box in boxes for home in mine) else ELSEWHERE

    def _by_name(self, places: list[Any]) -> str | None:
        names = {sort_key(name) for place in places for name in _texts(place.get("name"))}
        if names & (self.names | self.near_names | self.publishers | self.near_publishers):
            return ""
        return WIDER if names & self.wider_names else None


def codes_of(place: Values) -> Iterator[str]:
    """The codes that a place gives by its address; an address of another house gives none."""
    address = place.get("uri", "")
    for found in filter(None, (INSEE.search(address), ZONE.search(address))):
        yield f"{PATHS.get(found[1], found[1])}/{found[2]}"
    if FRANCE.search(address):
        yield "country/FRA"


def sirens_of(agent: Values) -> set[str]:
    """The SIREN of a body, or those at the head of its SIRET, from its identifiers and its address."""
    said = [*agent.get("identifier", ()), agent.get("uri", "")]
    return {re.sub(r"\D", "", found)[:9] for text in said for found in DIGITS.findall(str(text))}


def _texts(value: Any) -> Iterator[str]:
    """Every text of a value by language."""
    for texts in (value or {}).values() if isinstance(value, dict) else ():
        yield from [texts] if isinstance(texts, str) else texts
