"""Drafts on pages: the list of them, where one is on its way, and its form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import reviewing
from catalogue.amending import draft_of, values_of
from catalogue.errors import CatalogueError, Conflict, Refused
from catalogue.models import Audience, Dataset, Proposal, Submission, Table, User
from catalogue.permissions import actions, bodies_where
from catalogue.publishing import drafts
from portal.pages import unsent, words
from portal.pages.formed import actor, own_name_only, page, typed
from portal.pages.forms import RecordForm

KEEP: Final = "garder"
KEPT: Final = gettext_noop(
    "Le brouillon est enregistré. Personne d’autre que ceux qui écrivent pour cette organisation ne le voit."
)
OUT: Final = gettext_noop("Publié. Visible tout de suite ici, et dans la recherche d’ici une minute.")
NO_HOUR: Final = gettext_noop("Donnez un jour et une heure, par exemple le 14/03/2027 à 09:00.")
UNSURE: Final = gettext_noop("Cochez la case pour confirmer : un brouillon abandonné ne revient pas.")
NOT_YOURS: Final = gettext_noop(
    "Vous ne pouvez pas faire cela de ce brouillon. Demandez-le à une personne qui publie pour cette organisation."
)
SHOWN: Final = 200
States = Submission.State


@dataclass(frozen=True)
class Line:
    """A draft in a list. `state` has the class and the words of its mark."""

    dataset: Dataset
    state: tuple[str, str]
    who: str
    since: datetime
    more: str = ""


MARKS: Final = {
    States.WRITING: ("", gettext_noop("en cours d’écriture")),
    States.SUBMITTED: ("warn", gettext_noop("à relire")),
    States.REFUSED: ("fail", gettext_noop("à reprendre")),
    States.SCHEDULED: ("good", gettext_noop("programmé")),
}
ORDER: Final = (States.SUBMITTED, States.REFUSED, States.SCHEDULED, States.WRITING)


def _marked(state: Submission.State) -> tuple[str, str]:
    css, words = MARKS[state]
    return css, _(words)


def edit(request: HttpRequest, found: Dataset, held: frozenset[str]) -> HttpResponse:
    """The form of a draft: saved as it is, or whole and published by who may."""
    # Who changes it where a second person is asked for has just become the one who wrote it.
    told: dict[str, Any] = {"becomes": "draft", "publishes": "publish" in held and not found.owner.reviewed}
    form = RecordForm(values_of(found), new=True)
    if request.method != "POST":
        return page(request, found, form, **told)
    out = told["publishes"] and request.POST.get("geste") == "publier"
    result = form.read(typed(request), whole=bool(out))
    own_name_only(request, found.owner, form, result)
    if not result.sound:
        return page(request, found, form, moved=bool(result.moved), status=409 if result.moved else 422, **told)
    try:
        drafts.keep_draft(draft_of(found, result.values), actor(request))
        if out:
            drafts.bring_out(found, actor(request))
    except Conflict:
        found.refresh_from_db()
        form = RecordForm(values_of(found), new=True)
        form.read(typed(request), whole=False)
        return page(request, found, form, moved=True, status=409, **told)
    except Refused as error:
        return _where(request, Dataset.objects.select_related("owner").get(pk=found.pk), held, error.message)
    unsent.arrived(request)
    messages.success(request, _(OUT) if out else _(KEPT))
    return HttpResponseRedirect(found.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/brouillon/`: where it is, and what may be done with it. 404 for who does not write there."""
    found = Dataset.objects.filter(pk=pk).select_related("owner", "published_by").first()
    held = actions(request.user, found) if found else frozenset()
    if found is None or "edit" not in held or found.status == Dataset.Status.WITHDRAWN:
        raise Http404
    if found.status != Dataset.Status.DRAFT:
        return HttpResponseRedirect(found.get_absolute_url())  # published meanwhile
    if request.method != "POST":
        return _where(request, found, held)
    try:
        told, address = _act(request, found, held)
    except CatalogueError as error:
        return _where(request, found, held, error.message)
    messages.success(request, told)
    return HttpResponseRedirect(address)


def _act(request: HttpRequest, found: Dataset, held: frozenset[str]) -> tuple[str, str]:
    """What to say, and where to go. Raises Refused, Conflict."""
    who, here, said = actor(request), reverse("draft", args=[found.pk]), request.POST
    version = said.get("version", "")
    acts: dict[str, tuple[str, Callable[[], object], str, str]] = {
        "publier": (
            "publish",
            lambda: drafts.bring_out(found, who, int(version) if version.isdecimal() else None),
            _(OUT),
            found.get_absolute_url(),
        ),
        "soumettre": ("edit", lambda: reviewing.submit(found, who), _("Le brouillon est soumis : il sera relu."), here),
        "programmer": (
            "publish",
            lambda: reviewing.schedule(found, _hour(request), who),
            _("La publication est programmée. Si vous changez le brouillon d’ici là, programmez-la de nouveau."),
            here,
        ),
        "arreter": ("publish", lambda: reviewing.unschedule(found), _("La publication n’est plus programmée."), here),
        "refuser": (
            "publish",
            lambda: reviewing.refuse(found, said.get("motif", ""), who),
            _("Le brouillon est rendu, avec votre motif."),
            here,
        ),
        "abandonner": (
            "edit",
            lambda: _abandon(request, found, held),
            _("Le brouillon est effacé."),
            reverse("drafts"),
        ),
    }
    right, act, told, address = acts.get(said.get("geste", ""), ("", None, "", ""))
    if act is None or right not in held:
        raise Refused(_(NOT_YOURS))
    act()
    return told, address


def _abandon(request: HttpRequest, found: Dataset, held: frozenset[str]) -> None:
    if not _may_abandon(found, held, actor(request)):
        raise Refused(_(NOT_YOURS))
    if not request.POST.get("sur"):
        raise Refused(_(UNSURE))
    drafts.abandon(found, actor(request))


def _may_abandon(found: Dataset, held: frozenset[str], who: User) -> bool:
    """Who publishes there, and who wrote it last."""
    return "publish" in held or Submission.objects.filter(dataset=found.pk, writer=who).exists()


def _hour(request: HttpRequest) -> datetime:
    """In the instance's time zone, whatever the browser's. Raises Refused."""
    try:
        moment = parse_datetime(f"{request.POST.get('jour', '')[:10]}T{request.POST.get('heure', '')[:5]}")
        if moment is not None and timezone.is_naive(moment):
            return timezone.make_aware(moment)
    except (ValueError, OverflowError):
        pass
    raise Refused(_(NO_HOUR))


def _where(request: HttpRequest, found: Dataset, held: frozenset[str], error: str = "") -> HttpResponse:
    context = {
        "dataset": found,
        "error": error,
        "said": {name: request.POST.get(name, "") for name in ("jour", "heure", "motif")},
        "today": timezone.localdate().isoformat(),
        "abandons": _may_abandon(found, held, actor(request)),
        "has_file": Table.objects.filter(dataset=found.pk).exists(),
        **state_of(found, held, actor(request)),
    }
    return render(request, "draft.html", context, status=422 if error else 200)


def state_of(found: Dataset, held: frozenset[str], who: User) -> dict[str, Any]:
    """What the pages of one draft say of its state. `step`: what this person may do next: publish, submit, or nothing."""
    people = ("writer", "submitted_by", "decided_by")
    on_its_way = Submission.objects.filter(dataset=found.pk).select_related(*people).first()
    state = States(on_its_way.state) if on_its_way else States.WRITING
    lacking = drafts.lacks(found)
    second = "publish" in held and drafts.needs_another(found, who)
    step = ""
    if not lacking and state != States.SCHEDULED:
        step = "publish" if "publish" in held and not second else "submit" if state != States.SUBMITTED else ""
    return {
        "submission": on_its_way,
        "state": _marked(state),
        "lacking": lacking,
        "second": second,
        "step": step,
        "publisher": "publish" in held,
    }


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """`/brouillons/`: those of the bodies where this person writes, what waits to be read first; and changes proposed."""
    writes, publishes = bodies_where(request.user, "edit"), bodies_where(request.user, "publish")
    found = Dataset.objects.filter(status=Dataset.Status.DRAFT)
    found = found if writes.everything else found.filter(owner__in=writes.organisations)
    rows = found.select_related("owner", "submission__writer", "submission__submitted_by", "submission__decided_by")
    lines = [_line(row) for row in rows.order_by("-updated_at", "pk")[:SHOWN]]
    marks = [_marked(state) for state in ORDER]
    context = {
        "lines": sorted(lines, key=lambda line: marks.index(line.state)),
        "total": len(lines) if len(lines) < SHOWN else found.count(),
        "proposals": _proposals(request.user, publishes),
    }
    return render(request, "drafts.html", context)


def _line(row: Dataset) -> Line:
    said: Submission | None = getattr(row, "submission", None)
    if said is None:
        return Line(row, _marked(States.WRITING), "", row.updated_at)
    state = States(said.state)
    if state == States.SUBMITTED:
        return Line(row, _marked(state), str(said.submitted_by or ""), said.submitted_at or said.written_at)
    if state == States.SCHEDULED and said.scheduled_for:
        told = _("pour le %(scheduled_for)s") % {"scheduled_for": words.moment(said.scheduled_for)}
        return Line(row, _marked(state), str(said.decided_by or ""), said.decided_at or said.written_at, told)
    if state == States.REFUSED:
        return Line(row, _marked(state), str(said.writer or ""), said.decided_at or said.written_at, said.reason)
    return Line(row, _marked(state), str(said.writer or ""), said.written_at)


def _proposals(user: Any, publishes: Audience) -> list[Proposal]:
    """Those that wait for an answer of this person, and their own."""
    rows = Proposal.objects.filter(state=Proposal.State.WAITING)
    if not publishes.everything:
        rows = rows.filter(dataset__owner__in=publishes.organisations) | rows.filter(author=user)
    return list(rows.select_related("dataset__owner", "author")[:SHOWN])
