"""What a record said before an act of the trail, and putting it back so.

Of each field that changed since, the oldest value that the trail kept. Who may see the record and whose it is are not put
back: these are decisions of their own. Of a harvested record, what was corrected or added here is put back, never its source.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import additions, auditing
from catalogue.additions import Wish, may_correct
from catalogue.amending import draft_of, values_of
from catalogue.auditing.exporting import whole
from catalogue.dcat.classes import EMPTY, Term
from catalogue.dcat.mapping import own_values
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.terms import Values
from catalogue.errors import Conflict, Refused
from catalogue.layering import ADD, CORRECT, FILES, by_language
from catalogue.models import Addition, AuditEntry, Dataset, Layer, Record, User
from catalogue.publishing import publish

TERRITORY: Final = "territory"
NOTHING: Final = gettext_noop("La fiche dit déjà la même chose qu’alors : il n’y a rien à remettre.")
THE_SOURCE_S: Final = gettext_noop(
    "Ce qui a changé depuis vient de la source : corrigez la fiche, ou demandez à la source de changer."
)


def now(record: Record) -> Values:
    """What it says now, as the trail compares it."""
    files = list(record.distributions.all()) if isinstance(record, Dataset) else []
    held = {TERRITORY: record.territory_id} if isinstance(record, Dataset) else {}
    return {**own_values(record, files), **held}


def before(record: Record, number: int) -> Values | None:
    """The fields that are others than before this act, each with its value then (None: it had none). None when the trail has
    no such act of this record.
    """
    acts = AuditEntry.objects.about(record.kind, str(record.pk)).filter(number__gte=number)
    if not acts.filter(number=number).exists():
        return None
    kept = {TERRITORY, *(term.name for term in BY_KIND[record.kind].terms)}
    then: Values = {}
    for act in acts.filter(action__startswith="record.").order_by("-number"):
        old, new = whole(act.before), whole(act.after)
        then |= {name: old.get(name) for name in {**old, **new} if name in kept}
    said = now(record)
    return {name: value for name, value in then.items() if said.get(name) != value}


def restore(record: Record, number: int, version: int, actor: User | None = None) -> None:
    """Puts it back as it was before this act. Raises Refused when there is nothing to put back, Conflict when it is not of
    this version any more.
    """
    with transaction.atomic(), auditing.together() as told:
        row: Record = type(record).objects.with_forms().select_for_update().get(pk=record.pk)  # type: ignore[attr-defined]
        if row.version != version:
            raise Conflict(_("La fiche a changé entre-temps. Relisez ce qui serait remis, puis recommencez."))
        if row.status != Record.Status.PUBLISHED:
            raise Refused(_("Cette fiche n’est pas en ligne : remettez-la d’abord."))
        then = before(row, number)
        if not then:
            raise Refused(_(NOTHING))
        (_relay if row.harvested else _rewrite)(row, then, actor)
        for entry in told.entries:
            if entry.key == str(row.pk) and entry.action in ("record.update", "record.complete"):
                entry.action, entry.reason = "record.restore", f"Comme avant la trace {number}. {entry.reason}".strip()


def _rewrite(row: Record, then: Values, actor: User | None) -> None:
    values = values_of(row) | {name: value for name, value in then.items() if name != TERRITORY}
    draft = draft_of(row, {name: value for name, value in values.items() if value not in EMPTY})
    draft = replace(draft, territory=then.get(TERRITORY, draft.territory))
    [outcome] = publish([draft], actor)
    if outcome.verb == "unchanged":
        raise Refused(_(NOTHING))


def _relay(row: Record, then: Values, actor: User | None) -> None:
    """Corrections and additions that are too many go, those that are missing come back."""
    terms = {term.name: term for term in BY_KIND[row.kind].terms}
    layer = Layer.objects.filter(record=row.pk).first()
    said = layer.said if layer else {}
    held = list(layer.additions.all()) if layer else []
    done = 0
    for name, value in then.items():
        if name not in (TERRITORY, FILES):
            done += _relay_one(row, terms[name], value, (said, held), actor)
    if not done:
        raise Refused(_(THE_SOURCE_S))


def _relay_one(row: Record, term: Term, value: Any, laid: tuple[Values, list[Addition]], actor: User | None) -> int:
    said, held = laid
    mine = [one for one in held if one.property == term.name]
    source = said.get(term.name) if mine else now(row).get(term.name)
    done = 0
    for one in mine:
        wanted = (value or {}).get(one.language) if by_language(term) else value
        given = (source or {}).get(one.language) if by_language(term) else source
        if (one.gesture == CORRECT and wanted == given) or (one.gesture == ADD and not _has(wanted, one)):
            done += additions.remove(row, one.pk, actor)
    if not may_correct(term):
        return done
    wishes = []
    for language in sorted({*(value or {}), *(source or {})}) if by_language(term) else [""]:
        wanted = (value or {}).get(language) if language else value
        if wanted not in EMPTY and wanted != ((source or {}).get(language) if language else source):
            wishes.append(Wish(CORRECT, term.name, wanted, language, "Remis comme avant"))
    if wishes and not done:
        done += len(additions.lay(row, wishes, actor))
    return done


def _has(wanted: Any, one: Addition) -> bool:
    inside = (wanted or {}).get(one.language, []) if isinstance(wanted, dict) else wanted or []
    return one.value in inside
