from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from portal.pages.indicators import known
from tests.pages.indicators import invented
from tests.pages.indicators.invented import Invented
from tests.photographs import photographed


@pytest.fixture
def figures(db: None, home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Invented:
    settings.BOUTURE_TERRITORY = "99001"
    monkeypatch.setattr(known, "recipes", lambda: invented.ALL)
    return photographed(invented.everything)
