"""What sources say that belongs to no record, said again to who may know it: `?profile=source` of the whole catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.formats import Text, own_labels
from catalogue.models import Audience, DataService, Dataset
from harvesters.models import HarvestLeftover

BATCH = 200
RECORD = re.compile(
    r"^<([^>]*)> <http://www\.w3\.org/1999/02/22-rdf-syntax-ns#type> <http://www\.w3\.org/ns/dcat#Data(?:set|setSeries|Service)> \.$",
    re.MULTILINE,
)
PAGING = re.compile(rf"^\S+ (?:<{PREFIXES['hydra']}|<\S+> <{PREFIXES['hydra']})")
LEADS_TO = re.compile(r" <([^>]*)> \.$")


def left(audience: Audience, *, paging: bool = True) -> Iterator[Text]:
    """All of it, but for the addresses of records that this reader may not see. Without `paging`, what says how the
    source is cut in pages is left out: a client that walks our pages would follow its links.
    """
    hidden = hidden_from(audience)
    for key in HarvestLeftover.objects.visible_to(audience).values_list("pk", flat=True):
        # One at a time: together they may be large.
        for said in HarvestLeftover.objects.filter(pk=key).values_list("said", flat=True):
            lines = (line for line in said.split("\n") if line and (paging or not PAGING.match(line)))
            told = [line for line in lines if not ((found := LEADS_TO.search(line)) and found[1] in hidden)]
            yield Text(own_labels("".join(f"{line}\n" for line in told), f"s{key}x"), f"source {key}")


def changed(audience: Audience) -> tuple[int, datetime | None]:
    """How many there are, and when the last one changed."""
    seen = HarvestLeftover.objects.visible_to(audience)
    return seen.count(), seen.order_by("-at").values_list("at", flat=True).first()


def hidden_from(audience: Audience) -> set[str]:
    """The addresses of the records that this reader may not see, ours and those that their sources give."""
    found: set[str] = set()
    for model in (Dataset, DataService):
        seen = model.objects.visible_to(audience).values("pk")
        hidden = model.objects.exclude(pk__in=seen)
        found.update(hidden.values_list("uri", flat=True))
        # An address that could not be ours (a private host, one that another record has) stands in what its source said.
        ours = hidden.filter(harvested=True, uri__startswith=f"{settings.BOUTURE_URL}/id/").values_list("pk", flat=True)
        keys = list(ours)
        for start in range(0, len(keys), BATCH):
            rows = model.objects.with_forms().filter(pk__in=keys[start : start + BATCH]).only("said")
            found.update(address for row in rows for address in RECORD.findall(row.said))
    return found
