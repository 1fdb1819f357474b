"""The cache on Redis, beside what else is kept there."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache

from portal import shared_cache
from portal.shared_cache import SharedCache


@pytest.mark.redis
def test_only_what_is_ours_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue of tasks is on the same server: an import that starts from an empty cache must not lose it."""
    ours = caches["default"]
    assert isinstance(ours, SharedCache)
    url = ours._servers[0]
    beside = RedisCache(url, {"KEY_PREFIX": "un-autre-programme"})
    monkeypatch.setattr(shared_cache, "AT_ONCE", 3)
    beside.set("file", "d’attente", 60)
    for number in range(7):
        ours.set(f"key-{number}", number, 60)
    ours.clear()
    assert ours.get_many([f"key-{number}" for number in range(7)]) == {}
    assert beside.get("file") == "d’attente"
    ours.clear()
    beside.delete("file")
