"""The same dataset by two routes is one dataset: a record that no key of its source knows may be that of another source.

It is looked for by its marks (`harvesters.marks`): canonical address, then identifier, then landing page. One route
speaks, the nearest to the home of the record (`harvesters.nearness`); the others follow, and publish nothing.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.conf import settings

from catalogue.dcat.mapping import MODELS
from catalogue.inserting import write_plain
from catalogue.models import FormerAddress, Record
from catalogue.named import folded
from catalogue.publishing import BATCH
from harvesters.ahead import Ahead
from harvesters.base import Found
from harvesters.departures import REASON, UNWANTED
from harvesters.leaving import REASON as LEFT
from harvesters.marks import Mark, Rank, Sign, sign_of
from harvesters.models import HarvestRecord, HarvestSource, RouteMark
from harvesters.nearness import Route, host_of, nearer
from harvesters.peers.trust.chains import hops
from harvesters.succession import routes_of, source_host

HERE = 0  # in place of a source, for what the catalogue itself says
FACTS = ("pk", "uri", "title", "status", "withdrawn_reason", "private", "owner_id", "harvested", "published_by_id")
WORD = re.compile(r"\w+")


@dataclass
class Way:
    """How one record of a source goes on."""

    sign: Sign
    record: uuid.UUID | None = None  # that of the catalogue which it is; None for a new one
    follows: bool = False  # another route speaks for it, or it is a record of this portal
    speaker: str = ""  # the name of that source
    silences: int | None = None  # the row that spoke up to now, and follows from now on
    returns: bool = False  # nobody gave it any more
    by_name: bool = False  # known by an identifier alone, which anybody can copy
    sure: bool = True  # whether no later page of the source can change it


# Its rank, the position of the newcomer, the record, whether one says the other's own address, whether by name alone.
Candidate = tuple[int, int, uuid.UUID, bool, bool]


class Bearer(NamedTuple):
    """Who bears one mark."""

    source: int
    rank: int
    record: uuid.UUID


@dataclass
class Routes:
    """Those of one run. `first`: a first harvest, whose records are taken in as they come when they are surely new."""

    source: HarvestSource
    first: bool
    host: str = field(init=False)
    _waiting: Counter[int] = field(default_factory=Counter)  # marks of the newcomers
    _settled: bool = False
    _claimed: set[uuid.UUID] = field(default_factory=set)
    _signs: dict[int, tuple[Found, Sign]] = field(default_factory=dict)  # of the last ones asked about, by identity

    def __post_init__(self) -> None:
        self.host = source_host(self.source)

    def sign(self, found: Found) -> Sign:
        """Worked out once for a record that is asked about several times in a row."""
        kept = self._signs.get(id(found))
        if kept is None:
            if len(self._signs) >= 2 * BATCH:
                self._signs.clear()
            kept = self._signs[id(found)] = found, sign_of(found, self.host, settings.BOUTURE_URL)
        return kept[1]

    def know(self, founds: Sequence[Found], told: Sequence[Ahead | None]) -> None:
        """The marks that were worked out beforehand."""
        self._signs = {
            id(found): (found, one.sign) for found, one in zip(founds, told, strict=True) if one and one.sign
        }

    def settle(self, newcomers: Iterable[Found]) -> None:
        """Every page was read: from now on it is known which mark is of one record alone."""
        self._settled = True
        self._waiting.update([mark.digest for found in newcomers for mark in self.sign(found).marks])

    def find(self, pairs: Sequence[tuple[Found, HarvestRecord]]) -> list[Way]:
        """In their order, in a few questions to the base whatever their number."""
        ways = [Way(self.sign(found)) for found, _ in pairs]
        asked = [(found, row, way) for (found, row), way in zip(pairs, ways, strict=True) if not way.sign.given_back]
        known = {
            record for kind in MODELS for record in _facts(kind, [row.record for f, row, _ in asked if f.kind == kind])
        }
        for _, row, way in asked:
            way.record = row.record if row.record in known else None
        self._match([(found, row, way) for found, row, way in asked if not way.record])
        self._elect([(found, row, way) for found, row, way in asked if way.record])
        return ways

    def _match(self, asked: Sequence[tuple[Found, HarvestRecord, Way]]) -> None:
        """Gives each the record that it is, the surest first; none is given to two."""
        marks = [mark for _, _, way in asked for mark in way.sign.marks]
        bearers = self._bearers(asked, marks)
        ours = self._ours([mark for mark in marks if mark.digest in bearers])
        candidates: list[Candidate] = []
        for at, (_, row, way) in enumerate(asked):
            for mark in way.sign.marks:
                alone = self._alone(mark, ours[mark.digest], row.pk)
                for theirs in _one_a_source(bearers.get(mark.digest, ())):
                    certain = mark.rank + theirs.rank == Rank.ADDRESS
                    if certain or alone:
                        claimed = certain or {mark.rank, Rank(theirs.rank)} == {Rank.ADDRESS, Rank.ORIGIN}
                        candidates.append((max(mark.rank, theirs.rank), at, theirs.record, claimed, not mark.host))
        if candidates:
            self._choose(asked, sorted(candidates, key=lambda one: (one[0], one[1], str(one[2]))))

    def _choose(self, asked: Sequence[tuple[Found, HarvestRecord, Way]], candidates: Sequence[Candidate]) -> None:
        wanted = {candidate[2] for candidate in candidates}
        facts = {pk: each for kind in MODELS for pk, each in _facts(kind, wanted).items()}
        rows = self.source.records.filter(record__in=wanted, gone_at=None)
        taken = set(rows.values_list("record", flat=True)) | self._claimed
        for rank, at, record, claimed, by_name in candidates:
            _, _, way = asked[at]
            fact = facts.get(record)
            if way.record or fact is None or record in taken or not self._may_join(fact):
                continue
            if not claimed and not alike(way.sign.titles, fact["title"].values()):
                continue
            way.by_name, way.record, way.sure = by_name, record, rank == Rank.ADDRESS or self._settled or not self.first
            taken.add(record)
            if way.sure:
                self._claimed.add(record)

    def _may_join(self, fact: Mapping[str, Any]) -> bool:
        """What is private stays apart from what is public, and from what another body keeps private."""
        return fact["private"] == self.source.private and (
            not fact["private"] or fact["owner_id"] == self.source.owner_id
        )

    def _bearers(
        self, asked: Sequence[tuple[Found, HarvestRecord, Way]], marks: Iterable[Mark]
    ) -> dict[int, list[Bearer]]:
        """Digest -> who else bears it: other sources, and the catalogue by the addresses of its records."""
        found: dict[int, list[Bearer]] = defaultdict(list)
        rows = RouteMark.objects.filter(digest__in={mark.digest for mark in marks}, row__record__isnull=False)
        for digest, rank, source, record in rows.exclude(row__source=self.source).values_list(
            "digest", "rank", "row__source_id", "row__record"
        ):
            if record:
                found[digest].append(Bearer(source, rank, record))
        for kind, model in MODELS.items():
            said = {
                mark.address: mark.digest
                for one, _, way in asked
                if one.kind == kind
                for mark in way.sign.marks
                if mark.address and mark.rank < Rank.PAGE
            }
            held = model.objects.filter(uri__in=said).values_list("uri", "pk")  # type: ignore[attr-defined]
            left = FormerAddress.objects.filter(uri__in=said, kind=kind).values_list("uri", "record")
            for uri, record in [*held, *left]:
                found[said[uri]].append(Bearer(HERE, Rank.ADDRESS, record))
        return found

    def _ours(self, marks: Sequence[Mark]) -> dict[int, set[int]]:
        """Digest -> the rows of this source that bear it."""
        found: dict[int, set[int]] = defaultdict(set)
        rows = RouteMark.objects.filter(digest__in={mark.digest for mark in marks}, row__source=self.source)
        for digest, row in rows.filter(row__gone_at=None).values_list("digest", "row_id") if marks else ():
            found[digest].add(row)
        return found

    def _alone(self, mark: Mark, rows: set[int], own: int | None) -> bool:
        """Whether no other record of this source bears it."""
        return not rows - {own} and self._waiting[mark.digest] <= 1

    def _elect(self, asked: Sequence[tuple[Found, HarvestRecord, Way]]) -> None:
        """Says of each record who speaks for it."""
        wanted = {way.record for _, _, way in asked if way.record}
        if not wanted:
            return
        facts = {pk: each for kind in MODELS for pk, each in _facts(kind, wanted).items()}
        mine = {row.pk for _, row, _ in asked}
        rows = HarvestRecord.objects.filter(record__in=wanted, gone_at=None, follows=False).select_related("source")
        speaking = {row.record: row for row in rows.order_by("-pk") if row.pk not in mine}
        routes = routes_of(speaking.values())
        came = hops(row for _, row, _ in asked)
        for _, row, way in asked:
            if way.record not in facts:
                continue
            fact, speaker = facts[way.record], speaking.get(way.record)
            # What somebody here took out of sight stays so.
            way.returns = fact["status"] == Record.Status.WITHDRAWN and fact["withdrawn_reason"] in (
                REASON,
                UNWANTED,
                LEFT,
            )
            if not fact["harvested"]:
                way.follows, way.speaker = True, "ce portail"
            elif speaker is None:
                continue
            elif nearer(self._route(way, fact, came.get(row.key, 0)), _with(routes[speaker.pk], fact)):
                way.silences = speaker.pk
            elif way.by_name and speaker.source.owner_id != self.source.owner_id:
                way.record = None  # who came first must not hide what another body publishes
            else:
                way.follows, way.speaker = True, speaker.source.name

    def _route(self, way: Way, fact: Mapping[str, Any], came: int) -> Route:
        owner = self.source.owner_id
        return Route(self.host, way.sign.names, owner, own=owner == fact["published_by_id"], hops=came)

    def keep_new(self, signs: Mapping[int, Sign]) -> None:
        """The marks of rows that have none yet."""
        _write_marks((row, mark) for row, sign in signs.items() for mark in sign.marks)

    def keep(self, signs: Mapping[int, Sign], turned: Mapping[int, bool], silenced: Sequence[int]) -> None:
        """Remembers the marks of rows, only those that changed; whether those that turned follow from now on; and which
        rows of other sources do.
        """
        marks = {(row, mark.digest): mark for row, sign in signs.items() for mark in sign.marks}
        known = RouteMark.objects.filter(row__in=signs).values_list("pk", "row_id", "digest", "rank")
        kept = {(row, digest): (pk, rank) for pk, row, digest, rank in known}
        same = {key for key, (_, rank) in kept.items() if key in marks and marks[key].rank == rank}
        if gone := [pk for key, (pk, _) in kept.items() if key not in same]:
            RouteMark.objects.filter(pk__in=gone).delete()
        _write_marks((row, mark) for (row, digest), mark in marks.items() if (row, digest) not in same)
        for follows in (True, False):
            rows = [pk for pk, to in turned.items() if to is follows] + list(silenced) * follows
            if rows:
                HarvestRecord.objects.filter(pk__in=rows).update(follows=follows)


def _write_marks(marks: Iterable[tuple[int, Mark]]) -> None:
    values = [(row, mark.digest, int(mark.rank), mark.host) for row, mark in marks]
    write_plain(RouteMark, ("row_id", "digest", "rank", "host"), values)


def _with(route: Route, fact: Mapping[str, Any]) -> Route:
    """The route that speaks: what it says of itself, and the address that the record has by it."""
    ours = fact["uri"].startswith(f"{settings.BOUTURE_URL}/")
    names = route.names if ours else route.names | {host_of(fact["uri"])}
    return Route(route.host, names, route.owner, own=route.owner == fact["published_by_id"], hops=route.hops)


def _facts(kind: str, records: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, dict[str, Any]]:
    wanted = {record for record in records if record}
    rows = MODELS[kind].objects.filter(pk__in=wanted).values(*FACTS) if wanted else ()  # type: ignore[attr-defined]
    return {row["pk"]: row for row in rows}


def _one_a_source(bearers: Iterable[Bearer]) -> Iterator[Bearer]:
    """Of each source, the one record that bears the mark best; a source where several do names none."""
    by_source: dict[int, list[Bearer]] = defaultdict(list)
    for bearer in bearers:
        by_source[bearer.source].append(bearer)
    for some in by_source.values():
        best = min(bearer.rank for bearer in some)
        records = {bearer.record for bearer in some if bearer.rank == best}
        if len(records) == 1:
            yield next(bearer for bearer in some if bearer.rank == best)


def alike(titles: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two records may be one, by their titles: half of the words in common, and the same numbers (years)."""
    ours, theirs = ([set(WORD.findall(folded(title))) for title in some] for some in (titles, list(others)))
    return any(
        2 * len(a & b) >= len(a | b) > 0 and {w for w in a ^ b if any(c.isdigit() for c in w)} == set()
        for a in ours
        for b in theirs
    )
