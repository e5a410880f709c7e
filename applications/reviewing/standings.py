"""A call's readings as scoring wants them, and how far reviewing has come: columns, never object graphs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate

from applications.applying.models import Application
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Review

if TYPE_CHECKING:  # with numpy; loaded where numbers are asked for
    from applications.scoring.ranking import Quorum
    from applications.scoring.readings import Readings


def counted_reviews(call: Call):
    """Finished reviews that stand, of eligible applications."""
    eligible = Application.objects.filter(call=call).eligible()
    return Review.objects.counted().filter(assignment__application__in=eligible)


def readings(call: Call) -> Readings:
    """One row for each finished review that stands, of an eligible application."""
    from applications.scoring.readings import Readings

    rows = (
        counted_reviews(call)
        .values_list("assignment__application", "assignment__reviewer", "assignment__reviewer__partner")
        .annotate(marks=ArrayAgg("scores__value", order_by="scores__criterion__position"))
        .order_by("assignment__application", "assignment__reviewer")
    )
    weights = list(call.criteria.values_list("weight", flat=True))
    return Readings.of((row for row in rows if len(row[3]) == len(weights)), weights)


def quorum(call: Call) -> Quorum:
    """What is needed for a place: the readings the call promises, three at most, from two organisations at least."""
    from applications.scoring.ranking import Quorum

    wanted = min(3, call.reviews_per_application)
    return Quorum(readings=wanted, organisations=min(2, wanted))


@dataclass(frozen=True)
class Progress:
    """How far one reviewer has come."""

    reviewer: int
    name: str
    organisation: str
    asked: int
    begun: int
    finished: int
    last_seen: object  # when they last saved something, or None

    @property
    def left(self) -> int:
        return self.asked - self.finished

    def is_behind(self, share_of_time: float) -> bool:
        """Less done than time gone by, with a little patience: seen weeks before the due day, not after it."""
        return self.left > 0 and self.finished < self.asked * (share_of_time - 0.15)


def progress(call: Call) -> list[Progress]:
    """Every reviewer who was asked, those with most left to read first."""
    rows = (
        Assignment.objects.live()
        .filter(application__call=call, application__eligibility=Application.Eligibility.ELIGIBLE)
        .values_list("reviewer", "reviewer__user__name", "reviewer__partner__name")
        .annotate(
            asked=Count("pk"),
            begun=Count("review"),
            finished=Count("review", filter=Q(review__status=Review.Status.SUBMITTED)),
            last=Max("review__saved_at"),
        )
    )
    people = [Progress(pk, name, organisation or "", *figures) for pk, name, organisation, *figures in rows]
    return sorted(people, key=lambda person: (-person.left, person.name))


def share_of_time(call: Call, now) -> float:
    """How much of the reviewing weeks has gone by: 0 when the call closes, 1 at the end of the due day."""
    first = call.window.closes_at.astimezone(call.zone).date()
    whole = (call.reviews_due_on - first).days + 1
    gone = (now.astimezone(call.zone).date() - first).days
    return min(1.0, max(0.0, gone / max(whole, 1)))


def submissions_per_day(call: Call) -> dict[date, int]:
    """First versions by the day on which they came in, in the call's zone."""
    rows = (
        Application.objects.filter(call=call, submissions__number=1)
        .annotate(day=TruncDate("submissions__received_at", tzinfo=call.zone))
        .values_list("day")
        .annotate(count=Count("pk"))
    )
    return dict(rows)
