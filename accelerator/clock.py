"""The only reader of the system clock.

Two clocks. `now()` is the programme's: deadlines, reminders, offers, sessions. In a rehearsal or a test it may be
shifted or frozen by the one row of `ClockSetting`, which web, worker and beat share. `real_now()` is the machine's:
leases, retries, sign-in codes; a rehearsed jump of a month must not expire a lease and send twice.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

# A statement of its own, or a value inside of one that stamps something: the moment at which the database reads it.
DATABASE_NOW = """
    SELECT coalesce(max(frozen_at), clock_timestamp() + coalesce(max(shift), interval '0'))
    FROM accelerator_clocksetting
"""
_SET_DATABASE_NOW = """
    INSERT INTO accelerator_clocksetting (id, shift, frozen_at) VALUES (1, %s, %s)
    ON CONFLICT (id) DO UPDATE SET shift = excluded.shift, frozen_at = excluded.frozen_at
"""
_request_now: ContextVar[datetime | None] = ContextVar("request_now", default=None)


def real_now() -> datetime:
    """The machine's clock in UTC, for what protects or retries."""
    return datetime.now(UTC)


def now() -> datetime:
    """The programme's clock in UTC, read once per request."""
    if (held := _request_now.get()) is not None:
        return held
    if not settings.CLOCK_ADJUSTABLE:
        return real_now()
    return database_now()


def database_now() -> datetime:
    """The database's clock, which stamps submissions: all web workers agree on it to the microsecond."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_NOW)
        return cursor.fetchone()[0].astimezone(UTC)


@contextmanager
def held(moment: datetime):
    """Everything inside sees the same `now()`; used around one request or one tick."""
    token = _request_now.set(moment)
    try:
        yield moment
    finally:
        _request_now.reset(token)


def _set(*, shift: timedelta | None = None, frozen_at: datetime | None = None) -> None:
    if not settings.CLOCK_ADJUSTABLE:
        raise RuntimeError("The clock can be set only in a rehearsal or a test.")
    values: list = [shift, frozen_at]
    with connection.cursor() as cursor:
        cursor.execute(_SET_DATABASE_NOW, values)


def freeze(moment: datetime) -> None:
    """Stop the programme's clock at `moment` (tests, headless rehearsals)."""
    _set(frozen_at=moment)


def shift_to(moment: datetime) -> None:
    """Let the programme's clock run on from `moment` (the rehearsal in the browser)."""
    _set(shift=moment - real_now())


def release() -> None:
    """Back to the machine's time."""
    _set()


def shift() -> timedelta:
    """How far the programme's clock stands from the machine's."""
    return now() - real_now()
