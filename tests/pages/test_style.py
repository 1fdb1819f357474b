"""The style page says what the sheet says, and draws each part by the template that the pages use."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from portal import identity
from portal.colours import contrast
from portal.identity import Face
from portal.pages import drawn
from portal.pages.style import examples, sheet
from tests.pages.conftest import said

OWN = sheet.tokens(sheet.own_sheet())


def test_a_sheet_is_read_as_a_browser_does() -> None:
    text = """@layer tokens { :root { --hue: 150; --paper: light-dark(#fff, #000); --ink: #123;
      --accent: light-dark(oklch(.4 .088 var(--hue)), oklch(.82 .095 var(--hue))); --t1: 1.25rem; --t-h: .9375rem; } }
      @layer base { a { --inside: 1px; } } @layer print { @media print { :root { --t1: 11.5pt; } } }"""
    values = sheet.tokens(text)
    assert "--inside" not in values
    assert sheet.both(values, "--paper") == ("#ffffff", "#000000")
    assert sheet.both(values, "--ink") == ("#112233", "#112233")
    assert sheet.both(values, "--accent") == ("#1d552d", "#97d6a4")
    steps = list(sheet.steps(values, sheet.printed(text), r"--t(-h|\d)"))
    assert [(one.name, one.pixels, one.printed) for one in steps] == [("--t1", "20", "11.5pt"), ("--t-h", "15", "")]


def test_every_colour_of_the_sheet_has_a_role_and_is_read() -> None:
    given = {name for name, value in OWN.items() if value.startswith("light-dark(")}
    assert given == set(sheet.ROLES)
    assert [(one.name, one.read) for one in sheet.swatches(OWN) if not one.enough] == []


@pytest.mark.parametrize("hue", range(0, 360, 15))
def test_no_hue_of_a_territory_is_hard_to_read(hue: int) -> None:
    assert [(one.name, one.read) for one in sheet.swatches({**OWN, "--hue": str(hue)}) if not one.enough] == []


def test_a_colour_that_is_not_read_is_told() -> None:
    pale = next(
        one for one in sheet.swatches({**OWN, "--ink-2": "light-dark(#b0b0a8, #bdbfb5)"}) if one.name == "--ink-2"
    )
    assert not pale.enough
    assert pale.contrasts is not None
    assert pale.contrasts[0] == min(contrast("#b0b0a8", one) for one in ("#f8f6f0", "#fffefa", "#efece2", "#e3f0e5"))


def test_the_page_shows_each_token_and_drawing_and_stays_out_of_search_engines(client: Client, db: None) -> None:
    answer = client.get("/style/")
    text = answer.content.decode()
    assert '<meta name="robots" content="noindex">' in text
    shown = {*sheet.ROLES, *(name for name, value in OWN.items() if value.endswith("rem") and name[2] in "ts")}
    assert {name for name in shown if f"{name}<" not in text} == set()
    assert {name for name in sheet.icons() if f"#{name}" not in text} == set()
    assert "se lit mal" not in said(answer)


def test_parts_are_drawn_by_the_templates_of_the_pages(client: Client, db: None) -> None:
    drawn = {one.name for one in client.get("/style/").templates}
    assert {f"parts/{name}.html" for name in examples.PARTS} - drawn == set()
    named = {name for name in examples.PARTS if f"parts/{name}.html</code>" in client.get("/style/").content.decode()}
    assert named == set(examples.PARTS)


def test_parts_that_no_template_draws_are_those_of_the_pages(client: Client, db: None) -> None:
    page = client.get("/style/").content.decode()
    assert [
        name for name in examples.DRAWN if f"<code>drawn.{name}</code>" in page and callable(getattr(drawn, name))
    ] == list(examples.DRAWN)
    assert str(drawn.meta(examples.ROW)) in page
    assert str(drawn.choices(examples.CHOICES)) in page


def test_the_colours_are_those_that_the_territory_chose(client: Client, db: None, settings: Settings) -> None:
    identity.keep(Face("", "#9c2f6d"))
    assert "#9c2f6d" in said(client.get("/style/"))
