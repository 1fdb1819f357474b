"""Every setting of an instance. Two instances differ by their environment alone.

A wrong value never raises here: it becomes a system check (portal.checks), so that all of them are told at once.
"""

import os
import re
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from catalogue.journals import JOURNALS
from portal import languages, peer_clusters
from portal.databases import database
from portal.environment import Environment
from portal.framing import ancestors
from portal.identities import ISSUER, SCOPES, ProviderSettings
from portal.mail import MailServer
from portal.secret_keys import SHORTEST, secret_key
from portal.tiles import Server

PROJECT: Final = Path(__file__).resolve().parent.parent
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

env = Environment(os.environ)


def _home() -> Path:
    home = env.path("BOUTURE_HOME", PROJECT / "var")
    try:
        home.mkdir(mode=0o750, parents=True, exist_ok=True)
        (home / "static").mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        env.wrong(
            "E001",
            f"Le dossier de l'instance, {home}, ne peut pas être créé : {error.strerror}.",
            "Indiquez dans BOUTURE_HOME un dossier où ce compte peut écrire.",
        )
    else:
        if not os.access(home, os.W_OK):
            env.wrong(
                "E001",
                f"Le dossier de l'instance, {home}, est en lecture seule pour ce compte.",
                "Donnez-lui le droit d'écrire (chown), ou indiquez un autre dossier dans BOUTURE_HOME.",
            )
    return home


def _public_address() -> str:
    default = "http://127.0.0.1:8000"
    value = env.address("BOUTURE_URL", default, ("http", "https"), "E002", "https://donnees.exemple.fr")
    parts = urlsplit(value)
    if parts.path or parts.query or parts.fragment or parts.username:
        env.wrong(
            "E002",
            "BOUTURE_URL : seul un nom d'hôte est attendu, sans chemin ni compte.",
            f"Écrivez BOUTURE_URL={parts.scheme}://{parts.hostname}",
        )
        return default
    return value


def _territory() -> str:
    """A commune, a département, a région (INSEE codes) or an EPCI or syndicat (SIREN); empty is a portal of none."""
    code = env.text("BOUTURE_TERRITORY").upper()
    if code and not re.fullmatch(r"\d[0-9AB]\d{3}|\d{9}|\d{2,3}|2[AB]", code):
        env.wrong(
            "E007",
            f"BOUTURE_TERRITORY vaut « {code} », ce qui n'est ni un code INSEE ni un numéro SIREN.",
            "Écrivez le code INSEE de la commune (5 caractères) ou le SIREN de l'intercommunalité (9 chiffres).",
        )
        return ""
    return code


DEBUG = env.flag("BOUTURE_DEBUG")
BOUTURE_HOME = _home()
BOUTURE_URL = _public_address()
BOUTURE_TERRITORY = _territory()
BOUTURE_NAME = env.text("BOUTURE_NAME")  # "": the territory's own name
BOUTURE_HUE = env.integer("BOUTURE_HUE", 150, low=0, high=360)  # degrees, of the accent colour
BOUTURE_DEMO = env.flag("BOUTURE_DEMO")  # each page then says that the territory is invented
BOUTURE_TRUST_PROXY = env.flag("BOUTURE_TRUST_PROXY")  # only behind a proxy that sets X-Forwarded-* itself
BOUTURE_LINK_CHECKS = env.integer("BOUTURE_LINK_CHECKS", 7, low=0, high=365)  # days between two looks; 0: none
BOUTURE_TABLES = env.choice("BOUTURE_TABLES", "all", ("all", "own", "none"), "E015")  # whose files become tables
BOUTURE_TABLE_SIZE = env.integer("BOUTURE_TABLE_SIZE", 256, low=1, high=2048)  # MiB of one file
BOUTURE_TABLES_QUOTA = env.integer("BOUTURE_TABLES_QUOTA", 10_240, low=1, high=10_000_000)  # MiB of one body's files
BOUTURE_GRACE_DAYS = env.integer("BOUTURE_GRACE_DAYS", 0, low=0, high=365)  # of a record that its source lost
BOUTURE_PRIVATE_HOSTS = env.hosts("BOUTURE_PRIVATE_HOSTS")  # whose sources may be added from a page
BOUTURE_PEER_EVERY = env.integer("BOUTURE_PEER_EVERY", 5, low=0, high=3_600)  # seconds between two looks at a feed
BOUTURE_ALERT_AFTER = env.integer("BOUTURE_ALERT_AFTER", 3, low=1, high=20)  # failures in a row of a source
BOUTURE_LATE_MAILS = env.flag("BOUTURE_LATE_MAILS")  # each month, to those whose datasets are late
BOUTURE_KEPT_PAGES = env.integer(
    "BOUTURE_KEPT_PAGES", 500, low=0, high=20_000
)  # for strangers, of one process; 0: none
BOUTURE_USE_COUNTS = env.flag("BOUTURE_USE_COUNTS", default=True)  # how often datasets are looked at, without by whom
BOUTURE_SEARCH_COUNTS = env.flag("BOUTURE_SEARCH_COUNTS", default=True)  # what strangers search, without who
BOUTURE_SEARCH_COUNTS_PUBLIC = env.flag("BOUTURE_SEARCH_COUNTS_PUBLIC")  # what is not found, on a page for all
BOUTURE_LIMITS = env.integer("BOUTURE_LIMITS", 1, low=0, high=100)  # times what portal.limits says; 0: no limit
BOUTURE_EMBED_ANCESTORS = ancestors(env)
BOUTURE_TILES = Server.read(env)
BOUTURE_SECURITY_CONTACT = env.contact("BOUTURE_SECURITY_CONTACT", "E018")  # "": no security.txt
BOUTURE_METRICS_TOKEN = env.text("BOUTURE_METRICS_TOKEN")  # "": no metrics
REDIS_URL = env.address("REDIS_URL", "", ("redis", "rediss", "unix"), "E008", "redis://127.0.0.1:6379/0")
ELASTICSEARCH_URL = env.address("ELASTICSEARCH_URL", "", ("http", "https"), "E009", "http://127.0.0.1:9200")
# Pairs of a peer's base address and of its cluster's; what a search waits for each, in milliseconds.
BOUTURE_PEER_CLUSTERS = peer_clusters.read(
    env, env.words("BOUTURE_PEER_CLUSTERS"), own=BOUTURE_URL, elastic=bool(ELASTICSEARCH_URL)
)
BOUTURE_PEER_TIMEOUT = env.integer("BOUTURE_PEER_TIMEOUT", 600, low=50, high=5000)

_host: Final = urlsplit(BOUTURE_URL).hostname or ""
BOUTURE_FORMER_HOSTS = env.host_names("BOUTURE_FORMER_HOSTS", "E014", own=_host)  # of portals that this one replaced
_https: Final = BOUTURE_URL.startswith("https://")

if DEBUG and _host not in LOOPBACK:
    env.doubtful(
        "W003",
        "BOUTURE_DEBUG est actif sur une instance publique : ses pages d'erreur montrent le code et les réglages.",
        "Retirez BOUTURE_DEBUG.",
    )

if BOUTURE_METRICS_TOKEN and len(BOUTURE_METRICS_TOKEN) < SHORTEST:
    env.wrong(
        "E012",
        f"BOUTURE_METRICS_TOKEN a moins de {SHORTEST} caractères.",
        "Tirez-en un : python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
    )
    BOUTURE_METRICS_TOKEN = ""

_mail: Final = MailServer.read(env, env.text("BOUTURE_MAIL_URL"), env.text("BOUTURE_MAIL_FROM"))
BOUTURE_MAIL = bool(_mail.host)  # without a server no message is sent, and none is tried
EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.host, _mail.port, _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS, EMAIL_TIMEOUT = _mail.ssl, _mail.starttls, 10  # seconds
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _mail.sender

BOUTURE_OIDC_NAME, BOUTURE_OIDC_SCOPES = (
    env.text("BOUTURE_OIDC_NAME", "ProConnect"),
    env.text("BOUTURE_OIDC_SCOPES", SCOPES),
)
_issuer: Final = env.address("BOUTURE_OIDC_ISSUER", "", ("http", "https"), "E016", ISSUER)
_secret: Final = env.text("BOUTURE_OIDC_CLIENT_SECRET") or env.text("BOUTURE_OIDC_CLIENT_SECRET_FILE")
_openid: Final = ProviderSettings.read(env, _issuer, env.text("BOUTURE_OIDC_CLIENT_ID"), _secret)
BOUTURE_OIDC_ISSUER, BOUTURE_OIDC_CLIENT_ID, BOUTURE_OIDC_CLIENT_SECRET = _openid.issuer, _openid.client, _openid.secret
SECRET_KEY = secret_key(env, BOUTURE_HOME)
ALLOWED_HOSTS = [_host] if _host not in LOOPBACK else ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS += BOUTURE_FORMER_HOSTS
CSRF_TRUSTED_ORIGINS = [BOUTURE_URL]
DATABASES = {"default": database(env, env.text("DATABASE_URL"), BOUTURE_HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "portal",
    "harvesters",
    "catalogue",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "csp",
]

MIDDLEWARE = [
    "portal.forwarding.Forwarded",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After whitenoise, which serves files compressed beforehand. Django pads the answer at random and masks the
    # CSRF token anew each time, so a secret cannot be read from the compressed length (BREACH).
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.sealing.Sealed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.posted.WithoutNul",
    "portal.pages.accounts.devices.Seen",
    "portal.api.tokens.Tokens",
    "portal.limits.Limits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.former_hosts.FormerHosts",
    "portal.acting.ActingMiddleware",
    "portal.counting.Counted",
]

DATA_UPLOAD_MAX_NUMBER_FIELDS = 3_000  # a form has each property of each file, contact and place; Django stops at 1,000
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.portal",
            ],
            "loaders": [("portal.folding.Folding", ["django.template.loaders.filesystem.Loader"])],
        },
    }
]

AUTH_USER_MODEL = "catalogue.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "guardian.backends.ObjectPermissionBackend"]
ANONYMOUS_USER_NAME = None  # guardian's: no row stands for the citizen, who needs no account
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 3600  # seconds
SESSION_ENGINE = "catalogue.accounts.sessions"
LOGIN_URL = "/connexion/"
CSRF_FAILURE_VIEW = "portal.pages.unsent.refused"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

LANGUAGE_CODE = "fr"
LANGUAGES = languages.offered(env)
LOCALE_PATHS = [languages.compiled(BOUTURE_HOME)]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BOUTURE_HOME / "static"
STATICFILES_DIRS = [PROJECT / "portal" / "static"]
_static_storage: Final = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
MEDIA_ROOT = BOUTURE_HOME / "files"

# Nothing inline, nothing from elsewhere; the pages are written for it and a browser test counts the reports.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, *_openid.origins],  # where a log-out is sent on to
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Addresses that are keys (invitations, boards, links of messages) are told to no other site. Not "no-referrer": a page's own form
# would come with "Origin: null" (Fetch §3.2), and be refused as another site's.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
# Of this host alone: the subdomains of a town's name are not ours to promise for (docs/security.md), nor is a browser's own list.
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# Without a proxy to trust we do not know how a request came, and whatever holds the certificate sends on.
SECURE_SSL_REDIRECT = _https and BOUTURE_TRUST_PROXY
SILENCED_SYSTEM_CHECKS += [] if SECURE_SSL_REDIRECT else ["security.W008"]
SECURE_REDIRECT_EXEMPT = [r"^sante$", r"^metrics$"]  # asked from within, without the proxy
if BOUTURE_TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

_here: Final = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
CACHES = {
    "default": {"BACKEND": "portal.shared_cache.SharedCache", "LOCATION": REDIS_URL} if REDIS_URL else _here,
    # Of each process alone (portal.kept_pages): a network between would cost more than it spares.
    "pages": {**_here, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": BOUTURE_KEPT_PAGES or 1}},
}
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_TASK_IGNORE_RESULT = True
    CELERY_TIMEZONE = TIME_ZONE
    CELERY_BEAT_SCHEDULE_FILENAME = str(BOUTURE_HOME / "celerybeat-schedule")
    CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

LOGGING = JOURNALS

BOUTURE_PROBLEMS = tuple(env.problems)
