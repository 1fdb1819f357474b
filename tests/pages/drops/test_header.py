"""« Publier » in the header of every page: for those who publish or propose somewhere."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from catalogue.models import Organisation
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "shown"),
    [("", False), ("reader", False), ("contributor", True), ("publisher", True), ("administrator", True)],
)
def test_it_is_shown_to_those_whom_it_serves(client: Client, town: Organisation, role: str, shown: bool) -> None:
    client.force_login(factories.person(role, town if role else None))
    page = BeautifulSoup(client.get(reverse("home")).content, "html.parser")
    assert bool(page.select(f'header a[href="{reverse("drop")}"]')) is shown


def test_it_is_shown_to_who_runs_the_instance_and_to_no_stranger(client: Client, town: Organisation) -> None:
    assert not BeautifulSoup(client.get(reverse("home")).content, "html.parser").select(
        f'header a[href="{reverse("drop")}"]'
    )
    client.force_login(factories.person(is_superuser=True))
    assert BeautifulSoup(client.get(reverse("home")).content, "html.parser").select(
        f'header a[href="{reverse("drop")}"]'
    )
