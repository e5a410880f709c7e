"""A reviewer who accepts an invitation is listed for the latest call that is not decided."""

from datetime import timedelta

import factories
import pytest

from accelerator.models import Invitation
from accelerator.people import invitations
from accelerator.people.destinations import Destination
from applications.models import Release, Reviewer

pytestmark = pytest.mark.django_db


def accept(call, *, kind="reviewer", partner=None):
    person = factories.make_user("Ada Stern")
    invitations.invite(
        kind, email=person.email, by=None, programme=call.programme, partner=partner, now=factories.WHILE_OPEN
    )
    invitation = Invitation.objects.get(email=person.email)
    return person, invitations.accept(invitation, by=person, now=factories.WHILE_OPEN)


def test_a_reviewer_who_accepts_is_listed_for_their_organisation_and_goes_on_to_the_queue(call, while_open):
    meta = call.programme.partners.get(slug="meta")
    person, goes_on = accept(call, partner=meta)
    listed = Reviewer.objects.get(user=person)
    assert (listed.call, listed.partner) == (call, meta)
    assert goes_on == Destination("reviewing:review_queue")


def test_it_is_the_latest_call_whose_decisions_are_not_published(call, while_open):
    manager = factories.make_manager(call.programme)
    year = timedelta(days=365)
    latest = factories.make_call(
        call.programme, slug="2024", opens_at=factories.OPENS_AT + year, closes_at=factories.CLOSES_AT + year
    )
    factories.make_call(
        call.programme, slug="2022", opens_at=factories.OPENS_AT - year, closes_at=factories.CLOSES_AT - year
    )
    Release.objects.create(call=latest, released_by=manager, released_at=factories.REVIEWING)
    person, _goes_on = accept(call)
    assert Reviewer.objects.get(user=person).call == call


def test_without_such_a_call_a_reviewer_gets_the_role_alone(while_open):
    programme = factories.make_programme()
    call = factories.make_call(programme)
    Release.objects.create(
        call=call, released_by=factories.make_manager(programme), released_at=factories.REVIEWING
    )
    person, goes_on = accept(call)
    assert not Reviewer.objects.filter(user=person).exists()
    assert goes_on == Destination("reviewing:review_queue")


def test_a_mentor_who_accepts_is_no_reviewer(call, while_open):
    person, _goes_on = accept(call, kind="mentor")
    assert not Reviewer.objects.filter(user=person).exists()
