"""How long the European score and the checks of 10,000 datasets take: `python benchmarks/quality.py`.

Three files each, values and triples made beforehand. The limits: score ≤ 10 s in all, checks ≤ 0.3 ms a dataset.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pyoxigraph as ox

from catalogue.dcat.checks import check
from catalogue.dcat.profile import DATASET
from catalogue.quality import Facts, score

EU = "http://publications.europa.eu/resource/authority/"
COUNT = 10_000


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


def main() -> None:
    made = [values(number) for number in range(COUNT)]
    facts = Facts({f"https://ville.example/jeu/{n}/0/acces": 200 for n in range(0, COUNT, 2)}, conforms=True)
    start = time.perf_counter()
    total = sum(score(each, facts).total for each in made)
    print(f"score: {COUNT} datasets in {time.perf_counter() - start:.2f} s, {total / COUNT:.1f} points on average")
    spent, count = 0.0, 0
    for each in made:
        node, triples = ox.NamedNode(str(each["uri"])), list[ox.Triple]()
        DATASET.write(node, each, triples)
        start = time.perf_counter()
        check(triples, node, DATASET)
        spent, count = spent + time.perf_counter() - start, count + len(triples)
    print(f"checks: {spent / COUNT * 1000:.3f} ms a dataset of {count // COUNT} triples")


if __name__ == "__main__":
    main()
