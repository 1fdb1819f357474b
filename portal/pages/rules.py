"""The rules of reception of a source: a form made of their declarations, tried before they are kept."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.models import Audience
from catalogue.permissions import bodies_where
from harvesters.models import HarvestSource
from harvesters.options import BadOption
from harvesters.receiving import given_to, set_rules
from harvesters.rules import Rules, wrong
from harvesters.telling import told
from harvesters.trying import try_out
from portal.pages.declared import DeclaredForm
from portal.pages.gestures import Refusal, stop_at
from portal.pages.words import no_gesture

SHOWN: Final = 200  # records
FORM: Final = "regles"
TRY: Final = "essayer"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """`/moissons/<n>/regles/`. 404 for who does not publish in the body that holds the source."""
    where = bodies_where(request.user, "publish")
    found = HarvestSource.objects.held_by(where).with_counts().select_related("owner").filter(pk=pk).first()
    if found is None:
        raise Http404
    form, trial, refusal = _form(found), None, None
    if request.method == "POST":
        try:
            if request.POST.get("geste") == FORM:
                _keep(request, found, where)
                messages.success(request, _("Les règles sont enregistrées. La prochaine moisson relira tout."))
                return HttpResponseRedirect(reverse("rules", args=[pk]))
            if request.POST.get("geste") != TRY:
                raise Refusal(no_gesture())
            trial = try_out(found, _typed(request, form, where))
        except Refusal as refused:
            refusal = refused
        except BadOption as error:
            refusal = _refused(form, error)
    context = {
        "source": found,
        "form": refusal.form if refusal and refusal.form else form,
        "refusal": refusal,
        "trial": trial,
        "groups": trial.groups(SHOWN) if trial else [],
        "more": max(0, len(trial.rows) - SHOWN) if trial else 0,
        "last": found.runs.filter(dry=False, left_out__gt=0).first(),
    }
    return render(request, "rules.html", context, status=refusal.status if refusal else 200)


def _form(source: HarvestSource) -> DeclaredForm:
    return DeclaredForm(FORM, Rules.declared(), source.rules if isinstance(source.rules, dict) else {})


def _typed(request: HttpRequest, form: DeclaredForm, where: Audience) -> Rules:
    """Raises Refusal; BadOption for what the whole alone can tell, or for a body in which the person does not publish."""
    values = form.read(request.POST)
    stop_at(form)
    typed = Rules.read({name: value for name, value in values.items() if name in {one.name for one in form.declared}})
    stored = form.values.get("owners") or ()
    for body in given_to(line for line in typed.owners if line not in stored):
        if not where.everything and body.pk not in where.organisations:
            raise wrong(
                "owners", _("vous ne publiez pas dans « %(body)s » : demandez-le à qui l’administre.") % {"body": body}
            )
    return typed


def _keep(request: HttpRequest, found: HarvestSource, where: Audience) -> None:
    with transaction.atomic():  # two people at once: the second reads what the first wrote
        row = HarvestSource.objects.select_for_update().get(pk=found.pk)
        form = _form(row)
        try:
            with told(row, _person(request), "source.rules"):
                set_rules(row, _typed(request, form, where), before=row.rules)
        except BadOption as error:
            raise _refused(form, error) from error


def _person(request: HttpRequest) -> Any:
    return request.user


def _refused(form: DeclaredForm, error: BadOption) -> Refusal:
    """Said beside the field that the error names, else above the form."""
    form.refuse(error)
    return Refusal(_("1 champ à corriger.") if error.name else error.reason, form)
