"""The page of one application, as managers see it, and what they note of its conflicts of interest."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator import history, readings
from accelerator.dashboard.frame import attempt, dashboard, page, paged
from accelerator.models import Reading
from accelerator.typed import given
from applications.applying import likeness
from applications.calls.managed import managed_call
from applications.reviewing import conflicts
from applications.reviewing.dashboard_views.content import (
    asked_of_team,
    content_of,
    facts_of,
    others_shown,
    side_by_side,
)
from applications.reviewing.forms import ReasonForm
from applications.reviewing.models import Assignment, Reviewer
from applications.reviewing.sight import Sight


@dashboard("GET")
def panel_application(request, call_id, public_id):
    """Everything about one application: answers, files, versions, reviews side by side, history."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    application = get_object_or_404(
        sight.submitted.select_related(
            "startup", "call__programme", "decision__seat", "offer", "imported__by"
        ),
        public_id=public_id,
    )
    readings.note(request, Reading.What.APPLICATION, application)
    sections, deck_url, submitted = content_of(application)
    assignments = Assignment.objects.filter(application=application).select_related(
        "reviewer__user", "reviewer__partner", "review"
    )
    reviews = side_by_side(sight.reviews_of(application))
    others_shown(request, sight, application)
    return page(
        request,
        "applications/reviewing/application",
        str(application),
        call=call,
        sight=sight,
        application=application,
        outcome=sight.outcome(application),
        one_line=application.startup.one_line,
        facts=facts_of(application),
        sections=sections,
        deck_url=deck_url,
        submitted=submitted,
        **asked_of_team(application, request.now),
        versions=application.submissions.order_by("-number").defer("content").select_related("submitted_by"),
        criteria=list(call.criteria.all()),
        reviews=reviews,
        is_own_pending=application.pk in sight.hidden,
        readers=[_reviewer(one) for one in assignments.order_by("assigned_at", "pk")],
        alike=likeness.like(application, sight.submitted),
        recusals=application.recusals.select_related("user", "declared_by"),
        entries=history.told(sight.told(history.of(application))[:50], call.zone),
        reviewers=Reviewer.objects.active_for(call).select_related("user").order_by("user__name"),
    )


def _reviewer(assignment: Assignment) -> dict:
    review = getattr(assignment, "review", None)
    return {
        "public_id": assignment.public_id,
        "name": assignment.reviewer,
        "organisation": assignment.reviewer.partner or "",
        "assigned_at": assignment.assigned_at,
        "is_withdrawn": assignment.withdrawn_at is not None,
        "is_set_aside": assignment.conflict_found_at is not None,
        "is_in": review is not None and review.is_submitted,
        "is_begun": review is not None,
    }


@dashboard("GET")
def readings_of_application(request, call_id, public_id):
    """Who of the staff opened this application, and what holds its figures, on which day and how often."""
    call = managed_call(request, call_id)
    sight = Sight(request.user, call)
    application = get_object_or_404(sight.submitted.select_related("startup"), public_id=public_id)
    found = readings.of(application, call)
    if sight.is_veiled:  # that there is a letter tells of a decision
        found = found.exclude(what__in=[Reading.What.LETTER, Reading.What.LETTERS])
    return page(
        request,
        "applications/reviewing/readings",
        _("Who has read this"),
        call=call,
        application=application,
        rows=paged(request, found),
    )


@dashboard("POST")
def pin_conflict(request, call_id, public_id):
    """A manager records a conflict of interest: a reviewer's, or their own."""
    call = managed_call(request, call_id)
    application = get_object_or_404(Sight(request.user, call).submitted, public_id=public_id)
    form = ReasonForm(request.POST)
    form.full_clean()
    if request.POST.get("who") == "me":
        who = request.user
    else:
        key = given.number(request.POST.get("who"))
        who = get_object_or_404(call.reviewers.select_related("user"), pk=key).user
    back = reverse("lists:applications", args=[call.pk])  # their own conflict hides the application
    if who != request.user:
        back = reverse("reviewing:panel_application", args=[call.pk, public_id])
    return attempt(
        request,
        lambda: conflicts.recuse(
            application, who=who, reason=form.cleaned_data.get("reason", ""), by=request.user, now=request.now
        ),
        _("The conflict of %(person)s with %(startup)s is recorded.")
        % {"person": who, "startup": application},
        back,
    )
