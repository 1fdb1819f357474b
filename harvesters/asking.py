"""What a run asks of its source: which kind it is, each document once, with the validators of the last complete run."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from harvesters.base import RDF_FIRST, Answer, Fetched, Harvester, Refused
from harvesters.folders import open_folder
from harvesters.http import Client, open_file
from harvesters.models import HarvestPage, HarvestRun, HarvestSource
from harvesters.options import BadOption
from harvesters.reading import READER
from harvesters.sources import KINDS, kind_of

RESUMED = timedelta(hours=1)  # after its last sign of life, the pages that a killed run read count as read


class Asking:
    """One run's questions to one source. `remembered`: the pages of its last complete run, and of those that were
    interrupted since, by address.
    """

    def __init__(self, source: HarvestSource, client: Client) -> None:
        self.source, self.client = source, client
        self.remembered: dict[str, HarvestPage] = {}
        self._read: set[str] = set()  # pages that a run killed just now read: not even asked for again
        self._accept = RDF_FIRST
        self._reading = ""
        self.rules = ""  # the mark of the rules of reception
        self._first: dict[str, Answer] = {}  # what told the kind of the source is not asked again

    def harvester(self) -> Harvester:
        """The source as its kind reads it; a kind that nobody said is told by the first answer. Raises HarvestError."""
        if not self.source.kind:
            answer = self._ask(self.source.key, None)
            self._first[self.source.key] = answer
            self.source.kind = kind_of(answer, self.source.key)
        kind = KINDS[self.source.kind]
        try:
            options = kind.options_type.read(self.source.options)
        except BadOption as error:
            raise Refused(f"{error} Corrigez les options de la source.") from error
        self._accept, self._reading = kind.accept, f"{READER}/{kind.kind}/{options}{self.rules}"
        self._remember()
        return kind(self.source.key, self.source.base, options, settings.BOUTURE_URL)

    def fetch(self, url: str) -> Fetched:
        known = self.remembered.get(url)
        if known and url in self._read:
            self._read.discard(url)
            return _known(url, _as_read(url), known)
        answer = self._first.pop(url, None) or self._ask(url, known)
        same = known is not None and (answer.not_modified or self.stamp(answer) == known.sha256)
        if same and known:
            return _known(url, answer, known)
        return Fetched(url, answer)

    def ask(self, url: str, etag: str, last_modified: str) -> Answer:
        """For who remembers the validators itself."""
        return self._first.pop(url, None) or self.client.fetch(url, etag, last_modified, self._accept)

    def keep(self, url: str, answer: Answer) -> None:
        """An answer that was looked at, for the next who asks."""
        self._first[url] = answer

    def stamp(self, answer: Answer) -> str:
        """Of the bytes and of what reads them: a better reader, or other options, read the same bytes again."""
        return hashlib.sha256(f"{self._reading}/{answer.sha256}".encode()).hexdigest()

    @property
    def reading(self) -> str:
        """What reads the source: its kind, its options, its rules, the version of the reader. Known once `harvester` was called."""
        return hashlib.sha256(self._reading.encode()).hexdigest()

    def _remember(self) -> None:
        """Pages read by another reader are asked for again, and compared; one with a record set aside is read again."""
        runs = self.source.runs.filter(dry=False)
        last = runs.filter(complete=True).order_by("started_at").last()
        # One that stopped to ask read its pages, and left out what it asked about.
        cut = runs.filter(status__in=(HarvestRun.Status.KILLED, HarvestRun.Status.FAILED))
        since = cut.filter(started_at__gt=last.started_at) if last else cut
        for run in [*([last] if last else []), *since.order_by("started_at")]:
            pages = {page.url: page for page in run.pages.all() if page.sha256}
            if run.reading != self.reading:  # "not modified" would say nothing of what another reader makes of it
                for page in pages.values():
                    page.etag = page.last_modified = ""
            self.remembered |= pages
            recent = timezone.now() - run.heartbeat_at < RESUMED
            if run.status == HarvestRun.Status.KILLED and recent and run.reading == self.reading:
                self._read |= pages.keys()
            else:
                self._read.clear()

    def _ask(self, url: str, known: HarvestPage | None) -> Answer:
        if "://" not in url:
            path = Path(url)
            return open_folder(path) if path.is_dir() else open_file(path)
        etag, last_modified = (known.etag, known.last_modified) if known else ("", "")
        return self.client.fetch(url, etag, last_modified, self._accept)


def _known(url: str, answer: Answer, page: HarvestPage) -> Fetched:
    return Fetched(url, answer, known=True, next_url=page.next_url, total=page.total, given=page.given)


def _as_read(url: str) -> Answer:
    return Answer(url, Path(os.devnull), "", "", "", "", 0, not_modified=True)
