"""`manage.py quality`: averages, what would raise them, and every score made again."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from catalogue import log
from catalogue.models import Dataset, Score
from catalogue.quality.averages import levers
from catalogue.quality.metrics import V2
from catalogue.quality.reader import READER
from tests import factories

pytestmark = pytest.mark.django_db


def call(*options: str) -> str:
    out = io.StringIO()
    call_command("quality", *options, stdout=out)
    return out.getvalue()


def test_it_says_the_averages_and_what_would_raise_them() -> None:
    town = factories.body("Ville d’essai")
    factories.dataset("Arbres", town, keyword={"fr": ["arbre"]})
    factories.dataset("Bancs", town)
    factories.dataset("Secret", town, private=True, distribution=[])
    told = call()
    assert "Jeux de données publics notés : 2 sur 2." in told
    # v2: dataset 2.25 and 2.75, file 2.5; v1: 90 + conforms, 30 more for one
    assert "MQA v2 : 2,5 sur 7,5, qualité bonne." in told
    assert "MQA v1 : 105 sur 405, qualité insuffisante." in told
    assert "+ 0,25  theme : choisissez un thème (2 jeux)" in told
    assert "+ 0,125  keyword : ajoutez au moins un mot-clé (1 jeu)" in told
    assert told.index("choisissez un thème") < told.index("ajoutez au moins un mot-clé")


def test_an_address_that_was_not_checked_is_no_fault() -> None:
    factories.dataset("Arbres", distribution=[factories.file(), factories.file("autre.csv", format="")])
    call()
    found = {lever.metric.key: lever for lever in levers(V2, Dataset.objects.published())}
    assert found["distribution.accessUrlStatusCode"].pending
    half = found["distribution.formatAvailability"]
    assert (half.pending, half.datasets, half.gain) == (False, 1, 0.125)


def test_one_organisation_alone() -> None:
    ours, theirs = factories.body("La nôtre"), factories.body("La leur")
    factories.dataset("Arbres", ours, keyword={"fr": ["arbre"]})
    factories.dataset("Bancs", theirs)
    assert "Jeux de données publics notés : 1 sur 1." in call("--organisation", ours.slug)
    with pytest.raises(CommandError, match="Aucune organisation « ailleurs »"):
        call("--organisation", "ailleurs")


def test_an_empty_catalogue_has_no_average() -> None:
    assert "Aucun jeu de données public n’a encore de note." in call()


def test_a_damaged_score_is_made_again() -> None:
    row = factories.dataset("Arbres")
    call()
    right = Score.objects.get(dataset=row).v2
    Score.objects.update(v2=7.5, lacks={})
    assert "7,5 sur 7,5" in call()
    assert "7,5 sur 7,5, " not in call("--rebuild")
    assert Score.objects.get(dataset=row).v2 == right


def test_the_worker_is_left_to_its_work() -> None:
    factories.dataset("Arbres")
    log.take_lease(READER, "somebody:1:else")
    assert "Aucun jeu" in call()
    with pytest.raises(CommandError, match="Arrêtez"):
        call("--rebuild")
