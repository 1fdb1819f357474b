"""The scores follow the log: each published dataset has one, and nothing is written twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalogue import log, publishing
from catalogue.links import Finding, LinkReader, conclude
from catalogue.models import Audience, Change, Concept, Cursor, Dataset, LinkCheck, Score, Vocabulary
from catalogue.publishing import Draft
from catalogue.quality.facts import known_addresses
from catalogue.quality.metrics import V2
from catalogue.quality.reader import READER, ScoreReader
from catalogue.quality.scoring import restored
from tests import factories
from tests.factories import EU

pytestmark = pytest.mark.django_db


def follow() -> int:
    return factories.follow(ScoreReader())


def derived() -> list[Change]:
    return list(Change.objects.filter(kind=Change.Kind.DERIVED))


def test_a_published_dataset_gets_its_scores() -> None:
    row = factories.dataset("Arbres", keyword={"fr": ["arbre"]}, issued="2020-01-01")
    follow()
    score = Score.objects.get(dataset=row)
    # v1: keyword 30, issued 5, conforms 30, format 20 + open 20 + machine 20 (the table of file types is not loaded)
    assert score.v1 == 125
    # v2: dataset title 1, description 1, keyword 0.5, issued 0.25, identifier 0.25 (our export gives one); file access URL 1, format 0.5 + 0.5 + 0.5
    assert score.v2 == pytest.approx((3 + 2.5) / 2)
    assert (score.files, restored(V2, 1, score.lacks["v2"]).total) == (1, pytest.approx(score.v2))
    [line] = derived()
    assert (line.record, line.fields, line.actor) == (row.pk, ["score"], None)


def test_its_own_lines_do_not_set_it_going_again() -> None:
    factories.dataset("Arbres")
    follow()
    assert follow() == 0
    assert len(derived()) == 1


def test_nothing_is_written_when_nothing_changes() -> None:
    row = factories.dataset("Arbres")
    follow()
    before = Score.objects.get(dataset=row).at
    Cursor.objects.filter(reader=READER).update(number=0)  # killed before its cursor moved
    follow()
    assert len(derived()) == 1
    assert Score.objects.get(dataset=row).at == before


def test_the_score_follows_the_record() -> None:
    row = factories.dataset("Arbres")
    follow()
    before = Score.objects.get(dataset=row)
    values = {"title": {"fr": "Arbres"}, "description": {"fr": "Tous."}, "theme": [EU + "data-theme/ENVI"]}
    publishing.publish([Draft("dataset", values, row.owner_id, id=row.pk)])
    follow()
    after = Score.objects.get(dataset=row)
    assert (after.files, after.v2) == (0, 2.75)
    assert after.at > before.at


def test_what_is_withdrawn_has_no_score_until_it_comes_back() -> None:
    row = factories.dataset("Arbres")
    follow()
    publishing.withdraw([row], "Par erreur.")
    follow()
    assert not Score.objects.exists()
    publishing.publish([Draft("dataset", {"title": {"fr": "Arbres"}}, row.owner_id, id=row.pk)])
    follow()
    assert Score.objects.count() == 1


def test_a_link_that_was_checked_counts_from_then_on() -> None:
    row = factories.dataset("Arbres")
    factories.follow(LinkReader())
    follow()
    before = Score.objects.get(dataset=row)
    assert before.lacks["v2"]["distribution.accessUrlStatusCode"] == [0, 1]
    link = LinkCheck.objects.get()
    for status, met in ((200, True), (404, False)):
        conclude(link, Finding(status), timedelta(days=7))
        follow()
        after = Score.objects.get(dataset=row)
        assert after.v1 - before.v1 == 50 * met
        assert after.lacks["v2"].get("distribution.accessUrlStatusCode") == (None if met else [0, 0])


def test_a_conformity_that_changed_counts_from_then_on() -> None:
    row = factories.dataset("Arbres")
    Dataset.objects.filter(pk=row.pk).update(conforms=None, findings=[])
    follow()
    before = Score.objects.get(dataset=row)
    assert before.lacks["v1"]["dataset.dcatApCompliance"] == [0, 1]
    assert publishing.recheck() == 1
    follow()
    assert Score.objects.get(dataset=row).v1 - before.v1 == 30


def test_new_vocabularies_make_every_score_again() -> None:
    row = factories.dataset("Arbres", access_rights=EU + "access-right/PUBLIC")
    follow()
    before = Score.objects.get(dataset=row)
    shelf = Vocabulary.objects.create(code="access-right", title="Droits d’accès")
    Concept.objects.create(vocabulary=shelf, code="PUBLIC", uri=EU + "access-right/PUBLIC")
    follow()
    after = Score.objects.get(dataset=row)
    assert after.v1 - before.v1 == 5
    assert after.v2 - before.v2 == pytest.approx(0.125)


def test_a_french_licence_is_known_when_the_european_table_has_it() -> None:
    european = Vocabulary.objects.create(code="licence", title="Licences")
    french = Vocabulary.objects.create(code="licence-fr", title="Licences françaises")
    uri = EU + "licence/ETALAB_2_0"
    Concept.objects.create(vocabulary=european, code="ETALAB_2_0", uri=uri)
    Concept.objects.create(vocabulary=french, code="lo", uri=factories.OPEN_LICENCE, alt=[uri])
    Concept.objects.create(vocabulary=french, code="maison", uri="https://maison.example/l", alt=["maison"])
    assert known_addresses() == {uri, factories.OPEN_LICENCE}


def test_a_long_log_is_read_in_batches() -> None:
    town = factories.body()
    rows = [Draft("dataset", {"title": {"fr": f"Jeu {n}"}}, town.pk) for n in range(log.BATCH)]
    publishing.publish(rows)
    factories.dataset("Un de plus", town)
    follow()
    assert Score.objects.count() == log.BATCH + 1
    assert len(derived()) == log.BATCH + 1


def test_averages_are_of_what_the_reader_sees() -> None:
    town = factories.body()
    public = factories.dataset("Arbres", town, keyword={"fr": ["arbre"]})
    factories.dataset("Secret", town, private=True)
    publishing.withdraw([factories.dataset("Retiré", town)], "Faux.")
    assert Score.objects.averages(Dataset.objects.visible_to(Audience())) == {"count": 0}
    follow()
    mine = Score.objects.get(dataset=public)
    seen = Score.objects.averages(Dataset.objects.visible_to(Audience()))
    assert seen == {"count": 1, "v1": mine.v1, "v2": mine.v2}
    everything = Score.objects.averages(Dataset.objects.visible_to(Audience(everything=True)))
    assert everything["count"] == 2
    assert everything["v2"] < seen["v2"]
