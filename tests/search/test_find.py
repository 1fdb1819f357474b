"""Search from the base's side: the synonyms in force, the reader's territory, places."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue import search
from catalogue.models import Audience, Dataset, SynonymTable, Territory
from catalogue.reference import loader
from catalogue.reference.files import Atlas, read_territories
from catalogue.search import find_while_typing, synonyms
from tests.factories import body, bring_index_up_to_date, dataset

CODES = ("40192", "40088", "40279", "40281", "76351")  # Mont-de-Marsan, Dax, Saint-Paul-lès-Dax, Saint-Pierre-du-Mont

pytestmark = pytest.mark.django_db
find = partial(search.find, kinds=("dataset",))  # what is said here is said of datasets


@pytest.fixture(scope="module")
def excerpt() -> Atlas:
    atlas = read_territories()
    communes = [place for place in atlas.places if place.level == "commune" and place.code in CODES]
    kept = {place.key for place in communes} | {parent for place in communes for parent in place.parents}
    found = [place for place in atlas.places if place.key in kept]
    cut = [replace(each, parents=tuple(parent for parent in each.parents if parent in kept)) for each in found]
    return Atlas(tuple(cut), ())


@pytest.fixture
def landes(excerpt: Atlas, settings: object) -> dict[str, str]:
    """The same dataset in each commune; ids by INSEE code."""
    loader.load_territories(excerpt)
    owner = body()
    made = {}
    for code in CODES:
        row = dataset(f"Piscines {code}", owner)
        Dataset.objects.filter(pk=row.pk).update(territory=Territory.objects.resolve(code))
        made[code] = str(row.pk)
    bring_index_up_to_date()
    return made


def ids(text: str, **more: object) -> list[str]:
    """Of datasets: the towns and the bodies are results too, and bear the same names."""
    return [hit.id for hit in find(text, kinds=("dataset",), **more).hits]


def test_the_instance_s_own_territory_comes_first(landes: dict[str, str], settings: object) -> None:
    for code in ("40088", "76351"):
        settings.BOUTURE_TERRITORY = code
        found = ids("piscines")
        assert found[0] == landes[code]
        assert set(found) == set(landes.values())


def test_an_intercommunality_holds_its_communes(landes: dict[str, str], settings: object) -> None:
    town = Territory.objects.resolve("40088")
    epci = town.parents.get(level="epci")
    own = {landes["40088"], landes["40279"]}
    assert set(ids("", filters={"territory": (epci.token,)})) == own
    settings.BOUTURE_TERRITORY = epci.code
    assert set(ids("piscines")[:2]) == own
    page = find(f"piscines {epci.name}")
    assert {hit.id for hit in page.hits[: page.complete]} == own


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("piscines près de Dax", ["40088", "40279"]),
        ("piscine autour de dax", ["40088", "40279"]),
        ("piscines près de 40088", ["40088", "40279"]),
        ("près de Mont de Marsan", ["40192", "40281"]),
        ("piscines près du Havre", ["76351"]),
        ("piscines près de chez moi", ["40192", "40281"]),
    ],
)
def test_near_a_place_finds_what_is_around_it(
    landes: dict[str, str], settings: object, text: str, expected: list[str]
) -> None:
    settings.BOUTURE_TERRITORY = "40192"
    found = ids(text)
    assert sorted(found) == sorted(landes[code] for code in expected)


def test_near_what_is_no_place_is_but_words(landes: dict[str, str]) -> None:
    assert ids("piscines près de la gare") == ids("piscines gare")
    assert len(ids("piscines près de chez moi")) == len(landes)  # nobody said where home is


def test_places_are_found_by_name_code_and_postcode(landes: dict[str, str]) -> None:
    for text in ("Mont-de-Marsan", "mont de marsan", "montdemarsan", "40192", "commune:marsan"):
        assert ids(text)[0] == landes["40192"], text
    assert ids("commune:marsan") == [landes["40192"]]
    assert set(ids("Mont-de-Marsan")) == {landes["40192"], landes["40281"]}  # its intercommunality bears the name
    assert {hit.id for hit in find("territoire:landes").hits} == set(landes.values()) - {landes["76351"]}


def test_distances_are_those_of_the_map(landes: dict[str, str]) -> None:
    dax, marsan = Territory.objects.resolve("40088"), Territory.objects.resolve("40192")
    assert 46 < dax.km_to(marsan) < 52
    assert [each.code for each in Territory.objects.nearest(dax, 15, 10)] == ["40088", "40279"]
    assert [each.code for each in Territory.objects.nearest(dax, 15, 1)] == ["40088"]
    assert Territory.objects.nearest(Territory(level="commune", code="0"), 15, 10) == []


def test_a_question_being_typed_finds_already(landes: dict[str, str]) -> None:
    assert find_while_typing("pisc", Audience()).total == len(landes)
    assert find("pisc").total == 0


def test_synonyms_written_here_are_in_force_at_once_and_can_be_taken_back() -> None:
    row = dataset("Bassins de natation")
    bring_index_up_to_date()
    assert ids("trempette") == []
    synonyms.replace("trempette => bassin de natation")
    assert ids("trempette") == [str(row.pk)]
    synonyms.replace("plouf => bassin de natation")
    assert ids("trempette") == []
    assert ids("plouf") == [str(row.pk)]
    synonyms.restore()
    assert ids("plouf") == []
    synonyms.replace("trempette => bassin de natation")
    assert ids("trempette") == [str(row.pk)]
    assert SynonymTable.objects.count() == 1


def test_synonyms_that_mean_nothing_change_nothing() -> None:
    synonyms.replace("a1, b1")
    with pytest.raises(synonyms.SynonymsRefused, match="Ligne 2"):
        synonyms.replace("c1, d1\nseul\n")
    assert synonyms.current() == "a1, b1"


def test_the_command_shows_loads_and_restores(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("synonyms")
    shipped = capsys.readouterr().out
    assert "déchet" in shipped
    file = tmp_path / "synonymes.txt"
    file.write_text("vélo, bicyclette\n", "utf-8")
    call_command("synonyms", "--load", str(file))
    capsys.readouterr()
    call_command("synonyms")
    assert capsys.readouterr().out == "vélo, bicyclette\n"
    call_command("synonyms", "--restore")
    capsys.readouterr()
    call_command("synonyms")
    assert capsys.readouterr().out == shipped


@pytest.mark.parametrize("content", [b"seul\n", b"\xff", None])
def test_the_command_refuses_what_it_cannot_use(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "synonymes.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("synonyms", "--load", str(file))
    assert not SynonymTable.objects.exists()
