"""Territories speak French, know what lies in them, and never invent a number of people."""

import pytest

from catalogue.models import Population, Territory
from catalogue.models.territories import UnknownCommuneError, sort_key
from catalogue.reference import loader
from catalogue.reference.files import Atlas, read_territories
from tests import excerpts

CODES = {
    *("40192", "40001", "40029", "76351", "44114", "93045", "69123", "75056", "01004", "01015", "60703"),
    *("42218", "55039", "35360", "29155"),
}


@pytest.fixture(scope="module")
def excerpt() -> Atlas:
    """A handful of communes, and all that they lie in."""
    return excerpts.excerpt(read_territories(), CODES)


@pytest.fixture
def places(excerpt: Atlas, db: None) -> None:
    loader.load_territories(excerpt)


def named(code: str) -> Territory:
    found = Territory.objects.resolve(code)
    assert found is not None, code
    return found


@pytest.mark.parametrize(
    ("name", "liaison", "expected"),
    [
        ("Lyon", 0, "de Lyon"),
        ("Orvault", 1, "d’Orvault"),
        ("Le Havre", 2, "du Havre"),
        ("Gironde", 3, "de la Gironde"),
        ("La Rochelle", 3, "de la Rochelle"),
        ("Les Lilas", 4, "des Lilas"),
        ("Landes", 4, "des Landes"),
        ("L'Abergement-Clémenciat", 5, "de l’Abergement-Clémenciat"),
        ("Ain", 5, "de l’Ain"),
        ("Aux Marais", 6, "des Marais"),
        ("Los Masos", 8, "de Los Masos"),
        ("La Réunion", 0, "de La Réunion"),
        ("Plaine Commune", None, "de Plaine Commune"),
        ("Énergie Landes", None, "d’Énergie Landes"),
    ],
)
def test_the_name_after_de(name: str, liaison: int | None, expected: str) -> None:
    assert Territory(name=name, liaison=liaison, sort_name=sort_key(name)).of() == expected


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("St-Étienne", "saint-etienne"),
        ("Saint Etienne", "saint-etienne"),
        ("L'Haÿ-les-Roses", "l-hay-les-roses"),
        ("Œuilly", "oeuilly"),
        ("  ", ""),
    ],
)
def test_two_spellings_share_a_key(text: str, key: str) -> None:
    assert sort_key(text) == key


def test_known_places(places: None) -> None:
    town = named("40192")
    assert (town.name, town.siren, town.postcodes) == ("Mont-de-Marsan", "214001927", ["40000"])
    assert (town.longitude, town.latitude) == pytest.approx((-0.486, 43.890), abs=0.02)
    assert town.area_km2 == pytest.approx(36.7, abs=0.1)
    assert {parent.name for parent in town.parents.all()} == {
        "CA Mont de Marsan Agglomération",
        "Landes",
        "Nouvelle-Aquitaine",
    }
    assert named("76351").of() == "du Havre"
    assert named("244000808").of() == "de la CA Mont de Marsan Agglomération"


def test_within_is_said_at_every_level(places: None) -> None:
    for code in ("244000808", "40", "R75"):
        assert named("40192") in Territory.objects.communes().within(named(code)), code
    assert named("244000808") in Territory.objects.within(named("40"))
    france = Territory.objects.get(level="country")
    assert Territory.objects.communes().within(france).count() == len(CODES)
    assert france not in Territory.objects.within(france)


def test_a_commune_of_no_epci_still_lies_somewhere(places: None) -> None:
    levels = named("29155").parents.values_list("level", flat=True)
    assert sorted(levels) == ["departement", "region"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("havre", "Le Havre"),
        ("le hav", "Le Havre"),
        ("ST ETIENNE", "Saint-Étienne"),
        ("marsan", "Mont-de-Marsan"),
        ("lilas", "Les Lilas"),
    ],
)
def test_named_finds_as_people_write(places: None, text: str, first: str) -> None:
    found = Territory.objects.communes().named(text).first()
    assert found is not None
    assert found.name == first


def test_named_puts_the_whole_name_first(places: None) -> None:
    assert [place.name for place in Territory.objects.named("lyon")] == ["Lyon", "Métropole de Lyon"]
    assert list(Territory.objects.named(" - ")) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("75056", "Paris"),
        ("75113", "Paris"),
        ("69383", "Lyon"),
        ("01340", "Arboys en Bugey"),
        ("01015", "Arboys en Bugey"),
        ("40", "Landes"),
        ("R75", "Nouvelle-Aquitaine"),
        ("75", "Paris"),
        ("244000808", "CA Mont de Marsan Agglomération"),
        ("214001927", "Mont-de-Marsan"),
        (" 40192 ", "Mont-de-Marsan"),
    ],
)
def test_a_code_means_a_place_of_today(places: None, code: str, name: str) -> None:
    assert named(code).name == name


@pytest.mark.parametrize("code", ["99999", "R99", "", "%", "999999999", "Paris"])
def test_a_code_that_means_nothing_is_none(places: None, code: str) -> None:
    assert Territory.objects.resolve(code) is None


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://id.insee.fr/geo/commune/40192", "40192"),
        ("https://id.insee.fr/geo/commune/01015/2016-01-01", "01015"),
        ("http://id.insee.fr/geo/arrondissementMunicipal/75113", "75056"),
        ("http://id.insee.fr/geo/departement/40", "40"),
        ("http://id.insee.fr/geo/region/75", "75"),
        ("http://id.insee.fr/geo/intercommunalite/244000808", "244000808"),
        ("http://publications.europa.eu/resource/authority/country/FRA", "FRA"),
    ],
)
def test_an_address_of_insee_is_a_place(places: None, uri: str, code: str) -> None:
    found = Territory.objects.at_uri(uri)
    assert found is not None
    assert found.code == code


def test_addresses_come_back_the_same(places: None) -> None:
    for place in Territory.objects.exclude(level="ept"):
        assert place.uri is not None
        assert Territory.objects.at_uri(place.uri) == place
    assert Territory.objects.at_uri("http://example.org/geo/commune/40192") is None
    assert Territory(level="syndicat", code="200000001").uri is None


def test_a_population_says_which_one_it_is(places: None) -> None:
    town = named("76351")
    latest, older, total = town.population(), town.population(2022), town.population(kind="totale")
    assert latest is not None
    assert older is not None
    assert total is not None
    assert (latest.value, latest.year, latest.estimated) == (166_687, 2023, False)
    assert (older.value, older.year, older.estimated) == (166_462, 2022, False)
    assert older.source.startswith("DGCL")
    assert (total.value, total.year, total.kind) == (168_329, 2022, "totale")


@pytest.mark.parametrize(("asked", "given"), [(2010, 2022), (2030, 2023)])
def test_a_missing_year_takes_the_nearest_and_says_so(places: None, asked: int, given: int) -> None:
    found = named("76351").population(asked)
    assert found is not None
    assert (found.year, found.estimated) == (given, True)


def test_of_two_equally_near_years_the_later(places: None) -> None:
    town = named("76351")
    Population.objects.create(territory=town, year=2019, kind="municipale", value=1, source="Insee")
    Population.objects.create(territory=town, year=2021, kind="municipale", value=2, source="Insee")
    found = town.population(2020)
    assert found is not None
    assert (found.value, found.estimated) == (2, True)


def test_nobody_knows_is_not_zero(places: None) -> None:
    assert named("55039").population() is None


def test_a_syndicat_is_its_communes(places: None) -> None:
    sivu = Territory.objects.syndicat("SIVU des Pins", "200000001", ["40192", "40001"])
    assert (sivu.of(), sivu.uri) == ("du SIVU des Pins", None)
    assert set(Territory.objects.communes().within(sivu)) == {named("40192"), named("40001")}
    again = Territory.objects.syndicat("Syndicat des Pins", "200000001", ["40001", "40029"])
    assert again.pk == sivu.pk
    assert set(again.members.all()) == {named("40001"), named("40029")}
    assert named("200000001").name == "Syndicat des Pins"


def test_a_syndicat_by_another_word_takes_its_article_from_its_name(places: None) -> None:
    assert Territory.objects.syndicat("Énergie Landes", "200000001", ["40192"]).of() == "d’Énergie Landes"


def test_a_syndicat_takes_former_codes(places: None) -> None:
    sivu = Territory.objects.syndicat("SIVU du Bugey", "200000001", ["01340", "01015"])
    assert list(sivu.members.all()) == [named("01015")]


@pytest.mark.parametrize("siren", ["", "20000000", "20000000A", "2000000010"])
def test_a_syndicat_needs_a_siren(places: None, siren: str) -> None:
    with pytest.raises(ValueError, match="neuf chiffres"):
        Territory.objects.syndicat("SIVU", siren, ["40192"])


def test_a_syndicat_of_unknown_communes_is_refused_whole(places: None) -> None:
    with pytest.raises(UnknownCommuneError, match="99999") as caught:
        Territory.objects.syndicat("SIVU", "200000001", ["40192", "99999", "40"])
    assert caught.value.codes == ["40", "99999"]
    assert not Territory.objects.filter(level=Territory.Level.SYNDICAT).exists()
