"""Records that are surely new, made ready for the base where there is no base: in the process that works beside a harvest.

What only the base knows is looked for when they are written: who publishes them, their place, whether their address is free.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from catalogue import auditing, log
from catalogue.dcat.mapping import MODELS, place_named
from catalogue.drafting import prepare_new, valid
from catalogue.inserting import place_of, spelled, write
from catalogue.models import Change, Dataset, Distribution
from catalogue.named import Bodies, addresses_taken, places_named
from catalogue.publishing import BATCH, Draft


class Foreseen(NamedTuple):
    """A record and its files as rows that the base takes (`inserting.spelled`); cheap to send from process to process.

    `values`: of what it says, the body and the place that it names.
    """

    kind: str
    id: uuid.UUID
    uri: str
    values: dict[str, Any]
    owner: int
    row: list[Any]
    files: list[list[Any]]


def foresee(drafts: Sequence[Draft]) -> list[Foreseen]:
    """In their order; each draft has its id. Asks nothing of the base."""
    drafts = [valid(draft) for draft in drafts]
    prepared = [prepare_new(draft) for draft in drafts]
    rows = {kind: iter(spelled([one.row for one in prepared if one.row.kind == kind])) for kind in MODELS}
    files = iter(spelled([file for one in prepared for file in one.distributions]))
    return [
        Foreseen(
            draft.kind,
            one.row.pk,
            one.row.uri,
            {"publisher": draft.values.get("publisher"), "spatial": [{"uri": place_named(draft.values)}]},
            draft.owner,
            next(rows[draft.kind]),
            list(islice(files, len(one.distributions))),
        )
        for draft, one in zip(drafts, prepared, strict=True)
    ]


def to_prepare(records: Sequence[Foreseen]) -> set[uuid.UUID]:
    """Those that are not as they were foreseen: another has their address. All of them when somebody acts, whose acts are told."""
    if auditing.anybody(None):
        return {one.id for one in records}
    times, taken = Counter(one.uri for one in records), addresses_taken(records)
    return {one.id for one in records if one.uri in taken or times[one.uri] > 1}


def publish_foreseen(records: Sequence[Foreseen]) -> None:
    """Publishes at most BATCH new records in one transaction. Raises IntegrityError, and nothing is written, when one of them
    is there already; ValueError for more than BATCH.
    """
    if len(records) > BATCH:
        raise ValueError(f"{len(records)} records in one batch, at most {BATCH}")
    bodies, places = Bodies(records), places_named(records)
    by_kind = {kind: [one for one in records if one.kind == kind] for kind in MODELS}
    for one in records:
        one.row[_places(one.kind)["published_by_id"]] = bodies.of(one)
        place = places.get(place_named(one.values))
        if place and MODELS[one.kind] is Dataset:
            one.row[_places(one.kind)["territory_id"]] = place
    with log.transaction() as entries:
        for kind, some in by_kind.items():
            write(MODELS[kind], [one.row for one in some])
        write(Distribution, [file for one in records for file in one.files])
        entries.extend(log.Entry(Change.Verb.CREATE, one.id, one.kind) for one in records)


@cache
def _places(kind: str) -> dict[str, int]:
    names = ("published_by_id", "territory_id") if MODELS[kind] is Dataset else ("published_by_id",)
    return {name: place_of(MODELS[kind], name) for name in names}
