"""What the documents of records cost: nothing is read that they do not say, and no row asks a question of its own."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import publishing
from catalogue.models import Dataset
from catalogue.search.kinds import BY_NAME
from catalogue.search.reader import everything
from tests import factories

pytestmark = pytest.mark.django_db


def queries() -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        made = list(everything(lambda: None))
    assert {each.kind for each in made} >= {"dataset", "service"}
    return [query["sql"] for query in asked]


def records(count: int) -> None:
    owner = factories.body()
    for number in range(count):
        factories.dataset(f"Arbres {number}", owner, spatial=[{"uri": "http://id.insee.fr/geo/commune/40088"}])
        values = {"title": {"fr": f"Carte {number}"}, "endpoint_url": [f"https://carte.essai.example/{number}"]}
        publishing.publish([publishing.Draft("service", values, owner.pk)])


def test_queries_do_not_grow_with_the_records() -> None:
    records(2)
    few = len(queries())
    records(6)
    more = queries()
    assert len(more) <= few + 2, "\n".join(more)


def test_long_values_that_no_document_says_are_left_in_the_base() -> None:
    records(1)
    said = " ".join(queries())
    for column in ("findings", "problems", "contact_point", "said", "repaired", "checksum"):
        assert f'"{column}"' not in said, column


def test_a_document_is_the_same_alone_or_among_all() -> None:
    records(3)
    alone = {each.id: each for each in BY_NAME["dataset"].documents([str(row.pk) for row in Dataset.objects.all()])}
    assert alone == {each.id: each for each in everything(lambda: None) if each.kind == "dataset"}
