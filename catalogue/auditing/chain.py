"""How entries are sealed: canonical JSON, one SHA-256 over it and the seal before.

The order of the chain is that of the commits: the row of the counter is locked by the last statements of a transaction, as
for the change log (`catalogue.log`), whose own row is always locked first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import F

from catalogue.models import AuditEntry, AuditText, Counter

COUNTER: Final = "audit"
START: Final = "0" * 64  # the seal before the first
LONG: Final = 4_096  # characters of a value in an entry; a longer one is kept beside
KEPT: Final = "@sha256"
SEALED: Final = (
    *("number", "actor_key", "actor", "through", "action", "kind", "key", "label", "body", "reason"),
    *("before", "after", "change", "request"),
)


@dataclass(frozen=True)
class Fault:
    """Where the chain breaks: the first number that is not as it was written, and why, in French."""

    number: int
    message: str


@dataclass(frozen=True)
class Head:
    """The end of the chain: what to note elsewhere. Number 0 when nothing was told yet."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


def canonical(value: Any) -> str:
    """One text for one value, whatever the base and the order of keys. ASCII: no base refuses or folds it."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def seal(entry: AuditEntry, before: str) -> str:
    """The hash of an entry that follows the one sealed `before`."""
    said = [entry.at.astimezone(UTC).isoformat(timespec="microseconds"), *(getattr(entry, name) for name in SEALED)]
    return digest_of(f"{before}\n{canonical(said)}")


def shortened(values: dict[str, Any]) -> tuple[str, list[AuditText]]:
    """The fields as an entry keeps them, and the long values that are kept beside it."""
    kept, beside = {}, []
    for name, value in values.items():
        text = canonical(value)
        if len(text) > LONG:
            beside.append(AuditText(digest=digest_of(text), text=text))
            kept[name] = {KEPT: beside[-1].digest, "size": len(text)}
        else:
            kept[name] = value
    return canonical(kept), beside


def is_beside(value: Any) -> bool:
    return isinstance(value, dict) and value.keys() == {KEPT, "size"}


def append(entries: Sequence[AuditEntry], beside: Sequence[AuditText], at: datetime) -> None:
    """Numbers, seals and writes; the last statements before the commit. Inside a transaction."""
    assert connection.in_atomic_block
    AuditText.objects.bulk_create(beside, ignore_conflicts=True)
    counter = Counter.objects.filter(name=COUNTER)
    if not counter.update(value=F("value") + len(entries)):
        Counter.objects.get_or_create(name=COUNTER)
        counter.update(value=F("value") + len(entries))
    first = Counter.objects.get(name=COUNTER).value - len(entries) + 1
    # One that somebody removed leaves the chain broken there, and people can go on working: `verify` tells it.
    last = AuditEntry.objects.filter(number=first - 1).values_list("hash", flat=True).first() or START
    for number, entry in enumerate(entries, first):
        entry.number, entry.at = number, at
        last = entry.hash = seal(entry, last)
    AuditEntry.objects.bulk_create(entries)


def head() -> Head:
    last = AuditEntry.objects.order_by("-number").values_list("number", "hash").first()
    return Head(*last) if last else Head(0, START)


def verify(noted: Head | None = None) -> Fault | None:
    """Walks the whole chain, a thousand entries in memory at a time; the first fault, or None.

    `noted`: a head that somebody wrote down elsewhere; whoever rewrote the whole chain did not rewrite that.
    """
    expected, last = 1, START
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1_000):
        if entry.number != expected:
            return Fault(expected, f"la trace {expected} manque")
        if entry.hash != seal(entry, last):
            return Fault(expected, f"la trace {expected} n’est pas telle qu’elle a été écrite, ou une trace avant elle")
        if noted and noted.number == expected and noted.hash != entry.hash:
            return Fault(expected, f"la trace {expected} n’a pas l’empreinte que vous aviez notée")
        if missing := next(_missing(entry), ""):
            return Fault(expected, f"un texte de la trace {expected} manque ou a changé ({missing})")
        expected, last = expected + 1, entry.hash
    told = Counter.objects.filter(name=COUNTER).values_list("value", flat=True).first() or 0
    told = max(told, noted.number if noted else 0)
    return Fault(expected, f"les traces {expected} à {told} manquent") if told >= expected else None


def _missing(entry: AuditEntry) -> Iterator[str]:
    for side in (entry.before, entry.after):
        if KEPT in side:
            for value in json.loads(side).values():
                if is_beside(value):
                    found = AuditText.objects.filter(digest=value[KEPT]).first()
                    if found is None or digest_of(found.text) != found.digest:
                        yield value[KEPT]
