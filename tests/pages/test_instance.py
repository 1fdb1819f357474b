"""Addresses of the instance itself, its error pages, and the one sheet."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings as product
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied
from pytest_django import Settings

PROJECT = Path(product.PROJECT)
TEMPLATES = sorted((PROJECT / "templates").rglob("*.html"))


def test_health_asks_the_base(db: None, client: Client) -> None:
    response = client.get("/sante")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Type"].startswith("text/plain")


def test_health_says_when_the_base_is_gone(db: None, client: Client) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError

    with connection.execute_wrapper(refuse):
        assert client.get("/sante").status_code == 503


@pytest.mark.parametrize("hue", [0, 248])
def test_the_territory_s_hue_is_a_sheet_that_may_be_kept(
    db: None, client: Client, settings: Settings, hue: int
) -> None:
    settings.BOUTURE_HUE = hue
    response = client.get("/territoire.css")
    assert response.content.decode() == f":root {{ --hue: {hue} }}\n"
    assert response["Content-Type"].startswith("text/css")
    assert "max-age=3600" in response["Cache-Control"]


def test_the_page_of_a_failure_needs_nothing_but_itself() -> None:
    page = render_to_string("500.html")
    assert "Réessayez dans quelques minutes" in page


def test_what_is_forbidden_says_whom_to_ask(db: None, rf: RequestFactory) -> None:
    response = permission_denied(rf.get("/"), PermissionDenied())
    assert response.status_code == 403
    assert "Demandez-le à l’administrateur" in response.content.decode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_a_template_holds_nothing_inline_and_no_dead_link(template: Path) -> None:
    source = template.read_text("utf-8")
    assert not re.search(
        r"<script(?! src=\"{% static \"[a-z]+\.js\" %}\" defer></script>)|<style|\sstyle=|\son[a-z]+=|javascript:",
        source,
    )
    assert 'href="#"' not in source
    assert not re.search(r'(?:src|href)="(?:https?:)?//', source)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: str(file.relative_to(PROJECT)))
def test_no_sign_of_punctuation_stands_alone_on_a_line(template: Path) -> None:
    """French puts a space before some signs: one that does not break."""
    words = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", "x", template.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"[^\s] [:;?!»]|« ", words)


def test_the_sheet_holds_no_class_that_no_page_uses() -> None:
    sheet = re.sub(r'url\("[^"]*"\)|/\*.*?\*/', "", (PROJECT / "portal/static/bouture.css").read_text("utf-8"))
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", sheet))
    places = [*TEMPLATES, *(PROJECT / "portal").rglob("*.py")]
    used = {word for file in places for word in re.findall(r"[a-z][a-z0-9-]*", file.read_text("utf-8"))}
    assert known - used == set()


def test_each_drawing_called_exists_and_each_drawing_is_called() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (PROJECT / "portal/static/icones.svg").read_text("utf-8")))
    called = {name for file in TEMPLATES for name in re.findall(r'{% icon "([a-z]+)"', file.read_text("utf-8"))}
    themes = set(re.findall(r'": "([a-z]+)"', (PROJECT / "portal/pages/topics.py").read_text("utf-8"))) | {"donnees"}
    assert called | themes <= drawn
    assert drawn == called | themes | {"mark"}
