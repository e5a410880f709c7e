"""How far each reviewer of a call has come."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import history
from accelerator.dashboard import handing_out
from accelerator.dashboard.frame import dashboard, page
from accelerator.exports import answers
from accelerator.exports.tables import Column, ColumnTable
from applications.calls.managed import managed_call
from applications.calls.models import Call
from applications.reviewing.models import Assignment, Review, Reviewer
from applications.reviewing.progress import Progress, share_of_time
from applications.reviewing.progress import progress as progress_of_reviewers
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
        export_url=reverse("reviewing:export_reviewers", args=[call.pk]),
    )


@dashboard("POST")
def export_reviewers(request, call_id):
    """Every reviewer of the call, asked for something or not, with how far each has come."""
    call = managed_call(request, call_id)
    form = handing_out.form_of(request)
    figures = {
        one.reviewer: one for one in progress_of_reviewers(call, without=Sight(request.user, call).barred)
    }
    reviewers = list(
        Reviewer.objects.active_for(call).select_related("user", "partner").order_by("user__name", "pk")
    )
    table = _table_of(call, figures)
    history.record(
        "call.reviewers_exported",
        call,
        by=request.user,
        programme=call.programme,
        now=request.now,
        **handing_out.details(table, lines=len(reviewers), form=form),
    )
    name = f"{call.programme.slug}-{call.slug}-reviewers"
    return answers.as_file(table, reviewers, form=form, name=name, title=_("Reviewers"))


def _table_of(call: Call, figures: dict[int, Progress]) -> ColumnTable:
    nothing = Progress(0, "", "", 0, 0, 0, None)

    def of(reviewer: Reviewer) -> Progress:
        return figures.get(reviewer.pk, nothing)

    return ColumnTable(
        (
            Column("name", _("Reviewer"), lambda one: one.user.name),
            Column("email", _("E-mail"), lambda one: one.user.email),
            Column("organisation", _("Organisation"), lambda one: str(one.partner or "")),
            Column("topics", _("Topics"), lambda one: one.topics),
            Column("capacity", _("Reviews promised"), lambda one: one.capacity),
            Column("asked", _("Asked"), lambda one: of(one).asked),
            Column("scored", _("Scored"), lambda one: of(one).finished),
            Column("last_seen", _("Last seen"), lambda one: of(one).last_seen),
        ),
        call.zone,
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
