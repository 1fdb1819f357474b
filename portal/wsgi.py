"""What gunicorn serves: `gunicorn portal.wsgi`."""

import codecs
import os
from importlib import import_module
from typing import Any, Final

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
ENCODINGS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})


class Request(WSGIRequest):
    """Its texts are in UTF-8, or in one of ENCODINGS when it says so. Django believes any codec of Python, of which many are
    no encodings of texts (rot13, idna), and fails on them before any view.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        said = self.content_params.get("charset", "")
        try:
            known = codecs.lookup(said).name in ENCODINGS
        except (LookupError, ValueError):
            known = False
        if known:
            self.encoding = said


class Handler(WSGIHandler):
    request_class = Request


django.setup(set_prefix=False)
application = Handler()
# Read before the server's processes part, so that they share it, and no visitor waits for it.
import_module(settings.ROOT_URLCONF)
