"""The one settings file. Everything that differs between installations comes from the environment.

A wrong value stops every process at start with a sentence that names the variable; see docs/running.md.
"""

import os
import warnings
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accelerator.brand import UNFOLD_COLORS, icon
from accelerator.database import Connection

# numpy's linear algebra on one thread each: our matrices are small, and threads that wait for each other made
# the stress test of a ranking nine times slower on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}


def env(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def env_flag(name: str, default: bool = False) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", ""}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")
    return value in {"1", "true", "yes"}


def env_int(name: str, default: int) -> int:
    try:
        return int(env(name, str(default)))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {env(name)!r}; write a whole number.") from error


# A database that is away or hangs costs a request less than two seconds, and is tried anew by the next one
# (accelerator/database.py).
POOL = {
    "pool": {
        "min_size": 1,
        "max_size": 8,
        "timeout": 1.5,
        "reconnect_timeout": 1,
        "connection_class": Connection,
    }
}


def database(url: str) -> dict:
    """DATABASE_URL, as libpq writes it: postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": query.pop("user", None) or unquote(parts.username or ""),
        "PASSWORD": query.pop("password", None) or unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": "2",
            "tcp_user_timeout": "10000",  # milliseconds; what a dead network path may cost
            **query,
            # The server binds the values and keeps the plan of what a connection asks often: a fifth less work
            # in a whole season. PgBouncer in transaction mode must be 1.21 or newer for this.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **({} if TESTING else POOL),
        },
    }


def mail(url: str) -> dict:
    """SMTP_URL: smtp://user:password@host (STARTTLS, port 587), smtps://… (TLS, 465), smtp+plain://… (25)."""
    parts = urlsplit(url)
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in ports:
        raise ImproperlyConfigured("SMTP_URL must begin with smtp://, smtps:// or smtp+plain://")
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or ports[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_tls": parts.scheme == "smtp",
        "use_ssl": parts.scheme == "smtps",
        "timeout": 10,  # seconds a reply; accelerator/delivery.py ends a whole message that takes too long
    }


# --- What kind of installation this is -------------------------------------------------------------
TESTING = env_flag("SLIPWAY_TESTING")
REHEARSAL = env_flag("SLIPWAY_REHEARSAL")
DEBUG = env_flag("SLIPWAY_DEBUG")
# Only a rehearsal or a test may shift or freeze the programme's clock (accelerator/clock.py).
CLOCK_ADJUSTABLE = REHEARSAL or TESTING

BASE_URL = env("SLIPWAY_BASE_URL", "http://localhost:8000").rstrip("/")
_base = urlsplit(BASE_URL)
if _base.scheme not in {"http", "https"} or not _base.hostname:
    raise ImproperlyConfigured("SLIPWAY_BASE_URL must be a whole address such as https://apply.example.org")
SECURE = _base.scheme == "https"
ALLOWED_HOSTS = [h for h in env("SLIPWAY_HOSTS", _base.hostname).replace(",", " ").split() if h]
if set(ALLOWED_HOSTS) & LOOPBACK:
    ALLOWED_HOSTS = sorted({*ALLOWED_HOSTS, "localhost", "127.0.0.1"})
SMTP_URL = env("SMTP_URL")

if REHEARSAL and (_base.hostname not in LOOPBACK or set(ALLOWED_HOSTS) - LOOPBACK or SMTP_URL):
    raise ImproperlyConfigured(
        "SLIPWAY_REHEARSAL=1 lets anybody sign in as anybody, so it is for this machine only: "
        "keep SLIPWAY_BASE_URL and SLIPWAY_HOSTS on localhost and leave SMTP_URL empty, or unset SLIPWAY_REHEARSAL."
    )

SECRET_KEY = env("SLIPWAY_SECRET_KEY")
if not SECRET_KEY:
    if not (REHEARSAL or TESTING or DEBUG):
        raise ImproperlyConfigured(
            "SLIPWAY_SECRET_KEY is empty; give it fifty random characters and keep them secret."
        )
    SECRET_KEY = "only-for-rehearsal-and-tests-" + "x" * 40

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "rehearsal",
    "mentoring",
    "cohorts",
    "applications",
    "accelerator",
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_htmx",
    "django_structlog",
    "csp",
]
DJANGO_STRUCTLOG_CELERY_ENABLED = True

MIDDLEWARE = [
    "accelerator.middleware.answer_probes",
    "accelerator.middleware.one_line_each",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accelerator.middleware.DatabaseAway",
    "accelerator.middleware.clock_once",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accelerator.middleware.reader_zone",
    "accelerator.middleware.second_factor",
    "accelerator.middleware.Refusals",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "accelerator.middleware.dashboard_csp",
]
if REHEARSAL:
    MIDDLEWARE.append("rehearsal.middleware.guide")
ROOT_URLCONF = "accelerator.urls"
WSGI_APPLICATION = "accelerator.wsgi.application"
FORM_RENDERER = "accelerator.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accelerator.context.site",
                *(["rehearsal.context.bar"] if REHEARSAL else []),
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "accelerator.templatetags.components",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------
DATABASES = {"default": database(env("DATABASE_URL", "postgresql:///slipway"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", "redis://localhost:6379")
# Sign-in limits and second factors must survive a wiped Redis, so the default cache lives in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
DATA_DIR = Path(env("SLIPWAY_DATA_DIR", str(BASE_DIR / ".slipway" / "files")))
if env("S3_BUCKET"):
    _private = {
        "BACKEND": "accelerator.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": env("S3_BUCKET"),
            "endpoint_url": env("S3_ENDPOINT_URL") or None,
            "region_name": env("S3_REGION") or None,
            "access_key": env("S3_ACCESS_KEY") or None,
            "secret_key": env("S3_SECRET_KEY") or None,
        },
    }
else:
    _private = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR}}
_plain_static = REHEARSAL or TESTING or DEBUG
STORAGES = {
    "default": _private,
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if _plain_static
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "accelerator.files.QuotaUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = _plain_static
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
if _plain_static:  # nothing is collected there, and nothing is missing
    warnings.filterwarnings("ignore", "No directory at", UserWarning)

# --- Language and time --------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "accelerator.formats"
USE_TZ = True
TIME_ZONE = "UTC"

# --- People -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accelerator.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("home")
LOGOUT_REDIRECT_URL = reverse_lazy("home")
ACCOUNT_ADAPTER = "accelerator.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "accelerator.sign_in.LoginForm",
    "signup": "accelerator.sign_in.SignupForm",
    "add_email": "accelerator.sign_in.AddEmailForm",
    "set_password": "accelerator.sign_in.SetPasswordForm",
    "change_password": "accelerator.sign_in.ChangePasswordForm",
    "reset_password": "accelerator.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accelerator.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accelerator.sign_in.PasswordForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address each, which can be exchanged for another
ACCOUNT_SIGNUP_FORM_CLASS = "accelerator.accounts.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_DISPLAY = "accelerator.accounts.display"
# Wide per address, because an incubator sits behind one; tight per account.
ACCOUNT_RATE_LIMITS = {
    "signup": "300/m/ip",
    "login": "300/m/ip",
    "request_login_code": "300/m/ip,6/m/key",
    "confirm_email": "6/m/key",
    "login_failed": "300/m/ip,8/5m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env_int("SLIPWAY_PROXIES", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accelerator.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accelerator.sign_in.AuthenticateForm",
    "reauthenticate": "accelerator.sign_in.ReauthenticateForm",
    "activate_totp": "accelerator.sign_in.ActivateAppForm",
    "add_webauthn": "accelerator.sign_in.AddPasskeyForm",
    "edit_webauthn": "accelerator.sign_in.RenamePasskeyForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = (
    True  # nobody signs in before the first is verified; a second factor bars no change
)
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = REHEARSAL or TESTING
MFA_TOTP_ISSUER = "Slipway"
# Managers and reviewers must hold a second factor; a rehearsal on one's own machine does without.
SECOND_FACTOR_REQUIRED = not REHEARSAL and not TESTING

# --- Mail and jobs ------------------------------------------------------------------------------------
EMAIL_BACKEND = "accelerator.outbox.OutboxBackend"  # whatever Django itself mails becomes an outbox row too
# What carries a message out; empty: nothing leaves, as in a rehearsal, which keeps and shows its mail.
MAIL_BACKEND = env("SLIPWAY_MAIL_BACKEND", "accelerator.transport.SMTPBackend" if SMTP_URL else "")
MAIL_OPTIONS = mail(SMTP_URL) if SMTP_URL else {}
DEFAULT_FROM_EMAIL = env("SLIPWAY_FROM", f"Slipway <no-reply@{_base.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_redis = urlsplit(REDIS_URL)
CELERY_BROKER_URL = (
    f"redis+socket://{_redis.path}?virtual_host=0"
    if _redis.scheme == "unix"
    else f"{REDIS_URL.rstrip('/')}/0"
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env_int("SLIPWAY_WORKERS", 2)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
}
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "accelerator.tasks.tick", "schedule": 5.0, "options": {"expires": 15}}
}
CELERY_TIMEZONE = "UTC"

# --- Security -----------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_FAILURE_VIEW = "accelerator.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = env_flag("SLIPWAY_SSL_REDIRECT", True)
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if env_int("SLIPWAY_PROXIES", 0):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Dashboard ----------------------------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "Slipway",
    "SITE_HEADER": "Slipway",
    "SITE_URL": "/",
    "SITE_SYMBOL": "sailing",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": icon}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "ENVIRONMENT": "accelerator.dashboard.environment",
    "DASHBOARD_CALLBACK": "accelerator.dashboard.home",
    "COLORS": UNFOLD_COLORS,
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "accelerator.dashboard.navigation",
    },
    "STYLES": [],
    "BORDER_RADIUS": "3px",
}

# --- Logs ---------------------------------------------------------------------------------------------
LOG_FORMAT = env("SLIPWAY_LOG_FORMAT", "lines")
if LOG_FORMAT not in {"lines", "json"}:
    raise ImproperlyConfigured(f"SLIPWAY_LOG_FORMAT is {LOG_FORMAT!r}; write lines or json.")
ACCESS_LOG = env_flag("SLIPWAY_ACCESS_LOG")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "accelerator.logs.line_formatter"},
        "json": {"()": "accelerator.logs.json_formatter"},
    },
    "filters": {"routes": {"()": "accelerator.logs.RoutesForPaths"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["routes"]}
    },
    "root": {"handlers": ["console"], "level": env("SLIPWAY_LOG_LEVEL", "WARNING" if TESTING else "INFO")},
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        # A refusal has one line, which the request writes (accelerator/middleware.py); these would be a second one.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Every few seconds a task is sent, received and done: no news.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # While the database is away each try would be a line; the requests tell it.
        "psycopg.pool": {"level": "ERROR"},
    },
}

# --- Who watches (accelerator/probes.py, metrics.py, telemetry.py) -------------------------------------
METRICS = env_flag("SLIPWAY_METRICS")
METRICS_TOKEN = env("SLIPWAY_METRICS_TOKEN")
SENTRY_DSN = env("SENTRY_DSN")
RELEASE = env("SLIPWAY_RELEASE") or None
