"""What is due, declared once: the tick makes it happen, the timeline shows it before it does.

Each application's `reminders.py` declares, object by object, so that one bad object never stops the others:

    @reminders.moments(of=booked_sessions)
    def session_nears(session, since, until): yield Moment("mentoring.session_soon", about=session, …)

    @reminders.jobs(of=closed_calls)
    def seal(call): return Job("applications.seal", about=call, due_at=…, run=lambda now: …)

`of(since, until)` gives the objects that may have something due in `since < due_at <= until` on the programme's clock,
in one query. A moment's notices are asked for only when it has come and nobody has written them: a row says that it is
done. The tick looks seven days back, so a beat that was down for a day or ran twice changes nothing. The timeline and
the rehearsal ask the same declarations about the future.
"""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, models, transaction
from django.utils.translation import gettext as _

from accelerator import clock
from accelerator.messages import outbox
from accelerator.messages.models import DoneMoment, OutboxMessage, Trouble, Turn
from accelerator.records.people import User
from accelerator.records.programmes import Programme
from accelerator.watching import health

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=7)
KEPT = timedelta(days=30)  # how long a moment is known as done; far longer than anybody looks back
STEP = 500  # notices written in one transaction; what falls due meanwhile is done in between
TURN = timedelta(seconds=30)  # longer than any step


@dataclass(frozen=True)
class Notice:
    """One message that should exist once `due_at` has come; useless from `useless_after` on (both UTC).

    `context` is asked only when the message is written: nearly all that a tick finds due was written by one before.
    `version` says which state of `about` it speaks of, for the kind's `still_wanted` check.
    """

    kind: str
    key: str
    to: User
    programme: Programme
    about: models.Model
    due_at: datetime
    useless_after: datetime
    context: Callable[[], dict[str, Any]] = dict
    version: str = ""
    calendar: str = ""
    calendar_method: str = ""


@dataclass(frozen=True)
class Moment:
    """When somebody is to be told something about one object; whom, is asked when it has come.

    `version` names the state of the object: a deadline that is moved makes other moments.
    """

    kind: str
    about: models.Model
    due_at: datetime
    notices: Callable[[], Iterable[Notice]]
    version: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind}:{_named(self.about)}:{self.due_at:%Y%m%dT%H%M%SZ}:{self.version}"


@dataclass(frozen=True)
class Job:
    """Something that must be done once `due_at` has come. `run(now)` is safe to repeat."""

    kind: str
    about: models.Model
    due_at: datetime
    run: Callable[[datetime], object]


@dataclass(frozen=True)
class Declaration:
    """`find(object, …)` for each of the objects that `of(since, until)` gives."""

    name: str
    of: Callable[[datetime, datetime], Iterable[models.Model]]
    find: Callable


class Declarations(list):
    """A list that decorates: `@reminders.moments(of=…)` adds the declaration and returns the function unchanged."""

    def __call__(self, *, of: Callable[[datetime, datetime], Iterable[models.Model]]) -> Callable:
        def add(function: Callable) -> Callable:
            self.append(Declaration(f"{function.__module__}.{function.__name__}", of, function))
            return function

        return add


moments = Declarations()
jobs = Declarations()


# --- What is due ----------------------------------------------------------------------------------------
class Troubles:
    """Keeps what is raised for one object to that object, by name; other objects go on."""

    def __init__(self):
        self.found: dict[tuple[str, str], Exception] = {}

    @contextmanager
    def kept_to(self, what: str, about: models.Model | None = None) -> Iterator[None]:
        try:
            yield
        except (OperationalError, InterfaceError):  # the database itself: nobody's fault, and nothing goes on
            raise
        except Exception as error:
            log.exception("the tick could not do this", what=what, about=_named(about))
            self.found[what, _named(about)] = error

    def keep(self) -> None:
        """Write down what went wrong this time, and forget what goes well again."""
        now = clock.real_now()
        rows = [
            Trouble(
                what=what[:100], about=about, error=f"{type(error).__name__}: {error}"[:500], last_seen_at=now
            )
            for (what, about), error in self.found.items()
        ]
        if rows:
            Trouble.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["what", "about"],
                update_fields=["error", "last_seen_at"],
            )
        Trouble.objects.filter(last_seen_at__lt=now).delete()


def _named(about: models.Model | None) -> str:
    return f"{about._meta.label_lower}:{about.pk}" if about is not None else ""


def planned_moments(since: datetime, until: datetime, troubles: Troubles | None = None) -> list[Moment]:
    """Every moment in `since < due_at <= until`, in order."""
    troubles = troubles or Troubles()
    found: list[Moment] = []
    for declaration in moments:
        for one in _objects(declaration, since, until, troubles):
            with troubles.kept_to(declaration.name, one):
                found += [m for m in declaration.find(one, since, until) if since < m.due_at <= until]
    return sorted(found, key=lambda moment: moment.due_at)


def planned_notices(since: datetime, until: datetime) -> Iterator[Notice]:
    for moment in planned_moments(since, until):
        yield from moment.notices()


def planned_jobs(since: datetime, until: datetime, troubles: Troubles | None = None) -> list[Job]:
    troubles = troubles or Troubles()
    found = []
    for declaration in jobs:
        for one in _objects(declaration, since, until, troubles):
            with troubles.kept_to(declaration.name, one):
                found.append(declaration.find(one))
    return sorted(found, key=lambda job: job.due_at)


def _objects(declaration: Declaration, since, until, troubles: Troubles) -> list[models.Model]:
    with troubles.kept_to(declaration.name):
        return list(declaration.of(since, until))
    return []


def due_moments(since: datetime, until: datetime) -> dict[datetime, bool]:
    """Every moment in between at which something is due, in order; where a rehearsal's jump stops on its way.

    True where a job is due: it changes the world, and with it what else falls due.
    """
    waiting = OutboxMessage.objects.unsent().filter(due_at__gt=since, due_at__lte=until)
    found = dict.fromkeys(waiting.values_list("due_at", flat=True), False)
    found |= dict.fromkeys((moment.due_at for moment in planned_moments(since, until)), False)
    found |= dict.fromkeys((job.due_at for job in planned_jobs(since, until)), True)
    return {at: found[at] for at in sorted(found) if since < at <= until}  # a job may be long overdue


# --- Doing it -------------------------------------------------------------------------------------------
@dataclass
class _Turn:
    """One process at a time does the tick: two would only do the same work twice."""

    name: str = "tick"
    holder: uuid.UUID = field(default_factory=uuid.uuid4)

    def take(self) -> bool:
        real = clock.real_now()
        ours = {"holder": self.holder, "lease_until": real + TURN}
        if Turn.objects.filter(name=self.name, lease_until__lte=real).update(**ours):
            return True
        Turn.objects.bulk_create([Turn(name=self.name, **ours)], ignore_conflicts=True)
        return Turn.objects.filter(name=self.name, holder=self.holder).exists()

    def renew(self) -> bool:
        mine = Turn.objects.filter(name=self.name, holder=self.holder)
        return bool(mine.update(lease_until=clock.real_now() + TURN))

    def give_back(self) -> None:
        Turn.objects.filter(name=self.name, holder=self.holder).update(lease_until=clock.real_now())


def tick(*, patience: float = 0) -> int:
    """Bring the world to where the clock says it should be. Returns how many notices were new.

    Does nothing while another process does it; waits up to `patience` seconds for that one to end. Mail is carried by
    others (accelerator/messages/delivery.py).
    """
    turn = _Turn()
    gives_up_at = time.monotonic() + patience
    while not turn.take():
        if time.monotonic() >= gives_up_at:
            return 0
        time.sleep(0.1)
    try:
        written = reconcile(clock.now(), goes_on=turn.renew)
        health.beat()
        return written
    finally:
        turn.give_back()


def reconcile(now: datetime, *, goes_on: Callable[[], bool] = lambda: True) -> int:
    """Do the jobs and write the notices that should exist by now and do not. Returns how many notices were new.

    `goes_on()` is asked between two steps; a False ends it, since somebody else has taken over.
    """
    troubles = Troubles()
    with clock.held(now):
        _do_jobs(now, troubles)
        due = {moment.key: moment for moment in planned_moments(now - LOOK_BACK, now, troubles)}
        done = set(DoneMoment.objects.filter(key__in=due).values_list("key", flat=True)) if due else set()
    written = 0
    for key, moment in due.items():
        if key not in done:
            with troubles.kept_to(moment.kind, moment.about):
                for count in _tell(moment, now):
                    written += count
                    if not goes_on():
                        return written
                    later = clock.now()
                    with clock.held(later):
                        _do_jobs(later, troubles)
    troubles.keep()
    return written


def _do_jobs(now: datetime, troubles: Troubles) -> None:
    for job in planned_jobs(now - LOOK_BACK, now, troubles):
        with troubles.kept_to(job.kind, job.about), transaction.atomic():
            job.run(now)


def _tell(moment: Moment, now: datetime) -> Iterator[int]:
    """Write the notices of one moment step by step, and with the last of them that it is done."""
    notices = _each_once(moment.notices())
    while True:
        with clock.held(now), transaction.atomic():
            step = list(islice(notices, STEP))
            count = _write(step, now)
            is_last = len(step) < STEP
            if is_last:
                DoneMoment.objects.bulk_create(
                    [DoneMoment(key=moment.key, due_at=moment.due_at)], ignore_conflicts=True
                )
                DoneMoment.objects.filter(due_at__lt=now - KEPT).delete()
        yield count
        if is_last:
            return


def _each_once(notices: Iterable[Notice]) -> Iterator[Notice]:
    keys = set()
    for notice in notices:
        if notice.key not in keys:
            keys.add(notice.key)
            yield notice


def _write(notices: list[Notice], now: datetime) -> int:
    keys = [notice.key for notice in notices]
    known = set(OutboxMessage.objects.filter(dedupe_key__in=keys).values_list("dedupe_key", flat=True))
    new = [notice for notice in notices if notice.key not in known]
    if new:
        outbox.write([_message(notice, now) for notice in new])
    return len(new)


def _message(notice: Notice, now: datetime) -> OutboxMessage:
    if now >= notice.useless_after:
        return outbox.skipped(
            notice.kind,
            key=notice.key,
            to=notice.to,
            programme=notice.programme,
            about=notice.about,
            version=notice.version,
            due_at=notice.due_at,
            useless_after=notice.useless_after,
            reason=_("Its moment passed while the clockwork was down."),
        )
    return outbox.made(
        notice.kind,
        key=notice.key,
        to=notice.to,
        programme=notice.programme,
        about=notice.about,
        version=notice.version,
        due_at=notice.due_at,
        useless_after=notice.useless_after,
        context=notice.context(),
        calendar=notice.calendar,
        calendar_method=notice.calendar_method,
        now=now,
    )
