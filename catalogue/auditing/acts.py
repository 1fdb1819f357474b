"""What people did to records, told whole: the values of the profile that changed, before and after.

A harvest changes a hundred thousand of them: nobody acts then, the change log has its lines and the run tells its counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import Group

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.dcat.mapping import MODELS, own_values
from catalogue.models import Dataset, Organisation, Record, User

if TYPE_CHECKING:
    from catalogue.drafting import Prepared

HELD = ("owner", "private", "status", "withdrawn_reason")  # beside the profile: whose it is, who sees it
State = dict[str, Any]


def state_of(row: Record, values: Mapping[str, Any]) -> State:
    """All that the trail compares of a record: its values in the plain form of the profile, and what no form says."""
    held = {"owner": row.owner_id, "private": row.private, "status": str(row.status)}
    if row.withdrawn_reason:
        held["withdrawn_reason"] = row.withdrawn_reason
    if isinstance(row, Dataset):
        held["territory"] = row.territory_id
    return {**values, **held}


def states(items: Sequence[Prepared], actor: User | None) -> dict[UUID, State] | None:
    """What the base says now of those that are about to be updated; None when nobody acts, and nothing is to be told."""
    if not auditing.anybody(actor):
        return None
    found: dict[UUID, State] = {}
    for model in MODELS.values():
        keys = [item.row.pk for item in items if item.verb == "updated" and type(item.row) is model]
        if keys:
            rows = model.objects.filter(pk__in=keys)  # type: ignore[attr-defined]
            for row in rows.prefetch_related("distributions") if model is Dataset else rows:
                files = list(row.distributions.all()) if isinstance(row, Dataset) else []
                found[row.pk] = state_of(row, own_values(row, files))
    return found


def tell_published(items: Sequence[Prepared], before: dict[UUID, State] | None, actor: User | None) -> None:
    """After they are written; `before` is what `states` gave."""
    if before is None:
        return
    for item in items:
        was = before.get(item.row.pk, {})
        now = state_of(item.row, own_values(item.row, item.distributions))
        old, new = auditing.differing(was, now)
        auditing.tell(actor, _action(item, was), Thing.record(item.row), before=old, after=new, reason=item.gesture)


def _action(item: Prepared, was: State) -> str:
    if item.row.status == Record.Status.DRAFT:
        return "draft.keep"
    if was.get("status") in (None, Record.Status.DRAFT):
        return "record.create"
    if was["status"] == Record.Status.WITHDRAWN:
        return "record.return"
    return "record.complete" if item.gesture else "record.update"


def tell_withdrawn(row: Record, reason: str, actor: User | None) -> None:
    if auditing.anybody(actor):
        tell_status(row, "record.withdraw", actor, before=row.status, after="withdrawn", reason=reason)


def tell_adopted(keys: Sequence[UUID], model: type[Record], actor: User | None) -> None:
    if auditing.anybody(actor):
        for row in model.objects.filter(pk__in=keys):  # type: ignore[attr-defined]
            auditing.tell(
                actor, "record.adopt", Thing.record(row), before={"harvested": True}, after={"harvested": False}
            )


def tell_status(
    row: Record, action: str, actor: User | None, *, before: str, after: str = "", reason: str = ""
) -> None:
    """`row` came from one state to another, or is gone; its values did not change."""
    old, new = ({"status": str(status)} if status else {} for status in (before, after))
    auditing.tell(actor, action, Thing.record(row), before=old, after=new, reason=reason)


def tell_grant(row: Record, who: User | Group, actor: User | None, *, given: bool, reason: str = "") -> None:
    reader = {"reader": auditing.named(who)}
    sides = {"after": reader} if given else {"before": reader}
    auditing.tell(actor, "grant.give" if given else "grant.take", Thing.record(row), reason=reason, **sides)


def tell_privacy(row: Record, private: bool, actor: User | None) -> None:
    action = "record.close" if private else "record.open"
    auditing.tell(actor, action, Thing.record(row), before={"private": not private}, after={"private": private})


def tell_body(body: Organisation, before: Mapping[str, Any], changed: Sequence[str], actor: User | None) -> None:
    """`before`: what its changed columns were, nothing of a new one. What the worker sets of bodies is not told."""
    if auditing.anybody(actor):
        after = {name: getattr(body, name) for name in changed if name != "folded"}
        old, new = ({name: _plain(value) for name, value in side.items()} for side in (before, after))
        old.pop("folded", None)
        auditing.tell(
            actor, "body.change" if before else "body.create", Thing.organisation(body), before=old, after=new
        )


def _plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    return value if isinstance(value, str | int | float | bool | None) else str(value)
