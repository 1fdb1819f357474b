"""From page to page of a feed, in its own time, asking only for what may hold something new.

A page is asked for with the validators of the last time. One whose activities are all older than what was read to its
end is not asked for at all, unless something of it was refused then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urldefrag, urlsplit

from harvesters.base import Answer, HarvestError, Refused, TryLater, Unreadable
from harvesters.lease import TakenOver
from harvesters.peers.models import LONGEST, PeerPage
from harvesters.peers.pages import FeedPage, Link, page_of
from harvesters.tallies import GIVEN_UP

# How far two clocks may be apart, and how late an activity may come to a page that should be full by then.
CLOCK: Final = timedelta(minutes=10)
MOST_PAGES: Final = 20_000  # of 250 activities: five million objects
MOST_BAD: Final = 5  # pages that cannot be read, before the feed as a whole is given up for this time
FIRST: Final = datetime.min.replace(tzinfo=UTC)
Ask = Callable[[str, str, str], Answer]  # address, ETag, Last-Modified


@dataclass(frozen=True)
class Turned:
    """One page of the walk. `page` is None when it says what it said last time."""

    url: str
    answer: Answer
    page: FeedPage | None
    known: PeerPage | None


@dataclass
class Walk:
    """Of one run. `read_until`: see PeerFeed."""

    start: str
    known: dict[str, PeerPage]
    read_until: datetime | None
    ask: Ask
    skipped: int = 0
    asked: int = 0
    failures: list[HarvestError] = field(default_factory=list)
    lost: list[PeerPage] = field(default_factory=list)  # pages of which something was refused, and that are no more
    _again: set[str] = field(default_factory=set)
    _waiting: list[tuple[datetime, int, str]] = field(default_factory=list)
    _met: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[Turned]:
        """Raises TryLater when the peer does not answer, the first failure when the first page cannot be read."""
        self._wait(self.start, None)
        for url, page in self.known.items():
            if 0 < page.tries < GIVEN_UP:  # something of it was refused: perhaps it is mended, or its hour has come
                self._again.add(url)
                self._wait(url, None)
        while self._waiting:
            url = heapq.heappop(self._waiting)[2]
            try:
                turned = self._turn(url)
            except (TryLater, TakenOver):
                raise
            except HarvestError as error:
                if url in self._again and url != self.start:  # nobody leads to it any more
                    self.lost.append(self.known[url])
                    continue
                self.failures.append(error)
                if url == self.start or len(self.failures) > MOST_BAD:
                    raise
                continue
            yield turned
            for link in links_of(turned):
                self._follow(link)

    def _turn(self, url: str) -> Turned:
        if self.asked >= MOST_PAGES:
            raise Refused(
                f"Plus de {MOST_PAGES} pages : le flux boucle sans doute. Demandez à l’instance de vérifier ses relations."
            )
        self.asked += 1
        known = self.known.get(url)
        answer = self.ask(url, known.etag if known else "", known.last_modified if known else "")
        if known and (answer.not_modified or answer.sha256 == known.sha256):
            return Turned(url, answer, None, known)
        return Turned(url, answer, page_of(answer), known)

    def _follow(self, link: Link) -> None:
        if _past(link.until, self.read_until):
            self.skipped += 1
        else:
            url = urldefrag(link.url)[0]
            self._again.discard(url)
            self._wait(url, link.since)

    def _wait(self, url: str, since: datetime | None) -> None:
        if url in self._met:  # a page leads back to one that was read: nothing more to learn
            return
        self._met.add(url)
        if _place(url) != _place(self.start) or len(url) > LONGEST:
            self.failures.append(
                Unreadable(
                    f"Une page du flux mène hors de l’instance, à {url[:200]} : elle n’a pas été suivie. Prévenez l’instance."
                )
            )
            return
        # The first page, and what nobody dates, before all that has a date; then the feed's own time.
        heapq.heappush(self._waiting, (since or FIRST, len(self._met), url))


def leading(page: PeerPage, read_until: datetime | None) -> list[str]:
    """Addresses of the pages that this one, unchanged, leads to, and that may hold something new."""
    return [urldefrag(url)[0] for url, _, until in page.links if not _past(_read(until), read_until)]


def _past(until: datetime | None, read_until: datetime | None) -> bool:
    return bool(until and read_until and until <= read_until - CLOCK)


def links_of(turned: Turned) -> list[Link]:
    if turned.page:
        return list(turned.page.links)
    return [Link(url, _read(since), _read(until)) for url, since, until in turned.known.links] if turned.known else []


def stored(links: tuple[Link, ...]) -> list[list[str | None]]:
    """As PeerPage keeps them."""
    return [[one.url, _spelled(one.since), _spelled(one.until)] for one in links]


def _spelled(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.lower()
