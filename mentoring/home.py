"""Mentoring on the dashboard's home and in its sidebar, for those who manage a cohort."""

from django.utils.translation import gettext as _

from accelerator.dashboard import home
from accelerator.dashboard.readers import holds
from accelerator.models import Role
from applications.guiding.focus import in_focus
from cohorts.managed import managed_cohorts
from mentoring.sessions import hours
from mentoring.sessions.dashboard_views import overview_url


@home.links
def mentoring_of_the_cohort(request):
    if not holds(request, Role.Kind.MANAGER):
        return
    focus = in_focus(request)
    for cohort in managed_cohorts(request):
        if cohort.call == focus:
            yield home.Link(_("The cohort"), _("Mentoring"), overview_url(cohort), "diversity_3")


@home.cards
def how_mentoring_goes(request):
    """While a cohort runs: what was given so far, and who needs a nudge."""
    for cohort in managed_cohorts(request):
        if cohort.starts_at <= request.now < cohort.ends_at:
            lines = hours.by_startup(cohort, request.now)
            yield home.Card(
                "mentoring/cards/mentoring.html",
                {
                    "cohort": cohort,
                    "url": overview_url(cohort),
                    "hours": hours.in_words(sum(line.minutes for line in lines)),
                    "quiet": [line.who for line in lines if line.is_quiet],
                    "without_log": hours.without_log(cohort, request.now).count(),
                },
            )
