"""The clockwork and the carriage of mail at size: `python -m bench.carriage`.

10,000 drafts get a reminder (the tick that writes), then the same tick finds nothing to do (idle). Then messages leave
into a sink that takes everything at once: how many a second where 1,000 wait, and where 15,000 do, in turns. Ends with
1 on a missed limit. Scratch servers on loopback, under two minutes; everything ends with it.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import django

from servers import embedded

DRAFTS = 10_000
FEW, MANY = 1_000, 15_000
SENT = 500  # in one measurement of the rate
ROUNDS = 3
IDLE_MS = 20
WRITING_SECONDS = 5
LEAST_SHARE = 0.9  # of the rate with few waiting
LEAST_RATE = 250  # messages a second
HOUR = timedelta(hours=1)


def say(line: str) -> None:
    print(line, flush=True)


def took(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def fill() -> None:
    """One open call, for which many have begun and nobody has submitted; its reminder falls due at the end."""
    from django.core.management import call_command

    from accelerator.models import Startup, TeamMember
    from accelerator.programmes import programme_file
    from applications.models import Application, Call, CallReminder, CallWindow
    from bench.filling import FILE, people

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC).replace(microsecond=0)
    programme_file.load(programme_file.read(FILE.read_text(encoding="utf-8"), FILE.name), now=now)
    call = Call.objects.get()
    for name, days in (("reviews_due_on", 20), ("decision_on", 25), ("starts_on", 40), ("ends_on", 200)):
        setattr(call, name, now.date() + timedelta(days=days))
    call.save()
    CallReminder.objects.filter(call=call).delete()
    CallReminder.objects.create(call=call, hours_before=48)
    CallWindow.objects.filter(call=call).update(opens_at=now - 20 * 24 * HOUR, closes_at=now + 60 * HOUR)
    founders = people("founder", DRAFTS)
    startups = Startup.objects.bulk_create([Startup(name=f"Startup {n}") for n in range(DRAFTS)])
    TeamMember.objects.bulk_create(
        [TeamMember(startup=s, user=f, is_owner=True) for s, f in zip(startups, founders, strict=True)]
    )
    Application.objects.bulk_create(
        [
            Application(call=call, startup=startup, started_by=founder)
            for startup, founder in zip(startups, founders, strict=True)
        ],
        batch_size=2000,
    )
    # Only now, because nobody is reminded of what was due before they began.
    CallWindow.objects.filter(call=call).update(closes_at=datetime.now(UTC) + 48 * HOUR)


def vacuum() -> None:
    """What autovacuum does by itself soon after such a load."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def ticks() -> list[str]:
    from accelerator.messages import reminders
    from accelerator.models import OutboxMessage

    writing = took(lambda: reminders.reconcile(reminders.clock.now()))
    written = OutboxMessage.objects.count()
    OutboxMessage.objects.update(status=OutboxMessage.Status.SENT)
    vacuum()
    idle = 1000 * statistics.median(took(reminders.tick) for _ in range(5))
    say(f"tick that writes {written} reminders: {writing:.1f} s (at most {WRITING_SECONDS})")
    say(f"idle tick with {DRAFTS} drafts: {idle:.0f} ms (at most {IDLE_MS})")
    missed = []
    if written < DRAFTS:
        missed.append(f"only {written} reminders were written")
    if writing > WRITING_SECONDS:
        missed.append(f"tick that writes: {writing:.1f} s, at most {WRITING_SECONDS}")
    if idle > IDLE_MS:
        missed.append(f"idle tick: {idle:.0f} ms, at most {IDLE_MS}")
    return missed


def wait(count: int) -> None:
    """Exactly so many messages are waiting."""
    from accelerator import clock
    from accelerator.models import OutboxMessage

    OutboxMessage.objects.all().delete()
    now = clock.now()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                kind="accelerator.measured",
                dedupe_key=f"measured:{number}",
                to_email=f"person{number}@people.example",
                created_at=now,
                due_at=now - timedelta(seconds=number % 60),
                subject="Measured",
                text="A letter of some length. " * 20,
            )
            for number in range(count)
        ],
        batch_size=2000,
    )
    vacuum()


def drain() -> list[str]:
    from accelerator.messages import delivery

    rates: dict[int, list[float]] = {FEW: [], MANY: []}
    for _round in range(ROUNDS):
        for count in rates:
            wait(count)
            rates[count].append(SENT / took(lambda: delivery.deliver(SENT)))
    few, many = (statistics.median(rates[count]) for count in (FEW, MANY))
    say(f"mail with {FEW} waiting: {few:.0f} a second; with {MANY}: {many:.0f} (at least {LEAST_RATE})")
    say(f"the rate with {MANY} is {many / few:.0%} of that with {FEW} (at least {LEAST_SHARE:.0%})")
    missed = []
    if many < LEAST_RATE:
        missed.append(f"mail: {many:.0f} a second, at least {LEAST_RATE}")
    if many / few < LEAST_SHARE:
        missed.append(f"mail: {many / few:.0%} of the rate with few, at least {LEAST_SHARE:.0%}")
    return missed


def main() -> int:
    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        raise SystemExit(
            "bench.carriage fills a database of its own; unset DATABASE_URL and REDIS_URL first."
        )
    with embedded.scratch_servers():
        os.environ |= {"SLIPWAY_REHEARSAL": "1", "DJANGO_SETTINGS_MODULE": "accelerator.settings"}  # a sink
        django.setup()
        from django.db import connection

        try:
            fill()
            missed = ticks() + drain()
        finally:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # only PostgreSQL's connection has one
    for line in missed:
        say(f"Missed: {line}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
