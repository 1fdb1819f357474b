"""The counts of a run, and one record on its way through it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from catalogue.publishing import Draft
from harvesters.base import Found
from harvesters.models import HarvestRecord

QUARANTINE_SHOWN = 20
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
    recognised: int = 0  # known under other identifiers before; counted as updated too


@dataclass
class Tally:
    """The counts of a run."""

    datasets: Counts = field(default_factory=Counts)
    services: Counts = field(default_factory=Counts)
    repairs: Counter[str] = field(default_factory=Counter)
    reasons: list[str] = field(default_factory=list)
    aside: bool = False  # whether a record of the current page was set aside
    repeated: int = 0

    def of(self, kind: str) -> Counts:
        return self.services if kind == "service" else self.datasets

    def set_aside(self, kind: str, title: str, reason: str, *, given_up: bool) -> None:
        self.of(kind).quarantined += 1
        end = f" Essayée {GIVEN_UP} fois : elle le sera de nouveau quand la source changera." if given_up else ""
        self.reasons.append(f"« {title} » : {reason}{end}")

    def messages(self) -> list[str]:
        said = self.reasons[:QUARANTINE_SHOWN]
        if len(self.reasons) > QUARANTINE_SHOWN:
            said.append(f"… et {len(self.reasons) - QUARANTINE_SHOWN} autres fiches mises de côté.")
        if renamed := self.datasets.recognised + self.services.recognised:
            said.append(
                f"{renamed} fiches ont changé d’identifiant à la source : reconnues à leurs titres et à leurs adresses, "
                "elles gardent leur page et leur histoire."
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
    reason: str = ""
    was: str = ""  # the key that it had before the source renamed it
    position: int = 0  # among those that were given

    @property
    def tried_again(self) -> bool:
        """Whether the next run reads it again even if its page is the same."""
        return bool(self.reason) and self.row.tries < GIVEN_UP
