from __future__ import annotations

from collections.abc import Iterator

import pytest

from catalogue.tables.store import put_away


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    yield
    put_away()
