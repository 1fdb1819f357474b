"""Who writes by program, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from catalogue.models import Dataset, Organisation
from tests import factories
from tests.api.test_writing import Program


@pytest.fixture
def own_home(settings: Settings, tmp_path: Path) -> Path:
    settings.BOUTURE_HOME = tmp_path
    return tmp_path


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def found(town: Organisation) -> Dataset:
    return factories.dataset("Arbres", town, distribution=[])


@pytest.fixture
def publisher(town: Organisation) -> Program:
    return Program(factories.person("publisher", town))
