"""Each backend, empty: a promise of the contract is tested on all of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.search.contract import SearchBackend
from catalogue.search.embedded import EmbeddedBackend

MAKERS: dict[str, Callable[[Path], SearchBackend]] = {"embedded": lambda folder: EmbeddedBackend(folder / "index")}


@pytest.fixture(params=sorted(MAKERS))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> SearchBackend:
    made = MAKERS[request.param](tmp_path)
    made.clear()
    return made


@pytest.fixture
def another(request: pytest.FixtureRequest, backend: SearchBackend, tmp_path: Path) -> SearchBackend:
    """The same index, seen by somebody else."""
    return MAKERS[request.node.callspec.params["backend"]](tmp_path)
