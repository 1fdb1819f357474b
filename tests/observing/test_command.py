"""`manage.py indicators`: what is there, what is wrong with it, and how a figure was made."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from tests.observing import made

pytestmark = pytest.mark.django_db


def test_the_whole_way_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    kerlann, body = made.kerlann()
    table = made.published(body, made.budget((kerlann.siren, 2021, 5_000)))
    call_command("indicators", "sync")
    assert "indicateurs" in capsys.readouterr().out
    call_command("indicators", "compute")
    assert "Tables calculées : 1" in capsys.readouterr().out
    call_command("indicators", "list")
    assert "essai.aides-hab (v1, scdl/budget) : Aides par habitant — territoires : 1" in capsys.readouterr().out
    made.again(table, made.budget((kerlann.siren, 2021, 6_000)))
    call_command("indicators", "compute", "--all")
    capsys.readouterr()
    call_command("indicators", "explain", "essai.aides-hab", "99101")
    told = capsys.readouterr().out
    for said in (
        "2021 : 6 [A]",
        "6\N{NARROW NO-BREAK SPACE}000 / 1\N{NARROW NO-BREAK SPACE}000",
        "budget.csv",
        "version 2",
        "population 2021 : essai",
        "Avant, pour 2021 : 5",
    ):
        assert said in told


def test_a_faulty_recipe_fails_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    made.recipe("id: [")
    for action in ("sync", "list"):
        with pytest.raises(CommandError, match=r"ont un défaut.* : 1"):
            call_command("indicators", action)
        assert "essai.yaml, ligne" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("explain",), "identifiant"),
        (("explain", "essai.aides-hab"), "code INSEE"),
        (("explain", "essai.aides-hab", "99101"), "scdl/budget"),
    ],
)
def test_what_cannot_be_explained_says_what_to_give(asked: tuple[str, ...], told: str) -> None:
    made.kerlann()
    made.followed()
    with pytest.raises(CommandError, match=told):
        call_command("indicators", *asked)
