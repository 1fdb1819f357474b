"""`/alertes/`: the figures that a person is told of when they pass a bound, and how that is stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import figures
from catalogue.alerting import MOST, last_value
from catalogue.mail import asked_in
from catalogue.models import FigureAlert, FollowedSearch
from catalogue.permissions import audience_of
from portal.pages.indicators import asking, known, saying
from portal.pages.indicators.asking import Asked
from portal.pages.indicators.seen import Seen, look


@dataclass(frozen=True)
class Row:
    title: str
    address: str
    way: str
    link: str
    beyond: bool


@never_cache
@require_safe
@login_required
def alerts(request: HttpRequest) -> HttpResponse:
    """One's own."""
    recipes = known.recipes()
    found = FigureAlert.objects.filter(person_id=request.user.pk).select_related("indicator", "territory")
    rows = [_row(one) for one in found if one.indicator.key in recipes]
    followed = list(FollowedSearch.objects.filter(person_id=request.user.pk))
    told = {"rows": rows, "followed": followed, "mail": settings.BOUTURE_MAIL}
    return render(request, "indicators/alerts.html", told)


def _row(one: FigureAlert) -> Row:
    recipe = known.recipes()[one.indicator.key]
    page = Asked(place=asking.code_of(one.territory)).address(reverse("indicator", args=[recipe.key]))
    bound = saying.scale_of(recipe.unit).said(one.bound)
    way = _("au-dessus de %(bound)s") if one.above else _("au-dessous de %(bound)s")
    said = way % {"bound": bound}
    return Row(saying.headline(recipe, one.territory, ""), page, said, one.link, one.beyond)


@require_POST
@login_required
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """`/indicateurs/<key>/avertir/`: one alert more, from the form of the indicator's page."""
    seen = look(request, key)
    if seen.place is None:
        raise Http404
    back = Asked(place=asking.code_of(seen.place)).address(reverse("indicator", args=[key]), "avertir")
    bound = _bound(request.POST.get("borne", ""))
    if bound is None:
        messages.error(request, _("Indiquez la valeur à surveiller en chiffres, par exemple 1 500 ou 12,5."))
    elif FigureAlert.objects.filter(person_id=request.user.pk).count() >= MOST:
        messages.error(
            request, _("Vous avez déjà %(most)s alertes : supprimez-en une, puis recommencez.") % {"most": MOST}
        )
    else:
        messages.success(request, _kept(request, seen, bound, request.POST.get("sens") != "dessous"))
    return HttpResponseRedirect(back)


def _bound(text: str) -> float | None:
    plain = figures.typed("".join(text.split()).removesuffix("%").removesuffix("€"))
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None  # neither infinite nor nothing


def _kept(request: HttpRequest, seen: Seen, bound: float, above: bool) -> str:
    """Remembers whether the bound is passed already: what was so when one asked is no news."""
    assert seen.place is not None and request.user.is_authenticated
    asked: dict[str, Any] = {
        "person": request.user,
        "indicator": seen.indicator,
        "territory": seen.place,
        "above": above,
        "bound": bound,
    }
    alert, __ = FigureAlert.objects.get_or_create(**asked, defaults={"language": asked_in()})
    last = last_value(alert, audience_of(request.user))
    beyond = last is not None and alert.passed(last.value)
    FigureAlert.objects.filter(pk=alert.pk).update(beyond=beyond)
    sent = (
        _("Nous vous écrirons à %(email)s quand ce chiffre passera au-dessus de %(bound)s.")
        if above
        else _("Nous vous écrirons à %(email)s quand ce chiffre passera au-dessous de %(bound)s.")
    )
    told = sent % {"email": request.user.email, "bound": seen.scale.said(bound)}
    return f"{told} {_('Il l’est déjà : nous écrirons s’il y revient.')}" if beyond else told


@csrf_exempt  # the link is the key; the button that programs of mail show has no session (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, link: str) -> HttpResponse:
    """`/alertes/<link>/`: stops one, without an account. By a button: programs that open the links of messages stop nothing."""
    found = FigureAlert.objects.filter(link=link).select_related("indicator", "territory").first()
    if request.method == "POST" and found:
        found.delete()
        found = None
        return render(request, "indicators/alert_stop.html", {"stopped": True})
    if found is None:
        return render(request, "indicators/alert_stop.html", {"stopped": True, "gone": True})
    recipe = known.recipes().get(found.indicator.key)
    title = (
        saying.headline(recipe, found.territory, "") if recipe else f"{found.indicator.title}, {found.territory.name}"
    )
    told = {"title": title, "link": link}
    return render(request, "indicators/alert_stop.html", told)
