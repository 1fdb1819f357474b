"""More like this, and did you mean, on every backend."""

import dataclasses

import pytest

from catalogue.search.contract import Page, Query, SearchBackend
from catalogue.search.document import Document
from tests.search.test_contract import ids

PUBLIC = frozenset({"public"})
# Six people: a stranger, a reader of nothing but what is public, two members, a person with a grant, who sees everything.
PEOPLE = {
    "nobody": frozenset(),
    "stranger": PUBLIC,
    "neighbour": PUBLIC | {"user:2", "org:2"},
    "member": PUBLIC | {"user:1", "org:1"},
    "granted": PUBLIC | {"user:3"},
    "administrator": None,
}
INSIDERS = {"member", "granted", "administrator"}


def record(id: str, title: str, *keywords: str, **more: object) -> Document:
    return Document(id, "dataset", (title,), keywords=keywords, **{"audience": ("public",), **more})


def town(number: int) -> dict[str, object]:
    name = ("Dax", "Pau", "Mimizan", "Tarnos", "Hagetmau", "Aire")[number]
    return {"territory": (f"commune:{number}", "departement:40"), "places": (name,), "around": ("Landes",)}


SUBJECTS = {
    "bins": ("Collecte des déchets ménagers", "Jours de passage des bennes et du tri sélectif", "déchets"),
    "trees": ("Arbres d'alignement", "Essence, hauteur et diamètre de chaque arbre", "patrimoine arboré"),
    "pools": ("Piscines et bassins de baignade", "Horaires et tarifs des piscines municipales", "sport"),
}


@pytest.fixture
def towns(backend: SearchBackend) -> SearchBackend:
    backend.add(
        record(f"{name}-{number}", f"{title} à {town(number)['places'][0]}", tag, description=text, **town(number))
        for name, (title, text, tag) in SUBJECTS.items()
        for number in range(6)
    )
    backend.add([dataclasses.replace(record("map", "Carte des déchets ménagers", **town(0)), kind="service")])
    backend.refresh()
    return backend


def test_what_is_like_a_record_is_of_its_subject_its_own_town_first(towns: SearchBackend) -> None:
    for name in SUBJECTS:
        page = towns.similar(f"{name}-2", Query(size=5, kinds=("dataset",)))
        assert {each.split("-")[0] for each in ids(page)} == {name}
        assert f"{name}-2" not in ids(page)
        assert (len(page.hits), page.next) == (5, "")
        scores = [hit.score for hit in page.hits]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0
    title, text, tag = SUBJECTS["bins"]
    towns.add([record("twin", f"{title} du centre", tag, description=text, **town(3))])
    towns.refresh()
    assert ids(towns.similar("bins-3", Query(size=1))) == ["twin"]


def test_what_is_like_a_record_keeps_to_the_bounds_of_the_query(towns: SearchBackend) -> None:
    there = Query(filters={"territory": ("commune:4",)}, size=5)
    assert ids(towns.similar("bins-2", there))[0] == "bins-4"
    assert ids(towns.similar("bins-2", dataclasses.replace(there, excluded=frozenset({"bins-4"})))) == []
    assert ids(towns.similar("bins-2", Query(kinds=("service",)))) == ["map"]


def test_nothing_is_like_a_record_that_is_not_there_or_says_nothing(towns: SearchBackend) -> None:
    towns.add([record("blank", ""), record("alone", "Zygomatique")])
    towns.refresh()
    for key in ("absent", "", "blank", "alone", "\ud800", 'x" OR *'):
        assert towns.similar(key, Query()) == Page()
    assert towns.similar("bins-1", Query(text="arbres", sort="title", size=3)).hits == towns.similar(
        "bins-1", Query(size=3)
    ).hits  # fmt: skip


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_private_is_like_nothing_for_who_does_not_see_it(towns: SearchBackend, person: str) -> None:
    secret = record("secret", "Collecte des déchets ménagers à Soustons", "déchets", audience=("org:1", "user:3"))
    towns.add([secret])
    towns.refresh()
    reader = Query(audience=PEOPLE[person], size=20)
    if person == "nobody":
        assert towns.similar("bins-1", reader) == Page()
    else:
        assert ("secret" in ids(towns.similar("bins-1", reader))) == (person in INSIDERS)
    assert bool(towns.similar("secret", reader).hits) == (person in INSIDERS)
    gone = dataclasses.replace(reader, excluded=frozenset({"secret"}))
    assert towns.similar("secret", gone) == Page()


@pytest.fixture
def words(backend: SearchBackend) -> SearchBackend:
    backend.add(record(f"d-{number}", f"Défibrillateurs de la zone {number}", "santé") for number in range(8))
    backend.add(record(f"s-{number}", f"Stationnement payant, secteur {number}") for number in range(8))
    backend.add(
        [record("typo", "Stationement des bus"), record("code", "Plan 40192"), record("port", "Port de plaisance")]
    )
    backend.add(record(f"sport-{number}", f"Sport en salle {number}") for number in range(8))
    backend.refresh()
    return backend


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("defibrilateur", "défibrillateurs"),
        ("Defibrilateur zone", "défibrillateurs zone"),
        ("l'defibrilateur, svp", "l'défibrillateurs, svp"),
        ("stationement", "stationnement"),  # found once, as written there
        ("stationement payant", "stationnement payant"),
        ("stationnement", ""),
        ("défibrillateurs", ""),
        ("sport", ""),
        ("port", "sport"),  # found once; another word that is near is found eight times
        ("zygomatique", ""),
        ("40193", ""),
        ("zon", ""),
        ("", ""),
        ("-stationement", ""),
        ('"', ""),
    ],
)
def test_what_was_meant_is_made_of_words_that_find_more(words: SearchBackend, text: str, meant: str) -> None:
    assert words.search(Query(text)).meant == meant
    if meant:
        better = words.search(Query(meant))
        assert (better.complete >= 1, better.meant) == (True, "")


def test_nothing_is_meant_while_typing_on_later_pages_or_without_hits(words: SearchBackend) -> None:
    for more in ({"typing": True}, {"page": 2}, {"size": 0}):
        assert words.search(Query("defibrilateur", **more)).meant == ""
    elsewhere = Query("defibrilateur", filters={"theme": ("eau",)})
    assert words.search(elsewhere).meant == ""


@pytest.mark.parametrize("person", PEOPLE)
def test_a_word_of_private_records_alone_is_proposed_to_nobody_else(words: SearchBackend, person: str) -> None:
    words.add(record(f"x-{n}", f"Vidéoprotection, lot {n}", audience=("org:1", "user:3")) for n in range(5))
    words.refresh()
    reader = Query("videoprotecton", audience=PEOPLE[person])
    page = words.search(reader)
    assert page.meant == ("vidéoprotection" if person in INSIDERS else "")
    assert bool(page.total) == (person in INSIDERS)
    gone = dataclasses.replace(reader, excluded=frozenset(f"x-{n}" for n in range(5)))
    assert words.search(gone).meant == ""


def test_how_often_others_see_a_word_changes_nothing_of_what_is_proposed(words: SearchBackend) -> None:
    """That a word is frequent among what is private must not keep a better one from being proposed."""
    words.add(record(f"x-{n}", f"Stationement interdit {n}", audience=("org:1",)) for n in range(30))
    words.refresh()
    assert words.search(Query("stationement")).meant == "stationnement"
    assert words.search(Query("stationement", audience=PEOPLE["member"])).meant == ""


def test_what_is_private_chooses_none_of_the_words_that_tell(towns: SearchBackend) -> None:
    """A word that one public record has, and a private one, is no better known to strangers than one that it alone has."""
    towns.add([record("odd", "Collecte des déchets ménagers, lot zygomatique")])
    towns.refresh()
    before = towns.similar("odd", Query(size=20))
    towns.add(record(f"x-{n}", "Lot zygomatique", audience=("org:1",)) for n in range(3))
    towns.refresh()
    after = towns.similar("odd", Query(size=20))
    assert (ids(after), after.total) == (ids(before), before.total)
    assert "x-0" in ids(towns.similar("odd", Query(size=20, audience=PEOPLE["member"])))


def test_what_is_private_weighs_nothing_in_the_order_of_what_is_like(towns: SearchBackend) -> None:
    """Rare words of what one sees may be frequent in what one does not: scores stay the same to the last figure."""
    towns.add([record("odd", "Collecte zygomatique", "chrysocale"), record("mix", "Piscine zygomatique du chrysocale")])
    towns.refresh()
    readers = [Query(size=20, audience=PEOPLE[name]) for name in ("stranger", "neighbour")]
    before = [towns.similar("odd", reader).hits for reader in readers]
    towns.add(record(f"x-{n}", "Zygomatique et chrysocale", "collecte", audience=("org:1",)) for n in range(30))
    towns.refresh()
    assert [towns.similar("odd", reader).hits for reader in readers] == before
    assert before[0][0].id == "mix"
