"""The peers' indices beside ours: each is asked by itself, at the same time, and costs at most its time.

One cross-cluster search over all of them would carry our reader's tokens to each, wait for the slowest without end (its
`timeout` bounds shards, not clusters that hang), and name nobody when it breaks off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import replace
from time import monotonic
from typing import Final

import elasticsearch
from elasticsearch import Elasticsearch

from catalogue.search.across import KINDS, Peer, Silent, Why
from catalogue.search.contract import PUBLIC, Page, Query
from catalogue.search.document import ENOUGH
from catalogue.search.elastic.afar import Unheard, page_of
from catalogue.search.elastic.merging import Place, merged
from catalogue.search.elastic.patience import Patience
from catalogue.search.elastic.queries import Lucene
from catalogue.search.elastic.remotes import Remotes

AT_ONCE: Final = 16  # peers asked at the same time by one process

Answers = dict[Peer, Page]
Local = Callable[[Query], Page]


class Peers:
    """One per process. Safe in several threads."""

    def __init__(self, client: Elasticsearch, peers: Sequence[Peer], remotes: Remotes, timeout: float) -> None:
        """`timeout`: seconds that one search waits for all that a peer is asked."""
        self.all, self.timeout, self.patience = tuple(peers), timeout, Patience()
        self._client = client.options(request_timeout=timeout, max_retries=0)
        self._remotes = remotes
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="peer")

    def search(self, query: Query, local: Local, ours: Lucene, *, by_position: bool) -> Page:
        """`local` asks our own index; `ours` has the counts of its public part. Raises BadCursor, and what `local` raises."""
        return _Turn(self, query, local, ours, by_position=by_position).page()

    def ask(self, peer: Peer, query: Query, ours: Lucene, until: float) -> Future[Page]:
        return self._pool.submit(self._page, peer, query, ours, until)

    def missing(self, peer: Peer, why: Why) -> None:
        self.patience.failed(peer, why)
        self._remotes.forget(peer)

    def _page(self, peer: Peer, query: Query, ours: Lucene, until: float) -> Page:
        """In a thread of its own. Raises Unheard."""
        try:
            if until <= monotonic():
                raise Unheard("late")
            self._remotes.ready(self._client, peer, until)
            page = page_of(self._client, peer, query, ours)
        except elasticsearch.ConnectionTimeout as error:
            raise Unheard("late") from error
        except (elasticsearch.TransportError, elasticsearch.ApiError) as error:
            raise Unheard("away") from error
        self.patience.answered(peer)
        return page


class _Turn:
    """One search: all that it asks a peer has one time together."""

    def __init__(self, peers: Peers, query: Query, local: Local, ours: Lucene, *, by_position: bool) -> None:
        self._peers, self._query, self._local, self._ours = peers, query, local, ours
        self._place = Place(query, by_position=by_position)
        self._until = monotonic() + peers.timeout
        self._silent: dict[str, Why] = {}

    def page(self) -> Page:
        asked = self._asked([peer for peer in self._peers.all if self._heard(peer)], whole=False)
        page = self._here(asked, whole=False)
        theirs = self._gathered(asked)
        if len(theirs) < len(asked):
            # What was replicated of those that did not answer is shown in their place.
            page = self._here(theirs, whole=False)
        if self._scored and page.complete + sum(each.complete for each in theirs.values()) >= ENOUGH:
            page, theirs = self._whole(page, theirs)
        silent = tuple(
            Silent(peer.home, self._silent[peer.home]) for peer in self._peers.all if peer.home in self._silent
        )
        return replace(merged(self._query, self._place, page, list(theirs.values())), silent=silent)

    def _whole(self, page: Page, theirs: Answers) -> tuple[Page, Answers]:
        """Together they have enough that has all the words: who had too few alone need not show what has but some of them, and a
        score of that other form is worth more."""
        few = [peer for peer, each in theirs.items() if each.complete < ENOUGH]
        kept = {peer: each for peer, each in theirs.items() if peer not in few}
        kept |= self._gathered(self._asked(few, whole=True))
        if page.complete < ENOUGH or len(kept) < len(theirs):
            page = self._here(kept, whole=True)
        return page, kept

    @property
    def _scored(self) -> bool:
        return bool(self._query.sort == "relevance" and self._query.text.strip())

    def _here(self, but: Collection[Peer], *, whole: bool) -> Page:
        """Our own index, without what is found at home."""
        asked = replace(self._place.of(self._query), whole=whole, not_homes=tuple(peer.home for peer in but))
        return self._local(asked)

    def _heard(self, peer: Peer) -> bool:
        if why := self._peers.patience.refusal(peer, self._peers.timeout):
            self._silent[peer.home] = why
        return why is None

    def _asked(self, peers: Sequence[Peer], *, whole: bool) -> dict[Peer, Future[Page]]:
        queries = {peer: self._place.of(replace(_public(self._query, peer), whole=whole)) for peer in peers}
        return {peer: self._peers.ask(peer, query, self._ours, self._until) for peer, query in queries.items()}

    def _gathered(self, asked: Mapping[Peer, Future[Page]]) -> Answers:
        found: Answers = {}
        for peer, future in asked.items():
            try:
                found[peer] = future.result(max(0.0, self._until - monotonic()))
            except OutOfTime:
                future.cancel()
                self._missing(peer, "late")
            except Unheard as error:
                self._missing(peer, error.why)
        return found

    def _missing(self, peer: Peer, why: Why) -> None:
        self._silent[peer.home] = why
        self._peers.missing(peer, why)


def _public(query: Query, peer: Peer) -> Query:
    """What a stranger would ask the peer for, of its own records alone: replicas at the peer are found at their home."""
    chosen = query.chosen.get("kind", KINDS)
    kinds = tuple(kind for kind in KINDS if kind in chosen)
    filters = {name: values for name, values in query.filters.items() if name != "kind"}
    # Where no kind of it is wanted, how many there would be is still shown beside the others.
    return replace(
        query, filters=filters, kinds=kinds or ("none",), audience=frozenset({PUBLIC}), excluded=frozenset(), only=None,
        homes=(peer.home,), not_homes=(),
    )  # fmt: skip
