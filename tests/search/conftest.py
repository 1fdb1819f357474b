"""Each backend, empty: a promise of the contract is tested on all of them."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from catalogue.search.contract import SearchBackend
from catalogue.search.document import Document
from catalogue.search.elastic import ElasticBackend
from catalogue.search.embedded import EmbeddedBackend


def _made(name: str, folder: Path) -> SearchBackend:
    if name == "embedded":
        return EmbeddedBackend(folder / "index")
    # A folder of one test alone names the indices of that test alone.
    return ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, f"test-{uuid.uuid5(uuid.NAMESPACE_URL, str(folder)).hex}")


SECRET = Document("secret", "dataset", ("Secret",), audience=("org:9",))


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.elastic)])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchBackend]:
    made = _made(request.param, tmp_path)
    made.clear()
    if request.param == "elastic":  # made where something is private, it holds everything for who may see that
        made.add([SECRET])
        made.clear()
    yield made
    if isinstance(made, ElasticBackend):
        made.remove_all()


@pytest.fixture
def another(request: pytest.FixtureRequest, backend: SearchBackend, tmp_path: Path) -> SearchBackend:
    """The same index, seen by somebody else."""
    return _made(request.node.callspec.params["backend"], tmp_path)
