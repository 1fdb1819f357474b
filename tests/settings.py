"""The product's settings, with an environment that no test run inherits by chance.

Only DATABASE_URL, REDIS_URL, ELASTICSEARCH_URL and BOUTURE_SHARED_DATA come from outside: they name the servers and data to test with.
Read before any conftest (pytest-django loads its settings first), hence a module of its own.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from portal import languages

for name in [name for name in os.environ if name.startswith("BOUTURE_") and name != "BOUTURE_SHARED_DATA"]:
    del os.environ[name]
# For the tests of that backend alone: the others search the embedded index, whatever servers there are.
# Under another name: the workers of xdist inherit what this process leaves.
os.environ.setdefault("TESTS_ELASTICSEARCH_URL", os.environ.pop("ELASTICSEARCH_URL", ""))
ELASTICSEARCH_FOR_TESTS = os.environ["TESTS_ELASTICSEARCH_URL"]
os.environ["BOUTURE_HOME"] = tempfile.mkdtemp(prefix="bouture-tests-")
# Also when no test comes to run; conftest.py removes it in the workers of xdist, which leave without a word.
atexit.register(shutil.rmtree, os.environ["BOUTURE_HOME"], ignore_errors=True)
os.environ["BOUTURE_SECRET_KEY"] = "for-tests-only-" + "0123456789abcdef" * 4

# No process that a test starts looks at the invented addresses of invented records; tests/harvesting/test_links.py does.
os.environ["BOUTURE_LINK_CHECKS"] = "0"
os.environ["BOUTURE_TABLES"] = "none"  # nor reads the files that they name; tests/tables sets it
# No thread of one test writes counts into the base of another; tests/search/test_tallies.py and tests/test_use.py count.
os.environ["BOUTURE_SEARCH_COUNTS"] = os.environ["BOUTURE_USE_COUNTS"] = "0"
# Bases of two tests stand at the same number of their logs; tests/pages/test_kept.py keeps pages.
os.environ["BOUTURE_KEPT_PAGES"] = "0"
os.environ["BOUTURE_LANGUAGES"] = ",".join(languages.translated())

from portal.settings import *  # noqa: E402, F403
from portal.settings import BOUTURE_HOME, DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in production: a base in memory shared by threads has neither WAL nor a busy timeout.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(BOUTURE_HOME) / "test.sqlite3")}

# Argon2 takes 50 ms on purpose; test_settings.py looks at the product's own list.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
languages.make(BOUTURE_HOME, languages.translated())
