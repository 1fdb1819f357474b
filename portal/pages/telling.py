"""Acts of the trail in words: who, through what, what was done, each field before and after, texts word by word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.auditing import ACTIONS
from catalogue.auditing.chain import is_beside
from catalogue.auditing.exporting import whole
from catalogue.calling import bare
from catalogue.dcat.names import NAMES
from catalogue.models import AuditEntry, Concept, Organisation, Territory, in_reading
from catalogue.permissions import ROLES
from catalogue.previewing import in_words

LONGEST: Final = 4_000  # characters of a text that is compared word by word
WORDS: Final = re.compile(r"\S+\s*")
NAMED: Final = {
    "owner": gettext_noop("organisation"),
    "private": gettext_noop("réservé"),
    "status": gettext_noop("état"),
    "withdrawn_reason": gettext_noop("motif du retrait"),
    "reader": gettext_noop("qui peut lire"),
    "role": gettext_noop("rôle"),
    "until": gettext_noop("jusqu’au"),
    "rules": gettext_noop("règles"),
    "schedule": gettext_noop("rythme"),
    "active": gettext_noop("en marche"),
    "tables_quota": gettext_noop("place de ses fichiers (Mio)"),
    "name": gettext_noop("nom"),
    "member": gettext_noop("membre"),
    "scheduled_for": gettext_noop("programmé pour le"),
    "choice": gettext_noop("décision"),
    "columns": gettext_noop("colonnes"),
    "table": gettext_noop("fichier"),
    "code": gettext_noop("signe"),
    "size": gettext_noop("taille en octets"),
    "found": gettext_noop("fiches lues"),
    "created": gettext_noop("créées"),
    "updated": gettext_noop("modifiées"),
    "withdrawn": gettext_noop("retirées"),
    "unchanged": gettext_noop("inchangées"),
    "quarantined": gettext_noop("mises de côté"),
    "left_out": gettext_noop("écartées"),
    "run": gettext_noop("passage"),
    "slug": gettext_noop("adresse"),
    "body": gettext_noop("texte"),
    "place": gettext_noop("rang"),
    "services": gettext_noop("services"),
}
VALUES: Final = {
    "draft": gettext_noop("brouillon"),
    "published": gettext_noop("publié"),
    "withdrawn": gettext_noop("retiré"),
    "reader": gettext_noop("lecteur"),
    "contributor": gettext_noop("rédacteur"),
    "publisher": gettext_noop("publie"),
    "administrator": gettext_noop("administrateur"),
}
SPOKEN: Final = {"role": ROLES, "status": ("draft", "published", "withdrawn")}


@dataclass(frozen=True)
class Piece:
    """A run of words: `kind` is "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Field:
    """One field. `pieces`, for a text that changed: its words; else `before` and `after`, "" when it said nothing."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Act:
    """`number` is 0 for a line of the change log that the trail does not have. `who`: "" when the reader may not know."""

    number: int
    at: datetime
    done: str
    who: str = ""
    through: str = ""
    label: str = ""
    body: str = ""
    address: str = ""
    reason: str = ""
    fields: tuple[Field, ...] = ()
    restorable: bool = False


@dataclass(frozen=True)
class Names:
    """What the values of some entries are called, asked once for all."""

    concepts: Mapping[str, str]
    bodies: Mapping[int, str]
    territories: Mapping[int, str]


def names_of(sides: Iterable[Mapping[str, Any]], bodies: Iterable[int | None] = ()) -> Names:
    """Three queries at most."""
    sides = list(sides)
    addresses = {text for side in sides for value in side.values() for text in _addresses(value)}
    owners = {side["owner"] for side in sides if isinstance(side.get("owner"), int)} | {pk for pk in bodies if pk}
    places = {side["territory"] for side in sides if isinstance(side.get("territory"), int)}
    named = Organisation.objects.filter(pk__in=owners).values_list("pk", "name") if owners else ()
    located = Territory.objects.filter(pk__in=places).values_list("pk", "name") if places else ()
    return Names(Concept.objects.labels(addresses) if addresses else {}, dict(named), dict(located))


def _addresses(value: Any) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.startswith("http"):
            yield item


def sides_of(entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    """Long values whole, where the entry has some: a query for each."""
    return whole(entry.before), whole(entry.after)


def short_sides_of(entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    """For lists: long values stay aside, and are said to be long. No query."""
    return json.loads(entry.before), json.loads(entry.after)


def said(action: str) -> str:
    return _(ACTIONS.get(action, action))


def through(entry: AuditEntry) -> str:
    """By what it was done, where that tells something: not a page, nor what the worker did for somebody."""
    plain = {AuditEntry.Through.PAGE} | ({AuditEntry.Through.WORKER} if entry.actor else set())
    return "" if entry.through in plain else entry.get_through_display()


def fields(before: Mapping[str, Any], after: Mapping[str, Any], names: Names) -> tuple[Field, ...]:
    return tuple(_field(name, before.get(name), after.get(name), names) for name in dict.fromkeys([*before, *after]))


def _field(name: str, before: Any, after: Any, names: Names) -> Field:
    label = _(NAMED[name]) if name in NAMED else bare(name) if name in NAMES else name
    old, new = (_text(name, value, names) for value in (before, after))
    if name in ("title", "description", "body") and old and new and max(len(old), len(new)) <= LONGEST:
        return Field(label, old, new, tuple(compared(old, new)))
    return Field(label, old, new)


def _text(name: str, value: Any, names: Names) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else _("oui") if value else _("non")
    if is_beside(value):
        return _("un texte de %(count)s signes") % {"count": value["size"]}
    keyed = {"owner": names.bodies, "territory": names.territories}.get(name)
    if keyed is not None:
        return keyed.get(value, str(value))
    if isinstance(value, str) and value in SPOKEN.get(name, ()):
        return _(VALUES[value])
    if name in ("title", "description") and isinstance(value, dict):
        return str(in_reading(value) or in_words(value))
    items = value if isinstance(value, list) else [value]
    spoken = [names.concepts.get(item, item) if isinstance(item, str) else item for item in items]
    return in_words(spoken if isinstance(value, list) else spoken[0])


def compared(before: str, after: str) -> Iterator[Piece]:
    """Two texts, word by word."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(new[first:last]))
            continue
        if end > start:
            yield Piece("gone", "".join(old[start:end]).rstrip())
        if last > first:
            yield Piece("new", "".join(new[first:last]).rstrip())
        yield Piece("same", " ")
