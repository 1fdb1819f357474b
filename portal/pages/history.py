"""What happened to a record, and what is wrong with it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from catalogue.dcat.checks import VIOLATION, WARNING
from catalogue.dcat.conformity import told as kept_findings
from catalogue.dcat.names import NAMES
from catalogue.models import Change, Record
from harvesters.faults import MENDED
from portal.pages import words

SHOWN: Final = 12  # events
MOST: Final = 5  # names of fields in one event


@dataclass(frozen=True)
class Event:
    at: datetime
    text: str
    new: bool


@dataclass(frozen=True)
class Troubles:
    repaired: tuple[tuple[str, str], ...]
    unread: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Conformity:
    """What somebody who may edit should do, in sentences. `known` is False when nothing was checked yet."""

    known: bool
    faults: tuple[str, ...]
    advice: tuple[str, ...]


def story_of(changes: Sequence[Change]) -> list[Event]:
    """The latest first. Who may read it, and who changed it, is nobody else's business: neither is told."""
    events = []
    for change in changes:
        if change.verb == Change.Verb.CREATE:
            events.append(Event(change.at, _("Première publication sur ce portail."), new=True))
        elif change.verb == Change.Verb.UPDATE:
            events.append(Event(change.at, _updated(change.fields), new=False))
        elif change.verb == Change.Verb.WITHDRAW:
            told = _("Retiré. Motif\u00a0: %(reason)s") % {"reason": change.reason} if change.reason else _("Retiré.")
            events.append(Event(change.at, told, new=False))
    return events[:SHOWN] if len(events) <= SHOWN else [*events[: SHOWN - 1], events[-1]]


def _updated(fields: Sequence[str]) -> str:
    names = [words.field_name(field) for field in fields if field in NAMES and field != "status"]
    if "harvested" in fields:
        return _("Repris par ce portail, qui en devient le foyer.")
    if "status" in fields:
        return _("Remis en ligne.")
    local = "local" in fields  # put there by `catalogue.additions`
    more = len(names) - MOST
    shown = ", ".join(names)
    if more > 1:
        shown = _("%(names)s et %(count)s autres") % {"names": ", ".join(names[:MOST]), "count": more}
    if not names:
        return _("Note ou ajout de ce portail.") if local else _("Mis à jour à la source.")
    said = _("Complété ou corrigé ici\u00a0: %(names)s.") if local else _("Mis à jour\u00a0: %(names)s.")
    return said % {"names": shown}


def troubles_of(found: Record) -> Troubles:
    """`problems` are [path, fault, said, mended]. What could not be read, and what is kept as it was said, is quoted."""
    told: dict[bool, dict[tuple[str, str], None]] = {True: {}, False: {}}
    for path, fault, said, mended in found.problems:
        quoted = (
            _(" (« %(said)s »)") % {"said": " ".join(said.split())[:80]}
            if said and (not mended or fault == "label-kept")
            else ""
        )
        told[bool(mended)][words.field_name(path), _(MENDED.get(fault, fault)) + quoted] = None
    missing = dict.fromkeys(words.field_name(path) for path in found.missing)
    return Troubles(tuple(told[True]), tuple(told[False]), tuple(missing))


def conformity_of(found: Record) -> Conformity:
    told: dict[str, list[str]] = {VIOLATION: [], WARNING: []}
    for line in kept_findings(found.findings):
        told[line.severity].append(
            _("%(fault)s (%(count)s fois)") % {"fault": line.message, "count": line.times}
            if line.times > 1
            else line.message
        )
    return Conformity(found.conforms is not None, tuple(told[VIOLATION]), tuple(told[WARNING]))
