"""English says everything; a third language is begun, in one file, and is whole in what it says."""

from __future__ import annotations

import re
from typing import Final

import polib
import pytest
from django.test import Client
from pytest_django import Settings

from portal import languages
from tests.languages.extraction import Message, messages
from tests.languages.update import file_of, updated

HOLES: Final = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?[a-z]+")


@pytest.fixture(scope="module")
def said() -> list[Message]:
    return messages()


@pytest.mark.parametrize("language", languages.translated())
def test_a_file_has_the_texts_of_the_code_and_no_other(language: str, said: list[Message]) -> None:
    """`python -m tests.languages.update` makes it so."""
    kept = polib.pofile(str(file_of(language)))
    assert sorted((one.msgctxt or "", one.msgid) for one in kept) == sorted(
        (one.context or "", one.text) for one in said
    )


def test_english_says_everything(said: list[Message]) -> None:
    assert [entry.msgid for entry in updated("en", said) if not entry.translated() or entry.fuzzy] == []


@pytest.mark.parametrize("language", languages.translated())
def test_what_is_put_into_a_text_is_in_its_translation(language: str) -> None:
    """Names of values, and the elements around words."""
    wrong = []
    for entry in polib.pofile(str(file_of(language))).translated_entries():
        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        wanted = {frozenset(HOLES.findall(text)) for text in (entry.msgid, entry.msgid_plural or entry.msgid)}
        wrong += [(entry.msgid, text) for text in forms if frozenset(HOLES.findall(text)) not in wanted]
    assert wrong == []


def test_a_third_language_is_begun() -> None:
    begun = [one for one in languages.translated() if one != "en"]
    assert begun
    for language in begun:
        assert polib.pofile(str(file_of(language))).translated_entries()


@pytest.mark.django_db
def test_a_browser_is_answered_in_its_language(client: Client) -> None:
    for asked, spoken in (("en-GB,en;q=0.9", "en"), ("fr-FR", "fr"), ("de", "fr"), ("", "fr")):
        page = client.get("/aide/", headers={"accept-language": asked})
        assert f'<html lang="{spoken}">' in page.content.decode()
        assert page.headers["Content-Language"] == spoken
        assert "Accept-Language" in page.headers["Vary"]


@pytest.mark.django_db
def test_a_person_chooses_and_comes_back_where_they_were(client: Client) -> None:
    answer = client.get("/langue/en/", headers={"accept-language": "fr", "referer": "http://testserver/aide/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://testserver/aide/?a=1")
    assert '<html lang="en">' in client.get("/aide/", headers={"accept-language": "fr"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "back", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)", "\\\\a", ""]
)
def test_nobody_is_sent_elsewhere(client: Client, back: str) -> None:
    assert client.get("/langue/en/", headers={"referer": back}).headers["Location"] == "/"


@pytest.mark.django_db
def test_an_unknown_language_is_no_page(client: Client) -> None:
    assert client.get("/langue/xx/").status_code == 404


def test_an_instance_that_speaks_french_alone_does_not_offer_others(
    client: Client, db: None, settings: Settings
) -> None:
    settings.LANGUAGES = [("fr", "Français")]
    page = client.get("/aide/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="fr">' in page
    assert "/langue/" not in page
