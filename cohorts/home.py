"""The cohort of the call in focus: in the sidebar from the acceptance on, on a manager's home while it runs."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.dashboard import home
from accelerator.dashboard.readers import manages_something
from applications.guiding.focus import in_focus
from cohorts.admission.models import Cohort, Membership
from cohorts.events.models import Event
from cohorts.managed import managed_cohorts

NEXT = 3  # events on the home


def cohort_in_focus(request) -> Cohort | None:
    call = in_focus(request)
    return next((one for one in managed_cohorts(request) if one.call == call), None)


@home.links
def cohort_and_its_events(request) -> Iterator[home.Link]:
    cohort = cohort_in_focus(request) if manages_something(request) else None
    if cohort:
        group = _("The cohort")
        yield home.Link(group, _("Members"), cohort.get_absolute_url(), "groups")
        for title, model, icon in ((_("Events"), "event", "event_note"), (_("Perks"), "perk", "redeem")):
            yield home.Link(group, title, reverse(f"admin:cohorts_{model}_changelist"), icon)


@home.cards
def how_the_cohort_stands(request) -> Iterator[home.Card]:
    """Its members and what comes next, before how its call was."""
    cohort = cohort_in_focus(request)
    if cohort and cohort.starts_at <= request.now < cohort.ends_at:
        members = Membership.objects.managed_by(request.user).filter(cohort=cohort)
        coming = Event.objects.filter(call=cohort.call_id, starts_at__gt=request.now).order_by("starts_at")
        context = {
            "cohort": cohort,
            "members": list(members.select_related("startup").order_by("startup__name")),
            "coming": list(coming[:NEXT]),
        }
        yield home.Card("cohorts/cards/cohort.html", context, is_first=True)
