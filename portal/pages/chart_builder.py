"""Which charts suit a table, and what the form of the builder offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query import Function, Group, Measure, Part
from portal.pages.table_views import View

KINDS: Final = {
    "auto": gettext_lazy("Celle qui convient"),
    "barres": gettext_lazy("Barres"),
    "courbe": gettext_lazy("Courbe"),
    "aire": gettext_lazy("Aire"),
    "nuage": gettext_lazy("Nuage de points"),
    "histogramme": gettext_lazy("Histogramme"),
}
PARTS: Final = {
    Part.YEAR: gettext_lazy("par année"),
    Part.QUARTER: gettext_lazy("par trimestre"),
    Part.MONTH: gettext_lazy("par mois"),
    Part.WEEK: gettext_lazy("par semaine"),
    Part.DAY: gettext_lazy("par jour"),
    Part.WEEKDAY: gettext_lazy("par jour de la semaine"),
    Part.HOUR: gettext_lazy("par heure"),
}
PERIODS: Final = {
    Part.YEAR: gettext_lazy("année"),
    Part.QUARTER: gettext_lazy("trimestre"),
    Part.MONTH: gettext_lazy("mois"),
    Part.WEEK: gettext_lazy("semaine"),
    Part.DAY: gettext_lazy("jour"),
    Part.WEEKDAY: gettext_lazy("jour de la semaine"),
    Part.HOUR: gettext_lazy("heure"),
}
STEPS: Final = (Part.YEAR, Part.QUARTER, Part.MONTH, Part.WEEK, Part.DAY)  # that follow each other
FUNCTIONS: Final = {
    Function.SUM: gettext_lazy("Somme de %(column)s"),
    Function.MEAN: gettext_lazy("Moyenne de %(column)s"),
    Function.MEDIAN: gettext_lazy("Médiane de %(column)s"),
    Function.MIN: gettext_lazy("Minimum de %(column)s"),
    Function.MAX: gettext_lazy("Maximum de %(column)s"),
}
COUNT: Final = "count"
ROWS: Final = gettext_lazy("Nombre de lignes")
OFFERED: Final = 100  # columns in a list of the form; an address may name any
FEW: Final = 40  # different values, that bars can show
UNIT: Final = re.compile(r"\(([^()]{1,14})\)\s*$")
NAMES: Final = re.compile(r"^id[A-Z]|^(?i:id|num|n°|code|siret|siren|cle|key|uid)\b|[_ ](?i:id|code|num|siret|siren)$")
# What does not add up.
RATES: Final = re.compile(
    r"%|°|/|\b(taux|ratio|part|prix|tarif|age|âge|note|moyenne|densité|vitesse|rang|numero)", re.IGNORECASE
)
LABELS: Final = frozenset({Type.TEXT, Type.BOOLEAN, Type.COMMUNE, Type.DEPARTMENT, Type.REGION, Type.POSTCODE})


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Plan:
    """A chart to ask: `kind` is a key of KINDS, other than "auto"."""

    kind: str
    column: Column
    part: Part | None = None
    function: Function | None = None  # None: rows are counted
    measured: Column | None = None

    @property
    def group(self) -> Group:
        return Group(self.column.name, self.part)

    @property
    def measures(self) -> tuple[Measure, ...]:
        return (Measure(self.function, self.measured.name),) if self.function and self.measured else ()

    @property
    def by(self) -> str:
        return f"{self.column.name}:{self.part}" if self.part else self.column.name

    @property
    def measure(self) -> str:
        return f"{self.function}:{self.measured.name}" if self.function and self.measured else COUNT

    @property
    def label(self) -> str:
        """« Somme de Montant par mois »."""
        if self.kind == "histogramme":
            return _("Répartition de %(column)s") % {"column": self.column.name}
        if self.kind == "nuage" and self.measured:
            return _("%(measure)s selon %(other)s") % {"measure": self.measured.name, "other": self.column.name}
        return f"{named(self)} {grouped(self)}"


def named(plan: Plan) -> str:
    return worth(plan.function, plan.measured.name if plan.measured else "")


def worth(function: Function | None, column: str) -> str:
    """« Somme de Montant », « Nombre de lignes »."""
    return FUNCTIONS[function] % {"column": column} if function and column else str(ROWS)


def grouped(plan: Plan) -> str:
    return str(PARTS[plan.part]) if plan.part else _("par %(column)s") % {"column": plan.column.name}


def axis(plan: Plan) -> str:
    """What the groups are of, as the head of a column: « année », « Commune »."""
    return str(PERIODS[plan.part]) if plan.part else plan.column.name


def unit(column: Column | None) -> str:
    """What stands in brackets at the end of its name: « Volume (m³) »."""
    found = UNIT.search(column.name) if column else None
    return found[1] if found else ""


def asked(view: View, columns: Sequence[Column]) -> Plan:
    """The chart that the address asks. Raises BadQuestion."""
    those = {column.name: column for column in columns}
    name, part = _by(view.by, those)
    function, measured = measure_of(view.measure or COUNT, those)
    plan = Plan(view.kind, those[name], part, function, those.get(measured))
    if view.kind not in KINDS:
        raise BadQuestion(
            _("Ce graphique n’existe pas. Choisissez parmi : %(kinds)s.")
            % {"kinds": ", ".join(str(one) for one in KINDS.values())}
        )
    return replace(plan, kind=_suiting(plan)) if view.kind == "auto" else plan


def _by(said: str, those: dict[str, Column]) -> tuple[str, Part | None]:
    if said in those:
        column = those[said]
        return said, _step(column) if column.type.moment else None
    name, __, part = said.rpartition(":")
    if name in those and part in set(Part):
        return name, Part(part)
    raise BadQuestion(
        _("Choisissez la colonne par laquelle regrouper : « %(said)s » n’en est pas une.") % {"said": said[:60]}
    )


def measure_of(said: str, those: dict[str, Column]) -> tuple[Function | None, str]:
    """« sum:Montant » as a function and a column; None and "" for the rows themselves. Raises BadQuestion."""
    if said == COUNT:
        return None, ""
    function, __, name = said.partition(":")
    if function not in {str(one) for one in FUNCTIONS} or name not in those:
        raise BadQuestion(
            _("« %(said)s » ne se mesure pas : choisissez un calcul dans la liste.") % {"said": said[:60]}
        )
    return Function(function), name


def _suiting(plan: Plan) -> str:
    if plan.part in STEPS or plan.column.type == Type.YEAR:
        return "courbe"
    if plan.column.type.numeric and not plan.measured and plan.column.distinct > FEW // 2:
        return "histogramme"
    return "barres"


def _step(column: Column) -> Part:
    """Periods that are neither too few nor too many to see."""
    years = [int(str(edge)[:4]) for edge in (column.least, column.most) if edge and str(edge)[:4].isdigit()]
    span = years[-1] - years[0] if len(years) == 2 else 0
    return (
        Part.YEAR
        if span >= 12
        else Part.MONTH
        if span >= 1 or str(column.least)[:7] != str(column.most)[:7]
        else Part.DAY
    )


def proposals(columns: Sequence[Column], rows: int) -> list[Plan]:
    """By the types: a date and a number make a line, names make bars, two numbers a cloud, one a histogram."""
    return list(dict.fromkeys(_proposed(columns, rows)))[:4]


def _proposed(columns: Sequence[Column], rows: int) -> Iterator[Plan]:
    numbers = [one for one in columns if _amount(one, rows)]
    moments = [one for one in columns if (one.type.moment or one.type == Type.YEAR) and one.distinct > 2]
    few = min(FEW, max(2, rows // 2))
    labels = [one for one in columns if one.type in LABELS and 2 <= one.distinct <= few]
    amount = numbers[0] if numbers else None
    labels = [one for one in labels if one.type != Type.TEXT or not NAMES.search(one.name)]
    total = (Function.SUM, amount) if amount and not RATES.search(amount.name) else (None, None)
    for column in moments[:1]:
        yield Plan("courbe", column, _step(column) if column.type.moment else None, *total)
    for column in labels[:2]:
        yield Plan("barres", column)
    if labels and amount and total[0]:
        yield Plan("barres", labels[0], None, Function.SUM, amount)
    if amount:
        yield Plan("histogramme", amount)
    if len(numbers) > 1:
        yield Plan("nuage", numbers[0], None, Function.MEAN, numbers[1])


def _amount(column: Column, rows: int) -> bool:
    """A number that measures something, and does not number the rows."""
    if column.type not in (Type.INTEGER, Type.DECIMAL) or column.distinct < 3 or NAMES.search(column.name):
        return False
    return column.type == Type.DECIMAL or rows < 20 or column.distinct < rows - column.missing


def by_choices(columns: Sequence[Column], plan: Plan | None) -> list[Choice]:
    now = plan.by if plan else ""
    found = []
    for column in columns[:OFFERED]:
        if not column.type.moment:
            found.append(Choice(column.name, column.name, column.name == now))
            continue
        parts = [part for part in PARTS if part != Part.HOUR or column.type == Type.DATETIME]
        found += [
            Choice(f"{column.name}:{part}", f"{column.name}, {PARTS[part]}", f"{column.name}:{part}" == now)
            for part in parts
        ]
    return found


def measure_choices(columns: Sequence[Column], plan: Plan | None) -> list[Choice]:
    now = plan.measure if plan else COUNT
    found = [Choice(COUNT, str(ROWS), now == COUNT)]
    for column in columns[:OFFERED]:
        if column.type in (Type.INTEGER, Type.DECIMAL):
            values = [(f"{function}:{column.name}", worth(function, column.name)) for function in FUNCTIONS]
            found += [Choice(value, label, value == now) for value, label in values]
    return found


def kind_choices(plan: Plan | None) -> list[Choice]:
    return [Choice(kind, str(label), bool(plan and plan.kind == kind)) for kind, label in KINDS.items()]
