"""What a run asks of its source: which kind it is, each document once, with the validators of the last complete run."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from harvesters.base import RDF_FIRST, Answer, Fetched, Harvester, Refused
from harvesters.folders import open_folder
from harvesters.http import Client, open_file
from harvesters.models import HarvestPage, HarvestSource
from harvesters.options import BadOption
from harvesters.reading import READER
from harvesters.sources import KINDS, kind_of


class Asking:
    """One run's questions to one source. `remembered`: the pages of its last complete run, by address."""

    def __init__(self, source: HarvestSource, client: Client) -> None:
        self.source, self.client = source, client
        self.remembered = _remembered(source)
        self._accept = RDF_FIRST
        self._reading = ""
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
        self._accept, self._reading = kind.accept, f"{READER}/{kind.kind}/{options}"
        return kind(self.source.key, self.source.base, options, settings.BOUTURE_URL)

    def fetch(self, url: str) -> Fetched:
        known = self.remembered.get(url)
        answer = self._first.pop(url, None) or self._ask(url, known)
        same = known is not None and (answer.not_modified or self.stamp(answer) == known.sha256)
        return Fetched(url, answer, known=same, next_url=known.next_url if same and known else "")

    def stamp(self, answer: Answer) -> str:
        """Of the bytes and of what reads them: a better reader, or other options, read the same bytes again."""
        return hashlib.sha256(f"{self._reading}/{answer.sha256}".encode()).hexdigest()

    def _ask(self, url: str, known: HarvestPage | None) -> Answer:
        if "://" not in url:
            path = Path(url)
            return open_folder(path) if path.is_dir() else open_file(path)
        etag, last_modified = (known.etag, known.last_modified) if known else ("", "")
        return self.client.fetch(url, etag, last_modified, self._accept)


def _remembered(source: HarvestSource) -> dict[str, HarvestPage]:
    last = source.runs.filter(complete=True, dry=False).order_by("-started_at").first()
    if last is None:
        return {}
    # A page read by an older reader, or with a record set aside, is read again.
    return {page.url: page for page in last.pages.all() if page.sha256}
