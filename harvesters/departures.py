"""What the source no longer has: withdrawn after a complete reading, past its days of grace, and never too much at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from catalogue import publishing
from catalogue.dcat.mapping import MODELS
from catalogue.models import User
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.planning import Plan
from harvesters.succession import held_elsewhere

NAMES = {"dataset": "jeux de données", "service": "services"}
REASON = "La source ne la publie plus."
UNWANTED = "Écartée par les règles de réception de sa source."


Row = tuple[int, uuid.UUID]


@dataclass(frozen=True)
class Departed:
    """The records of one kind that the run did not meet, of the `known` that are published: (row, record).

    `unwanted`: the rows that it met, and that the rules of reception leave out.
    """

    kind: str
    known: int
    rows: tuple[Row, ...]
    unwanted: frozenset[int] = frozenset()

    def too_many(self, share: float) -> bool:
        return len(self.rows) > share * self.known

    def without(self, found: Collection[int]) -> Departed:
        return replace(self, rows=tuple(row for row in self.rows if row[0] not in found))

    def only_of(self, records: Collection[uuid.UUID]) -> Departed:
        return replace(self, rows=tuple(row for row in self.rows if row[1] in records))


def departed(
    source: HarvestSource, kind: str, seen: Collection[int], unwanted: Collection[int] = frozenset()
) -> Departed:
    rows = source.records.filter(kind=kind, record__isnull=False, gone_at__isnull=True, follows=False)
    every = {pk: record for pk, record in rows.exclude(stamp="").values_list("pk", "record") if record}
    # Set aside, or killed before it could say so: what of it is published?
    unsure = {record: pk for pk, record in rows.filter(stamp="").values_list("pk", "record") if record}
    live = MODELS[kind].objects.published().filter(pk__in=unsure)  # type: ignore[attr-defined]
    every |= {unsure[record]: record for record in live.values_list("pk", flat=True)}
    gone = tuple((pk, record) for pk, record in every.items() if pk not in seen or pk in unwanted)
    return Departed(kind, len(every), gone, frozenset(pk for pk, _ in gone if pk in unwanted))


def withdraw(
    source: HarvestSource, gone: Departed, beat: Callable[[], None], plan: Plan | None, moved: str = ""
) -> tuple[int, list[str]]:
    """How many were withdrawn (would be, with a plan), and what to tell of the others: those that are absent and wait, since
    they have days of grace left, and those that another source gives too (`harvesters.succession`).

    `moved`: what shows that the list changed while it was read, "" when nothing does. What the complete run before did
    not miss too waits for the next one. What a rule leaves out was seen, and waits for nothing: somebody here decided it.
    """
    elsewhere = held_elsewhere(source, [record for _, record in gone.rows])
    here = gone.only_of({record for _, record in gone.rows} - elsewhere)
    left = gone.only_of(elsewhere)
    lost, unwanted = here.without(gone.unwanted).rows, [row for row in here.rows if row[0] in gone.unwanted]
    now = timezone.now()
    grace = timedelta(days=settings.BOUTURE_GRACE_DAYS if source.grace_days is None else source.grace_days)
    since = dict(source.records.filter(absent_since__isnull=False).values_list("pk", "absent_since"))
    over = [row for row in lost if now - (since.get(row[0]) or now) >= grace and (row[0] in since or not moved)]
    for rows, reason in ((over, REASON), (unwanted, UNWANTED)):
        if plan:
            plan.withdraw(gone.kind, [record for _, record in rows], reason)
        else:
            take_away(gone.kind, rows, reason, beat)
    if not plan:
        _remember_absent([pk for pk, _ in lost if pk not in since], beat)
        leave_to_others([pk for pk, _ in left.rows], beat)
    told = [left_to_others(gone.kind, len(left.rows))] if left.rows else []
    absent = len(lost) - len(over)
    return len(over) + len(unwanted), told + ([spared(gone.kind, absent, moved)] if absent else [])


def leave_to_others(rows: Sequence[int], beat: Callable[[], None]) -> None:
    """Remembers that they are gone from their source; other sources give the records, which stay published."""
    for start in range(0, len(rows), publishing.BATCH):
        some = HarvestRecord.objects.filter(pk__in=rows[start : start + publishing.BATCH])
        some.update(gone_at=timezone.now(), absent_since=None)
        beat()


def _remember_absent(new: Sequence[int], beat: Callable[[], None]) -> None:
    now = timezone.now()
    for start in range(0, len(new), publishing.BATCH):
        some = new[start : start + publishing.BATCH]
        HarvestRecord.objects.filter(pk__in=some).update(absent_since=now)
        beat()


def take_away(kind: str, rows: Sequence[Row], reason: str, beat: Callable[[], None], actor: User | None = None) -> None:
    """Withdraws records of a source, in batches, and remembers that they are gone from it."""
    now = timezone.now()
    for start in range(0, len(rows), publishing.BATCH):
        batch = rows[start : start + publishing.BATCH]
        keys = [record for _, record in batch]
        # What has become ours, another catalogue does not withdraw.
        records = MODELS[kind].objects.filter(pk__in=keys, harvested=True)  # type: ignore[attr-defined]
        # Together: killed between the two, it would look like a record that somebody here withdrew, for good.
        with transaction.atomic():
            publishing.withdraw(list(records), reason, actor)
            HarvestRecord.objects.filter(pk__in=[pk for pk, _ in batch]).update(gone_at=now)
        beat()


def forget_unwanted(source: HarvestSource, seen: Collection[int]) -> None:
    """Of the records that are left out, those that the source no longer has: drops the rows that were never published."""
    rows = source.records.exclude(left_out="").values_list("pk", flat=True)
    gone = [pk for pk in rows.iterator(chunk_size=2_000) if pk not in seen]
    for start in range(0, len(gone), publishing.BATCH):
        some = HarvestRecord.objects.filter(pk__in=gone[start : start + publishing.BATCH])
        some.filter(record=None).delete()
        some.update(left_out="")


def too_many(gone: Departed, share: float) -> str:
    if gone.unwanted:
        return (
            f"{len(gone.rows)} {NAMES[gone.kind]} sur {gone.known} seraient retirés, dont {len(gone.unwanted)} écartés par "
            f"vos règles de réception, plus que la part admise ({share:.0%}) : nous n’avons rien retiré. Si c’est bien ce "
            "que veulent vos règles, relancez avec « --max-withdrawn 1 »."
        )
    return (
        f"{len(gone.rows)} {NAMES[gone.kind]} sur {gone.known} auraient disparu, plus que la part admise ({share:.0%}) : "
        "nous n’avons rien retiré. Si la source a vraiment changé, relancez avec « --max-withdrawn 1 »."
    )


def beyond_recognition(gone: Departed, fresh: int) -> str:
    return (
        f"La source semble avoir changé d’un coup ses identifiants : {len(gone.rows)} {NAMES[gone.kind]} sur {gone.known} "
        f"disparaîtraient et {fresh} seraient créés, sans que les titres et les adresses permettent de les reconnaître. "
        "Nous n’avons rien créé ni retiré. Si ce sont vraiment d’autres jeux de données, relancez avec « --max-withdrawn 1 » ; "
        "sinon, demandez au gestionnaire de la source de rétablir ses identifiants."
    )


def left_to_others(kind: str, count: int) -> str:
    return (
        f"{NAMES[kind].capitalize()} que la source ne donne plus, et qui restent publiés parce qu’une autre nous les donne : "
        f"{count}. Leurs fiches seront celles de cette autre source à sa prochaine moisson."
    )


def spared(kind: str, count: int, moved: str) -> str:
    if moved:
        return (
            f"La liste de la source a bougé pendant sa lecture : {moved}. Des fiches ont pu nous échapper, et nous n’avons "
            f"pas retiré {count} {NAMES[kind]} que nous n’avons pas vus. Chacun sera retiré s’il manque encore à la "
            "prochaine moisson."
        )
    return (
        f"{NAMES[kind].capitalize()} absents de la source et pas encore retirés, le temps des jours de grâce : {count}. "
        "Chacun sera retiré s’il ne revient pas."
    )
