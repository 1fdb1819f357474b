"""What a program asks of observations, read from the address: strictly, each fault with what to write instead."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q
from django.http import QueryDict

from catalogue.indicators.contract import Recipe, Status
from catalogue.indicators.exports import TOTAL
from catalogue.models import Territory
from catalogue.models.territories import Level
from catalogue.releasing import Key, Rows
from portal.asking import Remark

PAGE: Final = 100  # observations of a page, unless it is asked
MOST: Final = 1_000
VALUES: Final = 100  # of one filter
LONGEST: Final = 2_000  # characters of one parameter
# As written in an address -> our name of it.
NAMES: Final = {
    **{name: name for name in ("territoire", "dans", "periode", "axe", "niveau", "statut", "taille", "suite")},
    "territory": "territoire", "within": "dans", "period": "periode", "axis": "axe", "level": "niveau", "status": "statut", "limit": "taille",
    "size": "taille", "cursor": "suite",
}  # fmt: skip
PAGED: Final = frozenset({"taille", "suite"})
PERIOD: Final = re.compile(r"\d{4}(-(Q[1-4]|\d\d(-\d\d)?))?\Z")


@dataclass
class Wanted:
    """`filters`: which observations, all of them to hold."""

    filters: list[Q] = field(default_factory=list)
    size: int = PAGE
    after: Key | None = None
    remarks: list[Remark] = field(default_factory=list)
    question: str = ""  # what a cursor is good for

    def of(self, rows: Rows) -> Rows:
        return rows.filter(*self.filters)

    def cursor(self, key: Key) -> str:
        """Short, and nothing in it gives a right: every page asks the base with the reader's own."""
        said = json.dumps([self.question, *key], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def read(data: QueryDict, recipe: Recipe, *, paged: bool) -> Wanted:
    """`paged`: whether the size of a page and a cursor mean something."""
    wanted = Wanted()
    given: dict[str, list[str]] = {}
    for name in data:
        ours = NAMES.get(name, "")
        if not ours or (ours in PAGED and not paged):
            those = ", ".join(dict.fromkeys(each for each in NAMES.values() if paged or each not in PAGED))
            wanted.remarks.append(Remark(name[:40], f"« {name[:40]} » n’est pas un paramètre : écrivez {those}", ""))
            continue
        values = [each.strip() for one in data.getlist(name) for each in one[:LONGEST].split(",") if each.strip()]
        given.setdefault(ours, []).extend(values)
    for name, values in given.items():
        if len(values) > VALUES:
            wanted.remarks.append(
                Remark(name, f"Il y a plus de {VALUES} valeurs de « {name} » : demandez-les en plusieurs fois", "")
            )
        elif values:
            _READERS[name](wanted, values, recipe)
    wanted.question = _digest(recipe.key, {name: values for name, values in given.items() if name not in PAGED})
    if given.get("suite"):
        _after(wanted, given["suite"][-1])
    return wanted


def _digest(key: str, given: dict[str, list[str]]) -> str:
    said = json.dumps([key, sorted((name, sorted(values)) for name, values in given.items())], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]


def _territories(wanted: Wanted, values: list[str], _: Recipe) -> None:
    wanted.filters.append(Q(territory__in=list(_places(wanted, "territoire", values))))


def _within(wanted: Wanted, values: list[str], _: Recipe) -> None:
    wanted.filters.append(Q(territory__parents__in=list(_places(wanted, "dans", values))))


def _places(wanted: Wanted, name: str, values: list[str]) -> Iterator[int]:
    for value in values:
        found = place_of(value)
        if found is None:
            fault = f"« {value[:40]} » n’est le code d’aucun territoire : écrivez un code INSEE, un SIREN, ou un niveau et un code (epci:200043123)"
            wanted.remarks.append(Remark(name, fault, ""))
        else:
            yield found.pk


def place_of(value: str) -> Territory | None:
    """By its code, or by its level and its code, which is exact."""
    level, separator, code = value.partition(":")
    if separator:
        return Territory.objects.filter(level=level, code=code).first()
    return Territory.objects.resolve(value) if len(value) < 12 else None


def _periods(wanted: Wanted, values: list[str], _: Recipe) -> None:
    """One, several, or from one to another ("2019..2023", "2019..", "..2023"), both included."""
    kept = Q(pk__in=[])
    for value in values:
        first, separator, last = value.partition("..")
        if not all(PERIOD.match(each) for each in (first, last) if each) or not (first or last):
            wanted.remarks.append(
                Remark("periode", f"« {value[:40]} » n’est pas une période : écrivez 2021, 2019,2021 ou 2019..2023", "")
            )
        elif separator:
            kept |= (Q(period__gte=first) if first else Q()) & (
                Q(period__lte=last) | Q(period__startswith=last) if last else Q()
            )
        else:
            kept |= Q(period=value)
    wanted.filters.append(kept)


def _axes(wanted: Wanted, values: list[str], recipe: Recipe) -> None:
    known = {TOTAL: "", "total": "", **{axis.name: axis.name for axis in recipe.axes}}
    _listed(wanted, "axe", values, known, lambda kept: Q(axis__in=kept))


def _levels(wanted: Wanted, values: list[str], _: Recipe) -> None:
    _listed(
        wanted,
        "niveau",
        values,
        {level.value: level.value for level in Level},
        lambda kept: Q(territory__level__in=kept),
    )


def _statuses(wanted: Wanted, values: list[str], _: Recipe) -> None:
    _listed(
        wanted, "statut", values, {status.value: status.value for status in Status}, lambda kept: Q(status__in=kept)
    )


def _listed(
    wanted: Wanted, name: str, values: list[str], known: dict[str, str], make: Callable[[list[str]], Q]
) -> None:
    for value in values:
        if value not in known:
            wanted.remarks.append(
                Remark(name, f"« {value[:40]} » n’est pas une valeur de « {name} » : écrivez {', '.join(known)}", "")
            )
    wanted.filters.append(make([known[value] for value in values if value in known]))


def _size(wanted: Wanted, values: list[str], _: Recipe) -> None:
    given = values[-1]
    size = int(given) if given.isascii() and given.isdecimal() and len(given) < 5 else -1
    if not 1 <= size <= MOST:
        wanted.remarks.append(Remark("taille", f"Une page a de 1 à {MOST} observations", ""))
    else:
        wanted.size = size


def _after(wanted: Wanted, given: str) -> None:
    try:
        said: Any = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
        question, place, period, axis, member, row = said
        key = Key(place, period, axis, member, row)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError):
        question, key = "", None
    typed = key is not None and all(
        isinstance(each, kind) for each, kind in zip(key, (int, str, str, str, int), strict=True)
    )
    if typed and question == wanted.question and key is not None and max(abs(key.territory), abs(key.row)) < 2**63:
        wanted.after = key
    else:
        wanted.remarks.append(
            Remark(
                "suite", "Cette suite n’est pas celle de cette question : suivez « next », ou recommencez sans elle", ""
            )
        )


_READERS: Final[dict[str, Callable[[Wanted, list[str], Recipe], None]]] = {
    "territoire": _territories, "dans": _within, "periode": _periods, "axe": _axes, "niveau": _levels, "statut": _statuses,
    "taille": _size, "suite": lambda *_: None,
}  # fmt: skip
