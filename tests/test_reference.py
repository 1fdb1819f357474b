"""What the product ships is whole, says what it says it says, and loads as often as one likes."""

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Concept, Population, Territory, Vocabulary
from catalogue.reference import files, loader
from catalogue.reference.build import build_atlas
from catalogue.reference.build_vocabularies import schemes
from catalogue.reference.files import Atlas, ReferenceFileError, Scheme, read_territories, read_vocabularies

INSEE_2023 = "Insee, populations de référence 2023, en vigueur au 1er janvier 2026"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return read_territories()


@pytest.fixture(scope="module")
def vocabularies() -> dict[str, Scheme]:
    return {scheme.code: scheme for scheme in read_vocabularies()}


@pytest.fixture(scope="module")
def landes(atlas: Atlas) -> Atlas:
    """The département, all that contains a part of it, and its figures: the whole country takes seconds."""
    communes = [place for place in atlas.places if ("departement", "40") in place.parents and place.level == "commune"]
    above = {parent for place in communes for parent in place.parents}
    groups = [place for place in atlas.places if place.key in above]
    kept = above | {place.key for place in communes}
    groups = [replace(group, parents=tuple(each for each in group.parents if each in kept)) for group in groups]
    series = [
        replace(each, values={key: value for key, value in each.values.items() if key in kept})
        for each in atlas.populations
    ]
    return Atlas((*groups, *communes), tuple(series))


def test_the_shipped_territories_are_all_there(atlas: Atlas) -> None:
    assert Counter(place.level for place in atlas.places) == {
        "commune": 34_969,
        "epci": 1_255,
        "departement": 101,
        "region": 18,
        "ept": 11,
        "collectivite": 8,
        "country": 1,
    }
    keys = {place.key for place in atlas.places}
    assert len(keys) == len(atlas.places)
    assert all(parent in keys for place in atlas.places for parent in place.parents)
    assert all(key in keys for series in atlas.populations for key in series.values)


def test_the_traps_of_the_code_officiel_are_seen(atlas: Atlas) -> None:
    communes = [place for place in atlas.places if place.level == "commune"]
    levels = {place.key: Counter(level for level, _ in place.parents) for place in atlas.places}
    assert sum(not levels[place.key]["epci"] for place in communes) == 98
    straddling = [place for place in atlas.places if place.level == "epci" and levels[place.key]["departement"] > 1]
    assert len(straddling) == 89
    arrondissements = [code for place in communes for code, _, kind in place.former if kind == "arrondissement"]
    assert len(arrondissements) == 45
    assert sum(place.longitude is None for place in communes) == 102
    assert all(value > 0 for series in atlas.populations for value in series.values.values())


@pytest.mark.parametrize(
    ("code", "published"), [("53", 3_449_370), ("94", 355_486), ("11", 12_463_067), ("01", 384_160)]
)
def test_the_sums_are_those_that_insee_published(atlas: Atlas, code: str, published: int) -> None:
    """Insee Flash of December 2025, one for each region."""
    (series,) = (each for each in atlas.populations if each.source == INSEE_2023)
    assert series.values["region", code] == published


def test_a_sum_misses_rather_than_hides_a_commune(atlas: Atlas) -> None:
    """The DGCL's list has no commune without EPCI: Ouessant and Sein are not in it, so Finistère has no sum of it."""
    dgcl = [each for each in atlas.populations if each.year == 2022 and each.kind == "totale"]
    assert len(dgcl) == 1
    assert ("departement", "29") not in dgcl[0].values
    assert ("departement", "40") in dgcl[0].values


def test_every_term_has_its_name_in_french_and_in_english(vocabularies: dict[str, Scheme]) -> None:
    for code, scheme in vocabularies.items():
        assert [term.code for term in scheme.terms if not term.label_fr.strip()] == [], code
        assert [term.code for term in scheme.terms if not term.label_en.strip()] == [], code
    english = re.compile(r"\b(languages?|sign|northern|southern|licen[cs]e of)\b", re.I)
    assert [term.label_fr for term in vocabularies["language"].terms if english.search(term.label_fr)] == []
    assert len(vocabularies["data-theme"].terms) == 14
    assert len(vocabularies["language"].terms) == 404
    uris = [term.uri for scheme in vocabularies.values() for term in scheme.terms]
    assert len(uris) == len(set(uris))


def test_our_french_labels_are_marked(vocabularies: dict[str, Scheme]) -> None:
    frequency = {term.code: term for term in vocabularies["frequency"].terms}
    assert (frequency["DAILY"].label_fr, frequency["DAILY"].own_label_fr) == ("quotidien", False)
    assert (frequency["AS_NEEDED"].label_fr, frequency["AS_NEEDED"].own_label_fr) == ("selon les besoins", True)
    assert all(term.own_label_fr for term in vocabularies["dataset-type"].terms)
    licences = {term.code: term for term in vocabularies["licence"].terms}
    assert (licences["MIT"].label_fr, licences["MIT"].own_label_fr) == ("Licence MIT", True)
    assert not licences["EUPL_1_2"].own_label_fr
    own = json.loads((files.FOLDER / "own_labels.json").read_text("utf-8"))
    del own["en"]
    marked = {(code, term.code) for code, scheme in vocabularies.items() for term in scheme.terms if term.own_label_fr}
    ours = {(code, term) for code, labels in own.items() for term in labels}
    assert marked == ours | {("licence-fr", term.code) for term in vocabularies["licence-fr"].terms}


def test_licences_say_whether_they_are_open(vocabularies: dict[str, Scheme]) -> None:
    french = {term.code: term for term in vocabularies["licence-fr"].terms}
    assert french["etalab-2.0"].uri == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert "lov2" in french["etalab-2.0"].alt
    assert french["ODbL-1.0"].is_open
    assert french["CC-BY-NC-4.0"].is_open is False
    european = {term.code: term.is_open for term in vocabularies["licence"].terms}
    codes = ("ETALAB_2_0", "CC_BYSA_4_0", "CC_BYNCSA_4_0", "CC_BYND", "MIT")
    assert [european[code] for code in codes] == [True, True, False, False, None]


def test_the_shipped_files_follow_from_their_sources(shared_data: Path, atlas: Atlas, tmp_path: Path) -> None:
    """The vocabularies are rebuilt; the territories need a package of npm too, so they are written again."""
    files.write_vocabularies(schemes(shared_data / "vocabularies"), tmp_path / "vocabularies")
    assert (tmp_path / "vocabularies").read_bytes() == files.VOCABULARIES.read_bytes()
    files.write_territories(atlas, tmp_path / "territories")
    assert gzip.decompress((tmp_path / "territories").read_bytes()) == gzip.decompress(files.TERRITORIES.read_bytes())
    assert files.TERRITORIES.stat().st_size < 1_500_000


def test_a_territory_is_built_from_its_sources(tmp_path: Path) -> None:
    """Two communes of an invented EPCI, one of which nobody measured: no area for the group, and a sum all the same."""
    commune = {"type": "commune-actuelle", "zone": "metro", "departement": "01", "region": "84", "typeLiaison": 2}
    package: dict[str, list[dict[str, object]]] = {
        "communes": [
            {**commune, "code": "01998", "nom": "Le Bac", "population": 10, "anciensCodes": ["01990"]},
            {**commune, "code": "01999", "nom": "Le Gué", "population": 5},
            {"type": "commune-deleguee", "code": "01991", "nom": "Le Pré", "chefLieu": "01998"},
        ],
        "regions": [{"code": "84", "nom": "Auvergne-Rhône-Alpes", "typeLiaison": 1, "zone": "metro"}],
        "departements": [{"code": "01", "nom": "Ain", "typeLiaison": 5, "zone": "metro", "region": "84"}],
        "epci": [{"code": "999999999", "nom": "CC du Bac", "membres": [{"code": "01998"}, {"code": "01999"}]}],
        "ept": [],
    }
    for name, rows in package.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(rows), "utf-8")
    header = "code_insee,lon,lat,superficie_km2,pmun_2025_dgcl,ptot_2025_dgcl"
    (tmp_path / "measures.csv").write_text(f"{header}\n01998,5.12345,46,2,9,9\n01999,,,,,\n", "utf-8")

    made = build_atlas(tmp_path, tmp_path / "measures.csv")

    places = {place.key: place for place in made.places}
    epci = places["epci", "999999999"]
    assert (epci.longitude, epci.area_km2, epci.liaison) == (5.1235, None, 3)
    assert epci.parents == (("departement", "01"), ("region", "84"))
    assert places["commune", "01998"].former == (("01990", "", "ancienne"), ("01991", "Le Pré", "deleguee"))
    sums = {(each.year, each.kind): each.values.get(epci.key) for each in made.populations}
    assert sums == {(2022, "municipale"): None, (2022, "totale"): None, (2023, "municipale"): 15}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"not gzip", "gzip"),
        (gzip.compress(b'{"format": "bouture-territories/1"}' * 9)[:-12], "tronqué"),
        (gzip.compress(b"{"), "forme attendue"),
        (gzip.compress(b'{"format": "autre/9"}'), "format autre/9"),
        (gzip.compress(b'{"format": "bouture-territories/1", "places": {"commune": [["40192"]]}}'), "forme attendue"),
        (gzip.compress(b'{"format": "bouture-territories/1", "places": 3}'), "forme attendue"),
    ],
    # Without names of their own, the cases would be called by bytes that hold the time of day.
    ids=["absent", "not gzip", "cut", "not JSON", "another format", "a row too short", "not a table"],
)
def test_a_damaged_file_is_told_and_loads_nothing(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "territories.json.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReferenceFileError, match=reason) as caught:
        read_territories(path)
    assert caught.value.path == path
    assert "Rien n'a été chargé" in caught.value.message
    assert "load_reference" in caught.value.message


@pytest.mark.django_db
def test_the_command_fails_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "read_vocabularies", lambda: read_vocabularies(tmp_path / "gone.json.gz"))
    with pytest.raises(CommandError, match=r"gone\.json\.gz est illisible"):
        call_command("load_reference")
    assert not Territory.objects.exists()


@pytest.mark.django_db
def test_the_command_says_what_it_loaded(landes: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "read_territories", lambda: landes)
    out = StringIO()
    call_command("load_reference", stdout=out)
    said = out.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    assert re.fullmatch(
        r"Référentiel chargé en \d+,\d s : 327 communes, 18 intercommunalités, 1 départements, 1 régions, "
        r"1 041 populations, 1 587 termes de vocabulaires\.\n",
        said,
    ), said


@pytest.mark.django_db
def test_the_whole_country_loads(atlas: Atlas) -> None:
    """Without its figures, which take as long again and are in the other tests; benchmarks/reference.py has them."""
    loader.load_territories(replace(atlas, populations=()))
    assert Territory.objects.communes().count() == 34_969
    assert Territory.objects.filter(level="epci").count() == 1_255
    paris = Territory.objects.resolve("75113")
    assert paris is not None
    assert (paris.name, paris.code) == ("Paris", "75056")
    assert Territory.objects.communes().within(Territory.objects.get(level="region", code="94")).count() == 360


@pytest.mark.django_db
def test_a_second_load_changes_nothing(landes: Atlas, vocabularies: dict[str, Scheme]) -> None:
    def everything() -> list[object]:
        models = (Territory, Territory.parents.through, Population, Vocabulary, Concept)
        return [list(model.objects.order_by("pk").values()) for model in models]

    first = loader.load_territories(landes), loader.load_vocabularies(tuple(vocabularies.values()))
    before = everything()
    again = loader.load_territories(landes), loader.load_vocabularies(tuple(vocabularies.values()))
    assert first == again
    assert everything() == before


@pytest.mark.django_db
def test_a_new_edition_updates_retires_and_leaves_what_people_added(landes: Atlas) -> None:
    loader.load_territories(landes)
    sivu = Territory.objects.syndicat("SIVU des Pins", "200000001", ["40192", "40001"])
    by_code = {place.code: place for place in landes.places if place.level == "commune"}
    moved = replace(by_code["40192"], name="Mont-de-Marsan-la-Neuve", parents=(("departement", "40"),))
    kept = tuple(place for place in landes.places if place.code not in {"40192", "40001"})
    series = replace(landes.populations[-1], year=2030, source="Insee", values={("commune", "40192"): 99})

    loader.load_territories(Atlas((*kept, moved), (series,)))

    renamed = Territory.objects.get(level="commune", code="40192")
    assert renamed.name == "Mont-de-Marsan-la-Neuve"
    assert {parent.code for parent in renamed.parents.all()} == {"40", "200000001"}
    newest, older = renamed.population(), renamed.population(2023)
    assert newest is not None
    assert older is not None
    assert (newest.value, older.value) == (99, 31_592)
    assert not Territory.objects.get(code="40001").current
    assert not Territory.objects.communes().filter(code="40001").exists()
    sivu.refresh_from_db()
    assert sivu.current
    assert sivu.members.count() == 2


@pytest.mark.django_db
def test_a_corrected_figure_is_corrected(landes: Atlas) -> None:
    loader.load_territories(landes)
    series = next(each for each in landes.populations if each.source == INSEE_2023)
    corrected = replace(series, values={**series.values, ("commune", "40192"): 31_000})
    loader.load_territories(Atlas(landes.places, (corrected,)))
    found = Population.objects.filter(territory__code="40192", source=INSEE_2023)
    assert [row.value for row in found] == [31_000]


@pytest.mark.django_db
def test_terms_know_their_labels_their_parents_and_their_age(
    vocabularies: dict[str, Scheme], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    loader.load_vocabularies(tuple(vocabularies.values()))
    daily = "http://publications.europa.eu/resource/authority/frequency/DAILY"
    with django_assert_num_queries(1):
        labels = Concept.objects.of("frequency").labels([daily, "12HRS", "NONSENSE"])
    assert labels == {daily: "quotidien", "12HRS": "toutes les douze heures"}
    assert Concept.objects.labels([daily], "en") == {daily: "daily"}
    poverty = Concept.objects.of("hvd-category").get(labels__fr="Pauvreté")
    assert poverty.broader is not None
    assert poverty.broader.label("en") == "Statistics"
    mit = Concept.objects.of("licence").get(code="MIT")
    assert (mit.label(), str(Concept(code="X"))) == ("Licence MIT", "X")
    assert not Concept.objects.usable().filter(code="etalab-1.0").exists()

    frequency = vocabularies["frequency"]
    loader.load_vocabularies((replace(frequency, terms=frequency.terms[1:]),))
    assert Concept.objects.get(uri=frequency.terms[0].uri).deprecated


@pytest.mark.django_db
def test_the_vocabularies_of_an_older_version_are_told_from_those_of_today(vocabularies: dict[str, Scheme]) -> None:
    assert not loader.vocabularies_are_current()
    loader.load_vocabularies(tuple(vocabularies.values()))
    assert loader.vocabularies_are_current()
    Concept.objects.filter(code="CSV").update(alt=[])
    assert not loader.vocabularies_are_current()
    loader.load_vocabularies()
    assert loader.vocabularies_are_current()
