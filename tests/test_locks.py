"""Two people who decide the same first thing at once: one is kept, the other is told, on both bases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from catalogue import themes
from catalogue.errors import Conflict
from catalogue.models import Identity, Notice, ShownTheme, SynonymTable
from catalogue.search import synonyms
from portal import identity, notices

THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"


def name(said: str) -> None:
    identity.keep(identity.Face(name=said), before=0)


def notice(said: str) -> None:
    notices.keep(notices.Said(publisher=said), before=0)


def theme(said: str) -> None:
    themes.keep({THEME: themes.Choice(said, "", 1, True)}, before=themes.mark({}))


def synonym(said: str) -> None:
    synonyms.replace(f"benne, {said}\n", before=synonyms.mark(synonyms.shipped_text()))


DOORS = {Identity: name, Notice: notice, ShownTheme: theme, SynonymTable: synonym}


@pytest.mark.each
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("model", "keep"), DOORS.items(), ids=lambda one: one.__name__)
def test_the_second_is_told(model: type, keep: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes, "known", lambda: {THEME: "Environnement"})
    became: list[type[BaseException] | None] = []

    def second() -> None:
        try:
            keep("seconde")
            became.append(None)
        except (Conflict, synonyms.SynonymsMoved) as error:
            became.append(type(error))
        finally:
            connections.close_all()

    other = threading.Thread(target=second)
    with transaction.atomic():
        keep("première")
        other.start()
        other.join(0.5)
        assert other.is_alive()  # it waits
    other.join(30)
    assert became in ([Conflict], [synonyms.SynonymsMoved])
    assert model.objects.count() == 1  # type: ignore[attr-defined]
