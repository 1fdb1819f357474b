"""Territories of the Code officiel géographique (COG), their groupings, and how many people live there.

A territory knows all its ancestors, not only the nearest: 89 EPCI straddle several départements, so nothing may be
deduced from one level to the next. `parents` of a commune are its EPCI, département, région, EPT, syndicats.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt
from typing import ClassVar, Final, Self

from django.db import models, transaction
from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Cast, Length
from django.utils.translation import gettext_noop

FRANCE: Final = "FRA"
INSEE: Final = "http://id.insee.fr/geo/"
EU_COUNTRY: Final = "http://publications.europa.eu/resource/authority/country/"
EARTH_KM: Final = 6371.0
KM_A_DEGREE: Final = 111.0
SIREN: Final = re.compile(r"\d{9}")
MASCULINE: Final = re.compile(r"(Syndicat|SIVU|SIVOM|SI|SM\w*|SIED\w*|SDE\w*|PETR|Pôle)\b", re.IGNORECASE)  # "du …"
# By the code TNCC of the COG: the article that the name carries, and what stands before the rest after "de".
ARTICLES: Final = {
    0: ("", "de "),
    1: ("", "d’"),
    2: ("Le ", "du "),
    3: ("La ", "de la "),
    4: ("Les ", "des "),
    5: ("L'", "de l’"),
    6: ("Aux ", "des "),
    7: ("Las ", "de Las "),
    8: ("Los ", "de Los "),
}


class UnknownCommuneError(ValueError):
    """Codes that no commune has; `codes` lists them."""

    def __init__(self, codes: Iterable[str]) -> None:
        self.codes = sorted(codes)
        super().__init__(
            f"Ces codes ne sont ceux d'aucune commune actuelle : {', '.join(self.codes)}. "
            "Vérifiez-les, ou chargez le référentiel avec « manage.py load_reference »."
        )


def sort_key(name: str) -> str:
    """What two spellings of one name share: "St-Étienne" and "Saint Etienne" give "saint-etienne"."""
    text = name.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = re.findall(r"[a-z0-9]+", plain)
    return "-".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


@dataclass(frozen=True, slots=True)
class Headcount:
    """A number of inhabitants that says which one it is; `estimated`: the year asked for is not `year`."""

    value: int
    year: int
    kind: str
    source: str
    estimated: bool = False


class Level(models.TextChoices):
    COMMUNE = "commune", gettext_noop("commune")
    EPCI = "epci", gettext_noop("intercommunalité")
    EPT = "ept", gettext_noop("établissement public territorial")
    SYNDICAT = "syndicat", gettext_noop("syndicat")
    DEPARTEMENT = "departement", gettext_noop("département")
    REGION = "region", gettext_noop("région")
    # Collectivités d'outre-mer are neither département nor région (article 74 of the Constitution).
    COLLECTIVITE = "collectivite", gettext_noop("collectivité d’outre-mer")
    COUNTRY = "country", gettext_noop("pays")


# The path of a level under id.insee.fr; the others have no address there.
INSEE_PATHS: Final = {
    Level.COMMUNE: "commune",
    Level.EPCI: "intercommunalite",
    Level.DEPARTEMENT: "departement",
    Level.REGION: "region",
    Level.COLLECTIVITE: "collectiviteDOutreMer",
}


class TerritoryQuerySet(models.QuerySet["Territory"]):
    def communes(self) -> Self:
        """The communes of today, without the abolished."""
        return self.filter(level=Level.COMMUNE, current=True)

    def within(self, territory: Territory) -> Self:
        """All that lies in the territory, at every level, without itself."""
        if territory.level == Level.COUNTRY:
            return self.exclude(level=Level.COUNTRY)
        return self.filter(parents=territory)

    def named(self, text: str) -> Self:
        """By a name or the beginning of one of its words, without accents or articles; the best match first."""
        key = sort_key(text)
        if not key:
            return self.none()
        rank = Case(
            When(sort_name=key, then=Value(0)),
            When(sort_name__startswith=key, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        found = self.filter(Q(sort_name__startswith=key) | Q(sort_name__contains=f"-{key}"))
        return found.order_by(rank, Length("sort_name"), "code")

    def resolve(self, code: str) -> Territory | None:
        """The territory that a code means today: of a commune, a former one or an arrondissement of Paris, Lyon or
        Marseille (5 signs), an EPCI or a syndicat (SIREN), a département or a région (`R` before its code).

        The codes of régions and départements overlap ("75"): a bare one is the département's.
        """
        code = code.strip().upper()
        if re.fullmatch(r"R\d{2}", code):
            return self.filter(level=Level.REGION, code=code[1:]).first()
        found = {row.level: row for row in self.filter(code=code, current=True)}
        found.pop(Level.REGION, None)
        if found:
            return next(iter(found.values()))
        if re.fullmatch(r"\d[0-9AB]\d{3}", code):
            return self._that_was(code)
        return self.filter(siren=code).first() if SIREN.fullmatch(code) else None

    def at_uri(self, uri: str) -> Territory | None:
        """The territory of an address of id.insee.fr (https, and a date after the code, are the same place)."""
        if uri == EU_COUNTRY + FRANCE:
            return self.filter(level=Level.COUNTRY, code=FRANCE).first()
        match = re.match(r"https?://id\.insee\.fr/geo/(\w+)/([0-9AB]+)(?:/|$)", uri)
        if match is None:
            return None
        path, code = match.groups()
        return self.resolve(f"R{code}" if path == "region" else code)

    def syndicat(self, name: str, siren: str, communes: Iterable[str]) -> Territory:
        """Make or update the syndicat of these member communes (INSEE codes, former ones included).

        Raises ValueError when the SIREN has not nine digits, UnknownCommuneError when a code means nothing.
        """
        if not SIREN.fullmatch(siren):
            raise ValueError(f"Un SIREN a neuf chiffres ; « {siren} » n'en est pas un.")
        wanted = {code: self.resolve(code) for code in communes}
        members = {commune for commune in wanted.values() if commune and commune.level == Level.COMMUNE}
        unknown = [code for code, commune in wanted.items() if commune not in members]
        if unknown:
            raise UnknownCommuneError(unknown)
        with transaction.atomic():
            syndicat, _ = self.update_or_create(
                level=Level.SYNDICAT,
                code=siren,
                defaults={
                    "name": name,
                    "sort_name": sort_key(name),
                    "siren": siren,
                    "liaison": 2 if MASCULINE.match(name) else None,
                    "current": True,
                },
            )
            syndicat.members.set(members)
        return syndicat

    def nearest(self, place: Territory, km: float, most: int) -> list[Territory]:
        """The communes whose centroid is so near to the place's, the nearest first; the place itself when it is one."""
        if place.longitude is None or place.latitude is None:
            return []
        high = km / KM_A_DEGREE
        wide = high / max(0.1, cos(radians(place.latitude)))
        box = self.communes().filter(
            latitude__range=(place.latitude - high, place.latitude + high),
            longitude__range=(place.longitude - wide, place.longitude + wide),
        )
        found: list[tuple[float, str, Territory]] = sorted((place.km_to(each), each.code, each) for each in box)
        return [each for distance, _, each in found if distance <= km][:most]

    def _that_was(self, code: str) -> Territory | None:
        rows = self.annotate(former=Cast("former_communes", models.TextField()))
        return rows.filter(level=Level.COMMUNE, former__contains=f'"{code}"').first()


class Territory(models.Model):
    """A place that somebody governs."""

    Level = Level

    level = models.CharField("niveau", max_length=12, choices=Level)
    code = models.CharField("code", max_length=9, help_text="code INSEE, ou SIREN d'un groupement")
    name = models.CharField("nom", max_length=200)
    sort_name = models.CharField(max_length=200, db_index=True, editable=False, help_text="see sort_key()")
    liaison = models.PositiveSmallIntegerField("article", null=True, blank=True, help_text="code TNCC du COG")
    siren = models.CharField("SIREN", max_length=9, blank=True, db_index=True)
    parents = models.ManyToManyField(
        "self", symmetrical=False, related_name="members", blank=True, verbose_name="territoires englobants"
    )
    postcodes = models.JSONField("codes postaux", default=list, blank=True)
    # [{"code", "name", "kind"}]; kind: ancienne, deleguee, associee, arrondissement. "name" may be "" (unknown).
    former_communes = models.JSONField("anciennes communes et arrondissements", default=list, blank=True)
    longitude = models.FloatField(null=True, blank=True, help_text="centroid, degrees, WGS84")
    latitude = models.FloatField(null=True, blank=True, help_text="centroid, degrees, WGS84")
    area_km2 = models.FloatField("superficie (km²)", null=True, blank=True)
    current = models.BooleanField("en vigueur", default=True, help_text="false: abolished since it was loaded")
    # Derived of the populations by `catalogue.reference.classing`; groups of peers are found by them.
    inhabitants = models.PositiveIntegerField(null=True, editable=False, help_text="municipale, of the latest year")
    size_class = models.PositiveSmallIntegerField(null=True, editable=False)
    density_class = models.PositiveSmallIntegerField(null=True, editable=False)

    objects: ClassVar[TerritoryQuerySet] = TerritoryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "territoire"
        ordering = ("sort_name", "code")
        constraints = (models.UniqueConstraint(fields=("level", "code"), name="territory_level_code"),)
        indexes = (
            models.Index(fields=("code",), name="territory_code"),
            models.Index(fields=("level", "size_class", "current", "inhabitants", "id"), name="territory_size"),
            models.Index(fields=("level", "density_class", "current", "inhabitants", "id"), name="territory_density"),
        )

    def __str__(self) -> str:
        return self.name

    def of(self) -> str:
        """The name after "de", as French writes it: "de Lyon", "d’Orvault", "du Havre", "des Lilas"."""
        if self.liaison is None:
            vowel = self.sort_name[:1] in tuple("aeiouy")
            return f"d’{self.name}" if vowel else f"de {self.name}"
        article, before = ARTICLES[self.liaison]
        return before + self.name.removeprefix(article)

    def km_to(self, other: Territory) -> float:
        """Between the centroids, on a sphere; infinite when one is unknown."""
        if None in (self.longitude, self.latitude, other.longitude, other.latitude):
            return inf
        here, there = radians(self.latitude or 0), radians(other.latitude or 0)
        turn = radians((other.longitude or 0) - (self.longitude or 0))
        half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(turn / 2) ** 2
        return 2 * EARTH_KM * asin(sqrt(half))

    @property
    def token(self) -> str:
        """How the index names it: levels have codes in common."""
        return f"{self.level}:{self.code}"

    @property
    def uri(self) -> str | None:
        """INSEE's own address of the territory; None where INSEE gives none (syndicats, EPT)."""
        if self.level == Level.COUNTRY:
            return EU_COUNTRY + self.code
        path = INSEE_PATHS.get(Level(self.level))
        return f"{INSEE}{path}/{self.code}" if path else None

    def population(self, year: int | None = None, kind: str = "municipale") -> Headcount | None:
        """Of that year, else of the nearest (the later of two), then `estimated`; None when nobody knows, never 0.

        Reads `populations` as prefetched. Without a year, the latest.
        """
        known = [row for row in self.populations.all() if row.kind == kind]
        if not known:
            return None
        wanted = max(row.year for row in known) if year is None else year
        best = min(known, key=lambda row: (abs(row.year - wanted), -row.year, row.source))
        return Headcount(best.value, best.year, best.kind, best.source, estimated=best.year != wanted)


class Population(models.Model):
    """One official figure. Two sources may differ for one place and year: each keeps its own line.

    `year` is the one that the figure describes (1 January), three years before it comes into force (decree of
    publication, Insee's "millésime").
    """

    class Kind(models.TextChoices):
        MUNICIPALE = "municipale", "population municipale"
        TOTALE = "totale", "population totale"

    territory = models.ForeignKey(Territory, models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField("année")
    kind = models.CharField("population", max_length=10, choices=Kind)
    value = models.PositiveIntegerField("habitants")
    source = models.CharField("source", max_length=200)

    objects: ClassVar[models.Manager[Population]] = models.Manager()

    class Meta:
        verbose_name = "population"
        ordering = ("-year", "kind", "source")
        constraints = (models.UniqueConstraint(fields=("territory", "year", "kind", "source"), name="population_once"),)

    def __str__(self) -> str:
        return f"{self.value} ({self.get_kind_display()} {self.year}, {self.source})"
