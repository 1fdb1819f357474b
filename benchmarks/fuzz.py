"""What harms, sent to every address that writes: how many requests of each status, and each fault of the server.

    python benchmarks/fuzz.py [--seconds 60] [--long] [--pages] [--seed 1]

Each operation of the OpenAPI document, by schemathesis, through gunicorn as an instance starts it, as nobody, a publisher and
an administrator. `--pages`: instead each form of each page, in process, undone after each request. `--long`: an hour.
DATABASE_URL is respected. Limit: no 5xx; status 1 beyond.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import os
import random
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from asking import served
from instance import machine, throw_away

HOUR = 3600
EACH = 5  # requests of one operation before the next


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--long", action="store_true", help="an hour")
    parser.add_argument("--pages", action="store_true", help="forms, not operations")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    seconds = HOUR if given.long else given.seconds
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ |= {"BOUTURE_TERRITORY": "99001", "BOUTURE_LIMITS": "0"}
    with throw_away(f"http://127.0.0.1:{port}"):
        from django.core.management import call_command
        from django.db import connection

        call_command("collectstatic", interactive=False, verbosity=0)
        logging.disable(logging.CRITICAL)  # one line for each refusal
        statuses, faults = forms(seconds, given.seed) if given.pages else operations(seconds, given.seed, port)
        print(f"{connection.vendor}, seed {given.seed}; {machine()}")
    for (name, status), count in sorted(statuses.items()):
        print(f"{count:7}  {status}  {name}")
    print(f"{statuses.total()} requests, {len(faults)} faults of the server")
    for fault in faults:
        print(fault)
    sys.exit(bool(faults))


def forms(seconds: float, seed: int) -> tuple[Counter[tuple[str, int]], list[str]]:
    from django.conf import settings
    from django.test.utils import setup_test_environment

    from portal.pages import guarding
    from portal.pages.indicators import known
    from tests.pages.indicators import invented
    from tests.security.planted import planted
    from tests.security.sending import Tally, ways

    setup_test_environment()
    settings.BOUTURE_MAIL = True
    chance, tally = random.Random(seed), Tally()
    # A person takes some seconds to fill in a form.
    with mock.patch.object(known, "recipes", return_value=invented.ALL), mock.patch.object(guarding, "QUICKEST", -1):
        found = ways(planted())
        until = time.monotonic() + seconds
        for way in itertools.cycle(found):
            if time.monotonic() > until:
                break
            tally.send(way, chance)
    return tally.statuses, tally.faults


def operations(seconds: float, seed: int, port: int) -> tuple[Counter[tuple[str, int]], list[str]]:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded

    statuses: Counter[tuple[str, int]] = Counter()
    faults: dict[str, str] = {}
    bounds = settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    def sender(label: str, said: dict[str, str]) -> Callable[[Any], None]:
        def send(case: Any) -> None:
            answer = case.call(base_url=f"http://127.0.0.1:{port}", headers=said)
            statuses[label, answer.status_code] += 1
            if answer.status_code >= 500:
                faults.setdefault(f"{label} {answer.status_code}", case.as_curl_command())

        return send

    with served(port, 2):
        until = time.monotonic() + seconds
        for number, (label, said, cases) in enumerate(asked(random.Random(seed))):
            if time.monotonic() > until:
                break
            seeded(seed + number)(bounds(given(cases)(sender(label, said))))()
    return statuses, [f"{name}: {how}" for name, how in faults.items()]


def asked(chance: random.Random) -> Iterator[tuple[str, dict[str, str], Any]]:
    """Each operation, the headers of each person, what is right and what is wrong, of records that are there; without end."""
    import schemathesis
    from schemathesis import GenerationMode

    from catalogue.accounts import tokens
    from portal.api.writing.documented import specification
    from tests import factories

    schemathesis.serializer("application/x-ndjson")(lambda _, value: str(value).encode("utf-8", "surrogatepass"))
    town, paths = factories.body("Ville d’essai"), specification()["paths"]
    schema = schemathesis.openapi.from_dict(specification())
    every = [(path, method, mode) for path, asked in paths.items() for method in asked for mode in GenerationMode]
    while True:
        # Anew each time: an account has so many requests a minute, and records were withdrawn.
        people = [factories.person(role, town) for role in ("publisher", "administrator")]
        held = [{"Authorization": f"Bearer {tokens.make(one, 'essai', 30, publishes=True)[1]}"} for one in people]
        made = {"services": factories.service("Carte", town)}
        dataset = factories.dataset("Arbres", town)
        factories.bring_index_up_to_date()
        for (path, method, mode), said in chance.sample(each := list(itertools.product(every, [{}, *held])), len(each)):
            right = mode == GenerationMode.POSITIVE
            if not right and not {"parameters", "requestBody"} & {
                name for name, of in paths[path][method].items() if of
            }:
                continue  # nothing in it can be wrong
            known = (
                {"path_parameters": {"id": str(made.get(path.split("/")[2], dataset).pk)}}
                if right and "{id}" in path
                else {}
            )
            headers = (
                said if method == "get" else {**said, "If-Match": "*"}
            )  # whoever read it has the version that is there
            yield f"{method.upper()} {path}", headers, schema[path][method].as_strategy(generation_mode=mode, **known)


if __name__ == "__main__":
    main()
