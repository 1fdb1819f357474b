"""Whether values can be those of a record: what the schemas of `/api/schemas` ask, and what the base can hold.

Only what differs from the values that are there is looked at: what a source once said badly keeps nobody from changing the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.db.models import Model

from catalogue.addressing import LONGEST_ADDRESS
from catalogue.dcat.classes import EMPTY, Described, Inside, Level, Profile, Term
from catalogue.dcat.hosts import RUNNABLE
from catalogue.dcat.literals import CONTROL, well_formed
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.profile import BY_KIND, DISTRIBUTION
from catalogue.dcat.terms import (
    LANGUAGE,
    LARGEST,
    Class,
    Iri,
    Moment,
    Plain,
    Text,
    Typed,
    Values,
    is_address,
)
from catalogue.dcat.tokens import LANG_STRING
from catalogue.models import Distribution
from portal.api.writing.problems import Fault
from portal.outlets import DATE

LONGEST: Final = 100_000  # characters of a text
MOMENT: Final = re.compile(DATE)
SMALL: Final = 2**31  # what an integer column holds
SURROGATE: Final = re.compile("[\ud800-\udfff]")


def faults_of(kind: str, values: Values, before: Values, *, whole: bool) -> list[Fault]:
    """What is wrong with `values`, which would stand in place of `before`. `whole`: what is mandatory must be there."""
    profile = BY_KIND[kind]
    terms = {term.name: term for term in profile.terms}
    found: list[Fault] = []
    for name, value in values.items():
        if name not in terms:
            found.append(Fault(_under("", name), "unknown-field"))
        elif value != before.get(name):
            found += _of_term(terms[name], value, _under("", name))
            found += _of_column(MODELS[kind], name, value, _under("", name))
    for name, term in terms.items():
        if whole and term.level == Level.MANDATORY and name not in values and (not before or name in before):
            found.append(Fault(_under("", name), "required"))
    return found


def _under(pointer: str, name: str | int) -> str:
    """RFC 6901 §3."""
    return f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}"


def _of_term(term: Term, value: Any, at: str) -> Iterator[Fault]:
    if value in EMPTY:
        yield Fault(at, "empty")
    elif isinstance(term.kind, Text):
        yield from _texts(value, term.many, at)
    elif not term.many:
        yield from _one(term.kind, value, at)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _one(term.kind, item, _under(at, place))
    else:
        yield Fault(at, "type")


def _texts(value: Any, many: bool, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "language")
        return
    for language, said in value.items():
        here = _under(at, language)
        if language and not LANGUAGE.match(language):
            yield Fault(here, "language")
        elif not many:
            yield from _text(said, here)
        elif not isinstance(said, list) or not said:
            yield Fault(here, "type")
        else:
            for place, item in enumerate(said):
                yield from _text(item, _under(here, place))


def _text(value: Any, at: str, most: int = LONGEST) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "type")
    elif not value.strip() or CONTROL.search(value) or SURROGATE.search(value):
        yield Fault(at, "text")
    elif len(value) > most:
        yield Fault(at, "too-long")


def _one(kind: Any, value: Any, at: str) -> Iterator[Fault]:
    if isinstance(kind, Inside) or (isinstance(kind, Described) and isinstance(value, dict)):
        yield from _node(kind.profile, value, at)
    elif isinstance(kind, Iri):
        yield from _address(kind, value, at)
    elif isinstance(kind, Moment):
        if not isinstance(value, str):
            yield Fault(at, "type")
        elif not MOMENT.fullmatch(value) or len(value) > 40 or not well_formed(value, kind.datatype(value)):
            yield Fault(at, "form")
    elif isinstance(kind, Plain):
        yield from _plain(kind, value, at)
    elif isinstance(kind, Typed):
        yield from _typed(value, at)
    else:
        raise TypeError(kind)


def _node(profile: Profile, value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "type")
        return
    terms = {term.name: term for term in profile.terms}
    for name, inner in value.items():
        here = _under(at, name)
        if name == "uri":
            yield from _address(None, inner, here)
        elif name not in terms:
            yield Fault(here, "unknown-field")
        else:
            yield from _of_term(terms[name], inner, here)
            if profile is DISTRIBUTION:
                yield from _of_column(Distribution, name, inner, here)
    for name, term in terms.items():
        if term.level == Level.MANDATORY and name not in value:
            yield Fault(_under(at, name), "required")


def _address(kind: Iri | None, value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield Fault(at, "type")
    elif (
        SURROGATE.search(value)
        or not is_address(value)
        or value.lower().startswith(RUNNABLE)
        or (kind and kind.scheme and not value.startswith(kind.scheme))
    ):
        yield Fault(at, "address")
    elif len(value.encode()) > LONGEST_ADDRESS:
        yield Fault(at, "too-long")
    elif isinstance(kind, Class) and value not in kind.among:
        yield Fault(at, "choice")


def _plain(kind: Plain, value: Any, at: str) -> Iterator[Fault]:
    if kind.type is int:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Fault(at, "type")
        elif not 0 <= value < LARGEST:
            yield Fault(at, "form")
        return
    wrong = list(_text(value, at))
    if not wrong and kind.form and not re.fullmatch(kind.form, value, re.ASCII):
        wrong = [Fault(at, "form")]
    yield from wrong


def _typed(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield Fault(at, "type")
        return
    yield from (Fault(_under(at, name), "unknown-field") for name in value if name not in ("value", "datatype"))
    yield from (Fault(_under(at, name), "required") for name in ("value", "datatype") if name not in value)
    if "value" in value:
        yield from _text(value["value"], _under(at, "value"))
    if "datatype" in value:
        yield from _address(None, value["datatype"], _under(at, "datatype"))
        if value["datatype"] == LANG_STRING:
            yield Fault(_under(at, "datatype"), "choice")


@cache
def _columns(model: type[Model]) -> dict[str, tuple[int, int]]:
    """Of each field that holds a term: its longest text, and the least number that it cannot hold; 0 for no bound."""
    fields: Any = model._meta.concrete_fields
    kinds = {field.name: field.get_internal_type() for field in fields}
    return {
        field.name: (getattr(field, "max_length", None) or 0, SMALL if kinds[field.name] == "IntegerField" else 0)
        for field in fields
    }


def _of_column(model: type[Model], name: str, value: Any, at: str) -> Iterator[Fault]:
    longest, least = _columns(model).get(name, (0, 0))
    if (longest and isinstance(value, str) and len(value) > longest) or (
        least and isinstance(value, int) and value >= least
    ):
        yield Fault(at, "too-long")
