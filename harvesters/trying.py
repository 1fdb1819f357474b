"""Rules tried on what the base holds of a source, before they are saved: from what the source said last, nothing asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.addressing import minted
from catalogue.dcat.formats import from_canonical
from catalogue.dcat.mapping import MODELS
from catalogue.models import Record
from catalogue.previewing import Difference, preview
from catalogue.publishing import BATCH, Draft
from harvesters.base import Found, LeaveOut, SkipRecord
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.newcomers import node_of
from harvesters.reading import draft_of, said_of
from harvesters.receiving import reception_of
from harvesters.reception import Reception
from harvesters.rules import Rules

MOST: Final = 400  # records; beyond, the dry run tells
LONGEST: Final = 4.0  # seconds
WORDS: Final = {
    "left_out": gettext_noop("à écarter"),
    "updated": gettext_noop("à modifier"),
    "returns": gettext_noop("à remettre en ligne"),
    "aside": gettext_noop("à mettre de côté"),
}


@dataclass(frozen=True)
class Tried:
    """One record that the rules would change; `verb` is a key of WORDS."""

    verb: str
    title: str
    reason: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def word(self) -> str:
        return _(WORDS[self.verb])


@dataclass(frozen=True)
class Trial:
    """`looked`: how many records were tried, of `held` that the base holds. `unheld`: those left out until now, of which
    it holds nothing. `kept`: of those tried, how many would be in the catalogue.
    """

    looked: int
    held: int
    unheld: int
    kept: int
    rows: tuple[Tried, ...]
    because: Mapping[str, int] = field(default_factory=dict)  # why records are left out -> how many

    def groups(self, most: int) -> list[tuple[str, list[Tried]]]:
        """The first rows, by what would become of them."""
        shown = [(_(word), [row for row in self.rows[:most] if row.verb == verb]) for verb, word in WORDS.items()]
        return [(word, rows) for word, rows in shown if rows]

    @property
    def left_out(self) -> int:
        return sum(self.because.values())

    @property
    def nothing_left(self) -> bool:
        return bool(self.looked) and not self.kept

    @property
    def summary(self) -> str:
        verbs = Counter(row.verb for row in self.rows)
        tried = ngettext("%(count)s fiche essayée", "%(count)s fiches essayées", self.looked) % {"count": self.looked}
        fates = ", ".join(
            _("%(what)s : %(count)s") % {"what": _(words), "count": verbs[verb]}
            for verb, words in WORDS.items()
            if verbs[verb]
        )
        text = _("%(tried)s sur %(held)s dans la base ; %(fates)s.") % {
            "tried": tried,
            "held": self.held,
            "fates": fates or _("rien à changer"),
        }
        if self.unheld:
            told = _(
                "Écartées jusqu’ici et absentes de la base : %(count)s. La répétition dira ce qu’elles deviennent."
            )
            text += " " + told % {"count": self.unheld}
        return text

    def told(self) -> dict[str, Any]:
        """As `--json` prints it."""
        names = ("looked", "held", "unheld", "kept", "left_out")
        return {
            **{name: getattr(self, name) for name in names},
            "because": dict(self.because),
            "records": [asdict(row) for row in self.rows],
        }


def try_out(source: HarvestSource, rules: Rules) -> Trial:
    """What these rules would do to what the base holds. Nothing is written. Raises BadOption."""
    reception = reception_of(source, rules)
    links = source.records.filter(record__isnull=False, follows=False).exclude(
        record__isnull=False, gone_at__isnull=False, left_out=""
    )
    unheld = source.records.filter(record=None, follows=False).exclude(left_out="").count()
    rows: list[Tried] = []
    because: Counter[str] = Counter()
    looked = kept = 0
    until = time.monotonic() + LONGEST
    for some in _held(links):
        drafts = []
        for link, record in some:
            if looked == MOST or time.monotonic() > until:
                break
            looked += 1
            found = _tried(link, record, source, reception)
            if isinstance(found, Tried):
                because[found.reason] += found.verb == "left_out"
                rows += [found] if link.gone_at is None else []  # one that is out already stays out
            else:
                kept += 1
                drafts.append(replace(found, id=record.pk, returns=link.gone_at is not None))
        rows += _changed(drafts)
    return Trial(looked, links.count(), unheld, kept, tuple(rows), dict((+because).most_common()))


def _held(links: Any) -> Iterator[list[tuple[HarvestRecord, Record]]]:
    """The records that the base holds, with what their source said, a batch at a time."""
    for kind, model in MODELS.items():
        rows = list(links.filter(kind=kind).order_by("gone_at", "pk")[:MOST])
        for start in range(0, len(rows), BATCH):
            some = {row.record: row for row in rows[start : start + BATCH]}
            records = model.objects.with_forms().filter(pk__in=some).order_by("pk")  # type: ignore[attr-defined]
            yield [(some[record.pk], record) for record in records if record.said]


def _tried(link: HarvestRecord, record: Record, source: HarvestSource, reception: Reception) -> Draft | Tried:
    triples = from_canonical(record.said)
    node = node_of(triples, record.uri, minted(record.pk))
    own = tuple(triple for triple in triples if triple.subject == node)
    others = tuple(triple for triple in triples if triple.subject != node)
    found = Found(record.kind, (link.key,), "" if record.minted else record.uri, own + others, record.label)  # type: ignore[arg-type]
    try:
        return draft_of(found, said_of(found), source, reception)
    except LeaveOut as error:
        return Tried("left_out", record.label, error.message)
    except SkipRecord as error:
        return Tried("aside", record.label, error.message)


def _changed(drafts: list[Draft]) -> Iterator[Tried]:
    returning = {draft.id for draft in drafts if draft.returns}
    for each in preview(drafts):
        if each.record in returning:
            yield Tried("returns", each.title, differences=each.differences)
        elif each.verb != "unchanged":
            yield Tried("updated", each.title, differences=each.differences)
