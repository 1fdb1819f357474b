"""What a new version of a file changes, in sentences: its columns and rows, what its schema says of it, whom it may tell of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.models import TableVersion
from catalogue.tables.contract import Suspicion, Type, Verdict
from catalogue.tables.plain import suspicions_from, verdict_from
from catalogue.tables.schemas import schema
from catalogue.tables.versions import ADDED, CHANGED, REMOVED, Difference, difference_from
from catalogue.tables.wording import agreed
from portal.pages.table_cells import TYPES

HEADS: Final = {
    CHANGED: gettext_noop("Lignes modifiées"),
    ADDED: gettext_noop("Lignes ajoutées"),
    REMOVED: gettext_noop("Lignes retirées"),
}


@dataclass(frozen=True)
class Cell:
    """`before`: "" of a row that came; `after`: of one that went."""

    column: str
    before: str
    after: str


@dataclass(frozen=True)
class Rows:
    """Some rows of one kind, `left` more of which are not shown. `moved`: cells of them say something else."""

    head: str
    moved: bool
    rows: tuple[tuple[Cell, ...], ...]
    left: int


@dataclass(frozen=True)
class Changes:
    """`same`: nothing differs, `bytes_too` not a byte. `unknown`: rows may not be compared with those that are online."""

    sentences: tuple[str, ...]
    rows: tuple[Rows, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    persons: tuple[Suspicion, ...]
    same: bool
    bytes_too: bool
    unknown: bool


def changes_of(before: TableVersion, after: TableVersion) -> Changes:
    difference = difference_from(after.difference)
    worse, better = _schema(verdict_from(before.verdict), verdict_from(after.verdict))
    known = {(one.code, one.columns) for one in suspicions_from(before.suspicions)}
    persons = tuple(one for one in suspicions_from(after.suspicions) if (one.code, one.columns) not in known)
    bytes_too = before.checksum == after.checksum
    return Changes(
        sentences=tuple(_sentences(difference)) if difference else (),
        rows=tuple(_rows(difference)) if difference else (),
        worse=worse,
        better=better,
        persons=persons,
        same=bytes_too or (difference is not None and not (difference or worse or better or persons)),
        bytes_too=bytes_too,
        unknown=difference is None and not bytes_too,
    )


def _sentences(difference: Difference) -> Iterator[str]:
    others = replace(difference, retyped=())
    yield from others.told if others else ()
    for name, old, new in difference.retyped:
        yield _("Colonne « %(name)s » : %(old)s en ligne, %(new)s dans votre fichier.") % {
            "name": name,
            "old": TYPES[Type(old)],
            "new": TYPES[Type(new)],
        }


def _rows(difference: Difference) -> Iterator[Rows]:
    counts = {CHANGED: difference.changed, ADDED: difference.added, REMOVED: difference.removed}
    for kind, head in HEADS.items():
        shown = [one for one in difference.examples if one.kind == kind]
        if shown:
            rows = tuple(tuple(Cell(*cell) for cell in one.cells) for one in shown)
            yield Rows(_(head), kind == CHANGED, rows, max(0, counts[kind] - len(rows)))


def _schema(before: Verdict | None, after: Verdict | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is worse, and what is better."""
    if before is None or after is None or before.match.schema != after.match.schema:
        return _other_schema(before, after)
    old, new = _counted(before), _counted(after)
    said = {one.column: one.message for one in reversed(after.found) if not one.recovered}
    worse, better = [], []
    for column in sorted({*old, *new}):
        more = new[column] - old[column]
        if more > 0:
            sentence = agreed(more, _("Colonne « %(column)s » : # écart[s] de plus au schéma.") % {"column": column})
            worse.append(f"{sentence} {said.get(column, '')}".strip())
        elif more < 0:
            better.append(
                agreed(-more, _("Colonne « %(column)s » : # écart[s] de moins au schéma.") % {"column": column})
            )
    return tuple(worse), tuple(better)


def _other_schema(before: Verdict | None, after: Verdict | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = [schema(one.match.schema, one.match.version).title if one else "" for one in (before, after)]
    if not any(names):
        return (), ()
    if not names[1]:
        return (
            _("Le fichier en ligne suit le schéma « %(names)s » ; le vôtre n’en suit plus aucun.")
            % {"names": names[0]},
        ), ()
    if not names[0]:
        return (), (
            _("Votre fichier suit le schéma « %(names)s » ; celui en ligne n’en suivait aucun.") % {"names": names[1]},
        )
    return (
        _("Le fichier en ligne suit le schéma « %(names)s » ; le vôtre, « %(names2)s ».")
        % {"names": names[0], "names2": names[1]},
    ), ()


def _counted(verdict: Verdict) -> Counter[str]:
    """How many departures from the schema, by column."""
    found: Counter[str] = Counter()
    for (_code, column), count in verdict.counts.items():
        found[column] += count
    return found
