"""Telling people that a figure passed the bound they gave: once for each passing, by mail, with a link to stop it.

A figure that is no more, or that its person may not see any more, tells nothing; one that comes back within its bound may
pass it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from catalogue.figures import at_most
from catalogue.indicators.contract import Recipe, Status
from catalogue.mail import send
from catalogue.models import Audience, FigureAlert, Observation
from catalogue.observing.recipes import known
from catalogue.permissions import audience_of

MOST: Final = 50  # of one person
VALUED: Final = tuple(status.value for status in Status if status.valued)


@dataclass(frozen=True)
class Last:
    """The newest figure with a value."""

    value: float
    period: str


def last_value(alert: FigureAlert, audience: Audience) -> Last | None:
    """What this reader sees of it now; what everybody sees comes before a draft."""
    rows = (
        Observation.objects.shown_to(audience)
        .totals()
        .filter(indicator=alert.indicator_id, territory=alert.territory_id, status__in=VALUED, value__isnull=False)
    )
    found = rows.order_by("-period", "dataset__private").values_list("value", "period").first()
    return Last(*found) if found else None


def mail_alerts(now: datetime | None = None) -> int:
    """Looks at every alert; returns how many messages left. Nothing is looked at where no message can leave."""
    if not settings.BOUTURE_MAIL:
        return 0
    alerts: QuerySet[FigureAlert] = FigureAlert.objects.select_related("person", "indicator", "territory")
    audiences: dict[int, Audience] = {}
    sent = 0
    for alert in alerts.filter(indicator__left_at=None, indicator__problem="").order_by("person", "pk").iterator():
        if alert.person_id not in audiences:
            audiences = {alert.person_id: audience_of(alert.person)}
        if alert.person.is_active:
            sent += _looked_at(alert, audiences[alert.person_id], now or timezone.now())
    return sent


def _looked_at(alert: FigureAlert, audience: Audience, now: datetime) -> bool:
    last = last_value(alert, audience)
    if last is None:
        return False
    passed = alert.passed(last.value)
    if passed == alert.beyond:
        return False
    # One statement that one process wins; given back when the message did not leave.
    mine = FigureAlert.objects.filter(pk=alert.pk, beyond=alert.beyond)
    if not mine.update(beyond=passed) or not passed:
        return False
    recipe = known().recipes.get(alert.indicator.key)
    stop = f"{settings.BOUTURE_URL}{reverse('alert_stop', args=[alert.link])}"
    told = recipe is not None and send(alert.person.email, *_message(alert, recipe, last), stop=stop)
    if told:
        FigureAlert.objects.filter(pk=alert.pk).update(told_at=now)
    else:
        FigureAlert.objects.filter(pk=alert.pk).update(beyond=False)
    return told


def _message(alert: FigureAlert, recipe: Recipe, last: Last) -> tuple[str, str]:
    """Subject and text."""
    place, unit = alert.territory.name, recipe.unit.words.fr
    way = "au-dessus" if alert.above else "au-dessous"
    site = settings.BOUTURE_URL
    page = f"{site}/indicateurs/{recipe.key}/?territoire={alert.territory.code}"
    subject = f"{place} : {recipe.title.fr}, {at_most(last.value, 2)} {recipe.unit.sign or unit}"
    text = (
        f"Bonjour,\n\n{recipe.title.fr}, {place} : {at_most(last.value, 2)} {unit} en {last.period}. "
        f"C’est {way} de {at_most(alert.bound, 2)}, la valeur que vous nous avez donnée.\n\n"
        f"Le chiffre, sa source et son calcul :\n{page}\n\n"
        "Nous n’écrivons qu’une fois par passage. Pour ne plus recevoir cette alerte :\n"
        f"{site}{reverse('alert_stop', args=[alert.link])}\n"
    )
    return subject, text
