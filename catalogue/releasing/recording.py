"""An indicator as a dataset of our own catalogue, for whoever harvests it: DCAT-AP, with StatDCAT-AP 1.0.1 (SEMIC) for what is statistical."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings

from catalogue.dcat.profile import SPDX
from catalogue.dcat.vocabularies import AUTHORITY
from catalogue.indicators.contract import Recipe, Words
from catalogue.indicators.exports import Cube
from catalogue.indicators.exports.cube import AREA, PERIOD, STATUS, UNIT, dimension, part, unit
from catalogue.models import Dataset, Indicator, Organisation, Territory
from catalogue.models.territories import EU_COUNTRY, FRANCE
from catalogue.publishing import Draft
from catalogue.releasing.reading import BASE
from catalogue.releasing.summing import MOST_PLACES, Sum

IANA: Final = "https://www.iana.org/assignments/media-types/"
# The European themes of each of ours; the rest is of government.
THEMES: Final = {
    "finances": ("GOVE", "ECON"), "commande-publique": ("GOVE", "ECON"), "population": ("SOCI",), "vie-associative": ("SOCI",),
    "mobilite": ("TRAN",), "energie": ("ENER", "ENVI"), "dechets": ("ENVI",), "environnement": ("ENVI",), "urbanisme": ("REGI",),
    "education": ("EDUC",), "culture": ("EDUC",), "sport": ("EDUC",), "accessibilite": ("SOCI",), "numerique": ("TECH",),
    "sante": ("HEAL",), "securite": ("JUST",),
}  # fmt: skip
# Extension of the file, code of the European vocabulary, media type, and how it is called.
FILES: Final = (
    ("csv", "CSV", "text/csv", Words("Observations, en CSV", "Observations, as CSV")),
    ("json", "JSON", "application/json", Words("Observations, en JSON", "Observations, as JSON")),
    ("ttl", "RDF_TURTLE", "text/turtle", Words("Observations, en RDF Data Cube", "Observations, as RDF Data Cube")),
)
YEAR: Final = 4  # signs of a period that is a year


def european(theme: str) -> tuple[str, ...]:
    """Codes of the European themes that a theme of indicators belongs to."""
    return THEMES.get(theme, ("GOVE",))


def draft(row: Indicator, cube: Cube, told: Sum, changed: datetime, body: Organisation) -> Draft:
    """The same for the same figures, recipe and body: publishing it twice writes nothing."""
    home = Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None
    return Draft(
        Dataset.kind,
        {
            **_described(cube.recipe),
            **_covered(told, home),
            **_made(cube, told),
            "identifier": [cube.recipe.key],
            "publisher": {"name": {"fr": body.name}, **({"uri": body.uri} if body.uri else {})},
            "contact_point": [{"name": {"fr": body.name}, "email": [f"mailto:{body.email}"]}] if body.email else [],
            "landing_page": [f"{settings.BOUTURE_URL}/indicateurs/{cube.recipe.key}/"],
            "license": _licence(told),
            "modified": changed.astimezone(UTC).isoformat(timespec="seconds"),
            "type": [f"{AUTHORITY}dataset-type/STATISTICAL"],
            "distribution": [_file(cube, told, *each) for each in FILES],
        },
        body.pk,
        id=row.uuid,
        territory=home.pk if home else None,
    )


def _described(recipe: Recipe) -> dict[str, Any]:
    formula, unit_of = recipe.formula, recipe.unit.words
    parts = {
        "fr": (
            recipe.definition.fr,
            formula.fr if formula else "",
            *(each.fr for each in recipe.caveats),
            f"Unité : {unit_of.fr}.",
        ),
        "en": (
            recipe.definition.en,
            formula.en if formula else "",
            *(each.en for each in recipe.caveats),
            f"Unit: {unit_of.en}.",
        ),
    }
    return {
        "title": {"fr": f"Indicateur : {recipe.title.fr}", "en": f"Indicator: {recipe.title.en}"},
        "description": {tag: "\n\n".join(filter(None, said)) for tag, said in parts.items()},
        "keyword": {"fr": ["indicateur", *recipe.words]},
        "theme": [f"{AUTHORITY}data-theme/{code}" for code in european(recipe.theme)],
        "language": [f"{AUTHORITY}language/FRA"],
    }


def _covered(told: Sum, home: Territory | None) -> dict[str, Any]:
    """Where and when: the territory alone when there is one; the instance's own when all are in it; else the country."""
    first, last = told.periods
    yearly = len(first) == len(last) == YEAR
    return {
        "spatial": [{"uri": _where(told, home)}],
        "temporal": [{"start": first, "end": last}] if first else [],
        "frequency": f"{AUTHORITY}frequency/{'ANNUAL' if yearly else 'IRREG'}",
        "temporal_resolution": "P1Y" if yearly else "",
    }


def _where(told: Sum, home: Territory | None) -> str:
    places = list(told.places)
    if len(places) == 1:
        return places[0][2]
    if home and home.uri and len(places) <= MOST_PLACES:
        inside = set(
            Territory.objects.within(home).filter(code__in=[code for code, *_ in places]).values_list("code", "level")
        )
        if {(code, level) for code, level, _ in places} <= inside | {(home.code, str(home.level))}:
            return home.uri
    return EU_COUNTRY + FRANCE


def _made(cube: Cube, told: Sum) -> dict[str, Any]:
    """Of what, and by whom: the datasets that were counted, and what StatDCAT-AP says of the cube."""
    recipe, here = cube.recipe, cube.address
    sources = sorted(told.sources)
    count = f"{len(sources)} jeux de données" if len(sources) > 1 else "un jeu de données"
    said = f"Calculé par ce portail d’après {count} au schéma {recipe.schema}, recette {recipe.key} version {recipe.version}."
    base = f"{settings.BOUTURE_URL}{BASE}"
    return {
        "source": sources,
        "provenance": [{"label": {"fr": [said]}}],
        "stat_dimension": [AREA, PERIOD, *(dimension(here, axis.name) for axis in recipe.axes)],
        "stat_attribute": [UNIT, STATUS, part(here, "numerateur"), part(here, "denominateur")],
        "stat_unit": [
            {"uri": unit(base, recipe.unit.code), "label": {"fr": [recipe.unit.words.fr], "en": [recipe.unit.words.en]}}
        ],
        "num_series": told.series,
    }


def _licence(told: Sum) -> str:
    """That of the sources, when they have one alone."""
    found = set(
        Dataset.objects.filter(uri__in=told.sources).order_by().values_list("license", flat=True).distinct()[:2]
    )
    return str(found.pop()) if len(found) == 1 else ""


def _file(cube: Cube, told: Sum, extension: str, code: str, media: str, title: Words) -> dict[str, Any]:
    address = f"{cube.address}/observations.{extension}"
    said: dict[str, Any] = {
        "title": {"fr": title.fr, "en": title.en},
        "access_url": [address],
        "download_url": [address],
        "format": f"{AUTHORITY}file-type/{code}",
        "media_type": IANA + media,
        "license": _licence(told),
    }
    if extension == "csv":
        digest = {"algorithm": f"{SPDX}checksumAlgorithm_sha256", "checksum_value": told.digest}
        said |= {
            "checksum": digest,
            "byte_size": told.size,
            "conforms_to": [f"{settings.BOUTURE_URL}{BASE}/tableschema.json"],
        }
    return said
