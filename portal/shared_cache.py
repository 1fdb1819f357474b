"""The cache that processes share, on a Redis where other things may be kept: this instance's queue of tasks, another program's keys."""

from __future__ import annotations

from typing import Final

from django.core.cache.backends.redis import RedisCache

AT_ONCE: Final = 1000  # keys


class SharedCache(RedisCache):
    """Django's, whose `clear` empties the whole of the Redis, waiting tasks with it."""

    def clear(self) -> None:
        """Removes what this cache holds, by its prefix and version."""
        client = self._cache.get_client(None, write=True)
        keys = []
        for key in client.scan_iter(match=self.make_and_validate_key("*"), count=AT_ONCE):
            keys.append(key)
            if len(keys) == AT_ONCE:
                client.unlink(*keys)
                keys.clear()
        if keys:
            client.unlink(*keys)
