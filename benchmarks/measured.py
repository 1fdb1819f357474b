"""The portal as gunicorn serves it, each answer telling what it asked of the base and what work it was (`pages.py`)."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings

settings.MIDDLEWARE = ["tests.browser.counting.QueryCount", *settings.MIDDLEWARE]

from portal.pages.drops import waiting  # noqa: E402 - after the settings
from portal.wsgi import application  # noqa: E402

# A page that waits for its file would load itself again under the eyes of who looks at it.
waiting.REFRESH = 600

__all__ = ("application",)
