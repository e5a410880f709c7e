"""The one settings file. Everything that differs between installations comes from the environment.

accelerator/configuration.py reads and checks it: whatever is wrong there stops every process at start, all of it named
at once; see docs/running.md.
"""

import os
import warnings
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from accelerator import configuration, service_urls
from accelerator.database import Connection
from accelerator.ui.brand import UNFOLD_COLORS, icon

# numpy's linear algebra on one thread each: our matrices are small, and threads that wait for each other made
# the stress test of a ranking nine times slower on a busy machine. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent


try:
    given = configuration.read()
except configuration.WrongSettings as problems:
    raise ImproperlyConfigured(str(problems)) from None
for doubt in configuration.doubts(given):
    warnings.warn(doubt, stacklevel=1)


# What serves people waits for less (accelerator/database.py, give_up_soon).
POOL = {
    "pool": {
        "min_size": 1,
        "max_size": 8,
        "timeout": 15,
        "reconnect_timeout": 1,
        "connection_class": Connection,
    }
}


def database(address: service_urls.Database) -> dict:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": address.name,
        "USER": address.user,
        "PASSWORD": address.password or given.database_password.get_secret_value(),
        "HOST": address.host,
        "PORT": address.port,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": "2",
            "tcp_user_timeout": "10000",  # milliseconds; what a dead network path may cost
            **address.options,
            # The server binds the values and keeps the plan of what a connection asks often: a fifth less work
            # in a whole season. PgBouncer in transaction mode must be 1.21 or newer for this.
            "server_side_binding": True,
            "prepare_threshold": 5,
            **({} if TESTING else POOL),
        },
    }


# --- What kind of installation this is -------------------------------------------------------------
TESTING, REHEARSAL, DEBUG = given.testing, given.rehearsal, given.debug
# Only a rehearsal or a test may shift or freeze the programme's clock (accelerator/clock.py).
CLOCK_ADJUSTABLE = REHEARSAL or TESTING
BASE_URL = given.base_url
SECURE = BASE_URL.startswith("https:")
ALLOWED_HOSTS = list(given.hosts)
# Without a key of its own there is only a rehearsal, a test or a developer's site, on this machine alone.
SECRET_KEY = given.secret_key.get_secret_value() or "only-for-rehearsal-and-tests-" + "x" * 40
SECRET_KEY_FALLBACKS = [key.get_secret_value() for key in given.previous_keys]

# --- Applications -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "rehearsal",
    "mentoring",
    "cohorts",
    "applications",
    "accelerator",
    "unfold.apps.BasicAppConfig",
    "accelerator.dashboard.apps.DashboardConfig",
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
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_structlog",
    "csp",
]
DJANGO_STRUCTLOG_CELERY_ENABLED = True

MIDDLEWARE = [
    "accelerator.middleware.answer_probes",
    "accelerator.middleware.one_line_each",
    "accelerator.middleware.makes_sense",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accelerator.middleware.DatabaseAway",
    "accelerator.middleware.clock_once",
    "accelerator.people.sessions.WithSession",
    "accelerator.middleware.only_while_signed_in",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accelerator.middleware.as_its_reader_reads",
    "accelerator.middleware.second_factor",
    "accelerator.middleware.Refusals",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "accelerator.middleware.dashboard_csp",
    "accelerator.middleware.stays_on_its_page",
]
if REHEARSAL:
    MIDDLEWARE.append("rehearsal.middleware.guide")
ROOT_URLCONF = "accelerator.urls"
WSGI_APPLICATION = "accelerator.wsgi.application"
FORM_RENDERER = "accelerator.ui.fields.Renderer"
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
                "accelerator.ui.context.site",
                "accelerator.announcements.reading.on_pages",
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
DATABASES = {"default": database(given.database)}
# A connection of one's own for LISTEN, past a pooler; without it `drain` looks every second.
DATABASE_DIRECT_URL = given.direct_database_url
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = given.broker.url
# Sign-in limits and second factors must survive a wiped Redis, so the default cache lives in PostgreSQL.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}
DATA_DIR = given.data_dir or BASE_DIR / ".slipway" / "files"
if given.bucket:
    _private = {
        "BACKEND": "accelerator.files.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": given.bucket,
            "endpoint_url": given.bucket_endpoint or None,
            "region_name": given.bucket_region or None,
            "access_key": given.bucket_access_key.get_secret_value() or None,
            "secret_key": given.bucket_secret_key.get_secret_value() or None,
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
        else "accelerator.ui.collected.CollectedFiles",
        # Collected by one account, served by another; what is private about uploads below is not meant for these.
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "accelerator.files.uploads.QuotaUploadHandler",
    "accelerator.files.uploads.DiskUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "accelerator.ui.sheets.Finder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STATIC_CACHE = BASE_DIR / ".static_cache"  # what the finder makes
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
    "accelerator.people.passwords.PasswordBackend",  # what it refuses goes no further; the others keep their sessions
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation." + name}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("public:home")
LOGOUT_REDIRECT_URL = reverse_lazy("public:home")
ACCOUNT_ADAPTER = "accelerator.people.accounts.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "accelerator.people.sign_in.LoginForm",
    "signup": "accelerator.people.sign_in.SignupForm",
    "add_email": "accelerator.people.sign_in.AddEmailForm",
    "set_password": "accelerator.people.sign_in.SetPasswordForm",
    "change_password": "accelerator.people.sign_in.ChangePasswordForm",
    "reset_password": "accelerator.people.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accelerator.people.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accelerator.people.sign_in.PasswordForm",
}
ACCOUNT_CHANGE_EMAIL = True  # one address each, which can be exchanged for another
ACCOUNT_SIGNUP_FORM_CLASS = "accelerator.people.accounts.SignupNameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_USER_DISPLAY = "accelerator.people.accounts.display"
# Wide per address, because an incubator sits behind one. None counts by the account that is asked for, or a stranger
# could use it up: how often an account is mailed to is limited in accelerator/people/codes.py, where nobody is refused.
ACCOUNT_RATE_LIMITS = {
    "signup": "300/m/ip",
    "login": "300/m/ip",
    "request_login_code": "300/m/ip",
    "confirm_email": "300/m/ip",
    "reset_password": "300/m/ip",
    "login_failed": "300/m/ip,8/5m/key",  # the key names who tries, too (accelerator/people/accounts.py)
}
# Through an organisation's own identity provider (accelerator/people/single_sign_on.py)
SOCIALACCOUNT_ADAPTER = "accelerator.people.single_sign_on.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: a form would need the provider's address in the security policy
SOCIALACCOUNT_PROVIDERS = service_urls.openid_connect(
    given.oidc_url, given.oidc_name, given.oidc_client_id, given.oidc_client_secret.get_secret_value()
)
OIDC_DOMAINS = given.oidc_domains
ALLAUTH_TRUSTED_PROXY_COUNT = given.proxies
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "accelerator.people.sign_in.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accelerator.people.sign_in.AuthenticateForm",
    "reauthenticate": "accelerator.people.sign_in.ReauthenticateForm",
    "activate_totp": "accelerator.people.sign_in.ActivateAppForm",
    "add_webauthn": "accelerator.people.passkeys.NewPasskeyForm",
    "authenticate_webauthn": "accelerator.people.passkeys.PasskeyForm",
    "login_webauthn": "accelerator.people.passkeys.PasskeySignInForm",
    "reauthenticate_webauthn": "accelerator.people.passkeys.PasskeyOnceMoreForm",
    "edit_webauthn": "accelerator.people.sign_in.RenamePasskeyForm",
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
EMAIL_BACKEND = (
    "accelerator.messages.outbox.OutboxBackend"  # whatever Django itself mails becomes an outbox row too
)
# What carries a message out; empty: nothing leaves, as in a rehearsal, which keeps and shows its mail.
MAIL_BACKEND = given.mail_backend or (
    "accelerator.messages.transport.SMTPBackend" if given.mail_server else ""
)
MAIL_OPTIONS = {**(given.mail_server.options if given.mail_server else {}), **given.mail_options}
EMAIL_TIMEOUT = service_urls.REPLY_SECONDS  # for a backend that was given no time-out of its own
ANYMAIL = {"REQUESTS_TIMEOUT": service_urls.REPLY_SECONDS, **given.anymail}
DEFAULT_FROM_EMAIL = given.sender
SERVER_EMAIL = DEFAULT_FROM_EMAIL
CELERY_BROKER_URL = given.broker.celery_url
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = given.workers
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
}
CELERY_BEAT_SCHEDULE = {
    "tick": {"task": "accelerator.tasks.tick", "schedule": 5.0, "options": {"expires": 15}},
    "watch": {"task": "accelerator.tasks.watch", "schedule": 30.0, "options": {"expires": 30}},
    "copies": {"task": "accelerator.tasks.make_copies", "schedule": 20.0, "options": {"expires": 20}},
    "deliver": {"task": "accelerator.tasks.deliver_messages", "schedule": 5.0, "options": {"expires": 15}},
}
CELERY_TIMEZONE = "UTC"

# --- Security -----------------------------------------------------------------------------------------
SESSION_ENGINE = "accelerator.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_FAILURE_VIEW = "accelerator.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if SECURE:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = given.ssl_redirect
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = given.hsts_subdomains
    SECURE_HSTS_PRELOAD = given.hsts_preload
    if given.proxies:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# For a year nobody could reach a subdomain without https: that is for the domain's owner to ask for, not to be urged.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
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
    "ENVIRONMENT": "accelerator.dashboard.home.environment",
    "DASHBOARD_CALLBACK": "accelerator.dashboard.home.home",
    "COLORS": UNFOLD_COLORS,
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "accelerator.dashboard.home.navigation",
    },
    "STYLES": [],
    "BORDER_RADIUS": "3px",
}

# --- Logs ---------------------------------------------------------------------------------------------
ACCESS_LOG = given.access_log
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {"()": "accelerator.watching.logs.line_formatter"},
        "json": {"()": "accelerator.watching.logs.json_formatter"},
    },
    "filters": {"routes": {"()": "accelerator.watching.logs.RoutesForPaths"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": given.log_format, "filters": ["routes"]}
    },
    "root": {"handlers": ["console"], "level": given.log_level},
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        # A refusal has one line, which the request writes (accelerator/middleware.py); these would be a second one.
        "django.request": {"level": "ERROR"},
        "django.security.csrf": {"level": "ERROR"},
        "django.security": {"level": "CRITICAL"},
        # Every few seconds a task is sent, received and done: no news.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # While the database is away each try would be a line; the requests tell it.
        "psycopg.pool": {"level": "ERROR"},
    },
}

# --- Who watches (accelerator/watching/probes.py, metrics.py, telemetry.py) -------------------------------------
# Where the source of exactly what runs here is; the licence asks for it.
SOURCE_URL = given.source_url
SECURITY_CONTACT = given.security_contact
METRICS = given.metrics
METRICS_TOKEN = given.metrics_token.get_secret_value()
SENTRY_DSN = given.sentry_dsn.get_secret_value()
RELEASE = given.release or None
