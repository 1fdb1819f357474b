from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_home(home: Path) -> Path:
    """Recipes, tables and what is read of them are of one test alone."""
    return home
