"""Templates compiled once a language: what is constant in them is text, and they say the same as Django's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import Context, Engine
from django.template.base import TextNode
from django.template.loader_tags import BlockNode
from django.utils.translation import override

from portal.pages import drawn

BASE = (
    '{% load i18n static bouture %}<p>{% translate "Aide" %} <a href="{% url "help" %}">{% icon "juste" %}</a>'
    '<img src="{% static "marque.svg" %}">{% block main %}{% translate "Accueil" %}{% endblock %}</p>'
)
PAGE = (
    '{% extends "base.html" %}{% load i18n bouture %}{% block main %}{{ block.super }}'
    '{% translate "Accueil" as home %}<b title="{{ home }}">{% if many %}{% translate "Aide" %}{% else %}{% mark %}{% endif %}</b>'
    "{% for n in many %}{% blocktranslate %}Aide{% endblocktranslate %}{{ n }}{% endfor %}"
    "{% blocktranslate with what=said %}du {{ what }}, 100 % {{ nobody }} {{ many }}{% endblocktranslate %}"
    '{% translate said %}{% url "catalogue_as" said %}{% icon said %}{% endblock %}'
)
TEMPLATES: Any = settings.TEMPLATES
OURS = TEMPLATES[0]["OPTIONS"]["loaders"]
DJANGOS = [("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader"])]


def engine(folder: Path, loaders: Any) -> Engine:
    folder.joinpath("base.html").write_text(BASE, "utf-8")
    folder.joinpath("page.html").write_text(PAGE, "utf-8")
    libraries = {
        "i18n": "django.templatetags.i18n",
        "static": "django.templatetags.static",
        "bouture": "portal.templatetags.bouture",
    }
    return Engine([str(folder)], loaders=loaders, libraries=libraries)


@pytest.mark.parametrize("many", [[], [1, 2]])
@pytest.mark.parametrize("code", ["fr", "en", "br"])
def test_the_same_page_to_a_byte(tmp_path: Path, code: str, many: list[int]) -> None:
    given = {"many": many, "said": "ttl"}
    pages = []
    for loaders in (OURS, DJANGOS):
        made = engine(tmp_path, loaders)
        with override(code):
            pages += [made.get_template("page.html").render(Context(given)) for _ in range(2)]
    assert len(set(pages)) == 1


def test_one_process_says_each_reader_their_language(tmp_path: Path) -> None:
    made = engine(tmp_path, OURS)
    said: dict[str, str] = {}
    for code in ("fr", "en", "fr", "en"):
        with override(code):
            page = made.get_template("page.html").render(Context({"said": "ttl"}))
        assert said.setdefault(code, page) == page
    assert "Aide" in said["fr"] and "Aide" not in said["en"] and "Help" in said["en"]


def test_what_is_constant_is_one_text(tmp_path: Path) -> None:
    with override("en"):
        first, block, last = engine(tmp_path, OURS).get_template("base.html").nodelist[1:]
    assert isinstance(first, TextNode) and isinstance(last, TextNode) and isinstance(block, BlockNode)
    assert drawn.icon("juste") in first.s and first.s.startswith('<p>Help <a href="/')
    assert [type(node) for node in block.nodelist] == [TextNode]


def test_what_a_page_says_is_not_kept(tmp_path: Path) -> None:
    made = engine(tmp_path, OURS)
    pages = [made.get_template("page.html").render(Context({"said": said})) for said in ("ttl", "jsonld")]
    assert "ttl" in pages[0] and "ttl" not in pages[1]
