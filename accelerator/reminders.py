"""What is due, declared once: the tick makes it happen, the timeline shows it before it does.

Each application's `reminders.py` adds generators. A generator gets `(since, until)` on the programme's clock and
yields what is due in `since < due_at <= until`, judged by the state of the world now:

    @reminders.notices
    def session_tomorrow(since, until): yield Notice(kind="mentoring.session_tomorrow", …)

    @reminders.jobs
    def seal(since, until): yield Job("applications.seal", due_at=…, run=lambda now: …)

The tick asks for the last seven days and inserts what is missing under its key, so a beat that was down for a day or
ran twice changes nothing. The timeline and the rehearsal ask the same generators about the future.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, models

from accelerator import clock, outbox
from accelerator.models import Heartbeat, OutboxMessage, Programme, User
from accelerator.registry import Registry

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=7)
TICK_LOCK = 7_140_001  # advisory lock: two ticks at once would only do the same work twice

notices = Registry()
jobs = Registry()


@dataclass(frozen=True)
class Notice:
    """One message that should exist once `due_at` has come; useless from `useless_after` on (both UTC).

    `context` is asked only when the message is written: nearly all that a tick finds due was written by one before.
    """

    kind: str
    key: str
    to: User
    programme: Programme
    about: models.Model
    due_at: datetime
    useless_after: datetime
    context: Callable[[], dict[str, Any]] = dict
    calendar: str = ""
    calendar_method: str = ""
    version: str = ""


@dataclass(frozen=True)
class Job:
    """Something that must be done once `due_at` has come. `run(now)` is safe to repeat."""

    kind: str
    due_at: datetime
    run: Callable[[datetime], object]


def planned_notices(since: datetime, until: datetime) -> Iterator[Notice]:
    for generator in notices:
        yield from generator(since, until)


def planned_jobs(since: datetime, until: datetime) -> list[Job]:
    return sorted((job for generator in jobs for job in generator(since, until)), key=lambda job: job.due_at)


def due_moments(since: datetime, until: datetime) -> dict[datetime, bool]:
    """Every moment in between at which something is due, in order; where a rehearsal's jump stops on its way.

    True where a job is due: it changes the world, and with it what else falls due.
    """
    waiting = OutboxMessage.objects.unsent().filter(due_at__gt=since, due_at__lte=until)
    found = dict.fromkeys(waiting.values_list("due_at", flat=True), False)
    found |= dict.fromkeys((notice.due_at for notice in planned_notices(since, until)), False)
    found |= dict.fromkeys((job.due_at for job in planned_jobs(since, until)), True)
    return {at: found[at] for at in sorted(found) if since < at <= until}  # a job may be long overdue


def reconcile(now: datetime) -> int:
    """Do the jobs and write the notices that should exist by now and do not. Returns how many notices were new."""
    failures = []
    for job in planned_jobs(now - LOOK_BACK, now):
        try:
            job.run(now)
        except Exception as error:  # one call's trouble must not stop another's deadline; it rises below
            log.exception("job failed", kind=job.kind)
            failures.append(error)
    due = {n.key: n for n in planned_notices(now - LOOK_BACK, now)}
    known = set(OutboxMessage.objects.filter(dedupe_key__in=due).values_list("dedupe_key", flat=True))
    for key, notice in due.items():
        if key not in known:
            _write(notice, now)
    if failures:
        raise ExceptionGroup("Some jobs of this tick failed.", failures)
    return len(due) - len(known)


def _write(notice: Notice, now: datetime) -> None:
    common = {
        "key": notice.key,
        "to": notice.to,
        "programme": notice.programme,
        "about": notice.about,
        "due_at": notice.due_at,
        "useless_after": notice.useless_after,
        "version": notice.version,
    }
    if now >= notice.useless_after:
        outbox.record_skipped(notice.kind, **common, reason="Its moment passed while the clockwork was down.")
        return
    outbox.enqueue(
        notice.kind,
        **common,
        context=notice.context(),
        calendar=notice.calendar,
        calendar_method=notice.calendar_method,
        now=now,
    )


def tick() -> int:
    """Bring the world to where the clock says it should be. Returns how many messages went out."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [TICK_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    try:
        with clock.held(clock.now()) as now:
            try:
                reconcile(now)
            finally:  # a failed job must not keep the mail from going out
                sent = outbox.deliver()
        beat = {"beat_at": clock.real_now()}
        if not Heartbeat.objects.filter(name="tick").update(**beat):
            Heartbeat.objects.update_or_create(name="tick", defaults=beat)
        return sent
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TICK_LOCK])
