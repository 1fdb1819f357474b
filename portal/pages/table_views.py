"""What the address of a table's page asks: the rows as the API is asked (`portal.tabular`), and besides what only a page has.

    /tables/<uuid>/?commune=in:76351,76540&sort=-montant&vue.graphique=bar&vue.par=commune&vue.mesure=sum:montant&vue.page=2

Names of the page begin with `vue.`; those of its forms lead back to an address without them, which is the one to share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from catalogue.tables.contract import BadQuestion, Column
from catalogue.tables.query import Filter, Op, Sort, TableQuery
from portal import tabular

ROWS: Final = 100  # of a page
NUMBERED: Final = 100  # pages; those beyond are walked one by one
COLUMNS: Final = 30  # shown when nobody chose
MARK: Final = "vue."
PAGE, KIND, BY, MEASURE = (f"{MARK}{name}" for name in ("page", "graphique", "par", "mesure"))
GROUND, WORTH = (f"{MARK}{name}" for name in ("carte", "carte.mesure"))
KEPT: Final = (PAGE, KIND, BY, MEASURE, GROUND, WORTH)
COLUMN, CONDITION, VALUE, SHOW = (f"{MARK}{name}" for name in ("colonne", "condition", "valeur", "montrer"))
FORMS: Final = (COLUMN, CONDITION, VALUE, SHOW)
OWN: Final = frozenset((*KEPT, *FORMS))


@dataclass(frozen=True)
class View:
    """One look at a table: which rows, in what order, which page, which chart, which map."""

    query: TableQuery = field(default_factory=TableQuery)
    page: int = 1
    kind: str = ""
    by: str = ""
    measure: str = ""
    ground: str = ""  # the column whose territories the map shows
    worth: str = ""  # what is measured of them
    error: str = field(default="", compare=False)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of its address."""
        own = {
            KIND: self.kind,
            BY: self.by,
            MEASURE: self.measure,
            GROUND: self.ground,
            WORTH: self.worth,
            PAGE: str(self.page) if self.page > 1 and not self.query.cursor else "",
        }
        return tabular.written(self.query) + [(name, value) for name, value in own.items() if value]

    def address(self, path: str = "", anchor: str = "") -> str:
        """Relative to the table's page, unless `path` is another's."""
        asked = urlencode(self.pairs)
        return path + (f"?{asked}" if asked or not path else "") + (f"#{anchor}" if anchor else "")

    @property
    def rows(self) -> TableQuery:
        """What is asked of the table for this page."""
        offset = 0 if self.query.cursor else (self.page - 1) * ROWS
        return replace(self.query, limit=ROWS, offset=offset)

    @property
    def selection(self) -> TableQuery:
        """All the rows that it is about, in whatever order."""
        return TableQuery(filters=self.query.filters, near=self.query.near, box=self.query.box)

    @property
    def narrowed(self) -> bool:
        return bool(self.query.filters or self.query.near or self.query.box)

    @property
    def bare(self) -> bool:
        """Whether nothing was asked: the one look that search engines keep."""
        return not self.pairs

    def asking(self, **values: object) -> View:
        """Another question to the rows, from its first page on."""
        return replace(self, query=replace(self.query, cursor="", **values), page=1)  # type: ignore[arg-type]

    def at(self, page: int) -> View:
        return replace(self, query=replace(self.query, cursor=""), page=page)

    def following(self, cursor: str) -> View:
        return replace(self, query=replace(self.query, cursor=cursor), page=1)

    def without(self, each: Filter) -> View:
        return self.asking(filters=tuple(one for one in self.query.filters if one != each))

    def with_filter(self, each: Filter) -> View:
        return self if each in self.query.filters else self.asking(filters=(*self.query.filters, each))

    def everywhere(self) -> View:
        return self.asking(filters=(), near=None, box=None)

    def charted(self, kind: str, by: str, measure: str) -> View:
        return replace(self, kind=kind, by=by, measure=measure)

    def sorted_by(self, column: str) -> View:
        """A click on a header: upwards, then downwards, then as in the file."""
        now = self.query.sort[0] if len(self.query.sort) == 1 else None
        if now and now.column == column:
            return self.asking(sort=() if now.descending else (Sort(column, descending=True),))
        return self.asking(sort=(Sort(column),))


def read(data: QueryDict, columns: Sequence[Column]) -> View:
    """What cannot be read is told (`error`), and the table is shown as if it had not been asked."""
    page = data.get(PAGE, "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    own = View(
        page=min(max(1, number), NUMBERED),
        kind=data.get(KIND, "")[:20],
        by=data.get(BY, "")[:2000],
        measure=data.get(MEASURE, "")[:2000],
        ground=data.get(GROUND, "")[:2000],
        worth=data.get(WORTH, "")[:2000],
    )
    try:
        query = tabular.read(data, columns, OWN)
    except BadQuestion as error:
        return replace(own, error=error.message)
    if query.grouped:
        rows = replace(query, group=(), measures=(), sort=(), cursor="", limit=ROWS)
        return replace(own, query=rows).charted(*_chart(query))
    return replace(own, query=replace(query, limit=ROWS, total=True))


def _chart(query: TableQuery) -> tuple[str, str, str]:
    """A question that groups, as the API is asked, is a chart of its first group and measure."""
    by = next((f"{one.column}:{one.part}" if one.part else one.column for one in query.group), "")
    measure = next((f"{one.function}:{one.column}" for one in query.measures), "count")
    return "auto", by, measure


def submitted(data: QueryDict, view: View, columns: Sequence[Column]) -> View | None:
    """Where a form leads: the same look with one filter more, or other columns. None when none was sent.

    Raises BadQuestion.
    """
    if SHOW in data:
        known = {column.name for column in columns}
        chosen = tuple(name for name in data.getlist(SHOW) if name in known)
        every = len(chosen) == len(columns) <= COLUMNS
        return view.asking(select=() if every else chosen)
    if COLUMN in data:
        return view.with_filter(_typed(data))
    return None


def _typed(data: QueryDict) -> Filter:
    condition, value = data.get(CONDITION, "eq"), data.get(VALUE, "").strip()
    op = Op(condition) if condition in set(Op) else Op.EQ
    column = data.get(COLUMN, "")
    if op in (Op.EMPTY, Op.FILLED):
        return Filter(column, op)
    if not value:
        raise BadQuestion(
            _("Indiquez la valeur cherchée dans « %(column)s », ou choisissez « est vide ».") % {"column": column[:60]}
        )
    values = tuple(each.strip() for each in tabular.listed(value)) if op in (Op.IN, Op.OUT) else (value,)
    return Filter(column, op, values)


def hidden(view: View, *left_out: str) -> list[tuple[str, str]]:
    """The fields by which a form keeps the rest of the look."""
    return [(name, value) for name, value in view.pairs if name not in (*left_out, PAGE, "cursor")]
