"""How far the reviewers of a call have come."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from applications.calls.models import Call
from applications.reviewing.models import Assignment, Review


@dataclass(frozen=True)
class Progress:
    """How far one reviewer has come, in numbers of applications."""

    reviewer: int
    name: str
    organisation: str
    asked: int
    begun: int
    finished: int
    last_seen: datetime | None  # when they last saved something

    @property
    def left(self) -> int:
        return self.asked - self.finished

    def is_behind(self, share_of_time: float) -> bool:
        """Whether less is done than time has passed, with a tolerance of 15 %, so that it shows before the due day."""
        return self.left > 0 and self.finished < self.asked * (share_of_time - 0.15)


def progress(call: Call, *, without: Collection[int] = ()) -> list[Progress]:
    """Every reviewer with an assignment, those with most left to review first; some applications left out."""
    rows = (
        Assignment.objects.live()
        .of_eligible()
        .filter(application__call=call)
        .exclude(application__in=without)
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


def share_of_time(call: Call, now: datetime) -> float:
    """The share of the reviewing weeks that has passed: 0 when the call closes, 1 at the end of the due day."""
    first = call.window.deadline.astimezone(call.zone).date()
    whole = (call.reviews_due_on - first).days + 1
    gone = (now.astimezone(call.zone).date() - first).days
    return min(1.0, max(0.0, gone / max(whole, 1)))
