"""A national file becomes the figures of every commune: computed beside, kept, then once more with little or nothing changed.

    python benchmarks/observing.py [--communes 35000] [--years 3]

One line a commune and year of accounts, through every recipe of the budget. DATABASE_URL is respected. Prints seconds by the
clock and of processor (this process and those beside), figures kept, and the longest transaction: how long others wait.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from instance import machine, throw_away

HEAD = (
    "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NOM,BGT_CONTNAT,BGT_CONTNAT_LABEL,BGT_NATURE,BGT_NATURE_LABEL,BGT_FONCTION,"
    "BGT_FONCTION_LABEL,BGT_OPERATION,BGT_SECTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL,BGT_MTBUDGPREC,BGT_MTRARPREC,"
    "BGT_MTPROPNOUV,BGT_MTPREV,BGT_CREDOUV,BGT_MTRAR3112,BGT_ARTSPE\n"
)


def accounts(communes: list[tuple[str, int]], years: int, changed: int = 0) -> str:
    """Of each commune its SIREN and inhabitants; the first `changed` spend a euro more."""
    lines = [HEAD]
    for number, (siren, people) in enumerate(communes):
        for year in range(2024 - years, 2024):
            for nature, side, each in ((6064, "dépense", 800), (7311, "recette", 1_000)):
                amount = each * max(people, 1) + (number < changed)
                lines.append(
                    f"Compte administratif,{year},{siren}00012,Essai,M57,,{nature},,,,,fonctionnement,réel,{side},{amount},0,0,0,"
                    f"{amount},{amount},0,\n"
                )
    return "".join(lines)


@contextmanager
def told(what: str, longest: list[float]) -> Iterator[None]:
    from catalogue.models import FormerObservation, Observation

    longest[0] = 0.0
    start, before = time.perf_counter(), cpu()
    yield
    seconds, spent = time.perf_counter() - start, cpu() - before
    kept, former = Observation.objects.count(), FormerObservation.objects.count()
    print(
        f"{what}: {seconds:.1f} s, {spent:.1f} s of processor; {kept:,} figures, {former:,} former ones; "
        f"longest transaction {longest[0]:.2f} s"
    )


def cpu() -> float:
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def watch(longest: list[float]) -> None:
    """Times each transaction that keeps figures."""
    from catalogue.observing import keeping

    inner = keeping.log.transaction

    @contextmanager
    def timed(*given: object) -> Iterator[object]:
        start = time.perf_counter()
        with inner(*given) as entries:
            yield entries
        longest[0] = max(longest[0], time.perf_counter() - start)

    keeping.log.transaction = timed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--communes", type=int, default=35_000)
    parser.add_argument("--years", type=int, default=3)
    asked = parser.parse_args()
    with throw_away():
        from django.core.management import call_command

        from catalogue.models import Dataset, Territory
        from catalogue.observing.following import IndicatorReader
        from catalogue.observing.reckoning import reckon_asked
        from tests import factories

        call_command("load_reference", verbosity=0)
        rows = Territory.objects.communes().exclude(siren="").exclude(inhabitants=None).order_by("code")
        communes = list(rows.values_list("siren", "inhabitants")[: asked.communes])
        longest = [0.0]
        watch(longest)
        print(f"{len(communes):,} communes, {asked.years} years; {machine()}")
        found = factories.dataset(distribution=[factories.file("comptes.csv")])
        some = len(communes) // 100
        for what, changed in (("first", 0), ("one commune in a hundred changed", some), ("nothing changed", some)):
            text = accounts(communes, asked.years, changed)
            factories.table(Dataset.objects.get(pk=found.pk), text, "comptes.csv")
            factories.follow(IndicatorReader())
            with told(what, longest):
                reckon_asked(seconds=3_600)


if __name__ == "__main__":
    main()
