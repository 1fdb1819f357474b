"""What is counted without a score is what is found with one, in fewer clauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.search import french, relevance
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Query
from catalogue.search.document import Document
from catalogue.search.embedded import EmbeddedBackend
from catalogue.search.french import shipped
from catalogue.search.relevance.catalogue import listed

WRITTEN = ('"tri des déchets"', "titre:budget arbres", "zygomatique arbres", "defribillateur", "le centre de tri", "bus -ligne", "piste cyc")  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedBackend:
    made = EmbeddedBackend(tmp_path_factory.mktemp("needs") / "index")
    made.replace(each.document for each in listed()[::3])
    return made


def test_counting_finds_what_scoring_finds(index: EmbeddedBackend) -> None:
    asked = [*(each.text for each in relevance.questions()), *WRITTEN]
    for text in asked:
        query = Query(text, thesaurus=shipped(), typing=text.endswith("cyc"))
        made = index._asked(query)
        clauses = Clauses(query, made.question, made.algebra)
        forms = [(clauses.words(least), clauses.words(least, scored=False)) for least in (0, 1)]
        forms.append((clauses.any_word(), clauses.any_word(scored=False)))
        for scored, bare in forms:
            found = [made.engine.count(clauses.whole(each)) for each in (scored, bare)]
            assert found[0] == found[1], text


def test_a_saying_is_not_sought_beside_one_of_its_words(index: EmbeddedBackend) -> None:
    thesaurus, faults = french.read_synonyms("déchets, collecte des déchets, ordures")
    assert not faults
    query = Query("déchets", thesaurus=thesaurus)
    made = index._asked(query)
    clauses = Clauses(query, made.question, made.algebra)
    assert "PhraseQuery" in str(clauses.words())
    assert "PhraseQuery" not in str(clauses.words(scored=False))


def test_facets_of_many_values_keep_their_names_whatever_is_written_after(tmp_path: Path) -> None:
    index, reader = EmbeddedBackend(tmp_path), EmbeddedBackend(tmp_path)
    index.clear()
    names = ("publisher", "organisation", "territory")

    def document(number: int, place: str) -> Document:
        told = {name: (f"{name}-{place}",) for name in names}
        return Document(f"{number}", "dataset", ("Arbres",), audience=("public",), **told)

    for number, place in enumerate(("a", "b", "b", "é")):
        index.add([document(number, place)])
        reader.refresh()
        page = reader.search(Query("arbres", facets=names))
        assert {facet.name: dict(facet.values)[f"{facet.name}-{place}"] for facet in page.facets} == dict.fromkeys(
            names, 2 if number == 2 else 1
        )
    index.remove(["1", "2"])
    reader.refresh()
    (facet,) = reader.search(Query("arbres", facets=("territory",))).facets
    assert facet.values == (("territory-a", 1), ("territory-é", 1))


def test_a_document_that_says_nothing_of_its_audience_is_hidden_from_strangers(tmp_path: Path) -> None:
    index = EmbeddedBackend(tmp_path)
    index.clear()
    index.add(Document(name, "dataset", ("Arbres",), audience=who) for name, who in (("1", ()), ("2", ("org:1",))))
    index.refresh()
    assert index.search(Query("arbres", facets=("kind",))).total == 0
    assert [hit.id for hit in index.search(Query("arbres", audience=frozenset({"public", "org:1"}))).hits] == ["2"]
    assert index.search(Query("arbres", audience=None)).total == 2
    assert index.search(Query("arbres", audience=frozenset())).total == 0
