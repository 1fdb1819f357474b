"""What tests of forms share: two bodies that hold one thing of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from portal.pages import guarding
from portal.pages.indicators import known
from tests.pages.indicators import invented
from tests.security.planted import Plant, planted


@pytest.fixture
def plant(db: None, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Plant:
    settings.BOUTURE_TERRITORY = "99001"
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(known, "recipes", lambda: invented.ALL)
    monkeypatch.setattr(guarding, "QUICKEST", -1)  # a person takes some seconds to fill in a form
    return planted()
