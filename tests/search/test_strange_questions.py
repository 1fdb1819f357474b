"""Whatever is typed or put in an address, every door of search answers, or says clearly what is wrong; none breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.models import PUBLIC, Dataset
from tests import factories
from tests.search import doors
from tests.search.strange import QUERIES, QUESTIONS

pytestmark = pytest.mark.django_db
PATHS = sorted({each.partition("?")[0] for each in doors.ADDRESSES.values()})


@pytest.fixture
def some(searched: Path) -> list[Dataset]:
    owner = factories.body("Ville de Bourg-l’Arbre")
    rows = [factories.dataset(f"Arbres du quartier {number}", owner) for number in range(5)]
    rows.append(factories.dataset("Budget réservé", owner, private=True))
    factories.bring_index_up_to_date()
    return rows


def wrong(client: Client, address: str) -> str:
    """What is not as it should be of the answer to this address; "" when all is well."""
    answer = client.get(address)
    text = answer.content.decode()
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.status_code >= 400 and not text.strip():
        return f"status {answer.status_code} without a word"
    if "<script>alert" in text and answer["Content-Type"].startswith("text/html"):
        return "what was typed came back as it was"
    return "what is private shows" if "Budget réservé" in text else ""


def test_every_question_is_answered_at_every_door(some: list[Dataset], client: Client) -> None:
    found = {
        (name, said): fault
        for said, question in QUESTIONS.items()
        for name, address in doors.addresses(question, first=False).items()
        if (fault := wrong(client, address))
    }
    assert found == {}
    for question in QUESTIONS.values():
        for call in doors.CALLS.values():
            assert {hit.id for hit in call(question, PUBLIC).hits}.isdisjoint({str(some[-1].pk)})
    assert Dataset.objects.count() == len(some)


def test_every_query_string_is_answered_at_every_door(some: list[Dataset], client: Client) -> None:
    found = {
        (path, said): fault
        for said, query in QUERIES.items()
        for path in PATHS
        if (fault := wrong(client, f"{path}?{query}"))
    }
    assert found == {}


def test_a_strange_question_still_finds_what_its_words_say(some: list[Dataset], client: Client) -> None:
    for question in (
        'arbres "du quartier',
        "arbres\x00quartier",
        "(arbres) [quartier] {}",
        "arbres~9 quartier^5",
        "ar\u200bbres",
    ):
        page = doors.CALLS["find"](question, PUBLIC)
        assert [hit.kind for hit in page.hits].count("dataset") == 5, question


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, each in doors.ADDRESSES.items() if "{q}" in each])
def test_no_text_breaks_a_door(home: Path, name: str, client: Client) -> None:
    factories.dataset("Arbres")
    factories.bring_index_up_to_date()
    signs = st.sampled_from(
        ["-", '"', "«", "»", ":", "titre:", "l'", "près de ", "\x00", "\ud800", "*", "(", "arbres", " "]
    )
    text = st.lists(st.one_of(signs, st.text(max_size=8)), max_size=30).map("".join)

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(text)
    def holds(question: str) -> None:
        assert wrong(client, doors.addresses(question, first=False)[name]) == ""

    holds()
    assert connection.is_usable()
