"""The way to one's cohort."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accelerator.ui import navigation
from cohorts.admission.models import Cohort, Membership


@navigation.asks
def sees_a_cohort(user):
    return Cohort.objects.visible_to(user)


@navigation.asks
def is_member(user):
    return Membership.objects.of(user)


@navigation.items
def my_cohort(request, known):
    if not known["sees_a_cohort"]:
        return
    latest = Cohort.objects.visible_to(request.user).order_by("-starts_on").first()
    if latest:
        url = latest.get_absolute_url()
        yield navigation.Item(
            _("My cohort") if known["is_member"] else _("Cohort"),
            url,
            request.path.startswith((url, "/members/", "/events/")),
        )


@navigation.items
def calendar(request, known):
    """Of sessions and events alike, for everybody who takes part in one."""
    if known["sees_a_cohort"]:
        url = reverse("calendars:calendar")
        yield navigation.Item(_("Calendar"), url, request.path.startswith(url))
