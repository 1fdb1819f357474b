"""What the front page says of the instance's territory: which one it is, and the figures that it has now.

Which one it is comes from the reference, the same for everybody: read once a minute. Its figures are those that anybody may
read, asked of the base each time: what is hidden leaves the page at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from catalogue import belonging
from catalogue.indicators.contract import Divisor, Recipe
from catalogue.links import server_of
from catalogue.models import PUBLIC, Contour, Observation, Organisation, Territory
from catalogue.models.territories import Headcount, Level
from catalogue.search import places
from portal import languages
from portal.charts.choropleth import Shape
from portal.charts.figures import figure
from portal.charts.periods import period
from portal.charts.situated import situated
from portal.charts.sparks import spark_line
from portal.pages import prose
from portal.pages.indicators import asking, known, saying, values
from portal.pages.indicators.territories import address_of
from portal.pages.indicators.values import Value

KEPT: Final = 60  # seconds
GROUPING: Final = (Level.EPCI, Level.EPT)  # in which a commune has neighbours that it works with
COUNTED: Final = (*GROUPING, Level.SYNDICAT, Level.DEPARTEMENT)  # whose communes are counted
OUTLINED: Final = 100  # communes of one drawing: beyond, each is but a speck
BESIDE: Final = 4  # neighbours that are named
FIGURES: Final = 3
DRAWN: Final = (270, 54)  # pixels of the line of one
LATEST: Final = 400  # figures among which they are chosen
NAMED: Final = {
    Level.COMMUNE: gettext_noop("La commune"),
    Level.EPCI: gettext_noop("L’intercommunalité"),
    Level.EPT: gettext_noop("L’établissement public territorial"),
    Level.SYNDICAT: gettext_noop("Le syndicat"),
    Level.DEPARTEMENT: gettext_noop("Le département"),
    Level.REGION: gettext_noop("La région"),
    Level.COLLECTIVITE: gettext_noop("La collectivité d’outre-mer"),
    Level.COUNTRY: gettext_noop("Le pays"),
}


@dataclass(frozen=True)
class Place:
    """A territory by its name, and its page."""

    name: str
    address: str


@dataclass(frozen=True)
class Identity:
    """`around`: a level in words, the territories of it. `beside`: the nearest of the first of these, of which there are
    `more`. Texts are "" where nothing is known."""

    key: int
    level: str
    code: str  # as addresses say it
    named: str  # « La commune »
    of: str  # « de Lyon »
    itself: Place
    people: Headcount | None
    density: str
    area: str
    around: tuple[tuple[str, tuple[Place, ...]], ...]
    communes: int
    beside: tuple[Place, ...]
    more: int
    site: Place | None
    codes: str
    outline: SafeString | str


@dataclass(frozen=True)
class Figure:
    title: str
    address: str
    said: str
    unit: str
    when: str
    state: str
    changed: str
    spark: SafeString | str
    ends: tuple[str, ...]  # the first and the last period of the line
    source: Place


@dataclass(frozen=True)
class Front:
    identity: Identity
    figures: tuple[Figure, ...]

    @property
    def headline(self) -> str:
        """« La commune en trois chiffres »."""
        said = {2: _("%(named)s en deux chiffres"), 3: _("%(named)s en trois chiffres")}
        return said.get(len(self.figures), _("%(named)s en un chiffre")) % {"named": self.identity.named}


def front() -> Front | None:
    """None where nobody said whose portal this is. One query; eight once a minute."""
    identity = _identity()
    return Front(identity, tuple(_figures(identity))) if identity else None


def _identity() -> Identity | None:
    key = f"front:{get_language()}:{settings.BOUTURE_TERRITORY}"
    kept: tuple[Identity | None] | None = cache.get(key)
    if kept is None:
        place = _territory()
        kept = (_read(place) if place else None,)
        cache.set(key, kept, KEPT)
    return kept[0]


def _territory() -> Territory | None:
    """That of the environment, else the one in which all bodies that work here are."""
    rows = Territory.objects.prefetch_related("parents", "populations")
    if settings.BOUTURE_TERRITORY:
        return rows.resolve(settings.BOUTURE_TERRITORY)
    working = list(rows.filter(bodies__tenant=True).distinct()[:2])
    return working[0] if len(working) == 1 else None


def _read(place: Territory) -> Identity:
    above = places.around(place)
    group = place if place.level in COUNTED else next((one for one in above if one.level in GROUPING), None)
    members = list(group.members.communes().defer("postcodes", "former_communes").order_by("pk")) if group else []
    beside = [one for one in members if one.pk != place.pk] if place.level == Level.COMMUNE else []
    nearest = sorted(beside, key=lambda one: (place.km_to(one), one.code))[:BESIDE]
    people, area = place.population(), place.area_km2
    return Identity(
        key=place.pk,
        level=place.level,
        code=asking.code_of(place),
        named=_(NAMED[Level(place.level)]),
        of=belonging.whose(place),
        itself=_place(place),
        people=people,
        density=figure(round(people.value / area)) if people and area and people.value > area else "",
        area=figure(round(area, 0 if area >= 10 else 1), 0 if area >= 10 else 1) if area else "",
        around=_around(above),
        communes=len(members) if group == place else 0,
        beside=tuple(map(_place, nearest)),
        more=len(beside) - len(nearest),
        site=_site(place),
        codes=_codes(place),
        outline=_outline(place, group, members),
    )


def _place(one: Territory) -> Place:
    return Place(one.name, address_of(one))


def _around(above: Iterable[Territory]) -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """89 intercommunalités lie in several départements: all are named."""
    found = []
    for level, rows in groupby(above, key=lambda one: one.level):
        some = tuple(map(_place, rows))
        found.append((_head(level, len(some)), some))
    return tuple(found)


def _head(level: str, count: int) -> str:
    said = {
        Level.COMMUNE: ngettext("Commune", "Communes", count),
        Level.EPCI: ngettext("Intercommunalité", "Intercommunalités", count),
        Level.EPT: ngettext("Établissement public territorial", "Établissements publics territoriaux", count),
        Level.SYNDICAT: ngettext("Syndicat", "Syndicats", count),
        Level.DEPARTEMENT: ngettext("Département", "Départements", count),
        Level.REGION: ngettext("Région", "Régions", count),
        Level.COLLECTIVITE: ngettext("Collectivité d’outre-mer", "Collectivités d’outre-mer", count),
        Level.COUNTRY: _("Pays"),
    }
    return said[Level(level)]


def _site(place: Territory) -> Place | None:
    """Of the body that works for it, as that body says it, when it is an address of the web."""
    bodies = Organisation.objects.filter(territory=place).exclude(homepage="").order_by("-tenant", "pk")
    said = bodies.values_list("homepage", flat=True).first() or ""
    address = prose.away(said)
    return Place(server_of(address).removeprefix("www."), address) if address else None


def _codes(place: Territory) -> str:
    insee = f"Insee {place.code}" if place.level not in (Level.EPCI, Level.EPT, Level.SYNDICAT) else ""
    siren = place.siren or ("" if insee else place.code)
    return ", ".join(filter(None, (insee, f"Siren {siren}" if siren else "")))


def _outline(place: Territory, group: Territory | None, members: Sequence[Territory]) -> SafeString | str:
    """Nothing when its outline was not loaded. The communes of a large group are left out, and the group's own drawn alone."""
    beside = members if len(members) <= OUTLINED else []
    rings = Contour.objects.rings_of([place.pk, *(one.pk for one in beside)])
    if not rings.get(place.pk):
        return ""
    own = Shape("", place.name, rings[place.pk], _centre(place))
    others = [Shape(str(one.pk), one.name, rings.get(one.pk, ()), _centre(one)) for one in beside if one.pk != place.pk]
    among = sum(1 for one in others if one.rings)
    told = {"of": belonging.whose(place), "count": figure(among), "group": belonging.whose(group) if group else ""}
    if not among:
        said = _("Le contour %(of)s.")
    elif group == place:
        said = ngettext(
            "Le contour %(of)s, parmi %(count)s autre commune.",
            "Le contour %(of)s, parmi %(count)s autres communes.",
            among,
        )
    else:
        said = ngettext(
            "Le contour %(of)s, parmi %(count)s autre commune %(group)s.",
            "Le contour %(of)s, parmi %(count)s autres communes %(group)s.",
            among,
        )
    return situated(own, others, _("%(name)s sur la carte") % {"name": place.name}, said % told)


def _centre(place: Territory) -> tuple[float, float] | None:
    return (place.longitude, place.latitude) if place.longitude is not None and place.latitude is not None else None


def _figures(identity: Identity) -> list[Figure]:
    """Of those of this very territory. One query."""
    rows = Observation.objects.shown_to(PUBLIC).totals().filter(
        territory=identity.key, indicator__left_at=None, indicator__problem=""
    )  # fmt: skip
    given: dict[str, list[tuple[object, ...]]] = {}
    for key, *row in rows.order_by("-period").values_list("indicator__key", *values.COLUMNS)[:LATEST]:
        given.setdefault(key, []).append(tuple(row))
    recipes = known.recipes()
    told = [
        (recipes[key], series)
        for key, rows in given.items()
        if key in recipes
        and (not recipes[key].levels or identity.level in recipes[key].levels)
        and (series := _until_the_last(values.once(values.read(rows))))
    ]
    return [_figure(recipe, series, identity) for recipe, series in _chosen(told)]


def _until_the_last(given: Sequence[Value]) -> list[Value]:
    """Up to the last period of which something is said; none when nothing is."""
    last = max((number for number, one in enumerate(given) if one.said), default=-1)
    return list(given[: last + 1])


Told = tuple[Recipe, list[Value]]


def _chosen(told: Iterable[Told]) -> list[Told]:
    """The latest first; of one year those by inhabitant, which can be compared; of each sort of file one before a second."""
    ordered = sorted(told, key=lambda one: (known.theme_place(one[0].theme), one[0].key))
    ordered.sort(key=lambda one: one[0].divisor is not Divisor.POPULATION)
    ordered.sort(key=lambda one: one[1][-1].period, reverse=True)
    first: dict[str, Told] = {}
    for one in ordered:
        first.setdefault(one[0].schema, one)
    own = list(first.values())
    return [*own, *(one for one in ordered if one not in own)][:FIGURES]


def _short(said: str) -> str:
    found = period(said)
    return found.short if found else said


def _figure(recipe: Recipe, series: Sequence[Value], identity: Identity) -> Figure:
    last, scale = series[-1], saying.scale_of(recipe.unit)
    changed = saying.change(saying.points(series, recipe, united=False), recipe)
    return Figure(
        title=languages.said(recipe.title),
        address=asking.Asked(place=identity.code).address(reverse("indicator", args=[recipe.key])),
        said=scale.said(last.value) if scale.sign == "%" else scale.bare(last.value),
        unit="" if scale.sign == "%" else languages.said(recipe.unit.words),
        when=saying.when(last.period),
        state=saying.state(last),
        changed=changed.sentence if changed else "",
        spark=spark_line([one.value if one.said else None for one in series], *DRAWN),
        ends=tuple(_short(one.period) for one in (series[0], last))
        if sum(bool(one.said) for one in series) > 1
        else (),
        source=Place(last.title, reverse("dataset", args=[last.dataset])),
    )
