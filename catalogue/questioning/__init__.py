"""Questions about datasets, and errors that are reported: written without an account, confirmed by mail, answered by the body that
holds the dataset, and shown on its page when that body wishes. `mailing` is the worker's part."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.mail import asked_in
from catalogue.models import PUBLIC, Dataset, Organisation, Question, User
from catalogue.permissions import bodies_where

State = Question.State
UNCONFIRMED: Final = 5  # of one address
SHOWN: Final = 100  # on the page of a dataset
OVERDUE: Final = timedelta(days=21)  # without an answer: counted where everybody sees it
# What the trail calls each answer.
TOLD_AS: Final = {
    State.ANSWERED: "question.answer",
    State.CLOSED: "question.close",
    State.SPAM: "question.close",
}


@dataclass(frozen=True)
class Written:
    """What was typed, already checked. `rows`: the path of the page of a table from which it was reported."""

    kind: str
    text: str
    author: str
    email: str
    file: str = ""
    rows: str = ""
    row: str = ""
    column: str = ""


def ask(written: Written, dataset: Dataset) -> None:
    """One row, a message from the worker; nothing, and no word of it, when that address has too many that wait."""
    email = written.email.lower()
    if Question.objects.filter(email=email, confirmed_at=None).count() < UNCONFIRMED:
        Question.objects.create(dataset=dataset, language=asked_in(), **{**asdict(written), "email": email})


def confirm(question: Question) -> bool:
    """Whether it is confirmed: not when its dataset was withdrawn meanwhile. Done twice it changes nothing."""
    mine = Question.objects.filter(pk=question.pk)
    published = Dataset.objects.published().filter(pk=question.dataset_id).values("pk")
    # What still was to leave would ask for what is done.
    mine.filter(confirmed_at=None, dataset__in=published).update(confirmed_at=timezone.now(), mail=Question.Mail.NONE)
    return mine.exclude(confirmed_at=None).exists()


def shown_on(dataset: Dataset) -> QuerySet[Question]:
    """Those that were answered in public, the newest first."""
    return Question.objects.filter(dataset=dataset, state=State.ANSWERED, public=True).order_by("-done_at", "pk")[
        :SHOWN
    ]


def of_bodies(person: User) -> QuerySet[Question]:
    """Those that this person may answer: confirmed, on datasets held where they publish."""
    audience = bodies_where(person, "publish")
    found = Question.objects.exclude(confirmed_at=None)
    if not audience.everything:
        found = found.filter(dataset__owner__in=audience.organisations)
    return found.select_related("dataset__owner")


def with_overdue(bodies: QuerySet[Organisation], now: datetime | None = None) -> QuerySet[Organisation]:
    """Each with how many questions on the public datasets that it publishes have waited too long (`overdue`): a number for
    everybody, so private ones are no part of it. In the same query.
    """
    late = Question.objects.filter(state=State.WAITING, confirmed_at__lte=(now or timezone.now()) - OVERDUE)
    public = Dataset.objects.visible_to(PUBLIC).filter(published_by=OuterRef(OuterRef("pk")))
    counted = late.filter(dataset__in=public.values("pk")).order_by().values("state").annotate(count=Count("pk"))
    return bodies.annotate(overdue=Coalesce(Subquery(counted.values("count")), 0))


def settle(question: Question, state: str, text: str, actor: User, *, public: bool = False) -> bool:
    """The body's answer, or why it closes it; False when somebody did before. The right to is the caller's to check.

    Its author is told by the worker, but of what was called spam.
    """
    done = State(state)
    mail = Question.Mail.NONE if done == State.SPAM else Question.Mail.ANSWER
    public = public and done == State.ANSWERED
    with transaction.atomic(), auditing.together():
        mine = Question.objects.filter(pk=question.pk, state=State.WAITING).exclude(confirmed_at=None)
        if not mine.update(state=done, answer=text, public=public, done_at=timezone.now(), mail=mail, mail_at=None):
            return False
        # Neither what was asked nor what was answered, which may repeat it: its author may erase both, and a trail keeps all.
        after = {"question": done.value, "public": public, "reference": str(question.pk)}
        before = {"question": State.WAITING.value}
        auditing.tell(actor, TOLD_AS[done], Thing.record(question.dataset), before=before, after=after)
    return True


def show(question: Question, actor: User, *, public: bool) -> bool:
    """Shows what was answered on the dataset's page, or no longer; False when it is so already, or was not answered."""
    with transaction.atomic(), auditing.together():
        mine = Question.objects.filter(pk=question.pk, state=State.ANSWERED, public=not public)
        if not mine.update(public=public):
            return False
        after = {"public": public, "reference": str(question.pk)}
        thing = Thing.record(question.dataset)
        auditing.tell(actor, "question.show", thing, before={"public": not public}, after=after)
    return True


def link_of(question: Question) -> str:
    return f"{settings.BOUTURE_URL}{reverse('question', args=[question.link])}"
