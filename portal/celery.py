"""Workers for instances that have Redis: `celery -A portal.celery worker --beat` (deploy/ has units for two).

Without Redis, `manage.py work` does the same rounds in one process. Nothing here is imported by the web server:
the change log is the queue, so a page never has a task to send.
"""

import os
from typing import Any, Final

from celery import Celery
from celery.app.log import Logging
from kombu.entity import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

DRAIN_EVERY: Final = 2.0  # seconds; what an editor waits, at most, to find a saved record by searching
LINKS_EVERY: Final = 60.0  # seconds
TABLES_EVERY: Final = 5.0  # seconds: somebody may be waiting for theirs
SCHEDULED_EVERY: Final = 20.0  # seconds between two looks at what is to be published at an hour that was set
LATE_EVERY: Final = 3_600.0  # seconds
RESETS_EVERY: Final = 5.0  # seconds
ALERTS_EVERY: Final = 600.0  # seconds
RELEASE_EVERY: Final = 300.0  # seconds between two looks at what the records of indicators say
CHECK_EVERY: Final = 3_600.0  # seconds between two looks at whether the index was compared since last night
PEERS_EVERY: Final = 2.0  # seconds between two rounds of looks at feeds
HARVEST_EVERY: Final = 20.0  # seconds, as `manage.py work`


class Journals(Logging):
    """Celery's lines, those of its tasks among them, are written by the handlers of LOGGING, that Django sets up, and pass where all do."""

    def setup_logging_subsystem(self, *_args: Any, **_kwargs: Any) -> None:
        type(self).already_setup = True


app = Celery("bouture", log=Journals)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# A queue apart for what takes long: fifty harvests must not keep the index waiting. A worker without `-Q` serves both.
app.conf.task_queues = (Queue("celery"), Queue("harvests"))
app.conf.task_default_queue = "celery"
app.conf.task_routes = {
    "harvesters.tasks.harvest_one": {"queue": "harvests"},
    "catalogue.tasks.check_index": {"queue": "harvests"},
}
app.conf.worker_prefetch_multiplier = 1  # a worker in a long harvest keeps no other source waiting in its hands
app.conf.beat_schedule = {
    # A round that could not start before the next one is due is worth nothing: it expires.
    "drain": {"task": "catalogue.tasks.drain", "schedule": DRAIN_EVERY, "options": {"expires": DRAIN_EVERY}},
    "harvest-due": {
        "task": "harvesters.tasks.harvest_due",
        "schedule": HARVEST_EVERY,
        "options": {"expires": HARVEST_EVERY},
    },
    "peers": {"task": "harvesters.tasks.look_at_peers", "schedule": PEERS_EVERY, "options": {"expires": PEERS_EVERY}},
    "scheduled": {
        "task": "catalogue.tasks.bring_out",
        "schedule": SCHEDULED_EVERY,
        "options": {"expires": SCHEDULED_EVERY},
    },
    "late": {"task": "catalogue.tasks.mail_late", "schedule": LATE_EVERY, "options": {"expires": LATE_EVERY}},
    "alerts": {"task": "catalogue.tasks.mail_alerts", "schedule": ALERTS_EVERY, "options": {"expires": ALERTS_EVERY}},
    "resets": {"task": "catalogue.tasks.mail_resets", "schedule": RESETS_EVERY, "options": {"expires": RESETS_EVERY}},
    "check-index": {
        "task": "catalogue.tasks.check_index",
        "schedule": CHECK_EVERY,
        "options": {"expires": CHECK_EVERY},
    },
    "tables": {
        "task": "harvesters.tasks.read_tables",
        "schedule": TABLES_EVERY,
        "kwargs": {"large": False},
        "options": {"expires": TABLES_EVERY},
    },
    "indicators": {
        "task": "catalogue.tasks.reckon",
        "schedule": TABLES_EVERY,
        "options": {"expires": TABLES_EVERY},
    },
    "releases": {
        "task": "catalogue.tasks.release",
        "schedule": RELEASE_EVERY,
        "options": {"expires": RELEASE_EVERY, "queue": "harvests"},
    },
    "large-tables": {
        "task": "harvesters.tasks.read_tables",
        "schedule": HARVEST_EVERY,
        "kwargs": {"large": True},
        "options": {"expires": HARVEST_EVERY, "queue": "harvests"},
    },
    "links": {
        "task": "harvesters.tasks.check_links",
        "schedule": LINKS_EVERY,
        "options": {"expires": LINKS_EVERY},
    },
}
