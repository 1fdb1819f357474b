"""Somebody who writes in an instance of a benchmark: a process that reads one act a line (JSON) and answers each with one.

Started by `network.py` with the environment of that instance. What is asked for by name is done by the verbs that pages call.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PATIENCE = 30.0  # seconds that `wait` waits


def create(names: list[str]) -> list[str]:
    """Datasets of these names; their addresses."""
    from catalogue import publishing
    from catalogue.models import Dataset
    from harvesters.registry import home_body

    owner = home_body().pk
    made = publishing.publish([publishing.Draft("dataset", values(name), owner) for name in names])
    uris = dict(Dataset.objects.filter(pk__in=[one.id for one in made]).values_list("pk", "uri"))
    return [uris[one.id] for one in made]


def values(name: str) -> dict[str, Any]:
    return {
        "title": {"fr": name},
        "description": {"fr": f"Ce que la ville dit de {name}, tenu à jour par ses services."},
        "keyword": {"fr": ["relevé", name.split(maxsplit=1)[0]]},
        "contact_point": [{"name": {"fr": "Service des données"}, "email": ["mailto:donnees@essai.example"]}],
        "distribution": [
            {"title": {"fr": "Fichier"}, "access_url": [f"https://fichiers.essai.example/{abs(hash(name))}.csv"]}
        ],
    }


def change(uri: str, name: str) -> str:
    from catalogue import publishing

    row = dataset(uri)
    publishing.publish([publishing.Draft("dataset", values(name), row.owner_id, id=row.pk)])
    return str(dataset(uri).digest)


def withdraw(uri: str) -> None:
    from catalogue import publishing

    publishing.withdraw([dataset(uri)], "Remplacé par un autre.")


def private(uri: str, private: bool) -> None:
    from catalogue import publishing

    publishing.set_private(dataset(uri), private=private)


def hold(uri: str, held: bool) -> None:
    """Not for other portals, or for them again."""
    from catalogue.feeding import policy
    from catalogue.models import User

    who = User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("reseau@essai.example")
    policy.set_record(dataset(uri), held, who)


def dataset(uri: str) -> Any:
    from catalogue.models import Dataset

    return Dataset.objects.get(uri=uri)


def said() -> dict[str, str]:
    """What everybody sees: address -> digest of its canonical N-Triples."""
    from catalogue.models import Dataset, Record

    rows = Dataset.objects.filter(status=Record.Status.PUBLISHED, private=False)
    return dict(rows.values_list("uri", "digest"))


def announced() -> int:
    """Lines of the log that its feed has not told yet."""
    from catalogue.feeding.reader import FeedReader
    from catalogue.log import cursor_of, last_number

    return last_number() - cursor_of(FeedReader.name)


def wait(uri: str, digest: str) -> float:
    """The clock (`time.time`) when that address said that; 0 when it does not come. "" for what must not be seen."""
    from catalogue.models import Dataset, Record

    rows = Dataset.objects.filter(uri=uri, status=Record.Status.PUBLISHED, private=False)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = rows.values_list("digest", flat=True).first() or ""
        if found == digest:
            return time.time()
        time.sleep(0.02)
    return 0.0


ACTS: dict[str, Callable[..., Any]] = {
    each.__name__: each for each in (create, change, withdraw, private, hold, said, announced, wait)
}


def main() -> None:
    import django

    django.setup()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        act, given = json.loads(line)
        print(json.dumps(ACTS[act](**given)), flush=True)
