"""One run that follows a feed: pages are believed, then the catalogue follows what they told.

A feed tells what changed. What it does not tell stays, and only a Delete withdraws.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from catalogue.batching import batches
from catalogue.dcat.formats import digest
from catalogue.publishing import BATCH
from harvesters.ahead import Ahead
from harvesters.base import Found, Unreadable
from harvesters.batches import Batch
from harvesters.departures import NAMES, REASON, leave_to_others, take_away
from harvesters.models import HarvestSource
from harvesters.newcomers import FEW
from harvesters.peers.again import AGAIN
from harvesters.peers.beginning import begin
from harvesters.peers.joining import founds, key_of
from harvesters.peers.ledger import MANY, Ledger, Rehearsal
from harvesters.peers.models import PeerFeed, PeerObject
from harvesters.peers.trust.door import Door
from harvesters.peers.trust.owning import Owning
from harvesters.peers.walking import Walk
from harvesters.reading import READER
from harvesters.succession import held_elsewhere

if TYPE_CHECKING:
    from harvesters.engine import Run

BACK: Final = (
    "La racine du flux est revenue en arrière : sa dernière activité est {now}, nous en avons lu une du {before:%d/%m/%Y à "
    "%H:%M:%S} UTC. Rien n’a été retiré ni remplacé. L’instance a peut-être été restaurée d’une sauvegarde : demandez-le à "
    "son gestionnaire. Si c’est le cas, relisez tout (« Relire en entier » à la page « Instances », ou manage.py peer sync {address} --again)."
)
AHEAD: Final = "L’horloge de l’instance avance d’environ {} s sur la nôtre : c’est admis jusqu’à dix minutes."
NOTICED: Final = timedelta(seconds=5)
TOO_MANY: Final = (
    "L’instance retire {} {} sur {}, plus que la part admise ({:.0%}) : nous n’avons rien retiré. Si c’est bien ce qu’elle "
    "veut, relancez avec « --max-withdrawn 1 »."
)
OLDER: Final = "Activités plus anciennes que ce que nous savions déjà de leur objet, et sans effet : {}."


class Following:
    """The feed of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.ledger = Rehearsal(run.source) if run.dry else Ledger(run.source)
        self.feed = PeerFeed.objects.filter(source=run.source).first() or PeerFeed(source=run.source)
        self.door = Door(self.feed, run.asking.ask, run.row.messages, dry=run.dry)
        self.owning = Owning(self.feed, self.door.renewed)
        self.too_many: list[str] = []  # why Deletes wait for somebody's word
        self._waiting: deque[list[PeerObject]] = deque()  # what was given to be read, a batch each
        self._early: set[int] = set()  # rows that were given before the last page was read, once
        self._tried: set[int] = set()  # those that were set aside: the next run tries them again
        self._before = self._told = 0  # the newest row, and how many activities came since

    def read(self) -> bool:
        """Believes every page that may hold something new. Raises HarvestError once all that could be read was."""
        begin(self)
        walk = Walk(self.run.source.key, self.ledger.pages(), self.feed.read_until, self.door.ask)
        for turned in walk:
            if turned.page:
                self.feed.stream = self.feed.stream or turned.page.stream
                for fault in self.ledger.take(turned, self.owning.admitted(turned.page)):
                    self.run.tally.set_aside("dataset", fault.name, fault.reason, given_up=False)
                self.follow_early(len(turned.page.activities))
            elif turned.known:
                self.ledger.meet(turned.known.newest)
            self.run.beat()
        if self.ledger.ahead > NOTICED:
            self.run.row.messages.append(AHEAD.format(round(self.ledger.ahead.total_seconds())))
        if self.ledger.older:
            self.run.row.messages.append(OLDER.format(self.ledger.older))
        self.ledger.forget(walk.lost)
        if walk.failures:
            self.run.row.messages += [error.message for error in walk.failures[1:]]
            raise walk.failures[0]
        self.door.look_again()
        self._moved_on(self.ledger.newest)
        if self.feed.reading == AGAIN and self.ledger.leave_unsaid():
            self.feed.reading = ""
        return True

    def follow_early(self, told: int) -> None:
        """Of a first reading, whose records are all new: they are taken in while the next pages come, so that neither process waits
        for the other. `told`: activities of the page that came. What it told waits for the next: it may say more of the same.
        """
        self._told += told
        if self.run.dry or not self.run.routes.first or self._told < BATCH:
            return
        before, self._before, self._told = self._before, self.ledger.last(), 0
        for rows in self.ledger.due_early(before, self._early):
            self._early.update(row.pk for row in rows)
            self._waiting.append(rows)
            for found, read in self.run.beside.push(founds(rows, self.ledger)):
                self._take(self._waiting.popleft(), found, read)

    def _moved_on(self, newest: datetime | None) -> None:
        """Remembers how far the feed was read; raises Unreadable when it ends before what it showed once."""
        before = self.feed.newest
        if before and (newest is None or newest < before):
            raise Unreadable(
                BACK.format(
                    now=f"du {newest:%d/%m/%Y à %H:%M:%S} UTC" if newest else "absente",
                    before=before,
                    address=self.run.source.key,
                )
            )
        self.feed.newest = self.feed.read_until = newest
        self._keep()

    def _keep(self) -> None:
        if not self.run.dry:
            self.feed.save()

    def settle(self) -> None:
        """The catalogue follows what was believed so far, even when the feed could not be read to its end."""
        reading = digest(f"{READER}{self.run.reception.mark}")
        if self.feed.reading not in ("", AGAIN, reading):
            self.ledger.all_due()
        self._speak_again()
        for found, told in self.run.beside.rest():
            self._take(self._waiting.popleft(), found, told)
        gone: list[PeerObject] = []
        for rows, found, told in self._read_ahead(gone):
            self._take(rows, found, told)
        for kind in NAMES:
            self._withdraw(kind, [row for row in gone if row.kind == kind])
        if self.feed.reading != AGAIN:
            self.feed.reading = reading
        self.feed.title = self.ledger.title() or self.feed.title
        self._keep()
        if self.feed.title and not self.run.dry:  # what people read of where a record comes from
            HarvestSource.objects.filter(pk=self.run.source.pk, title="").update(title=self.feed.title)

    def _read_ahead(self, gone: list[PeerObject]) -> Iterator[tuple[list[PeerObject], list[Found], list[Ahead | None]]]:
        """The records that are due, with what was read of them; those that are gone are put in the list."""

        def lots() -> Iterator[list[Found]]:
            tried = self.ledger.as_given(self._tried)
            for rows in self.ledger.due():
                gone.extend(row for row in rows if row.gone)
                self._waiting.append([row for row in rows if not row.gone and row.pk not in tried])
                yield self._known(founds(self._waiting[-1], self.ledger))

        for found, told in self.run.beside.read(lots()):
            yield self._waiting.popleft(), found, told

    def _known(self, found: list[Found]) -> list[Found]:
        """With the records that they were, so that who reads them beforehand need not ask."""
        if self.run.routes.first or not self.run.beside.wanted:
            return found
        rows = self.run.source.records.filter(key__in=[one.keys[0] for one in found], record__isnull=False)
        known = {(kind, key): record for kind, key, record in rows.values_list("kind", "key", "record")}
        return [replace(one, known=known.get((one.kind, one.keys[0]))) for one in found]

    def _take(self, rows: Sequence[PeerObject], found: list[Found], told: Sequence[Ahead | None]) -> None:
        run = self.run
        run.beat()
        run.routes.know(found, told)
        run.routes.settle(found)
        # An object that a later page tells of again comes twice: it is no repetition, and has the last word.
        batch = Batch(run.routes, run.tally, run.reception, {}, run.plan)
        again = {rows[item.position].pk for item in batch.take(found, told=told) if item.tried_again}
        self._tried |= again
        self.ledger.done(row for row in rows if row.pk not in again)

    def _speak_again(self) -> None:
        """Records that another source gave, and that it gives no more (`succession.promote`)."""
        rows = self.run.source.records.filter(stamp="", quarantine="", left_out="", gone_at=None, follows=False)
        keys = rows.filter(record__isnull=False).values_list("key", flat=True)
        self.ledger.due_again([key.removeprefix("iri:") for key in keys])

    def _withdraw(self, kind: str, gone: Sequence[PeerObject]) -> None:
        """What the feed says deleted, in one go, or nothing when it is so much that somebody must decide."""
        by_key = {key_of(row): row for row in gone}
        records = self.run.source.records.filter(kind=kind, gone_at=None)
        rows = [
            row
            for some in batches(by_key, MANY)
            for row in records.filter(key__in=some).values_list("pk", "record", "follows")
        ]
        spoken = [(pk, record) for pk, record, follows in rows if record and not follows]
        known = records.filter(record__isnull=False, follows=False).count()
        if len(spoken) > FEW and len(spoken) > self.run.max_withdrawn * known:
            self.too_many.append(TOO_MANY.format(len(spoken), NAMES[kind], known, self.run.max_withdrawn))
            return
        also = held_elsewhere(self.run.source, [record for _, record in spoken])
        mine = [row for row in spoken if row[1] not in also]
        if self.run.plan:
            self.run.plan.withdraw(kind, [record for _, record in mine], REASON)
        else:
            leave_to_others([pk for pk, record, follows in rows if follows or record in also], self.run.beat)
            take_away(kind, mine, REASON, self.run.beat)
        self.run.tally.of(kind).withdrawn += len(mine)
        self.ledger.done(gone)
