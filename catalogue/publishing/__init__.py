"""The only writers of records. A form, an API call, a harvest and a peer all come through these verbs.

Each verb writes the records and their lines of the log in one transaction. What takes time (reading, canonical form)
is done before it opens; a record that moved meanwhile is prepared again.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import log, permissions
from catalogue.auditing import acts
from catalogue.dcat.conformity import conforms
from catalogue.dcat.mapping import MODELS
from catalogue.drafting import Draft as Draft
from catalogue.drafting import Prepared, findings_of, prepare
from catalogue.errors import Conflict
from catalogue.inserting import insert, update
from catalogue.models import Change, Dataset, Distribution, FormerAddress, FormerPath, Layer, Organisation, Record, User
from catalogue.named import folded
from catalogue.publishing.second import refuse_alone

BATCH, ATTEMPTS = 200, 3


@dataclass(frozen=True)
class Outcome:
    """What became of one draft, in the order in which they were given."""

    id: uuid.UUID
    verb: str  # "created", "updated", "unchanged"
    fields: tuple[str, ...] = field(default=())


def publish(drafts: Sequence[Draft], actor: User | None = None) -> list[Outcome]:
    """Publishes at most BATCH records in one transaction; a withdrawn record comes back as itself.

    Raises Conflict when a record is not of the version that its draft names, or when others keep changing the same
    records; Refused for who publishes alone where a second person is asked for; ValueError for more than BATCH.
    """
    if len(drafts) > BATCH:
        raise ValueError(f"{len(drafts)} records in one batch, at most {BATCH}")
    refuse_alone(drafts, actor)
    for _attempt in range(ATTEMPTS):
        prepared = prepare(drafts)
        try:
            if _write(prepared, actor):
                return _outcomes(prepared)
        except IntegrityError:  # an address or a name was taken meanwhile: prepare with what is now there
            continue
    return _publish_alone(drafts, actor)


def _publish_alone(drafts: Sequence[Draft], actor: User | None) -> list[Outcome]:
    """For records that others keep changing: locks them first, prepares them after."""
    with transaction.atomic():
        for kind, model in MODELS.items():
            wanted = [draft.id for draft in drafts if draft.id and draft.kind == kind]
            list(model.objects.select_for_update().filter(pk__in=wanted).values_list("pk"))  # type: ignore[attr-defined]
        prepared = prepare(drafts)
        if not _write(prepared, actor):
            told = _("Ces fiches changent sans cesse pendant l’enregistrement. Réessayez dans quelques instants.")
            raise Conflict(told)
        return _outcomes(prepared)


def _outcomes(prepared: Sequence[Prepared]) -> list[Outcome]:
    return [Outcome(item.row.pk, item.verb, tuple(item.changed)) for item in prepared]


def _write(prepared: Sequence[Prepared], actor: User | None) -> bool:
    """Writes what changed; False when a record is no longer what was read."""
    changed = [item for item in prepared if item.verb != "unchanged"]
    if not changed:
        return True
    with log.transaction(actor) as entries:
        models = {type(item.row) for item in changed}
        by_model = {model: [item for item in changed if type(item.row) is model] for model in models}
        if any(_moved(model, items) for model, items in by_model.items()):
            return False
        before = acts.states(changed, actor)
        for model, items in by_model.items():
            _upsert(model, items)
        _write_distributions(changed)
        Layer.objects.bulk_update([item.layer for item in changed if item.layer], ["said", "territory"])
        _write_addresses([item.row for item in changed if item.moved])
        entries.extend(
            log.Entry(
                Change.Verb.CREATE if item.verb == "created" else Change.Verb.UPDATE,
                item.row.pk,
                item.row.kind,
                fields=tuple(item.changed) if item.verb == "updated" else (),
                # Its former body may no longer see it, whatever the index still holds.
                restricts="owner" in item.changed and item.row.private,
                reason=item.gesture,
            )
            for item in changed
            if item.row.status != Record.Status.DRAFT
        )
        acts.tell_published(changed, before, actor)
    return True


def _moved(model: type[Record], items: Sequence[Prepared]) -> bool:
    read = {item.row.pk: item.version for item in items if item.version}
    if not read:
        return False
    now = dict(model.objects.select_for_update().filter(pk__in=read).values_list("pk", "version"))  # type: ignore[attr-defined]
    return now != read


def _upsert(model: type[Record], items: Sequence[Prepared]) -> None:
    fields = [f.name for f in model._meta.concrete_fields if not f.primary_key and f.name != "created_at"]
    new = [item.row for item in items if item.verb == "created"]
    old = [item.row for item in items if item.verb == "updated"]
    insert(new)
    update(old, fields)


def _write_distributions(items: Sequence[Prepared]) -> None:
    gone = [row.pk for item in items for row in item.gone]
    if gone:
        Distribution.objects.filter(pk__in=gone).delete()
    insert([row for item in items if item.verb == "created" for row in item.distributions])
    rows = [row for item in items if item.verb != "created" for row in item.distributions]
    fields = [f.name for f in Distribution._meta.concrete_fields if not f.primary_key]
    update(rows, fields)


def _write_addresses(moved: Sequence[Record]) -> None:
    for row in moved:
        FormerAddress.objects.filter(record=row.pk, uri=row.uri).delete()
    left = [FormerAddress(uri=uri, record=row.pk, kind=row.kind) for row in moved for uri in row.former_uris]
    FormerAddress.objects.bulk_create(left, ignore_conflicts=True)


def withdraw(records: Sequence[Record], reason: str, actor: User | None = None) -> int:
    """Takes records out of sight at once; nothing is deleted. Returns how many were still published."""
    done = 0
    for start in range(0, len(records), BATCH):
        with log.transaction(actor) as entries:
            for record in records[start : start + BATCH]:
                manager = type(record).objects  # type: ignore[attr-defined]
                live = manager.filter(pk=record.pk, status=Record.Status.PUBLISHED)
                if live.update(
                    status=Record.Status.WITHDRAWN,
                    withdrawn_reason=reason,
                    version=F("version") + 1,
                    updated_at=timezone.now(),
                ):
                    entries.append(
                        log.Entry(Change.Verb.WITHDRAW, record.pk, record.kind, restricts=True, reason=reason)
                    )
                    acts.tell_withdrawn(record, reason, actor)
            done += len(entries)
    return done


def adopt(records: Sequence[Record], paths: Sequence[FormerPath] = (), actor: User | None = None) -> int:
    """Makes harvested records ours, withdrawn ones too, together with the paths where an old portal showed them.

    What they say does not change, nor their addresses. A path that leads somewhere already goes on leading there.
    Returns how many were not ours before. ValueError for more than BATCH.
    """
    if len(records) > BATCH:
        raise ValueError(f"{len(records)} records in one batch, at most {BATCH}")
    with log.transaction(actor) as entries:
        for model in {type(record) for record in records}:
            theirs = model.objects.filter(pk__in=[row.pk for row in records], harvested=True)  # type: ignore[attr-defined]
            keys = list(theirs.select_for_update().values_list("pk", flat=True))
            theirs.filter(pk__in=keys).update(harvested=False, replicated=False, version=F("version") + 1)
            entries.extend(log.Entry(Change.Verb.UPDATE, key, model.kind, fields=("harvested",)) for key in keys)
            acts.tell_adopted(keys, model, actor)
        FormerPath.objects.bulk_create(paths, ignore_conflicts=True)
    return len(entries)


def recheck(everything: bool = True) -> int:
    """Checks the repaired forms again, all or only those that never were: the checks may be newer than the records.

    What a record says does not change, nor does its version. Returns of how many the findings changed.
    """
    total = 0
    for model in MODELS.values():
        wanted = model.objects.all() if everything else model.objects.filter(conforms=None)  # type: ignore[attr-defined]
        keys = list(wanted.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), BATCH):
            rows = model.objects.with_forms().filter(pk__in=keys[start : start + BATCH])  # type: ignore[attr-defined]
            total += _write_findings(model, [(row, findings_of(row)) for row in rows])
    return total


def _write_findings(model: type[Record], checked: Sequence[tuple[Record, list[Any]]]) -> int:
    with log.transaction() as entries:
        for row, findings in checked:
            if row.conforms is None or row.findings != findings:
                # Of the version that was read: a record saved meanwhile was checked by its save.
                same = model.objects.filter(pk=row.pk, version=row.version)  # type: ignore[attr-defined]
                if same.update(findings=findings, conforms=conforms(findings)) and row.status != Record.Status.DRAFT:
                    derived = Change.Kind.DERIVED
                    entries.append(log.Entry(Change.Verb.UPDATE, row.pk, row.kind, derived, fields=("findings",)))
    return len(entries)


def _unpublished(record: Record) -> bool:
    """Whether it is a draft, of which the log says nothing; in a transaction, and so until its end."""
    manager = type(record).objects  # type: ignore[attr-defined]
    found = manager.select_for_update().filter(pk=record.pk).values_list("status", flat=True)
    return bool(found and found[0] == Record.Status.DRAFT)


def set_private(record: Record, private: bool, actor: User | None = None) -> None:
    """Makes a record private or public. Making it private acts at once, whatever the index still holds."""
    manager = type(record).objects  # type: ignore[attr-defined]
    with log.transaction(actor) as entries:
        changed = manager.filter(pk=record.pk).exclude(private=private)
        moved = changed.update(private=private, version=F("version") + 1, updated_at=timezone.now())
        if moved and not _unpublished(record):
            verb = Change.Verb.RESTRICT if private else Change.Verb.OPEN
            entries.append(log.Entry(verb, record.pk, record.kind, restricts=private, fields=("private",)))
        if moved:
            acts.tell_privacy(record, private, actor)
    record.refresh_from_db(fields=["private", "version", "updated_at"])


def change_body(body: Organisation, actor: User | None = None, **values: Any) -> list[str]:
    """Writes what differs of a body, new or known, and tells the log; the names of what changed.

    Ceasing to work here acts at once: unless it has something public, strangers must not find it any more. Bodies that a
    record names for the first time are made with that record (`catalogue.drafting`), and have no line of their own.
    """
    if "name" in values:
        values["folded"] = folded(values["name"])
    changed = [name for name, value in values.items() if getattr(body, name) != value]
    new = body.pk is None
    if not (changed or new):
        return []
    before = {} if new else {name: getattr(body, name) for name in changed}
    with log.transaction(actor) as entries:
        for name in changed:
            setattr(body, name, values[name])
        body.save(force_insert=new, update_fields=None if new else changed)
        verb = Change.Verb.CREATE if new else Change.Verb.UPDATE
        ceases = "tenant" in changed and not body.tenant
        line = log.Entry(verb, body.log_key, "organisation", restricts=ceases, fields=() if new else tuple(changed))
        entries.append(line)
        acts.tell_body(body, before, changed, actor)
    return changed


def grant(dataset: Dataset, who: User | Group, actor: User | None = None) -> None:
    """Lets a person or a group read one private dataset."""
    with log.transaction(actor) as entries:
        permissions.add_grant(who, dataset)
        if not _unpublished(dataset):
            entries.append(log.Entry(Change.Verb.OPEN, dataset.pk, fields=("grants",)))
        acts.tell_grant(dataset, who, actor, given=True)


def revoke(dataset: Dataset, who: User | Group, actor: User | None = None) -> None:
    """Takes the grant back; acts at once."""
    with log.transaction(actor) as entries:
        permissions.remove_grant(who, dataset)
        if not _unpublished(dataset):
            entries.append(log.Entry(Change.Verb.RESTRICT, dataset.pk, restricts=True, fields=("grants",)))
        acts.tell_grant(dataset, who, actor, given=False)
