"""What the producer of a source should correct, in words that can be sent as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.text import capfirst

from catalogue.dcat.conformity import told
from catalogue.dcat.mapping import MODELS
from catalogue.models import in_french
from harvesters.faults import REPAIRS
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource

READ: Final = 1_000  # records of a source whose faults are counted: a page must not read a whole catalogue
LINES: Final = 20
ASIDE: Final = 10


@dataclass(frozen=True)
class Advice:
    """One thing to correct, and in how many records; `example` is the title of one."""

    text: str
    records: int
    example: str

    def __str__(self) -> str:
        many = f"{self.records} fiche{'s' * (self.records > 1)}"
        return f"{self.text} ({many}{f', par exemple « {self.example} »' if self.example else ''})"


@dataclass(frozen=True)
class Report:
    """`aside`: the records that were refused, and why. `partly`: the source has more records than were looked at."""

    aside: tuple[str, ...]
    advice: tuple[Advice, ...]
    partly: bool

    def __bool__(self) -> bool:
        return bool(self.aside or self.advice)


def report_on(source: HarvestSource) -> Report:
    """From what is kept with the records, so it holds when nothing changed since. Four queries."""
    rows = source.records.filter(gone_at=None)
    taken = rows.filter(record__isnull=False, follows=False).order_by("pk")  # what others say is not its fault
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    seen = 0
    for kind, model in MODELS.items():
        keys = [key for key in taken.filter(kind=kind).values_list("record", flat=True)[:READ] if key]
        found = model.objects.filter(pk__in=keys).values_list("title", "problems", "findings")  # type: ignore[attr-defined]
        for title, problems, findings in found:
            seen += 1
            for text in _faults(problems, findings):
                counts[text] += 1
                examples.setdefault(text, str(in_french(title))[:80])
    advice = tuple(Advice(text, count, examples[text]) for text, count in counts.most_common(LINES))
    return Report(_aside(source), advice, partly=seen >= READ)


def _faults(problems: list[list[str]], findings: list[list[str]]) -> set[str]:
    """Each fault once a record, whatever its number: what is missing first, then what we had to repair."""
    said = {kept.message for kept in told(findings) if kept.severity == "violation"}
    return said | {_capital(REPAIRS[fault]) for _, fault, *_ in problems if fault in REPAIRS}


def _capital(text: str) -> str:
    return f"{capfirst(text)}."


def _aside(source: HarvestSource) -> tuple[str, ...]:
    """Rows of records in quarantine bear no title: the last run's messages say whose reason it is."""
    reasons = HarvestRecord.objects.filter(source=source, gone_at=None).exclude(quarantine="")
    grouped = Counter(reasons.values_list("quarantine", flat=True)[:READ])
    return tuple(f"{reason} ({count} fiche{'s' * (count > 1)})" for reason, count in grouped.most_common(ASIDE))


def letter(source: HarvestSource, report: Report, last: HarvestRun | None) -> str:
    """The same as a message, ready to be sent."""
    parts = ["Bonjour,", f"Nous reprenons sur notre portail votre catalogue « {source.name} »."]
    if last is not None and last.status in HarvestRun.BAD:
        parts.append("Notre dernière lecture n’a pas abouti :\n" + _listed(last.messages))
    if report.aside:
        parts.append("Des fiches n’ont pas pu être reprises :\n" + _listed(report.aside))
    if report.advice:
        parts.append(
            "Voici ce qui est à corriger chez vous. Nous l’avons réparé chez nous quand c’était possible ; corrigé à la "
            "source, cela profitera à tous ceux qui vous reprennent :\n" + _listed(map(str, report.advice))
        )
    if report.partly:
        parts.append(f"Nous avons compté sur les {READ} premières fiches.")
    return "\n\n".join([*parts, "Merci, et à votre disposition pour en parler."]) + "\n"


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
