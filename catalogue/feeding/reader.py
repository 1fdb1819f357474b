"""The feed as a reader of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from django.conf import settings

from catalogue.batching import batches
from catalogue.dcat.canon import digest
from catalogue.dcat.mapping import MODELS
from catalogue.feeding.showing import let_out
from catalogue.feeding.writing import READER, Said, tell
from catalogue.log import LogReader, cursor_of, last_number
from catalogue.models import Change, FeedMember

RULES: Final = 1  # raised when the same records are announced in another way, so that all are looked at again
BATCH: Final = 200
# Fields of a line that change nothing of what others may follow, nor whether they may.
SILENT: Final = frozenset({"owner", "territory", "harvested", "said", "grants"})

# Of one record: the line of the log that tells of it, and whether that may have hidden it, or changed its text, for a moment.
Lines = Mapping[UUID, tuple[int, bool]]


class FeedReader(LogReader):
    """Announces what changed of the public records. Who reads the pages sees at once what is hidden, without it."""

    name = READER

    def state(self) -> str:
        return f"{RULES} {digest(settings.BOUTURE_URL)[:12]}"

    def start_over(self) -> int:
        """Looks at every record; those that are announced as they are keep their place. The log is then read on."""
        number = last_number()
        for kind, model in MODELS.items():
            keys = model.objects.order_by().values_list("pk", flat=True)  # type: ignore[attr-defined]
            announced = FeedMember.objects.filter(kind=kind).exclude(digest="").values_list("record", flat=True)
            for some in batches(sorted({*keys.iterator(), *announced.iterator()}), BATCH):
                follow(kind, dict.fromkeys(some, (number, False)))
                self.beat()
        return cursor_of(self.name) or number

    def handle(self, changes: Sequence[Change]) -> None:
        for kind in MODELS:
            follow(kind, _lines(change for change in changes if change.record_type == kind))


def _lines(changes: Iterable[Change]) -> Lines:
    found: dict[UUID, tuple[int, bool]] = {}
    for change in changes:
        silent = bool(change.fields) and SILENT.issuperset(change.fields)
        found[change.record] = change.number, not silent or found.get(change.record, (0, False))[1]
    return found


def follow(kind: str, lines: Lines) -> int:
    """Announces what these records are now, at most BATCH of them; returns how many activities that made.

    A record that was hidden, or said otherwise, and is as before is announced again: who came in between lacks it.
    """
    if not lines:
        return 0
    there = sorted(_there(kind, lines), key=lambda one: one.change)
    said = [*_gone(kind, lines), *there]
    # An address that one record leaves and another takes is not gone.
    return tell(list({one.object: one for one in said}.values()))


def _there(kind: str, lines: Lines) -> Iterator[Said]:
    for key, uri, text in let_out(MODELS[kind], lines).values_list("pk", "uri", "digest"):
        number, again = lines[key]
        yield Said(uri, kind, key, text, number, again)


def _gone(kind: str, lines: Lines) -> Iterator[Said]:
    now = dict(let_out(MODELS[kind], lines).values_list("pk", "uri"))
    held = FeedMember.objects.filter(kind=kind, record__in=list(lines)).exclude(digest="")
    for key, address in held.values_list("record", "object"):
        if now.get(key) != address:
            yield Said(address, kind, key, "", lines[key][0])
