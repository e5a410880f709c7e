"""Mentoring as its managers see it: hours per startup and per mentor, who needs a nudge, every session."""

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard.frame import dashboard, page, paged
from accelerator.memo import once_per_request
from accelerator.models import HistoryEntry
from applications.calls.managed import managed_calls
from cohorts.admission.models import Cohort, Membership
from mentoring.sessions import hours, logs
from mentoring.sessions.models import MentoringSession


@once_per_request
def managed_cohorts(request) -> list[Cohort]:
    """The cohorts of the calls that the reader manages, the latest first; like these, in the sidebar of every page."""
    calls = {call.pk: call for call in managed_calls(request)}
    cohorts = list(Cohort.objects.filter(call__in=list(calls)).order_by("-starts_on", "pk")) if calls else []
    for cohort in cohorts:
        cohort.call = calls[cohort.call_id]
    return cohorts


def managed_cohort(request, public_id: str) -> Cohort:
    """One of them; not found for everybody else."""
    for cohort in managed_cohorts(request):
        if cohort.public_id == public_id:
            return cohort
    raise Http404


def overview_url(cohort: Cohort) -> str:
    return reverse("mentoring_dashboard:overview", args=[cohort.public_id])


@dashboard("GET")
def overview(request, public_id):
    cohort = managed_cohort(request, public_id)
    startups = hours.by_startup(cohort, request.now)
    mentors = hours.by_mentor(cohort)
    return page(
        request,
        "mentoring/sessions/overview",
        _("Mentoring"),
        cohort=cohort,
        programme=cohort.programme,
        startups=startups,
        mentors=mentors,
        startup_bars=[(line.who, line.hours) for line in startups],
        mentor_bars=[(line.who, line.hours) for line in mentors if line.minutes],
        total=hours.in_words(sum(line.minutes for line in startups)),
        without_log=hours.without_log(cohort, request.now),
    )


@dashboard("GET")
def sessions(request, public_id):
    cohort = managed_cohort(request, public_id)
    corrected = HistoryEntry.objects.filter(
        action=logs.CORRECTED,
        object_type=MentoringSession._meta.label_lower,
        object_id=OuterRef("pk"),
    )
    found = (
        MentoringSession.objects.filter(
            membership__cohort=cohort, membership__in=Membership.objects.managed_by(request.user)
        )
        .with_both_sides()
        .annotate(corrected_at=Subquery(corrected.order_by("-pk").values("happened_at")[:1]))
    )
    return page(
        request,
        "mentoring/sessions/session_list",
        _("Sessions"),
        cohort=cohort,
        programme=cohort.programme,
        sessions=paged(request, found.select_related("log").order_by("-starts_at")),
    )
