"""What a record describes that has an address of its own, agents, contacts, licences: objects of the feed beside it.

Nodes that the record alone has (their address begins with its own) stay in its payload, as DCAT-AP Feeds lets them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.addressing import LONGEST_ADDRESS
from catalogue.dcat.canon import digest
from catalogue.dcat.lines import RUN
from catalogue.dcat.profile import DCT, FOAF, VCARD
from catalogue.dcat.terms import RDF_TYPE
from catalogue.dcat.vocabularies import known_to
from catalogue.models import FeedMember

CLASSES: Final = {
    f"{FOAF}Agent": FeedMember.Kind.AGENT,
    f"{VCARD}Kind": FeedMember.Kind.CONTACT,
    f"{DCT}LicenseDocument": FeedMember.Kind.LICENCE,
}
TYPED: Final = re.compile(rf"^<[^>]*> <{re.escape(RDF_TYPE.value)}> <({'|'.join(map(re.escape, CLASSES))})> \.$", re.M)
LEADS_TO: Final = re.compile(r" <([^>]*)> \.$", re.M)


@dataclass(frozen=True)
class Described:
    """`lines`: what is said of it, with what it leads to, canonical N-Triples."""

    kind: str
    lines: str

    @property
    def digest(self) -> str:
        return digest(self.lines)


def described(text: str, *own: str) -> dict[str, Described]:
    """By address, in a canonical text; `own` are the addresses of its record. What is only referred to is not there,
    nor what everybody knows, nor an address longer than an index holds.
    """
    if not TYPED.search(text):
        return {}
    blocks = {run[1][1:-1]: run[0] for run in RUN.finditer(text) if run[1][0] == "<"}
    kinds = {address: found for address, said in blocks.items() if (found := _kind(address, said, own))}
    return {address: Described(kind, _with(blocks, address, kinds, own)) for address, kind in kinds.items()}


def _kind(address: str, said: str, own: tuple[str, ...]) -> str:
    typed = TYPED.search(said)
    if typed is None or said.count("\n") < 2 or address in own or address.startswith(tuple(f"{one}#" for one in own)):
        return ""
    unfit = address in known_to("licence") or len(address.encode()) > LONGEST_ADDRESS
    return "" if unfit else str(CLASSES[typed[1]])


def _with(blocks: Mapping[str, str], address: str, kinds: Mapping[str, str], own: tuple[str, ...]) -> str:
    """Its lines, and those of what only it is said to lead to: the page of a body, its sort."""
    beside = {found for found in LEADS_TO.findall(blocks[address]) if found in blocks and found not in kinds}
    return "".join(blocks[one] for one in sorted({address, *beside} - set(own)))
