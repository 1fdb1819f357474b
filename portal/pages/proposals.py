"""Changes proposed to a published record: the form that makes one, and the page where it is answered, side by side."""

from __future__ import annotations

import difflib
import re
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue import amending
from catalogue.calling import bare
from catalogue.dcat.terms import Values
from catalogue.errors import CatalogueError, Refused
from catalogue.models import Dataset, Proposal, Record
from catalogue.permissions import may
from portal.pages import unsent
from portal.pages.formed import actor, own_name_only, page, typed
from portal.pages.forms import RecordForm

SENT: Final = gettext_noop(
    "Votre proposition est enregistrée. Une personne qui publie pour cette organisation y répondra."
)
SAME: Final = gettext_noop("Rien n’est changé : il n’y a rien à proposer.")
NOTHING: Final = gettext_noop("rien")
LONG: Final = 4_000  # characters of one side
WORDS: Final = re.compile(r"\s+|\S+")
ANSWERS: Final = {"accepter", "refuser", "retirer"}


@dataclass(frozen=True)
class Piece:
    """A run of words of one side; `mark` is "del", "ins" or "" for what both say."""

    text: str
    mark: str = ""


@dataclass(frozen=True)
class Difference:
    """One term, as the record says it today and as it is proposed. `moved`: somebody changed it since it was proposed."""

    name: str
    label: str
    now: tuple[Piece, ...]
    proposed: tuple[Piece, ...]
    moved: bool


def edit(request: HttpRequest, found: Dataset) -> HttpResponse:
    """The form of a published record, for who may not publish alone: what they write is proposed."""
    values, own = amending.values_of(found), amending.waiting_of(found, actor(request))
    form = RecordForm(amending.over(values, own))
    told: dict[str, Any] = {"becomes": "proposal", "own": own}
    if request.method != "POST":
        return page(request, found, form, **told)
    result = form.read(typed(request))
    own_name_only(request, found.owner, form, result)
    if not result.sound:
        return page(request, found, form, moved=bool(result.moved), status=409 if result.moved else 422, **told)
    made = amending.propose(found, result.values, actor(request))
    unsent.arrived(request)
    messages.success(request, _(SENT) if made else _(SAME))
    return HttpResponseRedirect(reverse("proposal", args=[made.pk]) if made else found.get_absolute_url())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/propositions/<uuid>/`. 404 for all but who made it and who publishes there."""
    rows = Proposal.objects.select_related("author", "decided_by")
    made = get_object_or_404(rows, pk=pk)
    found: Dataset = Dataset.objects.with_forms().select_related("owner").get(pk=made.dataset_id)
    answers = may(request.user, "publish", found)
    own = request.user.is_authenticated and made.author_id == request.user.pk and may(request.user, "edit", found)
    if not (answers or own):
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            told, address = _answer(request, made, found, answers=answers, own=own)
        except CatalogueError as refused:
            error = refused.message
            made = rows.get(pk=pk)
        else:
            messages.success(request, told)
            return HttpResponseRedirect(address)
    alone = own and found.owner.reviewed
    context = {
        "proposal": made,
        "dataset": found,
        "differences": _differences(made, found),
        "answers": answers and not alone,
        "own": own,
        "alone": alone and answers,
        "waiting": made.state == Proposal.State.WAITING,
        "online": found.status == Record.Status.PUBLISHED,
        "motif": request.POST.get("motif", ""),
        "error": error,
    }
    return render(request, "proposal.html", context, status=422 if error else 200)


def _answer(request: HttpRequest, made: Proposal, found: Dataset, *, answers: bool, own: bool) -> tuple[str, str]:
    """Raises Refused, Conflict."""
    said, gesture = request.POST, request.POST.get("geste", "")
    if gesture == "retirer" and own:
        amending.take_back(made)
        return _("Votre proposition est retirée."), found.get_absolute_url()
    if gesture not in ANSWERS or not answers:
        raise Refused(_("Ce geste n’est pas le vôtre. Rien n’a été changé."))
    if gesture == "refuser":
        amending.refuse(made, said.get("motif", ""), actor(request))
        return _("La proposition est refusée, avec votre motif."), reverse("drafts")
    version = said.get("version", "")
    seen = int(version) if version.isdecimal() else found.version
    amending.accept(made, said.getlist("champ"), seen, actor(request), said.get("motif", ""))
    return _("Publié. Visible tout de suite ici, et dans la recherche d’ici une minute."), found.get_absolute_url()


def _differences(made: Proposal, found: Dataset) -> list[Difference]:
    """Against what the record says today; of one that was answered, against what it said when it was proposed."""
    now: Values = amending.values_of(found)
    base = now
    if made.state != Proposal.State.WAITING:
        base = {**{name: value for name, value in now.items() if name not in made.fields}, **made.before}
    before, after = RecordForm(base), RecordForm(amending.over(base, made))
    moved = amending.moved(made, now)
    return [
        Difference(
            name,
            bare(name, "dataset").capitalize(),
            *_sides(before.fields[name].summary(), after.fields[name].summary()),
            name in moved,
        )
        for name in made.fields
        if name in before.fields
    ]


def _sides(now: str, proposed: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Word by word."""
    ours, theirs = WORDS.findall(now[:LONG]), WORDS.findall(proposed[:LONG])
    left: list[Piece] = []
    right: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, ours, theirs).get_opcodes():
        if kind == "equal":
            left.append(Piece("".join(ours[a:b])))
            right.append(Piece("".join(theirs[c:d])))
            continue
        left += [Piece("".join(ours[a:b]), "del")] if b > a else []
        right += [Piece("".join(theirs[c:d]), "ins")] if d > c else []
    return tuple(left) or (Piece(_(NOTHING)),), tuple(right) or (Piece(_(NOTHING)),)
