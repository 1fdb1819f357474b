"""The national schemas' part of what is shipped: `python -m catalogue.reference.build_schemas FOLDER… --date 2026-08-22`.

A FOLDER holds one folder for each schema, named `owner__name`, with its `schema.json` (Table Schema, or JSON Schema of a
GeoJSON file); `_propositions/` holds ours. Several folders may hold several versions of one schema. Only facts go
into the file: names, types, formats, constraints, keys, checks and addresses; neither descriptions nor examples.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from catalogue.reference.files import SCHEMAS, write_schemas

REGISTRY: Final = "https://schema.data.gouv.fr"
OWN: Final = "_propositions"
OWN_OWNER: Final = "bouture"
FACTS: Final = ("format", "constraints", "trueValues", "falseValues", "arrayItem", "decimalChar", "groupChar")
CONSTRAINTS: Final = ("required", "unique", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength")
# JSON Schemas: one has a title that means nothing alone, the other none; the registry's title and version.
TITLES: Final = {
    "etalab/schema-zfe": ("Zones à faibles émissions", "0.8.2"),
    "etalab/schema-amenagements-cyclables": ("Aménagements cyclables", ""),
}
# Three patterns of the CNIG's friches repeat a group that may be empty by a back-reference, which no linear engine
# has; without it they say the same: codes separated by bars.
EMPTY_REPEAT: Final = re.compile(r"\(([^()]+)\|\)\\1\+")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--date", required=True, help="of the snapshot")
    parser.add_argument("--to", type=Path, default=SCHEMAS)
    options = parser.parse_args(arguments)
    found = sorted(schemas(options.folders), key=lambda each: (each["key"], each["version"]))
    write_schemas(found, options.date, options.to)
    sys.stdout.write(f"{options.to.name}: {len(found)} schemas, {options.to.stat().st_size} bytes\n")


def schemas(folders: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for folder in folders:
        for path in sorted(folder.glob("*/schema.json")):
            owner, _, name = path.parent.name.partition("__")
            yield schema(f"{owner}/{name}", json.loads(path.read_text("utf-8")))
        for path in sorted((folder / OWN).glob("*/schema.json")):
            yield schema(f"{OWN_OWNER}/{path.parent.name}", json.loads(path.read_text("utf-8")))


def schema(key: str, said: dict[str, Any]) -> dict[str, Any]:
    """What is kept of a schema. Raises KeyError when it is neither a Table Schema nor a JSON Schema of features."""
    about, kind, fields = said, "table", said.get("fields")
    if fields is None:
        kind, fields = "features", list(_properties(said))
        about = said["allOf"][0]
    title, version = TITLES.get(key, ("", ""))
    primary = said.get("primaryKey") or []
    return {
        "key": key,
        "title": title or _sentence(about["title"]),
        "version": str(about.get("version") or version).removeprefix("v"),
        "kind": kind,
        "addresses": sorted({str(about[name]) for name in ("path", "homepage") if about.get(name)}),
        "missing": said.get("missingValues", [""]),
        "primary": [primary] if isinstance(primary, str) else primary,
        "checks": said.get("custom_checks", []),
        "fields": [_field(each) for each in fields],
    }


def _field(said: dict[str, Any]) -> dict[str, Any]:
    field = _kept(said, ("name", "type", *FACTS))
    constraints = _kept(said.get("constraints", {}), CONSTRAINTS)
    if "pattern" in constraints:
        constraints["pattern"] = EMPTY_REPEAT.sub("", constraints["pattern"])
    if "arrayItem" in field:
        field["arrayItem"] = _kept(field["arrayItem"], ("type", "constraints"))
    return {**field, "constraints": constraints}


def _kept(said: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: said[name] for name in names if name in said}


def _properties(said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The properties of a feature as fields: JSON Schema's words have the meaning of Table Schema's but `null`."""
    properties = said["properties"]["features"]["items"]["properties"]["properties"]
    for name, rule in properties["properties"].items():
        types = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
        kind = next(each for each in types if each != "null")
        constraints = {each: rule[each] for each in ("pattern", "minimum", "maximum") if each in rule}
        if "enum" in rule:
            constraints["enum"] = [value for value in rule["enum"] if value is not None]
        if name in properties.get("required", ()) and "null" not in types:
            constraints["required"] = True
        kind = rule["format"] if kind == "string" and rule.get("format") in {"date", "time"} else kind
        yield {"name": name, "type": kind, "constraints": constraints}


def _sentence(title: str) -> str:
    return " ".join(title.split()).removesuffix(".")


if __name__ == "__main__":
    main()
