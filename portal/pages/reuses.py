"""What people made of a dataset: the list that its page shows, the form to declare one, its link, and what a body answers."""

from __future__ import annotations

import re
import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from catalogue import reusing
from catalogue.models import Dataset, Reuse, ReusedDataset
from catalogue.permissions import audience_of
from catalogue.reusing import AFTER, Declared, Status
from portal import asking
from portal.pages import guarding, prose
from portal.pages.accounts.attempts import WINDOW
from portal.pages.pager import found_at, pager

FORM: Final = "reutiliser"
DATASETS: Final = 20  # of one reuse
LONGEST: Final = 2000  # characters of a description
SHOWN: Final = 100
KEY: Final = re.compile(r"/jeux-de-donnees/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
WRONG: Final = {
    "titre": gettext_noop("Donnez un titre, par exemple « La carte des bancs à l’ombre »."),
    "adresse": gettext_noop("Écrivez l’adresse où la voir, par exemple https://exemple.fr/carte."),
    "auteur": gettext_noop("Écrivez votre nom, ou un pseudonyme."),
    "email": gettext_noop("Écrivez votre adresse électronique, par exemple prenom.nom@exemple.fr."),
    "description": gettext_noop("Dites en une phrase ou deux, avec deux liens au plus, ce que vous en avez fait."),
    "autres": gettext_noop("Écrivez une adresse de jeu de données de ce portail par ligne, {most} au plus."),
}


@require_safe
def listed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/reutilisations/`; with `?partie=`, the list alone. 404 for who may not see the dataset."""
    dataset = get_object_or_404(Dataset.objects.visible_to(audience_of(request.user)), pk=pk)
    rows = [(each, prose.to_html(each.description)) for each in reusing.shown_on(dataset)]
    shown = {"dataset": dataset, "rows": rows, "open": not dataset.private}
    response = render(request, "parts/reuses.html" if "partie" in request.GET else "reuses.html", shown)
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    """`/reutilisations/affichees/?nature=&page=`: those of all public datasets, the last accepted first. Two queries."""
    kind = request.GET.get("nature", "")
    kind = kind if kind in Reuse.Kind.values else ""
    page, total, found = found_at(reusing.shown_to_all(kind), asking.read(request.GET).page)
    datasets = reusing.datasets_of(found)
    context = {
        "kind": kind,
        "kinds": Reuse.Kind.choices,
        "total": total,
        "rows": [(one, prose.to_html(one.description), datasets.get(one.pk, [])) for one in found],
        "pager": pager(page, total, lambda number: f"?{urlencode(_asked(kind, number))}"),
    }
    return render(request, "reuses_shown.html", context)


def _asked(kind: str, page: int) -> dict[str, str]:
    return {"nature": kind, "page": str(page)} if kind else {"page": str(page)}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/reutilisations/declarer/`, of what is public alone."""
    dataset = get_object_or_404(reusing.reusable().select_related("published_by"), pk=pk)
    typed = {name: guarding.one_line(request, name) for name in (*WRONG, "nature")}
    for name in ("description", "autres"):
        typed[name] = guarding.lines(request, name, LONGEST)
    told: dict[str, Any] = {"dataset": dataset, "typed": typed, "errors": {}, "kinds": Reuse.Kind.choices}
    told["mail"] = settings.BOUTURE_MAIL
    if request.method != "POST" or not settings.BOUTURE_MAIL:
        return _form(request, told)
    datasets = _datasets(dataset, typed["autres"])
    told["errors"] = _errors(typed, bool(datasets))
    fault = "" if told["errors"] else guarding.refused(request, FORM)
    often = "" if told["errors"] or fault else guarding.too_many(request, typed["email"], FORM)
    if fault or often:
        told["errors"] = {"all": fault or often}
    if told["errors"]:
        return _form(request, told, 429 if often else 200)
    if not guarding.baited(request):
        given = (typed[name] for name in ("titre", "adresse", "nature", "auteur", "description", "email"))
        reusing.declare(Declared(*given), datasets)
    return render(request, "reuse_declare.html", {**told, "sent": typed["email"]})


def _form(request: HttpRequest, told: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "reuse_declare.html", {**told, "stamp": guarding.stamp(FORM)}, status=status)
    if status == 429:
        response["Retry-After"] = str(WINDOW)
    return response


def _errors(typed: dict[str, str], datasets: bool) -> dict[str, str]:
    wrong = {name for name, most in (("titre", 120), ("auteur", 80)) if not 0 < len(typed[name]) <= most}
    wrong |= {"titre"} if guarding.LINK.search(typed["titre"]) else set()
    wrong |= {"auteur"} if guarding.LINK.search(typed["auteur"]) else set()
    wrong |= set() if guarding.telling(typed["description"]) else {"description"}
    wrong |= set() if datasets else {"autres"}
    for name, most, check in (("email", 254, validate_email), ("adresse", 500, URLValidator(("http", "https")))):
        try:
            check(typed[name] if len(typed[name]) <= most else "")
        except ValidationError:
            wrong.add(name)
    errors = {name: _(said).format(most=DATASETS - 1) for name, said in WRONG.items() if name in wrong}
    return errors if typed["nature"] in Reuse.Kind.values else {**errors, "nature": _("Choisissez ce que c’est.")}


def _datasets(first: Dataset, others: str) -> list[Dataset]:
    """That one and the others that are named; none when a line names nothing public here."""
    lines = [line for line in others.splitlines() if line.strip()]
    keys = [uuid.UUID(found[1]) for line in lines if (found := KEY.search(line))]
    rows = reusing.reusable().in_bulk(keys) if len(keys) == len(lines) < DATASETS else {}
    if len(rows) != len(set(keys)) or len(keys) != len(lines):
        return []
    return list({first.pk: first, **rows}.values())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, link: str) -> HttpResponse:
    """`/reutilisations/<link>/`: its declarer confirms it, or takes it away and erases it. By a button, as programs open links."""
    found = Reuse.objects.filter(link=link).first()
    if request.method == "POST" and found:
        if request.POST.get("faire") == "confirmer":
            reusing.confirm(found)
            found.refresh_from_db()
        elif request.POST.get("faire") == "retirer":
            found.delete()
            found = None
    uses = list(found.uses.select_related("dataset")) if found else []
    html = prose.to_html(found.description) if found else ""
    return render(request, "reuse.html", {"found": found, "uses": uses, "html": html})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def review(request: HttpRequest) -> HttpResponse:
    """`/reutilisations/`: what waits where this person publishes, then what is shown there."""
    assert request.user.is_authenticated
    held = reusing.of_bodies(request.user)
    if request.method == "POST":
        number = request.POST.get("usage", "")
        use = held.filter(pk=number).first() if number.isascii() and number.isdecimal() and len(number) < 19 else None
        answer, reason = request.POST.get("faire", ""), request.POST.get("motif", "").replace("\0", "").strip()[:1000]
        if use is None or answer not in AFTER:
            raise Http404
        if answer != Status.SHOWN and not reason:
            messages.error(request, _("Dites pourquoi : la personne qui l’a déclarée lira votre motif."))
        elif reusing.review(use, answer, reason, request.user):
            messages.success(request, _("C’est fait : la personne qui l’a déclarée en est avertie."))
        else:
            messages.error(request, _("Quelqu’un y a répondu avant vous : voici où elle en est."))
        return HttpResponseRedirect(reverse("reuses_review"))
    waiting = [_row(use) for use in held.filter(status=Status.WAITING).order_by("pk")[:SHOWN]]
    shown = [_row(use) for use in held.filter(status=Status.SHOWN).order_by("-reviewed_at", "pk")[:SHOWN]]
    return render(request, "reuses_review.html", {"waiting": waiting, "shown": shown})


def _row(use: ReusedDataset) -> tuple[ReusedDataset, str]:
    return use, prose.to_html(use.reuse.description)
