"""The feed as a reader of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction

from catalogue.batching import batches
from catalogue.dcat.mapping import MODELS
from catalogue.feeding import mentions, policy
from catalogue.feeding.policy import Policy, Row
from catalogue.feeding.showing import catalogue_address, catalogue_digest, let_out
from catalogue.feeding.writing import READER, Said, tell
from catalogue.log import LogReader, cursor_of, last_number
from catalogue.models import Change, FeedMember

RULES: Final = 2  # raised when the same records are announced in another way, so that all are looked at again
BATCH: Final = 200
# Fields of a line that change nothing of what others may follow, nor whether they may.
SILENT: Final = frozenset({"territory", "harvested", "said", "grants"})

# Of one record: the line of the log that tells of it, and whether that may have hidden it, or changed its text, for a moment.
Lines = Mapping[UUID, tuple[int, bool]]
NOBODY: Final = Policy()


class FeedReader(LogReader):
    """Announces what changed of the public records. Who reads the pages sees at once what is hidden, without it."""

    name = READER

    def state(self) -> str:
        return f"{RULES} {catalogue_digest()[:12]} {policy.stamp()}"

    def start_over(self) -> int:
        """Looks at every record; those that are announced as they are keep their place. The log is then read on."""
        number, lifted = last_number(), Policy.now(lifted=True)
        tell([Said(catalogue_address(), FeedMember.Kind.CATALOG, UUID(int=0), catalogue_digest(), number)])
        for kind, model in MODELS.items():
            keys = model.objects.order_by().values_list("pk", flat=True)  # type: ignore[attr-defined]
            announced = FeedMember.objects.filter(kind=kind).exclude(digest="").values_list("record", flat=True)
            for some in batches(sorted({*keys.iterator(), *announced.iterator()}), BATCH):
                follow(kind, dict.fromkeys(some, (number, False)), lifted)
                self.beat()
        policy.forget(lifted)
        return cursor_of(self.name) or number

    def handle(self, changes: Sequence[Change]) -> None:
        for kind in MODELS:
            follow(kind, _lines(change for change in changes if change.record_type == kind))


def _lines(changes: Iterable[Change]) -> Lines:
    found: dict[UUID, tuple[int, bool]] = {}
    for change in changes:
        silent = bool(change.fields) and SILENT.issuperset(change.fields)
        found[change.record] = change.number, not silent or found.get(change.record, (0, False))[1]
    return found


def follow(kind: str, lines: Lines, lifted: Policy = NOBODY) -> int:
    """Announces what these records are now, at most BATCH of them; returns how many activities that made.

    A record that was hidden, or said otherwise, and is as before is announced again: who came in between lacks it.
    `lifted`: what was withheld until lately.
    """
    if not lines:
        return 0
    there = let_out(kind, lines, Policy.now())
    found = mentions.read(kind, there)
    with transaction.atomic():
        beside = list(mentions.said_of(mentions.note(lines, found), lines))
        # What is referred to comes first, and goes last (DCAT-AP Feeds).
        said = [
            *_gone(kind, lines, there),
            *(one for one in beside if one.digest),
            *sorted(_there(kind, lines, there, lifted), key=lambda one: one.change),
            *(one for one in beside if not one.digest),
        ]
        return tell(_once(said))


def _once(said: Iterable[Said]) -> list[Said]:
    """One an object: an address that one record leaves and another takes is not gone."""
    found: dict[str, Said] = {}
    for one in said:
        if one.digest or one.object not in found:
            found[one.object] = one
    return list(found.values())


def _there(kind: str, lines: Lines, there: Mapping[UUID, Row], lifted: Policy) -> Iterator[Said]:
    for row in there.values():
        number, again = lines[row.key]
        yield Said(row.uri, kind, row.key, row.digest, number, again, lifted.withholds(row))


def _gone(kind: str, lines: Lines, there: Mapping[UUID, Row]) -> Iterator[Said]:
    held = FeedMember.objects.filter(kind=kind, record__in=list(lines)).exclude(digest="")
    for key, address in held.values_list("record", "object"):
        if key not in there or there[key].uri != address:
            yield Said(address, kind, key, "", lines[key][0])
