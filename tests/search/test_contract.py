"""The promises of catalogue.search.contract, on every backend."""

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue.search.contract import Facet, IndexBroken, Page, Query, SearchBackend
from catalogue.search.document import FACETS, Document

WASTE = Document(
    id="1",
    kind="dataset",
    titles=("Collecte des déchets ménagers",),
    description="Les jours de passage des bennes, l'été comme l'hiver, dans chaque quartier de la ville.",
    keywords=("ordures", "recyclage"),
    publisher_label="Ville de Saint-Aubin",
    theme=("environnement",),
    format=("csv", "geojson"),
    licence=("ouverte",),
    publisher=("saint-aubin",),
    territory=("commune:1",),
    modified="2024-05-01",
    audience=("public",),
)
BUDGET = Document(
    id="2",
    kind="dataset",
    titles=("Budget municipal",),
    description="Les dépenses et les recettes. Le traitement des déchets y tient une ligne.",
    theme=("finances",),
    format=("csv",),
    licence=("ouverte",),
    publisher=("saint-aubin",),
    territory=("commune:1",),
    modified="2024-06-01",
    audience=("public",),
)
TREES = Document(
    id="3",
    kind="dataset",
    titles=("Élagage des arbres",),
    description="Arbres d'alignement du département.",
    theme=("environnement",),
    format=("geojson",),
    licence=("odbl",),
    publisher=("departement",),
    territory=("departement:9",),
    modified="2023",
    audience=("public",),
)
SECRET = Document(
    id="4",
    kind="dataset",
    titles=("Déchets : appel d'offres en préparation",),
    theme=("marches",),
    format=("ods",),
    licence=("aucune",),
    publisher=("saint-aubin",),
    territory=("commune:1",),
    modified="2024-07-01",
    audience=("org:12", "user:4"),
)
SERVICE = Document(id="5", kind="service", titles=("Cartes de la ville",), modified="2020", audience=("public",))


@pytest.fixture
def full(backend: SearchBackend) -> SearchBackend:
    backend.add([WASTE, BUDGET, TREES, SECRET, SERVICE])
    backend.refresh()
    return backend


def ids(page: Page) -> list[str]:
    return [hit.id for hit in page.hits]


def found(backend: SearchBackend, text: str, **more: object) -> set[str]:
    """What has all the words; what has some of them when nothing has all."""
    page = backend.search(Query(text, **more))
    assert page.total == len(page.hits)
    return set(ids(page)[: page.complete or None])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dechets", {"1", "2"}),
        ("DÉCHET", {"1", "2"}),
        ("de\u0301chets", {"1", "2"}),
        ("l'été", {"1"}),
        ("l’ete", {"1"}),
        ("municipaux", {"2"}),
        ("municipale", {"2"}),
        ("menagere", {"1"}),
        ("elagage", {"3"}),
        ("ordure", {"1"}),
        ("Saint-Aubin", {"1"}),
        ("d'alignement", {"3"}),
        ("les déchets de la ville", {"1", "2"}),
        ("départ", set()),
    ],
)
def test_words_are_found_as_people_write_them(full: SearchBackend, text: str, expected: set[str]) -> None:
    assert found(full, text) == expected


def test_all_the_words_must_be_there_wherever_they_are(full: SearchBackend) -> None:
    assert found(full, "déchets dépenses") == {"2"}


def test_without_any_record_with_all_the_words_some_are_enough_and_the_page_says_so(full: SearchBackend) -> None:
    page = full.search(Query("arbres recettes", facets=("theme",)))
    assert (page.relaxed, set(ids(page)), page.total) == (True, {"2", "3"}, 2)
    assert page.facets == (Facet("theme", (("environnement", 1), ("finances", 1))),)
    page = full.search(Query("déchets dépenses"))
    assert (page.relaxed, page.complete, ids(page)) == (True, 1, ["2", "1"])
    page = full.search(Query("déchets dépenses", sort="modified"))  # no rank would tell the two kinds apart
    assert (page.relaxed, ids(page)) == (False, ["2"])
    assert not full.search(Query("déchets")).relaxed
    assert not full.search(Query("zygomatique hippopotame")).relaxed


def test_a_phrase_is_words_side_by_side_in_one_passage(full: SearchBackend) -> None:
    assert found(full, '"déchets ménagers"') == {"1"}
    assert found(full, "« collecte de déchets »") == {"1"}
    assert full.search(Query('"ménagers ordures"')).relaxed


def test_a_minus_takes_away_even_when_the_rest_is_relaxed(full: SearchBackend) -> None:
    assert found(full, "déchets -budget") == {"1"}
    assert found(full, '-"déchets ménagers"') == {"2", "3", "5"}
    assert found(full, "arbres recettes -budget") == {"3"}
    assert found(full, "sous-titre -arbres") == set()


def test_a_title_counts_more_than_a_mention(full: SearchBackend) -> None:
    assert ids(full.search(Query("déchets"))) == ["1", "2"]


def test_values_of_one_filter_are_alternatives_and_filters_add_up(full: SearchBackend) -> None:
    assert found(full, "", filters={"theme": ("environnement", "finances")}) == {"1", "2", "3"}
    assert found(full, "", filters={"theme": ("environnement",), "format": ("csv",)}) == {"1"}
    assert found(full, "", filters={"theme": ()}) == {"1", "2", "3", "5"}
    assert found(full, "", filters={"theme": ("Environnement",)}) == set()
    assert found(full, "", filters={"theme": ("\ud800",)}) == set()
    assert found(full, "", kinds=("service",)) == {"5"}


def test_facets_count_results_by_number_then_by_value(full: SearchBackend) -> None:
    page = full.search(Query(facets=FACETS, size=0))
    assert page == Page(
        total=4,
        complete=4,
        facets=(
            Facet("theme", (("environnement", 2), ("finances", 1))),
            Facet("format", (("csv", 2), ("geojson", 2))),
            Facet("licence", (("ouverte", 2), ("odbl", 1))),
            Facet("publisher", (("saint-aubin", 2), ("departement", 1))),
            Facet("territory", (("commune:1", 2), ("departement:9", 1))),
            *(
                Facet(name, ())
                for name in ("organisation", "schema", "frequency", "quality", "hvd", "source", "instance")
            ),
            Facet("kind", (("dataset", 3), ("service", 1))),
        ),
    )


def test_kinds_are_counted_as_if_none_were_chosen(full: SearchBackend) -> None:
    page = full.search(Query(kinds=("service",), facets=("kind", "format")))
    assert page.total == 1
    assert page.facets == (Facet("kind", (("dataset", 3), ("service", 1))), Facet("format", ()))
    assert full.search(Query(filters={"kind": ("service",)}, facets=("kind", "format"))) == page


def test_only_some_ids_are_found_counted_and_under_the_reader_s_rights(full: SearchBackend) -> None:
    wanted = frozenset({"1", "4", "5", "nowhere"})
    page = full.search(Query(only=wanted, facets=("publisher",)))
    assert {hit.id for hit in page.hits} == {"1", "5"}
    assert page.facets == (Facet("publisher", (("saint-aubin", 1),)),)
    assert found(full, "", only=wanted, audience=None) == {"1", "4", "5"}
    assert found(full, "déchets", only=frozenset({"2"})) == {"2"}
    assert found(full, "", only=frozenset()) == set()


def test_a_filtered_facet_says_what_its_other_values_would_give(full: SearchBackend) -> None:
    page = full.search(Query(filters={"theme": ("environnement",)}, facets=("format", "theme")))
    assert page.total == 2
    assert page.facets == (
        Facet("format", (("geojson", 2), ("csv", 1))),
        Facet("theme", (("environnement", 2), ("finances", 1))),
    )


def test_facets_give_as_many_values_as_asked_and_count_exactly(backend: SearchBackend) -> None:
    for part in range(3):
        backend.add(
            dataclasses.replace(WASTE, id=f"{part}-{number}", publisher=(f"p{number % 150}",)) for number in range(300)
        )
    backend.add(dataclasses.replace(WASTE, id=f"last-{number}", publisher=("p149",)) for number in range(3))
    backend.refresh()
    (facet,) = backend.search(Query(facets=("publisher",), facet_size=10)).facets
    assert len(facet.values) == 10
    assert facet.values[0] == ("p149", 9)
    (facet,) = backend.search(Query(facets=("publisher",), facet_size=200)).facets
    if backend.supports_exact_facets:
        assert dict(facet.values) == {f"p{number}": 9 if number == 149 else 6 for number in range(150)}


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (frozenset({"public"}), {"1", "2"}),
        (frozenset({"public", "org:12"}), {"1", "2", "4"}),
        (frozenset({"public", "org:1", "user:4"}), {"1", "2", "4"}),
        (frozenset({"public", "org:1", "user:40"}), {"1", "2"}),
        (frozenset({"public", "user:4", *(f"group:{n}" for n in range(100))}), {"1", "2", "4"}),
        (frozenset({"public", *(f"group:{n}" for n in range(100))}), {"1", "2"}),
        (frozenset({"user:4"}), {"4"}),
        (frozenset(), set()),
        (None, {"1", "2", "4"}),
    ],
)
def test_only_the_audience_finds_counts_or_guesses_a_record(
    full: SearchBackend, audience: frozenset[str] | None, expected: set[str]
) -> None:
    page = full.search(Query("déchets", audience=audience, facets=FACETS))
    assert set(ids(page)) == expected
    assert page.total == len(expected)
    assert ("marches" in dict(page.facets[0].values)) == ("4" in expected)
    assert found(full, "offres préparation", audience=audience) == expected & {"4"}


def test_what_was_just_excluded_counts_nowhere(full: SearchBackend) -> None:
    page = full.search(Query("déchets", excluded=frozenset({"1", "99"}), facets=("theme",)))
    assert (ids(page), page.total) == (["2"], 1)
    assert page.facets == (Facet("theme", (("finances", 1),)),)
    assert found(full, "ménagers", excluded=frozenset({"1"})) == set()


def test_counts_made_for_one_reader_are_never_shown_to_another(full: SearchBackend) -> None:
    """A backend may remember counts: whoever asks, in whatever order, gets their own."""

    def counts(**more: object) -> dict[str, int]:
        return dict(full.search(Query("déchets", facets=("theme",), **more)).facets[0].values)

    everything = {"environnement": 1, "finances": 1, "marches": 1}
    public = {"environnement": 1, "finances": 1}
    for _ in range(2):
        assert counts(audience=None) == everything
        assert counts() == public
        assert counts(audience=frozenset({"public", "org:12"})) == everything
        assert counts(excluded=frozenset({"1"})) == {"finances": 1}
        assert counts(filters={"format": ("geojson",)}) == {"environnement": 1}
        assert counts(kinds=("service",)) == {}
    full.remove(["2"])
    full.refresh()
    assert counts() == {"environnement": 1}


def test_writing_twice_changes_nothing_and_replaces_by_id(full: SearchBackend) -> None:
    full.add([WASTE, WASTE])
    full.add([dataclasses.replace(BUDGET, titles=("Comptes",), theme=("economie",))])
    full.refresh()
    assert full.count() == 5
    assert found(full, "comptes") == {"2"}
    assert found(full, "budget") == set()
    assert found(full, "", filters={"theme": ("finances",)}) == set()


def test_what_is_removed_is_gone_even_when_also_added(full: SearchBackend) -> None:
    full.write(add=[TREES, dataclasses.replace(TREES, id="6")], remove=["3", "never-there"])
    full.refresh()
    assert found(full, "arbres") == {"6"}
    full.remove(["6"])
    full.refresh()
    assert found(full, "arbres") == set()
    assert full.count() == 4


def test_a_batch_that_fails_writes_nothing(full: SearchBackend) -> None:
    def broken() -> object:
        yield dataclasses.replace(TREES, id="7")
        raise RuntimeError("the base went away")

    with pytest.raises(RuntimeError):
        full.write(add=broken(), remove=["1"])
    full.refresh()
    assert found(full, "arbres") == {"3"}
    full.add([dataclasses.replace(TREES, id="8")])
    full.refresh()
    assert found(full, "arbres") == {"3", "8"}
    assert full.count() == 6


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
@pytest.mark.parametrize("text", ["", "déchets"])
def test_pages_give_each_record_once(backend: SearchBackend, sort: str, text: str) -> None:
    backend.add(dataclasses.replace(WASTE, id=str(number)) for number in range(45))
    backend.refresh()
    pages = [backend.search(Query(text, sort=sort, page=number)) for number in (1, 2, 3, 4)]
    assert [len(page.hits) for page in pages] == [20, 20, 5, 0]
    assert {page.total for page in pages} == {45}
    assert sorted(int(each) for page in pages for each in ids(page)) == list(range(45))


def test_a_page_far_beyond_the_end_is_empty_and_knows_the_total(full: SearchBackend) -> None:
    page = full.search(Query("déchets", page=10**12, size=10**6, facets=("theme",)))
    assert (page.hits, page.total) == ((), 2)
    assert page.facets[0].values
    assert full.search(Query(size=10**12)).total == 4


def test_sorts(full: SearchBackend) -> None:
    titles = ["zèbres", "Étangs", "eau", "Écoles", "École", "arbres"]
    full.add(Document(str(n), "x", (title,), audience=("public",)) for n, title in enumerate(titles, start=10))
    full.refresh()
    page = full.search(Query(sort="title", kinds=("x",)))
    assert ["".join(text for text, _ in hit.title) for hit in page.hits] == [
        "arbres",
        "eau",
        "École",
        "Écoles",
        "Étangs",
        "zèbres",
    ]
    assert ids(full.search(Query(sort="modified", kinds=("dataset", "service")))) == ["2", "1", "3", "5"]
    assert ids(full.search(Query(kinds=("dataset", "service")))) == ["2", "1", "3", "5"]


def test_hits_show_the_original_text_with_what_was_found_told_apart(full: SearchBackend) -> None:
    (hit,) = full.search(Query("ménagères été bennes")).hits
    assert hit.title == (("Collecte des déchets ", False), ("ménagers", True))
    assert [text for text, match in hit.extract if match] == ["bennes", "été"]
    assert "".join(text for text, _ in hit.extract) == WASTE.description


def test_an_extract_is_cut_around_the_first_answer(backend: SearchBackend) -> None:
    long = "Un préambule interminable. " * 100 + "Puis <b>l'aiguille</b>, enfin. " + "Et une suite. " * 100
    backend.add([Document("1", "dataset", ("Foin",), description=long, audience=("public",))])
    backend.refresh()
    (hit,) = backend.search(Query("aiguilles")).hits
    text = "".join(text for text, _ in hit.extract)
    assert "Puis <b>l'aiguille</b>, enfin." in text
    assert text.startswith("… ")
    assert text.endswith(" …")
    assert 150 < len(text) < 250
    assert ("aiguille", True) in hit.extract
    (hit,) = backend.search(Query("foin")).hits
    assert hit.extract[0][0].startswith("Un préambule")


@pytest.mark.parametrize(
    "text",
    ["?!…", "-", "--", "*", '"', '""', "le la les", "\x00\x1b\x7f", "\ud800", "-le", "(((", "~^:\\/", "\u200b"],
)
def test_a_question_without_a_word_finds_nothing_rather_than_everything(full: SearchBackend, text: str) -> None:
    assert full.search(Query(text, facets=FACETS)).total == 0


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_blank_question_finds_everything(full: SearchBackend, text: str) -> None:
    assert full.search(Query(text)).total == 4


def test_a_long_question_is_read_in_part_and_the_page_says_so(full: SearchBackend) -> None:
    assert full.search(Query("déchets " * 1250)).shortened
    assert full.search(Query("x" * 10_000)).shortened
    assert full.search(Query(" ".join(f"mot{number}" for number in range(100)))).shortened
    assert not full.search(Query("déchets ménagers")).shortened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(
            st.sampled_from(["déchets", "-", '"', "«", "AND", "OR", "NOT", "(", "*", "~2", "theme:", "'", "^", " "])
        ).map("".join),
        st.text(min_size=1, max_size=3).map(lambda part: part * 3_000),
    )
)
@example("déchets AND OR NOT")
@example('"déchets')
@example("title:déchets^3 [a TO b] /.*/")
@example("\ufdfa ½ ﬁ İ ǅ ß")
def test_nothing_that_a_person_types_is_an_error(full: SearchBackend, text: str) -> None:
    page = full.search(Query(text, facets=("theme",)))
    assert page.total >= len(page.hits)
    assert "4" not in ids(page)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(max_size=30), description=st.text(max_size=300), value=st.text(max_size=20))
@example(title="\ud800", description="\x00", value="\udfff")
def test_nothing_that_a_record_says_is_an_error(
    backend: SearchBackend, title: str, description: str, value: str
) -> None:
    odd = Document("odd", "dataset", (title,), description=description, theme=(value,), audience=("public",))
    backend.write(add=[odd])
    backend.refresh()
    assert found(backend, "") == {"odd"}
    assert found(backend, "", filters={"theme": (value,)}) == {"odd"}


def test_searches_keep_their_picture_until_refreshed(full: SearchBackend, another: SearchBackend) -> None:
    another.refresh()
    assert another.count() == 5
    full.remove(["1"])
    if another.supports_one_picture:
        assert found(another, "ménagers") == {"1"}
    another.refresh()
    assert found(another, "ménagers") == set()


def test_clearing_gives_an_empty_index_with_another_identity(full: SearchBackend, another: SearchBackend) -> None:
    before = full.identity()
    assert another.identity() == before
    assert another.count() == 5
    full.clear()
    assert full.count() == 0
    assert full.search(Query()).total == 0
    assert full.identity() != before
    assert another.identity() == full.identity()
    full.add([WASTE])
    if another.supports_wiping_by_others:
        if another.supports_one_picture:
            assert another.search(Query()).total == 4
        another.refresh()
        assert found(another, "") == {"1"}
    another.add([BUDGET])
    full.refresh()
    assert found(full, "") == {"1", "2"}


def test_a_new_index_is_filled_beside_the_old_one_which_answers_until_then(
    full: SearchBackend, another: SearchBackend
) -> None:
    before, seen = full.identity(), []

    def documents() -> Iterator[Document]:
        for number in range(450):
            if number % 150 == 0:
                another.refresh()
                seen.append((found(another, "ménagers"), another.count(), another.identity()))
            yield dataclasses.replace(TREES, id=f"new-{number}")

    full.replace(documents())
    assert seen == [({"1"}, 5, before)] * 3
    another.refresh()
    assert full.count() == another.count() == 450
    assert another.search(Query("ménagers")).total == 0
    assert full.identity() == another.identity() != before


def test_a_new_index_that_fails_on_its_way_leaves_the_old_one(full: SearchBackend) -> None:
    before = full.identity()

    def broken() -> Iterator[Document]:
        yield dataclasses.replace(TREES, id="7")
        raise RuntimeError("the base went away")

    with pytest.raises(RuntimeError):
        full.replace(broken())
    full.refresh()
    assert (full.identity(), full.count(), found(full, "arbres")) == (before, 5, {"3"})
    full.add([dataclasses.replace(TREES, id="8")])
    full.refresh()
    assert found(full, "arbres") == {"3", "8"}


def test_a_record_made_private_leaves_what_the_public_is_answered_from(full: SearchBackend) -> None:
    full.add([dataclasses.replace(WASTE, audience=("org:12",))])
    full.refresh()
    assert found(full, "ménagers") == set()
    assert found(full, "ménagers", audience=frozenset({"public", "org:12"})) == {"1"}
    assert full.count() == 5
    full.add([WASTE])
    full.refresh()
    assert found(full, "ménagers") == {"1"}
    assert full.count() == 5


@pytest.mark.parametrize(
    "wrong",
    [{"filters": {"colour": ("red",)}}, {"facets": ("id",)}, {"sort": "score"}, {"page": 0}, {"size": -1}],
)
def test_a_query_that_no_backend_could_answer_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"facet|sort|start"):
        Query(**wrong)


def test_a_string_where_values_belong_is_refused() -> None:
    with pytest.raises(TypeError, match="audience"):
        Document("1", "dataset", ("Titre",), audience="public")


def test_errors_speak_french_to_people(backend: SearchBackend) -> None:
    assert IndexBroken("L'index est endommagé.").message == "L'index est endommagé."
