"""How far each reviewer of a call has come."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, page
from applications.calls.managed import managed_call
from applications.reviewing.models import Assignment, Review, Reviewer
from applications.reviewing.progress import progress as progress_of_reviewers
from applications.reviewing.progress import share_of_time
from applications.reviewing.sight import Sight


@dashboard("GET")
def progress(request, call_id):
    """How far each reviewer has come, those with most left first."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    people = progress_of_reviewers(call, without=sight.barred)
    share = share_of_time(call, request.now)
    return page(
        request,
        "applications/reviewing/progress",
        _("Progress"),
        call=call,
        people=[(one, one.is_behind(share)) for one in people],
        finished=sum(one.finished for one in people),
        asked=sum(one.asked for one in people),
        behind=sum(one.is_behind(share) for one in people),
        share=round(100 * share),
        sight=sight,
    )


@dashboard("GET")
def reviewer_progress(request, call_id, reviewer_id):
    """One reviewer's assignments, and a way to hand on what they cannot do."""
    call = managed_call(request, call_id)
    reviewer = get_object_or_404(
        Reviewer.objects.select_related("user", "partner"), call=call, pk=reviewer_id
    )
    sight = Sight(request.user, call)
    rows = (
        Assignment.objects.live()
        .filter(reviewer=reviewer, application__in=sight.submitted.values("pk"))
        .order_by("review__submitted_at", "assigned_at")
        .values(
            "public_id",
            "application__public_id",
            "application__startup__name",
            "assigned_at",
            "review__status",
            "review__submitted_at",
        )
    )
    return page(
        request,
        "applications/reviewing/reviewer",
        str(reviewer),
        call=call,
        reviewer=reviewer,
        sight=sight,
        rows=[row | {"is_in": row["review__status"] == Review.Status.SUBMITTED} for row in rows],
    )
