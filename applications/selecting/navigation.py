"""The links of a founder's page of a sealed application: to its letter, and to its withdrawal."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.applying import closed_page
from applications.applying.models import Application
from applications.selecting import letters, withdrawal


@closed_page.acts
def letters_to_read(application: Application) -> Iterator[closed_page.Act]:
    if application.call.is_released and letters.received(application):
        yield closed_page.Act(
            _("Read the letter"), reverse("after_closing:read_letters", args=[application.public_id])
        )


@closed_page.acts
def withdraw_sealed(application: Application) -> Iterator[closed_page.Act]:
    if not withdrawal.why_not(application):
        yield closed_page.Act(
            _("Withdraw it…"), reverse("after_closing:withdraw_sealed", args=[application.public_id])
        )
