"""Whom a followed instance is held to be, on `/instances/`: in words, and the gestures by which an administrator decides of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.errors import Refused
from catalogue.models import User
from harvesters.models import HarvestSource, PeerFeed
from harvesters.peers import keeping
from harvesters.peers.faults import Fault
from harvesters.peers.finding import brief_client
from harvesters.peers.standing import Peer
from harvesters.peers.trust import pinning
from harvesters.peers.trust.showing import Pinned, Trust
from portal import spelling
from portal.pages import words

SHORT: Final = 8  # signs of a thumbprint that tell two keys apart at a glance
SURE: Final = gettext_noop("Cochez « oui, %(what)s » pour confirmer. Rien n’a été changé.")


@dataclass(frozen=True)
class Asked:
    """A gesture of somebody; `given` is what came with the form."""

    source: HarvestSource
    given: QueryDict
    who: User

    def sure(self, what: str) -> None:
        """Raises Refused unless that was confirmed."""
        if not self.given.get("sur"):
            raise Refused(_(SURE) % {"what": _(what)})


@dataclass(frozen=True)
class Key:
    """`short` begins the thumbprint `kid`; `told`: since when it is known, until when it is believed."""

    kid: str
    short: str
    told: str


@dataclass(frozen=True)
class Belief:
    """`word`: in one line. `admissible`: keys that somebody may say are its own. `unsigned`: whether it may be followed without a
    signature, `confirms`: and that must be confirmed, since it signed."""

    word: str
    keys: tuple[Key, ...]
    says: str
    withholds: str
    admissible: tuple[str, ...]
    unsigned: bool
    confirms: bool
    prefix: str
    open: bool


def belief_of(peer: Peer) -> Belief:
    trust, signs = peer.trust, peer.trust.signed == "signed"
    stopped = peer.alarm is not None and peer.alarm.fault == Fault.UNSIGNED
    admissible = trust.seen or trust.revoked
    return Belief(
        word=_word(trust),
        keys=tuple(_key(key) for key in trust.keys),
        says=_says(trust),
        withholds=_withholds(trust),
        admissible=admissible,
        unsigned=trust.signed == "unsigned" or stopped,
        confirms=signs,
        prefix=trust.prefix,
        open=bool(admissible) or stopped,
    )


def _word(trust: Trust) -> str:
    if trust.revoked_at:
        return _("Révoquée le %(revoked_at)s") % {"revoked_at": words.moment(trust.revoked_at)}
    if trust.signed == "signed":
        return _("Signée")
    if trust.signed == "unsigned":
        return _("Non signée")
    return _("Pas encore regardée")


def _key(key: Pinned) -> Key:
    told = _("connue depuis sa première lecture")
    if key.since:
        told = _("connue depuis le %(moment)s") % {"moment": words.moment(key.since)}
    if key.until:
        told += _(" ; remplacée, et encore admise jusqu’au %(moment)s") % {"moment": words.moment(key.until)}
    return Key(key.kid, key.kid[:SHORT], told)


def _says(trust: Trust) -> str:
    """Which software, of which version, and when it was asked."""
    if not trust.says or trust.says_at is None:
        return ""
    software = str(trust.says.get("software", "")).capitalize()
    named = " ".join(filter(None, (software, str(trust.says.get("version", "")))))
    return _("%(software)s, le %(moment)s") % {
        "software": named or _("Un logiciel qu’elle ne nomme pas"),
        "moment": words.moment(trust.says_at),
    }


def _withholds(trust: Trust) -> str:
    held = trust.says.get("withheld")
    if not held:
        return ""
    themes, bodies, records = (held.get(name) or 0 for name in ("themes", "organisations", "records"))
    told = [
        ngettext("%(shown)s thème", "%(shown)s thèmes", themes) % {"shown": words.number(themes)} if themes else "",
        ngettext("%(shown)s organisation", "%(shown)s organisations", bodies) % {"shown": words.number(bodies)}
        if bodies
        else "",
        ngettext("%(shown)s fiche", "%(shown)s fiches", records) % {"shown": words.number(records)} if records else "",
    ]
    told = [one for one in told if one]
    if not told:
        return _("Elle ne retient rien.")
    if len(told) == 1:
        return _("Elle retient %(what)s.") % {"what": told[0]}
    return _("Elle retient %(first)s et %(last)s.") % {"first": ", ".join(told[:-1]), "last": told[-1]}


def admit(asked: Asked) -> str:
    """The key that was compared is its own. Asks the instance, so never in a transaction. Raises Refused, HarvestError."""
    asked.sure(gettext_noop("je l’ai comparée au téléphone"))
    kid = spelling.one_line(asked.given.get("cle", ""))
    with brief_client(asked.source) as client:
        pinning.pin(asked.source, kid, client, asked.who)
    return _("« %(name)s » est désormais qui tient la clé %(kid)s.") % {"name": asked.source.name, "kid": kid}


def follow_unsigned(asked: Asked) -> str:
    """For the addresses that begin so. Raises Refused."""
    if PeerFeed.objects.filter(source=asked.source, signed=PeerFeed.Signed.SIGNED).exists():
        asked.sure(gettext_noop("la suivre sans signature"))
    prefix = spelling.one_line(asked.given.get("prefixe", ""))
    pinning.unsigned(asked.source, prefix, asked.who)
    name = asked.source.name
    if prefix:
        told = _("« %(name)s » est suivie sans signature, pour les adresses en %(prefix)s.")
        return told % {"name": name, "prefix": prefix}
    told = _("« %(name)s » est suivie sans signature, pour toute adresse que personne d’autre ne tient.")
    return told % {"name": name}


def revoke(asked: Asked) -> str:
    asked.sure(gettext_noop("la révoquer"))
    pinning.revoke(asked.source, asked.who)
    told = _(
        "« %(name)s » est révoquée : ce qui n’est venu que d’elle se retire, et sa clé n’est plus crue nulle part."
    )
    return told % {"name": asked.source.name} + keeping.still_asked(asked.source)


def read_again(asked: Asked) -> str:
    asked.sure(gettext_noop("la relire en entier"))
    keeping.again(asked.source, asked.who)
    return _("« %(name)s » sera relue en entier à la prochaine lecture.") % {"name": asked.source.name}
