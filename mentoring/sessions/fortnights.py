"""Who met how often in which two weeks of the programme: read with one query, however many sessions there are."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cohorts.admission.models import Cohort, Membership
from mentoring.sessions.models import MentoringSession

FORTNIGHT = timedelta(days=14)
MANY = 4  # sessions of one fortnight, from which on the shade no longer deepens


@dataclass(frozen=True)
class Fortnight:
    """Two weeks, counted from the first day of the cohort; the last may be shorter."""

    first: date
    last: date
    is_begun: bool
    is_over: bool

    @property
    def is_now(self) -> bool:
        return self.is_begun and not self.is_over


@dataclass(frozen=True)
class FortnightCell:
    """One startup in one fortnight. What is over and has no log yet counts as booked."""

    fortnight: Fortnight
    held: int
    booked: int

    @property
    def is_gap(self) -> bool:
        """Nothing held and nothing booked, in what has begun."""
        return self.fortnight.is_begun and not self.held and not self.booked

    @property
    def shade(self) -> int:
        return min(self.held + self.booked, MANY)


@dataclass(frozen=True)
class FortnightRow:
    member: Membership
    cells: list[FortnightCell]

    @property
    def held(self) -> int:
        return sum(cell.held for cell in self.cells)

    @property
    def booked(self) -> int:
        return sum(cell.booked for cell in self.cells)

    @property
    def gaps(self) -> int:
        return sum(cell.is_gap for cell in self.cells)


def of_cohort(cohort: Cohort, now: datetime) -> list[Fortnight]:
    today, found, first = now.astimezone(cohort.programme.zone).date(), [], cohort.starts_on
    while first <= cohort.ends_on:
        last = min(first + FORTNIGHT - timedelta(days=1), cohort.ends_on)
        found.append(Fortnight(first, last, is_begun=first <= today, is_over=last < today))
        first += FORTNIGHT
    return found


def grid(
    cohort: Cohort, members: Sequence[Membership], now: datetime, *, partner: str = "", topic: str = ""
) -> list[FortnightRow]:
    """A row for each of these members; `partner` (a slug) and `topic` (a key) say whose sessions count: those mentors'."""
    sessions = MentoringSession.objects.occupying().filter(membership__in=[member.pk for member in members])
    if partner:
        sessions = sessions.filter(mentor__partner__slug=partner)
    if topic:
        sessions = sessions.filter(mentor__topics__contains=topic)
    zone, counted = cohort.programme.zone, Counter[tuple[int, int, str]]()
    for member, starts_at, status in sessions.order_by().values_list("membership", "starts_at", "status"):
        day = starts_at.astimezone(zone).date()
        counted[member, (day - cohort.starts_on) // FORTNIGHT, status] += 1
    held, booked = MentoringSession.Status.HELD, MentoringSession.Status.BOOKED
    spans = list(enumerate(of_cohort(cohort, now)))
    return [
        FortnightRow(
            member,
            [
                FortnightCell(span, counted[member.pk, number, held], counted[member.pk, number, booked])
                for number, span in spans
            ],
        )
        for member in members
    ]
