"""Of which addresses a feed may speak: its own, and those that it declares to harvest. Nobody's word makes it another's home."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.conf import settings

from harvesters.peers.models import PeerFeed
from harvesters.peers.pages import Activity, FeedPage
from harvesters.peers.pages import Fault as Aside
from harvesters.peers.trust.provenance import LONGEST

TOO_FAR: Final = (
    "La fiche {} est passée par plus de {} instances : elle tourne sans doute en rond, et a été mise de côté."
)
RECORDS: Final = ("dataset", "service")
NOT_ITS_OWN: Final = (
    "L’adresse {} n’est pas de cette instance, et elle ne déclare pas la moissonner : la fiche a été mise de côté. Prévenez "
    "l’instance, ou admettez ces adresses."
)
BEYOND: Final = (
    "L’adresse {} est hors du préfixe admis pour cette instance non signée ({}) : la fiche a été mise de côté. Pour l’admettre : "
    "manage.py peer pin NOM --unsigned --prefix PRÉFIXE."
)
ANOTHER_S: Final = "L’adresse {} est celle d’une instance que nous suivons ({}), et celle-ci ne signe pas : la fiche a été mise de côté."


@dataclass
class Owning:
    """Of one run. `renewed` asks the instance again what it declares; true when it answered something to believe."""

    feed: PeerFeed
    renewed: Callable[[], bool]
    _others: tuple[str, ...] | None = None

    def admitted(self, page: FeedPage) -> FeedPage:
        """The page without the records that are not this instance's to tell, each among its faults. What deletes passes:
        it takes away only what came from here."""
        activities, faults = [], list(page.faults)
        for one in page.activities:
            reason = self._why_not(one)
            if self._returned(one):
                activities.append(replace(one, said=None))  # they have it by us alone: of this feed it is gone
            elif reason:
                faults.append(Aside(one.object[:200], reason))
            else:
                activities.append(one)
        return replace(page, activities=tuple(activities), faults=tuple(faults))

    def _returned(self, one: Activity) -> bool:
        """A loop: what went out from here comes back by others. Kept, it would outlive its home: each would hold it by the
        other."""
        return one.said is not None and under(f"{settings.BOUTURE_URL}/", one.chain)

    def _why_not(self, one: Activity) -> str:
        if one.said is None or one.said.kind not in RECORDS:
            return ""
        if len(one.chain) > LONGEST:
            return TOO_FAR.format(one.object[:200], LONGEST)
        if self.feed.signed == PeerFeed.Signed.SIGNED:
            fine = self._declared(one.object) or (self.renewed() and self._declared(one.object))
            return "" if fine else NOT_ITS_OWN.format(one.object[:200])
        if self.feed.prefix and not under(one.object, (self.feed.prefix,)):
            return BEYOND.format(one.object[:200], self.feed.prefix)
        owner = next((place for place in self._taken() if under(one.object, (place,))), "")
        return ANOTHER_S.format(one.object[:200], owner) if owner else ""

    def _declared(self, address: str) -> bool:
        return under(address, (self.feed.prefix, *self.feed.harvests))

    def _taken(self) -> tuple[str, ...]:
        """The places of the other instances that sign."""
        if self._others is None:
            rows = PeerFeed.objects.filter(signed=PeerFeed.Signed.SIGNED).exclude(source=self.feed.source)
            self._others = tuple(rows.exclude(prefix="").values_list("prefix", flat=True))
        return self._others


def under(address: str, places: tuple[str, ...]) -> bool:
    """Whether one of these begins it, whatever the scheme: a town that moved to https is the same town."""
    bare = address.partition("://")[2]
    return any(place and bare.startswith(place.partition("://")[2]) for place in places)
