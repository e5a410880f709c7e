"""That a reviewer was shown what others gave: from then on their own marks stay, and a change is a version with a reason.

Whatever shows somebody marks, comments or figures of others notes it here before it answers. Reviewers ask for it with a
button on their own page; managers who review as well are shown it by the pages of a manager.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accelerator.models import User
from accelerator.transitions import NotAllowed
from applications.applying.models import Application
from applications.reviewing.models import Assignment, Review
from applications.reviewing.sight import Sight


def note(user: User, applications: Iterable[int] | QuerySet, *, now: datetime) -> int:
    """This person has been shown what others gave to these applications. Returns to how many for the first time.

    One statement for all of them. A submit of theirs that is under way holds the row, so it is finished before this or
    meets it afterwards.
    """
    mine = Assignment.objects.filter(reviewer__user=user, application__in=applications).unaware_of_others()
    unmarked = Assignment.objects.filter(pk__in=mine.values("pk"), others_seen_at__isnull=True)
    return unmarked.update(others_seen_at=now)


def ask(assignment: Assignment, *, by: User, now: datetime) -> None:
    """Its reviewer wants to see what the others gave. Raises NotAllowed before they have handed in, and while nobody else
    has: then there is nothing to see, and their marks stay free."""
    review = Review.objects.filter(assignment=assignment).first()
    if review is None or not review.is_submitted:
        raise NotAllowed(_("What the others gave shows once your own review is in."))
    if not note(by, [assignment.application_id], now=now) and assignment.others_seen_at is None:
        raise NotAllowed(_("Nobody else has handed in yet, so there is nothing to see."))


def note_all(sight: Sight, *, now: datetime) -> int:
    """The same for a page that shows figures of a whole call, which are worked out without what this manager must not
    see."""
    shown = Application.objects.filter(call=sight.call).exclude(pk__in=sight.unseen)
    return note(sight.user, shown.values("pk"), now=now)
