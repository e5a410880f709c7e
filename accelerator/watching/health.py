"""Whether what was promised happens on time: messages, deadlines, and what both need. Not whether a process exists.

`report()` is what `/healthz` answers. What takes time or may hang, the store and the mail server, is asked once a
minute by the tick (`keep_minute`), never while a request waits; the report reads what was found then.
"""

import shutil
import socket
import tempfile
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.files.storage.filesystem import FileSystemStorage

from accelerator import clock
from accelerator.registry import Registry
from accelerator.watching.models import HealthMinute, Heartbeat

log = structlog.get_logger(__name__)

figures = (
    Registry()
)  # functions that return figures by name; in each `health_figures.py`, discovered at start

LATE = timedelta(seconds=60)  # a message that should have left longer ago than this is a problem
STALE = timedelta(minutes=2)  # as is a heartbeat, or an answer of store and mail server, older than this
FORGOTTEN = timedelta(hours=24)  # a worker that was not heard for so long is no longer waited for
KEPT = timedelta(days=30)
BROKER_SECONDS = 0.25
PROBE_SECONDS = 2.0
LEAST_FREE = 1024**3  # bytes of a disk: forty decks of 25 MB


def beat(name: str = "tick") -> None:
    """Say that this process has just done its work. A name such as `worker:<host>`: see Heartbeat."""
    at = clock.real_now()
    if not Heartbeat.objects.filter(name=name).update(beat_at=at):
        Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": at})


def leave(name: str) -> None:
    """End in good order: nobody waits for this process any more."""
    Heartbeat.objects.filter(name=name).delete()


def here(role: str) -> str:
    """The name of this host's process of a role: `worker:web-1`."""
    return f"{role}:{socket.gethostname()}"[:120]


# --- The report --------------------------------------------------------------------------------------------


def report() -> dict:
    """Everything that `/healthz` tells, `problems` in words; bounded in time. Raises DatabaseError."""
    real = clock.real_now()
    found = {
        "database": "ok",
        **_figures(),
        **_heartbeats(real),
        "broker": "ok" if broker_answers() else "unreachable",
        **_as_asked_last(real),
        "disk": "low" if _full_disks() else "ok",
    }
    problems = list(_problems(found))
    return {"status": "degraded" if problems else "ok", "problems": problems, **found}


def _figures() -> dict[str, int]:
    """What the rooms count: messages that wait, work that could not be done."""
    return {name: number for count in figures for name, number in count().items()}


def _heartbeats(real: datetime) -> dict:
    beats = dict(Heartbeat.objects.filter(beat_at__gt=real - FORGOTTEN).values_list("name", "beat_at"))
    tick = beats.pop("tick", None)
    ages = {name: max(0, round((real - at).total_seconds())) for name, at in sorted(beats.items())}
    return {
        "last_tick": tick.isoformat() if tick else None,
        "tick_age_seconds": max(0, round((real - tick).total_seconds())) if tick else None,
        "tick": "ok" if tick and real - tick < STALE else "late",
        "heartbeats": ages,  # seconds since each was last heard
    }


def _as_asked_last(real: datetime) -> dict:
    """What store and mail server answered in the last minutes; `unknown` when nobody asked."""
    minute = HealthMinute.objects.filter(at__gt=real - STALE - timedelta(minutes=1)).first()
    words = {True: "ok", False: "unreachable", None: "none"}
    if not minute:
        return {"storage": "unknown", "mail": "unknown", "asked_at": None}
    return {
        "storage": words[minute.storage],
        "mail": words[minute.mail],
        "asked_at": minute.at.isoformat(),
    }


def _problems(found: dict):
    if found["oldest_due_message_seconds"] > LATE.total_seconds():
        yield f"a message should have left {found['oldest_due_message_seconds']} s ago"
    if found["undelivered_messages"]:
        yield f"{found['undelivered_messages']} messages could not be delivered"
    if found["tick"] != "ok":
        yield "the tick is late: beat, queue or worker does not work"
    if count := found["troubles"]:
        yield f"the tick could not do {count} {'thing' if count == 1 else 'things'}: see Messages"
    for name, seconds in found["heartbeats"].items():
        if seconds > STALE.total_seconds():
            yield f"{name} was last heard {seconds} s ago"
    names = {"broker": "the queue", "storage": "the store of files", "mail": "the mail server"}
    for key, name in names.items():
        if found[key] == "unreachable":
            yield f"{name} does not answer"
    if found["disk"] != "ok":
        yield f"less than 1 GB is free on the disk of {', '.join(_full_disks())}"


def _full_disks() -> list[str]:
    folders = [Path(tempfile.gettempdir())]  # uploads pass through it
    if isinstance(storages["default"], FileSystemStorage):
        folders.append(Path(storages["default"].location))
    return [str(folder) for folder in folders if _free(folder) < LEAST_FREE]


def _free(folder: Path) -> int:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return shutil.disk_usage(existing).free


# --- A row a minute ----------------------------------------------------------------------------------------


def keep_minute(now: datetime) -> bool:
    """Ask everything and keep how it stands, once a minute whoever calls; True when it was this call.

    `now` is the machine's clock. Takes at most `PROBE_SECONDS`; belongs outside a transaction.
    """
    minute = now.replace(second=0, microsecond=0)
    if HealthMinute.objects.filter(at=minute).exists():
        return False
    answers = _ask({"broker": broker_answers, "storage": storage_answers, "mail": mail_server_answers})
    counted, beats = _figures(), _heartbeats(now)
    row = HealthMinute(
        at=minute,
        oldest_due_seconds=counted["oldest_due_message_seconds"],
        waiting=counted["waiting_messages"],
        backing_off=counted["messages_backing_off"],
        dead=counted["undelivered_messages"],
        tick_age_seconds=beats["tick_age_seconds"],
        **answers,
    )
    HealthMinute.objects.bulk_create([row], ignore_conflicts=True)  # two ticks may have asked
    HealthMinute.objects.filter(at__lt=now - KEPT).delete()
    Heartbeat.objects.filter(beat_at__lt=now - FORGOTTEN).exclude(name="tick").delete()
    return True


def _ask(questions: dict[str, Callable[[], bool | None]]) -> dict[str, bool | None]:
    """The answers, all asked at once; one that has none after PROBE_SECONDS is a no."""
    pool = ThreadPoolExecutor(len(questions), thread_name_prefix="health")
    deadline = clock.real_now() + timedelta(seconds=PROBE_SECONDS)
    asked = {name: pool.submit(partial(_answer, name, question)) for name, question in questions.items()}
    answers = {}
    for name, future in asked.items():
        left = max(0.0, (deadline - clock.real_now()).total_seconds())
        try:
            answers[name] = future.result(left)
        except TimeoutError:
            log.warning("no answer in time", asked=name)
            answers[name] = False
    pool.shutdown(wait=False)  # what hangs has limits of its own and ends later
    return answers


def _answer(name: str, question: Callable[[], bool | None]) -> bool | None:
    try:
        return question()
    except Exception as error:  # a store or a mail backend may be anybody's, and raise what it likes
        log.warning("does not work", asked=name, error=f"{type(error).__name__}: {error}"[:300])
        return False


def broker_answers() -> bool:
    import redis  # a page that everybody reads does without it

    limits = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    client = redis.Redis.from_url(settings.REDIS_URL, **limits)
    try:
        client.ping()
    except redis.RedisError:
        return False
    finally:
        client.close()
    return True


def storage_answers() -> bool:
    """Writes a tiny file, reads it and deletes it, as an upload and a download would."""
    content = uuid.uuid4().bytes
    name = default_storage.save(f"health/{uuid.uuid4()}", ContentFile(content))
    try:
        with default_storage.open(name) as file:
            return file.read() == content
    finally:
        default_storage.delete(name)


def mail_server_answers() -> bool | None:
    """Whether the mail server greets; None where nothing leaves, or leaves by a service that is not SMTP."""
    options = settings.MAIL_OPTIONS
    if not settings.MAIL_BACKEND or not options.get("host"):
        return None
    address = (options["host"], options.get("port") or 25)
    with socket.create_connection(address, timeout=PROBE_SECONDS) as peer:
        peer.settimeout(PROBE_SECONDS)
        if options.get("use_ssl"):
            return True  # it speaks first only inside TLS, which carrying a message tests
        greeting = peer.recv(200)
        peer.sendall(b"QUIT\r\n")
    return greeting.startswith(b"220")


def gauges() -> dict[str, float]:
    """The report as numbers, for whoever draws them."""
    found = report()
    minute = HealthMinute.objects.first()
    unknown = float("nan")
    return {
        "oldest_due_message_seconds": found["oldest_due_message_seconds"],
        "waiting_messages": found["waiting_messages"],
        "messages_backing_off": found["messages_backing_off"],
        "undelivered_messages": found["undelivered_messages"],
        "tick_age_seconds": unknown if found["tick_age_seconds"] is None else found["tick_age_seconds"],
        "troubles": found["troubles"],
        "problems": len(found["problems"]),
        "broker_up": found["broker"] == "ok",
        "storage_up": minute.storage if minute and minute.storage is not None else unknown,
        "mail_up": minute.mail if minute and minute.mail is not None else unknown,
    }
