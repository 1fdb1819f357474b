"""Taking an old portal over: what it published becomes ours, and its addresses lead here.

The source is closed first, so that no run comes between; then its records are adopted in batches of at most 200, each
together with its old paths. Killed on the way, it is started again and does what remains.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import Resolver404, get_resolver, resolve
from django.utils import timezone
from django.utils.text import capfirst

from catalogue import additions, publishing
from catalogue.addressing import minted, ownable
from catalogue.dcat.mapping import MODELS, own_values
from catalogue.dcat.terms import Problem
from catalogue.errors import CatalogueError
from catalogue.models import DataService, Dataset, FormerPath, Record
from catalogue.publishing import Draft
from harvesters.lease import held, renew
from harvesters.models import HarvestRun, HarvestSource
from harvesters.old_portal import OldPortal

SHOWN: Final = 10  # examples of each thing told
# What may be left behind by who says so, and why it stops everybody else.
OBSTACLES: Final = {
    "aside": "fiches mises de côté, qui resteraient en arrière : {}. Corrigez-les à la source, puis moissonnez-la encore",
    "stopped": "passages qui attendent que vous décidiez de ce qu’ils retireraient : {}. Répondez sur la page de la source",
    "absent": "fiches qui manquaient au dernier passage : {}. Moissonnez encore pour savoir si elles reviennent ou sont retirées",
}
Progress = Callable[[int], None]


class NotReady(CatalogueError):
    """The source cannot be taken over yet; the message says what to do first."""


@dataclass
class Taken:
    """What a take-over did (would do, when `dry`); the counts are of records, `files` of files.

    `followed`: records that a nearer source speaks for, which are left to it. `there`: files that the old portal still
    holds, which go away with it. `ours`: paths that this portal answers itself. `elsewhere`: paths that lead to something
    else already, wherever they are asked or on another old name.
    """

    source: str
    dry: bool
    datasets: int = 0
    services: int = 0
    adopted: int = 0
    withdrawn: int = 0
    private: int = 0
    followed: int = 0
    paths: int = 0
    files: int = 0
    there: int = 0
    ours: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        """As `--json` prints it and the source keeps it."""
        return {**asdict(self), "ours": self.ours[:SHOWN], "elsewhere": self.elsewhere[:SHOWN]}


def take_over(
    source: HarvestSource,
    *,
    hosts: Collection[str] = (),
    even_so: Collection[str] = (),
    dry: bool = False,
    new_addresses: bool = False,
    progress: Progress = lambda done: None,
) -> Taken:
    """`hosts`: other names of the old portal; `even_so`: names of OBSTACLES that somebody accepted; `new_addresses`: each
    record leaves its address as linked data for one of ours.

    Raises NotReady, NotAlone while a run has the source, TakenOver when another process took its lease.
    """
    with held(source) as holder:
        _refuse(source, even_so)
        if new_addresses and not ownable(minted(uuid.UUID(int=0))):
            raise NotReady(
                f"Les fiches ne peuvent pas prendre d’adresse à {settings.BOUTURE_URL}, que personne ne peut suivre d’ailleurs : "
                "donnez à BOUTURE_URL l’adresse publique du portail."
            )
        taken = Taken(source.key, dry)
        return _TakeOver(source, OldPortal.of(source, hosts), taken, holder, new_addresses).go(progress)


def _refuse(source: HarvestSource, even_so: Collection[str]) -> None:
    if not source.runs.filter(dry=False, complete=True, status__in=HarvestRun.GOOD).exists():
        raise NotReady(
            f"« {source} » n’a jamais été moissonnée jusqu’au bout. Moissonnez-la d’abord : manage.py harvest {source.key}"
        )
    if source.leaving:
        raise NotReady(
            f"Quelqu’un a demandé le retrait des fiches de « {source} ». Suivez-la de nouveau d’abord : manage.py schedule "
            f"{source.key} --resume"
        )
    rows = source.records.filter(gone_at=None)
    last = source.runs.filter(dry=False).first()
    counts = {
        "stopped": int(last is not None and last.status == HarvestRun.Status.STOPPED),
        "aside": rows.exclude(quarantine="").count(),
        "absent": rows.filter(absent_since__isnull=False).count(),
    }
    told = [
        f"{OBSTACLES[name].format(count)}, ou passez outre avec --even-so {name}"
        for name, count in counts.items()
        if count and name not in even_so
    ]
    if told:
        raise NotReady(f"« {source} » n’est pas prête. {'. '.join(map(capfirst, told))}.")


class _TakeOver:
    """The state of one take-over while it goes."""

    def __init__(
        self, source: HarvestSource, portal: OldPortal, taken: Taken, holder: str, new_addresses: bool
    ) -> None:
        self.source, self.portal, self.taken, self.holder = source, portal, taken, holder
        self.new_addresses = new_addresses
        self.leads: dict[str, tuple[Any, ...]] = {}  # path -> where it leads
        self.first = {str(each.pattern).split("/")[0].split(".")[0] for each in get_resolver().url_patterns}

    def go(self, progress: Progress) -> Taken:
        self._close()
        self._adopt([], list(self.portal.fronts()))
        done = 0
        for rows in self._batches():
            self._adopt(rows, [path for row in rows for path in self.portal.paths_of(row)])
            done += len(rows)
            progress(done)
        self._lead_to_others()
        if not self.taken.dry:
            HarvestSource.objects.filter(pk=self.source.pk).update(closing=self.taken.told())
        return self.taken

    def _close(self) -> None:
        if not self.taken.dry:
            mine = HarvestSource.objects.filter(pk=self.source.pk)
            mine.filter(closed_at=None).update(closed_at=timezone.now())
            mine.update(active=False, next_at=None, accepted=False, rehearsal=False)

    def _batches(self) -> Iterator[list[Record]]:
        """The records of the source, with their forms and files."""
        last = 0
        while some := list(
            self.source.records.filter(pk__gt=last, record__isnull=False, follows=False)
            .order_by("pk")
            .values_list("pk", "kind", "record")[: publishing.BATCH]
        ):
            last = some[-1][0]
            rows: list[Record] = []
            for kind, model in MODELS.items():
                keys = [record for _, each, record in some if each == kind]
                rows += model.objects.with_forms().filter(pk__in=keys)  # type: ignore[attr-defined]
            prefetch_related_objects([row for row in rows if isinstance(row, Dataset)], "distributions")
            yield rows

    def _lead_to_others(self) -> None:
        """What a nearer route speaks for is left to it; where this portal showed it, people are led to it all the same."""
        last = 0
        rows = self.source.records.filter(follows=True, record__isnull=False, gone_at=None).order_by("pk")
        while some := list(rows.filter(pk__gt=last)[: publishing.BATCH]):
            last = some[-1].pk
            self.taken.followed += len(some)
            self._adopt([], [path for row in some for path in self.portal.paths_of_route(row)])

    def _adopt(self, rows: list[Record], paths: list[FormerPath]) -> None:
        self._count(rows)
        kept = list(self._free(paths))
        self.taken.paths += len(kept)
        if self.taken.dry:
            self.taken.adopted += sum(row.harvested for row in rows)
        else:
            renew(self.source, self.holder)
            with transaction.atomic():
                additions.dissolve(row.pk for row in rows if row.harvested)
                self.taken.adopted += publishing.adopt(rows, kept)
            if self.new_addresses:
                publishing.publish([_readdressed(row) for row in rows if _keeps_its_address(row)])

    def _count(self, rows: list[Record]) -> None:
        for row in rows:
            self.taken.datasets += isinstance(row, Dataset)
            self.taken.services += isinstance(row, DataService)
            self.taken.withdrawn += row.status == Record.Status.WITHDRAWN
            self.taken.private += row.private
            files = list(row.distributions.all()) if isinstance(row, Dataset) else []
            self.taken.files += len(files)
            self.taken.there += sum(map(self.portal.holds, files))

    def _free(self, paths: list[FormerPath]) -> Iterator[FormerPath]:
        """Those that do not lead elsewhere on the old portal's own name. What leads elsewhere on another's is told too."""
        others: dict[str, tuple[Any, ...]] = {}
        for row in FormerPath.objects.filter(path__in={path.path for path in paths}):
            (self.leads if row.host == self.portal.host else others).setdefault(row.path, _target(row))
        for path in paths:
            target = _target(path)
            free = self.leads.setdefault(path.path, target) == target
            if not free or others.get(path.path, target) != target:
                self.taken.elsewhere.append(path.path)
            if free and self._answered(path.path):
                self.taken.ours.append(path.path)
            if free:
                yield path

    def _answered(self, path: str) -> bool:
        """Whether an address of this portal is spelt so."""
        if path.split("/")[1].split(".", maxsplit=1)[0] not in self.first:
            return False
        try:
            resolve(path)
        except Resolver404:
            return False
        return True


def _keeps_its_address(row: Record) -> bool:
    """Whether it still bears that of the old portal. A withdrawn one is left alone: to publish it would bring it back."""
    return row.status == Record.Status.PUBLISHED and not row.minted


def _readdressed(row: Record) -> Draft:
    """The record as it is, under an address of ours; the one that it leaves redirects."""
    files = list(row.distributions.all()) if isinstance(row, Dataset) else []
    return Draft(
        row.kind,
        own_values(row, files),
        row.owner_id,
        id=row.pk,
        uri=minted(row.pk),
        said=row.said,
        problems=tuple(Problem(*problem) for problem in row.problems),
        private=row.private,
        territory=row.territory_id if isinstance(row, Dataset) else None,
    )


def _target(path: FormerPath) -> tuple[Any, ...]:
    return path.kind, path.record, path.file, path.body_id
