"""The audit trail: who did what to which thing, before and after (docs/audit.md).

A verb that has an effect tells it in the same transaction: both stay or neither. What is told is written at the end of the
outermost `together()`, so the locks of the chain are held for a few statements and always after those of the change log.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from catalogue.auditing import chain
from catalogue.auditing.acting import Through, acting, by_command, now
from catalogue.auditing.actions import ACTIONS
from catalogue.models import AuditEntry, AuditText, Organisation, Record, User

__all__ = ["ACTIONS", "Thing", "Through", "acting", "anybody", "by_command", "differing", "tell", "together"]


@dataclass(frozen=True)
class Thing:
    """What something was done to, as it is called now. `body`: key of the organisation whose it is, None: the instance's."""

    kind: str
    key: str
    label: str
    body: int | None = None

    @classmethod
    def record(cls, row: Record) -> Thing:
        return cls(row.kind, str(row.pk), str(row), row.owner_id)

    @classmethod
    def organisation(cls, body: Organisation) -> Thing:
        return cls("organisation", str(body.pk), str(body), body.pk)

    @classmethod
    def person(cls, user: User, body: int | None = None) -> Thing:
        return cls("account", str(user.pk), named(user), body)

    @classmethod
    def instance(cls, kind: str, label: str) -> Thing:
        return cls(kind, "", label)


@dataclass
class Pending:
    """What was told and is not written yet."""

    entries: list[AuditEntry] = field(default_factory=list)
    beside: list[AuditText] = field(default_factory=list)

    def numbered(self, lines: Mapping[UUID, int]) -> None:
        """Ties to each entry of a record the line of the change log that goes with it."""
        by_key = {str(record): number for record, number in lines.items()}
        for entry in self.entries:
            if entry.change is None:
                entry.change = by_key.get(entry.key)


_PENDING: ContextVar[Pending | None] = ContextVar("told", default=None)


@contextmanager
def together() -> Iterator[Pending]:
    """What is told inside is written at its end; what raises inside leaves nothing of what it told. In a transaction."""
    outer = _PENDING.get()
    if outer is not None:
        entries, beside, whole = len(outer.entries), len(outer.beside), False
        try:
            yield outer
            whole = True
        finally:
            if not whole:
                del outer.entries[entries:], outer.beside[beside:]
        return
    mine = Pending()
    token = _PENDING.set(mine)
    try:
        yield mine
    finally:
        _PENDING.reset(token)
    if mine.entries:
        chain.append(mine.entries, mine.beside, timezone.now())


def anybody(actor: User | None) -> bool:
    """Whether somebody acts: an account, or a command. What the worker does to records is told by the change log."""
    return actor is not None or now().through != Through.WORKER


def tell(
    actor: User | None,
    action: str,
    thing: Thing,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Tells one act, written together with its effect. `before` and `after`: plain values of what changed, by field.

    KeyError for an action that ACTIONS has not. Call it last, inside the transaction of the effect.
    """
    ACTIONS[action]
    through = now()
    old, beside = chain.shortened(dict(before or {}))
    new, more = chain.shortened(dict(after or {}))
    entry = AuditEntry(
        actor_key=actor.pk if actor else None,
        actor=_clean(named(actor) if actor else through.name)[:300],
        through=through.through,
        action=action,
        kind=thing.kind,
        key=thing.key,
        label=_clean(thing.label)[:300],
        body=thing.body,
        reason=_clean(reason),
        before=old,
        after=new,
        request=through.request,
    )
    with transaction.atomic(), together() as pending:
        pending.entries.append(entry)
        pending.beside += [*beside, *more]


def named(who: User | Group) -> str:
    """As the trail calls a person, or a group: the account may go, or change its name."""
    if isinstance(who, Group):
        return f"groupe {who.name}"
    name = who.get_full_name()
    return f"{name} <{who.email}>" if name else who.email


def differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields that differ, on each side; one that is nowhere on a side is not in it."""
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in names if name in before},
        {name: after[name] for name in names if name in after},
    )


def _clean(text: str) -> str:
    """PostgreSQL takes no NUL, and a lone surrogate has no bytes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
