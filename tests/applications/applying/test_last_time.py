"""Whoever applies again is offered the answers of last time, one by one, and nothing is taken over unasked."""

from datetime import timedelta

import factories
import factories_founder as founders
import pytest
from django.urls import reverse

from accelerator.transitions import NotAllowed
from applications.applying import drafts, last_time
from applications.models import Application, Question

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(call, while_open):
    application = founders.make_draft(call)
    founders.submit(application)
    return application


@pytest.fixture
def next_call(earlier, call):
    """A year later the same is asked, but for one question that is of another kind now."""
    year = timedelta(days=364)
    following = factories.make_call(
        call.programme,
        slug="2024",
        opens_at=factories.OPENS_AT + year,
        closes_at=factories.CLOSES_AT + year,
        starts_on=call.starts_on + year,
        ends_on=call.ends_on + year,
    )
    Question.objects.filter(call=following, key="one_line").update(kind="long_text")
    Question.objects.filter(call=following, key="topics").update(
        choices=[{"value": "vision", "label": {"en": "Vision"}}]
    )
    factories.at(factories.WHILE_OPEN + year)
    return following


@pytest.fixture
def founder(earlier, next_call, signed_in):
    return signed_in(earlier.started_by)


def begin(founder, earlier, next_call):
    start = reverse("applying:start_application", args=[next_call.programme.slug, next_call.slug])
    answer = founder.post(start, {"startup": earlier.startup.public_id})
    return answer, Application.objects.get(call=next_call)


def test_a_startup_that_applies_again_begins_at_its_earlier_answers(founder, earlier, next_call):
    answer, application = begin(founder, earlier, next_call)
    assert answer.url == reverse("applying:last_time", args=[application.public_id])
    page = founder.get(answer.url)
    offered = [one.key for one in page.context["offered"]]
    assert offered == [
        "website",
        "problem",
        "team_size",
    ]  # no file, no consent, no other kind, no choice of before
    assert "problem" not in founders.reread(application).answers


def test_one_answer_is_taken_over_and_the_others_are_not(founder, earlier, next_call):
    answer, application = begin(founder, earlier, next_call)
    founder.post(answer.url, {"key": "problem", "seen": ""})
    answers = founders.reread(application).answers
    assert answers["problem"] == factories.ANSWERS["problem"]
    assert "team_size" not in answers
    assert "problem" not in [one.key for one in founder.get(answer.url).context["offered"]]


def test_what_somebody_wrote_meanwhile_is_not_overwritten(founder, earlier, next_call):
    answer, application = begin(founder, earlier, next_call)
    drafts.save_draft(
        application, {"problem": "New words"}, by=earlier.started_by, now=application.started_at, seen={}
    )
    page = founder.post(answer.url, {"key": "problem", "seen": ""}, follow=True)
    assert "Somebody has changed this answer meanwhile" in page.content.decode()
    assert founders.reread(application).answers["problem"] == "New words"


def test_what_is_not_offered_cannot_be_taken(founder, earlier, next_call):
    _answer, application = begin(founder, earlier, next_call)
    with pytest.raises(NotAllowed):
        last_time.take_over(
            application, "consent_privacy", seen="", by=earlier.started_by, now=application.started_at
        )


def test_who_applies_for_the_first_time_goes_straight_to_the_form(call, while_open, signed_in):
    start = reverse("applying:start_application", args=[call.programme.slug, call.slug])
    answer = signed_in(factories.make_user()).post(start, {"name": "Kestrel"})
    assert answer.url == Application.objects.get().get_absolute_url()
