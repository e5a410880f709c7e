"""Submits at planned moments, each in a thread and transactions of its own: `python -m stress.submitter`.

Reads one round as a line of JSON after the other, and answers each with a line: what every person was told, and when
they had pressed.
"""

import json
import sys
import threading
import time
import uuid
from datetime import UTC

import django

# Who presses with a ticket sends the rest of the submit so many seconds later, past the instant.
REST_AFTER = 0.6


def go(application, at: float, with_ticket: bool, told: list) -> None:
    from django.db import DatabaseError, connection, connections

    from accelerator.transitions import NotAllowed
    from applications.applying import locking, submission, tickets

    key = uuid.uuid4()
    token = tickets.token(application, application.started_by, key=key)
    result = {"pk": application.pk, "key": str(key), "told": "", "stamp": None, "ticket": with_ticket}
    try:
        connection.ensure_connection()
        time.sleep(max(0.0, at - time.time()))
        result["sent"] = time.time()
        if with_ticket:
            with connection.cursor() as cursor:
                stamp = tickets.write(token, cursor.execute)[1]
            result["stamp"] = stamp.astimezone(UTC).timestamp()
            time.sleep(REST_AFTER)
        submission.submit(
            application,
            by=application.started_by,
            draft_version=application.draft_version,
            idempotency_key=key,
        )
        result["told"] = "accepted"
    except locking.TooLate:
        result["told"] = "late"
    except NotAllowed as refusal:
        result["told"] = f"refused: {refusal}"
    except (DatabaseError, RuntimeError, ValueError, TypeError) as problem:
        result["told"] = f"error {type(problem).__name__}: {str(problem)[:200]}"
    finally:
        result["done"] = time.time()
        connections.close_all()
    told.append(result)


def main() -> None:
    from django.db import connection

    from applications.models import Application

    for line in sys.stdin:
        given = json.loads(line)
        known = Application.objects.select_related("call__programme", "call__window", "startup", "started_by")
        found = known.in_bulk([one["pk"] for one in given])
        connection.close()
        told: list[dict] = []
        threads = [
            threading.Thread(target=go, args=[found[one["pk"]], one["at"], one["ticket"], told])
            for one in given
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    django.setup()
    main()
