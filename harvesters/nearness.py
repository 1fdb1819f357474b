"""Which of two routes to one dataset is nearer to its home. Hosts and words only: no base, no network.

What a route says of itself proves nothing: anybody may write anybody's address, or their own. So a route is near when
the *other* one names its host. The town's own catalogue, named by the hub that copies it, is at home; a stranger that
copies the town's addresses is named by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from urllib.parse import urlsplit

# Under these, each name is somebody else's: public suffixes of France and its neighbours, and platforms where towns
# rent a name. Beyond them a domain is its last two labels.
SHARED = frozenset(
    "gouv.fr asso.fr com.fr nom.fr prd.fr tm.fr co.uk gov.uk org.uk ac.uk ltd.uk com.be gv.at co.at or.at gov.it edu.it "
    "com.es gob.es org.es gov.pl gob.mx gov.br com.br com.au gov.au co.nz govt.nz "
    "opendatasoft.com huwise.com arcgis.com hub.arcgis.com opendata.arcgis.com maps.arcgis.com github.io gitlab.io "
    "githubusercontent.com amazonaws.com s3.amazonaws.com blob.core.windows.net azurewebsites.net herokuapp.com "
    "netlify.app vercel.app pages.dev workers.dev web.app firebaseapp.com ckan.io geo2france.fr example.com".split()
)

# An address as nearly all are: what `urlsplit` would find in it, in a fifth of the time.
PLAIN = re.compile(r"https?://([A-Za-z0-9.\-]+(?::\d{1,5})?)(?=[/?#]|\Z)", re.IGNORECASE)


class Distance(IntEnum):
    """From a source's host to the hosts that the other route names."""

    HOME = 0
    SAME_DOMAIN = 1
    ELSEWHERE = 2


@dataclass(frozen=True)
class Route:
    """One source's way to one record."""

    host: str  # of the source, "" when it has none (a file)
    names: frozenset[str]  # the hosts of the addresses that it says of the record
    owner: int = 0
    own: bool = False  # whether the source is held by the body that publishes the record
    hops: int = 0  # through how many instances the record came; 0: harvested where the source found it


@lru_cache(maxsize=5_000)
def host_of(address: str) -> str:
    """The host and the port, in lower case, without "www."; "" for what is no web address."""
    if plain := PLAIN.match(address):
        return plain[1].lower().removeprefix("www.")
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    return parts.netloc.rpartition("@")[2].lower().removeprefix("www.") if parts.scheme in ("http", "https") else ""


@lru_cache(maxsize=1_000)
def domain_of(host: str) -> str:
    """What somebody looks to have registered: the label before the longest shared name, with that name."""
    name = host.partition(":")[0]
    labels = name.split(".")
    if labels[-1].isdigit() or "[" in host:
        return host
    for start in range(1, len(labels) - 1):
        if ".".join(labels[start:]) in SHARED:
            return ".".join(labels[start - 1 :])
    return name if name in SHARED else ".".join(labels[-2:])


def distance(host: str, homes: Iterable[str]) -> Distance:
    """To the nearest of them."""
    homes = {home for home in homes if home}
    if host and host in homes:
        return Distance.HOME
    if host and domain_of(host) in {domain_of(home) for home in homes}:
        return Distance.SAME_DOMAIN
    return Distance.ELSEWHERE


def nearer(new: Route, old: Route) -> bool:
    """Whether `new` should speak in the place of `old`: who is nearer to the home, else by the shorter chain; who spoke first
    stays when neither is.

    A source of another body takes nothing over unless the old route itself names its host, or is told to copy what the
    body of the new one publishes.
    """
    ours, theirs = distance(new.host, old.names), distance(old.host, new.names)
    own = new.own and not old.own
    if new.owner != old.owner and ours is not Distance.HOME and not own:
        return False
    if ours is theirs:
        return own or (new.own == old.own and new.hops < old.hops)
    return ours < theirs
