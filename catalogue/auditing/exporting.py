"""Entries as they leave, one plain row each."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from catalogue.auditing.actions import ACTIONS
from catalogue.auditing.chain import KEPT, is_beside
from catalogue.models import AuditEntry, AuditText
from catalogue.models.auditing import AuditQuerySet

COLUMNS: Final = (
    *("number", "at", "actor", "actor_key", "through", "action", "words", "kind", "key", "label", "body", "reason"),
    *("before", "after", "change", "request", "hash"),
)
RISKY: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula


def chosen(entries: AuditQuerySet, since: str | None, until: str | None) -> AuditQuerySet:
    """Those of these days of the instance's calendar, both included (YYYY-MM-DD). Raises ValueError."""
    if since:
        entries = entries.filter(at__gte=_midnight(date.fromisoformat(since)))
    if until:
        entries = entries.filter(at__lt=_midnight(date.fromisoformat(until) + timedelta(days=1)))
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def as_plain(entry: AuditEntry, *, texts: bool = False) -> dict[str, Any]:
    """All that an entry says, long values whole. `texts`: every cell a text that no spreadsheet runs, for CSV."""
    row = {name: getattr(entry, name) for name in COLUMNS if name not in ("words", "at", "before", "after")}
    row |= {"at": entry.at.astimezone(UTC).isoformat(), "words": ACTIONS.get(entry.action, entry.action)}
    for side in ("before", "after"):
        row[side] = whole(getattr(entry, side))
        if texts:
            row[side] = json.dumps(row[side], ensure_ascii=False)
    if texts:
        row = {name: "" if value is None else _harmless(str(value)) for name, value in row.items()}
    return {name: row[name] for name in COLUMNS}


def whole(side: str) -> dict[str, Any]:
    """The fields of one side of an entry, with those that are kept beside it; one that is gone stays a digest."""
    values: dict[str, Any] = json.loads(side)
    if KEPT in side:
        for name, value in values.items():
            if is_beside(value) and (kept := AuditText.objects.filter(digest=value[KEPT]).first()):
                values[name] = json.loads(kept.text)
    return values


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
