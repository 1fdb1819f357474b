"""Reading all of a feed again: its home was restored from a backup, and says older words than those that are held here."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from catalogue.errors import Refused
from harvesters.lease import held
from harvesters.models import HarvestSource
from harvesters.peers.models import PeerFeed, PeerObject, PeerPage

AGAIN: Final = "again"  # in the place of what read its objects (`PeerFeed.reading`), until a run has read it all
NOT_A_PEER: Final = (
    "« {} » n’est pas une instance suivie : sa moisson relit déjà tout ce qui a changé. Relancez sans « --again »."
)


def read_again(source: HarvestSource) -> None:
    """From now on each word of the feed is believed, however old, and what a complete reading does not tell is withdrawn, within
    the share that is admitted. Nothing changes until that run. Raises Refused for a source that is no peer, NotAlone while it runs.
    """
    if source.kind != "peer":
        raise Refused(NOT_A_PEER.format(source.name))
    with held(source), transaction.atomic():
        PeerPage.objects.filter(source=source).delete()
        PeerFeed.objects.filter(source=source).update(read_until=None, newest=None, reading=AGAIN)
        PeerObject.objects.filter(source=source).update(activity="")
