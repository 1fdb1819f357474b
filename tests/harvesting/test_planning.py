"""A dry run: what would be created, changed field by field, withdrawn, set aside; and that it writes none of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from catalogue.models import Change, Dataset, Distribution, Organisation
from catalogue.previewing import Difference, in_words
from harvesters import planning
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestLeftover, HarvestPage, HarvestPlan, HarvestRecord, HarvestRun, HarvestSource
from harvesters.planning import planned
from harvesters.registry import home_body
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_renaming import HEAD, said

pytestmark = pytest.mark.django_db
KEPT = (Change, Dataset, Distribution, Organisation, HarvestRecord, HarvestPage, HarvestLeftover)
Run = Callable[..., HarvestRun]


@pytest.fixture
def run(server: Server, make_client: Callable[..., Client]) -> Run:
    def go(*records: str, **options: Any) -> HarvestRun:
        server.replies["/catalogue.ttl"] = reply((HEAD + "".join(records)).encode())
        source, _ = HarvestSource.objects.get_or_create(
            key=server.url("/catalogue.ttl"), defaults={"owner": home_body()}
        )
        return harvest(source, make_client(), **options)

    return go


def everything() -> list[Any]:
    return [list(model.objects.order_by("pk").values()) for model in KEPT]


def test_each_fate_is_told_and_nothing_is_written(run: Run) -> None:
    run(*map(said, range(10)))
    before = everything()
    changed = (
        said(2).replace('"Jeu 2"', '"Jeu deux"').replace("a dcat:Dataset", 'a dcat:Dataset ; dct:publisher "Régie"')
    )
    mute = '<https://vieux.example/muet> a dcat:Dataset ; dct:identifier "muet" .\n'
    edition = [*map(said, (0, 1)), changed, said(3, site="neuf"), *map(said, range(4, 9)), said(50), mute]
    dry = run(*edition, dry=True)
    assert everything() == before
    by_verb: dict[str, list[planning.Planned]] = {}
    for each in planned(dry):
        by_verb.setdefault(each.verb, []).append(each)
    assert [each.title for each in by_verb["created"]] == ["Jeu 50"] and by_verb["created"][0].record is None
    assert [each.title for each in by_verb["withdrawn"]] == ["Jeu 9"]
    assert "rien à publier" in by_verb["aside"][0].reason
    deux, trois = by_verb["updated"]
    assert Difference("title", "Jeu 2", "Jeu deux") in deux.differences
    assert Difference("publisher", "", "Régie") in deux.differences
    assert deux.record == Dataset.objects.get(title={"": "Jeu 2"}).pk
    assert {each.field for each in trois.differences} == {"identifier", "other_identifier", "distribution", "uri"}
    assert (
        Difference("uri", "https://vieux.example/jeux/vieux-3", "https://neuf.example/jeux/neuf-3") in trois.differences
    )
    real = run(*edition)
    counts = ("found", "created", "updated", "unchanged", "withdrawn", "quarantined", "recognised", "status")
    assert [getattr(real, name) for name in counts] == [getattr(dry, name) for name in counts]
    assert list(planned(real)) == []


def test_a_run_tells_of_so_many_and_counts_all(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MOST", 5)
    dry = run(*map(said, range(10)), dry=True)
    assert (dry.created, HarvestPlan.objects.count(), Dataset.objects.count()) == (10, 5, 0)


def test_the_command_tells_it_in_words_and_in_json(server: Server, run: Run) -> None:
    run(*map(said, range(10)))
    server.replies["/catalogue.ttl"] = reply(
        (HEAD + said(0, title="Autre") + "".join(map(said, range(1, 10)))).encode()
    )
    told = io.StringIO()
    call_command("harvest", server.url("/catalogue.ttl"), "--dry-run", stdout=told)
    assert "À modifier : Autre" in told.getvalue()
    assert "titre : « Jeu 0 » → « Autre »" in told.getvalue()
    told = io.StringIO()
    call_command("harvest", server.url("/catalogue.ttl"), "--dry-run", "--json", stdout=told)
    (one,) = json.loads(told.getvalue())["plan"]
    assert (one["verb"], one["differences"]) == ("updated", [{"field": "title", "before": "Jeu 0", "after": "Autre"}])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        ({"fr": "Arbres", "en": "Trees"}, "Arbres"),
        ({"fr": ["a", "b"]}, "a ; b"),
        (["x", "y"], "x ; y"),
        (3, "3"),
        ({"name": {"fr": "Ville"}, "uri": "https://v.example/"}, "Ville (https://v.example/)"),
        ({"title": {"fr": "Plan"}, "access_url": ["https://v.example/p"]}, "Plan (https://v.example/p)"),
        ({"start": "2020", "end": "2021"}, "début : 2020 ; fin : 2021"),
        ("x" * 600, "x" * 500 + "…"),
        ("deux\nlignes", "deux lignes"),
    ],
)
def test_values_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words
