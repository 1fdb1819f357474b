"""Instances as `/instances/` shows them: one that goes well, one in alarm, one that asks, one that was never read; followers."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from catalogue.models import FeedFollower
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource, PeerFeed
from harvesters.peers.following import BACK, TOO_MANY
from harvesters.registry import home_body

LONG = "Syndicat mixte ouvert pour le développement numérique des territoires littoraux et des îles du Ponant"


def peered() -> None:
    """Made once for all tests of the site."""
    if HarvestSource.objects.filter(kind="peer").exists():
        return
    now = timezone.now()
    back = BACK.format(now="du 24/11/2026 à 08:00:00 UTC", before=now, address="https://donnees.syndicat.example/flux/")
    for name, title, status, message in (
        ("lehavre", "Port-Lanvern agglomération", "done", ""),
        ("syndicat", LONG, "failed", back),
        ("ile", "Île d’essai", "stopped", TOO_MANY.format(40, "jeux de données", 42, 0.2)),
        ("neuve", "", "", ""),
    ):
        source = HarvestSource.objects.create(
            key=f"https://donnees.{name}.example/flux/", kind="peer", title=title, owner=home_body(),
            schedule="*/10 * * * *", next_at=now + timedelta(minutes=6), active=name != "ile",
        )  # fmt: skip
        if status:
            at = now - timedelta(minutes=7)
            PeerFeed.objects.create(source=source, read_until=at - timedelta(hours=2), newest=at)
            for done, ago in (("done", 90), (status, 7)):
                when = now - timedelta(minutes=ago)
                HarvestRun.objects.create(
                    source=source, status=done, started_at=when, heartbeat_at=when, ended_at=when, messages=[message]
                )
            HarvestRecord.objects.create(source=source, key="x", quarantine="Elle n’a pas de titre.")
    for url, days, position in (("https://donnees.lehavre.example", 0, 10**6), ("https://hub.region.example", 9, 1)):
        at = now - timedelta(days=days)
        FeedFollower.objects.create(url=url, position=position, first_at=at, seen_at=at)
