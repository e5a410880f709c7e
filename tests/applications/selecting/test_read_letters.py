"""The letter stays readable on a page of the application, for whoever is in the team, whatever became of the mail."""

import factories
import pytest
from django.urls import reverse

from applications.selecting import deciding, letters, releasing

pytestmark = pytest.mark.django_db
NOW = factories.REVIEWING


@pytest.fixture
def call(db, reviewing):
    return factories.make_call(seats=1, reserve=1)


@pytest.fixture
def manager(call):
    return factories.make_manager(call.programme)


@pytest.fixture
def left_out(call, manager):
    """Not selected, with two comments; a manager has taken one of them out of the letter."""
    chosen, other = (factories.make_application(call, name=n, eligible=True) for n in ("Kestrel", "Papyrus"))
    for partner, comment in (("meta", "Show the licence."), ("scaleway", "You are wrong!")):
        review = factories.make_review(
            factories.assign(factories.make_reviewer(call, partner=partner), other)
        )
        type(review).objects.filter(pk=review.pk).update(comment_for_applicant=comment)
    deciding.pick(chosen, by=manager, now=NOW)
    deciding.leave_out(other, by=manager, now=NOW)
    letters.prepare_letters(call, by=manager, now=NOW)
    waiting = other.letters.get()
    words = waiting.text.replace("You are wrong!", "")
    letters.edit_letter(other, subject="To Papyrus", text=words, by=manager, now=NOW)
    return other


def page_of(application):
    return reverse("after_closing:read_letters", args=[application.public_id])


def test_before_the_release_there_is_no_letter_to_read(left_out, signed_in):
    client = signed_in(left_out.started_by)
    assert client.get(page_of(left_out)).status_code == 404
    assert page_of(left_out) not in client.get(left_out.get_absolute_url()).content.decode()


def test_after_it_the_team_reads_letter_and_comments_also_who_joined_since(
    left_out, call, manager, signed_in
):
    releasing.release(call, reason="One review suffices", by=manager, now=NOW)
    late = factories.make_user("Joined later")
    left_out.startup.members.create(user=late, joined_at=NOW)
    client = signed_in(late)
    assert page_of(left_out) in client.get(left_out.get_absolute_url()).content.decode()
    page = client.get(page_of(left_out))
    assert page.context["latest"].subject == "To Papyrus"
    assert page.context["latest"].comments == ["Show the licence."]
    assert "You are wrong!" not in page.content.decode()
    assert signed_in(manager).get(page_of(left_out)).status_code == 404


def test_the_letter_of_an_offer_names_its_page_and_its_last_minute(left_out, call, manager, signed_in):
    releasing.release(call, reason="One review suffices", by=manager, now=NOW)
    chosen = call.applications.get(startup__name="Kestrel")
    text = signed_in(chosen.started_by).get(page_of(chosen)).content.decode()
    assert chosen.offer.get_absolute_url() in text
    assert "[[" not in text
    assert "23:59 Paris time" in text
