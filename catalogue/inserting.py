"""Many rows of one model in one prepared statement: new ones, or all the columns of known ones again.

`bulk_create` resolves each value of each row as if it could be an expression: a third of a first harvest went there
(sixty columns a dataset, forty a file, most of them empty), and a fifth more with the rows that a harvest keeps beside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, TypeVar
from uuid import UUID

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models.base import ModelState
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone

from catalogue.batching import batches
from catalogue.dcat import jsons

PLAIN: Final = (
    models.BooleanField,
    models.AutoField,
    models.BigAutoField,
    models.IntegerField,
    models.BigIntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
)
TEXTS: Final = (models.CharField, models.TextField, models.SlugField, models.URLField, models.EmailField)
MOST: Final = 10_000  # values of one statement; SQLite takes 32,766, PostgreSQL 65,535

if TYPE_CHECKING:
    Field = models.Field[Any, Any]  # not subscriptable at run time
write_json = jsons.writer()
Spell = Callable[[Any], Any]
Row = TypeVar("Row", bound=models.Model)


def new(model: type[Row], **values: Any) -> Row:
    """A row as its constructor makes it, in a fifth of its time: of fifty columns a dozen are asked anew. `values` by `attname`."""
    held, drawn = _blank(model)
    row = model.__new__(model)
    row.__dict__.update(held, _state=ModelState())
    for name, draw in drawn:
        row.__dict__[name] = draw()
    row.__dict__.update(values)
    return row


class Bare:
    """What will be a row of `model`: it holds what was said of it, its class what all new rows hold. Half of what a model costs
    is the fifty columns of which nothing is said.
    """

    model: ClassVar[type[models.Model]]
    id: UUID

    @property
    def pk(self) -> UUID:
        return self.id


def bare(model: type[models.Model], **values: Any) -> Any:
    """A new row for `spelled` alone. Values by `attname`, its `id` among them; lists and tables are set, never changed in place."""
    row = _bare(model)()
    row.__dict__.update(values)
    return row


def insert(rows: Sequence[models.Model]) -> None:
    """New rows of one model: all with their keys, or all without, which the base then gives. Raises IntegrityError when one of
    them is there already; call it in a transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    alias = router.db_for_write(model)
    if rows[0].pk is None:
        _number(model, rows)
    else:
        write(model, spelled(rows))
    for row in rows:
        row._state.adding, row._state.db = False, alias  # noqa: SLF001 - as Django's own insert leaves them


def update(rows: Sequence[models.Model], names: Collection[str]) -> None:
    """These fields of known rows of one model, each row with its own values; one that is no more comes back. Call it in a
    transaction.
    """
    if rows:
        write(type(rows[0]), spelled(rows), names)


def spelled(rows: Sequence[Any]) -> list[list[Any]]:
    """The values of rows of one model as the base takes them, in the order of its columns. Asks nothing of the base, but for
    what was left out when a row was read.
    """
    if not rows:
        return []
    if isinstance(rows[0], Bare):
        return _of_bare(rows[0].model, [row.__dict__ for row in rows])
    model: type[models.Model] = type(rows[0])
    columns, timed = _ready(model, router.db_for_write(model))
    for field in timed:
        for row in rows:
            field.pre_save(row, True)
    told = []
    for row in rows:
        try:
            told.append(_told(row.__dict__, columns))
        except KeyError:  # left out when it was read
            told.append(_told({column.name: getattr(row, column.name) for column in columns}, columns))
    return told


def _of_bare(model: type[models.Model], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    columns, timed = _ready(model, router.db_for_write(model))
    places = {column.name: (place, column.spell, column.blank) for place, column in enumerate(columns)}
    blank = [column.blank_spelled for column in columns]
    for field in timed:
        place, spell, _ = places[field.attname]
        blank[place] = spell(timezone.now())
    told = []
    for row in rows:
        values = blank.copy()
        for name, value in row.items():
            place, spell, usual = places[name]
            if value != usual:
                values[place] = spell(value)
        told.append(values)
    return told


def _told(held: dict[str, Any], columns: Sequence[Column]) -> list[Any]:
    """Most columns of a row are as they are in a new one: spelled once."""
    return [
        said if (value := held[name]) is blank or value == blank else spell(value)
        for name, spell, blank, said in columns
    ]


def write(model: type[models.Model], values: Sequence[Sequence[Any]], names: Collection[str] = ()) -> None:
    """Rows that `spelled` gave; `names`: the fields that rows of the same keys take over. Raises IntegrityError when there
    are none and a row is there already; call it in a transaction.
    """
    _write(model, model._meta.concrete_fields, values, names)


def write_plain(model: type[models.Model], columns: Sequence[str], values: Sequence[Sequence[Any]]) -> None:
    """New rows of a model whose base gives the keys, by names of all its other fields in Python (`attname`); the values are
    numbers and texts.
    """
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    _write(model, [by_name[name] for name in columns], values)


def place_of(model: type[models.Model], name: str) -> int:
    """Where a column, by its name in Python, is among the values that `spelled` gives."""
    return [field.attname for field in model._meta.concrete_fields].index(name)


def _write(
    model: type[models.Model], fields: Sequence[Field], values: Sequence[Sequence[Any]], names: Collection[str] = ()
) -> None:
    if not values:
        return
    connection = connections[router.db_for_write(model)]
    also = ""
    if names:
        quote = connection.ops.quote_name
        columns = [quote(str(field.column)) for field in fields if field.name in names]
        taken = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns)
        also = f" ON CONFLICT ({quote(str(model._meta.pk.column))}) DO UPDATE SET {taken}"
    with connection.cursor() as cursor:
        cursor.executemany(f"{_head(model, fields, connection)} ({_marks(fields)}){also}", values)


def _number(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Rows to which the base gives their keys: in their order, as `bulk_create` has it."""
    key = model._meta.pk
    connection = connections[router.db_for_write(model)]
    fields = [field for field in model._meta.concrete_fields if field is not key]
    at = model._meta.concrete_fields.index(key)
    for some in batches(rows, max(1, MOST // len(fields))):
        marks = ", ".join([f"({_marks(fields)})"] * len(some))
        values = [value for row in spelled(some) for value in (*row[:at], *row[at + 1 :])]
        with connection.cursor() as cursor:
            returned = f"RETURNING {connection.ops.quote_name(str(key.column))}"
            cursor.execute(f"{_head(model, fields, connection)} {marks} {returned}", values)
            for row, (given,) in zip(some, cursor.fetchall(), strict=True):
                row.pk = given


def _head(model: type[models.Model], fields: Sequence[Field], connection: BaseDatabaseWrapper) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES"


def _marks(fields: Sequence[Field]) -> str:
    return ", ".join(["%s"] * len(fields))


class Column(NamedTuple):
    """`blank`: what a new row holds, and how that is spelled."""

    name: str
    spell: Spell
    blank: Any
    blank_spelled: Any


@cache
def _blank(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What all new rows hold, and what each holds of its own: a key, a list, a table of texts."""
    fields = model._meta.concrete_fields
    drawn = [(field.attname, field.default) for field in fields if field.has_default() and callable(field.default)]
    held = {name: value for name, value in model().__dict__.items() if name != "_state"}
    return {name: value for name, value in held.items() if name not in dict(drawn)}, drawn


@cache
def _bare(model: type[models.Model]) -> type[Bare]:
    held, drawn = _blank(model)
    empty: dict[str, Any] = {name: draw() for name, draw in drawn if draw in (dict, list)}
    own = {name: value for name, value in vars(model).items() if name in ("kind", "_meta")}
    return type(f"Bare{model.__name__}", (Bare,), {**own, **held, **empty, "model": model})


@cache
def _ready(model: type[models.Model], alias: str) -> tuple[list[Column], list[Field]]:
    """The columns, and the fields that say themselves what they hold at the moment of writing."""
    fields = model._meta.concrete_fields
    columns = []
    for field in fields:
        spell = _spelled(field, connections[alias])
        drawn = field.primary_key or (callable(field.default) and field.default not in (dict, list, NOT_PROVIDED))
        blank = None if drawn else field.get_default()
        columns.append(Column(field.attname, spell, blank, spell(blank)))
    return columns, [
        field for field in fields if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]


def _spelled(field: Field, connection: BaseDatabaseWrapper) -> Spell:
    """How the base takes a value of this field: a text as it is, the empty JSON that most columns hold spelled once."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field

    def prepared(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    if type(field) in TEXTS:
        return lambda value: value if type(value) is str else prepared(value)
    if type(field) in PLAIN:
        return lambda value: value if value is None or type(value) in (int, bool) else prepared(value)
    if type(field) is models.JSONField:
        # A base without a type of its own for JSON takes it as text, without a question to Django for each value.
        textual = type(connection.ops).adapt_json_value is BaseDatabaseOperations.adapt_json_value
        plain = textual and field.encoder is None
        return lambda value: write_json(value) if plain and type(value) in (dict, list) else prepared(value)
    if type(field) is models.UUIDField:
        native = connection.features.has_native_uuid_field
        return lambda value: (value if native else value.hex) if type(value) is UUID else prepared(value)
    if type(field) is models.DateTimeField:
        return _once(prepared)
    return prepared


def _once(prepared: Spell) -> Spell:
    """The same moment is said of all the rows of a batch."""
    last: tuple[Any, Any] = (None, None)

    def spell(value: Any) -> Any:
        nonlocal last
        if value is None:
            return None
        kept = last  # of any thread
        if kept[0] is not value:
            kept = last = value, prepared(value)
        return kept[1]

    return spell
