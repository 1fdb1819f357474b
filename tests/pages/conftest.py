"""The invented catalogue, and a way to see what a page asks of the base while it is drawn."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from tests.pages.samples import Samples, everything
from tests.photographs import photographed


@pytest.fixture
def samples(db: None, home: Path) -> Samples:
    return photographed(everything)


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


def filled(page: str, button: str, **typed: Any) -> dict[str, Any]:
    """What a browser sends of the form with this button (`geste=…`), once this was typed over what it shows.

    A name is given with `__` for each dot; None takes a control away, as an unticked box.
    """
    soup = BeautifulSoup(page, "html.parser")
    pressed = soup.select_one(f'button[name="geste"][value="{button}"]')
    assert pressed is not None, f"no button {button}"
    form = pressed.find_parent("form")
    assert form is not None
    given: dict[str, Any] = {"geste": button}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), str(control.get("type", ""))
        if control.name == "select":
            chosen = [str(one["value"]) for one in control.select("option[selected]")]
            given[name] = chosen or [str(one["value"]) for one in control.select("option")[:1]]
        elif kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                given.setdefault(name, []).append(str(control["value"]))
        else:
            given[name] = control.text if control.name == "textarea" else str(control.get("value", ""))
    for name, value in typed.items():
        given[name.replace("__", ".")] = [] if value is None else value
    return given
