"""What stands between two versions of a file: what somebody corrected in the first, and what differs in the second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue.figures import number
from catalogue.spoken import gettext as _
from catalogue.spoken import ngettext

CORRECTABLE: Final = frozenset({"csv", "xlsx", "xls", "ods"})  # formats that are rows and columns, and nothing else
CORRECTED: Final = "corrected.csv"  # beside the rows, when there were corrections


@dataclass(frozen=True)
class Correction:
    """`value` in the place of `was`, in the cell of this line, as `contract.Note` counts them; None: wherever the column says so."""

    column: str
    was: str
    value: str
    line: int | None = None


@dataclass(frozen=True)
class Corrections:
    """`columns`: those whose cells become what we know that the schema wants; `headings`: names, order and absent columns too."""

    cells: tuple[Correction, ...] = ()
    columns: tuple[str, ...] = ()
    headings: bool = False

    def __bool__(self) -> bool:
        return bool(self.cells or self.columns or self.headings)


UNCORRECTED: Final = Corrections()


def corrections_from(said: Mapping[str, Any]) -> Corrections:
    """Of `plain.plain(Corrections)`, or of {}."""
    cells = tuple(Correction(**one) for one in said.get("cells", ()))
    return Corrections(cells, tuple(said.get("columns", ())), bool(said.get("headings")))


ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
LISTED: Final = 12  # columns named


@dataclass(frozen=True)
class Example:
    """A row that came, went or changed (`kind`). `cells`: columns by their new names, with what they said and what they say;
    of a row that changed, its key and what changed of it alone.
    """

    kind: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Difference:
    """Counts of rows, and what became of the columns. `key`: the columns by which a row is known again; (): the whole row,
    and then one that changed is one that went and one that came.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    same: int = 0
    key: tuple[str, ...] = ()
    new_columns: tuple[str, ...] = ()
    gone_columns: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()  # before, after
    retyped: tuple[tuple[str, str, str], ...] = ()  # the column, its type before and after (`contract.Type`)
    examples: tuple[Example, ...] = ()  # what rows say: for who publishes them, before they do

    def __bool__(self) -> bool:
        return bool(
            self.added or self.removed or self.changed
            or self.new_columns or self.gone_columns or self.renamed or self.retyped
        )  # fmt: skip

    @property
    def told(self) -> tuple[str, ...]:
        """A short sentence each, in the reader's language; one alone when nothing differs."""
        return tuple(_told(self)) or (_("Rien n’a changé dans les lignes ni dans les colonnes."),)


def difference_from(said: Mapping[str, Any]) -> Difference | None:
    """None of {}: there was nothing to compare with."""
    if not said:
        return None
    lists = ("key", "new_columns", "gone_columns")
    pairs = ("renamed", "retyped")
    given: dict[str, Any] = {**said, **{name: tuple(said.get(name, ())) for name in lists}}
    given |= {name: tuple(tuple(one) for one in said.get(name, ())) for name in pairs}
    examples = (
        Example(one["kind"], tuple((str(a), str(b), str(c)) for a, b, c in one["cells"]))
        for one in said.get("examples", ())
    )
    return Difference(**{**given, "examples": tuple(examples)})


def _told(of: Difference) -> Iterator[str]:
    if of.added:
        yield ngettext("%(count)s ligne ajoutée.", "%(count)s lignes ajoutées.", of.added) % _figure(of.added)
    if of.removed:
        yield ngettext("%(count)s ligne retirée.", "%(count)s lignes retirées.", of.removed) % _figure(of.removed)
    if of.changed:
        yield ngettext("%(count)s ligne modifiée.", "%(count)s lignes modifiées.", of.changed) % _figure(of.changed)
    if new := of.new_columns:
        yield ngettext("Colonne ajoutée : %(names)s.", "Colonnes ajoutées : %(names)s.", len(new)) % _listed(new)
    if gone := of.gone_columns:
        yield ngettext("Colonne retirée : %(names)s.", "Colonnes retirées : %(names)s.", len(gone)) % _listed(gone)
    for before, after in of.renamed:
        yield _("Colonne « %(before)s » renommée « %(after)s ».") % {"before": before, "after": after}
    for name, _before, _after in of.retyped:
        yield _("Colonne « %(name)s » : ses valeurs ne sont plus du même type.") % {"name": name}


def _listed(names: tuple[str, ...]) -> dict[str, str]:
    said, more = ", ".join(names[:LISTED]), len(names) - LISTED
    return {"names": _("%(names)s et %(more)s autres") % {"names": said, "more": more} if more > 0 else said}


def _figure(count: int) -> dict[str, str]:
    return {"count": number(count)}
