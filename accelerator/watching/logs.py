"""How log lines look: one line an event, keys and values, for people or for machines; and what they leave out.

A path may hold the secret of an invitation, so lines name the route (`invitations/<str:token>/`), never the path of a
page of ours. One reference, bound for the time of a request, goes with everything that the request causes.
"""

import logging
import secrets

import structlog
from django.conf import settings
from django.urls import Resolver404, resolve
from structlog.contextvars import get_contextvars
from structlog.typing import Processor

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
LONGEST_PART = 40

structlog.configure(
    processors=[
        *SHARED,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def line_formatter() -> logging.Formatter:
    """For people: `time [level] event key=value …`."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(
                colors=False,
                pad_event_to=0,
                pad_level=False,
                exception_formatter=structlog.dev.plain_traceback,  # the others print variables, secrets among them
            ),
        ],
    )


def json_formatter() -> logging.Formatter:
    """For machines: one JSON object a line."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*SHARED, structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
    )


class RoutesForPaths(logging.Filter):
    """Django's own lines end with the path of the request; puts the route there."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path") and isinstance(record.args, tuple):
            escaped = request.path.encode("unicode_escape").decode("ascii")
            shown = route(request)
            record.args = tuple(shown if arg in (request.path, escaped) else arg for arg in record.args)
        return True


def new_reference() -> str:
    return secrets.token_hex(6)


def reference() -> str:
    """What ties log, error page and message to the click that caused them; empty outside a request and its tasks."""
    return str(get_contextvars().get("request_id", ""))


def route(request) -> str:
    """Where a request went, without what its address may keep secret. Of an address that is no page of ours, its first
    part: the rest may be a link of ours that lost its end on the way."""
    try:
        match = request.resolver_match or resolve(
            request.path_info
        )  # not yet resolved: a middleware refused it
    except Resolver404:
        first, slash, rest = request.path.lstrip("/").partition("/")
        return f"/{first[:LONGEST_PART]}{slash}{'…' if rest else ''}"
    return "/" + match.route


def client_address(request) -> str:
    """Who asks: as many steps back in X-Forwarded-For as there are proxies of ours, whatever the client put before.

    Without a proxy, or when the header is shorter than their number, the other end of the connection.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    told = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    if proxies > 0 and len(told) >= proxies:
        return told[-proxies]
    return request.META.get("REMOTE_ADDR", "")
