"""Tables as a kind of result: found by their name and their columns, apart from the list, by whoever may open them; on both backends."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from catalogue import permissions, publishing
from catalogue.models import PUBLIC, Audience, Dataset, Table, TableDecision, TableVersion, User
from catalogue.publishing import Draft
from catalogue.search import find
from catalogue.search.comparing import check
from catalogue.search.contract import Page
from catalogue.tabling import deciding
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("searched")]
TREES = "num;circonference_cm;essence\n01;120;Tilleul\n02;80;Hêtre\n"
PERSONS = "nom;prenom;date_naissance\nMartin;Léa;1981-03-02\nDurand;Paul;1975-11-23\nPetit;Zoé;1990-07-14\n"


def page(text: str, audience: Audience = PUBLIC) -> Page:
    return find(text, audience=audience, kinds=("table",), facets=("kind",))


def names(text: str, audience: Audience = PUBLIC) -> list[str]:
    """Titles of the tables found; what is counted is what is listed."""
    found = page(text, audience)
    assert dict(found.facets[0].values).get("table", 0) == found.total == len(found.hits)
    return ["".join(said for said, _ in hit.title) for hit in found.hits]


@dataclass
class World:
    dataset: Dataset
    table: Table
    people: dict[str, User]

    def audience(self, name: str) -> Audience:
        return permissions.audience_of(User.objects.get(pk=self.people[name].pk)) if name else PUBLIC


PEOPLE = ("", "stranger", "colleague", "granted", "member", "administrator")


def world(*, private: bool = False) -> World:
    found = factories.dataset("Patrimoine arboré", factories.body("Ville de Brumelande"), private=private)
    made = World(
        found,
        factories.table(found, TREES, "releve-alignement.csv"),
        {
            "stranger": factories.person(),
            "colleague": factories.person("administrator", factories.body()),
            "granted": factories.person(),
            "member": factories.person("reader", found.owner),
            "administrator": factories.person(is_superuser=True),
        },
    )
    publishing.grant(found, made.people["granted"])
    factories.bring_index_up_to_date()
    return made


def seen(made: World, text: str = "circonférence") -> set[str]:
    return {who for who in PEOPLE if names(text, made.audience(who))}


def test_a_table_is_found_by_its_name_its_columns_and_the_title_of_its_dataset() -> None:
    world()
    for text in ("releve alignement", "circonférence", "colonne:circonference", "patrimoine arboré", "brumelande", ""):
        assert names(text) == ["releve-alignement.csv"], text
    for text in ("colonne:alignement", "tilleul", "titre:circonference"):
        assert names(text) == [], text


def test_the_columns_that_answer_are_told_apart() -> None:
    world()
    [hit] = page("circonférence").hits
    assert "".join(text for text, _ in hit.extract) == "num, circonference cm, essence"
    assert [text for text, match in hit.extract if match] == ["circonference"]


def test_it_is_counted_beside_the_datasets_and_listed_only_when_a_column_is_asked_for() -> None:
    made = world()
    every = find("circonférence", facets=("kind",))
    assert [hit.kind for hit in every.hits] == ["dataset"]
    assert (every.total, dict(every.facets[0].values)) == (1, {"dataset": 1, "table": 1})
    asked = find("colonne:circonference")
    assert {hit.id for hit in asked.hits} == {str(made.dataset.pk), f"table:{made.table.pk}"}
    assert [hit.kind for hit in find("releve", filters={"kind": ("table",)}).hits] == ["table"]


@pytest.mark.parametrize("private", [False, True])
def test_it_has_the_rights_of_its_dataset(private: bool) -> None:
    made = world(private=private)
    assert seen(made) == ({"granted", "member", "administrator"} if private else set(PEOPLE))


def test_a_withheld_one_is_for_its_body_alone() -> None:
    made = world()
    factories.table(made.dataset, PERSONS, "agents.csv")
    # At once: the index still holds the version before, that was for all.
    assert TableVersion.objects.latest("pk").withheld
    assert seen(made) == seen(made, "patrimoine") == {"member", "administrator"}
    factories.bring_index_up_to_date()
    assert seen(made, "naissance") == seen(made, "colonne:naissance") == {"member", "administrator"}
    assert seen(made) == set()
    assert find("naissance", facets=("kind",)).facets[0].values == ()


def test_a_decision_closes_it_at_once_and_opens_it_when_it_is_read() -> None:
    made = world()
    version = factories.table(made.dataset, PERSONS, "agents.csv").current
    assert version is not None
    for choice, those in ((TableDecision.Choice.PUBLISH, set(PEOPLE)), (TableDecision.Choice.WITHHOLD, set())):
        for said in version.suspicions:
            deciding.decide(version, said["code"], said["columns"], choice, "", made.people["administrator"])
        if those:
            factories.bring_index_up_to_date()
        assert seen(made, "naissance") == those | {"member", "administrator"}


def test_what_was_never_read_is_no_result() -> None:
    found = factories.dataset("Sans lecture")
    given = found.distributions.get()
    Table.objects.create(pk=given.pk, dataset=found, address=given.address, name="inconnu.csv")
    factories.bring_index_up_to_date()
    assert names("inconnu", Audience(everything=True)) == []


@pytest.mark.parametrize("caught_up", [False, True])
def test_a_dataset_made_private_or_withdrawn_takes_its_tables_along(caught_up: bool) -> None:
    made = world()
    publishing.set_private(made.dataset, True)
    if caught_up:
        factories.bring_index_up_to_date()
    assert seen(made) == ({"granted", "member", "administrator"} if caught_up else set())
    factories.bring_index_up_to_date()
    publishing.revoke(made.dataset, made.people["granted"])
    assert "granted" not in seen(made)
    publishing.withdraw([made.dataset], "Erreur.")
    if caught_up:
        factories.bring_index_up_to_date()
    assert seen(made) == set()


def test_a_file_that_its_record_gives_no_more_is_gone() -> None:
    made = world()
    values = {"title": made.dataset.title, "distribution": [factories.file("autre.pdf", format="")]}
    publishing.publish([Draft("dataset", values, made.dataset.owner_id, id=made.dataset.pk, uri=made.dataset.uri)])
    factories.bring_index_up_to_date()
    assert names("circonférence", Audience(everything=True)) == []


def test_it_follows_its_dataset_and_its_own_versions() -> None:
    made = world()
    values = {"title": {"fr": "Platanes"}, "distribution": [factories.file()]}
    publishing.publish([Draft("dataset", values, made.dataset.owner_id, id=made.dataset.pk, uri=made.dataset.uri)])
    factories.table(made.dataset, "num;hauteur\n01;12\n")
    factories.bring_index_up_to_date()
    assert names("platanes") == names("hauteur") == ["releve-alignement.csv"]
    assert names("arboré") == names("circonférence") == []


def test_the_comparison_with_the_base_finds_nothing_to_mend() -> None:
    world()
    assert check("essai").counts.total() == 0
