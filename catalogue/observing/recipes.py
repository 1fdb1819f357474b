"""The indicators that this instance has: the recipes that are shipped, and those of its own folder, in step with the base."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from catalogue import log
from catalogue.indicators import recipe as written
from catalogue.indicators.contract import Recipe
from catalogue.indicators.recipe.yaml_tree import LARGEST
from catalogue.models import Change, Indicator
from catalogue.observing import keeping
from catalogue.observing.keeping import INDICATOR
from catalogue.observing.queue import Cause, ask_of_schemas
from catalogue.reference.files import TERRITORIES

logger = logging.getLogger(__name__)
MAKING: Final = "1"  # raised when figures must be made anew whatever their recipes
MOST: Final = 1_000  # files of a folder
UNUSED: Final = "Sa recette n’est plus utilisée"


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file, and what to do, in French. `line`, `column`: from 1, 0 of a fault of the whole file."""

    line: int
    column: int
    message: str


@dataclass(frozen=True)
class Faulty:
    """A file that gives no indicator. `message`: all its faults in one text, each with where it is."""

    file: str
    message: str
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class Known:
    """`files`: of the recipes of this instance's own folder, by key. The same object while no recipe changes: of use as a key."""

    recipes: Mapping[str, Recipe]
    files: Mapping[str, str]
    faults: tuple[Faulty, ...]


def folder() -> Path:
    """Where an instance keeps recipes of its own."""
    return Path(settings.BOUTURE_HOME) / "recipes"


def known() -> Known:
    """As the files are now."""
    return _read(fingerprint(), folder())


def fingerprint() -> str:
    """Another whenever a recipe may have changed. Cheap: asked at each look at the log."""
    root = folder()
    own = sorted(
        (str(path).removeprefix(f"{root}/"), status.st_mtime_ns, status.st_size)
        for path in _own(root)
        if (status := path.stat())
    )
    return hashlib.sha256(f"{MAKING} {_shipped()} {own}".encode()).hexdigest()


@cache
def _shipped() -> str:
    """Of what came with the software, which does not change while it runs."""
    digest = hashlib.sha256(_reference().encode())
    for path in sorted(written.SHIPPED.rglob("*.yaml")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@cache
def _reference() -> str:
    """Of the territories and populations that came with the software: others make other figures."""
    return hashlib.sha256(TERRITORIES.read_bytes()).hexdigest()


@lru_cache(maxsize=2)
def _read(_: str, own: Path) -> Known:
    recipes: dict[str, Recipe] = dict(written.shipped())
    files: dict[str, str] = {}
    faults: list[Faulty] = []
    for path in _own(own):
        name = path.relative_to(own).as_posix()
        found, faulty = _attempt(path, name)
        if faulty is not None:
            faults.append(faulty)
        if found is None:
            continue
        if found.key in recipes:
            faults.append(_whole(name, _taken(found.key, shipped=found.key not in files)))
        else:
            recipes[found.key], files[found.key] = found, name
    return Known(recipes, files, tuple(faults))


def _own(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.yaml"))[:MOST] if folder.is_dir() else []


def _attempt(path: Path, name: str) -> tuple[Recipe | None, Faulty | None]:
    """A recipe, or all that is wrong with the file."""
    try:
        with path.open("rb") as file:
            text = file.read(4 * LARGEST + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None, _whole(name, "ce fichier ne se lit pas. Enregistrez-le en UTF-8.")
    recipe, errors = written.attempt(text, name)
    if not errors:
        return recipe, None
    faults = tuple(Fault(error.line, error.column, error.message) for error in errors)
    return recipe, Faulty(name, "\n".join(map(str, errors)), faults)


def _whole(name: str, message: str) -> Faulty:
    return Faulty(name, f"{name} : {message}", (Fault(0, 0, message),))


def _taken(key: str, *, shipped: bool) -> str:
    whose = "un indicateur livré avec le logiciel" if shipped else "une autre de vos recettes"
    return f"« {key} » est déjà l’identifiant d’{whose}. Donnez-lui un autre « id »."


def digest_of(recipe: Recipe) -> str:
    """Another whenever its values may be other."""
    return hashlib.sha256(f"{MAKING} {_reference()} {recipe.digest}".encode()).hexdigest()


def sync() -> int:
    """Brings the indicators of the base in step; returns how many changed. No figure stays of a recipe that has a fault."""
    now_known = known()
    rows = {row.key: row for row in Indicator.objects.all()}
    with log.transaction() as entries:
        changed = [_take(rows, recipe, now_known.files.get(key, "")) for key, recipe in now_known.recipes.items()]
        changed += [_blame(rows, fault) for fault in now_known.faults]
        blamed = {_key_of(rows, fault) for fault in now_known.faults}
        changed += [_leave(row) for key, row in rows.items() if key not in now_known.recipes and key not in blamed]
        told = [one for one in changed if one is not None]
        entries += [_line(row, verb) for row, verb, _ in told]
        if schemas := {schema for *_, some in told for schema in some}:
            ask_of_schemas(schemas, Cause.RECIPE)
    for row in (row for row, *_ in told if row.problem):
        logger.warning("recette sans valeur : %s", row.problem)
    for row in Indicator.objects.exclude(problem="", left_at=None):
        keeping.drop(row, UNUSED)
    return len(told)


Told = tuple[Indicator, Change.Verb, set[str]]


def _take(rows: dict[str, Indicator], recipe: Recipe, file: str) -> Told | None:
    digest = digest_of(recipe)
    said = {
        "version": recipe.version,
        "digest": digest,
        "title": recipe.title.fr[:300],
        "theme": recipe.theme,
        "schema": recipe.schema,
        "internal": recipe.internal,
        "file": file,
        "problem": "",
        "left_at": None,
    }
    row = rows.get(recipe.key)
    if row is None:
        rows[recipe.key] = row = Indicator.objects.create(key=recipe.key, **said)
        return row, Change.Verb.CREATE, {recipe.schema}
    if all(getattr(row, name) == value for name, value in said.items()):
        return None
    again = row.digest != digest or bool(row.problem) or row.left_at is not None
    schemas = {row.schema, recipe.schema} - {""} if again else set()
    _set(row, **said)
    return row, Change.Verb.UPDATE, schemas


def _key_of(rows: Mapping[str, Indicator], fault: Faulty) -> str:
    """Of the indicator that this file gave before, else one made of its name."""
    given = next((row.key for row in rows.values() if row.file and row.file == fault.file), "")
    return given or "fichier." + re.sub(r"[^a-z0-9.-]+", "-", Path(fault.file).stem.lower())[:80]


def _blame(rows: dict[str, Indicator], fault: Faulty) -> Told | None:
    key = _key_of(rows, fault)
    row = rows.get(key)
    if row is None:
        values = {"title": fault.file[:300], "version": 0, "file": fault.file[:300], "problem": fault.message}
        rows[key] = row = Indicator.objects.create(key=key, **values)
        return row, Change.Verb.CREATE, set()
    if row.problem == fault.message and row.left_at is None:
        return None
    _set(row, problem=fault.message, left_at=None)
    return row, Change.Verb.UPDATE, set()


def _leave(row: Indicator) -> Told | None:
    if row.left_at is not None:
        return None
    _set(row, left_at=timezone.now(), problem="")
    return row, Change.Verb.WITHDRAW, set()


def _set(row: Indicator, **values: object) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def _line(row: Indicator, verb: Change.Verb) -> log.Entry:
    # One that becomes internal is out of every search at once.
    return log.Entry(verb, row.uuid, INDICATOR, Change.Kind.DERIVED, row.internal, fields=("recipe",))
