"""Between a record of the profile (plain values) and a row: a field named like a term holds that term's value."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from catalogue.dcat.classes import EMPTY, Profile
from catalogue.dcat.profile import BY_KIND, DISTRIBUTION
from catalogue.dcat.terms import Values
from catalogue.models import DataService, Dataset, Distribution, Record

MODELS: dict[str, type[Record]] = {"dataset": Dataset, "service": DataService}
# Terms that are rows of their own, not columns.
APART = {"distribution"}


def fill(row: Model, profile: Profile, values: Values) -> list[str]:
    """Writes the values into the row's fields (not saved); returns the names of the fields whose value changed."""
    changed = []
    for term in profile.terms:
        if term.name in APART:
            continue
        field: Any = row._meta.get_field(term.name)
        value: Any = values.get(term.name)
        if value in EMPTY:
            value = field.get_default()
        if getattr(row, term.name) != value:
            setattr(row, term.name, value)
            changed.append(term.name)
    return changed


def values_of(row: Model, profile: Profile) -> Values:
    """`fill` undone: what the row says, without the properties that it does not give."""
    said = {term.name: getattr(row, term.name) for term in profile.terms if term.name not in APART}
    return {name: value for name, value in said.items() if value not in EMPTY}


def record_values(record: Record, distributions: list[Distribution] | None = None) -> Values:
    """All that a record says, its own address and its distributions with theirs."""
    kind = "dataset" if isinstance(record, Dataset) else "service"
    values: Values = {"uri": record.uri, **values_of(record, BY_KIND[kind])}
    if record.former_uris:
        former = [{"notation": uri} for uri in record.former_uris]
        values["other_identifier"] = [*values.get("other_identifier", []), *former]
    if distributions:
        values["distribution"] = [{"uri": row.uri, **values_of(row, DISTRIBUTION)} for row in distributions]
    return values


def place_named(values: Values) -> str:
    """The first INSEE address among the places of a record, "" when it names none."""
    addresses = (place.get("uri", "") for place in values.get("spatial", ()))
    return next((address for address in addresses if "insee.fr/geo/" in address), "")
