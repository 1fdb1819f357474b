"""`/instances/`: the instances that this portal follows and those that follow it, for who runs the instance.

A new instance is asked once, briefly, whether it has a feed; all else is asked of the worker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from catalogue.errors import CatalogueError, Refused
from catalogue.feeding import tree
from catalogue.feeding.policy import Policy
from catalogue.models import FeedFollower, User
from harvesters.base import HarvestError
from harvesters.models import HarvestSource
from harvesters.peers import keeping
from harvesters.peers.standing import GONE, Peer, peers
from harvesters.registry import BadSource
from harvesters.sources.peer import Peer as Kind
from portal import spelling
from portal.pages import believing, words
from portal.pages.believing import Asked, Belief, belief_of
from portal.pages.running import for_who_runs_it
from portal.pages.words import no_gesture

STATES: Final = {
    "forgetting": ("warn", "horloge", gettext_noop("On l’oublie : ses fiches se retirent")),
    "revoked": ("fail", "erreur", gettext_noop("Révoquée")),
    "forgotten": ("", "info", gettext_noop("Oubliée")),
    "running": ("", "horloge", gettext_noop("Lecture en cours")),
    "paused": ("", "info", gettext_noop("En pause")),
    "trial": ("", "info", gettext_noop("À l’essai")),
    "never": ("", "info", gettext_noop("Pas encore lue")),
    "alarm": ("fail", "erreur", gettext_noop("En alarme")),
    "aside": ("warn", "attention", gettext_noop("Des fiches de côté")),
    "fine": ("good", "juste", gettext_noop("Suivie")),
}
SILENT: Final = timedelta(days=1)  # a follower that was not seen for so long may have stopped
UNKNOWN: Final = gettext_noop("Cette instance n’est plus de la liste. Relisez la page, puis recommencez.")
ROUND: Final = gettext_noop("dans la minute si le travailleur tourne")


@dataclass(frozen=True)
class Row:
    """One that is followed, in words."""

    peer: Peer
    css: str
    icon: str
    state: str
    position: str
    lag: str
    read: str
    next: str
    since: str  # of its alarm
    rises: bool  # whether it can be read now
    gone: bool  # believed no more, and not followed
    belief: Belief


@dataclass(frozen=True)
class Follower:
    url: str
    seen: str
    behind: int
    silent: bool
    mutual: bool  # we follow it too


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_who_runs_it
def page(request: HttpRequest) -> HttpResponse:
    """403 for who does not run the instance."""
    assert isinstance(request.user, User)
    error = ""
    if request.method == "POST":
        try:
            messages.success(request, _act(request, request.user))
        except BadSource as refused:
            error = str(refused)
        except (CatalogueError, HarvestError) as refused:
            error = refused.message
        else:
            return HttpResponseRedirect(request.path)
    rows = [row_of(peer) for peer in peers()]
    context = {
        "rows": rows,
        "followed": sum(not row.gone for row in rows),
        "alarms": [row for row in rows if row.peer.alarm],
        "followers": followers(rows),
        "policy": Policy.now(),
        "error": error,
        "typed": request.POST.get("adresse", "") if error else "",
    }
    return render(request, "instances.html", context, status=422 if error else 200)


def row_of(peer: Peer) -> Row:
    css, icon, state = STATES[peer.state]
    return Row(
        peer=peer,
        css=css,
        icon=icon,
        state=_(state),
        position=words.moment(peer.read_until) if peer.read_until else _("rien n’est encore lu jusqu’au bout"),
        lag=_lag(peer),
        read=_("il y a %(length)s") % {"length": _length(peer.since_success)}
        if peer.since_success is not None
        else _("jamais"),
        next=_next(peer.source),
        since=words.moment(peer.alarm.since) if peer.alarm else "",
        rises=peer.source.active and peer.state not in ("forgetting", "running", *GONE),
        gone=peer.state in GONE,
        belief=belief_of(peer),
    )


def followers(rows: list[Row]) -> list[Follower]:
    """The last seen first."""
    now, last = timezone.now(), tree.last_position()
    followed = {peer.address.partition("://")[2].partition("/")[0] for peer in (row.peer for row in rows)}
    return [
        Follower(
            url=one.url,
            seen=_length(int((now - one.seen_at).total_seconds())),
            behind=max(last - one.position, 0),
            silent=now - one.seen_at > SILENT,
            mutual=one.url.partition("://")[2] in followed,
        )
        for one in FeedFollower.objects.order_by("-seen_at")
    ]


def _lag(peer: Peer) -> str:
    if peer.lag is None:
        return ""
    if peer.lag:
        return _("%(length)s de retard") % {"length": _length(peer.lag)}
    return _("à jour de ce qu’elle annonçait")


def _length(seconds: int) -> str:
    """In the unit that one would say."""
    days, hours, minutes = seconds // 86_400, seconds // 3_600, seconds // 60
    if days > 1:
        return _("%(count)s jours") % {"count": words.number(days)}
    if hours > 1:
        return _("%(count)s heures") % {"count": hours}
    if minutes:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}
    return ngettext("%(count)s seconde", "%(count)s secondes", seconds) % {"count": seconds}


def _next(source: HarvestSource) -> str:
    if not source.active:
        return _("aucune, elle est en pause")
    if source.next_at is None:
        return _("à la main seulement")
    if source.next_at <= timezone.now():
        return _("dans la minute")
    return _("le %(moment)s") % {"moment": words.moment(source.next_at)}


def _act(request: HttpRequest, who: User) -> str:
    """What to say. Raises BadSource, Refused and what `keeping.add` and `believing.admit` raise."""
    said = request.POST
    if said.get("geste") == "suivre":
        source = keeping.add(spelling.one_line(said.get("adresse", "")), who)
        return _("« %(name)s » est suivie. Sa première lecture part %(round)s.") % {
            "name": source.name,
            "round": _(ROUND),
        }
    if said.get("geste") == "admettre":
        return believing.admit(Asked(_named(said, HarvestSource.objects.all()), said, who))
    verb = VERBS.get(said.get("geste", ""))
    if verb is None:
        raise Refused(no_gesture())
    with transaction.atomic():  # two people at once: the second reads what the first wrote
        return verb(Asked(_named(said, HarvestSource.objects.select_for_update()), said, who))


def _named(said: QueryDict, rows: QuerySet[HarvestSource]) -> HarvestSource:
    number = said.get("instance", "")
    key = spelling.whole(number, 9)
    found = rows.filter(pk=key, kind=Kind.kind).first()
    if found is None:
        raise Refused(_(UNKNOWN))
    return found


def _read(asked: Asked) -> str:
    keeping.sync(asked.source)
    return _("La lecture de « %(name)s » est demandée : elle part %(round)s.") % {
        "name": asked.source.name,
        "round": _(ROUND),
    }


def _pause(asked: Asked) -> str:
    keeping.pause(asked.source, asked.who)
    return _("« %(name)s » est en pause. Ce qui est venu d’elle reste.") % {"name": asked.source.name}


def _resume(asked: Asked) -> str:
    keeping.resume(asked.source, asked.who)
    return _("« %(name)s » est suivie à son rythme.") % {"name": asked.source.name}


def _forget(asked: Asked) -> str:
    asked.sure(gettext_noop("l’oublier"))
    keeping.forget(asked.source, asked.who)
    told = _("« %(name)s » n’est plus suivie. Ce qui n’est venu que d’elle se retire %(round)s.")
    return told % {"name": asked.source.name, "round": _(ROUND)} + keeping.still_asked(asked.source)


VERBS: Final[dict[str, Callable[[Asked], str]]] = {
    "lire": _read,
    "pause": _pause,
    "reprendre": _resume,
    "oublier": _forget,
    "prefixe": believing.follow_unsigned,
    "revoquer": believing.revoke,
    "relire": believing.read_again,
}
