"""`manage.py` whose requests all go to a local server, to look at a planted portal by hand:

python -m tests.plant.redirected serve PORT                     # the national bases, on this port
python -m tests.plant.redirected pack PORT FOLDER               # a copy of the shipped pack that asks them, signed
python -m tests.plant.redirected manage PORT plant --pack FOLDER --territory 40192
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from pathlib import Path

from tests.plant import national

SHIPPED = Path(__file__).resolve().parent.parent.parent / "portal" / "planting"


def main() -> None:
    verb, port, *rest = sys.argv[1:]
    if verb == "serve":
        with national.nation(int(port)):
            threading.Event().wait()
    elif verb == "pack":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import django

        django.setup()
        with tempfile.TemporaryDirectory() as folder:
            asking = national.rewritten(SHIPPED / "commune", Path(folder), int(port))
            national.signed(asking, Path(rest[0]))
    else:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        from django.core.management import execute_from_command_line

        from harvesters.http import Client

        Client.__init__ = national.redirect(Client, int(port))  # type: ignore[method-assign]
        execute_from_command_line(["manage.py", *rest])


if __name__ == "__main__":
    main()
