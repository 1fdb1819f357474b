"""Whom an instance that is followed is held to be, in the words of nobody: what the page, the command and programs show of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from harvesters.models import HarvestSource, PeerFeed
from harvesters.peers.alarms import Alarm
from harvesters.peers.faults import Fault


@dataclass(frozen=True)
class Pinned:
    """A key that is believed. `since`: known here, None for one that was pinned before that was kept. `until`: it leaves then,
    another has taken its place."""

    kid: str
    since: datetime | None
    until: datetime | None

    def told(self) -> dict[str, Any]:
        return {"kid": self.kid, "since": _spelled(self.since), "until": _spelled(self.until)}


@dataclass(frozen=True)
class Trust:
    """`signed`: "signed", "unsigned", "" while nobody looked. `keys`: the one that signs now first. `seen`: the keys of what was
    refused last, none of them believed. `says`: of itself, as its card said at `says_at`; software, version, withheld."""

    signed: str = ""
    keys: tuple[Pinned, ...] = ()
    prefix: str = ""
    harvests: int = 0
    seen: tuple[str, ...] = ()
    revoked_at: datetime | None = None
    revoked: tuple[str, ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    says_at: datetime | None = None

    def told(self) -> dict[str, Any]:
        """As `--json` prints it; moments in ISO 8601."""
        return {
            "signed": {"signed": True, "unsigned": False}.get(self.signed),
            "keys": [key.told() for key in self.keys],
            "prefix": self.prefix,
            "harvests": self.harvests,
            "seen": list(self.seen),
            "revoked_at": _spelled(self.revoked_at),
            "revoked": list(self.revoked),
            "says": {**self.says, "at": _spelled(self.says_at)} if self.says else None,
        }


def trust_of(source: HarvestSource, alarm: Alarm | None) -> Trust:
    """Of a source whose `feed` and `revocation` were read with it. `alarm`: of now; keys that were refused once and are no trouble
    any more are not shown."""
    feed: PeerFeed | None = getattr(source, "feed", None)
    revocation = getattr(source, "revocation", None)
    gone: dict[str, Any] = {"revoked_at": revocation.at, "revoked": tuple(revocation.kids)} if revocation else {}
    if feed is None:
        return Trust(**gone)
    return Trust(
        signed=feed.signed,
        keys=tuple(Pinned(jwk["kid"], _moment(jwk.get("since")), _moment(jwk.get("until"))) for jwk in feed.keys),
        prefix=feed.prefix,
        harvests=len(feed.harvests),
        seen=tuple(feed.seen) if alarm and alarm.fault == Fault.KEY_CHANGED else (),
        says={name: said for name, said in feed.card.items() if name != "at"},
        says_at=_moment(feed.card.get("at")),
        **gone,
    )


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _spelled(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
