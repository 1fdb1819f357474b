"""What an administrator decides of an instance that is followed: which key is its own, that it signs nothing, that it is
believed no more. Each is told in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.errors import Refused
from catalogue.models import User
from catalogue.signing import Unproven, proven
from harvesters.http import Client
from harvesters.models import HarvestSource
from harvesters.peers import keeping
from harvesters.peers.models import PeerFeed, PeerPage, PeerRevocation
from harvesters.peers.trust import cards
from harvesters.telling import thing_of

NOT_ITS_KEY: Final = gettext_noop(
    "L’instance ne signe pas avec la clé {}, mais avec : {}. Vérifiez l’empreinte auprès de son gestionnaire : rien n’a changé."
)
BAD_PREFIX: Final = gettext_noop("Un préfixe d’adresses commence par http:// ou https:// et finit par « / » : {}")


def pin(source: HarvestSource, kid: str, client: Client, actor: User | None = None) -> None:
    """From now on the instance is who holds this key, which somebody compared. What was revoked is believed again.

    Asks the instance for its card, so never call it in a transaction. Raises Refused when it does not sign with that key,
    and HarvestError when it does not answer.
    """
    card = cards.read(client.fetch(cards.address_of(source.key), accept="application/json"), source.key)
    announced = cards.valid(card.keys, timezone.now())
    try:
        proven(card.message, {kid: announced[kid]} if kid in announced else {}, datetime.now(UTC))
    except Unproven as error:
        raise Refused(_(NOT_ITS_KEY).format(kid[:100], ", ".join(announced) or _("aucune"))) from error
    feed = _feed(source)
    before = {"keys": [jwk["kid"] for jwk in feed.keys], "signed": feed.signed}
    feed.signed, feed.prefix = PeerFeed.Signed.SIGNED, card.prefix
    cards.keep(card, feed)
    _decide(feed, before, {"keys": [jwk["kid"] for jwk in feed.keys], "signed": feed.signed}, actor)


def unsigned(source: HarvestSource, prefix: str = "", actor: User | None = None) -> None:
    """The feed is followed without signature, for the addresses that begin so ("": any that no instance holds). Raises Refused."""
    if prefix and not cards.place_fine(prefix):
        raise Refused(_(BAD_PREFIX).format(prefix[:200]))
    feed = _feed(source)
    before = {"signed": feed.signed, "prefix": feed.prefix}
    feed.signed, feed.keys, feed.harvests, feed.prefix = PeerFeed.Signed.UNSIGNED, [], [], prefix
    feed.seen, feed.card = [], {}
    _decide(feed, before, {"signed": feed.signed, "prefix": prefix}, actor)


def revoke(source: HarvestSource, actor: User | None = None) -> None:
    """Believed no more, under whatever address: what came by it alone is withdrawn as when it is forgotten
    (`keeping.forget`), what another source gives stays. Its keys are remembered."""
    feed = PeerFeed.objects.filter(source=source).first()
    kids = [jwk["kid"] for jwk in feed.keys] if feed else []
    with transaction.atomic():
        row, _ = PeerRevocation.objects.get_or_create(source=source, defaults={"at": timezone.now()})
        row.kids = sorted({*row.kids, *kids})
        row.save()
        keeping.forget(source, actor)
        auditing.tell(actor, "peer.revoke", thing_of(source), after={"keys": row.kids})


def _feed(source: HarvestSource) -> PeerFeed:
    return PeerFeed.objects.filter(source=source).first() or PeerFeed(source=source)


def _decide(feed: PeerFeed, before: Mapping[str, object], after: Mapping[str, object], actor: User | None) -> None:
    """Every page is asked for again, whole: what was kept or set aside was so by what was known before."""
    feed.read_until = None
    feed.refused, feed.refused_at = "", None
    with transaction.atomic():
        feed.save()
        PeerPage.objects.filter(source=feed.source).update(etag="", last_modified="", sha256="", tries=0)
        PeerRevocation.objects.filter(source=feed.source).delete()
        auditing.tell(actor, "peer.pin", thing_of(feed.source), before=before, after=after)
