"""What was restricted a second ago is found nowhere, whatever the index still holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue import permissions, publishing
from catalogue.models import Audience, Dataset
from catalogue.search import find
from catalogue.search.contract import Page
from tests import factories

pytestmark = pytest.mark.django_db
FACETS = ("theme", "format", "licence", "publisher", "territory", "organisation")


@pytest.fixture
def secret(searched: Path) -> Dataset:
    row = factories.dataset("Effraies du clocher", theme=[factories.EU + "data-theme/ENVI"])
    factories.dataset("Autre chose")
    factories.bring_index_up_to_date()
    assert [hit.id for hit in find("effraie").hits] == [str(row.pk)]
    return row


def nowhere(page: Page, row: Dataset) -> bool:
    counted = sum(count for facet in page.facets for _, count in facet.values if facet.name == "organisation")
    return str(row.pk) not in {hit.id for hit in page.hits} and page.total == counted


@pytest.mark.parametrize("text", ["", "effraie"])
def test_made_private_with_the_worker_stopped(secret: Dataset, text: str) -> None:
    publishing.set_private(secret, True)
    page = find(text, facets=FACETS, kinds=("dataset",))
    assert nowhere(page, secret)
    assert page.total == (0 if text else 1)
    assert not any(value.endswith("ENVI") for facet in page.facets for value, _ in facet.values)


def test_withdrawn_with_the_worker_stopped(secret: Dataset) -> None:
    publishing.withdraw([secret], "Erreur.")
    assert find("effraie", audience=Audience(everything=True)).total == 0


def test_a_grant_taken_back_with_the_worker_stopped(secret: Dataset) -> None:
    user = factories.person()
    publishing.set_private(secret, True)
    publishing.grant(secret, user)
    factories.bring_index_up_to_date()
    assert find("effraie", audience=permissions.audience_of(user)).total == 1
    publishing.revoke(secret, user)
    assert find("effraie", audience=permissions.audience_of(user)).total == 0


def test_a_membership_taken_back_with_the_worker_stopped(secret: Dataset) -> None:
    user = factories.person("reader", secret.owner)
    publishing.set_private(secret, True)
    factories.bring_index_up_to_date()
    assert find("effraie", audience=permissions.audience_of(user)).total == 1
    permissions.remove_role(user, secret.owner)
    assert find("effraie", audience=permissions.audience_of(type(user).objects.get(pk=user.pk))).total == 0


def test_the_index_read_it_and_members_find_it_again(secret: Dataset) -> None:
    member = factories.person("reader", secret.owner)
    publishing.set_private(secret, True)
    factories.bring_index_up_to_date()
    assert find("effraie").total == 0
    assert find("effraie", audience=permissions.audience_of(member)).total == 1


def test_open_again(secret: Dataset) -> None:
    publishing.set_private(secret, True)
    publishing.set_private(secret, False)
    factories.bring_index_up_to_date()
    assert find("effraie").total == 1
