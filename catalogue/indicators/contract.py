"""What crosses the borders inside indicators.

    recipe (YAML) ──recipe──> Recipe ──computing──> Reckoned: for each place, period and member of an axis, two parts
                                                       └──saying──> Figure: the value that is said, or why none is

Concepts bear the names of SDMX where it has one (REF_AREA, TIME_PERIOD, OBS_VALUE, UNIT_MEASURE, OBS_STATUS).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue.indicators.recipe.expressions import Expressions


class Sense(StrEnum):
    """Whether more is better. Of most figures of a town, more is neither."""

    HIGHER = "higher"
    LOWER = "lower"
    CONTEXT = "context"


class Spread(StrEnum):
    """How the figure of several territories together comes from theirs. Never the mean of ratios."""

    RATIO = "ratio"  # the sum of the numerators over the sum of the denominators
    SUM = "sum"  # the sum of the numerators
    NONE = "none"  # it cannot be had from theirs (a median, a largest share)


class Status(StrEnum):
    """OBS_STATUS of SDMX (code list CL_OBS_STATUS 2.2)."""

    NORMAL = "A"
    BREAK = "B"  # the first of a series that cannot be compared with what was before
    ESTIMATED = "E"  # divided by the population of another year
    PROVISIONAL = "P"
    MISSING = "M"  # nothing was published for it
    SUPPRESSED = "Q"  # too few persons or units: a secret of statistics
    NOT_SIGNIFICANT = "N"  # not computable: `reason` says why

    @property
    def valued(self) -> bool:
        return self in {Status.NORMAL, Status.BREAK, Status.ESTIMATED, Status.PROVISIONAL}


class Binding(StrEnum):
    """How a row says of which territory it is."""

    INSEE = "insee"  # code of a commune, of today or of before
    SIREN = "siren"  # SIREN, or SIRET of which the first nine digits count
    DEPARTEMENT = "departement"
    PUBLISHER = "publisher"  # it does not: the body that publishes the file


class Divisor(StrEnum):
    """What divides the numerator."""

    NOTHING = "nothing"
    ROWS = "rows"  # an expression over the same rows
    POPULATION = "population"
    AREA = "area"  # km²
    CONSTANT = "constant"


@dataclass(frozen=True)
class Words:
    """The same said in the languages of the interface."""

    fr: str
    en: str


@dataclass(frozen=True)
class Unit:
    """UNIT_MEASURE. `decimals`: how many are shown."""

    code: str  # such as EUR_INH
    words: Words  # such as "€ par habitant"
    sign: str  # such as "€/hab."
    decimals: int = 1
    short: str = ""  # the sign in English, "" for the same

    @property
    def signs(self) -> Words:
        return Words(self.sign, self.short or self.sign)


@dataclass(frozen=True)
class Mark:
    """A value that a figure is held against: a target or a legal threshold. `levels`: of which territories; () of all."""

    value: float
    source: Words
    legal: bool = False
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Axis:
    """By what the figure can be broken down: its members are the values that the rows have."""

    name: str
    words: Words


@dataclass(frozen=True)
class Population:
    """Which number of inhabitants divides. `shift`: of how many years before the period (0: of the same year)."""

    kind: str = "municipale"  # `catalogue.models.Population.Kind`
    shift: int = 0


@dataclass(frozen=True)
class Recipe:
    """An indicator, checked. `expressions` are for `computing` alone.

    `also`: other ways in which a row may say its territory, in the order in which they are tried after `binding`. A code is
    then told by its length: five characters INSEE, nine figures SIREN, two or three a département.
    """

    key: str  # such as "budget.depenses-fonctionnement-hab"; letters, digits, dots and hyphens
    version: int
    title: Words
    definition: Words
    theme: str  # a key of `themes.THEMES`
    unit: Unit
    sense: Sense
    schema: str  # a key of the shipped schemas, such as "scdl/budget"
    versions: tuple[str, ...]  # beginnings of the schema's versions that it is true of; () all
    binding: Binding
    divisor: Divisor
    factor: float
    spread: Spread
    timed: bool  # whether rows say their period; else it is the year of the file
    population: Population | None = None
    constant: float | None = None
    axes: tuple[Axis, ...] = ()
    levels: tuple[str, ...] = ()  # of territories that it can be said of; () all
    plausible: tuple[float | None, float | None] = (None, None)  # both bounds are plausible
    unsound: Words | None = None  # why there is no figure where the rows are not all of what the recipe is of
    least_rows: int = 0  # fewer units than this are a secret
    target: Mark | None = None
    threshold: Mark | None = None
    reference: Words | None = None
    caveats: tuple[Words, ...] = ()
    words: tuple[str, ...] = ()  # what people call it, for the search
    breaks: Mapping[str, Words] = field(default_factory=dict)  # period from which a series is another one, and why
    internal: bool = False  # for the members of the body alone
    formula: Words | None = None  # how it is computed, in a sentence
    digest: str = ""  # of all that changes a value
    also: tuple[Binding, ...] = ()
    expressions: Expressions | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Part:
    """What one file gives for one place, period and member of an axis.

    `place`: a code as the rows have it (INSEE, SIREN), "" the publisher's territory. `period`: TIME_PERIOD, a year ("2021") or
    "" when rows say none. `axis`, `member`: "" for the total. `denominator`: None when what divides is not in the rows.
    """

    place: str
    period: str
    axis: str
    member: str
    numerator: float | None
    denominator: float | None
    rows: int


@dataclass(frozen=True)
class Reckoned:
    """What came of one recipe over one file. `problem`: in French, why there is nothing and what to do; then no parts."""

    recipe: str
    parts: tuple[Part, ...] = ()
    rows: int = 0  # of the file
    kept: int = 0  # that the recipe's filter let through
    placeless: int = 0  # of those, that name no territory
    undated: int = 0  # of those, that name no period
    problem: str = ""


@dataclass(frozen=True)
class Figure:
    """What is said: a value, or none and why. `reason` in French."""

    value: float | None
    status: Status
    reason: str = ""


class RecipeError(Exception):
    """A recipe that cannot be. `line`, `column`: where in its text, from 1; French, with what to do."""

    def __init__(self, message: str, line: int = 1, column: int = 1, name: str = "") -> None:
        super().__init__(f"{name or 'recette'}, ligne {line}, colonne {column} : {message}")
        self.message, self.line, self.column, self.name = message, line, column, name
