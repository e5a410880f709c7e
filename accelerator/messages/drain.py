"""A carrier that needs nothing but PostgreSQL: looks each second, and does the tick too when nobody else does.

Runs beside each worker (`manage.py drain --loop`), so that mail leaves and deadlines pass while Redis is away. Carriers
are equal: leases and turns see to it that none does what another is at.
"""

import threading
import time
from datetime import timedelta

import psycopg
import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from accelerator import clock
from accelerator.messages import delivery, nudging, reminders
from accelerator.watching import health
from accelerator.watching.models import Heartbeat

log = structlog.get_logger(__name__)

LOOKS_EVERY = 1.0  # seconds
TICK_IS_OVERDUE = timedelta(seconds=6)  # beat asks for one every five
BEATS_EVERY = 10.0
LONGEST_PAUSE = 5.0  # seconds, while the database is away


class Drain:
    """The loop of `manage.py drain --loop`; `stop()` ends it after the mail under way."""

    def __init__(self):
        self._stopping = threading.Event()
        self._listener: psycopg.Connection | None = None
        self._beats_at = 0.0

    def stop(self) -> None:
        self._stopping.set()

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def run(self) -> None:
        pause = LOOKS_EVERY
        while not self.is_stopping:
            try:
                self._look()
                pause = LOOKS_EVERY
            except (DatabaseError, psycopg.Error) as error:  # a passing fault must not end the last carrier
                log.warning("the database is away", error=str(error))
                connection.close()
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception:
                log.exception("drain stumbled, and goes on")
                pause = min(pause * 2, LONGEST_PAUSE)
            self._wait(pause)
        self._end()

    def _end(self) -> None:
        self._hang_up()
        try:
            health.leave(health.here("drain"))
        except DatabaseError as error:
            log.info("left without a word", error=str(error))

    def _look(self) -> None:
        close_old_connections()
        if _tick_is_overdue():
            reminders.tick()
        if time.monotonic() >= self._beats_at:
            health.beat(health.here("drain"))
            health.keep_minute(clock.real_now())
            self._beats_at = time.monotonic() + BEATS_EVERY
        while delivery.is_due() and not self.is_stopping:
            if not delivery.lane(stops=lambda: self.is_stopping):
                break

    def _wait(self, seconds: float) -> None:
        """Until the time is over, a message is announced, or the end."""
        if not settings.DATABASE_DIRECT_URL:
            self._stopping.wait(seconds)
            return
        try:
            if self._listener is None:
                self._listener = psycopg.connect(
                    settings.DATABASE_DIRECT_URL, autocommit=True, connect_timeout=2
                )
                self._listener.execute(f"LISTEN {nudging.CHANNEL}")
            for _heard in self._listener.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error as error:
            log.warning("cannot listen, so looking each second", error=str(error))
            self._hang_up()
            self._stopping.wait(seconds)

    def _hang_up(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _tick_is_overdue() -> bool:
    beat = Heartbeat.objects.filter(name="tick").values_list("beat_at", flat=True).first()
    return beat is None or clock.real_now() - beat > TICK_IS_OVERDUE


def once() -> int:
    """Do what is due now. Returns how many messages were sent."""
    began = time.monotonic()
    reminders.tick()
    sent = delivery.deliver()
    log.info("drained", sent=sent, seconds=round(time.monotonic() - began, 1))
    return sent
