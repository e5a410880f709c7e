"""The link with which a founder's page of a sealed application leads to its withdrawal."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.applying import closed_page
from applications.applying.models import Application
from applications.selecting import withdrawal


@closed_page.acts
def withdraw_sealed(application: Application) -> Iterator[closed_page.Act]:
    if not withdrawal.why_not(application):
        yield closed_page.Act(
            _("Withdraw it…"), reverse("withdrawal:withdraw_sealed", args=[application.public_id])
        )
