"""How long the reference facts take to load, the first time and again, in an empty base of its own.

`python benchmarks/reference.py` for SQLite; with DATABASE_URL, in a database "bouture_benchmark" that is made and
dropped on that server. The limit is 20 s (issue 3).
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "BOUTURE_HOME": home,
            "BOUTURE_SECRET_KEY": "x" * 64,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        import django

        django.setup()
        from django.db import connection

        # A file, as in production: in memory, SQLite would not pay for its journal.
        sqlite = connection.vendor == "sqlite"
        connection.settings_dict["TEST"]["NAME"] = f"{home}/benchmark.sqlite3" if sqlite else "bouture_benchmark"
        name = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            measure(connection.vendor)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def measure(vendor: str) -> None:
    from catalogue.models import Territory
    from catalogue.reference.files import read_territories, read_vocabularies
    from catalogue.reference.loader import load_territories, load_vocabularies

    timed("read the two files", lambda: (read_territories(), read_vocabularies()))
    for turn in ("first load", "second load"):
        timed(f"{vendor}, {turn}", lambda: (load_vocabularies(), load_territories()))
    epci = Territory.objects.resolve("244000808")
    assert epci is not None
    timed("communes of an EPCI", lambda: list(Territory.objects.communes().within(epci)), 50)
    timed("a commune by its code", lambda: Territory.objects.resolve("40192"), 50)
    timed("a commune by a former code", lambda: Territory.objects.resolve("75113"), 50)
    timed("communes by name", lambda: list(Territory.objects.communes().named("st etienne")[:10]), 50)


def timed(what: str, work: Callable[[], object], times: int = 1) -> None:
    start = time.perf_counter()
    for _ in range(times):
        work()
    seconds = (time.perf_counter() - start) / times
    print(f"{what:<32} {seconds:8.2f} s" if times == 1 else f"{what:<32} {seconds * 1000:8.1f} ms")


if __name__ == "__main__":
    main()
