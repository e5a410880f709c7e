"""The way to one's cohort."""

from django.utils.translation import gettext as _

from accelerator.ui import navigation
from cohorts.admission.models import Cohort, Membership


@navigation.items
def my_cohort(request):
    latest = Cohort.objects.visible_to(request.user).order_by("-starts_on").first()
    if latest:
        is_member = Membership.objects.of(request.user).exists()
        url = latest.get_absolute_url()
        yield navigation.Item(
            _("My cohort") if is_member else _("Cohort"),
            url,
            request.path.startswith((url, "/members/", "/events/")),
        )
