"""A source and its runs as pages show them: state, drawing and sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from harvesters.models import HarvestRun, HarvestSource
from harvesters.sources import KINDS
from portal.pages import words

SHOWN: Final = 14  # runs drawn beside a source
STEP: Final = 11  # pixels between two of them
Status = HarvestRun.Status
# Status -> class, drawing, words.
STATES: Final = {
    "ok": ("good", "juste", gettext_noop("À jour")),
    "partial": ("warn", "attention", gettext_noop("En partie")),
    "stopped": ("warn", "attention", gettext_noop("Attend votre avis")),
    "failed": ("fail", "erreur", gettext_noop("En panne")),
    "killed": ("warn", "attention", gettext_noop("Interrompue")),
    "running": ("", "horloge", gettext_noop("En cours")),
    "paused": ("", "info", gettext_noop("En pause")),
    "trial": ("", "info", gettext_noop("À l’essai")),
    "never": ("", "info", gettext_noop("Jamais moissonnée")),
    "left": ("", "info", gettext_noop("N’est plus suivie")),
    "closed": ("good", "juste", gettext_noop("Reprise par ce portail")),
    "closing": ("warn", "attention", gettext_noop("Reprise inachevée")),
}
MARKS: Final = {
    "done": gettext_noop("fait"),
    "same": gettext_noop("sans changement"),
    "partial": gettext_noop("en partie"),
    "failed": gettext_noop("en échec"),
    "stopped": gettext_noop("arrêté"),
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
    told = ", ".join(f"{counts[kind]} {_(said)}" for kind, said in MARKS.items() if counts[kind])
    return Row(
        source=source,
        name=source.name,
        kind=_(KINDS[source.kind].label) if source.kind in KINDS else "",
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
    return row.state in (_named("failed"), _named("stopped"), _named("closing"))


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
    return _named(found) if found or last is None else _state_of(last)


def _named(name: str) -> State:
    css, icon, text = STATES[name]
    return State(css, icon, _(text))


def _state_of(run: HarvestRun) -> State:
    return _named(run.status if run.status in STATES else "ok")


def closing_of(source: HarvestSource) -> tuple[str, ...]:
    """What became of a source that this portal took over, in sentences; none for another."""
    if source.closed_at is None:
        return ()
    done, day = source.closing, words.day(source.closed_at)
    if not done:
        return (
            _(
                "Commencée le %(day)s, la reprise s’est arrêtée en chemin. Relancez « manage.py takeover %(source)s » : "
                "elle fera ce qui manque, et rien deux fois."
            )
            % {"day": day, "source": source.pk},
        )
    records = words.number(done["datasets"] + done["services"])
    told = [
        _(
            "Depuis le %(day)s, ce portail en est le foyer. Fiches devenues les nôtres, qui se modifient ici\u00a0: %(count)s."
        )
        % {"day": day, "count": records},
        _("Adresses de l’ancien portail qui mènent à nos pages\u00a0: %(count)s.")
        % {"count": words.number(done["paths"])},
    ]
    if there := done["there"]:
        told.append(
            _(
                "Fichiers encore chez l’ancien portail ce jour-là\u00a0: %(count)s sur %(all)s. "
                "Copiez-les ailleurs, puis corrigez leur adresse dans les fiches."
            )
            % {"count": words.number(there), "all": words.number(done["files"])}
        )
    return tuple(told)


def left_of(source: HarvestSource) -> tuple[str, ...]:
    """What became of a source that is followed no more, in sentences; none for another. It takes `with_counts`."""
    if source.left_at is None:
        return ()
    since = _("Depuis le %(day)s, ce portail ne suit plus cette source.") % {"day": words.day(source.left_at)}
    if source.leaving:
        return since, _("Le travailleur retire ses fiches dans la minute, s’il tourne.")
    if source.live:
        return (
            since,
            _("Fiches restées en ligne, telles quelles\u00a0: %(count)s.") % {"count": words.number(source.live)},
            _("Pour les modifier ici, il faut prendre la suite de la source : demandez-le à qui tient le serveur."),
        )
    return (
        since,
        _(
            "Aucune de ses fiches n’est en ligne. Elles reviennent, avec leur page et leur histoire, si vous la suivez de nouveau."
        ),
    )


def _marks(runs: Iterable[HarvestRun]) -> Iterable[Mark]:
    """The oldest on the left."""
    for number, run in enumerate(reversed(list(runs))):
        same = run.status == Status.DONE and not (run.created or run.updated or run.withdrawn)
        kind = "same" if same else Status.FAILED if run.status == Status.KILLED else run.status
        yield Mark(kind, f"{6 + number * STEP}", words.day(run.started_at))


def _next(source: HarvestSource) -> str:
    if source.closed_at or source.left_at:
        return _("plus aucun")
    if not source.active:
        return _("en pause")
    if source.next_at is None:
        return _("aucun de prévu") if source.trial or not source.schedule else _("dans la minute")
    return (
        _("dans la minute")
        if source.next_at <= timezone.now()
        else _("le %(moment)s") % {"moment": words.moment(source.next_at)}
    )


def passage(run: HarvestRun) -> Passage:
    counts = (
        (run.created, ngettext("%(count)s nouvelle", "%(count)s nouvelles", run.created)),
        (run.updated, ngettext("%(count)s modifiée", "%(count)s modifiées", run.updated)),
        (run.unchanged, ngettext("%(count)s sans changement", "%(count)s sans changement", run.unchanged)),
        (run.withdrawn, ngettext("%(count)s retirée", "%(count)s retirées", run.withdrawn)),
        (run.quarantined, ngettext("%(count)s mise de côté", "%(count)s mises de côté", run.quarantined)),
        (run.left_out, ngettext("%(count)s écartée", "%(count)s écartées", run.left_out)),
    )
    said = ", ".join(text % {"count": words.number(count)} for count, text in counts if count)
    text = ngettext("%(count)s fiche lue", "%(count)s fiches lues", run.found) % {"count": words.number(run.found)}
    if said:
        text += _(" : ") + said
    if run.dry:
        text = _("Répétition, rien n’a été écrit.") + " " + text
    return Passage(
        run=run,
        when=words.moment(run.started_at),
        state=_named("running") if run.status == Status.RUNNING else _state_of(run),
        text=f"{text}.",
        seconds=_took(run),
    )


def _took(run: HarvestRun) -> str:
    return words.duration((run.ended_at or run.heartbeat_at) - run.started_at)
