"""Reuses of datasets: declared without an account, confirmed by mail, shown once the body that holds the dataset accepted it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.mail import asked_in, post, send, told_in
from catalogue.models import PUBLIC, Dataset, Reuse, ReusedDataset, User
from catalogue.models.datasets import readable
from catalogue.permissions import bodies_where, people_who

Status = ReusedDataset.Status
KEPT: Final = timedelta(days=7)  # without a confirmation
REFUSED_KEPT: Final = timedelta(days=180)
UNCONFIRMED: Final = 5  # of one address
TOLD: Final = 5  # people of a body
BATCH: Final = 50
CONFIRM: Final = gettext_noop("""Bonjour,

Quelqu’un, sans doute vous, déclare une réutilisation de données sur {host}.

Relisez-la et confirmez, dans les sept jours :
{link}

Le même lien la retire quand vous voulez : gardez ce message. Si ce n’était pas vous, n’en faites rien : tout sera effacé.
""")
WAITING: Final = gettext_noop("""Bonjour,

Quelqu’un a réutilisé des données de {body}. La réutilisation s’affichera quand vous l’aurez acceptée :
{link}
""")
ANSWERED: Final = gettext_noop("""Bonjour,

Votre réutilisation de « %(label)s » est %(answer)s.

La revoir, ou la retirer :
%(link)s
""")
ANSWERED_WHY: Final = gettext_noop("""Bonjour,

Votre réutilisation de « %(label)s » est %(answer)s.

Motif : %(reason)s

La revoir, ou la retirer :
%(link)s
""")
# Where an answer leads from; anything else is left as it is.
AFTER: Final = {
    Status.SHOWN: (Status.WAITING, Status.REFUSED, Status.WITHDRAWN),
    Status.REFUSED: (Status.WAITING,),
    Status.WITHDRAWN: (Status.SHOWN,),
}


@dataclass(frozen=True)
class Declared:
    """What was typed, already checked."""

    title: str
    address: str
    kind: str
    author: str
    description: str
    email: str


def declare(declared: Declared, datasets: Sequence[Dataset]) -> None:
    """One row, a message from the worker; nothing, and no word of it, when that address has too many that wait."""
    email = declared.email.lower()
    if Reuse.objects.filter(email=email, confirmed_at=None).count() >= UNCONFIRMED:
        return
    with transaction.atomic():
        reuse = Reuse.objects.create(language=asked_in(), **{**asdict(declared), "email": email})
        ReusedDataset.objects.bulk_create(ReusedDataset(reuse=reuse, dataset=each) for each in datasets)


def confirm(reuse: Reuse) -> None:
    """Done twice it changes nothing. Tells who publishes in the bodies that hold the datasets."""
    bodies = {use.dataset.owner for use in reuse.uses.select_related("dataset__owner")}
    link = settings.BOUTURE_URL + reverse("reuses_review")
    with transaction.atomic():
        if not Reuse.objects.filter(pk=reuse.pk, confirmed_at=None).update(confirmed_at=timezone.now()):
            return
        for body in bodies:
            for person in people_who("publish", body)[:TOLD]:
                with told_in(""):
                    subject, text = _("Une réutilisation à examiner"), _(WAITING).format(body=body.name, link=link)
                post(person.email, subject, text)


def shown_on(dataset: Dataset) -> list[Reuse]:
    """The newest first."""
    uses = ReusedDataset.objects.filter(dataset=dataset, status=Status.SHOWN).select_related("reuse")
    return [use.reuse for use in uses.order_by("-reviewed_at", "pk")[:100]]


def shown_to_all(kind: str = "") -> QuerySet[Reuse]:
    """Those that a body shows of a dataset that anybody may read now, the last accepted first; `kind`: of that one alone."""
    uses = _public_uses().filter(reuse=OuterRef("pk")).order_by("-reviewed_at")
    found = Reuse.objects.annotate(shown_at=Subquery(uses.values("reviewed_at")[:1])).filter(Exists(uses))
    return (found.filter(kind=kind) if kind else found).order_by(F("shown_at").desc(nulls_last=True), "pk")


def datasets_of(reuses: Collection[Reuse]) -> dict[UUID, list[Dataset]]:
    """Of each, the public datasets on which it is shown. One query."""
    found: dict[UUID, list[Dataset]] = {}
    uses = _public_uses().filter(reuse__in=reuses).select_related("dataset").order_by("pk")
    for use in uses.only("reuse_id", "dataset__id", "dataset__uri", "dataset__title"):
        found.setdefault(use.reuse_id, []).append(use.dataset)
    return found


def _public_uses() -> QuerySet[ReusedDataset]:
    return ReusedDataset.objects.filter(readable(PUBLIC, "dataset__"), status=Status.SHOWN)


def with_reuses(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Datasets, each with whether `shown_on` has any for it (`reused`): in the same query."""
    return rows.annotate(reused=Exists(ReusedDataset.objects.filter(dataset=OuterRef("pk"), status=Status.SHOWN)))


def of_bodies(person: User) -> QuerySet[ReusedDataset]:
    """Those that this person may answer: confirmed, on datasets held where they publish."""
    audience = bodies_where(person, "publish")
    found = ReusedDataset.objects.filter(reuse__confirmed_at__isnull=False)
    if not audience.everything:
        found = found.filter(dataset__owner__in=audience.organisations)
    return found.select_related("reuse", "dataset__owner")


def review(use: ReusedDataset, status: str, reason: str, actor: User) -> bool:
    """The body's answer, told to the declarer; False when somebody answered before. The right to is the caller's to check."""
    answer = Status(status)
    with transaction.atomic(), auditing.together():
        mine = ReusedDataset.objects.filter(pk=use.pk, status__in=AFTER[answer])
        if not mine.update(status=answer, reason=reason, reviewed_at=timezone.now()):
            return False
        before, after = {"reuse": use.status}, {"reuse": answer.value, "title": use.reuse.title}
        auditing.tell(actor, "reuse.review", Thing.record(use.dataset), before=before, after=after, reason=reason)
        post(use.reuse.email, *_answered(use, answer, reason))
    return True


def _answered(use: ReusedDataset, answer: Status, reason: str) -> tuple[str, str]:
    """Subject and text."""
    with told_in(use.reuse.language):
        told = {"label": use.dataset.label, "answer": answer.label, "reason": reason, "link": link_of(use.reuse)}
        return _("Votre réutilisation est %(answer)s") % told, (_(ANSWERED_WHY) if reason else _(ANSWERED)) % told


def link_of(reuse: Reuse) -> str:
    return f"{settings.BOUTURE_URL}{reverse('reuse', args=[reuse.link])}"


def mail_declarations(now: datetime | None = None) -> int:
    """Asks declarers to confirm; forgets what was never confirmed, and what was refused long ago. Returns how many messages left."""
    now = now or timezone.now()
    Reuse.objects.filter(confirmed_at=None, made_at__lt=now - KEPT).delete()
    ReusedDataset.objects.filter(status=Status.REFUSED, reviewed_at__lt=now - REFUSED_KEPT).delete()
    Reuse.objects.filter(uses=None, made_at__lt=now - KEPT).delete()
    if not settings.BOUTURE_MAIL:
        return 0
    sent = 0
    for reuse in Reuse.objects.filter(asked=True).order_by("pk")[:BATCH]:
        mine = Reuse.objects.filter(pk=reuse.pk)
        # One statement that one process wins. Nothing that was typed is repeated to an address that anybody could have given.
        if mine.filter(asked=True).update(asked=False):
            with told_in(reuse.language):
                text = _(CONFIRM).format(host=settings.BOUTURE_URL, link=link_of(reuse))
                subject = _("Confirmez votre réutilisation")
            left = send(reuse.email, subject, text)
            sent += left
            if not left and reuse.made_at > now - timedelta(hours=1):
                mine.update(asked=True)
    return sent


def reusable() -> QuerySet[Dataset]:
    """What a reuse may be declared of."""
    return Dataset.objects.visible_to(PUBLIC)
