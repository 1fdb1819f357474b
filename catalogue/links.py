"""The addresses to check: which ones the records give, and what was found out about them.

The reader of the log keeps the list (added when a record gives an address, removed when none does); whoever checks
(`harvesters.links`) tells what came of it through `conclude`. Both can be killed at any moment and do it again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from catalogue import log
from catalogue.batching import batches
from catalogue.models import Change, Dataset, Distribution, LinkCheck, LinkHost, LinkUse
from catalogue.models.links import CHUNK, digest_of

READER: Final = "links"
FIELD: Final = "links"  # in the lines of the log
CONFIRMED: Final = 2  # a passing fault is believed when it comes so many times in a row
AGAIN: Final = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=2), timedelta(days=4))
HOST: Final = 255  # characters; no name of the DNS is longer


@dataclass(frozen=True)
class Finding:
    """What came of one look. `status` is None when the server asked to wait: that says nothing of the address."""

    status: int | None
    reason: str = ""
    passing: bool = False  # a fault that may be gone in an hour: believed only when it comes again
    wait: timedelta | None = None  # what the server asked for (Retry-After)


class LinkReader(log.LogReader):
    """Keeps the list of addresses in step with the records."""

    name = READER

    def handle(self, changes: Sequence[Change]) -> None:
        touched = {change.record for change in changes if change.record_type == "dataset"}
        used: dict[uuid.UUID, set[str]] = {record: set() for record in touched}
        for record, address in _given(touched):
            used[record].add(address)
        _forget(used)
        pairs = ((record, address) for record, addresses in used.items() for address in sorted(addresses))
        for some in batches(pairs, CHUNK):
            _remember(some)


def _given(records: Iterable[uuid.UUID]) -> Iterator[tuple[uuid.UUID, str]]:
    """Each record that is published, with each of its web addresses: files, ways to them, its page."""
    published = Dataset.objects.published().filter(pk__in=records)
    files = Distribution.objects.filter(dataset__in=published).order_by()
    for record, access, download in files.values_list("dataset", "access_url", "download_url").iterator(CHUNK):
        yield from ((record, address) for address in (*access, *download) if is_web(address))
    for record, pages in published.order_by().values_list("pk", "landing_page"):
        yield from ((record, address) for address in pages if is_web(address))


def is_web(address: str) -> bool:
    """Whether it is of a kind that we know how to check."""
    return address[:8].lower().startswith(("http://", "https://"))


def server_of(address: str) -> str:
    """The name of the server, "" when the address is too badly written to have one."""
    try:
        return (urlsplit(address).hostname or "")[:HOST]
    except ValueError:
        return ""


def _remember(pairs: Sequence[tuple[uuid.UUID, str]]) -> None:
    """At most CHUNK uses, and the addresses that are new with them: to be checked at once."""
    now = timezone.now()
    addresses = {digest_of(address): address for _, address in pairs}
    with transaction.atomic():
        known = dict(LinkCheck.objects.filter(digest__in=addresses).values_list("digest", "pk"))
        new = {digest: address for digest, address in addresses.items() if digest not in known}
        if new:
            names = {server_of(address) for address in new.values()}
            LinkHost.objects.bulk_create([LinkHost(name=name, next_at=now) for name in names], ignore_conflicts=True)
            rows = [
                LinkCheck(digest=digest, address=address, host_id=server_of(address), next_at=now)
                for digest, address in new.items()
            ]
            known |= {row.digest: row.pk for row in LinkCheck.objects.bulk_create(rows)}
        uses = [LinkUse(link_id=known[digest_of(address)], record=record) for record, address in pairs]
        LinkUse.objects.bulk_create(uses, ignore_conflicts=True)


def _forget(used: dict[uuid.UUID, set[str]]) -> None:
    """The uses that are no more, and the addresses and servers that nobody uses then: all, or nothing."""
    gone: list[int] = []
    links: set[int] = set()
    uses = LinkUse.objects.filter(record__in=used).values_list("pk", "record", "link", "link__address")
    for pk, record, link, address in uses.iterator(CHUNK):
        if address not in used[record]:
            gone.append(pk)
            links.add(link)
    with transaction.atomic():
        for some in batches(gone, CHUNK):
            LinkUse.objects.filter(pk__in=some).delete()
        for some in batches(links, CHUNK):
            unused = LinkCheck.objects.filter(pk__in=some, uses=None)
            hosts = set(unused.values_list("host", flat=True))
            unused.delete()
            LinkHost.objects.filter(name__in=hosts, links=None).delete()


def conclude(link: LinkCheck, finding: Finding, every: timedelta) -> None:
    """Writes what came of a look, and tells the records that give the address when its state is another one.

    `every`: between two looks at an address that answers. One that does not is looked at sooner, then less and less.
    """
    now = timezone.now()
    fine = finding.status is not None and 200 <= finding.status <= 299
    link.failures = 0 if fine else link.failures + 1
    link.reason = finding.reason[: LinkCheck._meta.get_field("reason").max_length]
    link.next_at = now + (every if fine else _again(link.failures, finding.wait, every))
    told = finding.status is not None and (not finding.passing or link.failures >= CONFIRMED)
    changed = told and finding.status != link.status
    if told:
        link.status, link.checked_at = finding.status, now
        link.since = now if changed else link.since
    fields = ("status", "checked_at", "since", "failures", "reason", "next_at")
    with log.transaction() as entries:
        # Gone meanwhile when no record gives it any more.
        written = LinkCheck.objects.filter(pk=link.pk).update(**{name: getattr(link, name) for name in fields})
        if written and changed:
            records = LinkUse.objects.filter(link=link.pk).order_by("pk").values_list("record", flat=True)
            entries.extend(_told(record) for record in records)


def _told(record: uuid.UUID) -> log.Entry:
    return log.Entry(Change.Verb.UPDATE, record, kind=Change.Kind.DERIVED, fields=(FIELD,))


def _again(failures: int, wait: timedelta | None, every: timedelta) -> timedelta:
    usual = AGAIN[min(failures, len(AGAIN)) - 1]
    return min(every, max(usual, wait or usual))
