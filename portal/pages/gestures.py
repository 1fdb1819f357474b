"""What a person asks of a source by one button of its page: a name in GESTURES, and what does it. Nothing runs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.models import User
from harvesters import schedule
from harvesters.following import discard, follow_again, leave
from harvesters.keeping import Keeping
from harvesters.lease import closed
from harvesters.models import HarvestRun, HarvestSource
from harvesters.options import BadOption, Declared
from harvesters.sources import KINDS
from harvesters.telling import told
from portal.pages.declared import DeclaredForm
from portal.pages.words import no_gesture

PAUSED: Final = gettext_noop("La source est en pause : reprenez-la d’abord.")
KIND: Final = "sorte"


@dataclass(frozen=True)
class Asked:
    """`given` is what came with the form."""

    source: HarvestSource
    given: QueryDict
    actor: User


class Refusal(Exception):
    """Nothing was changed; `message` is French and says why, `form` beside its fields."""

    def __init__(self, message: str, form: DeclaredForm | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.message, self.form, self.status = message, form, status


def act(request: HttpRequest, found: HarvestSource) -> str:
    """Does what was asked, and says so on the next page, whose address it returns. Raises Refusal."""
    gesture = GESTURES.get(request.POST.get("geste", ""))
    if gesture is None:
        raise Refusal(no_gesture())
    if found.closed_at:
        raise Refusal(closed(found))
    if found.left_at and gesture is not _follow_again:
        raise Refusal(_("Cette source n’est plus suivie. Suivez-la de nouveau d’abord."))
    with transaction.atomic():  # two people at once: the second reads what the first wrote
        row = HarvestSource.objects.select_for_update().get(pk=found.pk)
        with told(row, _person(request), "source.leave" if gesture is _leave else "source.set"):
            said = gesture(Asked(row, request.POST, _person(request)))
    messages.success(request, said)
    still = HarvestSource.objects.filter(pk=found.pk).exists()
    return reverse("harvest", args=[found.pk]) if still else reverse("harvests")


def forms_of(source: HarvestSource) -> dict[str, DeclaredForm]:
    """What can be set of a source, by the gesture that sets it."""
    return {form.name: form for form in (keeping_form(source), options_form(source), leaving_form())}


def keeping_form(source: HarvestSource) -> DeclaredForm:
    return DeclaredForm("regler", Keeping.declared(), vars(Keeping.of(source)))


def options_form(source: HarvestSource) -> DeclaredForm:
    """Those of its kind; the kind too, as long as no record bears the mark of how it was read."""
    declared = list(options_of(source.kind))
    if not source.records.exists():
        declared.insert(0, kind_declared())
    return DeclaredForm("options", declared, {KIND: source.kind, **source.options}, frozenset({KIND}))


def leaving_form() -> DeclaredForm:
    choices = (
        ("garder", _("Les garder en ligne, telles qu’elles sont : elles disent toujours d’où elles viennent")),
        (
            "retirer",
            _("Les retirer : elles quittent la recherche et les exports, leur adresse dit qu’elles sont retirées"),
        ),
    )
    declared = (
        Declared("fiches", str, "", _("ses fiches"), choices=choices),
        Declared("sur", bool, default=False, label=_("oui, ne plus suivre cette source")),
    )
    return DeclaredForm("quitter", declared, {}, frozenset({"fiches"}))


def _person(request: HttpRequest) -> Any:
    return request.user


def options_of(kind: str) -> tuple[Declared, ...]:
    return KINDS[kind].options_type.declared() if kind in KINDS else ()


def kind_declared() -> Declared:
    told = sorted((_(kind.label), code, _(kind.address_help)) for code, kind in KINDS.items())
    choices = tuple(
        (code, _("%(label)s : %(address)s") % {"label": label, "address": address}) for label, code, address in told
    )
    return Declared(
        KIND, str, "", _("sorte de source"), choices=(("", _("À reconnaître, d’après sa première réponse")), *choices)
    )


def rehearsed(newest: HarvestRun | None) -> HarvestRun | None:
    """The rehearsal that one may decide upon: the newest run of the source, when it is one that ended well."""
    return newest if newest is not None and newest.dry and newest.status in HarvestRun.GOOD else None


def _pause(asked: Asked) -> str:
    schedule.pause(asked.source)
    return _("La source est en pause.")


def _resume(asked: Asked) -> str:
    schedule.resume(asked.source)
    return _("La source est reprise, à son rythme.")


def _run(asked: Asked) -> str:
    if asked.source.trial and rehearsed(asked.source.runs.first()) is None:
        raise Refusal(_("Voyez d’abord ce qui viendrait : cette source n’a pas encore de répétition qui ait abouti."))
    if not schedule.run_soon(asked.source):
        raise Refusal(_(PAUSED))
    return _("La moisson est demandée. Elle part dans la minute si le travailleur tourne ; revenez voir ici.")


def _rehearse(asked: Asked) -> str:
    if not schedule.run_soon(asked.source, rehearsal=True):
        raise Refusal(_(PAUSED))
    return _("La répétition est demandée : elle dira ici ce qui changerait, sans rien écrire.")


def _accept(asked: Asked) -> str:
    if not schedule.accept(asked.source):
        raise Refusal(
            _("Il n’y a rien à accepter : le dernier passage ne s’est pas arrêté, ou la source est en pause.")
        )
    return _("C’est accepté, pour un passage. Il part dans la minute si le travailleur tourne.")


def _set(asked: Asked) -> str:
    form = keeping_form(asked.source)
    values = form.read(asked.given)
    stop_at(form)
    try:
        Keeping.read(values).keep(asked.source)
    except BadOption as error:
        form.refuse(error)
        stop_at(form)
    return _("Les réglages sont enregistrés.")


def _set_options(asked: Asked) -> str:
    source, form = asked.source, options_form(asked.source)
    values = form.read(asked.given)
    stop_at(form)
    kind = values.pop(KIND, source.kind)
    known = {one.name for one in options_of(kind)}
    forgotten = sorted(values.keys() - known)
    options = {name: value for name, value in values.items() if name in known}
    source.kind = kind
    source.options = KINDS[kind].options_type.read(options).stored() if kind else {}
    source.save(update_fields=["kind", "options"])
    told = _("Les options sont enregistrées. La prochaine moisson relira tout.")
    if forgotten:
        told += " " + _("Ce que cette sorte de source ne connaît pas est oublié : %(names)s.") % {
            "names": ", ".join(forgotten)
        }
    return told


def _leave(asked: Asked) -> str:
    source, form = asked.source, leaving_form()
    if source.trial:
        if not discard(source):
            raise Refusal(_("Une répétition est en cours : attendez qu’elle finisse."))
        return _("La source à l’essai est effacée. Rien n’en avait été publié.")
    values = form.read(asked.given)
    if not values.get("fiches"):
        form.refuse(BadOption(_("Choisissez ce que deviennent ses fiches."), "fiches"))
    if not values.get("sur"):
        form.refuse(BadOption(_("Cochez cette case pour confirmer."), "sur"))
    stop_at(form)
    withdraw = values["fiches"] == "retirer"
    leave(source, withdraw=withdraw, actor=asked.actor)
    told = _("La source n’est plus suivie. Ses fiches restent en ligne, telles quelles.")
    if withdraw:
        told = _("La source n’est plus suivie. Ses fiches seront retirées dans la minute, si le travailleur tourne.")
    return told + " " + _("Rien n’est effacé : vous pouvez la suivre de nouveau.")


def _follow_again(asked: Asked) -> str:
    if not asked.source.left_at:
        raise Refusal(_("Cette source est déjà suivie."))
    follow_again(asked.source)
    return _("La source est suivie de nouveau, à son rythme. Son prochain passage relira tout.")


def stop_at(form: DeclaredForm) -> None:
    if form.moved:
        raise Refusal(
            _("Quelqu’un d’autre a changé ces réglages entre-temps. Relisez, puis enregistrez encore."), form, 409
        )
    if mistakes := form.mistakes:
        told = ngettext("%(count)s champ à corriger.", "%(count)s champs à corriger.", len(mistakes))
        raise Refusal(told % {"count": len(mistakes)}, form)


GESTURES: Final[dict[str, Callable[[Asked], str]]] = {
    "pause": _pause,
    "reprendre": _resume,
    "lancer": _run,
    "repeter": _rehearse,
    "accepter": _accept,
    "regler": _set,
    "options": _set_options,
    "quitter": _leave,
    "suivre": _follow_again,
}
