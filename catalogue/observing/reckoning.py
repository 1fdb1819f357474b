"""A table is reckoned: its rows through every recipe of its schema, in a process beside; what came of it goes into the base.

One process of the instance does it at a time (a lease like that of a reader of the log); killed, what it was at is still
asked for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from django.utils import timezone

from catalogue import log
from catalogue.errors import NotAlone
from catalogue.indicators.beside import FELL, Beside, Fields
from catalogue.indicators.contract import Binding, Divisor, Recipe, Reckoned
from catalogue.models import AskedReckoning, Indicator, Reckoning, Table, TableVersion
from catalogue.observing import columns, dating, keeping, queue, recipes
from catalogue.observing.figures import Gathered, gathered
from catalogue.observing.headcounts import Headcounts
from catalogue.observing.judging import counts, refusal
from catalogue.observing.keeping import Work
from catalogue.observing.places import Place, places_of, publisher_of
from catalogue.tables.contract import TableError, Type
from catalogue.tables.plain import columns_from
from catalogue.tabling.keeping import rows_of

LANE: Final = "reckoning"  # the lease
BUSY: Final = (
    "busy"  # the code of an error that says nothing of the file: what was said of it stands until the next try
)
GEOMETRY: Final = "geometry"  # as recipes call the shapes of a GeoJSON file
ROUND: Final = 300.0  # seconds
logger = logging.getLogger(__name__)

ENDINGS: Final = {
    "file": "Le fichier a changé",
    "recipe": "La recette a changé",
    "both": "Le fichier et la recette ont changé",
    AskedReckoning.Cause.RECORD: "La fiche du jeu de données a changé",
    AskedReckoning.Cause.POPULATION: "La population de référence a changé",
}
GONE: Final = "Le fichier ne donne plus cet indicateur"
NOWHERE: Final = "On ne sait pas de quel territoire parle ce fichier. Indiquez le territoire (ou le SIREN) de l’organisme qui le publie."
STRANGERS: Final = "Aucun code de territoire de ce fichier n’est connu. Vérifiez-les : {codes}."
OTHER_LEVEL: Final = "Cet indicateur ne se dit pas de ce niveau de territoire."


class Computing(Protocol):
    """`catalogue.indicators.computing.reckoned`, wherever it runs."""

    def __call__(self, path: Path, fields: Fields, recipes: Sequence[Recipe], lines: int, /) -> Iterable[Reckoned]: ...


@dataclass(frozen=True)
class Source:
    """A table as its figures need it. `year`: of rows that say no period."""

    table: Table
    version: TableVersion
    publisher: Place | None
    year: int
    cause: str


def reckon_asked(
    *, stopping: Callable[[], bool] = lambda: False, seconds: float = ROUND, compute: Computing | None = None
) -> int:
    """A round of the worker: until nothing is asked for, `seconds` are over or it is asked to stop. How many tables."""
    if queue.next_asked() is None:
        _pack(stopping)
        return 0
    holder, end, count = log.holder_name(), time.monotonic() + seconds, 0
    try:
        log.take_lease(LANE, holder)
        with Beside(recipes.folder(), beat=_beat(holder)) as beside:
            while not stopping() and time.monotonic() < end and (asked := queue.next_asked()):
                log.take_lease(LANE, holder)
                _one(asked, compute or beside.reckoned)
                count += 1
    except NotAlone as error:
        logger.debug("%s", error.message)
    finally:
        log.release(LANE, holder)
    return count


def _pack(stopping: Callable[[], bool]) -> None:
    """Only once nothing is left to reckon: what is about to move would be packed in vain."""
    if not columns.wanting():
        return
    holder = log.holder_name()
    try:
        log.take_lease(LANE, holder)
        columns.fill(stopping=lambda: stopping() or queue.next_asked() is not None, beat=_beat(holder))
    except NotAlone as error:
        logger.debug("%s", error.message)
    finally:
        log.release(LANE, holder)


def _beat(holder: str) -> Callable[[], None]:
    """Keeps the lease, at most every ten seconds."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        if time.monotonic() - last > 10:
            log.take_lease(LANE, holder)
            last = time.monotonic()

    return beat


def _one(asked: AskedReckoning, compute: Computing) -> None:
    if reckon(asked.table, compute, asked.cause):
        queue.done(asked)
    else:
        queue.put_off(asked)


def reckon(table: Table, compute: Computing, cause: str = AskedReckoning.Cause.FILE) -> bool:
    """Makes all the figures that this table gives; whether it could (False: to be tried again)."""
    known = recipes.known().recipes
    rows = {row.key: row for row in Indicator.objects.in_use()}
    wanted: list[Recipe] = []
    whole = True
    if counts(table) and (version := table.current) is not None:
        if not rows_of(version).is_file():  # a newer version came, and its figures are asked for
            return False
        source = Source(table, version, publisher_of(table), dating.year_of(table.dataset, version.at), cause)
        wanted = [one for key, one in known.items() if key in rows and one.schema == version.schema]
        whole = _reckon(source, wanted, rows, compute)
    kept = {rows[recipe.key].pk for recipe in wanted}
    for reckoning in table.reckonings.exclude(indicator__in=kept).select_related("indicator"):
        if recipe := known.get(reckoning.indicator.key):
            keeping.replace(Work(reckoning.indicator, recipe, table, reckoning.table_version, GONE), {})
        else:
            keeping.remove(reckoning.indicator, table, GONE)
        reckoning.delete()
    return whole


def _reckon(source: Source, wanted: Sequence[Recipe], rows: dict[str, Indicator], compute: Computing) -> bool:
    able: list[Recipe] = []
    for recipe in wanted:
        if said := refusal(recipe, source.version):
            _keep(source, rows[recipe.key], recipe, Reckoned(recipe.key, rows=source.version.rows, problem=said))
        else:
            able.append(recipe)
    by_key = {recipe.key: recipe for recipe in able}
    told: set[str] = set()
    problem, whole = FELL, True
    try:
        for reckoned in _computed(source.version, able, compute):
            _keep(source, rows[reckoned.recipe], by_key[reckoned.recipe], reckoned)
            told.add(reckoned.recipe)
    except TableError as error:
        if error.code == BUSY:
            return False
        problem, whole = error.message, not error.code.startswith("fell")
        logger.warning("indicateurs de « %s » : %s", source.table, error.code)
    for key in by_key.keys() - told:
        _keep(source, rows[key], by_key[key], Reckoned(key, problem=problem))
    return whole


def _computed(version: TableVersion, recipes: Sequence[Recipe], compute: Computing) -> Iterable[Reckoned]:
    lines = int(version.reading.get("first_line") or 2)
    return compute(rows_of(version), fields_of(version), recipes, lines) if recipes else ()


def fields_of(version: TableVersion) -> Fields:
    """Where each field of the schema is: its column's place in the Parquet, from 0, and its type; "geometry" of GeoJSON."""
    named = version.verdict.get("fields", {})
    found: dict[str, tuple[int, Type]] = {}
    for place, column in enumerate(columns_from(version.columns)):
        if column.type == Type.GEOMETRY:
            found.setdefault(GEOMETRY, (place, column.type))
        if column.name in named:
            found[named[column.name]] = (place, column.type)
    return found


def _keep(source: Source, indicator: Indicator, recipe: Recipe, reckoned: Reckoned) -> None:
    """What one recipe gave over one file: figures, then the account of it."""
    known = Reckoning.objects.filter(indicator=indicator, table=source.table).first()
    places = places_of({part.place for part in reckoned.parts}, source.publisher)
    found = gathered(recipe, reckoned, places, source.year, _headcounts(recipe, places.values()))
    ending = _ending(source, recipe, known)
    keeping.replace(Work(indicator, recipe, source.table, source.version.number, ending), found.parts)
    Reckoning.objects.update_or_create(
        indicator=indicator,
        table=source.table,
        defaults={
            "table_version": source.version.number,
            "recipe_digest": recipes.digest_of(recipe),
            "rows": reckoned.rows,
            "kept": reckoned.kept,
            "placeless": reckoned.placeless,
            "undated": reckoned.undated,
            "unknown": found.unknown,
            "unknown_codes": list(found.unknown_codes),
            "outside": found.outside,
            "problem": reckoned.problem or _problem(recipe, reckoned, found),
            "at": timezone.now(),
        },
    )


def _headcounts(recipe: Recipe, places: Iterable[Place]) -> Headcounts | None:
    if recipe.divisor != Divisor.POPULATION or recipe.population is None:
        return None
    return Headcounts({place.pk for place in places}, recipe.population.kind)


def _problem(recipe: Recipe, reckoned: Reckoned, found: Gathered) -> str:
    """Why rows that count gave no figure."""
    if not reckoned.parts or found.parts:
        return ""
    if found.outside:
        return OTHER_LEVEL
    if found.unknown_codes:
        return STRANGERS.format(codes=", ".join(found.unknown_codes))
    return NOWHERE if recipe.binding == Binding.PUBLISHER or found.unknown else ""


def _ending(source: Source, recipe: Recipe, known: Reckoning | None) -> str:
    """Why what was said before is not said any more."""
    file = known is not None and known.table_version != source.version.number
    other = known is not None and known.recipe_digest != recipes.digest_of(recipe)
    if file or other:
        said = ENDINGS["both" if file and other else "file" if file else "recipe"]
    else:
        said = ENDINGS.get(source.cause, ENDINGS[AskedReckoning.Cause.RECORD])
    version = f" (version {source.version.number})" if file else ""
    return f"{said}{version}"
