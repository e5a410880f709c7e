"""Who will have too little in the coming two weeks, with an hour for each, and one press that asks both sides."""

from django.contrib import messages
from django.db.models.functions import Lower
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accelerator.dashboard.frame import dashboard, page
from accelerator.transitions import NotAllowed
from cohorts.admission.models import Cohort, Membership
from mentoring.mentors.models import Mentor
from mentoring.proposing import proposals, suggesting
from mentoring.proposing.models import ProposedSession
from mentoring.sessions.dashboard_views import managed_cohort

SHOWN = 50  # of what was proposed before


@dashboard("GET", "POST")
def too_little(request, public_id):
    cohort = managed_cohort(request, public_id)
    members = _members(request, cohort)
    if request.method == "POST":
        _ask(request, cohort, {member.public_id: member for member in members})
        return redirect("mentoring_dashboard:too_little", cohort.public_id)
    asked = ProposedSession.objects.filter(membership__in=members).with_both_sides()[:SHOWN]
    return page(
        request,
        "mentoring/proposing/too_little",
        _("Too little ahead"),
        cohort=cohort,
        programme=cohort.programme,
        suggestions=suggesting.suggestions(cohort, members, request.now),
        asked=[(one, *one.state(request.now)) for one in asked],
    )


def _members(request, cohort: Cohort) -> list[Membership]:
    """Without those that the reader has a conflict with."""
    members = cohort.memberships.managed_by(request.user).select_related("startup", "cohort__call__programme")
    return list(members.order_by(Lower("startup__name"), "pk"))


def _ask(request, cohort: Cohort, members: dict[str, Membership]) -> None:
    """Each that was ticked: startup, mentor and moment as the page showed them. What cannot be is said, the rest goes out."""
    mentors = {one.public_id: one for one in Mentor.objects.filter(programme=cohort.programme).for_booking()}
    made = 0
    for picked in request.POST.getlist("pick")[: len(members)]:
        startup, mentor, at = ([*picked.split("|"), "", "", ""])[:3]
        starts_at = _moment(at)
        if startup in members and mentor in mentors and starts_at:
            try:
                proposals.propose(
                    mentors[mentor], members[startup], starts_at=starts_at, by=request.user, now=request.now
                )
                made += 1
            except NotAllowed as refusal:
                messages.error(request, str(refusal))
    if made:
        sentence = ngettext(
            "%(n)d pair is asked. It is booked once both have said yes.",
            "%(n)d pairs are asked. Each is booked once both have said yes.",
            made,
        )
        messages.success(request, sentence % {"n": made})
    elif not request.POST.getlist("pick"):
        messages.error(request, _("Nobody was ticked, so nobody is asked."))


def _moment(written: str):
    try:
        moment = parse_datetime(written)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
