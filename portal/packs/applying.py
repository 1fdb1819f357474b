"""Applying a pack, and taking it back: one transaction, told in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from catalogue import auditing
from catalogue.models import AppliedPack
from portal.packs import swapping
from portal.packs.parts import PARTS
from portal.packs.planning import Plan, Step, plan_back
from portal.packs.refusals import PackRefused


def apply(plan: Plan) -> AppliedPack:
    """Does what was planned; when nothing is left to do nor to remember, the application that stands is given back.

    Raises PackRefused: nothing was changed then.
    """
    if plan.base and not plan.changes and (plan.base.version, plan.base.items) == (plan.pack.version, plan.remembered):
        return plan.base
    with swapping.together() as swap, auditing.together():
        _do(plan.changes)
        row = AppliedPack.objects.create(
            name=plan.pack.name,
            title=plan.pack.title,
            version=plan.pack.version,
            kid=plan.pack.signer.kid if plan.pack.signer else "",
            place=plan.code,
            items=plan.remembered,
            changes=[_change(step) for step in plan.changes],
            previous=plan.base,
            applied_at=timezone.now(),
            swap=swap.mark,
        )
        auditing.tell(None, "pack.apply", _thing(row), after=_told(row, plan.changes))
    return row


def roll_back(name: str) -> tuple[AppliedPack, list[Step]]:
    """Takes the last application of this pack back. Sources that it brought are paused, what they published stays; what was
    changed here since stays too. Raises PackRefused.
    """
    with swapping.together() as swap, auditing.together():
        row = AppliedPack.objects.in_force(name)
        if row is None:
            known = ", ".join(sorted(set(AppliedPack.objects.standing().values_list("name", flat=True)))) or "aucun"
            raise PackRefused(f"Aucun pack « {name[:60]} » n’est appliqué ici. Packs appliqués : {known}.")
        steps = plan_back(row)
        _do(step for step in reversed(steps) if step.verb != "keep")
        row.rolled_back_at, row.swap = timezone.now(), swap.mark
        row.save(update_fields=["rolled_back_at", "swap"])
        auditing.tell(None, "pack.rollback", _thing(row), before=_told(row, steps))
    return row, steps


def _do(steps: Iterable[Step]) -> None:
    for step in steps:
        part = PARTS[step.part]
        if step.after is not None:
            part.write(step.key, step.before, step.after)
        elif step.before is not None:
            part.remove(step.key, step.before)


def _change(step: Step) -> dict[str, Any]:
    return {"part": step.part, "key": step.key, "before": step.before, "after": step.after}


def _thing(row: AppliedPack) -> auditing.Thing:
    return auditing.Thing("pack", str(row.pk), str(row))


def _told(row: AppliedPack, steps: Iterable[Step]) -> dict[str, Any]:
    verbs = [step.verb for step in steps]
    return {"version": row.version, "key": row.kid, "place": row.place} | {
        verb: verbs.count(verb) for verb in set(verbs)
    }
