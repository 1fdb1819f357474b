"""Tags of territories from a file of two columns, `code` and `tag`: all or nothing, as often as one likes.

The file is the whole truth of the tags that it names: who is no longer in it loses the tag. Other tags stay.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from django.db import transaction
from django.utils.text import slugify

from catalogue.errors import CatalogueError
from catalogue.listed import ColumnsMissing, listed
from catalogue.models import Territory, TerritoryTag
from catalogue.models.territories import Level

TOLD: Final = 20  # faults in one message
LONGEST: Final = 60  # signs of a tag
HEADER: Final = ("code", "tag")


class TagFileError(CatalogueError):
    """A file of tags that was refused: nothing of it was kept. `faults`: French, each with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        more = f"\n… et {len(faults) - TOLD} autres." if len(faults) > TOLD else ""
        told = "\n".join(faults[:TOLD])
        super().__init__(f"Rien n’a été chargé. Corrigez le fichier, puis relancez la commande.\n{told}{more}")


def load_tags(text: str) -> Counter[str]:
    """How many territories have each tag of the file, by its label. Raises TagFileError before anything is written.

    `text`: CSV with a header, commas or semicolons. Codes as `Territory.objects.resolve` knows them.
    """
    faults: list[str] = []
    try:
        rows = list(_rows(text, faults))
    except csv.Error as error:
        raise TagFileError([f"ce fichier ne se lit pas comme un CSV ({error}) : enregistrez-le de nouveau"]) from error
    known = _known()
    found: dict[tuple[str, int], str] = {}
    for line, code, label in rows:
        if code not in known:
            today = Territory.objects.resolve(code) if code else None
            known[code] = today.pk if today else 0
        if not known[code]:
            what = f"« {code} » n’est le code d’aucun territoire" if code else "le code manque"
            faults.append(f"ligne {line} : {what}")
        else:
            found.setdefault((slugify(label), known[code]), label)
    if faults:
        raise TagFileError(faults)
    _replace(found)
    return Counter(_labels(found)[tag] for tag, _ in found)


def _rows(text: str, faults: list[str]) -> Iterator[tuple[int, str, str]]:
    """Line, code and label; what is wrong with the others goes to `faults`."""
    try:
        for line, said in listed(text, HEADER):
            if slugify(said["tag"]) and len(said["tag"]) <= LONGEST:
                yield line, said["code"].upper(), said["tag"]
            else:
                faults.append(f"ligne {line} : écrivez une étiquette de 1 à {LONGEST} signes, comme « littoral »")
    except ColumnsMissing:
        faults.append("ligne 1 : écrivez les noms des deux colonnes, « code » et « tag »")


def _known() -> dict[str, int]:
    """The codes of today, in one query; the others (former communes, `R75`) are asked for one by one.

    Of a code that a département and a région share, the département's, as `resolve` does.
    """
    rows = Territory.objects.filter(current=True).exclude(level=Level.REGION).order_by()
    return dict(rows.values_list("code", "pk"))


def _labels(found: dict[tuple[str, int], str]) -> dict[str, str]:
    """One spelling for each tag: the first that the file has."""
    labels: dict[str, str] = {}
    for (tag, _), label in found.items():
        labels.setdefault(tag, label)
    return labels


def _replace(found: dict[tuple[str, int], str]) -> None:
    labels = _labels(found)
    with transaction.atomic():
        TerritoryTag.objects.filter(tag__in=labels).delete()
        TerritoryTag.objects.bulk_create(
            [TerritoryTag(territory_id=pk, tag=tag, label=labels[tag]) for tag, pk in sorted(found)], batch_size=1_000
        )
