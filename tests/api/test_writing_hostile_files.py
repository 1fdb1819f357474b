"""Files that mean harm, sent by a program: refused in words or kept as they came, read beside, given back as nobody's page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client

from catalogue.models import Dataset, Distribution, Table
from catalogue.tabling import keeping
from catalogue.tabling.tabular import plain_name
from harvesters.tables import read_tables
from tests import factories
from tests.api.test_writing import Program, code
from tests.api.test_writing_files import TREES, add, put
from tests.security.hostile import CONTENTS, NAMES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_home")]
PAGES = {"text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "application/xml"}
WHOLE = [content for content in CONTENTS if content]


def given_back(client: Client) -> Any:
    client.force_login(factories.person("reader", Dataset.objects.get().owner))
    return client.get(urlsplit(Distribution.objects.get().access_url[0]).path)


@pytest.mark.parametrize("content", WHOLE, ids=range(len(WHOLE)))
def test_whatever_it_holds_it_is_kept_as_it_came_and_read_without_harm(
    found: Dataset,
    publisher: Program,
    client: Client,
    content: bytes,
) -> None:
    made = add(publisher, found, content, "?name=a.csv")
    assert made.status_code == 201, made.content
    assert read_tables(large=False) == 1
    read = publisher("GET", made["Location"]).json()
    assert read["state"] == "ready" or read["reason"].endswith((".", "»")), read
    answer = given_back(client)
    assert b"".join(answer.streaming_content) == content
    assert answer["Content-Type"].partition(";")[0] not in PAGES and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    outside = [
        path
        for path in keeping.root().parent.rglob("*")
        if path.is_file() and path.suffix != ".counts" and keeping.root() not in path.parents
    ]
    assert outside == []


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_whatever_it_is_called_it_has_a_plain_name(
    found: Dataset,
    publisher: Program,
    client: Client,
    name: str,
) -> None:
    made = add(publisher, found, TREES, f"?name={quote(name.encode('utf-8', 'surrogatepass'))}")
    if not plain_name(name):
        assert code(made) == (400, "file-name") and not Table.objects.exists()
        return
    assert made.status_code == 201, made.content
    answer = given_back(client)
    assert b"".join(answer.streaming_content) == TREES
    disposition = answer["Content-Disposition"]
    assert not re.search(r"[\r\n\0/]", disposition) and len(disposition) < 1_500, disposition
    again = put(publisher, made)
    assert again.status_code == 202, again.content


def test_a_dry_run_of_an_empty_file_is_refused_as_well(found: Dataset, publisher: Program) -> None:
    assert code(add(publisher, found, b"", "?name=a.csv&dry_run=1", content_length="0")) == (422, "refused")
    assert not Table.objects.exists()
