"""The first reading of a feed that offers all of it in one document: the document, then the pages from where it stands.

It is read in a stream, and believed by parts as pages are. Killed meanwhile, it begins again: what was believed is told
again without effect. A document that is cut, forged or of which something could not be believed only saves the peer
nothing: every page is asked for then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.utils import timezone

from catalogue.dcat.formats import trig_graphs
from catalogue.feeding.sealing import Seal, seal_of
from harvesters.base import Answer, HarvestError, TryLater
from harvesters.lease import TakenOver
from harvesters.peers.pages import FeedPage, instant, page_of, told_in
from harvesters.peers.trust.cards import valid

if TYPE_CHECKING:
    from harvesters.peers.following import Following

PIECE: Final = 2**20  # characters
MOST: Final = 64 * PIECE  # of some activities and their payloads
PREFIXES: Final = re.compile(r"(?:@prefix [^\n]*\n)*")
BETWEEN: Final = re.compile(r"\n\}\n(?=<[^>\n]*> [^{])")  # as all dumps are written that have a seal
READ: Final = (
    "Le flux a d’abord été lu en un seul document, qui allait jusqu’au {:%d/%m/%Y à %H:%M:%S} UTC, puis par ses pages."
)
CUT: Final = (
    "Le document entier du flux, {}, est coupé, ou sa dernière ligne ne dit pas ce qu’il contient : il n’a pas été lu, et les "
    "pages du flux l’ont été à sa place. Prévenez l’instance si cela revient."
)
FORGED: Final = (
    "Le document entier du flux, {}, n’est pas signé d’une clé que nous connaissons à cette instance : il n’a pas été lu, et les "
    "pages du flux l’ont été à sa place. Demandez à son gestionnaire si elle a changé de clé."
)
ELSEWHERE: Final = "Le document entier du flux est annoncé hors de l’instance, à {} : il n’a pas été lu."
LOST: Final = "Le document entier du flux n’a pas été lu ; les pages l’ont été à sa place. {}"


def begin(following: Following) -> None:
    """Believes the document that the feed offers, if nothing was read of the feed before. Raises TryLater and TakenOver."""
    feed, run = following.feed, following.run
    if run.dry or feed.read_until or following.ledger.pages():
        return
    try:
        root = following.door.ask(run.source.key, "", "")
        address = page_of(root).dump
        if not address:
            run.asking.keep(run.source.key, root)
        elif urlsplit(address)[:2] != urlsplit(run.source.key)[:2]:
            run.row.messages.append(ELSEWHERE.format(address[:200]))
        else:  # the root is asked for again: the document may be younger than the leaves that it led to
            _believe(following, run.asking.ask(address, "", ""))
    except (TryLater, TakenOver):
        raise
    except HarvestError as error:
        run.row.messages.append(LOST.format(error.message))


def _believe(following: Following, answer: Answer) -> None:
    feed, messages = following.feed, following.run.row.messages
    seal = seal_of(answer.path)
    position = instant(seal.position) if seal else None
    if not seal or not position:
        messages.append(CUT.format(answer.url))
    elif not known(seal, following):
        messages.append(FORGED.format(answer.url))
    elif _told(following, answer):
        feed.newest = feed.read_until = position
        feed.save()
        messages.append(READ.format(position))


def _told(following: Following, answer: Answer) -> bool:
    """Whether all of it could be believed: else the pages say the same again, and what was refused of it is told of them."""
    faults = 0
    try:
        for part in parts(answer.path, answer.url):
            following.feed.stream = following.feed.stream or part.stream
            faults += len(following.ledger.tell(following.owning.admitted(part)))
            following.follow_early(len(part.activities))
            following.run.beat()
    except SyntaxError:
        following.run.row.messages.append(CUT.format(answer.url))
        return False
    return not faults


def known(seal: Seal, following: Following) -> bool:
    """Whether one of the keys that were pinned signed it; of an instance without any, that the document is whole is enough."""
    feed = following.feed
    return not feed.keys or any(seal.by(public) for public in valid(feed.keys, timezone.now()).values())


def parts(path: Path, base: str) -> Iterator[FeedPage]:
    """Some activities at a time, each with its payload: they stand in the default graph, before the graphs that they name.
    Raises SyntaxError."""
    try:
        for piece in _pieces(path):
            yield told_in(trig_graphs(piece, base))
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from error


def _pieces(path: Path) -> Iterator[str]:
    """The document cut where statements of the default graph follow a graph, each piece with the prefixes of all."""
    with path.open(encoding="utf-8", newline="") as file:
        held, more = "", file.read(PIECE)
        found = PREFIXES.match(more)
        prefixes = found[0] if found else ""
        more = more[len(prefixes) :]
        while more:
            held, begun = held + more, 0
            for found in BETWEEN.finditer(held):
                yield prefixes + held[begun : found.end()]
                begun = found.end()
            held = held[begun:]
            if len(held) > MOST:
                raise SyntaxError("a graph without end")
            more = file.read(PIECE)
        yield prefixes + held
