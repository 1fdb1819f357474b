"""A batch of records, at most 200: recognised, compared with what is known, published, remembered.

What was foreseen is one short transaction (`harvesters.arrivals`). The rest is three, each safe to do again: the keys with
the ids that their records will have, the records, the stamps. Killed between two of them, the next run finds the ids and
makes no duplicate.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyoxigraph as ox
from django.db import DatabaseError, transaction
from django.utils import timezone

from catalogue import publishing
from catalogue.addressing import minted
from catalogue.dcat.closures import renamed
from catalogue.dcat.formats import FormatError
from catalogue.errors import CatalogueError
from catalogue.inserting import insert, new, update
from catalogue.publishing import Draft
from harvesters.ahead import Ahead, stamp_of
from harvesters.arrivals import arrive
from harvesters.base import Found, LeaveOut, SkipRecord
from harvesters.keyed import Name, candidates, keys_of, whose
from harvesters.marks import Sign
from harvesters.models import HarvestRecord
from harvesters.planning import Plan
from harvesters.reading import draft_of, refuse, said_of
from harvesters.reception import Reception
from harvesters.routes import Routes, Way
from harvesters.tallies import GIVEN_UP, LONGEST_REASON, Item, Tally

# Id of a HarvestRecord met in this run -> who it came as (`whose`), None when its page was not read again.
Seen = dict[int, int | None]


class Batch:
    """Takes one batch in, and adds what it met to `seen`."""

    def __init__(
        self, routes: Routes, tally: Tally, reception: Reception, seen: Seen, plan: Plan | None = None
    ) -> None:
        self.source, self.routes, self.tally, self.reception = routes.source, routes, tally, reception
        self.seen, self.plan = seen, plan
        self.renamed: dict[Any, ox.NamedNode] = {}

    def take(
        self, founds: list[Found], were: Mapping[int, int] | None = None, told: Sequence[Ahead | None] = ()
    ) -> list[Item]:
        """Takes in what is known, and what is new; `were`: position of a record renamed by its source -> its row; `told`:
        what was read of each beforehand.
        """
        return self._take(self._recognise(founds, were or {}, told))

    def take_known(self, founds: list[Found], told: Sequence[Ahead | None] = ()) -> tuple[list[Item], list[Found]]:
        """Takes in what is known, or cannot be; the rest is new, or known under another name."""
        items = self._recognise(founds, {}, told)
        new = [not item.row.pk and bool(item.found.keys) and not item.found.refused for item in items]
        if self.routes.first:  # nothing is known under another name, but what another source gives
            self._find_ways([item for item, is_new in zip(items, new, strict=True) if is_new])
            new = [item.way is not None and not item.way.sure for item in items]
        known = [item for item, is_new in zip(items, new, strict=True) if not is_new]
        return self._take(known), [item.found for item, is_new in zip(items, new, strict=True) if is_new]

    def _find_ways(self, items: list[Item]) -> None:
        asked = [item for item in items if item.open and not item.way]
        for item, way in zip(asked, self.routes.find([(item.found, item.row) for item in asked]), strict=True):
            item.way = way

    def _take(self, items: list[Item]) -> list[Item]:
        for item in items:
            self.tally.of(item.found.kind).found += 1
            self._read(item)
        self._go([item for item in items if item.ready and item.asking])
        if self.plan:
            self._publish([item for item in items if item.ready])
        else:
            self._write(items)
        self._count_aside(items)
        self.seen.update({item.row.pk: whose(item.found) for item in items if item.row.pk})
        published = (item.row for item in items if item.left_out and item.row.record and item.row.gone_at is None)
        self.tally.unwanted.update(row.pk for row in published)
        return items

    def _recognise(self, founds: list[Found], were: Mapping[int, int], told: Sequence[Ahead | None]) -> list[Item]:
        """Ties each record to the row that knows it: by the first of its keys that is known and not taken in this run."""
        keys = {key for found in founds for key in keys_of(found)}
        known = {(row.kind, row.key): row for row in HarvestRecord.objects.filter(source=self.source, key__in=keys)}
        used: dict[Name, int] = {}
        before = HarvestRecord.objects.in_bulk(were.values())
        items = []
        for position, (found, names) in enumerate(zip(founds, candidates(founds), strict=True)):
            choice = self._choose(found, names, known, used)
            if choice is None:
                self.tally.repeated += 1
                continue
            used[choice] = whose(found)
            row = known.get(choice) or self._row(choice)
            item = Item(found, row, position=position, ahead=told[position] if told else None)
            if not row.pk and position in were:
                item.row = before[were[position]]
                item.was, item.row.key = item.row.key, choice[1]
                self.tally.of(found.kind).recognised += 1
            items.append(item)
        return items

    def _row(self, name: Name) -> HarvestRecord:
        row = new(HarvestRecord, kind=name[0], key=name[1], since=timezone.now())
        row.source = self.source
        return row

    def _choose(
        self, found: Found, names: list[Name], known: dict[Name, HarvestRecord], used: dict[Name, int]
    ) -> Name | None:
        """The key to go by; None when this very record was met before in this run (one item on two pages is one)."""
        here = [c for c in names if c in known and c not in used and known[c].pk not in self.seen]
        if here:
            return here[0]
        taken = [used[c] if c in used else self.seen[known[c].pk] for c in names if c in used or c in known]
        if any(uri is None or uri == whose(found) for uri in taken):
            return None
        return next((c for c in names if c not in known and c not in used), None)

    def _read(self, item: Item) -> None:
        try:
            refuse(item.found)
            if item.ahead and self._is_as_foreseen(item, item.ahead):
                return
            identity = None if item.given_back else self._identify(item)
            read = self._read_beforehand(item, identity)
            said = None if read else said_of(item.found)
            if said:
                item.stamp = stamp_of(said.text, self.reception, silent=item.row.follows)
            if item.row.stamp == item.stamp and item.row.left_out:
                raise LeaveOut(item.row.left_out)
            if item.row.stamp == item.stamp and item.row.gone_at is None:
                self.tally.of(item.found.kind).unchanged += 1
                return
            item.draft = draft_of(item.found, said, self.source, self.reception, identity) if said else read
            if item.row.follows and not item.asking:
                self._follow(item)
            elif not item.asking:
                item.row.record = identity
        except LeaveOut as error:
            self._leave_out(item, error.message)
        except (SkipRecord, FormatError) as error:
            item.reason = str(error).replace("\0", "")

    def _is_as_foreseen(self, item: Item, ahead: Ahead) -> bool:
        """Whether it was read beforehand as what it is: new, under the first of its keys. Raises SkipRecord and LeaveOut."""
        new = not item.row.pk and not item.went and (item.found.id is None or item.row.key == item.found.keys[0])
        if not new or not (ahead.foreseen or ahead.reason or ahead.left_out):
            return False
        item.stamp, item.foreseen = ahead.stamp, ahead.foreseen
        if ahead.left_out:
            raise LeaveOut(ahead.left_out)
        if ahead.reason:
            raise SkipRecord(ahead.reason)
        return True

    def _read_beforehand(self, item: Item, identity: uuid.UUID | None) -> Draft | None:
        """What was read of it as the record that it is, and that speaks here; its stamp then stands."""
        ahead, follows = item.ahead, item.row.follows
        if follows or not ahead or not ahead.draft or ahead.draft.id != identity:
            return None
        item.stamp = ahead.stamp
        return ahead.draft

    def _go(self, items: list[Item]) -> None:
        """Those that another route gives are that record, and follow or speak; the others are new."""
        self._find_ways(items)
        for item in items:
            assert item.way
            if item.go(item.way):
                item.draft = item.foreseen = None
                self._read(item)
            if item.foreseen:
                item.row.record = item.foreseen.id
            elif item.draft:
                item.row.record = item.draft.id
                item.draft = replace(item.draft, returns=item.way.returns)

    def _follow(self, item: Item) -> None:
        """Nothing of it is published: another route speaks, or it is ours."""
        item.draft = None
        self.tally.given_back += item.given_back
        self.tally.of(item.found.kind).followed += not item.given_back
        if self.plan:
            self.plan.follow(item.found.kind, item.row.record, item.found.title, item.why_silent)

    def _leave_out(self, item: Item, reason: str) -> None:
        item.left_out = reason[:LONGEST_REASON]
        self.tally.leave_out(item.found.kind, item.left_out)
        if self.plan:
            self.plan.leave_out(item.found.kind, item.title, item.left_out)

    def _identify(self, item: Item) -> uuid.UUID:
        """The id of its record; a node that was named after another key than the one known is named again."""
        found, row = item.found, item.row
        if found.id is None:
            return row.record or uuid.uuid4()
        identity = row.record or (found.id if row.key == found.keys[0] else uuid.uuid4())
        if identity != found.id:
            node = found.subject
            names = {node: ox.NamedNode(minted(identity))}
            self.renamed |= names
            item.found = replace(found, triples=tuple(renamed(triple, names) for triple in found.triples))
        return identity

    def _write(self, items: list[Item]) -> None:
        arrived = arrive(items, self.routes)
        for item in arrived:
            self._count(item, "created")
        there = {item.position for item in arrived}
        rest = [item for item in items if item.position not in there]
        self._remember_keys([item.row for item in rest if item.row.pk is None])
        self._publish([item for item in rest if item.ready])
        self._remember_stamps(rest)

    def _remember_keys(self, new: list[HarvestRecord]) -> None:
        if new:
            with transaction.atomic():
                insert(new)

    def _publish(self, items: list[Item]) -> None:
        """All at once; when the batch is refused, one by one, so that one bad record stops no other."""
        for item in items:
            if item.foreseen:  # it must be prepared like the others after all
                item.ahead = item.foreseen = None
                self._read(item)
        items = [item for item in items if item.draft]
        if not items:
            return
        try:
            drafts = [item.draft for item in items if item.draft]
            verbs = [told.verb for told in (self.plan.publish(drafts) if self.plan else publishing.publish(drafts))]
        except (CatalogueError, DatabaseError, ValueError) as error:
            if len(items) == 1:
                items[0].reason = f"La fiche n’a pas pu être enregistrée : {error}"
                return
            for item in items:
                self._publish([item])
            return
        for item, verb in zip(items, verbs, strict=True):
            self._count(item, verb)

    def _count(self, item: Item, verb: str) -> None:
        counts = self.tally.of(item.found.kind)
        setattr(counts, verb, getattr(counts, verb) + 1)
        self.tally.repairs.update(item.faults)

    def _remember_stamps(self, items: list[Item]) -> None:
        changed: list[Item] = []
        for item in items:
            row, stamp = item.row, "" if item.reason else item.stamp
            tries = min(row.tries + 1, GIVEN_UP) if item.reason else 0
            gone = row.gone_at if item.left_out else None
            told = (stamp, item.reason, tries, gone, None, item.left_out)
            known = (row.stamp, row.quarantine, row.tries, row.gone_at, row.absent_since, row.left_out)
            if item.was or known != told:
                row.stamp, row.quarantine, row.tries, row.gone_at, row.absent_since, row.left_out = told
                row.page = self._sign(item).page
                changed.append(item)
        if not changed:
            return
        fields = ["key", "record", "stamp", "quarantine", "tries", "page", "gone_at", "absent_since", "left_out"]
        # Together: what has a stamp is not looked at again, and would stay without its marks.
        with transaction.atomic():
            update([item.row for item in changed], fields)
            taken = [item for item in changed if not item.reason and not item.left_out]
            self.routes.keep(
                {item.row.pk: self._sign(item) for item in taken},
                {item.row.pk: item.row.follows for item in changed if item.turned},
                [item.way.silences for item in taken if item.way and item.way.silences],
            )

    def _sign(self, item: Item) -> Sign:
        item.way = item.way or Way(self.routes.sign(item.found))
        return item.way.sign

    def _count_aside(self, items: list[Item]) -> None:
        for item in items:
            if item.reason:
                self.tally.aside |= item.tried_again
                self.tally.set_aside(item.found.kind, item.title, item.reason, given_up=not item.tried_again)
                if self.plan:
                    self.plan.set_aside(item.found.kind, item.title, item.reason)
