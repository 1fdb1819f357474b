"""The layer of a harvested record: what it takes, what it refuses and in which words, and two people at once."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from catalogue import additions, drafting, publishing
from catalogue.additions import MOST, Wish
from catalogue.dcat.mapping import own_values
from catalogue.errors import Conflict, Refused
from catalogue.models import Addition, Change, DataService, Dataset, Layer
from catalogue.publishing import Draft
from tests import factories

FILE: dict[str, Any] = {"title": {"fr": "Notice"}, "access_url": ["https://ville.essai.example/notice.pdf"]}
THEME = factories.EU + "data-theme/TRAN"


def harvested(**values: Any) -> Dataset:
    row = factories.dataset("Arbres", keyword={"fr": ["arbre", "Forêt"]}, theme=[THEME], **values)
    Dataset.objects.filter(pk=row.pk).update(harvested=True)
    return Dataset.objects.get(pk=row.pk)


def again(row: Dataset) -> Dataset:
    return Dataset.objects.with_forms().get(pk=row.pk)


def harvest(row: Dataset, **values: Any) -> str:
    """Its source says this of it now."""
    said = {**own_values(row, list(row.distributions.filter(origin="source"))), **values}
    [outcome] = publishing.publish([Draft("dataset", said, row.owner_id, id=row.pk, harvested=True)])
    return outcome.verb


@pytest.mark.django_db
def test_each_verb_is_a_line_of_the_log_with_its_author() -> None:
    row, agent = harvested(), factories.person()
    [one] = additions.lay(row, [Wish("add", "keyword", "platane", "fr", "Demandé par le service des parcs")], agent)
    line = Change.objects.filter(record=row.pk).latest("number")
    assert (line.verb, line.actor, line.fields) == ("update", agent, ["keyword", "local"])
    assert line.reason == "Ajouté sur ce portail : les mots-clés."
    assert (one.author, one.body_id, one.reason) == (agent, row.owner_id, "Demandé par le service des parcs")
    assert again(row).version == 2 and again(row).keyword == {"fr": ["arbre", "Forêt", "platane"]}
    additions.lay(row, [Wish("note", "", "À lire avant de s’en servir.")], agent)
    assert Change.objects.filter(record=row.pk).latest("number").fields == ["local"]
    assert again(row).version == 3
    assert additions.remove(row, one.pk, agent)
    line = Change.objects.filter(record=row.pk).latest("number")
    assert (line.actor, line.reason) == (agent, "Retiré de ce portail : les mots-clés.")
    assert again(row).keyword == {"fr": ["arbre", "Forêt"]}
    assert not additions.remove(row, one.pk, agent) and not additions.remove(row, uuid4(), agent)
    assert again(row).version == 4


@pytest.mark.django_db
def test_the_stored_form_says_whose_the_additions_are() -> None:
    row = harvested()
    [file, *_] = additions.lay(
        row,
        [Wish("add", "distribution", FILE), Wish("correct", "license", factories.OPEN_LICENCE), Wish("note", "", "x")],
    )
    text, fiche = again(row).repaired, f"/id/{row.pk}#fiche>"
    body = f"/organisations/{row.owner.slug}>"
    said = [line.split(" ", 2) for line in text.splitlines()]
    attributed = {s.rpartition("/")[2] for s, p, o in said if p.endswith("prov#wasAttributedTo>") and body in o}
    assert attributed == {f"{row.pk}#fiche>", f"{file.pk}>"}
    assert f'"Complété par {row.owner.name} : fichiers. Corrigé par {row.owner.name} : licence."@fr' in text
    assert any(s.endswith(fiche) and p.endswith("#note>") and o == '"x"@fr .' for s, p, o in said)
    assert "agent" not in text  # never a person


WRONG = [
    (Wish("add", "keyword", "ARBRE", "fr"), "déjà dit"),
    (Wish("add", "keyword", "foret", "fr"), "déjà dit"),
    (Wish("add", "theme", THEME), "déjà dit"),
    (Wish("add", "distribution", {"access_url": factories.file()["access_url"]}), "déjà dit"),
    (Wish("correct", "title", "Arbres", "fr"), "la source le dit déjà"),
    (Wish("add", "distribution", {"title": {"fr": "Sans adresse"}}), "incomplète"),
    (Wish("add", "distribution", {"access_url": ["pas une adresse"]}), "ne peut pas être publiée"),
    (Wish("add", "distribution", {"access_url": ["http://10.0.0.7/x.csv"]}), "hors de votre réseau"),
    (Wish("add", "distribution", {"access_url": ["http://intranet/x.csv"]}), "hors de votre réseau"),
    (Wish("add", "distribution", {"access_url": ["file:///etc/passwd"]}), "donner à suivre"),
    (Wish("add", "distribution", {"access_url": ["javascript:alert(1)"]}), "donner à suivre"),
    (Wish("add", "distribution", "https://ville.essai.example/x.csv"), "ne peut pas être publiée"),
    (Wish("add", "distribution", {**FILE, "byte_size": "lourd"}), "incomplète ou mal écrite"),
    (Wish("add", "distribution", {**FILE, "inconnu": "x"}), "incomplète ou mal écrite"),
    (Wish("add", "keyword", {"fr": ["x"]}, "fr"), "ne peut pas être publiée"),
    (Wish("add", "keyword", 7, "fr"), "ne peut pas être publiée"),
    (Wish("add", "title", "Autre", "fr"), "la source qui en décide"),
    (Wish("add", "identifier", "x"), "la source qui en décide"),
    (Wish("correct", "publisher", {"name": {"fr": "Autre"}}), "la source qui en décide"),
    (Wish("correct", "distribution", [FILE]), "la source qui en décide"),
    (Wish("correct", "inconnu", "x"), "la source qui en décide"),
    (Wish("correct", "title", "", "fr"), "Écrivez quelque chose"),
    (Wish("correct", "description", "x" * 20_001, "fr"), "20000 signes au plus"),
    (Wish("note", "", "x" * 20_001), "20000 signes au plus"),
    (Wish("note", "", ""), "Écrivez quelque chose"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("wish", "told"), WRONG, ids=range(len(WRONG)))
def test_what_may_not_be_is_refused_in_words_and_nothing_is_written(wish: Wish, told: str) -> None:
    row = harvested()
    before = again(row).digest
    with pytest.raises(Refused) as refused:
        additions.lay(row, [Wish("add", "keyword", "bon", "fr"), wish])
    assert told in refused.value.message.replace("\u00a0", " ")
    assert (again(row).digest, again(row).version, Layer.objects.count()) == (before, 1, 0)


@pytest.mark.django_db
def test_a_record_of_ours_and_one_out_of_sight_take_none() -> None:
    wish = Wish("add", "keyword", "x", "fr")
    with pytest.raises(Refused, match="tenue ici"):
        additions.lay(factories.dataset("À nous"), [wish])
    row = harvested()
    publishing.withdraw([row], "Données personnelles.")
    with pytest.raises(Refused, match="pas en ligne"):
        additions.lay(row, [wish])
    assert not Layer.objects.exists()


@pytest.mark.django_db
def test_the_addition_that_is_one_too_many_is_refused() -> None:
    row = harvested()
    additions.lay(row, [Wish("add", "keyword", f"mot {n}", "fr") for n in range(MOST)])
    with pytest.raises(Refused, match="500 ajouts au plus"):
        additions.lay(row, [Wish("add", "keyword", "de trop", "fr")])
    with pytest.raises(Refused):
        additions.lay(harvested(), [Wish("note", "", f"{n}") for n in range(10_000)])
    assert Addition.objects.count() == MOST


@pytest.mark.django_db
def test_what_one_saw_and_another_changed_is_a_conflict() -> None:
    row = harvested()
    additions.lay(row, [Wish("correct", "title", "Les arbres", "fr")], version=1)
    with pytest.raises(Conflict, match="a changé entre-temps"):
        additions.lay(row, [Wish("correct", "title", "Nos arbres", "fr")], version=1)
    additions.lay(row, [Wish("correct", "title", "Nos arbres", "fr")], version=2)
    [one] = Addition.objects.all()
    assert (one.value, one.said, again(row).title) == ("Nos arbres", "Arbres", {"fr": "Nos arbres"})


@pytest.mark.django_db
def test_a_correction_is_of_one_language() -> None:
    row = harvested()
    additions.lay(row, [Wish("correct", "title", "Trees", "en")])
    assert again(row).title == {"fr": "Arbres", "en": "Trees"}
    assert harvest(row, title={"fr": "Les arbres"}) == "updated"
    assert again(row).title == {"fr": "Les arbres", "en": "Trees"}
    assert Addition.objects.get().said is None


@pytest.mark.django_db
def test_what_the_source_says_under_a_correction_is_known() -> None:
    row = harvested()
    additions.lay(row, [Wish("correct", "title", "Nos arbres", "fr")])
    assert harvest(row, title={"fr": "Arbres d’ornement"}) == "updated"
    [one] = Addition.objects.of(row.pk)
    assert (one.said, one.layer.said["title"]) == ("Arbres", {"fr": "Arbres d’ornement"})
    assert harvest(row, title={"fr": "Arbres d’ornement"}) == "unchanged"
    assert harvest(row, title={}) == "updated"
    assert Layer.objects.get().said == {}
    additions.remove(row, one.pk)
    assert again(row).title == {}


@pytest.mark.django_db
def test_services_have_layers_too() -> None:
    values = {"title": {"fr": "WMS"}, "endpoint_url": ["https://wms.essai.example/"]}
    [outcome] = publishing.publish([Draft("service", values, factories.body().pk, harvested=True)])
    row = DataService.objects.with_forms().get(pk=outcome.id)
    [one] = additions.lay(row, [Wish("correct", "description", "Un service.", "fr")])
    assert DataService.objects.get().description == {"fr": "Un service."}
    additions.remove(row, one.pk)
    assert DataService.objects.with_forms().get().digest == row.digest


@pytest.mark.django_db
def test_a_batch_asks_the_base_once_for_all_its_layers(django_assert_num_queries: Any) -> None:
    rows = [harvested() for _ in range(5)]
    for row in rows[:2]:
        additions.lay(row, [Wish("add", "keyword", "x", "fr"), Wish("note", "", "n")])
    rows = list(Dataset.objects.order_by("pk"))
    drafts = [
        Draft("dataset", own_values(row, list(row.distributions.all())), row.owner_id, id=row.pk, harvested=True)
        for row in rows
    ]
    with django_assert_num_queries(4) as asked:
        drafting.prepare(drafts)
    assert sum("catalogue_addition" in query["sql"] for query in asked.captured_queries) == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_and_a_harvest_at_once_lose_nothing() -> None:
    row = harvested()
    failures: list[BaseException] = []

    def go(work: Any) -> None:
        try:
            for turn in range(5):
                work(turn)
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    said = own_values(row, list(row.distributions.all()))
    works = [
        lambda n: additions.lay(row, [Wish("add", "keyword", f"un {n}", "fr")]),
        lambda n: additions.lay(row, [Wish("add", "keyword", f"deux {n}", "fr")]),
        lambda n: publishing.publish(
            [Draft("dataset", {**said, "description": {"fr": f"Lu {n}"}}, row.owner_id, id=row.pk, harvested=True)]
        ),
    ]
    threads = [threading.Thread(target=go, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    connection.close()
    assert not failures
    now = again(row)
    assert set(now.keyword["fr"]) == {"arbre", "Forêt", *(f"{who} {n}" for who in ("un", "deux") for n in range(5))}
    assert now.description == {"fr": "Lu 4"} and now.version == 16
    for one in Addition.objects.all():
        additions.remove(row, one.pk)
    assert again(row).keyword == {"fr": ["arbre", "Forêt"]}
