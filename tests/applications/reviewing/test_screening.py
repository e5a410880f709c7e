"""Screening: the verdict, its reason and the checks that held."""

from datetime import timedelta

import factories
import pytest
from django.urls import reverse
from page_forms import fill_in, shown

from accelerator.models import HistoryEntry
from accelerator.transitions import NotAllowed, SomebodyWasFirst
from applications.models import Application, Assignment
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


# --- Taking a verdict back ----------------------------------------------------------------------------
def undo_page(application) -> str:
    return reverse("reviewing:undo_verdict", args=[application.call_id, application.public_id])


def screen_page(application) -> str:
    return reverse("reviewing:screen_application", args=[application.call_id, application.public_id])


def test_a_verdict_that_was_a_slip_is_taken_back_with_what_it_took_away(call, manager, reviewing, signed_in):
    application = factories.make_application(call, eligible=True)
    assignment = factories.assign(factories.make_reviewer(call, "Ada Stern"), application)
    client = signed_in(manager)
    fill_in(client, screen_page(application), {"verdict": "ineligible", "reason": "A slip of the finger"})
    assert not Assignment.objects.live().exists()
    page = client.get(screen_page(application)).content.decode()
    assert "Take my verdict back" in page
    said = client.post(undo_page(application), shown(client, screen_page(application), "seen"), follow=True)
    assert "your verdict is taken back" in said.content.decode()
    application.refresh_from_db()
    assert (application.eligibility, application.eligibility_reason) == ("eligible", "")
    assert application.screened_at == factories.REVIEWING
    assert list(Assignment.objects.live()) == [assignment]
    entry = HistoryEntry.objects.get(action="application.verdict_undone")
    assert entry.changes["eligibility"] == ["ineligible", "eligible"]


def test_the_verdict_of_another_stands_again_in_their_name(call, manager):
    other = factories.make_manager(call.programme, "Ada Lovelace")
    application = factories.make_application(call, sealed=True)
    screening.screen(application, eligible=True, checks=["open"], by=other, now=NOW)
    screening.screen(application, eligible=False, reason="No", by=manager, now=NOW + timedelta(hours=1))
    screening.take_back(application, by=manager, now=NOW + timedelta(hours=2))
    application.refresh_from_db()
    assert (application.is_eligible, application.screened_by, application.screened_at) == (True, other, NOW)
    assert application.eligibility_checks == ["open"]


def test_a_verdict_stands_once_something_rests_on_it(call, manager):
    other = factories.make_manager(call.programme, "Ada Lovelace")
    application = factories.make_application(call, sealed=True)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    with pytest.raises(NotAllowed, match="Only who gave"):
        screening.take_back(application, by=other, now=NOW)
    factories.assign(factories.make_reviewer(call, "Ada Stern"), application)
    with pytest.raises(NotAllowed, match="given to reviewers since"):
        screening.take_back(application, by=manager, now=NOW)


def test_a_verdict_is_taken_back_once(call, manager):
    application = factories.make_application(call, sealed=True)
    screening.screen(application, eligible=True, checks=["open"], by=manager, now=NOW)
    screening.take_back(application, by=manager, now=NOW)
    application.refresh_from_db()
    assert application.eligibility == "unscreened"
    assert application.screened_at is None
    with pytest.raises(NotAllowed, match="Only who gave"):
        screening.take_back(application, by=manager, now=NOW)
