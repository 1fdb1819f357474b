"""What this portal adds to harvested records: the only writers of the layer. Records themselves go through `publishing`.

Each verb is one transaction: the record is locked, the layer written, and what it gives is published, with its line in
the log. A record of our own takes none: it is edited.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyoxigraph as ox
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import calling
from catalogue.addressing import minted
from catalogue.dcat.classes import EMPTY, Inside, Level, Profile, Term
from catalogue.dcat.hosts import RUNNABLE, is_private
from catalogue.dcat.jsons import order_key
from catalogue.dcat.mapping import own_values
from catalogue.dcat.names import named
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import Problem, Text, Values, is_address
from catalogue.errors import Conflict, Refused
from catalogue.layering import ADD, CORRECT, FILES, NOTE, addresses, before, by_language, laid, touched
from catalogue.models import Addition, Dataset, Distribution, Layer, Record, User
from catalogue.named import folded
from catalogue.publishing import Draft, publish

REPLICATED: Final = gettext_noop(
    "Cette fiche vient d’une autre instance, qui seule la modifie : demandez-lui ce qui manque."
)
MOST: Final = 500  # additions of one record
LONGEST: Final = 20_000  # characters of one value, or of a note
# What a record is called by others, and who answers for it: decided where the source is set, not record by record.
KEPT: Final = frozenset({"identifier", "other_identifier", "more_types", "publisher"})


@dataclass(frozen=True)
class Wish:
    """One addition that somebody wants: `value` as `Addition.value` says, a note when `property` is empty."""

    gesture: str
    property: str
    value: Any
    language: str = ""
    reason: str = ""


def may_add(term: Term) -> bool:
    """Whether this property takes more than the source gives."""
    return term.many and term.name not in KEPT


def may_correct(term: Term) -> bool:
    """Whether another value may stand in place of the source's. Files are added beside those of the source."""
    return term.name not in (*KEPT, FILES)


def lay(
    record: Record, wishes: Sequence[Wish], actor: User | None = None, version: int | None = None
) -> list[Addition]:
    """Adds to the layer, all of it or nothing. `version`: what was read; another one there is a Conflict.

    Raises Refused for what may not be added: to a record of our own or a withdrawn one, what is said already, a value that
    DCAT-AP or a reader could not take, more than MOST.
    """
    with transaction.atomic():
        row = _locked(record)
        if not row.harvested:
            raise Refused(_("Cette fiche est tenue ici : modifiez-la elle-même."))
        if row.replicated:
            raise Refused(_(REPLICATED))
        if row.status != Record.Status.PUBLISHED:
            raise Refused(_("Cette fiche n’est pas en ligne : rien ne peut y être ajouté."))
        if version is not None and version != row.version:
            raise Conflict(_("La fiche a changé entre-temps, ici ou à sa source. Relisez-la, puis recommencez."))
        layer, _made = Layer.objects.get_or_create(
            record=row.pk, defaults={"kind": row.kind, "territory_id": _territory(row)}
        )
        held = list(layer.additions.all())
        if len(held) + len(wishes) > MOST:
            raise Refused(
                _("Une fiche prend %(most)s ajouts au plus : demandez à sa source de la compléter.") % {"most": MOST}
            )
        draft = _draft(row, layer, held)
        published = laid(draft.values, held, row.kind)
        published[FILES] = [*published.get(FILES, []), *(one.value for one in held if one.property == FILES)]
        made: list[Addition] = []
        for wish in wishes:
            _check(wish, BY_KIND[row.kind], draft.values, published)
            made.append(_lay_one(wish, row, layer, [*held, *made], draft.values, actor))
            published = laid(published, made[-1:], row.kind)
            published[FILES] = [*published[FILES], *([wish.value] if wish.property == FILES else [])]
        _publish(draft, "Ajouté sur ce portail", made, actor)
    return made


def remove(record: Record, key: uuid.UUID, actor: User | None = None) -> bool:
    """Takes one addition away: the source's words stand again. False when it was no longer there."""
    with transaction.atomic():
        row = _locked(record)
        layer = Layer.objects.filter(record=row.pk).first()
        held = list(layer.additions.all()) if layer else []
        gone = [one for one in held if one.pk == key]
        if layer is None or not gone:
            return False
        draft = _draft(row, layer, held)
        gone[0].delete()
        if len(held) == 1:
            layer.delete()
        gone[0].pk = key
        _publish(draft, "Retiré de ce portail", gone, actor)
    return True


def dissolve(records: Iterable[uuid.UUID]) -> int:
    """The records become ours as they are published: additions and corrections are values like others from now on.

    For a take-over, in its transaction: the published form changes at the next save, in that it no longer tells whose the
    additions were. Notes stay. Returns how many additions were dissolved.
    """
    keys = list(records)
    with transaction.atomic():
        Distribution.objects.filter(dataset__in=keys, origin=Distribution.Origin.LOCAL).update(
            origin=Distribution.Origin.SOURCE
        )
        done, _rows = Addition.objects.filter(layer__in=keys).exclude(gesture=NOTE).delete()
        Layer.objects.filter(record__in=keys).update(said={})
        Layer.objects.filter(record__in=keys, additions=None).delete()
    return done


def _locked(record: Record) -> Record:
    model: Any = type(record)
    row: Record = model.objects.with_forms().select_for_update().get(pk=record.pk)
    return row


def _draft(row: Record, layer: Layer, held: Sequence[Addition]) -> Draft:
    """What the source says of the record, as its harvest would draft it."""
    files = list(row.distributions.filter(origin=Distribution.Origin.SOURCE)) if isinstance(row, Dataset) else []
    return Draft(
        row.kind,
        before(own_values(row, files), layer.said, touched(held)),
        row.owner_id,
        id=row.pk,
        said=row.said,
        problems=tuple(Problem(*problem) for problem in row.problems),
        harvested=row.harvested,
        replicated=row.replicated,
        private=row.private,
        territory=layer.territory_id,
    )


def _territory(row: Record) -> int | None:
    return row.territory_id if isinstance(row, Dataset) else None


def _publish(draft: Draft, done: str, additions: Sequence[Addition], actor: User | None) -> None:
    """`done` and the names of what was touched go to the log, with who did it; the reasons stay with the additions."""
    names = dict.fromkeys(named(one.property) if one.property else "une note" for one in additions)
    publish([replace(draft, gesture=f"{done} : {', '.join(names)}.")], actor)


def _lay_one(
    wish: Wish, row: Record, layer: Layer, held: Sequence[Addition], said: Values, actor: User | None
) -> Addition:
    old = [one for one in held if wish.gesture == CORRECT == one.gesture and _same_place(one, wish)]
    one = old[0] if old else Addition(layer=layer)
    one.gesture, one.property, one.language = wish.gesture, wish.property, wish.language
    one.value, one.reason = wish.value, wish.reason
    one.said = source_value(said, wish.property, wish.language, row.kind) if wish.gesture == CORRECT else None
    one.body_id, one.author, one.at = row.owner_id, actor, timezone.now()
    one.save()
    return one


def _same_place(one: Addition, wish: Wish) -> bool:
    return (one.property, one.language) == (wish.property, wish.language)


def source_value(said: Values, name: str, language: str, kind: str) -> Any:
    """What the source says in the place of a correction, None for nothing."""
    value = said.get(name)
    term = next(term for term in BY_KIND[kind].terms if term.name == name)
    return (value or {}).get(language) if by_language(term) else value


def _check(wish: Wish, profile: Profile, said: Values, published: Values) -> None:
    """Raises Refused."""
    if wish.value in EMPTY or len(str(wish.value)) > LONGEST or len(wish.reason) > LONGEST:
        raise Refused(_("Écrivez quelque chose, en %(longest)s signes au plus.") % {"longest": LONGEST})
    if wish.gesture == NOTE:
        return
    term = next((term for term in profile.terms if term.name == wish.property), None)
    allowed = may_correct if wish.gesture == CORRECT else may_add
    if term is None or not allowed(term):
        raise Refused(
            _("%(name)s : c’est la source qui en décide.") % {"name": calling.named(wish.property).capitalize()}
        )
    _sound(wish, term, profile)
    if wish.gesture == CORRECT:
        if source_value(said, term.name, wish.language, profile.name) == wish.value:
            raise Refused(
                _("%(name)s : la source le dit déjà ainsi.") % {"name": calling.named(term.name).capitalize()}
            )
    elif _repeats(wish, published):
        raise Refused(
            _("%(name)s : c’est déjà dit dans cette fiche.") % {"name": calling.named(term.name).capitalize()}
        )


def _repeats(wish: Wish, published: Values) -> bool:
    if wish.property == FILES:
        return any(addresses(wish.value) & addresses(file) for file in published[FILES])
    there = published.get(wish.property) or []
    if isinstance(there, dict):
        return folded(wish.value) in {folded(word) for words in there.values() for word in words}
    return wish.value in there


def _sound(wish: Wish, term: Term, profile: Profile) -> None:
    """Raises Refused for a value that would not come back as it is from the form that is published, and for its addresses."""
    value = {wish.language: wish.value} if by_language(term) else wish.value
    if wish.gesture == ADD:
        value = {wish.language: [wish.value]} if isinstance(term.kind, Text) else [wish.value]
    subject = ox.NamedNode(minted(uuid.UUID(int=0)))
    triples: list[ox.Triple] = []
    try:
        profile.write(subject, {term.name: value}, triples)
        back = profile.read(Statements(triples), subject).values.get(term.name)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refused(
            _("%(name)s : cette valeur ne peut pas être publiée.") % {"name": calling.named(term.name).capitalize()}
        ) from error
    whole, lost = profile.whole({term.name: value})
    if lost or whole.get(term.name) != value or _nameless(back) != _nameless(value) or _lacks(term, value):
        raise Refused(
            _("%(name)s : cette valeur est incomplète ou mal écrite.") % {"name": calling.named(term.name).capitalize()}
        )
    for text in filter(is_address, _strings(value)):
        if text.lower().startswith(RUNNABLE):
            raise Refused(
                _("« %(text)s » n’est pas une adresse que l’on puisse donner à suivre.") % {"text": text[:200]}
            )
        if text.partition(":")[0].lower() in ("http", "https", "file") and is_private(text) and not _ours(text):
            raise Refused(
                _("« %(text)s » : personne ne peut suivre cette adresse hors de votre réseau.") % {"text": text[:200]}
            )


def _lacks(term: Term, value: Any) -> bool:
    """Whether a node lacks what its class must have; a source may leave that out, who adds it here may not."""
    if not isinstance(term.kind, Inside):
        return False
    must = [inner.name for inner in term.kind.profile.terms if inner.level == Level.MANDATORY]
    return any(item.get(name) in EMPTY for item in term.kind.scatter(value, term.many) for name in must)


def _ours(address: str) -> bool:
    return f"{address}/".startswith(f"{settings.BOUTURE_URL}/")


def _nameless(value: Any) -> Any:
    """Without the addresses that nodes were given when they were written, and in no order."""
    if isinstance(value, dict):
        return {name: _nameless(item) for name, item in value.items() if name != "uri"}
    return sorted(map(_nameless, value), key=order_key) if isinstance(value, list) else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list):
            yield from _strings(item)
