"""Wakes whatever sends messages, after the commit that wrote them; only to save the seconds until the next tick."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from django.conf import settings
from django.db import DatabaseError, connection

log = structlog.get_logger(__name__)

CHANNEL = "slipway_messages"  # of PostgreSQL's NOTIFY: something is to be sent

_nudges: queue.Queue = queue.Queue(maxsize=1)
_nudger: threading.Thread | None = None
_nudger_lock = threading.Lock()
_listener: ContextVar[Callable[[], None] | None] = ContextVar("nudge_listener", default=None)


@contextmanager
def nudges_go_to(listener: Callable[[], None]) -> Iterator[None]:
    """Inside, `listener` is called instead of a worker: for a process that delivers its messages itself."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def nudge() -> None:
    """Ask a worker to deliver soon. Never waits: when Redis hangs, only the nudging thread hangs with it."""
    global _nudger
    if listener := _listener.get():
        listener()
        return
    if settings.TESTING:
        return
    with _nudger_lock:
        if _nudger is None or not _nudger.is_alive():
            _nudger = threading.Thread(target=_pass_nudges_on, name="nudger", daemon=True)
            _nudger.start()
    try:
        _nudges.put_nowait(True)
    except queue.Full:
        return  # one is queued already, and it covers every message


def _pass_nudges_on() -> None:
    from accelerator.celery import app  # takes a moment to import, and most processes never nudge

    while _nudges.get():
        if settings.DATABASE_DIRECT_URL:
            _notify()
        try:
            app.send_task("accelerator.tasks.deliver_messages", retry=False, expires=60)
        except Exception as error:  # of any broker's client; the tick delivers within seconds anyway
            log.info("nudge failed", error=repr(error))


def _notify() -> None:
    """Wake `manage.py drain`, which listens where it has a connection of its own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")
    except DatabaseError as error:  # the drain looks into the table every second anyway
        log.info("notify failed", error=repr(error))
    finally:
        connection.close()
