"""How the portal is served: two processes of four threads each, so that a search keeps no other waiting.

`WEB_CONCURRENCY` says another number of processes.
"""

import gc
import os
from typing import Any

from gunicorn.glogging import Logger

from catalogue.journals import Discreet


class Journal(Logger):  # type: ignore[misc]
    """What gunicorn writes of its own, an address that it failed to answer among it, passes where all lines do."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log, form in ((self.error_log, self.error_fmt), (self.access_log, self.access_fmt)):
            for handler in log.handlers:
                handler.setFormatter(Discreet(form, self.datefmt))


logger_class = Journal
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
preload_app = True  # what all processes read alike is in memory once
control_socket_disable = True


def pre_fork(_server: object, _worker: object) -> None:
    """Else the search for cycles would write to each object, and each process would have its own copy.

    The search comes every ten thousand objects, not every seven hundred: a page that compares a country makes forty thousand.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
