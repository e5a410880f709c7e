"""Acts that start together, or wait for each other, each in a thread and a transaction of its own."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, transaction

from accelerator.transitions import NotAllowed


def at_once(*acts):
    """Run these in threads that start together; returns what each gave, or its refusal."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait(10)
            return act()
        except NotAllowed as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def somebody_waits_for_us() -> bool:
    """Whether another session waits for a lock that this one holds.

    Not just any wait: other tests share the server. And not pg_stat_activity, which a transaction sees as it was at
    its first look.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0] > 0


def behind(holds, waits) -> list:
    """Run `holds` in a transaction that stays open until `waits`, in a thread of its own, waits for its lock."""
    outcome = []

    def wait():
        try:
            outcome.append(waits())
        except NotAllowed as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    waiting = threading.Thread(target=wait)
    with transaction.atomic():
        holds()
        waiting.start()
        gives_up_at = time.monotonic() + 10
        while not somebody_waits_for_us():
            assert time.monotonic() < gives_up_at, "nobody waits for the lock"
            time.sleep(0.01)
    waiting.join(10)
    return outcome
