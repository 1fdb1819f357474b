"""What every test may rely on: a closed network, a folder of its own, the shared data or a word that it is missing."""

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from catalogue import remembered
from portal import counts
from tests.migrated import keep, kept, taken

# Set by pytest-django to tests.settings; a process that a test starts takes the product's own settings, with the
# environment that tests.settings made.
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"

PROJECT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI", "").lower() == "true"


def missing(what: str) -> NoReturn:
    """A test without what it needs fails in CI and is skipped elsewhere, under the name of what is missing."""
    if IN_CI:
        pytest.fail(f"missing: {what}")
    pytest.skip(f"missing: {what}")


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


# Fixtures that start what a test talks to.
SERVERS = {"server", "live_server", "site", "browser"}
# Fixtures that open the base.
BASES = {"db", "transactional_db", "django_db_setup"}


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = (
        "of each test on many inputs, as many; those marked `each` are run on all (for a second pass, on another base)"
    )
    parser.addoption("--few", type=int, metavar="N", help=help_)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what `make quick` leaves out: tests that talk to a server, and those that read real catalogues.

    And what another base, cache or search engine may change (`base`, with `elastic`, `redis` and `slow`): the second pass
    of .ci/run leaves out the rest, which would say the same again.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if fixtures & SERVERS or any(item.get_closest_marker(name) for name in ("browser", "postgres", "redis")):
            item.add_marker("server")
        if fixtures & BASES or item.get_closest_marker("django_db"):
            item.add_marker("base")
        if "shared_data" in fixtures:
            item.add_marker("real")
    if few := config.getoption("few"):
        leave_out(config, items, few)


# Marks of what a pass on SQLite alone does not run, and of what is to be run whole wherever it is.
WHOLE = ("each", "elastic", "postgres", "redis")


def leave_out(config: pytest.Config, items: list[pytest.Item], few: int) -> None:
    """What one base says of `few` inputs of a test, it says of the others, where another base said all of them."""
    met: Counter[str] = Counter()
    kept, left = [], []
    for item in items:
        name = item.nodeid.partition("[")[0]
        whole = any(item.get_closest_marker(mark) for mark in WHOLE)
        met[name] += not whole
        (kept if whole or met[name] <= few else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and CHROMIUM is None:
        missing("Chromium (apt-get install chromium)")
    # Not missing, elsewhere: .ci/run gives the suite a second pass with all servers.
    if item.get_closest_marker("postgres") and not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        pytest.skip("runs with DATABASE_URL on PostgreSQL")
    if item.get_closest_marker("redis") and not settings.REDIS_URL:
        pytest.skip("runs with REDIS_URL")
    if item.get_closest_marker("elastic") and not settings.ELASTICSEARCH_FOR_TESTS:
        pytest.skip("runs with ELASTICSEARCH_URL")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names each test that did not run: a count alone hides which promise nobody looked at."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("not run")
        for report in sorted(skipped, key=lambda report: report.nodeid):
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
            terminalreporter.line(f"{report.nodeid}: {str(reason).removeprefix('Skipped: ')}")


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(settings.BOUTURE_HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated(pytestconfig: pytest.Config, django_db_modify_db_settings_parallel_suffix: None) -> tuple[Path, bool]:
    """Where the migrated base is kept between two runs, and whether this process took it from there."""
    cache = getattr(pytestconfig, "cache", None)  # pytest may run without it
    folder = cache.mkdir("migrated") if cache else Path(settings.BOUTURE_HOME) / "migrated"
    folder.mkdir(exist_ok=True)  # of its own: `keep` takes away the other bases of it
    path = kept(folder)
    return path, not pytestconfig.getvalue("create_db") and taken(path)


@pytest.fixture(scope="session")
def django_db_keepdb(migrated: tuple[Path, bool]) -> bool:
    return migrated[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real catalogues, vocabularies and territories, kept outside of the project for their size and licences."""
    folder = Path(os.environ.get("BOUTURE_SHARED_DATA") or PROJECT.parent / "shared" / "data")
    if not (folder / "catalogues").is_dir():
        missing(f"the shared data ({folder}); name their folder in BOUTURE_SHARED_DATA")
    return folder


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, migrated: tuple[Path, bool], django_db_blocker: DjangoDbBlocker) -> None:
    """Tests that commit empty the base after them, which its triggers would refuse; tests/auditing sets them up again."""
    from django.db import connection

    from catalogue.auditing import guards

    path, already = migrated
    with django_db_blocker.unblock():
        if not already:
            keep(path)
        guards.take_down(connection)


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """An instance's folder for one test alone: what one test indexes, the next must not find."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.BOUTURE_HOME = folder
    return folder


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.elastic)])
def searched(request: pytest.FixtureRequest, home: Path, settings: Settings) -> Iterator[Path]:
    """The same, with its index on each backend in turn."""
    if request.param == "elastic":
        settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_FOR_TESTS
        settings.BOUTURE_URL = f"https://{uuid.uuid4().hex}.example"  # names the indices of this instance
    yield home
    if request.param == "elastic":
        from catalogue.search.elastic import ElasticBackend
        from catalogue.search.instance import backend

        index = backend()
        assert isinstance(index, ElasticBackend)
        index.remove_all()


@pytest.fixture(autouse=True)
def fresh_cache(settings: Settings) -> None:
    """What one test counted or kept, the next must not find, nor a test that runs beside it on the same Redis."""
    own = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid.uuid4().hex}}
    settings.CACHES = {**settings.CACHES, **own}
    for one in counts.OPEN.values():
        one.remove()
    counts.OPEN.clear()
    remembered.forget()


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """A page that was asked in another language leaves it to its thread: the next test must not speak it."""
    yield
    translation.deactivate()
