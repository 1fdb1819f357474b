"""Search in the backend alone: python benchmarks/search.py [--documents 10000] [--queries 500]

Invents French records (always the same ones), indexes them into a folder that is thrown away, then asks as a stranger
asks: 98 % of the records are public. Each search is one call with its page of 20, extracts and five facets.
"""

import argparse
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

SUBJECTS = (
    "Déchets|Budget|Arbres|Stationnement|Marchés publics|Équipements sportifs|Subventions|Délibérations|Écoles"
    "|Pistes cyclables|Qualité de l'air|Cantines|Élections|Voirie|Éclairage public|Bornes de recharge|Crèches"
    "|Prénoms|Permis de construire|Associations|Fontaines|Défibrillateurs|Horaires des bus|Parkings|Jardins partagés"
).split("|")
ASPECTS = (
    "collecte|liste|localisation|fréquentation|calendrier|inventaire|tarifs|consommation|répartition|suivi|historique"
    "|emplacements|dépenses|recettes|bilan|comptages|relevés|zones|périmètres|adresses"
).split("|")
PHRASES = (
    "Les données sont mises à jour chaque {period} par le service {service}.",
    "Chaque ligne décrit un élément, avec son adresse, ses coordonnées et sa date de relevé.",
    "Le fichier couvre l'ensemble des communes membres et leurs quartiers.",
    "Les valeurs manquantes sont laissées vides ; les montants sont en euros toutes taxes comprises.",
    "Ce jeu complète celui des {other}, publié par la même collectivité.",
    "La méthode de recueil a changé en {year} : comparez les années avec prudence.",
    "Une erreur ? Écrivez à l'équipe {service}, qui corrige à la source.",
    "On y trouve aussi la surface, la capacité d'accueil et l'état d'entretien.",
)
SYLLABLES = "mar bel cha ron val mont gri sau ver lac pon tier nay lou bre cour fon ti".split()
QUESTIONS = (
    "déchets|budget|piste cyclable|marchés publics|stationnement gratuit|ecole|qualité de l'air|élections bureau de vote"
    "|subventions associations|bornes recharge|arbres|collecte des déchets|permis construire|tarifs cantine|bus horaires"
    '|"jardins partagés"|voirie -budget|équipements sportifs|crèches places|parking|defibrillateur|consommation eclairage'
    "|prénoms|comptages vélo|zygomatique arbres"
).split("|")

FIVE = ("theme", "format", "licence", "publisher", "territory")


def documents(count: int) -> Iterator["Document"]:
    draw = random.Random(2026)
    names = ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(3_000)]
    rare = ["".join(draw.choices(SYLLABLES, k=4)) for _ in range(30_000)]
    for number in range(count):
        subject, aspect, town = draw.choice(SUBJECTS), draw.choice(ASPECTS), draw.choice(names)
        words = {
            "period": "mois",
            "service": aspect,
            "other": draw.choice(SUBJECTS).lower(),
            "year": str(2010 + number % 15),
        }
        sentences = [each.format(**words) for each in draw.sample(PHRASES, 5)]
        publisher = int(draw.expovariate(1 / 150))
        yield Document(
            id=str(number),
            kind="dataset",
            titles=(f"{subject} : {aspect} à {town.capitalize()} en {words['year']}",),
            description=f"{subject}, {aspect}. " + " ".join(sentences) + " " + " ".join(draw.choices(rare, k=8)) + ".",
            texts=(f"{subject.lower()}_{words['year']}.csv",),
            keywords=(subject.lower(), aspect, *draw.choices(rare, k=2)),
            publisher_label=f"Ville de {names[publisher % 3_000]}",
            theme=(f"http://example.org/theme/{draw.randrange(14)}",),
            format=tuple({f"format-{int(draw.expovariate(0.4))}" for _ in range(2)}),
            licence=(f"http://example.org/licence/{draw.randrange(6)}",),
            publisher=(f"publisher-{publisher}",),
            territory=(f"commune:{draw.randrange(3_000)}",),
            organisation=(f"publisher-{publisher}",),
            quality=draw.random(),
            use=draw.random() ** 4,
            modified=f"{words['year']}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}T08:00:00+00:00",
            audience=("public",) if number % 50 else (f"org:{publisher}",),
        )


def resident() -> int:
    """MiB in memory now, the mapped pages of the index included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def measure(name: str, call: Callable[[int], object], times: int) -> None:
    taken = []
    for number in range(times):
        start = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(taken, n=20)[18]
    print(f"{name:46} p50 {statistics.median(taken):7.2f} ms   p95 {p95:7.2f} ms   max {max(taken):7.2f} ms")


def index(folder: Path, count: int) -> None:
    """In a process of its own, as the worker does, so that the reader's memory is the reader's."""
    made = list(documents(count))
    start = time.perf_counter()
    EmbeddedBackend(folder).write(add=made)
    print(f"indexed at once: {count / (time.perf_counter() - start):.0f} documents/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=500)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        EmbeddedBackend(folder).clear()
        print(f"{asked.documents} documents; memory before: {resident()} MiB", flush=True)
        writer = multiprocessing.get_context("fork").Process(target=index, args=(folder, asked.documents))
        writer.start()
        writer.join()
        size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
        print(f"size: {size / 1e6:.1f} MB, {size / asked.documents:.0f} bytes a document")
        backend = EmbeddedBackend(folder)
        searches(backend, asked.queries)
        print(f"memory of the reader: {resident()} MiB, pages of the index that the system can take back included")
        writes(backend, asked.documents)
        measure("words, five facets, after these writes", first_time(backend), asked.queries)


def first_time(backend: "EmbeddedBackend", texts: Sequence[str] = QUESTIONS, **more: object) -> Callable[[int], object]:
    """Each call is one that nobody asked before: an id that does not exist is excluded, so no count is remembered."""
    return lambda number: backend.search(
        asked(texts[number % len(texts)], facets=FIVE, excluded=frozenset({f"never-{number}"}), **more)
    )


def asked(text: str, **more: object) -> "Query":
    """As the portal asks: with the shipped synonyms, from a town that publishes."""
    return Query(text, thesaurus=shipped(), territory=("commune:7", "epci:7"), **more)


def searches(backend: "EmbeddedBackend", times: int) -> None:
    measure("words, five facets, first time", first_time(backend), times)
    measure(
        "words, five facets, asked again",
        lambda n: backend.search(asked(QUESTIONS[n % len(QUESTIONS)], facets=FIVE)),
        times,
    )
    measure("words, no facet", lambda n: backend.search(asked(QUESTIONS[n % len(QUESTIONS)])), times)
    beginnings = sorted({text[:length] for text in QUESTIONS for length in range(2, len(text) + 1)})
    measure(
        "as you type, no facet, eight lines",
        lambda n: backend.search(asked(beginnings[n * 7 % len(beginnings)], typing=True, size=8)),
        times,
    )
    wrong = ("dehcets", "defribillateur", "statonnement", "equipemnets sportfs", "pistes ciclables")
    measure("words not well spelt, no facet", lambda n: backend.search(asked(wrong[n % len(wrong)])), times)
    many = frozenset({"public", "user:1", *(f"org:{number}" for number in range(40))})
    measure("words, five facets, a reader of 42 tokens", first_time(backend, audience=many), times)
    measure("everything, five facets, first time", first_time(backend, texts=("",)), times)
    measure("everything, five facets, page after page", lambda n: backend.search(Query(facets=FIVE, page=n + 1)), times)
    measure("everything by title, five facets, first time", first_time(backend, texts=("",), sort="title"), times)
    filters = {"theme": ("http://example.org/theme/3",), "licence": ("http://example.org/licence/1",)}
    measure("two filters, five facets, first time", first_time(backend, texts=("",), filters=filters), times)
    measure("refresh, nothing new", lambda n: backend.refresh(), times)


def writes(backend: "EmbeddedBackend", count: int) -> None:
    some = list(documents(min(count, 12_000)))

    def write(number: int) -> None:
        backend.write(add=some[number * 200 % len(some) :][:200])
        backend.refresh()

    measure("write of 200 known records, then refresh", write, 60)


if __name__ == "__main__":
    import django

    django.setup()
    from catalogue.search.contract import Query
    from catalogue.search.document import Document
    from catalogue.search.embedded import EmbeddedBackend
    from catalogue.search.french import shipped

    main()
