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
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.figures import at_most
from catalogue.indicators.contract import Recipe, Status
from catalogue.mail import send, told_in
from catalogue.models import Audience, FigureAlert, Observation
from catalogue.observing.recipes import known
from catalogue.permissions import audience_of
from catalogue.spoken import in_words

MOST: Final = 50  # of one person
ABOVE: Final = gettext_noop("""Bonjour,

%(title)s, %(place)s : %(value)s en %(period)s. C’est au-dessus de %(bound)s, la valeur que vous nous avez donnée.

Le chiffre, sa source et son calcul :
%(page)s

Nous n’écrivons qu’une fois par passage. Pour ne plus recevoir cette alerte :
%(stop)s
""")
BELOW: Final = gettext_noop("""Bonjour,

%(title)s, %(place)s : %(value)s en %(period)s. C’est au-dessous de %(bound)s, la valeur que vous nous avez donnée.

Le chiffre, sa source et son calcul :
%(page)s

Nous n’écrivons qu’une fois par passage. Pour ne plus recevoir cette alerte :
%(stop)s
""")
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
    """Subject and text, in the language of who asked."""
    page = f"{settings.BOUTURE_URL}/indicateurs/{recipe.key}/?territoire={alert.territory.code}"
    with told_in(alert.language):
        unit, value = in_words(recipe.unit.words), at_most(last.value, 2)
        said = {
            "title": in_words(recipe.title),
            "place": alert.territory.name,
            "value": f"{value} {unit}",
            "period": last.period,
            "bound": at_most(alert.bound, 2),
            "page": page,
            "stop": f"{settings.BOUTURE_URL}{reverse('alert_stop', args=[alert.link])}",
        }
        short = f"{value} {in_words(recipe.unit.signs) if recipe.unit.sign else unit}"
        return _("%(place)s : %(title)s, %(value)s") % {**said, "value": short}, _(
            ABOVE if alert.above else BELOW
        ) % said
