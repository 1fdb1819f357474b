"""How long the European score and the checks of the profile take: `python benchmarks/quality.py [--datasets 10000]`.

The scores as the worker makes them, from the base and back to it: rows read, conformity, both versions, rows and lines of
the log written. Then the checks alone. The limits: 10 s for 10,000 datasets of three files, checks ≤ 0.3 ms a dataset.
"""

from __future__ import annotations

import argparse
import gc
import time

from instance import EU, catalogue, machine, throw_away


def values(number: int) -> dict[str, object]:
    base = f"https://ville.example/jeu/{number}"
    file = {
        "format": EU + "file-type/CSV",
        "license": EU + "licence/ETALAB_2_0",
        "byte_size": number,
        "title": {"fr": "Le fichier"},
        "media_type": "https://www.iana.org/assignments/media-types/text/csv",
    }
    files = [{**file, "uri": f"{base}/{n}", "access_url": [f"{base}/{n}/acces"]} for n in range(3)]
    return {
        "uri": base,
        "title": {"fr": f"Jeu {number}"},
        "description": {"fr": "Ce que la ville sait."},
        "keyword": {"fr": ["ville", "arbre"]},
        "theme": [EU + "data-theme/ENVI"],
        "publisher": {"uri": "https://ville.example/", "name": {"fr": "Ville"}},
        "contact_point": [{"name": {"fr": "Service"}, "email": ["mailto:donnees@ville.example"]}],
        "temporal": [{"start": "2020-01-01", "end": "2020-12-31"}],
        "issued": "2020-01-01",
        "distribution": files,
    }


def scores() -> None:
    from catalogue.log import drain, holder_name
    from catalogue.models import Dataset, Score
    from catalogue.quality.averages import levers
    from catalogue.quality.metrics import V2
    from catalogue.quality.reader import ScoreReader

    started, busy = time.perf_counter(), time.process_time()
    drain(ScoreReader(), holder_name())
    seconds, worked = time.perf_counter() - started, time.process_time() - busy
    print(f"scores: {Score.objects.count()} datasets in {seconds:.2f} s, {worked:.2f} s of them at work", flush=True)
    started = time.perf_counter()
    means = Score.objects.averages(Dataset.objects.published())
    print(f"their averages in {(time.perf_counter() - started) * 1000:.1f} ms: {means}")
    started = time.perf_counter()
    found = levers(V2, Dataset.objects.published())
    print(f"what they lack in {time.perf_counter() - started:.2f} s: {found[0].metric.key} first, of {len(found)}")


def checks(count: int) -> None:
    import pyoxigraph as ox

    from catalogue.dcat.checks import check
    from catalogue.dcat.profile import DATASET

    spent, triple_count = 0.0, 0
    for number in range(count):
        each = values(number)
        node, triples = ox.NamedNode(str(each["uri"])), list[ox.Triple]()
        DATASET.write(node, each, triples)
        started = time.perf_counter()
        check(triples, node, DATASET)
        spent, triple_count = spent + time.perf_counter() - started, triple_count + len(triples)
    print(f"checks: {spent / count * 1000:.3f} ms a dataset of {triple_count // count} triples")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from catalogue.reference.loader import load_vocabularies
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make

        load_vocabularies()
        source = find_or_make(str(catalogue(folder / "catalogue.ttl", count)))
        with client_for(source) as client:
            harvest(source, client)
        # What the harvest left on the heap must not slow the scores down here.
        gc.collect()
        gc.freeze()
        print(machine(), flush=True)
        scores()
    checks(count)


if __name__ == "__main__":
    main()
