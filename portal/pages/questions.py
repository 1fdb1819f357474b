"""Questions about a dataset: those that its page shows, the form to ask one or report an error, and the page of its author's link."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import questioning
from catalogue.models import Dataset, Question, Record
from catalogue.permissions import audience_of
from catalogue.questioning import Written
from catalogue.tabling import OpenTable, table_for
from portal.asking import UNPRINTABLE
from portal.pages import guarding, recorded
from portal.pages.accounts.attempts import WINDOW

FORM: Final = "demander"
FILES: Final = 50  # that one may choose among
LONGEST: Final = 2000  # characters of a text
SHORT: Final = 120  # characters of a row, of a column
VIEW: Final = 900  # characters of what is looked at in a table
WRONG: Final = {
    "nature": gettext_noop("Dites si vous posez une question ou si vous signalez une erreur."),
    "texte": gettext_noop("Écrivez une phrase ou deux, avec deux liens au plus."),
    "auteur": gettext_noop("Écrivez votre nom, ou un pseudonyme."),
    "email": gettext_noop("Écrivez votre adresse électronique, par exemple prenom.nom@exemple.fr."),
}
TOO_LONG: Final = gettext_noop("Votre texte a {} caractères. Raccourcissez-le à 2 000, ou joignez un lien.")
FIELDS: Final = ("nature", "auteur", "email", "fichier", "table", "vue", "ligne", "colonne")


@require_safe
def listed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/questions/`; with `?partie=`, the list alone. 404 for who may not see the dataset."""
    dataset = get_object_or_404(Dataset.objects.visible_to(audience_of(request.user)).select_related("owner"), pk=pk)
    shown = {"dataset": dataset, "rows": list(questioning.shown_on(dataset))}
    response = render(request, "parts/questions.html" if "partie" in request.GET else "questions.html", shown)
    response["Cache-Control"] = "private, no-cache"
    return response


def reporting(found: OpenTable, view: str) -> str:
    """The address where an error in these rows is reported, "" where nobody may. `view`: the query of what is looked at."""
    if found.dataset.status != Record.Status.PUBLISHED:
        return ""
    pairs = {"nature": Question.Kind.ERROR, "table": found.key, "vue": view}
    asked = urlencode({name: value for name, value in pairs.items() if value})
    return f"{reverse('question_ask', args=[found.dataset.pk])}?{asked}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/questions/nouvelle/`, for who sees the dataset; 410 once it is withdrawn."""
    dataset, _ = recorded.read(request, Dataset.objects.all, pk)
    if dataset.status == Record.Status.WITHDRAWN:
        return recorded.withdrawn(request, dataset)
    if dataset.status == Record.Status.DRAFT:
        raise Http404
    typed = _typed(request)
    told: dict[str, Any] = {"dataset": dataset, "typed": typed, "errors": {}, "mail": settings.BOUTURE_MAIL}
    told |= {"kinds": Question.Kind.choices, **_places(request, dataset, typed["table"])}
    if request.method != "POST" or not settings.BOUTURE_MAIL:
        return _form(request, told)
    told["errors"] = _errors(typed)
    fault = "" if told["errors"] else guarding.refused(request, FORM)
    often = "" if told["errors"] or fault else guarding.too_many(request, typed["email"], FORM)
    if fault or often:
        told["errors"] = {"all": fault or often}
    if told["errors"]:
        return _form(request, told, 429 if often else 200)
    if not guarding.baited(request):
        questioning.ask(_written(told), dataset)
    return render(request, "question_ask.html", {**told, "sent": typed["email"]})


def _typed(request: HttpRequest) -> dict[str, str]:
    """As it was sent; when the form is opened, what the link that leads to it says."""
    if request.method == "POST":
        return {
            **{name: guarding.one_line(request, name, VIEW) for name in FIELDS},
            "texte": guarding.lines(request, "texte"),
        }
    said = {name: request.GET.get(name, "").translate(UNPRINTABLE).strip()[:VIEW] for name in FIELDS}
    email = request.user.email if request.user.is_authenticated else ""
    return {**said, "auteur": "", "email": email, "texte": ""}


def _places(request: HttpRequest, dataset: Dataset, table: str) -> dict[str, Any]:
    """The table that is spoken of, when this reader may open it; else the files among which one may be chosen."""
    found: OpenTable | None = None
    with suppress(ValueError):
        found = table_for(uuid.UUID(table), audience_of(request.user)) if table else None
    if found and found.dataset.pk == dataset.pk:
        return {"table": found, "columns": [column.name for column in found.columns]}
    files = dataset.distributions.all()[:FILES] if dataset.status == Record.Status.PUBLISHED else ()
    return {"table": None, "files": [(str(file.pk), file.label) for file in files]}


def _written(told: dict[str, Any]) -> Written:
    typed, table = told["typed"], told["table"]
    written = Written(typed["nature"], typed["texte"], typed["auteur"], typed["email"])
    if table is None:
        return replace(written, file=dict(told["files"]).get(typed["fichier"], "")[:200])
    rows = reverse("table", args=[table.key])
    column = typed["colonne"] if typed["colonne"] in told["columns"] else ""
    return replace(
        written,
        file=table.table.name[:200],
        rows=f"{rows}?{typed['vue'].lstrip('?')}" if typed["vue"] else rows,
        row=typed["ligne"][:SHORT],
        column=column[:SHORT],
    )


def _form(request: HttpRequest, told: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "question_ask.html", {**told, "stamp": guarding.stamp(FORM)}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


def _errors(typed: dict[str, str]) -> dict[str, str]:
    text = typed["texte"]
    wrong = set() if typed["nature"] in Question.Kind.values else {"nature"}
    wrong |= set() if guarding.telling(text) else {"texte"}
    wrong |= set() if 0 < len(typed["auteur"]) <= 80 and not guarding.LINK.search(typed["auteur"]) else {"auteur"}
    try:
        validate_email(typed["email"] if len(typed["email"]) <= 254 else "")
    except ValidationError:
        wrong.add("email")
    errors = {name: _(said) for name, said in WRONG.items() if name in wrong}
    return {**errors, "texte": _(TOO_LONG).format(len(text))} if len(text) > LONGEST else errors


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, link: str) -> HttpResponse:
    """`/questions/<link>/`: its author confirms it, or takes it away and erases it. By a button, as programs open links."""
    found = Question.objects.filter(link=link).select_related("dataset__owner").first()
    gone = False
    if request.method == "POST" and found:
        if request.POST.get("faire") == "confirmer":
            gone = not questioning.confirm(found)
            found.refresh_from_db()
        elif request.POST.get("faire") == "retirer":
            found.delete()
            found = None
    visible = Dataset.objects.visible_to(audience_of(request.user))
    dataset = visible.filter(pk=found.dataset_id).first() if found else None
    told = {"found": found, "dataset": dataset, "gone": gone}
    return render(request, "question.html", told, status=409 if gone else 200)
