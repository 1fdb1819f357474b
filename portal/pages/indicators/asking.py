"""What the address of an indicator's page asks: of which territory, when, compared with whom, seen how."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from catalogue.models import Territory
from catalogue.models.territories import Level, sort_key

PLACE, PERIOD, GROUP, VIEW, CHART, MEASURE = "territoire", "periode", "groupe", "vue", "graphique", "mesure"
PEERS, MAP = "comparaison", "carte"  # the chart of the peers, and their map, where a frame or a file is of one chart
TOTAL: Final = "total"  # not by inhabitant
VIEWS: Final = {
    "graphique": gettext_lazy("Graphique"),
    "carte": gettext_lazy("Carte"),
    "table": gettext_lazy("Table"),
    "source": gettext_lazy("Source"),
}
LONGEST: Final = 80  # characters of a parameter
NAMED: Final = 30  # territories of one name that are looked at


def code_of(place: Territory) -> str:
    """How addresses name it: régions and départements have codes in common."""
    return f"R{place.code}" if place.level == Level.REGION else place.code


@dataclass(frozen=True)
class Asked:
    """`place`: the code, "" for the home of the instance. `period` "": the latest. `group` "": those of the same size."""

    place: str = ""
    period: str = ""
    group: str = ""
    view: str = "graphique"
    chart: str = ""
    measure: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        view = "" if self.view == "graphique" else self.view
        said = (
            *((PLACE, self.place), (PERIOD, self.period), (GROUP, self.group), (VIEW, view)),
            *((CHART, self.chart), (MEASURE, self.measure)),
        )
        return [(name, value) for name, value in said if value]

    def address(self, path: str = "", anchor: str = "") -> str:
        asked = urlencode(self.pairs)
        return path + (f"?{asked}" if asked or not path else "") + (f"#{anchor}" if anchor else "")

    def but(self, **values: str) -> Asked:
        return replace(self, **values)


def read(data: QueryDict) -> Asked:
    """What is not understood is as if it were not asked."""
    view = data.get(VIEW, "")
    place, when, group = (data.get(name, "").strip()[:LONGEST] for name in (PLACE, PERIOD, GROUP))
    return Asked(
        *(place, when, group),
        view=view if view in VIEWS else "graphique",
        chart=next((one for one in (PEERS, MAP) if data.get(CHART) == one), ""),
        measure=TOTAL if data.get(MEASURE) == TOTAL else "",
    )


def place_of(asked: str) -> Territory | None:
    """The territory of a code or of a name, or the instance's own when nothing is asked.

    Of several of that name the one nearest to the instance's own, which is what its readers mean.
    """
    code = asked or settings.BOUTURE_TERRITORY
    found = Territory.objects.resolve(code) if code else None
    if found or not any(sign.isalpha() for sign in asked):
        return found
    named = list(Territory.objects.named(asked).filter(current=True)[:NAMED])
    exact = [place for place in named if place.sort_name == sort_key(asked)] or named
    home = (
        Territory.objects.resolve(settings.BOUTURE_TERRITORY) if len(exact) > 1 and settings.BOUTURE_TERRITORY else None
    )
    return min(exact, key=lambda place: place.km_to(home)) if home and exact else next(iter(exact), None)
