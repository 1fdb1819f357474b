"""All that a person holds, in one statement that is written once: each page and each search of somebody logged in asks it.

Made of querysets, the same four questions cost four milliseconds of processor, more than a search (26 November 2026,
`benchmarks/rights.py`): Django writes their SQL anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from catalogue.models import Dataset, Grant, Organisation, User
from catalogue.permissions.tokens import GRANT

RIGHT, GROUP, FIGURE = "right", "group", "figure"

# Names of tables alone are put in; every value is bound.
_STATEMENT: Final = """
SELECT '{RIGHT}', p.codename, o.object_pk FROM {own} o JOIN {permission} p ON p.id = o.permission_id {there}
WHERE o.user_id = %(user)s AND (o.content_type_id = %(dataset)s OR b.id IS NOT NULL)
UNION ALL SELECT '{RIGHT}', p.codename, o.object_pk FROM {shared} o JOIN {permission} p ON p.id = o.permission_id
JOIN {members} m ON m.group_id = o.group_id {there}
WHERE m.user_id = %(user)s AND (o.content_type_id = %(dataset)s OR b.id IS NOT NULL)
UNION ALL SELECT '{GROUP}', '', CAST(m.group_id AS varchar(40)) FROM {members} m WHERE m.user_id = %(user)s
UNION ALL SELECT '{FIGURE}', CAST(g.body_id AS varchar(40)), CAST(g.indicator_id AS varchar(40)) FROM {grants} g
WHERE g.indicator_id IS NOT NULL AND (g.until IS NULL OR g.until >= %(today)s)
AND (g.person_id = %(user)s OR g.group_id IN (SELECT m.group_id FROM {members} m WHERE m.user_id = %(user)s))
"""

# Rights outlive their body. guardian keeps keys as text for every model in one table: those of datasets are no numbers.
_THERE: Final = (
    "LEFT JOIN {bodies} b ON b.id = CASE WHEN o.content_type_id = %(body)s THEN CAST(o.object_pk AS bigint) END"
)


@dataclass(frozen=True)
class Held:
    """`rights`: (right, key of the body). `figures`: (indicator, body)."""

    rights: frozenset[tuple[str, str]]
    datasets: frozenset[UUID]
    groups: frozenset[int]
    figures: frozenset[tuple[int, int]]


def held_by(user: User, today: date) -> Held:
    """By name or by group; figures until the last day of their access."""
    values: dict[str, int | str | None] = {
        "user": user.pk,
        "body": ContentType.objects.get_for_model(Organisation).pk,
        "dataset": ContentType.objects.get_for_model(Dataset).pk,
        "today": connection.ops.adapt_datefield_value(today),
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(), values)
        rows: list[tuple[str, str, str]] = cursor.fetchall()
    rights = {(code, key) for sort, code, key in rows if sort == RIGHT}
    return Held(
        frozenset((code, key) for code, key in rights if code != GRANT),
        frozenset(UUID(key) for code, key in rights if code == GRANT),
        frozenset(int(key) for sort, _, key in rows if sort == GROUP),
        frozenset((int(key), int(body)) for sort, body, key in rows if sort == FIGURE),
    )


@cache
def _statement() -> str:
    models: dict[str, Any] = {
        "own": get_user_obj_perms_model(),
        "shared": get_group_obj_perms_model(),
        "permission": Permission,
        "members": User.groups.through,
        "grants": Grant,
        "bodies": Organisation,
    }
    tables = {name: connection.ops.quote_name(model._meta.db_table) for name, model in models.items()}
    there = _THERE.format(**tables)
    return _STATEMENT.format(**tables, there=there, RIGHT=RIGHT, GROUP=GROUP, FIGURE=FIGURE)
