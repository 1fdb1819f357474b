"""How a derived fact, the score, reaches the index: once, and never in the place of a record's own change."""

from collections.abc import Iterable

import pytest

from catalogue import log, publishing
from catalogue.draining import drain_all
from catalogue.models import Change, Score
from catalogue.quality.reader import SCORE, ScoreReader
from catalogue.search import find, instance
from catalogue.search.document import Document
from catalogue.search.embedded import EmbeddedBackend
from catalogue.search.kinds.organisations import PREFIX
from tests.factories import bring_index_up_to_date, dataset, follow

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the documents that were sent to the index, in order."""
    sent: list[str] = []
    write = EmbeddedBackend.write

    def spied(self: EmbeddedBackend, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        documents = list(add)
        sent.extend(document.id for document in documents)
        write(self, documents, remove)

    monkeypatch.setattr(EmbeddedBackend, "write", spied)
    instance.backend().clear()
    drain_all("worker")
    return sent


def records(written: list[str]) -> list[str]:
    """Without the bodies that are sent with them, and the indicators that are shipped."""
    return [each for each in written if not each.startswith((PREFIX, "indicator:"))]


def bands() -> dict[str, int]:
    [facet] = find(facets=("quality",)).facets
    return dict(facet.values)


def test_a_first_harvest_indexes_each_record_once_with_its_score(written: list[str]) -> None:
    rows = [dataset(f"Jeu {number}") for number in range(30)]
    drain_all("worker")
    assert Change.objects.filter(kind=Change.Kind.DERIVED).count() >= 30
    assert sorted(records(written)) == sorted(str(row.pk) for row in rows)
    assert sum(bands().values()) == 30


def test_a_score_that_changes_its_band_is_counted_in_the_new_one(written: list[str]) -> None:
    row, other = dataset(), dataset()
    drain_all("worker")
    assert "excellente" not in bands()
    written.clear()
    Score.objects.filter(pk=row.pk).update(v2=7.0)
    with log.transaction() as entries:
        entries += [
            log.Entry(Change.Verb.UPDATE, each.pk, kind=Change.Kind.DERIVED, fields=(SCORE,)) for each in (row, other)
        ]
    bring_index_up_to_date()
    assert bands()["excellente"] == 1
    assert written == [str(row.pk)]


def test_a_score_known_after_the_record_was_indexed_is_brought_in(written: list[str]) -> None:
    row = dataset()
    bring_index_up_to_date()
    assert bands() == {}
    drain_all("worker")
    assert sum(bands().values()) == 1
    assert records(written) == [str(row.pk)] * 2


def test_a_restriction_among_scores_is_in_the_index_before_its_line_is_passed_over(written: list[str]) -> None:
    rows = [dataset(f"Jeu {number}") for number in range(3)]
    drain_all("worker")
    publishing.set_private(rows[1], True)
    follow(ScoreReader())
    bring_index_up_to_date()
    assert find(kinds=("dataset",)).total == 2
    [held] = instance.backend().held([str(rows[1].pk)])
    assert "public" not in held.audience
