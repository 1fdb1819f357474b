"""Rules tried on what the base holds of a source, before they are saved: from what the source said last, nothing asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from catalogue.dcat.formats import from_canonical
from catalogue.dcat.mapping import MODELS
from catalogue.drafting import minted
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
    "updated": "change",
    "left_out": "serait écartée",
    "returns": "reviendrait",
    "aside": "serait mise de côté",
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
        return WORDS[self.verb]


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
    because: Counter[str] = field(default_factory=Counter)

    @property
    def left_out(self) -> int:
        return self.because.total()

    @property
    def nothing_left(self) -> bool:
        return bool(self.looked) and not self.kept

    @property
    def summary(self) -> str:
        changed = Counter(row.verb for row in self.rows)
        said = [
            f"{self.looked} fiches essayées sur {self.held}",
            f"{changed['updated']} changeraient",
            f"{self.left_out} seraient écartées",
            f"{changed['returns']} reviendraient",
        ]
        text = f"{', '.join(said)}."
        if self.nothing_left:
            text = f"Attention : ces règles ne laisseraient rien de cette source. {text}"
        if self.unheld:
            text += f" {self.unheld} fiches écartées jusqu’ici ne sont pas dans la base : la répétition dira ce qu’elles deviennent."
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
    links = source.records.filter(record__isnull=False).exclude(
        record__isnull=False, gone_at__isnull=False, left_out=""
    )
    unheld = source.records.filter(record=None).exclude(left_out="").count()
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
                rows.append(found)
                because[found.reason] += found.verb == "left_out"
            else:
                kept += 1
                drafts.append(replace(found, id=record.pk, returns=link.gone_at is not None))
        rows += _changed(drafts)
    return Trial(looked, links.count(), unheld, kept, tuple(rows), +because)


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
