"""What those who watch over us ask: `/livez`, `/readyz`, `/healthz` and, where it is on, `/metrics`.

Answered before hosts, cookies and redirects are looked at (accelerator/middleware.py), since a load balancer asks by
address; so nothing here may show the host that was asked for.
"""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from accelerator.database import longest_wait
from accelerator.watching import health, metrics

AWAY = (DatabaseError, InterfaceError)
LONGEST_QUESTION = 1.5  # seconds that one question to the database may take here

_migrated = False


@login_not_required
@never_cache
def livez(request):
    """This process answers; asks nobody else. For whoever would start it anew."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
def readyz(request):
    """Whether this process should be given people: the database answers and has every migration."""
    try:
        with longest_wait(LONGEST_QUESTION):
            waiting = _waiting_migrations()
    except AWAY:
        return JsonResponse({"status": "not ready", "problems": ["the database is away"]}, status=503)
    if waiting:
        return JsonResponse({"status": "not ready", "problems": ["migrations are waiting"]}, status=503)
    return JsonResponse({"status": "ready"})


def _waiting_migrations() -> bool:
    global _migrated
    if _migrated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return False
    executor = MigrationExecutor(connection)
    _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return not _migrated


@login_not_required
@never_cache
def healthz(request):
    """Whether the promise holds. 200 while people are served, even when degraded; 503 when the database is away."""
    try:
        with longest_wait(LONGEST_QUESTION):
            return JsonResponse(health.report())
    except AWAY:
        problems = ["the database is away"]
        return JsonResponse({"status": "down", "database": "unreachable", "problems": problems}, status=503)


@login_not_required
@never_cache
def numbers(request):
    """For Prometheus, where SLIPWAY_METRICS is on: to this machine, or to whoever brings SLIPWAY_METRICS_TOKEN."""
    if not settings.METRICS or not _may_read(request):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain")
    try:
        with longest_wait(LONGEST_QUESTION):
            gauges = {"database_up": 1.0, **health.gauges()}
    except AWAY:
        gauges = {"database_up": 0.0}
    return HttpResponse(metrics.text(gauges), content_type=metrics.CONTENT_TYPE)


def _may_read(request) -> bool:
    if settings.METRICS_TOKEN:
        return constant_time_compare(
            request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"
        )
    # Behind a proxy everybody seems to be near: a request that was passed on is not from this machine.
    return "X-Forwarded-For" not in request.headers and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


VIEWS = {"/livez": livez, "/readyz": readyz, "/healthz": healthz, "/metrics": numbers}
