"""Between a record of the profile (plain values) and a row: a field named like a term holds that term's value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from operator import attrgetter
from typing import Any

from django.db.models import Model

from catalogue.dcat.classes import EMPTY, Described, Profile, Term
from catalogue.dcat.profile import BY_KIND, DISTRIBUTION
from catalogue.dcat.terms import Values
from catalogue.inserting import Bare
from catalogue.models import DataService, Dataset, Distribution, Record

MODELS: dict[str, type[Record]] = {model.kind: model for model in (Dataset, DataService)}
# Terms that are rows of their own, not columns.
APART = {"distribution"}


def fill(row: Model, profile: Profile, values: Values, *, blank: bool = False) -> list[str]:
    """Writes the values into the row's fields (not saved); returns the names of the fields whose value changed.

    Of a thing described in place the field holds the address; its description goes to the row's `described`. `blank`: the row
    was just made, and holds nothing of the profile.
    """
    changed = []
    described: Values = {}
    known: Values = row.described  # type: ignore[attr-defined]
    columns = _said_columns(type(row), profile, tuple(values)) if blank else _columns(type(row), profile)
    for name, term, default, empty in columns:
        value: Any = values.get(name)
        if not value and value in EMPTY:
            held = getattr(row, name)
            if not held and type(held) is empty and name not in known:
                continue  # most columns of most rows
            value = default()
        elif isinstance(term.kind, Described) and _has_dict(value):
            described[name] = value
            value = _addresses(term, value)
            value = default() if value in EMPTY else value
        if getattr(row, name) != value or ((described or known) and described.get(name) != known.get(name)):
            setattr(row, name, value)
            changed.append(name)
    row.described = described  # type: ignore[attr-defined]
    return changed


ColumnOf = tuple[str, Term, Callable[[], Any], type]


@lru_cache(maxsize=2_000)  # records of one source say the same few properties
def _said_columns(model: type[Model], profile: Profile, names: tuple[str, ...]) -> tuple[ColumnOf, ...]:
    return tuple(column for column in _columns(model, profile) if column[0] in names)


@cache
def _columns(model: type[Model], profile: Profile) -> tuple[ColumnOf, ...]:
    """Name, term, default and its type of each column that a profile fills: fifty of them for each row of a batch."""
    terms = [term for term in profile.terms if term.name not in APART]
    fields: list[Any] = [model._meta.get_field(term.name) for term in terms]
    return tuple(
        (term.name, term, field.get_default, type(field.get_default()))
        for term, field in zip(terms, fields, strict=True)
    )


def _has_dict(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _addresses(term: Term, value: Any) -> Any:
    found = [item.get("uri", "") if isinstance(item, dict) else item for item in term.kind.scatter(value, term.many)]
    return [address for address in found if address] if term.many else found[0]


def values_of(row: Model, profile: Profile) -> Values:
    """`fill` undone: what the row says, without the properties that it does not give."""
    described: Values = row.described  # type: ignore[attr-defined]
    said: Values = {}
    for term, value in _held(row, profile):
        told = described.get(term.name) if described else None
        # The description while it is still that of the addresses in the field, which may be set on its own.
        if told and _addresses(term, told) == value:
            said[term.name] = told
        elif value or value not in EMPTY:
            said[term.name] = value
    return said


def _held(row: Model, profile: Profile) -> Iterable[tuple[Term, Any]]:
    """The terms that are columns, with what the row holds of them."""
    if isinstance(row, Bare):
        said = vars(row)
        return [(term, said[term.name]) for term in profile.named(tuple(said))]
    terms, held = _held_by_models(profile)
    return zip(terms, held(row), strict=True)


@cache
def _held_by_models(profile: Profile) -> tuple[list[Term], Callable[[Model], tuple[Any, ...]]]:
    """The terms that are columns, and what reads all of them from a row at once."""
    terms = [term for term in profile.terms if term.name not in APART]
    return terms, attrgetter(*(term.name for term in terms))


def own_values(record: Record, distributions: list[Distribution] | None = None) -> Values:
    """What a draft of this very record would say: its properties, and its distributions with their addresses."""
    values = values_of(record, BY_KIND[record.kind])
    if distributions:
        values["distribution"] = [{"uri": row.uri, **values_of(row, DISTRIBUTION)} for row in distributions]
    return values


def record_values(record: Record, distributions: list[Distribution] | None = None) -> Values:
    """All that a record says, its own address and its distributions with theirs."""
    values: Values = {"uri": record.uri, **own_values(record, distributions)}
    if record.former_uris:
        former = [{"notation": uri} for uri in record.former_uris]
        values["other_identifier"] = [*values.get("other_identifier", []), *former]
    return values


def place_named(values: Mapping[str, Any]) -> str:
    """The first INSEE address among the places of a record, "" when it names none."""
    addresses = (place.get("uri", "") for place in values.get("spatial", ()))
    return next((address for address in addresses if "insee.fr/geo/" in address), "")


def traits_of_file(values: Values) -> list[str]:
    """What two descriptions of one file have in common, the surest first: its address, its URLs and title, its URLs."""
    urls = json.dumps([values.get("download_url", []), values.get("access_url", [])])
    titled = urls + json.dumps(values.get("title", {}), sort_keys=True)
    return [trait for trait in (values.get("uri", ""), titled, urls) if trait]
