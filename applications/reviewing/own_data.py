"""What *My data* tells a reviewer: the reviews that they wrote."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.models import User
from accelerator.privacy import rooms
from accelerator.privacy.classes import Keeping, kept_as
from accelerator.privacy.rooms import Kept, OwnPart
from applications.calls.models import Call
from applications.reviewing.models import Review

kept_as(Keeping.DAYS, "applications.AwaitedReviewer")


@rooms.kept
def reviews(user: User, now: datetime) -> Iterator[Kept]:
    mine = Review.objects.filter(assignment__reviewer__user=user)
    counts = dict(mine.values_list("assignment__application__call").annotate(count=Count("pk")))
    for call in Call.objects.filter(pk__in=counts).select_related("programme"):
        yield Kept(
            _("Your reviews for %(call)s") % {"call": call},
            ngettext("%(n)d review", "%(n)d reviews", counts[call.pk]) % {"n": counts[call.pk]},
            _("Your words go with the application; the marks stay, because they carried the decision."),
        )


@rooms.exported
def own_reviews(user: User, now: datetime) -> Iterator[OwnPart]:
    """What they wrote and gave, without the names of those whom it is about."""
    mine = Review.objects.filter(assignment__reviewer__user=user).select_related(
        "assignment__application__call"
    )
    told = [
        {
            "call": str(review.assignment.application.call),
            "application": review.assignment.application.public_id,
            "status": review.status,
            "marks": {score.criterion.key: score.value for score in review.scores.all()},
            "for_the_panel": review.comment_for_panel,
            "for_the_applicant": review.comment_for_applicant,
            "submitted_at": review.submitted_at,
        }
        for review in mine.prefetch_related("scores__criterion").order_by("pk")
    ]
    if told:
        yield OwnPart("reviews.json", told)
