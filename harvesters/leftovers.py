"""What a source says that belongs to no record, page by page: kept at the end of each page, forgotten with the page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.closures import renamed
from catalogue.dcat.formats import TooSymmetric, canonical, digest, from_canonical
from catalogue.dcat.formats import write as written
from harvesters.base import Page
from harvesters.models import HarvestLeftover, HarvestSource

MOST = 150_000  # triples of one page: a catalogue of 100,000 records names each of them once
LONGEST = 32 * 2**20  # bytes of N-Triples


def keep(source: HarvestSource, page: Page, names: Mapping[Any, ox.NamedNode]) -> str:
    """Stores what is left of a page whose records were read; the reason, in French, when it is too much to be kept."""
    key = digest(page.fetched.requested)
    every = (renamed(triple, names) for triple in page.left()) if names else page.left()
    triples = list(islice(every, MOST + 1))
    text = "" if len(triples) > MOST else _text(triples)
    if len(triples) > MOST or len(text.encode()) > LONGEST:
        HarvestLeftover.objects.filter(source=source, page=key).delete()
        return (
            f"La page {page.fetched.requested} dit plus de {MOST} triplets, ou plus de {LONGEST // 2**20} Mio, hors de toute "
            "fiche : ils n’ont pas été gardés, les fiches le sont. Demandez au gestionnaire de la source de les publier à part."
        )
    known = HarvestLeftover.objects.filter(source=source, page=key).values_list("said", flat=True).first()
    if text and known != text:
        HarvestLeftover.objects.update_or_create(source=source, page=key, defaults={"said": text})
    elif not text and known is not None:
        HarvestLeftover.objects.filter(source=source, page=key).delete()
    return ""


def rename(source: HarvestSource, names: Mapping[Any, ox.NamedNode]) -> None:
    """Records that turned out, once every page was read, to be known under other addresses of ours."""
    for left in source.leftovers.iterator(chunk_size=10):
        triples = from_canonical(left.said)
        if any(t.subject in names or t.object in names for t in triples):
            left.said = _text([renamed(triple, names) for triple in triples])
            left.save(update_fields=["said", "at"])


def _text(triples: list[ox.Triple]) -> str:
    try:
        return canonical(triples)
    except TooSymmetric:  # nobody compares it with anything: any labels will do
        return b"".join(written(triples, "ntriples")).decode()


def forget_others(source: HarvestSource, urls: Collection[str]) -> None:
    """Once every page of a source was read: what others said before is gone."""
    kept = {digest(url) for url in urls}
    gone = [pk for pk, page in source.leftovers.values_list("pk", "page") if page not in kept]
    HarvestLeftover.objects.filter(pk__in=gone).delete()
