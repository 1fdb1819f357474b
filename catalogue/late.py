"""Datasets older than the rhythm that they state: which, and telling who publishes them, at most once a month.

Nothing is stored of lateness: a day passes, and it is another answer. What a dataset does not say is never held against
it: no rhythm, an irregular one, no date, a date that is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from catalogue.mail import send
from catalogue.models import PUBLIC, Concept, Dataset, Distribution, LateNotice, Organisation, in_french
from catalogue.models.datasets import RecordQuerySet

EU: Final = "http://publications.europa.eu/resource/authority/frequency/"
# Days between two updates, by the code of the European vocabulary; more often than daily counts as daily.
PERIODS: Final = {
    **dict.fromkeys(("CONT", "UPDATE_CONT", "1MIN", "5MIN", "10MIN", "15MIN", "30MIN", "HOURLY"), 1),
    **dict.fromkeys(("BIHOURLY", "TRIHOURLY", "12HRS", "DAILY", "DAILY_2"), 1),
    "WEEKLY_3": 3, "WEEKLY_2": 4, "WEEKLY": 7, "MONTHLY_3": 11, "MONTHLY_2": 16, "BIWEEKLY": 14, "MONTHLY": 31,
    "BIMONTHLY": 62, "QUARTERLY": 92, "ANNUAL_3": 122, "ANNUAL_2": 184, "ANNUAL": 366, "BIENNIAL": 731,
    "TRIENNIAL": 1096, "QUADRENNIAL": 1461, "QUINQUENNIAL": 1827, "DECENNIAL": 3653, "BIDECENNIAL": 7305,
    "TRIDECENNIAL": 10958,
}  # fmt: skip
SLACK, LEAST = 0.1, 2  # share of the period, and days, that are let pass before anyone is called late
AGAIN: Final = timedelta(days=30)
NAMED: Final = 20  # datasets in one message


def late(datasets: RecordQuerySet, now: datetime) -> RecordQuerySet:
    """Those of `datasets` whose last update, theirs or of any of their files, is older than their rhythm allows.

    Dates are compared as text, which sorts as they do; "2025" and "2025-06" are given their whole length.
    """
    conditions: list[Q] = []
    for days in sorted(set(PERIODS.values())):
        limit = (now - timedelta(days=days + max(LEAST, days * SLACK))).date().isoformat()
        codes = [EU + code for code, length in PERIODS.items() if length == days]
        fresh = Distribution.objects.filter(dataset=OuterRef("pk"), modified__gte=limit[:4])
        conditions.append(Q(frequency__in=codes) & _older(limit) & ~Q(Exists(fresh.filter(~_older(limit)))))
    return datasets.filter(reduce(or_, conditions), modified__regex=r"^[12][0-9]{3}(-|$)")


def _older(limit: str) -> Q:
    return Q(modified__lt=limit) & ~Q(modified__in=(limit[:4], limit[:7]))


def rhythms() -> dict[str, str]:
    """What each rhythm is called in the reader's language, by its address."""
    language = get_language() or settings.LANGUAGE_CODE
    known = Concept.objects.filter(vocabulary__code="frequency").values_list("uri", "labels")
    return {uri: str(labels.get(language) or in_french(labels)) for uri, labels in known}


def mail_late(now: datetime | None = None) -> int:
    """Tells each body whose public datasets are late, if the instance wants it (BOUTURE_LATE_MAILS) and none was told
    within thirty days; returns how many messages left."""
    if not (settings.BOUTURE_LATE_MAILS and settings.BOUTURE_MAIL):
        return 0
    now = now or timezone.now()
    found = late(Dataset.objects.visible_to(PUBLIC), now).order_by("published_by", "modified")
    by_body: dict[int, list[Dataset]] = {}
    for dataset in found.only("title", "uri", "modified", "publisher", "contact_point", "published_by"):
        by_body.setdefault(dataset.published_by_id, []).append(dataset)
    return sum(_remind(body, by_body[body.pk], now) for body in Organisation.objects.filter(pk__in=by_body))


def _remind(body: Organisation, datasets: list[Dataset], now: datetime) -> bool:
    address = body.email or _address(datasets)
    if not address:
        return False
    notice, _ = LateNotice.objects.get_or_create(organisation=body)
    mine = LateNotice.objects.filter(pk=notice.pk)
    # One statement that one process wins; given back when the message did not leave.
    if not mine.filter(Q(sent_at=None) | Q(sent_at__lte=now - AGAIN)).update(sent_at=now):
        return False
    sent = send(
        address, f"{len(datasets)} jeux de données à mettre à jour".replace("1 jeux", "1 jeu"), _text(body, datasets)
    )
    if not sent:
        mine.update(sent_at=notice.sent_at)
    return sent


def _address(datasets: Iterable[Dataset]) -> str:
    """The mail address that the records themselves give: of who publishes, else of their contact."""
    for dataset in datasets:
        nodes: list[Any] = [dataset.publisher, *dataset.contact_point]
        for address in (one for node in nodes for one in node.get("email", ())):
            text = str(address).removeprefix("mailto:")
            if "@" in text and not set(text) & set("?,;<> \r\n"):
                return text
    return ""


def _text(body: Organisation, datasets: list[Dataset]) -> str:
    lines = [
        f"- {row.label}, mis à jour : {row.modified[:10]}\n  {settings.BOUTURE_URL}{row.get_absolute_url()}"
        for row in datasets[:NAMED]
    ]
    more = len(datasets) - NAMED
    if more > 0:
        lines.append(f"- et {more} de plus")
    return (
        f"Bonjour,\n\nCes jeux de données publiés par {body.name} sont plus anciens que le rythme annoncé dans leur "
        "fiche :\n\n"
        + "\n".join(lines)
        + "\n\nMettez à jour le jeu et la date de sa fiche, ou annoncez un autre rythme. "
        f"Nous écrivons une fois par mois au plus ; répondez à ce message pour que cela cesse.\n\n{settings.BOUTURE_URL}\n"
    )
