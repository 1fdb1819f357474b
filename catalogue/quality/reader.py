"""Keeps the scores in step with the log: what a record says, whether it conforms, whether its addresses answer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.utils import timezone

from catalogue import log
from catalogue.models import Change, Concept, Dataset, Score
from catalogue.quality import facts
from catalogue.quality.metrics import V1, V2, VERSIONS, Facts
from catalogue.quality.scoring import assess
from catalogue.use import USE

READER: Final = "quality"
SCORE: Final = "score"  # what the lines that this reader appends call their field
RULES: Final = 1  # raised when the same metrics are measured in another way, so that every score is made again
COLUMNS: Final = ("v1", "v2", "files", "lacks", "at")


class ScoreReader(log.LogReader):
    """One score for each published dataset, none for the others. A line of the log only when a score changes."""

    name = READER
    kinds = (Change.Kind.RECORD, Change.Kind.DERIVED)

    def state(self) -> str:
        """Other metrics, or other vocabularies, ask for other scores: all are then made again, in place."""
        said: list[object] = [RULES]
        said += [(m.key, m.most) for version in VERSIONS.values() for m in version.metrics]
        tables = hashlib.sha256(repr(said).encode()).hexdigest()[:12]
        return f"{tables}:{Concept.objects.filter(vocabulary__code__in=facts.VOCABULARIES).count()}"

    def handle(self, changes: Sequence[Change]) -> None:
        touched = {change.record for change in changes if change.record_type == "dataset" and _matters(change)}
        if touched:
            _rescore(touched)


def _matters(change: Change) -> bool:
    """Not its own lines: to read them would be to run in a circle. How much a record is looked at is no quality."""
    return change.kind == Change.Kind.RECORD or not {SCORE, USE} & set(change.fields)


def _rescore(touched: set[UUID]) -> None:
    """What takes time is done before the transaction opens; a record that changes meanwhile has a later line in the log."""
    fresh = _scores(facts.rows(touched))
    kept = Score.objects.in_bulk(touched)
    changed = [score for score in fresh if _differs(score, kept.get(score.pk))]
    gone = set(kept) - {score.pk for score in fresh}
    if not changed and not gone:
        return
    with log.transaction() as entries:
        Score.objects.filter(pk__in=gone).delete()
        Score.objects.bulk_create(changed, update_conflicts=True, unique_fields=["dataset"], update_fields=COLUMNS)
        entries.extend(
            log.Entry(Change.Verb.UPDATE, key, kind=Change.Kind.DERIVED, fields=(SCORE,))
            for key in (*(score.pk for score in changed), *gone)
        )


def _differs(score: Score, kept: Score | None) -> bool:
    return kept is None or (score.v1, score.v2, score.files, score.lacks) != (kept.v1, kept.v2, kept.files, kept.lacks)


def _scores(rows: Sequence[Dataset]) -> list[Score]:
    said = [(row, facts.values_of_row(row)) for row in rows]
    statuses, known, now = facts.statuses_of(values for _, values in said), facts.known_addresses(), timezone.now()
    scores = []
    for row, values in said:
        about = Facts(statuses, row.conforms, known)
        found = {code: assess(version, values, about) for code, version in VERSIONS.items()}
        scores.append(
            Score(
                dataset_id=row.pk,
                v2=round(found[V2.code].total, 6),
                v1=round(found[V1.code].total),
                files=len(values["distribution"]),
                lacks={code: score.lacks for code, score in found.items()},
                at=now,
            )
        )
    return scores
