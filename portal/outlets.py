"""From the kind of a term to its form field, its API field and its JSON Schema (draft 2020-12).

A new property is a line of the profile, and all three follow. The API speaks the profile's own values
(`catalogue.dcat.terms`), which fit JSON as they are; here is what each must be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final, NamedTuple

from catalogue.dcat.classes import Described, Inside, Level, Profile, Term
from catalogue.dcat.names import bare
from catalogue.dcat.terms import LARGEST, Concept, Iri, Kind, Moment, Plain, Text, Typed

Schema = dict[str, Any]
DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
LANGUAGES: Final = "^([a-z]{2,8}(-[a-z0-9]{1,8})*)?$"  # "" is the key of a text without language
ADDRESS: Final = '^[A-Za-z][A-Za-z0-9+.\\-]*:[^\\u0000-\\u0020<>"{}|\\\\^`\\u007f-\\u009f]*$'
DATE: Final = (
    "^([0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
    "|-?[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+\\-][0-9]{2}:[0-9]{2})?)$"
)
WORDS: Final[Schema] = {"type": "string", "minLength": 1}
IRI: Final[Schema] = {"type": "string", "format": "iri", "pattern": ADDRESS}
MOMENT: Final[Schema] = {"type": "string", "pattern": DATE}
# By language; of a property that holds many, a list in each.
TEXT: Final[Schema] = {
    "type": "object",
    "propertyNames": {"pattern": LANGUAGES},
    "minProperties": 1,
    "additionalProperties": WORDS,
}
TYPED: Final[Schema] = {
    "type": "object",
    "properties": {"value": WORDS, "datatype": IRI},
    "required": ["value", "datatype"],
    "additionalProperties": False,
}


def _plain(kind: Plain) -> Schema:
    if kind.type is int:
        return {"type": "integer", "minimum": 0, "exclusiveMaximum": LARGEST}
    return {**WORDS, **({"pattern": f"^({_ecma(kind.form)})$"} if kind.form else {})}


def _ecma(form: str) -> str:
    """The same expression in ECMA-262, which JSON Schema speaks: it knows no `\\Z`."""
    return form.replace("\\Z", "$")


def _concept(kind: Concept) -> Schema:
    """Any address: what a vocabulary does not know is kept. Its code is told beside."""
    return {**IRI, **({"x-vocabulary": kind.vocabulary} if kind.vocabulary else {})}


def _inside(kind: Inside) -> Schema:
    return {"$ref": f"#/$defs/{kind.profile.name}"}


def _described(kind: Described) -> Schema:
    """The address alone, or the thing described in place."""
    return {"anyOf": [_concept(kind), {"$ref": f"#/$defs/{kind.profile.name}"}]}


class Outlet(NamedTuple):
    """What becomes of the terms of one kind: `field` names the field of a form (`portal.pages.fields`), `schema` makes the
    JSON Schema of one value. The API's own field is the value: it fits JSON as it is.
    """

    kind: type[Kind]
    field: str
    schema: Callable[[Any], Schema]


# The first that fits: the narrower kinds come before the wider.
OUTLETS: Final = (
    Outlet(Described, "words", _described),
    Outlet(Inside, "nodes", _inside),
    Outlet(Concept, "words", _concept),
    Outlet(Iri, "line", lambda _: IRI),
    Outlet(Moment, "line", lambda _: MOMENT),
    Outlet(Plain, "line", _plain),
    Outlet(Text, "texts", lambda _: TEXT),
    Outlet(Typed, "line", lambda _: TYPED),
)


def outlet_of(term: Term) -> Outlet:
    """Raises KeyError for a kind without an outlet."""
    found = next((outlet for outlet in OUTLETS if isinstance(term.kind, outlet.kind)), None)
    if found is None:
        raise KeyError(type(term.kind).__name__)
    return found


def schema_of_term(term: Term, owner: str) -> Schema:
    """Of one property. Raises KeyError for a kind without an outlet."""
    found = outlet_of(term).schema(term.kind)
    if term.many and isinstance(term.kind, Text):
        found = {**found, "additionalProperties": {"type": "array", "items": WORDS, "minItems": 1}}
    elif term.many:
        found = {"type": "array", "items": found, "minItems": 1}
    return {**found, "title": bare(term.name, owner).capitalize(), "x-predicate": term.predicate, "x-level": term.level}


def schema_of_class(profile: Profile) -> Schema:
    """Of a node: its address if it has one, its properties and no other; the mandatory ones are required."""
    return {
        "type": "object",
        "x-class": profile.type,
        "properties": {"uri": IRI, **{t.name: schema_of_term(t, profile.name) for t in profile.terms}},
        "required": [term.name for term in profile.terms if term.level == Level.MANDATORY],
        "additionalProperties": False,
    }


@cache
def reached(profile: Profile) -> tuple[Profile, ...]:
    """The classes of the nodes that such a node may hold, however deep."""
    found: dict[str, Profile] = {}
    waiting = [profile]
    while waiting:
        inner = [term.kind.profile for term in waiting.pop().terms if isinstance(term.kind, Inside | Described)]
        new = [one for one in inner if one.name not in found]
        found |= {one.name: one for one in new}
        waiting += new
    return tuple(found.values())


def definitions(profiles: Iterable[Profile]) -> Schema:
    return {profile.name: schema_of_class(profile) for profile in profiles}
