"""A season that runs by itself: the clock walks from one moment to the next, and the cast acts there.

An act belongs to a moment and looks at the world before it does anything, so what a newcomer has done by hand
stands, and a walk can be taken up by another process. Between acts the tick runs wherever something is due, exactly
as Celery beat would have run it.
"""

import gc
import random
import unicodedata
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import count

from accelerator import clock
from accelerator.messages import delivery, nudging, reminders
from accelerator.models import Role, User
from applications.calls import window
from applications.models import Application, Call, Criterion
from rehearsal import casting
from rehearsal.people import Person, from_outbox

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SEED = 20231128  # of the rehearsal in the browser


@contextmanager
def rare_collecting():
    """Python looks for cyclic garbage rarely: a walk makes so many objects that looking took a fifth of its time."""
    thresholds = gc.get_threshold()
    gc.freeze()  # what is loaded now stays
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


@dataclass(order=True)
class CastAct:
    """Something that somebody does at a moment.

    `replans`: new things may fall due soon because of it, on the same day, or in the cohort's months within the week.
    """

    at: datetime
    order: int
    do: Callable[[datetime], object] = field(compare=False)
    replans: bool = field(default=False, compare=False)


class RehearsedSeason:
    """One call's season: its cast, its browsers, and the walk through it."""

    def __init__(
        self,
        call: Call,
        cast: casting.Cast,
        *,
        seed: int,
        read_mail: Callable[[str, str], str] = from_outbox,
        signs_up: bool = True,
        outage: tuple[datetime, datetime] | None = None,
    ):
        self.call, self.cast, self.seed = call, cast, seed
        self._read_mail, self.signs_up, self.outage = read_mail, signs_up, outage
        self.lets_offers_go = True  # one declines and one lets it lapse, so that the reserve moves up
        self._people: dict[str, Person] = {}
        self._numbers = count(1)
        self._set_clock = clock.freeze
        self._due: dict[datetime, bool] | None = None
        self._due_until = call.window.opens_at
        self._cohort_starts = self.on(call.starts_on, 0)
        self._nudged = False

    # --- the cast ---------------------------------------------------------------------------------------
    def rng(self, *about) -> random.Random:
        """Chance that depends on nothing but the seed and what it is about."""
        return random.Random(":".join(map(str, (self.seed, *about))))

    @cached_property
    def criteria(self) -> list[Criterion]:
        return list(self.call.criteria.all())

    def person(self, email: str) -> Person:
        """This person's browser, signed in; signed up first where they are new."""
        known = self._people.get(email)
        if known is None:
            known = self._people[email] = Person(email, next(self._numbers), self.read_mail)
            if User.objects.filter(email__iexact=email).exists():
                known.sign_in_at_once()
        return known

    def newcomer(self, email: str, name: str, *, next_url: str = "") -> Person:
        """Somebody at the sign-up page for the first time."""
        person = self._people[email] = Person(email, next(self._numbers), self.read_mail)
        person.sign_up(name, next_url=next_url)
        return person

    def read_mail(self, email: str, kind: str) -> str:
        """The newest mail of a kind to somebody, after all waiting mail has been delivered."""
        delivery.deliver()
        self._nudged = False
        return self._read_mail(email, kind)

    def manager(self) -> Person:
        role = (
            Role.objects.live()
            .filter(programme=self.call.programme, kind=Role.Kind.MANAGER)
            .order_by("pk")[0]
        )
        return self.person(role.user.email)

    # --- moments ----------------------------------------------------------------------------------------
    def wall(self, moment: datetime) -> datetime:
        """A wall time of the cast's files as an instant."""
        return moment if moment.tzinfo else moment.replace(tzinfo=self.call.zone)

    def on(self, day, hour: int, minute: int = 0) -> datetime:
        return window.instant(day, time(hour, minute), self.call.zone)

    def acts(self, since: datetime, until: datetime) -> list[CastAct]:
        """What the cast does in `since < at <= until`, in order."""
        from rehearsal.actors import everybody

        order = count()
        found = [
            CastAct(at, next(order), do, replans)
            for at, do, replans in everybody(self)
            if since < at <= until
        ]
        return sorted(found)

    # --- the walk ---------------------------------------------------------------------------------------
    def walk(self, until: datetime, *, since: datetime | None = None) -> None:
        """Go from `since` (else now) to `until`, stopping at every act and at everything that falls due."""
        at = since or clock.now()
        try:
            with rare_collecting(), nudging.nudges_go_to(self._hear):
                for act in [*self.acts(at, until), CastAct(until, 0, lambda now: None)]:
                    at = self._let_time_pass(at, act.at)
                    with clock.held(at):  # without this each reading of the clock would be a query
                        act.do(at)
                        if self._answer_nudges() and act.replans:
                            self._due = None
        finally:
            self._arrive(at)

    def _hear(self) -> None:
        """Messages were written: what a worker would be told after the commit."""
        self._nudged = True

    def _answer_nudges(self) -> bool:
        """Deliver what was written since. True when there was something."""
        nudged, self._nudged = self._nudged, False
        if nudged:
            delivery.deliver()
        return nudged

    def _let_time_pass(self, since: datetime, until: datetime) -> datetime:
        """Tick wherever something is due on the way to `until`; on arrival the clock stands there."""
        while since < until:
            with clock.held(since):
                due = self._next_due(since, until)
            since = due or until
            self._set_clock(since)
            if due and not self._beat_is_down(since):
                changes = (self._due or {}).get(due, True)
                with clock.held(since):
                    reminders.tick(patience=60)
                    delivery.deliver()
                self._nudged = False
                if changes:
                    self._due = None
        return until

    def _next_due(self, since: datetime, until: datetime) -> datetime | None:
        """The first moment in `since < at <= until` at which beat would find something to do.

        Asked a day ahead; in the months of the cohort, when little happens between two sessions, a week.
        """
        if self._due is None or until > self._due_until:
            self._due_until = max(until, since + (WEEK if since >= self._cohort_starts else DAY))
            self._due = reminders.due_moments(since, self._due_until)
            if self.outage:  # when beat is back it finds whatever it has missed
                self._due = dict(sorted({**self._due, self.outage[1]: True}.items()))
        return next((at for at in self._due if since < at <= until), None)

    def _beat_is_down(self, at: datetime) -> bool:
        return self.outage is not None and self.outage[0] <= at < self.outage[1]

    def _arrive(self, at: datetime) -> None:
        self._set_clock(at)


class LivingSeason(RehearsedSeason):
    """The season in the browser: when the walk has arrived, the clock runs on."""

    def _arrive(self, at: datetime) -> None:
        clock.shift_to(at)


def rehearsed_cast(call: Call) -> casting.Cast:
    closes_at = call.window.closes_at.astimezone(call.zone).replace(tzinfo=None)
    return casting.written(closes_at)


def of_this_database() -> RehearsedSeason:
    """The season that `make run` opened, taken up where its clock stands."""
    call = Call.objects.select_related("programme", "window").order_by("window__opens_at")[0]
    return LivingSeason(call, rehearsed_cast(call), seed=SEED)


def _in_order(name: str) -> str:
    """É beside E, as people look names up."""
    return unicodedata.normalize("NFKD", name).casefold()


def people_of(call: Call | None) -> list[dict]:
    """Everybody one can be in a rehearsal, by what they are."""
    if call is None:
        return []
    groups: list[dict] = []
    labels = {Role.Kind.MANAGER: "Managers", Role.Kind.REVIEWER: "Reviewers", Role.Kind.MENTOR: "Mentors"}
    roles = list(Role.objects.live().filter(programme=call.programme).select_related("user", "partner"))
    roles.sort(key=lambda role: _in_order(role.user.name))
    founders = (
        Application.objects.filter(call=call, startup__members__is_owner=True)
        .order_by("startup__name")
        .values_list("startup__name", "startup__members__user__name", "startup__members__user__public_id")
    )
    people = [
        {"name": name, "public_id": public_id, "about": startup} for startup, name, public_id in founders
    ]
    groups.append({"role": "Founders", "people": sorted(people, key=lambda found: _in_order(found["about"]))})
    for kind, label in labels.items():
        groups.append(
            {
                "role": label,
                "people": [
                    {"name": r.user.name, "public_id": r.user.public_id, "about": str(r.partner or "")}
                    for r in roles
                    if r.kind == kind
                ],
            }
        )
    return groups
