"""Acts that start together, or wait for each other, each in a thread and a transaction of its own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

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
