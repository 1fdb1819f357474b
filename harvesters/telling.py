"""What the audit trail is told of sources: what somebody set of them, and what each run that changed something did."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.models import User
from harvesters.models import HarvestRun, HarvestSource

SET: Final = (
    *("kind", "options", "rules", "title", "schedule", "zone", "spread", "active", "contact", "private", "trial"),
    *("max_withdrawn", "grace_days", "accepted", "rehearsal", "leaving"),
)
COUNTED: Final = ("found", "created", "updated", "unchanged", "withdrawn", "quarantined", "left_out")
WORTH: Final = ("created", "updated", "withdrawn")  # a run with none of them changed nothing


def thing_of(source: HarvestSource) -> Thing:
    """By the name that shows no account and no folder."""
    return Thing("source", str(source.pk), source.name, source.owner_id)


def state_of(source: HarvestSource) -> dict[str, Any]:
    return {name: getattr(source, name) for name in SET} | {"left": source.left_at is not None}


@contextmanager
def told(source: HarvestSource, actor: User | None, action: str = "source.set", reason: str = "") -> Iterator[None]:
    """One transaction for what is done to a source inside, and its line in the trail if anything of it changed."""
    before = state_of(HarvestSource.objects.get(pk=source.pk))
    with transaction.atomic():
        yield
        after = HarvestSource.objects.filter(pk=source.pk).first()
        if after is None:
            auditing.tell(actor, "source.leave", thing_of(source), before=before, reason=reason)
            return
        old, new = auditing.differing(before, state_of(after))
        if new:
            auditing.tell(actor, action, thing_of(after), before=old, after=new, reason=reason)


def tell_followed(source: HarvestSource, actor: User | None) -> None:
    auditing.tell(actor, "source.follow", thing_of(source), after=state_of(source))


def tell_run(run: HarvestRun) -> None:
    """Once a run, its counts; its records have their lines in the change log. One that changed nothing writes nothing."""
    services = run.services if isinstance(run.services, dict) else {}
    if run.dry or not any(getattr(run, name) or services.get(name) for name in WORTH):
        return
    counts: dict[str, Any] = {name: getattr(run, name) for name in COUNTED if getattr(run, name)}
    counts |= {"status": str(run.status), "run": run.pk}
    if any(services.values()):
        counts["services"] = {name: count for name, count in services.items() if count}
    auditing.tell(None, "source.run", thing_of(run.source), after=counts)
