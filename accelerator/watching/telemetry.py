"""Error reports to Sentry, where SENTRY_DSN is set; without it the package is not even imported."""

from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from sentry_sdk.types import Event


def start() -> None:
    """Report unhandled errors of this process, with its version and without anything about people."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.logging import LoggingIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.RELEASE,
        send_default_pii=False,
        include_local_variables=False,  # a draft, a name, a sealed code may be in one
        max_request_body_size="never",
        # Log lines hold addresses of clients; what broke is reported by Django's and Celery's own hooks.
        integrations=[LoggingIntegration(level=None, event_level=None)],
        max_breadcrumbs=0,  # queries may name people
        before_send=_without_addresses,
    )


def _without_addresses(event: "Event", hint: dict) -> "Event":
    """An address may hold the secret of an invitation: only the route goes, which is the event's transaction."""
    event.pop("request", None)
    event.pop("user", None)
    return event
