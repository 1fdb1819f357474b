"""What the worker does for questions: messages to who asked and to who publishes, and what is no longer needed erased.

Each message is claimed in one statement before it leaves: two workers send one, and one that is killed in between sends none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.mail import send, told_in
from catalogue.models import Organisation, Question
from catalogue.permissions import people_who
from catalogue.permissions.people import people_who_run
from catalogue.questioning import OVERDUE, State, link_of

Mail = Question.Mail
KEPT: Final = timedelta(days=7)  # without a confirmation
EMAIL_KEPT: Final = timedelta(days=30)  # after the answer
UNSHOWN_KEPT: Final = timedelta(days=180)  # after an answer that is not public
# After how long who publishes is told of a question, then told again.
STEPS: Final = (timedelta(0), timedelta(days=7), OVERDUE)
APART: Final = timedelta(hours=1)  # between two messages to one body
AGAIN: Final = timedelta(minutes=5)  # after the server refused one
TOLD: Final = 5  # people of a body
BATCH: Final = 50
MOST: Final = 500  # questions of one message
CONFIRM: Final = gettext_noop("""Bonjour,

Quelqu’un, sans doute vous, écrit à qui publie des données sur {host}.

Relisez et confirmez, dans les sept jours :
{link}

Le même lien efface tout quand vous voulez : gardez ce message. Si ce n’était pas vous, n’en faites rien : tout sera effacé.
""")
ANSWER: Final = gettext_noop("""Bonjour,

{said}

{text}

Revoir votre message, ou tout effacer :
{link}
""")
WAITING: Final = gettext_noop("""Bonjour,

{count} sur les données de {body} :
{link}
""")
# By step, what is added.
MORE: Final = (
    "",
    gettext_noop("Sans réponse, nous écrirons encore une fois."),
    gettext_noop("Nous n’écrirons plus à leur sujet. Leur nombre s’affiche désormais pour tous :\n{page}"),
)


def forget(now: datetime) -> None:
    """Erases what was never confirmed, and of what was answered long ago the address, then the rest of what is not public."""
    Question.objects.filter(confirmed_at=None, made_at__lt=now - KEPT).delete()
    done = Question.objects.exclude(done_at=None)
    done.filter(done_at__lt=now - UNSHOWN_KEPT, public=False).delete()
    old = done.filter(done_at__lt=now - EMAIL_KEPT)
    old.exclude(email="").update(email="", mail=Mail.NONE)
    # The name of who is shown beside what they asked stays, as they were told.
    old.filter(public=False).exclude(author="").update(author="")


def mail_authors(now: datetime | None = None) -> int:
    """Asks who wrote to confirm it, and tells them what was answered; returns how many messages left."""
    if not settings.BOUTURE_MAIL:
        return 0
    now, sent = now or timezone.now(), 0
    due = Question.objects.exclude(mail="").filter(Q(mail_at=None) | Q(mail_at__lte=now))
    for question in due.select_related("dataset__owner").order_by("made_at", "pk")[:BATCH]:
        mine = Question.objects.filter(pk=question.pk)
        if not mine.filter(mail=question.mail).update(mail=Mail.NONE):
            continue
        left = send(question.email, *_message(question))
        sent += left
        since = question.done_at or question.made_at
        if not left and since > now - KEPT:
            mine.filter(mail=Mail.NONE).update(mail=question.mail, mail_at=now + AGAIN)
    return sent


def _message(question: Question) -> tuple[str, str]:
    """Subject and text. Before it is confirmed, nothing that was typed: anybody could have given that address."""
    link = link_of(question)
    with told_in(question.language):
        if question.mail == Mail.CONFIRM:
            return _("Confirmez votre message"), _(CONFIRM).format(host=settings.BOUTURE_URL, link=link)
        answered = question.state == State.ANSWERED
        subject = _("Réponse à votre message") if answered else _("Votre message est clos")
        return subject, _(ANSWER).format(said=_said(question, answered), text=question.answer, link=link)


def _said(question: Question, answered: bool) -> str:
    # A dataset that is private now has no name for who may no longer see it.
    label = "" if question.dataset.private else question.dataset.label
    if answered:
        said = (
            _("%(body)s répond à votre message sur « %(label)s » :")
            if label
            else _("%(body)s répond à votre message :")
        )
    elif label:
        said = _("%(body)s a clos votre message sur « %(label)s », pour ce motif :")
    else:
        said = _("%(body)s a clos votre message, pour ce motif :")
    return said % {"body": question.dataset.owner.name, "label": label}


def mail_publishers(now: datetime | None = None) -> int:
    """Tells each body what waits for its answer, at three moments; of one that comes late to them, the last alone.

    Returns how many messages left.
    """
    if not settings.BOUTURE_MAIL:
        return 0
    now, sent = now or timezone.now(), 0
    for step in reversed(range(len(STEPS))):
        due = Question.objects.filter(state=State.WAITING, told__lte=step, confirmed_at__lte=now - STEPS[step])
        bodies = Organisation.objects.filter(pk__in=due.values("dataset__owner"))
        told = Question.objects.filter(told_at__gt=now - APART).values("dataset__owner")
        for body in bodies.exclude(pk__in=told).order_by("pk")[:BATCH]:
            sent += _remind(body, step, now)
    return sent


def _remind(body: Organisation, step: int, now: datetime) -> int:
    """One message to each of a few people, about all that have come to this step."""
    due = Question.objects.filter(state=State.WAITING, told__lte=step, confirmed_at__lte=now - STEPS[step])
    keys = list(due.filter(dataset__owner=body).order_by("confirmed_at").values_list("pk", flat=True)[:MOST])
    mine = Question.objects.filter(pk__in=keys)
    count = mine.filter(state=State.WAITING, told__lte=step).update(told=step + 1, told_at=now)
    # A body whose people all left still has who runs the portal: a question must reach somebody.
    people = (people_who("publish", body) or people_who_run())[:TOLD]
    if not count or not people:
        return 0
    subject, text = _reminder(body, step, count)
    sent = sum(send(person.email, subject, text) for person in people)
    if not sent:
        mine.filter(told=step + 1).update(told=step)  # again in an hour
    return sent


def _reminder(body: Organisation, step: int, count: int) -> tuple[str, str]:
    days = STEPS[step].days
    with told_in(""):
        if days:
            said = ngettext(
                "Un message attend une réponse depuis %(days)s jours",
                "%(count)s messages attendent une réponse depuis %(days)s jours",
                count,
            )
        else:
            said = ngettext("Un message attend une réponse", "%(count)s messages attendent une réponse", count)
        said %= {"count": count, "days": days}
        text = _(WAITING).format(count=said, body=body.name, link=settings.BOUTURE_URL + reverse("questions_review"))
        if MORE[step]:
            text += f"\n{_(MORE[step]).format(page=settings.BOUTURE_URL + reverse('quality'))}\n"
        return said, text
