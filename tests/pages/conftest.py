"""The invented catalogue, and a way to see what a page asks of the base while it is drawn."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.pages.samples import Samples, everything


@pytest.fixture
def samples(db: None, home: Path) -> Samples:
    return everything()


@pytest.fixture
def as_(client: Client) -> Callable[[Any], Client]:
    """The browser of somebody: `as_(None)` is the citizen's."""

    def browse(user: Any) -> Client:
        if user is not None:
            client.force_login(user)
        return client

    return browse


def said(response: HttpResponse) -> str:
    """The text of a page, with plain spaces and without what marks the words found."""
    return re.sub("</?mark>", "", response.content.decode()).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(autouse=True)
def no_query_in_templates() -> Iterator[None]:
    """A template shows what its view gave: a query from inside a node of a template fails the test."""

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        drawing = any(frame.f_code.co_name == "render_annotated" for frame, _ in traceback.walk_stack(None))
        assert not drawing, f"a template asked the base: {sql}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
