"""Terms of the vocabularies are said in the reader's language, in French where they have no other name."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from catalogue import late, themes
from catalogue.models import Concept, Vocabulary
from tests import factories


@pytest.mark.django_db
def test_themes_and_rhythms() -> None:
    for code, term, labels in (
        ("data-theme", "ENVI", {"fr": "Environnement", "en": "Environment"}),
        ("data-theme", "TRAN", {"fr": "Transports"}),
        ("frequency", "MONTHLY", {"fr": "mensuel", "en": "monthly"}),
    ):
        vocabulary, _ = Vocabulary.objects.get_or_create(code=code, defaults={"uri": f"{factories.EU}{code}"})
        Concept.objects.get_or_create(
            vocabulary=vocabulary, code=term, defaults={"uri": f"{factories.EU}{code}/{term}", "labels": labels}
        )
    for language, theme, rhythm in (("en", "Environment", "monthly"), ("fr", "Environnement", "mensuel")):
        with override(language):
            # As each page of the language asks, one after the other: nothing of one is remembered for the other.
            assert themes.names()[f"{factories.EU}data-theme/ENVI"] == theme
            assert themes.names()[f"{factories.EU}data-theme/TRAN"] == "Transports"
            assert late.rhythms()[f"{factories.EU}frequency/MONTHLY"] == rhythm
