"""What a reader's own territory has comes first, and never hides what was asked for."""

import dataclasses

from catalogue.search.contract import Page, Query, SearchBackend
from catalogue.search.document import Document
from catalogue.search.french import read_synonyms


def dataset(identifier: str, title: str, **more: object) -> Document:
    return Document(identifier, "dataset", (title,), audience=("public",), **more)


def ids(page: Page) -> list[str]:
    return [hit.id for hit in page.hits]


def test_the_reader_s_own_territory_comes_first_at_equal_merit(backend: SearchBackend) -> None:
    backend.add(dataset(f"tree-{number}", "Arbres", territory=(f"commune:{number}", "epci:1")) for number in range(5))
    backend.add([dataset("afar", "Arbres", territory=("commune:9", "epci:2"))])
    backend.refresh()
    for home in ("0", "3"):
        page = backend.search(Query("arbres", territory=(f"commune:{home}", "epci:1")))
        assert ids(page)[0] == f"tree-{home}"
        assert ids(page)[-1] == "afar"
        assert page.total == 6


def towns(count: int, title: str, **more: object) -> list[Document]:
    return [dataset(f"{title}-{number}", title, territory=(f"commune:{number}",), **more) for number in range(count)]


def test_what_one_s_own_territory_has_leads_and_what_only_shares_a_word_with_it_does_not(
    backend: SearchBackend,
) -> None:
    backend.add(towns(30, "Jours de collecte des poubelles", keywords=("poubelle", "collecte")))
    backend.add([dataset("mine", "Calendrier 2024", description="Collecte des poubelles.", territory=("commune:99",))])
    backend.add(
        dataset(f"word-{number}", f"Dons {number}", description="Collecte de sang.", territory=("commune:99",))
        for number in range(5)
    )
    backend.add(towns(30, "Autre chose"))
    backend.refresh()
    first = ids(backend.search(Query("collecte poubelles", territory=("commune:99",), size=50)))
    assert first[0] == "mine"
    assert not any(each.startswith("word") for each in first[:31])


def test_at_most_a_few_of_one_s_own_territory_lead(backend: SearchBackend) -> None:
    backend.add(towns(10, "Budget annexe"))
    backend.add(dataset(f"mine-{n}", "Budget", description="Long. " * n, territory=("commune:99",)) for n in range(9))
    backend.refresh()
    query = Query("budget annexe", territory=("commune:99",), size=30)
    page = backend.search(query)
    assert [each.startswith("mine") for each in ids(page)[:3]] == [True] * 3
    assert not any(each.startswith("mine") for each in ids(page)[3:13])
    small = dataclasses.replace(query, size=4)
    pages = [backend.search(dataclasses.replace(small, page=number)) for number in range(1, 6)]
    assert [each for part in pages for each in ids(part)] == ids(page)  # whatever the page, one order


def test_what_a_reader_may_not_see_leads_nothing(backend: SearchBackend) -> None:
    hidden = dataset("hidden", "Budget annexe", territory=("commune:99",))
    backend.add([*towns(5, "Budget"), dataset("mine", "Le budget", territory=("commune:99",))])
    backend.refresh()
    query = Query("budget annexe", territory=("commune:99",))
    before = backend.search(query)
    backend.add([dataclasses.replace(hidden, audience=("org:1",)), dataclasses.replace(hidden, id="gone")])
    backend.refresh()
    after = backend.search(dataclasses.replace(query, excluded=frozenset({"gone"})))
    assert ids(after) == ids(before)


def test_the_words_of_a_saying_are_worth_less_apart(backend: SearchBackend) -> None:
    rules, faults = read_synonyms("caméra de surveillance, vidéoprotection")
    assert faults == []
    backend.add(
        [
            dataset("apart", "Surveillance des digues", description="Une caméra relève le niveau."),
            dataset("together", "Sécurité", description="Les caméras de surveillance."),
            dataset("synonym", "Vidéoprotection"),
            *(dataset(f"filler-{number}", f"Sujet {number}") for number in range(30)),
        ]
    )
    backend.refresh()
    page = backend.search(Query("caméras de surveillance", thesaurus=rules))
    assert set(ids(page)) == {"apart", "together", "synonym"}
    assert ids(page)[-1] == "apart"
