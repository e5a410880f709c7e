"""When a role ends: what the reviewer has not finished goes to others, what they finished counts."""

from types import SimpleNamespace

import factories
import pytest
from django.urls import reverse
from page_forms import fill_in

from accelerator.models import HistoryEntry, Role
from applications.models import Assignment, Review

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned(call):
    """A reviewer with one review begun, one not begun, and one finished."""
    factories.at(factories.REVIEWING)
    reviewer = factories.make_reviewer(call, "Ada Stern")
    begun, untouched, finished = (
        factories.assign(reviewer, factories.make_application(call, name=name, eligible=True))
        for name in ("Papyrus", "Kestrel", "Halyard")
    )
    Review.objects.create(assignment=begun)
    factories.make_review(finished)
    return SimpleNamespace(reviewer=reviewer, begun=begun, untouched=untouched, finished=finished)


def page_of(reviewer) -> str:
    return reverse("people:end_role", args=[Role.objects.get(user=reviewer.user).pk])


def test_the_page_says_what_is_handed_back_and_leads_to_the_assignment(call, assigned, signed_in):
    client = signed_in(factories.make_manager(call.programme))
    page = client.get(page_of(assigned.reviewer)).content.decode()
    assert "2 reviews that are not finished are handed back" in page
    assert "1 review that is in stays and counts." in page
    response = fill_in(client, page_of(assigned.reviewer), {"reason": "Ill"})
    assert response.url == reverse("reviewing:assignment", args=[call.pk])
    assert set(Assignment.objects.filter(withdrawn_at__isnull=True)) == {assigned.finished}
    assert Review.objects.counted().get().assignment == assigned.finished
    entry = HistoryEntry.objects.get(action="call.readings_handed_back")
    assert (entry.reason, entry.details["readings"]) == ("Ill", 2)


def test_what_is_handed_back_is_planned_for_somebody_else(call, assigned, signed_in):
    other = factories.make_reviewer(call, "Joris Blom", "scaleway")
    client = signed_in(factories.make_manager(call.programme))
    fill_in(client, page_of(assigned.reviewer), {"reason": "Ill"})
    fill_in(client, reverse("reviewing:assignment", args=[call.pk]), name="plan")
    now_with = Assignment.objects.live().filter(application=assigned.untouched.application)
    assert [assignment.reviewer for assignment in now_with] == [other]


def test_assignments_of_a_call_that_is_released_stay_as_they_were(call, assigned, signed_in):
    manager = factories.make_manager(call.programme)
    factories.release(call, manager, [])
    client = signed_in(manager)
    assert "Nothing is assigned to them" in client.get(page_of(assigned.reviewer)).content.decode()
    assert fill_in(client, page_of(assigned.reviewer), {"reason": "Thank you"}).url == reverse(
        "people:people_of", args=[call.programme.slug]
    )
    assert Assignment.objects.filter(withdrawn_at__isnull=True).count() == 3
