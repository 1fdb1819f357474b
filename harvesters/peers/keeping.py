"""What somebody asks of an instance that is followed: to follow it, pause, go on, read it now or whole, forget it.

Each is done once however often it is asked, and told in the audit trail. Nothing is withdrawn here: forgetting is asked for,
and done by the worker (`harvesters.leaving`) or by who waits for it (`manage.py peer forget`), in batches.
"""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.errors import Refused
from catalogue.models import User
from catalogue.search.instance import searched_beside
from harvesters import schedule
from harvesters.following import Followed, follow_again, leave, same, web_address
from harvesters.lease import closed
from harvesters.models import HarvestSource
from harvesters.options import Wrong
from harvesters.peers.again import read_again
from harvesters.peers.finding import FEED, brief_client, feed_at
from harvesters.registry import BadSource, home_body, home_territory, host_of, key_of
from harvesters.sources.peer import Peer
from harvesters.telling import tell_followed, thing_of, told

RHYTHM: Final = "*/10 * * * *"  # a look at a feed that did not change costs its instance one page, unchanged
SPREAD: Final = 9  # minutes
FORGOTTEN: Final = gettext_noop("« {} » n’est plus suivie. Pour la suivre de nouveau, ajoutez son adresse.")
PAUSED: Final = gettext_noop("« {} » est en pause : reprenez-la d’abord.")
NOBODY: Final = gettext_noop("Aucune instance suivie ne s’appelle « {} ». Celles que l’on suit : {}.")
STILL_ASKED: Final = gettext_noop(
    " Son index est encore interrogé à chaque recherche : retirez-la aussi de BOUTURE_PEER_CLUSTERS, puis relancez le portail."
)
SEVERAL: Final = gettext_noop("Plusieurs instances suivies s’appellent « {} » : donnez leur adresse.")


def add(address: str, actor: User | None = None, *, trusted: bool = False) -> HarvestSource:
    """Follows the instance of this address, or of this feed: its first reading is asked for. Followed already, it is given
    back as it is; forgotten, it is followed again.

    `trusted`: typed by someone with a shell on this server, who may name a private host. Asks the instance once whether it
    has a feed, so never call it in a transaction. Raises BadSource, and what `feed_at` raises.
    """
    key = _typed(address, trusted)
    vouched = [host_of(key)] if trusted else []
    if known := _known(key):
        return _again(known, actor)
    with brief_client(HarvestSource(key=key, trusted=vouched)) as client:
        key = feed_at(key, client)
    if known := _known(key):
        return _again(known, actor)
    source = HarvestSource(
        key=key, kind=Peer.kind, owner=home_body(), territory=home_territory(), trusted=vouched,
        schedule=RHYTHM, spread=SPREAD, next_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            source.save()
            tell_followed(source, actor)
    except IntegrityError:  # somebody else, just now; or it is harvested as something else
        source = HarvestSource.objects.get(key=key)
        if source.kind != Peer.kind:
            raise Followed(source) from None
    return source


def pause(source: HarvestSource, actor: User | None = None) -> None:
    """No reading starts by itself; what came stays. Raises Refused for one that is followed no more."""
    _followed(source)
    with told(source, actor):
        schedule.pause(source)


def resume(source: HarvestSource, actor: User | None = None) -> None:
    """Back to its rhythm. One that was not paused keeps its next hour. Raises Refused for one that is followed no more."""
    _followed(source)
    if not source.active:
        with told(source, actor):
            schedule.resume(source)


def sync(source: HarvestSource) -> None:
    """To be read at the next round. Raises Refused while it is paused, and for one that is followed no more."""
    _followed(source)
    if not schedule.run_soon(source):
        raise Refused(_(PAUSED).format(source.name))


def again(source: HarvestSource, actor: User | None = None) -> None:
    """To be read whole at the next round, each of its words believed anew, however old: its home was restored from a backup. What
    it does not tell then is withdrawn, within the share admitted. Raises Refused as `sync`, NotAlone while it is being read.
    """
    _followed(source)
    with transaction.atomic():
        read_again(source)
        sync(source)
        auditing.tell(actor, "peer.again", thing_of(source))


def forget(source: HarvestSource, actor: User | None = None) -> None:
    """What came by it alone is to be withdrawn, then what is known of its feed cleared. What another source gives stays.
    Raises Refused for one that this portal took over."""
    _open(source)
    if source.left_at and not (source.leaving or _gave(source)):
        return
    with told(source, actor, "source.leave"):
        leave(source, withdraw=True, actor=actor)


def still_asked(source: HarvestSource) -> str:
    """What remains to be done by hand once an instance is forgotten or revoked; "" for nothing."""
    return _(STILL_ASKED) if searched_beside(source.key) else ""


def named(text: str) -> HarvestSource:
    """The instance of this number, address, host or name, among those that are or were followed. Raises BadSource."""
    wanted = text.strip().casefold().rstrip("/")
    every = list(HarvestSource.objects.filter(kind=Peer.kind).order_by("left_at", "pk"))
    found = [source for source in every if wanted in _names(source)]
    exact = [source for source in found if wanted in (str(source.pk), source.key.casefold().rstrip("/"))]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise BadSource(_(SEVERAL).format(text))
    known = ", ".join(source.name for source in every if not source.left_at) or _("aucune")
    raise BadSource(_(NOBODY).format(text.replace("\0", " ")[:200], known))


def _names(source: HarvestSource) -> set[str]:
    host, __, port = host_of(source.key).rpartition(":")
    said = (str(source.pk), source.key, source.title, source.name, host, f"{host}:{port}")
    return {name.casefold().rstrip("/") for name in said if name}


def _typed(address: str, trusted: bool) -> str:
    """Raises BadSource."""
    try:
        key = key_of(address.strip()) if trusted else web_address(address)
    except Wrong as error:
        raise BadSource(str(error)) from error
    if "://" not in key:
        raise BadSource(_("Une instance se suit par son adresse, qui commence par http:// ou https://."))
    return key


def _known(key: str) -> HarvestSource | None:
    """The instance that is followed at this address, or at the feed below."""
    found = [same(key), same(f"{key.rstrip('/')}/{FEED}")]
    return next((source for source in found if source and source.kind == Peer.kind), None)


def _again(source: HarvestSource, actor: User | None) -> HarvestSource:
    """Followed again when it was forgotten, else as it is. Raises BadSource for one that this portal took over."""
    if source.closed_at:
        raise BadSource(closed(source))
    if source.left_at:
        with told(source, actor):
            follow_again(source)
            schedule.run_soon(source)
        source.refresh_from_db()
    return source


def _gave(source: HarvestSource) -> bool:
    return source.records.filter(record__isnull=False, gone_at=None).exists()


def _open(source: HarvestSource) -> None:
    if source.closed_at:
        raise Refused(closed(source))


def _followed(source: HarvestSource) -> None:
    _open(source)
    if source.left_at:
        raise Refused(_(FORGOTTEN).format(source.name))
