"""A source and its runs as pages show them: state, drawing and sentences, in French."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from harvesters.models import HarvestRun, HarvestSource
from harvesters.sources import KINDS
from portal.pages import words

SHOWN: Final = 14  # runs drawn beside a source
STEP: Final = 11  # pixels between two of them
Status = HarvestRun.Status
# Status -> class, drawing, words.
STATES: Final = {
    "ok": ("good", "juste", "À jour"),
    "partial": ("warn", "attention", "En partie"),
    "stopped": ("warn", "attention", "Attend votre avis"),
    "failed": ("fail", "erreur", "En panne"),
    "killed": ("warn", "attention", "Interrompue"),
    "running": ("", "horloge", "En cours"),
    "paused": ("", "info", "En pause"),
    "trial": ("", "info", "À l’essai"),
    "never": ("", "info", "Jamais moissonnée"),
    "left": ("", "info", "N’est plus suivie"),
    "closed": ("good", "juste", "Reprise par ce portail"),
    "closing": ("warn", "attention", "Reprise inachevée"),
}
MARKS: Final = {
    "done": "fait",
    "same": "sans changement",
    "partial": "en partie",
    "failed": "en échec",
    "stopped": "arrêté",
}


@dataclass(frozen=True)
class Mark:
    """One run in the drawing; `x` as text: a template would write numbers with a French comma."""

    kind: str
    x: str
    at: str


@dataclass(frozen=True)
class State:
    css: str
    icon: str
    text: str


@dataclass(frozen=True)
class Row:
    source: HarvestSource
    name: str
    kind: str
    state: State
    last: HarvestRun | None
    marks: tuple[Mark, ...]
    told: str
    message: str
    took: str
    next: str


@dataclass(frozen=True)
class Passage:
    """One run, in words."""

    run: HarvestRun
    when: str
    state: State
    text: str
    seconds: str


def row_of(source: HarvestSource, runs: Sequence[HarvestRun]) -> Row:
    last = next((run for run in runs if not run.dry and run.status != Status.RUNNING), None)
    shown = [run for run in runs if not run.dry and run.status != Status.RUNNING][:SHOWN]
    marks = tuple(_marks(shown))
    counts = Counter(mark.kind for mark in marks)
    told = ", ".join(f"{counts[kind]} {said}" for kind, said in MARKS.items() if counts[kind])
    return Row(
        source=source,
        name=source.name,
        kind=KINDS[source.kind].label if source.kind in KINDS else "",
        state=_state(source, runs[0] if runs else None, last),
        last=last,
        marks=marks,
        told=told,
        took=_took(last) if last else "",
        message=" ".join(last.messages[:2]) if last else "",
        next=_next(source),
    )


def in_trouble(row: Row) -> bool:
    """Whether somebody should look at it."""
    return row.state in (State(*STATES["failed"]), State(*STATES["stopped"]), State(*STATES["closing"]))


def _state(source: HarvestSource, newest: HarvestRun | None, last: HarvestRun | None) -> State:
    """The first that is so."""
    stages = {
        "running": newest is not None and newest.status == Status.RUNNING,
        "closed": bool(source.closed_at and source.closing),
        "closing": bool(source.closed_at),
        "left": bool(source.left_at),
        "paused": not source.active,
        "trial": source.trial,
        "never": last is None,
    }
    found = next((name for name, so in stages.items() if so), "")
    return State(*STATES[found]) if found or last is None else _state_of(last)


def _state_of(run: HarvestRun) -> State:
    return State(*STATES[run.status if run.status in STATES else "ok"])


def closing_of(source: HarvestSource) -> tuple[str, ...]:
    """What became of a source that this portal took over, in sentences; none for another."""
    if source.closed_at is None:
        return ()
    done, day = source.closing, words.day(source.closed_at)
    if not done:
        again = f"Relancez « manage.py takeover {source.pk} » : elle fera ce qui manque, et rien deux fois."
        return (f"Commencée le {day}, la reprise s’est arrêtée en chemin. {again}",)
    records = words.number(done["datasets"] + done["services"])
    told = [
        f"Depuis le {day}, ce portail en est le foyer. Fiches devenues les nôtres, qui se modifient ici\u00a0: {records}.",
        f"Adresses de l’ancien portail qui mènent à nos pages\u00a0: {words.number(done['paths'])}.",
    ]
    if there := done["there"]:
        told.append(
            f"Fichiers encore chez l’ancien portail ce jour-là\u00a0: {words.number(there)} sur {words.number(done['files'])}. "
            "Copiez-les ailleurs, puis corrigez leur adresse dans les fiches."
        )
    return tuple(told)


def left_of(source: HarvestSource) -> tuple[str, ...]:
    """What became of a source that is followed no more, in sentences; none for another. It takes `with_counts`."""
    if source.left_at is None:
        return ()
    since = f"Depuis le {words.day(source.left_at)}, ce portail ne suit plus cette source."
    if source.leaving:
        return since, "Le travailleur retire ses fiches dans la minute, s’il tourne."
    if source.live:
        return (
            since,
            f"Fiches restées en ligne, telles quelles\u00a0: {words.number(source.live)}.",
            "Pour les modifier ici, il faut prendre la suite de la source : demandez-le à qui tient le serveur.",
        )
    return (
        since,
        "Aucune de ses fiches n’est en ligne. Elles reviennent, avec leur page et leur histoire, si vous la suivez de nouveau.",
    )


def _marks(runs: Iterable[HarvestRun]) -> Iterable[Mark]:
    """The oldest on the left."""
    for number, run in enumerate(reversed(list(runs))):
        same = run.status == Status.DONE and not (run.created or run.updated or run.withdrawn)
        kind = "same" if same else Status.FAILED if run.status == Status.KILLED else run.status
        yield Mark(kind, f"{6 + number * STEP}", words.day(run.started_at))


def _next(source: HarvestSource) -> str:
    if source.closed_at or source.left_at:
        return "plus aucun"
    if not source.active:
        return "en pause"
    if source.next_at is None:
        return "aucun de prévu" if source.trial or not source.schedule else "dans la minute"
    return "dans la minute" if source.next_at <= timezone.now() else f"le {words.moment(source.next_at)}"


def passage(run: HarvestRun) -> Passage:
    counts = (
        (run.created, "nouvelle", "nouvelles"),
        (run.updated, "modifiée", "modifiées"),
        (run.unchanged, "sans changement", "sans changement"),
        (run.withdrawn, "retirée", "retirées"),
        (run.quarantined, "mise de côté", "mises de côté"),
        (run.left_out, "écartée", "écartées"),
    )
    said = ", ".join(f"{words.number(count)} {many if count > 1 else one}" for count, one, many in counts if count)
    rehearsal = "Répétition, rien n’a été écrit. " if run.dry else ""
    fiches = f"{words.number(run.found)} fiche{'s' * (run.found > 1)} lue{'s' * (run.found > 1)}"
    return Passage(
        run=run,
        when=words.moment(run.started_at),
        state=State(*STATES["running"]) if run.status == Status.RUNNING else _state_of(run),
        text=f"{rehearsal}{fiches}{f' : {said}' if said else ''}.",
        seconds=_took(run),
    )


def _took(run: HarvestRun) -> str:
    return words.duration((run.ended_at or run.heartbeat_at) - run.started_at)
