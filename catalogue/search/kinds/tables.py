"""Tables: the files that were read, by their names and those of their columns, and by the title of their dataset; never by their cells.

One is found by whoever may open it: who sees its dataset, and its body alone while it waits for a decision about persons. What
is of no version yet, or cannot be read, is no result. A file that was read, and a decision, are lines of the log
(`catalogue.tabling`); a record that gives a file no more is one too, and is believed before the list of tables is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from itertools import islice
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalogue import permissions
from catalogue.models import Audience, Dataset, Distribution, Record, Table, TableVersion
from catalogue.search import places
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of
from catalogue.search.kinds.records import addresses
from catalogue.spoken import gettext_noop as _
from catalogue.tables.schemas.national import page_of

PREFIX: Final = "table:"  # of the ids; the key follows
COLUMNS: Final = 200  # names of a table's columns that can be found
AT_ONCE: Final = 20  # versions whose columns are in memory: one comes with its profile, some 3 kB
# Of each row; JSON that is not said here is not taken out of the base.
READ: Final = (
    "name", "declared", "dataset__uri", "dataset__title", "dataset__private", "dataset__owner", "dataset__theme",
    "dataset__territory", "dataset__published_by__name", "dataset__published_by__slug", "dataset__published_by__territory",
    "dataset__owner__slug", "current__at", "current__schema", "current__withheld",
)  # fmt: skip


class Tables(Kind):
    name = "table"
    one = _("table")
    several = _("tables")
    apart = True  # their datasets are found by the same words
    facts = frozenset({"table"})

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = UUID(int=0)
        while batch := list(_read().filter(pk__gt=last).order_by("pk")[:BATCH]):
            beat()
            yield from _documents(batch)
            last = batch[-1].pk

    def documents(self, ids: Collection[str]) -> list[Document]:
        return _documents(list(_read().filter(pk__in=uuids(ids))))

    def touched(self, touched: Touched) -> set[str]:
        """Those that the lines name, and those of the datasets that they name, also by a body that changed its name."""
        own, datasets = touched.keys(self.name), touched.keys(Dataset.kind)
        found = {identifier(key) for key in own}
        if datasets or touched.renamed:
            named = Q(dataset__in=datasets) | Q(dataset__published_by__in=touched.renamed)
            found |= set(map(identifier, Table.objects.filter(named).order_by().values_list("pk", flat=True)))
        return found

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        """With their datasets, as those are; of the tables that were closed, those that this reader may not open."""
        datasets, closed = restricted.keys(Dataset.kind), restricted.keys(self.name)
        found = set(Table.objects.filter(dataset__in=datasets).values_list("pk", flat=True)) if datasets else set()
        if closed and not audience.everything:
            open_ = Q(current__withheld=False) | Q(dataset__owner__in=audience.organisations)
            found |= closed.difference(Table.objects.filter(open_, pk__in=closed).values_list("pk", flat=True))
        return set(map(identifier, found))


def identifier(key: UUID) -> str:
    """The id of a table's document."""
    return f"{PREFIX}{key}"


def uuids(ids: Iterable[str]) -> list[UUID]:
    """Of tables, whatever the ids are."""
    return keys_of(each.removeprefix(PREFIX) for each in ids if each.startswith(PREFIX))


def _read() -> QuerySet[Table]:
    """Those that can be opened by somebody."""
    given = Distribution.objects.filter(pk=OuterRef("pk"), dataset=OuterRef("dataset"))
    rows = Table.objects.filter(Exists(given), current__isnull=False, dataset__status=Record.Status.PUBLISHED)
    return (
        rows.select_related("current", "dataset__owner", "dataset__territory", "dataset__published_by__territory")
        .only(*READ, "dataset__territory__code", "dataset__published_by__territory__code")
        .prefetch_related("dataset__territory__parents", "dataset__published_by__territory__parents")
    )


def _documents(rows: Sequence[Table]) -> list[Document]:
    tokens = permissions.tokens_for({row.dataset_id: row.dataset for row in rows}.values())
    names = _columns([row.current_id for row in rows if row.current_id])
    return [_document(row, row.current, tokens[row.dataset_id], names) for row in rows if row.current]


def _columns(versions: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Their names as words, by version."""
    found: dict[int, tuple[str, ...]] = defaultdict(tuple)
    rows = TableVersion.objects.filter(pk__in=versions).order_by().values_list("pk", "columns")
    for key, columns in rows.iterator(AT_ONCE):
        names = (str(column["name"]).replace("_", " ") for column in islice(columns, COLUMNS))
        found[key] = tuple(dict.fromkeys(names))
    return found


def _document(
    row: Table, version: TableVersion, audience: tuple[str, ...], columns: Mapping[int, tuple[str, ...]]
) -> Document:
    """Facets are those that narrow a search of datasets too, but for what takes another look at the base."""
    dataset, names = row.dataset, columns[version.pk]
    place = dataset.territory or dataset.published_by.territory
    recognised = page_of(version.schema) if version.schema else None
    return Document(
        id=identifier(row.pk),
        kind=Tables.name,
        titles=(str(row),),
        description=", ".join(names),  # extracts show those that answer
        texts=(dataset.label,),
        columns=names,
        publisher_label=dataset.published_by.name,
        theme=tuple(dataset.theme),
        publisher=(dataset.published_by.slug,),
        organisation=(dataset.owner.slug,),
        territory=places.lineage(place) if place else (),
        schema=addresses(filter(None, [recognised])) or addresses(row.declared),
        modified=version.at.astimezone(UTC).isoformat(),
        audience=(f"org:{dataset.owner_id}",) if version.withheld else audience,
    )
