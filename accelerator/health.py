"""`/healthz`: whether messages and deadlines happen on time, not whether a process exists."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.db.models import Min
from django.http import JsonResponse

from accelerator import clock
from accelerator.models import Heartbeat, OutboxMessage

STALE = timedelta(minutes=2)


@login_not_required
def healthz(request):
    """200 while people are served, even when degraded; 503 when the database is away."""
    try:
        report = _from_database()
    except DatabaseError:
        return JsonResponse({"status": "down", "database": "unreachable"}, status=503)
    report["broker"] = _broker()
    fine = report["broker"] == "ok" and report["tick"] == "ok" and not report["undelivered_messages"]
    return JsonResponse({"status": "ok" if fine else "degraded", **report})


def _from_database() -> dict:
    now, real = clock.now(), clock.real_now()
    beat = Heartbeat.objects.filter(name="tick").values_list("beat_at", flat=True).first()
    oldest = OutboxMessage.objects.due(now).filter(next_try_at__lte=real).aggregate(at=Min("due_at"))["at"]
    return {
        "database": "ok",
        "last_tick": beat.isoformat() if beat else None,
        "tick": "ok" if beat and real - beat < STALE else "late",
        "oldest_due_message_seconds": max(0, round((now - oldest).total_seconds())) if oldest else 0,
        "undelivered_messages": OutboxMessage.objects.filter(status=OutboxMessage.Status.DEAD).count(),
    }


def _broker() -> str:
    import redis  # 12 MB that no page needs

    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
    try:
        client.ping()
    except redis.RedisError:
        return "unreachable"
    finally:
        client.close()
    return "ok"
