"""The national schemas as values, read once from what the product ships (`catalogue.reference`, built by `build_schemas`).

Names are Table Schema's (https://specs.frictionlessdata.io/table-schema/). A schema has as many entries as versions.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from catalogue.reference.files import read_schemas

REGISTRY: Final = "schema.data.gouv.fr"
VERSION: Final = re.compile(r"v?(\d+(?:\.\d+){1,2})")


def folded(name: str) -> str:
    """A name without case, accents, spaces, punctuation or byte order mark: « Code_Insee » and « code insee » are one."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())


@dataclass(frozen=True)
class Field:
    """One column of a schema. `constraints`: Table Schema §3.3; `item`: of an array's elements, its own `constraints`."""

    name: str
    type: str  # string, integer, number, boolean, date, datetime, time, year, array, geopoint
    format: str = "default"
    constraints: Mapping[str, Any] = field(default_factory=dict)
    true_values: tuple[str, ...] = ("true", "True", "TRUE", "1")
    false_values: tuple[str, ...] = ("false", "False", "FALSE", "0")
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def required(self) -> bool:
        return bool(self.constraints.get("required"))


@dataclass(frozen=True)
class Schema:
    """`missing`: the words that stand for an empty cell; `checks`: Validata's custom checks (name, parameters)."""

    key: str  # owner/name, as the national registry has it
    title: str
    version: str
    kind: str  # table, or features: the properties of a GeoJSON file
    addresses: tuple[str, ...]
    fields: tuple[Field, ...]
    missing: tuple[str, ...] = ("",)
    primary: tuple[str, ...] = ()
    checks: tuple[tuple[str, Mapping[str, Any]], ...] = ()

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}

    @cached_property
    def by_folded(self) -> dict[str, Field]:
        return {folded(each.name): each for each in self.fields}

    @property
    def age(self) -> tuple[int, ...]:
        """Its version as numbers: the newest is the greatest."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version))

    @property
    def page(self) -> str:
        """As `page_of`."""
        return page_of(self.key)


@lru_cache(maxsize=1)
def schemas() -> tuple[Schema, ...]:
    """All versions of all of them. Raises ReferenceFileError when the shipped file is not whole."""
    return tuple(_schema(each) for each in read_schemas())


def schema(key: str, version: str = "") -> Schema:
    """That version, or the newest. Raises KeyError when there is none."""
    versions = [each for each in schemas() if each.key == key and version in {"", each.version}]
    if not versions:
        raise KeyError(f"{key} {version}".strip())
    return max(versions, key=lambda each: each.age)


def page_of(key: str) -> str:
    """Where people read a schema; "" for those that the national registry does not have."""
    return "" if key.startswith("bouture/") else f"https://{REGISTRY}/{key}/"


def named(address: str) -> tuple[str, str] | None:
    """The key and the version ("" when it says none) of the schema that an address (`dct:conformsTo`) or a key names.

    Known: pages and files of schema.data.gouv.fr, the file in its repository, `scdl/budget`.
    """
    plain = _plain(address)
    for root, key in _roots():
        rest = plain.removeprefix(root)
        if rest != plain and (not rest or rest[0] in "/#?@:"):
            version = VERSION.search(plain)
            return key, version[1] if version else ""
    return None


def _plain(address: str) -> str:
    plain = address.strip().removeprefix("\ufeff").split("://", 1)[-1].lower()
    plain = plain.replace("/-/raw/", "/raw/").replace("/blob/", "/raw/").replace("/tree/", "/raw/")
    return plain.removeprefix("www.").replace(f"{REGISTRY}/schemas/", f"{REGISTRY}/").rstrip("/")


@lru_cache(maxsize=1)
def _roots() -> tuple[tuple[str, str], ...]:
    """How an address of each schema begins, the longest first. A repository of several schemas names none of them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for each in schemas():
        owners[each.key.lower()].add(each.key)
        owners[f"{REGISTRY}/{each.key.lower()}"].add(each.key)
        for address in each.addresses:
            plain = _plain(address)
            owners[plain].add(each.key)
            if "/raw/" in plain:
                owners[plain.partition("/raw/")[0]].add(each.key)
    single = [(root, next(iter(keys))) for root, keys in owners.items() if len(keys) == 1]
    return tuple(sorted(single, key=lambda pair: -len(pair[0])))


def _schema(said: Mapping[str, Any]) -> Schema:
    return Schema(
        key=said["key"],
        title=said["title"],
        version=said["version"],
        kind=said["kind"],
        addresses=tuple(said["addresses"]),
        fields=tuple(_field(each) for each in said["fields"]),
        missing=tuple(said["missing"]),
        primary=tuple(said["primary"]),
        checks=tuple((each["name"], each["params"]) for each in said["checks"]),
    )


def _field(said: Mapping[str, Any]) -> Field:
    values: dict[str, Any] = {}
    for name, ours in (("trueValues", "true_values"), ("falseValues", "false_values")):
        if name in said:
            values[ours] = tuple(said[name])
    return Field(
        name=said["name"],
        type=said["type"],
        format=said.get("format", "default"),
        constraints=said.get("constraints", {}),
        item=said.get("arrayItem", {}),
        **values,
    )


def fields_of(names: Sequence[str], of: Schema) -> dict[str, Field]:
    """Which column of a table holds which field: by its very name, else by its folded one; the first column wins."""
    found = {name: of.by_name[name] for name in names if name in of.by_name}
    taken = {each.name for each in found.values()}
    for name in names:
        like = of.by_folded.get(folded(name))
        if name not in found and like is not None and like.name not in taken:
            found[name] = like
            taken.add(like.name)
    return found
