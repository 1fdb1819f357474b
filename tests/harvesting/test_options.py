"""Options: declared once, read from JSON, a form or a command line, refused with what is allowed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from harvesters.options import BadOption, Options, Paged, Wrong, option, typed
from harvesters.sources import KINDS


def _not_so(text: str) -> None:
    if text == "no":
        raise Wrong("pas ainsi")


@dataclass(frozen=True)
class Sample(Paged):
    name: str = option("", "nom", "Un nom.")
    code: str = option("", "code", most=2, check=_not_so)
    days: int | None = option(None, "jours", most=7)
    formats: tuple[str, ...] = option(("csv",), "formats", choices=(("csv", "CSV"), ("json", "JSON")))


def test_what_is_stored_is_read_again() -> None:
    options = Sample.read({"name": " x ", "formats": "csv, json", "trust_total": "non", "page_size": "20"})
    assert options == Sample(page_size=20, trust_total=False, name="x", formats=("csv", "json"))
    assert Sample.read(json.loads(json.dumps(options.stored()))) == options
    assert Sample.read({}).stored() == {}


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("nme", "x", "Options : page_size"),
        ("name", 3, "texte"),
        ("name", "a\0b", "texte"),
        ("formats", "csv,pdf", "Choix : csv, json"),
        ("formats", [1], "liste"),
        ("formats", "csv,js\0on", "liste"),
        ("name", "x" * 2001, "trop long : 2000"),
        ("formats", "csv," * 501, "trop long"),
        ("code", "abc", "trop long : 2 signes"),
        ("code", "no", "pas ainsi"),
        ("days", "x", "ou rien"),
        ("days", "-1", "ou rien"),
        ("days", "8", "de 0 à 7"),
        ("page_size", "0", "de 1 à 1000"),
        ("page_size", "1e3", "nombre entier"),
        ("page_size", "٣", "nombre entier"),
        ("page_size", True, "nombre entier"),
        ("page_size", None, "nombre entier"),
        ("page_size", "9" * 20, "nombre entier"),
        ("trust_total", "peut-être", "oui ou non"),
        ("trust_total", {}, "oui ou non"),
    ],
)
def test_a_wrong_value_is_told_what_is_allowed(name: str, value: Any, word: str) -> None:
    with pytest.raises(BadOption, match=word):
        Sample.read({name: value})


@pytest.mark.parametrize(("given", "meant"), [("", None), (None, None), ("0", 0), (7, 7)])
def test_nothing_is_another_number_than_zero(given: Any, meant: int | None) -> None:
    assert Sample.read({"days": given}).days == meant


def test_a_refusal_says_of_which_option_and_why_apart() -> None:
    with pytest.raises(BadOption) as caught:
        Sample.read({"page_size": "0"})
    assert (caught.value.name, caught.value.reason) == (
        "page_size",
        "0 n’est pas permis. Donnez un nombre de 1 à 1000.",
    )


@pytest.mark.parametrize("pair", ["page_size", "=3", " =3"])
def test_a_pair_that_is_none(pair: str) -> None:
    with pytest.raises(BadOption, match="nom=valeur"):
        typed([pair])
    assert typed(["a=b=c"]) == {"a": "b=c"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_declaration_is_rich_enough_for_a_form(kind: str) -> None:
    declared = KINDS[kind].options_type.declared()
    assert KINDS[kind].address_help
    for one in declared:
        assert one.label
        assert one.read(one.default) == one.default
    assert KINDS[kind].options_type.read({one.name: one.default for one in declared}) == KINDS[kind].options_type()
    assert isinstance(KINDS[kind].options_type(), Options)
