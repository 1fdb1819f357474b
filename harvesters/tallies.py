"""The counts of a run, and one record on its way through it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from catalogue.publishing import Draft
from catalogue.publishing.foreseen import Foreseen
from harvesters.ahead import Ahead
from harvesters.base import Found
from harvesters.models import HarvestRecord
from harvesters.routes import Way

QUARANTINE_SHOWN = 20
REASONS_SHOWN, REASONS_KEPT = 10, 50
LONGEST_REASON = 500  # characters that a row keeps of why its record is left out
GIVEN_UP = 5  # tries of one record; then its page may be skipped when its bytes are the same


@dataclass
class Counts:
    """How many records met each fate."""

    found: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    quarantined: int = 0
    left_out: int = 0  # by the rules of reception
    recognised: int = 0  # known under other identifiers before; counted as updated too
    followed: int = 0  # published by another route already; nothing is published twice


@dataclass
class Tally:
    """The counts of a run."""

    datasets: Counts = field(default_factory=Counts)
    services: Counts = field(default_factory=Counts)
    repairs: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    left_because: Counter[str] = field(default_factory=Counter)
    unwanted: set[int] = field(default_factory=set)  # rows of those left out whose record is still published
    aside: bool = False  # whether a record of the current page was set aside
    repeated: int = 0
    given_back: int = 0  # records of this very portal

    def of(self, kind: str) -> Counts:
        return self.services if kind == "service" else self.datasets

    def set_aside(self, kind: str, title: str, reason: str, *, given_up: bool) -> None:
        self.of(kind).quarantined += 1
        end = f" Essayée {GIVEN_UP} fois : elle le sera de nouveau quand la source changera." if given_up else ""
        self.reasons.append(f"« {title} » : {reason}{end}")

    def leave_out(self, kind: str, reason: str) -> None:
        self.of(kind).left_out += 1
        self.left_because[reason] += 1

    def messages(self) -> list[str]:
        said = self.reasons[:QUARANTINE_SHOWN]
        if len(self.reasons) > QUARANTINE_SHOWN:
            said.append(f"… et {len(self.reasons) - QUARANTINE_SHOWN} autres fiches mises de côté.")
        if renamed := self.datasets.recognised + self.services.recognised:
            said.append(
                f"{renamed} fiches ont changé d’identifiant à la source : reconnues à leurs titres et à leurs adresses, "
                "elles gardent leur page et leur histoire."
            )
        if count := self.left_because.total():
            reasons = ", ".join(f"{reason} ({times})" for reason, times in self.left_because.most_common(REASONS_SHOWN))
            said.append(f"{count} fiches écartées par vos règles de réception : {reasons}.")
        if followed := self.datasets.followed + self.services.followed:
            said.append(
                "Fiches suivies sans être publiées deux fois, parce qu’une autre source nous les donne, plus proche de leur "
                f"origine ou venue la première : {followed}."
            )
        if self.given_back:
            said.append(
                f"Fiches qui viennent de ce portail même, et que nous n’avons pas reprises : {self.given_back}."
            )
        if self.repeated:
            said.append(f"{self.repeated} fiches étaient répétées dans la source : chacune a été prise une fois.")
        return said


@dataclass
class Item:
    """One record on its way."""

    found: Found
    row: HarvestRecord
    stamp: str = ""
    draft: Draft | None = None
    ahead: Ahead | None = None  # what was read of it beforehand, as if it were new
    foreseen: Foreseen | None = None  # in place of a draft
    reason: str = ""  # why it is set aside
    left_out: str = ""  # why it is not wanted here
    was: str = ""  # the key that it had before the source renamed it
    position: int = 0  # among those that were given
    way: Way | None = None  # asked of what is not known for sure
    went: bool = False  # whether it took its way
    turned: bool = False  # whether its row spoke and follows now, or the other way round

    @property
    def ready(self) -> bool:
        """Whether there is something to publish."""
        return self.draft is not None or self.foreseen is not None

    @property
    def faults(self) -> Iterable[str]:
        """What was mended of what is published, or lost."""
        if self.foreseen and self.ahead:
            return self.ahead.faults
        return (problem.fault for problem in self.draft.problems) if self.draft else ()

    @property
    def open(self) -> bool:
        """Whether it must be asked if another route gives it: it is new, was set aside or left out, or comes back."""
        row = self.row
        return not row.stamp or row.gone_at is not None or row.record is None

    @property
    def asking(self) -> bool:
        return self.open and not self.went

    def go(self, way: Way) -> bool:
        """Takes the way; whether it must be read again for it, under another name or without a word."""
        row, follows = self.row, way.follows or way.sign.given_back
        again = follows or (way.record is not None and way.record != row.record)
        self.turned = bool(row.pk) and row.follows != follows
        self.went, row.follows, row.record = True, follows, way.record or row.record
        return again

    @property
    def given_back(self) -> bool:
        return self.way is not None and self.way.sign.given_back

    @property
    def why_silent(self) -> str:
        if self.given_back:
            return "Elle vient de ce portail même."
        by = f" : {self.way.speaker}" if self.way and self.way.speaker else ""
        return f"Suivie par une autre route{by}."

    @property
    def title(self) -> str:
        """As messages call it."""
        return self.found.title.replace("\0", "")[:200] or "Fiche sans titre"

    @property
    def tried_again(self) -> bool:
        """Whether the next run reads it again even if its page is the same."""
        return bool(self.reason) and self.row.tries < GIVEN_UP
