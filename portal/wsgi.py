"""What gunicorn serves: `gunicorn portal.wsgi`."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()
# Read before the server's processes part, so that they share it, and no visitor waits for it.
import_module(settings.ROOT_URLCONF)
