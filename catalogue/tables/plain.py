"""The values of `contract` as JSON, for the base and for the process beside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, Final

from catalogue.tables.contract import (
    Bin,
    Column,
    Decision,
    Finding,
    Level,
    Match,
    Note,
    Options,
    Order,
    Suspicion,
    Type,
    Verdict,
)

READING: Final = 1  # raised when files must be read anew: each is, the next time that it is looked at


def plain(value: Any) -> Any:
    """A value of `contract` as dicts and lists; keys that are tuples joined by a tab."""
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {"\t".join(key) if isinstance(key, tuple) else str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def columns_from(said: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(
        Column(**{**one, "type": Type(one["type"]), "bins": tuple(Bin(**bin_) for bin_ in one["bins"])}) for one in said
    )


def notes_from(said: Sequence[Mapping[str, Any]]) -> tuple[Note, ...]:
    return tuple(Note(**{**one, "examples": tuple(one["examples"])}) for one in said)


def suspicions_from(said: Sequence[Mapping[str, Any]]) -> tuple[Suspicion, ...]:
    return tuple(
        Suspicion(**{**one, "columns": tuple(one["columns"]), "remedies": tuple(one["remedies"])}) for one in said
    )


def verdict_from(said: Mapping[str, Any]) -> Verdict | None:
    """None for an empty one: no schema was recognised."""
    if not said:
        return None
    return Verdict(
        match=Match(**said["match"]),
        level=Level(said["level"]),
        found=tuple(Finding(**one) for one in said["found"]),
        counts={(key.split("\t")[0], key.split("\t")[1]): count for key, count in said["counts"].items()},
        recovered=notes_from(said["recovered"]),
        types={name: Type(one) for name, one in said["types"].items()},
        fields=dict(said["fields"]),
    )


def digest_of(order: Order) -> str:
    """Another whenever a file is to be read otherwise, or by a reader that understands more (READING)."""
    return hashlib.sha256(json.dumps([READING, plain(order)], sort_keys=True).encode()).hexdigest()[:16]


def order_from(said: Mapping[str, Any]) -> Order:
    return Order(
        options_from(said["options"]),
        tuple(said["declared"]),
        tuple(Decision(one["code"], tuple(one["columns"]), one["remedy"]) for one in said["decisions"]),
        tuple(said["own"]),
    )


def options_from(said: Mapping[str, Any]) -> Options:
    known = {field.name for field in fields(Options)}
    return Options(**{name: value for name, value in said.items() if name in known})


def chosen(options: Options) -> dict[str, Any]:
    """What was chosen, what was left to find out left out."""
    return {name: value for name, value in asdict(options).items() if value not in ("", None)}
