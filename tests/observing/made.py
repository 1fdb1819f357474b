"""Territories, recipes and files for the tests of figures, and what the worker does with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.conf import settings

from catalogue import log, publishing
from catalogue.models import Change, Dataset, Observation, Organisation, Population, Table, Territory
from catalogue.models.indicators import FigureQuerySet
from catalogue.observing.following import IndicatorReader
from catalogue.observing.reckoning import Computing, reckon_asked
from catalogue.publishing import Draft
from tests import factories

RECIPE: Final = """\
id: essai.aides-hab
version: 1
title: {fr: Aides par habitant, en: Grants per inhabitant}
definition: {fr: Ce qui est donné, en: What is given}
formula: {fr: Montants divisés par la population, en: Amounts by inhabitants}
theme: finances
unit: EUR/hab
sense: context
schema: scdl/budget
numerator: sum(BGT_MTREAL)
denominator: population
period: BGT_ANNEE
territory: {siren: BGT_SIRET}
together: ratio
"""
COUNTED: Final = """\
id: essai.places
version: 1
title: {fr: Places, en: Spaces}
definition: {fr: Ce qui se gare, en: What parks}
formula: {fr: Somme des places, en: Sum of spaces}
theme: mobilite
unit: number
sense: context
schema: etalab/schema-stationnement
numerator: sum(nb_places)
denominator: 1
period: file
territory: {insee: insee}
together: sum
"""
HEAD: Final = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,BGT_NATURE_LABEL,BGT_FONCTION,"
    "BGT_FONCTION_LABEL,BGT_OPERATION,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL,BGT_MTBUDGPREC,BGT_MTRARPREC,"
    "BGT_MTPROPNOUV,BGT_MTPREV,BGT_CREDOUV,BGT_MTRAR3112,BGT_ARTSPE"
)


def commune(code: str = "99101", name: str = "Kerlann", siren: str = "", **values: Any) -> Territory:
    siren = siren or f"2100{code}"
    return Territory.objects.create(
        level="commune", code=code, name=name, sort_name=name.lower(), siren=siren, **values
    )


def inhabitants(territory: Territory, value: int, year: int = 2021, source: str = "essai") -> Population:
    return Population.objects.create(territory=territory, year=year, kind="municipale", value=value, source=source)


def town(territory: Territory) -> Organisation:
    body = factories.body(f"Ville de {territory.name}")
    body.territory = territory
    body.save()
    return body


def kerlann(text: str = RECIPE) -> tuple[Territory, Organisation]:
    """A commune of a thousand people in 2021, its body, and one recipe."""
    place = commune()
    inhabitants(place, 1_000)
    recipe(text)
    return place, town(place)


def counted(*lines: tuple[str, int]) -> str:
    """Car parks: of each, INSEE code and spaces."""
    head = (
        "id,nom,insee,adresse,url,type_usagers,gratuit,nb_places,nb_pr,nb_pmr,nb_voitures_electriques,nb_velo,nb_2r_el,"
        "nb_autopartage,nb_2_rm,nb_covoit,hauteur_max,num_siret,Xlong,Ylat,tarif_pmr,tarif_1h,tarif_2h,tarif_3h,tarif_4h,"
        "tarif_24h,abo_resident,abo_non_resident,type_ouvrage,info"
    )
    said = (
        f"{code}-P-{number:03},P{number},{code},1 rue,,tous,true,{spaces},0,0,0,0,0,0,0,0,,,-3.1,47.6,,,,,,,,,ouvrage,"
        for number, (code, spaces) in enumerate(lines, 1)
    )
    return "\n".join([head, *said]) + "\n"


def budget(*lines: tuple[str, int, float]) -> str:
    """Of each line: SIREN, year, amount."""
    said = (
        f"Compte administratif,{year},{siren}00012,Essai,M57,,6064,,,,,fonctionnement,réel,dépense,{amount},0,0,0,0,0,0,"
        for siren, year, amount in lines
    )
    return "\n".join([HEAD, *said]) + "\n"


def recipe(text: str = RECIPE, name: str = "essai.yaml") -> Path:
    """A recipe of this instance's own."""
    path = Path(settings.BOUTURE_HOME) / "recipes" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def published(body: Organisation, text: str | bytes, name: str = "budget.csv", **values: Any) -> Table:
    """A dataset of one file, read."""
    found = factories.dataset(owner=body, distribution=[factories.file(name)], **values)
    return factories.table(found, text, name)


def again(table: Table, text: str | bytes) -> Table:
    """The file is another by now."""
    return factories.table(Dataset.objects.get(pk=table.dataset_id), text, table.name)


def told(table: Table) -> None:
    """A line of the log, as of a file that was read."""
    with log.transaction() as entries:
        entries.append(log.Entry(Change.Verb.UPDATE, table.dataset_id, kind=Change.Kind.DERIVED, fields=("table",)))


def republished(table: Table) -> None:
    found = Dataset.objects.get(pk=table.dataset_id)
    files = [{**factories.file(table.name), "uri": found.distributions.get().uri}]
    values = {"title": found.title, "description": found.description, "distribution": files}
    publishing.publish([Draft("dataset", values, found.owner_id, id=found.pk)])


def followed() -> None:
    factories.follow(IndicatorReader())


def worked(compute: Computing | None = None) -> int:
    """What the worker does: follows the log, then reckons what is asked for, in this very process unless told otherwise."""
    from catalogue.indicators.computing import reckoned

    followed()
    return reckon_asked(compute=compute or reckoned)


def said(key: str = "essai.aides-hab", **wanted: Any) -> list[tuple[Any, ...]]:
    """(code, period, value, status) of the totals that are shown."""
    rows = Observation.objects.totals().filter(indicator__key=key, shown=True, **wanted)
    found = rows.order_by("territory__code", "period", "dataset__private")
    return [(row.territory.code, row.period, row.value, row.status) for row in found.select_related("territory")]


def rows(key: str = "essai.aides-hab") -> list[Observation]:
    return list(Observation.objects.totals().filter(indicator__key=key).order_by("territory__code", "period", "pk"))


def own(figures: FigureQuerySet) -> FigureQuerySet:
    """Those of the recipe of these tests: what is shipped says things of the same files."""
    return figures.filter(indicator__key="essai.aides-hab")
