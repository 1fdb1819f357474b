"""Searches that are followed by mail: confirmed by a link, stopped by the same, each new dataset told once.

New is what arrived, was opened or was put back since the search was confirmed or last told: read in the log, up to where the
index has come, then asked of the index among those alone. Only what has all the words is told. A message that does not leave
is tried again at the next round; a worker killed between the message and its note says it twice, and never misses any.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.batching import batches
from catalogue.log import cursor_of, last_number
from catalogue.mail import asked_in, send, told_in
from catalogue.models import PUBLIC, Audience, Change, Dataset, FollowedSearch, ToldRecord, User
from catalogue.permissions import audience_of
from catalogue.search import find
from catalogue.search.contract import SearchError
from catalogue.search.reader import READER

logger = logging.getLogger(__name__)
MOST: Final = 20  # searches of one address or person
UNCONFIRMED: Final = 5  # of one address: more is not asked for
KEPT: Final = timedelta(days=7)  # without a confirmation
AGAIN: Final = timedelta(days=1)  # between two messages to confirm one search
HELD: Final = timedelta(minutes=30)  # while one process writes
EVERY: Final = {FollowedSearch.Rhythm.DAILY: timedelta(days=1), FollowedSearch.Rhythm.WEEKLY: timedelta(days=7)}
BATCH: Final = 50
CHUNK: Final = 500  # records that the index is asked of at once
NAMED: Final = 20  # datasets in one message
ARRIVING: Final = (Change.Verb.CREATE, Change.Verb.OPEN, Change.Verb.UPDATE)
CONFIRM: Final = gettext_noop("""Bonjour,

Quelqu’un, sans doute vous, demande à recevoir par courriel les nouveaux jeux de données d’une recherche sur {host}.

Voyez laquelle et confirmez, dans les sept jours :
{link}

Si ce n’était pas vous, n’en faites rien : nous n’écrirons plus et votre adresse sera effacée.
""")
ALREADY: Final = gettext_noop("""Bonjour,

Vous avez demandé à suivre une recherche sur {host}. Vous la suivez déjà : il n’y a rien à faire.

La voir, ou ne plus la suivre :
{link}
""")
ONE: Final = gettext_noop("""Bonjour,

Vous suivez une recherche : %(name)s. Est arrivé :

%(lines)s

Toute la recherche :
%(address)s
""")
MANY: Final = gettext_noop("""Bonjour,

Vous suivez une recherche : %(name)s. Sont arrivés :

%(lines)s

Toute la recherche :
%(address)s
""")
DAILY: Final = gettext_noop("""Nous écrivons une fois par jour au plus, et seulement s’il y a du nouveau. Pour ne plus la suivre :
%(link)s
""")
WEEKLY: Final = gettext_noop("""Nous écrivons une fois par semaine au plus, et seulement s’il y a du nouveau. Pour ne plus la suivre :
%(link)s
""")


@dataclass(frozen=True)
class Question:
    """What is followed. `bounds`: `filters`, `since`, `until`, `box` as `find` takes them. `address`: its path here."""

    text: str
    bounds: Mapping[str, Any]
    address: str


def ask(email: str, question: Question, rhythm: str) -> None:
    """Without an account: one row, a message from the worker. Tells nothing of what that address follows already."""
    email = email.lower()
    said = _said(question, rhythm)
    mine = FollowedSearch.objects.filter(person=None, email=email)
    if mine.filter(address=question.address).update(asked=True):
        return
    if mine.count() < MOST and mine.filter(confirmed_at=None).count() < UNCONFIRMED:
        FollowedSearch.objects.get_or_create(
            person=None, email=email, address=question.address, defaults={**said, "asked": True}
        )


def follow(person: User, question: Question, rhythm: str) -> bool:
    """A member's own, from now on; False when there are too many."""
    mine = FollowedSearch.objects.filter(person=person)
    if mine.filter(address=question.address).update(rhythm=rhythm, language=asked_in()):
        return True
    if mine.count() >= MOST:
        return False
    said = _said(question, rhythm)
    kept, _new = FollowedSearch.objects.get_or_create(person=person, address=question.address, defaults=said)
    confirm(kept)
    return True


def _said(question: Question, rhythm: str) -> dict[str, Any]:
    bounds = dict(question.bounds)
    return {"text": question.text, "bounds": bounds, "rhythm": rhythm, "language": asked_in()}


def confirm(search: FollowedSearch) -> None:
    """What is there already is no news; done twice it changes nothing."""
    now = timezone.now()
    due = now + EVERY[FollowedSearch.Rhythm(search.rhythm)]
    mine = FollowedSearch.objects.filter(pk=search.pk, confirmed_at=None)
    mine.update(confirmed_at=now, due_at=due, number=last_number(), asked=False)


def link_of(search: FollowedSearch) -> str:
    return f"{settings.BOUTURE_URL}{reverse('followed', args=[search.link])}"


def mail_confirmations(now: datetime | None = None) -> int:
    """Asks those who want to follow a search to confirm it, and forgets those who never did; returns how many messages left."""
    now = now or timezone.now()
    FollowedSearch.objects.filter(confirmed_at=None, made_at__lt=now - KEPT).delete()
    if not settings.BOUTURE_MAIL:
        return 0
    sent = 0
    for search in FollowedSearch.objects.filter(asked=True, person=None).order_by("pk")[:BATCH]:
        mine = FollowedSearch.objects.filter(pk=search.pk)
        # One statement that one process wins.
        if mine.filter(asked=True).update(asked=False) and not (search.mailed_at and search.mailed_at > now - AGAIN):
            # The words that were searched are not repeated: whoever asked could have written anything to anybody.
            if send(search.email, *_confirmation(search)):
                sent += mine.update(mailed_at=now)
            else:
                mine.filter(made_at__gt=now - timedelta(hours=1)).update(asked=True)
    return sent


def mail_news(now: datetime | None = None) -> int:
    """Looks at every search that is due; returns how many messages left. Nothing is looked at where no message can leave."""
    if not settings.BOUTURE_MAIL:
        return 0
    now, upto = now or timezone.now(), cursor_of(READER)
    arrived: dict[int, tuple[uuid.UUID, ...]] = {}
    sent = 0
    due = FollowedSearch.objects.filter(confirmed_at__isnull=False, due_at__lte=now).select_related("person")
    for search in due.order_by("due_at", "pk").iterator():
        mine = FollowedSearch.objects.filter(pk=search.pk, due_at=search.due_at)
        if not mine.update(due_at=now + HELD):
            continue
        if search.number not in arrived:
            arrived = {search.number: tuple(_arrived(search.number, upto))}
        try:
            sent += _tell(search, arrived[search.number], upto, now)
        except SearchError as error:
            logger.warning("recherches suivies : %s", error.message)
            return sent
    return sent


def _arrived(after: int, upto: int) -> Iterator[uuid.UUID]:
    """The datasets that came, were opened or were put back in these lines, each once."""
    lines = Change.objects.filter(
        number__gt=after, number__lte=upto, kind=Change.Kind.RECORD, record_type="dataset", verb__in=ARRIVING
    )
    seen: set[uuid.UUID] = set()
    for record, verb, fields in lines.order_by("number").values_list("record", "verb", "fields").iterator():
        if record not in seen and (verb != Change.Verb.UPDATE or "status" in fields):
            seen.add(record)
            yield record


def _tell(search: FollowedSearch, arrived: Sequence[uuid.UUID], upto: int, now: datetime) -> bool:
    person = search.person
    if person is not None and not person.is_active:
        return False
    audience = audience_of(person) if person else PUBLIC
    new = _new(search, arrived, audience)
    sent = bool(new) and send(person.email if person else search.email, *_message(search, new), stop=link_of(search))
    if new and not sent:
        return False  # looked at again once it is no longer held
    with transaction.atomic():
        ToldRecord.objects.bulk_create((ToldRecord(search=search, record=row.pk) for row in new), ignore_conflicts=True)
        # Stopped meanwhile, there is no row left to move.
        due = now + EVERY[FollowedSearch.Rhythm(search.rhythm)]
        FollowedSearch.objects.filter(pk=search.pk).update(number=max(upto, search.number), due_at=due)
    return sent


def _new(search: FollowedSearch, arrived: Sequence[uuid.UUID], audience: Audience) -> list[Dataset]:
    """Those that answer, that this reader may see now, and that were not told, in the order of their arrival. Raises SearchError."""
    found: list[Dataset] = []
    for chunk in batches(arrived, CHUNK):
        told = set(ToldRecord.objects.filter(search=search, record__in=chunk).values_list("record", flat=True))
        left = frozenset(str(each) for each in chunk if each not in told)
        # By arrival, those that have but some of the words come only where none has all of them.
        page = _answers(search, left, audience) if left else ()
        rows = Dataset.objects.visible_to(audience).in_bulk([uuid.UUID(each) for each in page])
        found += [rows[key] for key in chunk if key in rows]
    return found


def _answers(search: FollowedSearch, among: frozenset[str], audience: Audience) -> tuple[str, ...]:
    bounds = search.bounds
    page = find(
        search.text,
        {name: tuple(values) for name, values in bounds.get("filters", {}).items()},
        audience,
        sort="created",
        size=CHUNK,
        kinds=("dataset",),
        since=bounds.get("since", ""),
        until=bounds.get("until", ""),
        box=tuple(bounds["box"]) if bounds.get("box") else None,
        only=among,
    )
    return () if page.relaxed else tuple(hit.id for hit in page.hits)


def _confirmation(search: FollowedSearch) -> tuple[str, str]:
    """Subject and text."""
    with told_in(search.language):
        subject, text = _("Vous suivez déjà cette recherche"), _(ALREADY)
        if search.confirmed_at is None:
            subject, text = _("Confirmez que vous suivez cette recherche"), _(CONFIRM)
        return subject, text.format(host=settings.BOUTURE_URL, link=link_of(search))


def _message(search: FollowedSearch, new: Sequence[Dataset]) -> tuple[str, str]:
    """Subject and text."""
    site, count = settings.BOUTURE_URL, len(new)
    with told_in(search.language):
        subject = ngettext("Un nouveau jeu de données", "%(count)s nouveaux jeux de données", count) % {"count": count}
        lines = [f"- {row.label}\n  {site}{row.get_absolute_url()}" for row in new[:NAMED]]
        if count > NAMED:
            lines.append(_("- et %(count)s de plus") % {"count": count - NAMED})
        told = {"name": search.name, "lines": "\n".join(lines), "address": f"{site}{search.address}"}
        text = _(MANY if count > 1 else ONE) % told
        rhythm = _(DAILY) if search.rhythm == FollowedSearch.Rhythm.DAILY else _(WEEKLY)
        return subject, f"{text}\n{rhythm % {'link': link_of(search)}}"
