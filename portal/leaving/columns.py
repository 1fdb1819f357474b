"""A row of the base as a line of JSON, and back: the same line from SQLite and from PostgreSQL.

Moments are in UTC with their microseconds (RFC 3339), bytes in base64, keys of records as text. What Django numbers anew in each
base (permissions, kinds of content) is written by its name.
"""

from __future__ import annotations

import base64
import json
import math
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from secrets import token_urlsafe
from typing import Any, Final

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Field, Model

from portal.leaving.declared import Kept

Row = tuple[Any, ...]


class Unreadable(Exception):
    """A line that is no row of its model. `why`: in French."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Names:
    """Permissions and kinds of content of this base, by name."""

    permissions: Mapping[int, str]
    contents: Mapping[int, str]

    @classmethod
    def now(cls) -> Names:
        contents = {
            key: f"{app}.{model}" for key, app, model in ContentType.objects.values_list("pk", "app_label", "model")
        }
        codes = Permission.objects.values_list("pk", "content_type_id", "codename")
        return cls({key: f"{contents[content]}.{code}" for key, content, code in codes}, contents)

    def of(self, model: type[Model]) -> Mapping[int, str]:
        return self.permissions if model is Permission else self.contents


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _number(value: float) -> Any:
    return value if math.isfinite(value) else str(value)  # JSON has no infinity


def _packed(value: bytes | memoryview) -> str:
    return base64.b64encode(bytes(value)).decode()


# By what a column holds: to JSON, and from it. What is not named is what JSON says.
KINDS: Final[dict[type[Any], tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    models.DateTimeField: (_moment, datetime.fromisoformat),
    models.DateField: (date.isoformat, date.fromisoformat),
    models.UUIDField: (str, uuid.UUID),
    models.FloatField: (_number, float),
    models.BinaryField: (_packed, base64.b64decode),
}


def _kind(field: Field[Any, Any]) -> tuple[Callable[[Any], Any], Callable[[Any], Any]] | None:
    return next((KINDS[kind] for kind in type(field).__mro__ if kind in KINDS), None)


@dataclass(frozen=True)
class Table:
    """A model, as its file has it."""

    model: type[Model]
    line: Kept
    names: Names

    @cached_property
    def fields(self) -> list[Field[Any, Any]]:
        return [field for field in self.model._meta.local_concrete_fields if field.name not in self.line.without]

    @cached_property
    def writers(self) -> list[tuple[str, Callable[[Any], Any] | None]]:
        return [(field.attname, self._writer(field)) for field in self.fields]

    def _writer(self, field: Field[Any, Any]) -> Callable[[Any], Any] | None:
        if field.related_model in (Permission, ContentType):
            return self.names.of(field.related_model).__getitem__
        if self._is_password(field):
            return lambda value: not value.startswith(UNUSABLE_PASSWORD_PREFIX)
        kind = _kind(_target(field))
        return kind[0] if kind else None

    def _is_password(self, field: Field[Any, Any]) -> bool:
        return str(field) == "catalogue.User.password"

    def text(self, row: Row) -> bytes:
        """One line."""
        said = {
            name: value if write is None or value is None else write(value)
            for (name, write), value in zip(self.writers, row, strict=True)
        }
        try:
            return (json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n").encode()
        except UnicodeEncodeError:  # half of a pair, that a source said: JSON spells it, UTF-8 cannot
            return (json.dumps(said, separators=(",", ":")) + "\n").encode()

    # The way back.

    @cached_property
    def statement(self) -> str:
        quote = connection.ops.quote_name
        columns = [*self.fields, *self._absent]
        names = ", ".join(quote(str(field.column)) for field in columns)
        marks = ", ".join(["%s"] * len(columns))
        return f"INSERT INTO {quote(self.model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608

    @cached_property
    def _absent(self) -> list[Field[Any, Any]]:
        return [field for field in self.model._meta.local_concrete_fields if field.name in self.line.without]

    @cached_property
    def _expected(self) -> set[str]:
        return {field.attname for field in self.fields}

    @cached_property
    def _readers(self) -> list[tuple[Field[Any, Any], Callable[[Any], Any] | None]]:
        return [(field, self._reader(field)) for field in self.fields]

    def _reader(self, field: Field[Any, Any]) -> Callable[[Any], Any] | None:
        if field.related_model in (Permission, ContentType):
            known = self.names.of(field.related_model)
            return {name: key for key, name in known.items()}.__getitem__
        if self._is_password(field):
            # Something that nobody knows, where there was one: its person may ask for a link to choose another.
            lost, none = make_password(token_urlsafe(32)), make_password(None)
            return lambda value: lost if value else none
        kind = _kind(_target(field))
        return kind[1] if kind else None

    def row(self, line: bytes) -> list[Any]:
        """The values of `statement`. Raises Unreadable."""
        try:
            said = json.loads(line)
        except (ValueError, RecursionError):
            raise Unreadable("ce n’est pas du JSON") from None
        if not isinstance(said, dict) or said.keys() != self._expected:
            raise Unreadable(f"les champs ne sont pas ceux de {self.model._meta.label}")
        try:
            values = [self._stored(field, read, said[field.attname]) for field, read in self._readers]
        except (ValueError, TypeError, KeyError, OverflowError, AttributeError) as error:
            raise Unreadable(f"une valeur ne va pas dans {self.model._meta.label} ({error})") from error
        return [*values, *(field.get_db_prep_save(field.get_default(), connection) for field in self._absent)]

    def _stored(self, field: Field[Any, Any], read: Callable[[Any], Any] | None, value: Any) -> Any:
        if value is not None:
            return field.get_db_prep_save(read(value) if read else value, connection)
        if isinstance(field, models.JSONField) and not field.null:
            return connection.ops.adapt_json_value(None, field.encoder)
        return None


def _target(field: Field[Any, Any]) -> Field[Any, Any]:
    """The column that a key points to, through others that are keys too."""
    while field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    return field


def lines(table: Table, rows: Iterable[Row]) -> Iterator[bytes]:
    return map(table.text, rows)
