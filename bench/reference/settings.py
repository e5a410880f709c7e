"""The least that a Django site with sign-in needs."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

SECRET_KEY = "for-measuring-only"  # noqa: S105 - serves invented data on loopback
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.reference.pages"
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "bench.reference",
]
MIGRATION_MODULES = dict.fromkeys(("auth", "contenttypes", "sessions"))  # tables as the models are, at once
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
_address = urlsplit(os.environ.get("DATABASE_URL", "postgresql:///none"))
_given = {name: values[0] for name, values in parse_qs(_address.query).items()}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _address.path.lstrip("/"),
        "USER": _given.get("user") or _address.username or "",
        "PASSWORD": _address.password or "",
        "HOST": _given.get("host") or _address.hostname or "",
        "PORT": str(_address.port or ""),
        "CONN_MAX_AGE": 120,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
