"""Screening: the verdict, its reason and the checks that held."""

import factories
import pytest

from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Application
from applications.reviewing import screening

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


def test_a_verdict_keeps_its_reason_and_the_ticked_checks(call, manager):
    application = factories.make_application(call, sealed=True)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    assert (application.is_eligible, application.screened_by) == (True, manager)
    application.refresh_from_db()
    assert application.eligibility_checks == ["open"]


def test_not_eligible_needs_a_reason_and_so_does_an_unticked_check(call, manager):
    application = factories.make_application(call, sealed=True)
    with pytest.raises(NotAllowed, match="why it is not eligible"):
        screening.screen(application, eligible=False, by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="nevertheless"):
        screening.screen(application, eligible=True, by=manager, now=NOW)


def test_an_application_is_not_screened_before_it_is_sealed(call, manager):
    application = factories.make_application(call, submitted=True)
    with pytest.raises(NotAllowed, match="sealed"):
        screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)


def test_two_managers_cannot_screen_over_each_other(call, manager):
    application = factories.make_application(call, sealed=True)
    same = Application.objects.get(pk=application.pk)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    with pytest.raises(SomebodyWasFirst):
        screening.screen(same, eligible=False, reason="No", by=manager, now=NOW)
