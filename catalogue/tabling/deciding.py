"""What may tell of natural persons, and what its body decides: nothing of it is shown to others before.

A file that was deposited here waits for every suspicion to be decided. One that its body already publishes elsewhere
waits only for what no publisher can have meant (GRAVE); the rest is pointed out to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalogue import auditing, log
from catalogue.auditing import Thing
from catalogue.errors import Refused
from catalogue.models import Change, Organisation, Record, Table, TableDecision, TableVersion, User
from catalogue.tables.contract import Decision, Order, Suspicion
from catalogue.tables.plain import options_from, suspicions_from
from catalogue.tabling import keeping

GRAVE: Final = frozenset({"nir", "birth", "iban"})
FIELD: Final = "table"  # in the lines of the log
LONGEST: Final = 2_000  # characters of a reason


def standing(table: Table) -> list[TableDecision]:
    """The last decision on each suspicion."""
    last: dict[tuple[str, tuple[str, ...]], TableDecision] = {}
    for decision in table.decisions.exclude(code=TableDecision.UNREAD):
        last.setdefault((decision.code, tuple(decision.columns)), decision)
    return list(last.values())


def undecided(table: Table, suspicions: Iterable[Suspicion]) -> list[Suspicion]:
    decided = {(one.code, tuple(one.columns)) for one in standing(table) if one.choice != TableDecision.Choice.WITHHOLD}
    return [one for one in suspicions if (one.code, one.columns) not in decided]


def withheld(table: Table, suspicions: Sequence[Suspicion]) -> bool:
    """Whether a version in which this is suspected is for its body alone."""
    left = undecided(table, suspicions)
    refused = {tuple(one.columns) for one in standing(table) if one.choice == TableDecision.Choice.WITHHOLD}
    return any(table.deposit or one.code in GRAVE or one.columns in refused for one in left)


def remedies(table: Table) -> tuple[Decision, ...]:
    """What is to be done to the rows each time that they are read: the original is then for its body alone."""
    kept = {TableDecision.Choice.PUBLISH, TableDecision.Choice.WITHHOLD}
    return tuple(
        Decision(one.code, tuple(one.columns), one.choice) for one in standing(table) if one.choice not in kept
    )


def order_of(table: Table) -> Order:
    """How its file is to be read, by what its record, who publishes it and its body say now."""
    return Order(options_from(table.options), tuple(table.declared), remedies(table), domains(table.dataset.owner))


def domains(body: Organisation) -> tuple[str, ...]:
    """Those of its own addresses, which tell of nobody."""
    site = urlsplit(body.homepage or "").hostname or ""
    given = {body.email.rpartition("@")[2], site.removeprefix("www.")} - {""}
    return tuple(sorted(given))


def decide(version: TableVersion, code: str, columns: Sequence[str], choice: str, reason: str, actor: User) -> None:
    """Records it; what it changes in the rows is done when the table is read again, at once.

    Of a new remedy, the rows that are there are for the body alone until then, and those of the versions before them go.
    Raises Refused when nothing of the kind is suspected in this version, or when the choice is none.
    """
    said = suspicions_from(version.suspicions)
    found = next((one for one in said if one.code == code and list(one.columns) == list(columns)), None)
    if found is None:
        raise Refused(_("Ce fichier a changé entre-temps. Relisez ce qui y est signalé, puis décidez."))
    if choice not in (TableDecision.Choice.PUBLISH, TableDecision.Choice.WITHHOLD, *found.remedies):
        raise Refused(_("Choisissez l’une des réponses proposées."))
    table = version.table
    before = set(remedies(table))
    with log.transaction(actor) as entries:
        _record(table, version.number, code, columns, choice, reason, actor)
        after = set(remedies(table))
        again = bool(after) or version.reading.get("remedied")
        if again:
            Table.objects.filter(pk=table.pk).update(next_at=timezone.now())
        if not again or after - before or choice == TableDecision.Choice.WITHHOLD:
            closed = bool(after - before) or withheld(table, said)
            TableVersion.objects.filter(pk=version.pk).update(withheld=closed)
            version.withheld = closed
        with override(settings.LANGUAGE_CODE):  # kept in the base
            line = f"Données personnelles : {TableDecision.Choice(choice).label}."
        entries.extend(told(table, line, closed=version.withheld))
    if after - before:
        keeping.unlearn(table, version.number)


def publish_unread(table: Table, choice: str, reason: str, actor: User) -> None:
    """Whether what was deposited and cannot be read is for all: until other bytes come in its place, or it is read.

    Raises Refused when there is nothing of the kind to decide.
    """
    if table.deposit is None or table.current is not None or table.state != Table.State.REFUSED:
        raise Refused(_("Ce fichier n’attend pas cette décision. Rechargez la page pour voir où il en est."))
    if choice not in (TableDecision.Choice.PUBLISH, TableDecision.Choice.WITHHOLD):
        raise Refused(_("Choisissez l’une des réponses proposées."))
    with log.transaction(actor) as entries:
        _record(table, 0, TableDecision.UNREAD, (), choice, reason, actor)
        Table.objects.filter(pk=table.pk).update(unread_public=choice == TableDecision.Choice.PUBLISH)
        with override(settings.LANGUAGE_CODE):  # kept in the base
            line = f"Fichier qui n’a pas pu être lu : {TableDecision.Choice(choice).label}."
        entries.extend(told(table, line))


def said_of_unread(table: Table) -> TableDecision | None:
    """The last decision on a deposit that could not be read."""
    return table.decisions.filter(code=TableDecision.UNREAD).select_related("author").first()


def _record(
    table: Table, version: int, code: str, columns: Sequence[str], choice: str, reason: str, actor: User
) -> None:
    said = {"code": code, "columns": list(columns), "choice": choice, "table": str(table.pk)}
    auditing.tell(actor, "personal.decide", Thing.record(table.dataset), after=said, reason=reason[:LONGEST])
    TableDecision.objects.create(
        table=table,
        version=version,
        code=code,
        columns=list(columns),
        choice=choice,
        reason=reason[:LONGEST],
        author=actor,
        at=timezone.now(),
    )


def told(table: Table, reason: str = "", *, closed: bool = False) -> list[log.Entry]:
    """The line that tells of what is inside a file. `closed`: its rows are for its body alone; who searches must not wait for the
    index to have read so, hence a restricting line of its own, that touches nothing else of the dataset. Of a draft the log
    says nothing.
    """
    if table.dataset.status == Record.Status.DRAFT:
        return []
    verb, derived = Change.Verb.UPDATE, Change.Kind.DERIVED
    line = log.Entry(verb, table.dataset_id, kind=derived, fields=(FIELD,), reason=reason)
    return [line, log.Entry(verb, table.pk, "table", derived, restricts=True, fields=(FIELD,))] if closed else [line]
